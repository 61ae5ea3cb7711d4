"""Archives are unpacked whole, or refused whole with a sentence."""

import io
import re
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from django.utils import translation

from articles.documents import archive


def pack(path: Path, entries: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as package:
        for name, content in entries.items():
            package.writestr(name, content)
    return path


def unpack(path: Path, folder: Path) -> tuple[list[str], str, list[str]]:
    """The files that came out, the refusal and the notes."""
    into = folder / "into"
    into.mkdir()
    done = archive.unpack(path, into)
    files = sorted(one.relative_to(into).as_posix() for one in into.rglob("*") if one.is_file())
    with translation.override("en"):
        return files, str(done.refusal or ""), [str(note) for note in done.notes]


def test_files_come_out_under_their_names(tmp_path: Path) -> None:
    path = pack(
        tmp_path / "a.zip", {"news/新闻.txt": b"text", "news/a.jpg": b"x", "__MACOSX/._a": b"", "Thumbs.db": b""}
    )
    assert unpack(path, tmp_path) == (["news/a.jpg", "news/新闻.txt"], "", [])


def test_names_of_chinese_windows_are_read_as_gb18030(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"XXXX.txt": b"text"})
    data = path.read_bytes().replace(b"XXXX.txt", "新闻".encode("gb18030") + b".txt")
    path.write_bytes(data)
    assert unpack(path, tmp_path)[0] == ["新闻.txt"]


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "C:\\a.txt", "a/../../b.txt", "..\\a.txt"])
def test_what_leads_out_of_the_folder_refuses_the_archive(tmp_path: Path, name: str) -> None:
    path = pack(tmp_path / "a.zip", {"good.txt": b"text", name: b"x"})
    files, refusal, _notes = unpack(path, tmp_path)
    assert (files, refusal) == ([], f"The archive has an entry that leads out of its folder, “{name}”.")
    assert not (tmp_path / "a.txt").exists()


def test_links_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as package:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        package.writestr(link, "/etc/passwd")
    assert unpack(path, tmp_path)[:2] == ([], "The archive holds a link or a device, “link”; none is taken.")


def test_a_bomb_is_counted_while_it_is_read(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"a.txt": bytes(300 * 1024 * 1024)})
    files, refusal, _notes = unpack(path, tmp_path)
    assert files == []
    assert re.fullmatch(r"The archive unpacks to more than \d\d MB; so much is not taken\.", refusal)


def test_the_word_of_the_directory_counts_for_nothing(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"a.txt": bytes(60 * 1024 * 1024)})
    data = bytearray(path.read_bytes())
    place = data.rfind(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<I", 5)  # claims five bytes
    path.write_bytes(bytes(data))
    files, refusal, _notes = unpack(path, tmp_path)
    assert (files, refusal) == ([], "The archive is damaged or cannot be unpacked: Bad CRC-32 for file 'a.txt'.")


def test_too_many_entries_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {f"{number}.txt": b"" for number in range(20_001)}, method=zipfile.ZIP_STORED)
    assert unpack(path, tmp_path)[:2] == ([], "The archive has 20001 entries; at most 20000 are taken.")


def test_names_that_differ_by_case_alone_are_both_kept(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"A.txt": b"1", "a.txt": b"2"})
    assert unpack(path, tmp_path) == (
        ["A.txt", "a (2).txt"],
        "",
        ["Two entries of the archive have the same name; one is kept as “a (2).txt”."],
    )


def test_an_encrypted_or_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"a.txt": b"text" * 100})
    data = bytearray(path.read_bytes())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    assert unpack(path, tmp_path)[1] == "The archive is encrypted. Pack it without a password."
    (tmp_path / "into").rmdir()
    good = io.BytesIO()
    with zipfile.ZipFile(good, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a.txt", b"text" * 1000)
    broken = bytearray(good.getvalue())
    broken[45:60] = b"\x00" * 15
    path.write_bytes(bytes(broken))
    assert unpack(path, tmp_path)[1].startswith("The archive is damaged or cannot be unpacked: ")
