from pathlib import Path

import pytest

from articles.documents.companions import Companions, Match, sources


def write(folder: Path, **files: bytes) -> None:
    for name, content in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def companions(folder: Path) -> Companions:
    (folder / "news.txt").write_text("text")
    return Companions(sources([folder / "news.txt"])[0])


@pytest.mark.parametrize(
    ("stored", "named"),
    [
        ("22.png", "22.png"),
        ("news/22.png", "22.png"),
        ("news_files/22.png", "22.png"),
        ("Cafe\u0301.jpg", "Caf\u00e9.jpg"),
        ("Photo.JPG", "photo.jpg"),
        ("group photo.jpg", "group%20photo.jpg"),
        ("group  photo.jpg", "group photo.jpg"),
        ("a.png", "pictures/a.png"),
    ],
)
def test_a_file_is_found_under_the_name_that_the_document_uses(tmp_path: Path, stored: str, named: str) -> None:
    found = companions(tmp_path)
    (tmp_path / stored).parent.mkdir(exist_ok=True)
    (tmp_path / stored).write_bytes(b"x")
    assert found.find(named) == Match(tmp_path / stored)


def test_an_exact_name_goes_before_a_similar_one(tmp_path: Path) -> None:
    found = companions(tmp_path)
    (tmp_path / "a.jpg").write_bytes(b"1")
    (tmp_path / "A.jpg").write_bytes(b"2")
    assert found.find("A.jpg") == Match(tmp_path / "A.jpg")


def test_of_two_different_files_none_is_taken(tmp_path: Path) -> None:
    found = companions(tmp_path)
    write(tmp_path, **{"a.jpg": b"1", "news__a.jpg": b"2"})
    assert found.find("a.jpg") == Match(None, ("a.jpg", "a.jpg"))


def test_two_copies_of_one_file_are_one(tmp_path: Path) -> None:
    found = companions(tmp_path)
    write(tmp_path, **{"a.jpg": b"1", "news__a.jpg": b"1"})
    assert found.find("a.jpg") == Match(tmp_path / "a.jpg")


def test_nothing_outside_the_folders_is_found(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.png").write_bytes(b"x")
    (inside / "link.png").symlink_to(tmp_path / "secret.png")
    found = companions(inside)
    assert found.find("../secret.png") == Match()
    assert found.find("link.png") == Match()


def test_documents_are_listed_once_and_in_order(tmp_path: Path) -> None:
    write(
        tmp_path,
        **{"b.txt": b"", "a.TXT": b"", "deep__c.txt": b"", ".hidden.txt": b"", "x.docx": b""},
    )
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX" / "d.txt").write_bytes(b"")
    names = [source.name for source in sources([tmp_path, tmp_path / "b.txt"])]
    assert names == ["a.TXT", "b.txt", "deep/c.txt", "x.docx"]


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sources([tmp_path / "nothing.txt"])


@pytest.mark.parametrize(
    ("stored", "address"),
    [
        ("uploads/2024/tree two.png", "/uploads/2024/tree%20two.png?v=3#x"),
        ("news/2024/uploads/a.png", "/uploads/a.png"),
        ("uploads/a.png", "../../uploads/a.png"),
        ("old.example.edu/a/b.png", "https://old.example.edu/a/b.png"),
        ("a/b.png", "/a/b.png"),
    ],
)
def test_the_copy_of_a_site_holds_its_files_where_their_addresses_say(
    tmp_path: Path, stored: str, address: str
) -> None:
    write(tmp_path, **{"news/2024/page.html": b"<p>", stored: b"x", "else/a.png": b"y", "else/b.png": b"z"})
    page = next(source for source in sources([tmp_path]) if source.name == "news/2024/page.html")
    assert Companions(page).find(stored.rpartition("/")[2], address) == Match((tmp_path / stored).resolve())


@pytest.mark.parametrize("address", ["//../secret.png", "http://../../secret.png", "/../secret.png", "http://[x/a.png"])
def test_no_address_leads_out_of_the_copy(tmp_path: Path, address: str) -> None:
    write(tmp_path, **{"secret.png": b"x", "site/news/page.html": b"<p>"})
    (page,) = sources([tmp_path / "site"])
    assert Companions(page).find("secret.png", address) == Match()


def test_what_a_document_offers_as_its_attachment_is_no_document(tmp_path: Path) -> None:
    link = (
        "<p>See <a class=x href=\"files/%E5%90%8D%E5%8D%95.docx?n=1\">the list</a>, <a href='/forms/b.zip'>form</a></p>"
    )
    write(
        tmp_path,
        **{
            "page.html": link.encode(),
            "files/名单.docx": b"1",
            "forms/b.zip": b"2",
            "report.txt": b"Our year\n\nWords.\n\nAttachment: plan.doc\n",
            "plan.doc": b"3",
            "alone.docx": b"4",
            "other/名单.docx": b"5",
        },
    )
    names = [source.name for source in sources([tmp_path])]
    assert names == ["alone.docx", "other/名单.docx", "page.html", "report.txt"]
    assert [source.name for source in sources([tmp_path / "plan.doc"])] == ["plan.doc"]
