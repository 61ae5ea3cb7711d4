"""The command: what it prints, and with which status it ends."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from articles.documents.importing import Importer
from articles.models import Article

GOOD = "A Meeting in the Old Library\n\n2024-12-04\n\nStaff and students met on Monday.\n\nA report follows in May."
BAD = "Only a title"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.txt").write_text(GOOD)
    return tmp_path


def run(*arguments: object, **options: Any) -> tuple[int, list[str], list[str]]:
    """The exit status and the lines on both streams."""
    out, err = io.StringIO(), io.StringIO()
    status = 0
    try:
        call_command("import_articles", *map(str, arguments), stdout=out, stderr=err, **options)
    except SystemExit as end:
        status = int(end.code or 0)
    return status, out.getvalue().splitlines(), err.getvalue().splitlines()


@pytest.mark.django_db
def test_what_was_done_is_told_and_the_sum_is_last(folder: Path) -> None:
    assert run(folder) == (
        0,
        ["created  A Meeting in the Old Library  good.txt", "1 created, 0 updated, 0 unchanged, 0 refused."],
        [],
    )
    assert run(folder) == (0, ["0 created, 0 updated, 1 unchanged, 0 refused."], [])


@pytest.mark.django_db
def test_a_refusal_ends_with_status_1(folder: Path) -> None:
    (folder / "bad.txt").write_text(BAD)
    assert run(folder) == (
        1,
        ["created  A Meeting in the Old Library  good.txt", "1 created, 0 updated, 0 unchanged, 1 refused."],
        ["refused  bad.txt: The document has no text beside its title “Only a title”."],
    )


@pytest.mark.django_db
def test_a_rehearsal_writes_nothing(folder: Path) -> None:
    assert run(folder, "--dry-run") == (
        0,
        [
            "Rehearsal: nothing will be written.",
            "created  A Meeting in the Old Library  good.txt",
            "1 created, 0 updated, 0 unchanged, 0 refused.",
        ],
        [],
    )
    assert Article.objects.count() == 0


@pytest.mark.django_db
def test_json_is_one_object_a_line_and_nothing_else(folder: Path) -> None:
    (folder / "bad.txt").write_text(BAD)
    (folder / "old.doc").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504))
    status, out, err = run(folder, "--format", "json")
    assert status == 1
    assert [(record["file"], record["outcome"]) for record in map(json.loads, out)] == [
        ("bad.txt", "refused"),
        ("good.txt", "created"),
        ("old.doc", "refused"),
    ]
    assert err == ["1 created, 0 updated, 0 unchanged, 2 refused."]


@pytest.mark.django_db
def test_chinese_is_spoken_where_the_terminal_is_chinese(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    status, out, _err = run(folder, "--format", "json", "--dry-run")
    assert (status, json.loads(out[0])["outcome"]) == (0, "created")


@pytest.mark.django_db
def test_silence_can_be_asked_for(folder: Path) -> None:
    assert run(folder, verbosity=0) == (0, [], [])


@pytest.mark.django_db
def test_without_a_path_the_demonstration_documents_are_read() -> None:
    status, out, _err = run("--dry-run")
    assert status == 0
    assert out[-1] == "20 created, 0 updated, 0 unchanged, 0 refused."


@pytest.mark.django_db
def test_ctrl_c_leaves_whole_articles_and_the_sum(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "later.txt").write_text(GOOD.replace("Monday", "Tuesday"))
    write = Importer.write

    def interrupted(self: Importer, piece: Any, taken: Any, **named: Any) -> Any:
        if piece.name == "later.txt":
            raise KeyboardInterrupt
        return write(self, piece, taken, **named)

    monkeypatch.setattr(Importer, "write", interrupted)
    assert run(folder) == (
        130,
        [
            "created  A Meeting in the Old Library  good.txt",
            "Interrupted. The same command goes on where it stopped.",
            "1 created, 0 updated, 0 unchanged, 0 refused.",
        ],
        [],
    )
    assert Article.objects.count() == 1


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file or folder"):
        call_command("import_articles", str(tmp_path / "nothing"))
