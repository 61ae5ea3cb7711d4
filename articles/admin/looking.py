"""What the import page shows of a document: read as an import would read it, with nothing written.

``rows`` are the documents of a tray in short, kept in the tray once they are read; ``rehearse`` and ``shown`` are one
document at length.
"""

import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.forms import Form
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from articles.admin import originals
from articles.admin.trays import Contents, Entry, Tray, note_of, plain_note
from articles.documents import jobs, report
from articles.documents.companions import Companions
from articles.documents.document import Circumstances, Document, Image, Reading, Status, render
from articles.documents.importing import Importer
from articles.documents.jobs import Job, Taken
from articles.documents.results import Result
from articles.images import kinds, uploads
from articles.text import markup

CONTENT_TYPES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG", "image/png"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
)


def rows(tray: Tray, contents: Contents, *, until: float, at: datetime) -> list[dict[str, Any]]:
    """The documents in short; ``status`` is empty for those that there was no time to read."""
    return [_row(tray, entry, until=until, at=at) for entry in contents.entries]


def _row(tray: Tray, entry: Entry, *, until: float, at: datetime) -> dict[str, Any]:
    memory = tray.memory(entry.key)
    summary = memory.get("summary")
    if summary is None and time.monotonic() < until:
        taken = jobs.take(Job(entry.piece, circumstances(entry, at)))
        summary = _summary(entry, taken.reading, taken.sha256)
        tray.remember(entry.key, summary=summary)
    row = {
        "status": "",
        "title": "",
        "date": "",
        "sha256": "",
        "pictures": 0,
        "found": 0,
        "warnings": 0,
        "reason": None,
    }
    row |= summary or {}
    row["reason"] = str(note_of(row["reason"])) if row["reason"] else ""  # type: ignore[arg-type]
    title = memory.get("corrections", {}).get("title") or row["title"]
    return {**row, "title": title, "key": entry.key, "entry": entry, "name": entry.name,
            "corrected": bool(memory.get("corrections")), "refused": bool(memory.get("refused"))}  # fmt: skip


def _summary(entry: Entry, reading: Reading, sha256: str) -> dict[str, Any]:
    document = reading.document
    refused = reading.status is Status.REFUSED and bool(reading.warnings)
    return {
        "status": reading.status.value,
        "title": document.title,
        "date": f"{document.published.when:%Y-%m-%d}" if document.published else "",
        "sha256": sha256,
        "pictures": len(document.images),
        "found": sum(1 for file in _files(entry, reading) if file is not None),
        "warnings": len(reading.warnings),
        "reason": plain_note(reading.warnings[-1]) if refused else None,
    }


def _files(entry: Entry, reading: Reading) -> Iterable[Path | bytes | None]:
    """For each picture of the document its file or its bytes, without a look inside."""
    companions = Companions(entry.known.source)
    for image in reading.document.images:
        inside = reading.parts.get(image.address)
        yield inside if inside is not None else companions.find(image.name, image.address).path


def circumstances(entry: Entry, at: datetime) -> Circumstances:
    return Circumstances(at=at, zone=timezone.get_default_timezone(), name=entry.known.source.path.name)


# ---------------------------------------------------------------- one document
def rehearse(entry: Entry, *, at: datetime) -> tuple[Result, Taken]:
    """What an import of the document would do, and what was read for it; nothing is written."""
    taken = jobs.take(Job(entry.piece, circumstances(entry, at)))
    return Importer(rehearsal=True).write(entry.piece, taken, at=at), taken


def remember(tray: Tray, entry: Entry, taken: Taken) -> list[str]:
    """Keep the summary, and where each picture lies, so that the page can show them."""
    summary = _summary(entry, taken.reading, taken.sha256)
    places: list[str] = []
    home = tray.folder.resolve()
    for number, file in enumerate(_files(entry, taken.reading)):
        if isinstance(file, bytes):
            place = tray.folder / "inside" / f"{entry.key}-{number}"
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(file)
            places.append(place.relative_to(tray.folder).as_posix())
        else:
            places.append(file.resolve().relative_to(home).as_posix() if file is not None else "")
    tray.remember(entry.key, summary=summary, pictures=places)
    return places


def picture(tray: Tray, key: str, place: int) -> tuple[bytes, str] | None:
    """The bytes of a picture and what they are, if they are a picture of a kind that is taken."""
    places = tray.memory(key).get("pictures", [])
    if place >= len(places) or not places[place]:
        return None
    path = (tray.folder / places[place]).resolve()
    if not path.is_relative_to(tray.folder.resolve()) or path.stat().st_size > uploads.LARGEST_IMAGE_BYTES:
        return None
    data = path.read_bytes()
    if not kinds.seems_picture(data):
        return None
    return data, next((kind for start, kind in CONTENT_TYPES if data.startswith(start)), "image/avif")


def path_of(entry: Entry) -> Path:
    """Where the bytes of the document lie."""
    return entry.cut or entry.known.source.path


def shown(tray: Tray, entry: Entry, result: Result, data: bytes, *, at: datetime) -> dict[str, Any]:
    """What the page says of the document."""
    labels = {name: str(label) for name, label in report.FIELDS.items()}
    said = report.shown(result)
    return {
        **said,
        "dropped": result.reading.dropped,
        "attachments": result.reading.document.attachments,
        "addresses": result.reading.document.addresses,
        "former_section": result.reading.document.section,
        "status": result.reading.status.value,
        "body": body(tray, entry, result),
        "original": originals.shown(entry.known.kind, data, result.reading, labels=labels, at=at),
        "lang": result.reading.document.language,
    }


def body(tray: Tray, entry: Entry, result: Result) -> SafeString | str:
    """The text as readers would see it, cleaned by the allowlist; its pictures come from the tray."""
    document: Document = result.reading.document
    places = {id(image): place for place, image in enumerate(document.images)}

    def tag(image: Image) -> str:
        place = places[id(image)]
        caption = format_html("<figcaption>{}</figcaption>", image.caption) if image.caption else ""
        if place not in result.found:
            missing = _("The picture “%(name)s” is missing.") % {"name": image.name}
            return format_html("<figure><figcaption><em>{}</em> {}</figcaption></figure>", missing, image.caption)
        address = reverse("admin:articles_article_document_picture", args=[tray.token, entry.key, place])
        return format_html('<figure><img src="{}" alt="{}">{}</figure>', address, image.alt, caption)

    try:
        return mark_safe(markup.clean(render(document, image_tag=tag)))
    except markup.MarkupRefused as refused:
        return str(refused)


def with_evidence(form: Form, result: Result) -> list[dict[str, Any]]:
    """The fields of the form, each with the line it came from and how sure it is."""
    facts = {fact["name"]: fact for fact in report.facts(result)}
    return [{"field": field, "fact": facts.get(field.name)} for field in form]
