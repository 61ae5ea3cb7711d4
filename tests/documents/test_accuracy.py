"""How well documents are read: the corpus beside this file, field by field.

``corpus/expected`` has for each document what a person reads in it. A field that is read wrongly today stands in
``corpus/known_failures.json`` with its reason, so that a lucky improvement is noticed; ``corpus/floors.json`` has the
share of documents on which each field is right, which may only rise.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from articles.documents import archive, readers, sniffing
from articles.documents.document import Circumstances, Reading
from articles.documents.sniffing import Kind

CORPUS = Path(__file__).with_name("corpus")
EXPECTED = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((CORPUS / "expected").glob("*.json"))}
FLOORS: dict[str, float] = json.loads((CORPUS / "floors.json").read_text("utf-8"))
FAILURES: dict[str, dict[str, str]] = json.loads((CORPUS / "known_failures.json").read_text("utf-8"))
PLAIN_FIELDS = ("title", "subtitle", "author", "source", "editor", "reviewer", "photographer", "language")
FIELDS = (*PLAIN_FIELDS, "published", "precision", "initial_views", "body", "images", "attachments", "tags", "status")
EMPTY: dict[str, Any] = {
    **dict.fromkeys(PLAIN_FIELDS, ""),
    "published": "",
    "precision": "",
    "initial_views": None,
    "body": [],
    "images": [],
    "attachments": [],
    "tags": [],
}
AT = datetime(2026, 11, 27, tzinfo=UTC)


@cache
def reading(stem: str) -> Reading:
    path = CORPUS / EXPECTED[stem]["file"]
    data = path.read_bytes()
    kind = sniffing.kind_of(data, name=path.name, entries=archive.names(path))
    assert isinstance(kind, Kind)
    return readers.read(kind, data, Circumstances(AT, name=path.name))


@cache
def found(stem: str) -> dict[str, Any]:
    """What was read, in the words of the expected records."""
    document, result = reading(stem).document, reading(stem)
    return {
        **{name: getattr(document, name) for name in (*PLAIN_FIELDS, "initial_views")},
        "published": document.published.when.isoformat() if document.published else "",
        "precision": document.published.precision if document.published else "",
        "body": document.paragraphs,
        "images": [[image.name, image.after_paragraph, image.caption] for image in document.images],
        "attachments": [attachment.name for attachment in document.attachments],
        "tags": list(document.tags),
        "status": result.status.value,
        "repairs": sorted(set(result.repairs) - {"bom", "line_ends", "wide_blanks"}),
    }


def expected(stem: str) -> dict[str, Any]:
    return EMPTY | EXPECTED[stem]


def _cases() -> Iterator[Any]:
    """Every document; one with known failures is expected to fail, and to be taken off the list when it does not."""
    for stem in EXPECTED:
        reasons = " ".join(FAILURES.get(stem, {}).values())
        yield pytest.param(stem, marks=pytest.mark.xfail(reason=reasons, strict=True)) if reasons else stem


@pytest.mark.parametrize("stem", list(_cases()))
def test_a_document_is_read_as_a_person_reads_it(stem: str) -> None:
    assert {name: found(stem)[name] for name in FIELDS} == {name: expected(stem)[name] for name in FIELDS}


@pytest.mark.parametrize("stem", [stem for stem, record in EXPECTED.items() if "repairs" in record])
def test_what_was_repaired_has_its_name(stem: str) -> None:
    assert found(stem)["repairs"] == sorted(EXPECTED[stem]["repairs"])


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_is_read_as_well_as_ever(name: str) -> None:
    right = sum(found(stem)[name] == expected(stem)[name] for stem in EXPECTED)
    share = round(right / len(EXPECTED), 3)
    assert share >= FLOORS[name], f"“{name}” is right on {share:.1%} of the documents; it was on {FLOORS[name]:.1%}."
    assert share <= FLOORS[name], f"“{name}” is right on {share:.1%} of the documents now: raise its floor to {share}."


def test_the_corpus_is_large_and_every_document_has_its_record() -> None:
    files = sorted(path.name for path in CORPUS.iterdir() if path.is_file() and path.suffix != ".json")
    assert files == sorted(record["file"] for record in EXPECTED.values())
    assert len(files) >= 70


def test_every_field_has_the_line_that_it_came_from() -> None:
    """Who reads a report can find each value again."""
    without = [
        (stem, name)
        for stem in EXPECTED
        for name in ("title", "published", "author", "source", "editor", "initial_views")
        if getattr(reading(stem).document, name) and name not in reading(stem).evidence
    ]
    assert without == []
