"""The demonstration documents say what a person reads in them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from articles.documents import companions, plain
from articles.documents.document import Circumstances
from articles.documents.files import collect
from articles.documents.results import PEOPLE

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = json.loads((ROOT / "tests/documents/fixtures_expected.json").read_text("utf-8"))["documents"]
LOSSLESS = {"bom", "line_ends", "wide_blanks"}  # not counted in the expected records


def record(name: str) -> dict[str, Any]:
    path = ROOT / "fixtures" / name
    reading = plain.read(path.read_bytes(), Circumstances(datetime(2027, 1, 1, tzinfo=UTC)))
    document = reading.document
    files = collect(companions.sources([path])[0], reading)
    lost = [note.values["places"] for note in reading.warnings if "seem to be missing" in note.message]
    return {
        "file": name,
        **{key: getattr(document, key) for key in ("title", "subtitle", *PEOPLE, "initial_views", "language")},
        "published": document.published.when.isoformat() if document.published else None,
        "published_precision": document.published.precision if document.published else "",
        "images": [
            {"name": i.name, "after_paragraph": i.after_paragraph, "caption": i.caption, "found": n in files.found}
            for n, i in enumerate(document.images)
        ],
        "attachments": [attachment.name for attachment in document.attachments],
        "paragraph_count": len(document.blocks),
        "repairs": {name: count for name, count in reading.repairs.items() if name not in LOSSLESS},
        "possible_lost_images_after": list(lost[0]) if lost else [],
        "status": reading.status.value,
    }


@pytest.mark.parametrize("expected", EXPECTED, ids=[one["file"] for one in EXPECTED])
def test_a_demonstration_document_is_read_exactly(expected: dict[str, Any]) -> None:
    assert record(expected["file"]) == expected


def test_every_demonstration_document_has_an_expected_record() -> None:
    documents = [source.name for source in companions.sources([ROOT / "fixtures"])]
    assert sorted(documents) == sorted(one["file"] for one in EXPECTED)
