"""Every sentence of the interface stands in the Chinese catalog, and the compiled catalog is the one of the text."""

import gettext
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from newsroom.bootstrap import BASE_DIR

CATALOG = BASE_DIR / "articles/locale/zh_Hans/LC_MESSAGES/django"
ENTRY = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) (".*"(?:\n".*")*)', re.MULTILINE)


def entries(po: str) -> dict[str, list[str]]:
    """Each message, behind its context, with its translations; plural forms under the singular."""
    found: dict[str, list[str]] = {}
    context = message = ""
    for keyword, quoted in ENTRY.findall(po):
        text = "".join(line[1:-1] for line in quoted.splitlines())
        text = text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")
        if keyword == "msgctxt":
            context = text + "\x04"  # as compiled catalogs write it
        elif keyword == "msgid":
            message, context = context + text, ""
            found[message] = []
        elif keyword.startswith("msgstr"):
            found[message].append(text)
    return found


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """All messages of code and templates, as makemessages finds them in a copy of the project."""
    if shutil.which("xgettext") is None:
        pytest.skip("xgettext is not installed (Debian's package gettext); the messages cannot be collected.")
    copy = tmp_path_factory.mktemp("messages")
    for room in ("articles", "newsroom", "templates"):
        shutil.copytree(BASE_DIR / room, copy / room, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(BASE_DIR / "manage.py", copy)
    environment = {**os.environ, "NEWSROOM_DATA": str(copy / "data"), "DJANGO_SETTINGS_MODULE": "newsroom.settings"}
    command = [
        sys.executable,
        "manage.py",
        "makemessages",
        "-l",
        "zh_Hans",
        "--no-obsolete",
        "--no-location",
        "-v",
        "0",
    ]
    subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True)
    return entries((copy / "articles/locale/zh_Hans/LC_MESSAGES/django.po").read_text("utf-8"))


def test_every_message_is_translated(extracted: dict[str, list[str]]) -> None:
    kept = entries(CATALOG.with_suffix(".po").read_text("utf-8"))
    assert sorted(message for message in extracted if not all(kept.get(message) or [""])) == []


def test_no_translation_is_left_over(extracted: dict[str, list[str]]) -> None:
    kept = entries(CATALOG.with_suffix(".po").read_text("utf-8"))
    assert sorted(message for message in kept if message not in extracted) == []


def test_no_translation_is_marked_as_a_guess() -> None:
    assert "#, fuzzy" not in CATALOG.with_suffix(".po").read_text("utf-8")


def test_the_holes_of_each_sentence_are_the_same_in_both_languages() -> None:
    holes = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
    wrong = [
        message
        for message, translations in entries(CATALOG.with_suffix(".po").read_text("utf-8")).items()
        if message and any(set(holes.findall(message)) - set(holes.findall(line)) for line in translations[-1:])
    ]
    assert wrong == []


def test_the_compiled_catalog_is_the_one_of_the_text() -> None:
    with Path(CATALOG.with_suffix(".mo")).open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    text = entries(CATALOG.with_suffix(".po").read_text("utf-8"))
    differing = [
        m for m, (line, *_) in text.items() if m and line not in {compiled.gettext(m), compiled.ngettext(m, m, 1)}
    ]
    assert differing == []
