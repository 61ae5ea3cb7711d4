"""What became of a document: the answer of an import, for people and for machines."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from articles.documents.document import Note, Reading, render

PEOPLE = ("author", "source", "editor", "reviewer", "photographer")


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Remark:
    """What there is to say about a container as a whole: items of an export that are no articles, lost entries."""

    name: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one document; ``found`` are the places in its list of pictures that a file was found for."""

    name: str
    outcome: Outcome
    reading: Reading
    sha256: str
    kind: str = ""
    article: int | None = None
    found: frozenset[int] = frozenset()
    news: tuple[Note, ...] = field(default=())  # what this run has to say, beside what the document says each time

    def as_json(self) -> dict[str, Any]:
        """The stable form for machines."""
        read, reading = self.reading.document, self.reading
        return {
            "file": self.name,
            "outcome": self.outcome.value,
            "status": reading.status.value,
            "kind": self.kind,
            "title": read.title,
            "subtitle": read.subtitle,
            "published": read.published.when.isoformat(timespec="seconds") if read.published else None,
            "published_precision": read.published.precision if read.published else "",
            **{name: getattr(read, name) for name in PEOPLE},
            "initial_views": read.initial_views,
            "language": read.language,
            "section": read.section,
            "tags": list(read.tags),
            "summary": read.summary,
            "state": read.state,
            "link": next(iter(read.addresses), ""),
            "addresses": list(read.addresses),
            "images": self._images(),
            "lead_image": read.lead_image,
            "attachments": [attachment.name for attachment in read.attachments],
            "paragraphs": read.paragraphs,
            "body": render(read),
            "repairs": dict(reading.repairs),
            "suggestions": dict(reading.suggestions),
            "warnings": [str(note) for note in reading.warnings],
            "dropped": list(reading.dropped),
            "evidence": {
                name: {"quote": each.quote, "certainty": each.certainty.value}
                for name, each in reading.evidence.items()
            },
            "origin_sha256": self.sha256,
            "article": self.article,
        }

    def _images(self) -> list[dict[str, Any]]:
        return [
            {
                "name": image.name,
                "after_paragraph": image.after_paragraph,
                "caption": image.caption,
                "alt": image.alt,
                "address": image.address,
                "found": place in self.found,
            }
            for place, image in enumerate(self.reading.document.images)
        ]
