"""A document's article in the database: its fields, its pictures in their places, its attachments.

Called by importing inside its transaction; all writing goes through publishing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext_noop as _

from articles import tags
from articles.documents.companions import Companions, Source
from articles.documents.document import Document, Image, Note, Reading, Status, Value, render
from articles.images import kinds, renditions, uploads
from articles.models import Article, ArticleImage, Attachment, Section
from articles.publishing import moves, writing
from articles.states import Language, Precision, State
from articles.text import markup

PEOPLE = ("author", "source", "editor", "reviewer", "photographer")


@dataclass(slots=True)
class Files:
    """The files of a document that were found and accepted, by their place in its lists."""

    pictures: dict[int, uploads.Accepted] = field(default_factory=dict)
    encoded: dict[int, list[renditions.Encoded]] = field(default_factory=dict)
    attachments: dict[int, bytes] = field(default_factory=dict)
    stored: frozenset[int] = frozenset()  # pictures that the article has already
    notes: list[Note] = field(default_factory=list)

    @property
    def found(self) -> frozenset[int]:
        return self.stored | frozenset(self.pictures)

    def encode(self) -> None:
        """Make the renditions now: they take a second a picture, and a transaction should be short."""
        self.encoded = {place: renditions.encode(one.data, suffix=one.suffix) for place, one in self.pictures.items()}

    def warn(self, message: str, **values: Value) -> None:
        self.notes.append(Note(message, values))


@dataclass(slots=True)
class Missing:
    """Rows without a file for which a file is there now, with the file's place in the document."""

    images: list[tuple[ArticleImage, int]] = field(default_factory=list)
    attachments: list[tuple[Attachment, int]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.images or self.attachments)

    @property
    def names(self) -> list[str]:
        return [row.original_name for row, _place in self.images] + [row.name for row, _place in self.attachments]


# ---------------------------------------------------------------- files beside the document
def collect(source: Source, document: Document) -> Files:
    """Look for the document's files and judge them; whatever is wrong with one is a warning, no more."""
    files = Files()
    companions = Companions(source)
    missing = [
        image.name
        for place, image in enumerate(document.images)
        if not _take_picture(files, companions, place, image.name)
    ]
    for place, attachment in enumerate(document.attachments):
        if not _take_attachment(files, companions, place, attachment.name):
            missing.append(attachment.name)
    if missing:
        files.warn(_("Not found beside the document: %(names)s."), names=tuple(missing))
    return files


def lacks_files(article: Article) -> bool:
    return article.images.filter(file="").exists() or article.attachments.filter(file="").exists()


def as_stored(article: Article, document: Document) -> Files:
    """The files of a document whose article has them all: nothing needs to be looked at again."""
    names = set(article.images.values_list("original_name", flat=True))
    found = (place for place, image in enumerate(document.images) if kinds.clean_name(image.name) in names)
    return Files(stored=frozenset(found))


def _take_picture(files: Files, companions: Companions, place: int, name: str) -> bool:
    """False if there is no such file; a file that is there and no good is told of here."""
    data = _bytes(files, companions, name, largest=uploads.LARGEST_IMAGE_BYTES)
    if data is None:
        return False
    if data:
        try:
            files.pictures[place] = uploads.accept(data, name=name)
        except uploads.Refused as error:
            files.warn(_("The picture “%(name)s” was not taken: %(reason)s"), name=name, reason=str(error))
    return True


def _take_attachment(files: Files, companions: Companions, place: int, name: str) -> bool:
    data = _bytes(files, companions, name, largest=uploads.LARGEST_FILE_BYTES)
    if data is None:
        return False
    if data:
        try:
            uploads.check_file(data, name=kinds.clean_name(name))
            files.attachments[place] = data
        except uploads.Refused as error:
            files.warn(_("The attachment “%(name)s” was not taken: %(reason)s"), name=name, reason=str(error))
    return True


def _bytes(files: Files, companions: Companions, name: str, *, largest: int) -> bytes | None:
    """The content of the named file; None where it is not found, nothing where it cannot be used."""
    try:
        match = companions.find(name)
        if match.rivals:
            files.warn(
                _("Several files could be “%(name)s”, none was taken: %(rivals)s."), name=name, rivals=match.rivals
            )
            return b""
        if match.path is None:
            return None
        size = match.path.stat().st_size
        if not 0 < size <= largest:
            files.warn(_("The file “%(name)s” has %(size)d bytes and was not taken."), name=name, size=size)
            return b""
        return match.path.read_bytes()
    except OSError as error:
        files.warn(_("The file “%(name)s” cannot be read: %(reason)s."), name=name, reason=error.strerror or "?")
        return b""


# ---------------------------------------------------------------- the article
def section_of(source: Source, document: Document, files: Files) -> Section | None:
    """The section that the document names, or the one whose address is the name of its folder."""
    if document.section:
        named = Section.objects.filter(
            Q(name_zh__iexact=document.section) | Q(name_en__iexact=document.section)
        ).first()
        if named is not None:
            return named
        files.warn(_("The site has no section “%(name)s”; the article is in none."), name=document.section)
    return Section.objects.filter(slug=source.path.resolve().parent.name).first()


def create(
    reading: Reading, files: Files, *, name: str, section: Section | None, written: list[str], at: datetime
) -> Article:
    """A new article: public if the document is sound and dated, otherwise in review."""
    document = reading.document
    article = Article(section=section, **_fields(document, name))
    article.imported_views = document.initial_views or 0
    article.body = render(replace(document, images=()))
    writing.begin(article, by=None, at=at)
    rows = [_image_row(article, image, place) for place, image in enumerate(document.images)]
    for place, row in enumerate(rows):
        _save_image(row, files, place, written)
    article.body = markup.clean(_body(document, rows))
    article.save(update_fields=["body"])
    _set_tags(article, document)
    for place, attachment in enumerate(document.attachments):
        _attach(article, attachment.name, place, files.attachments.get(place), written)
    writing.settle(article, by=None, at=at)
    moves.arrive(article, state=State.PUBLISHED if reading.status is Status.OK else State.REVIEW, at=at)
    return article


def update(
    article: Article,
    reading: Reading,
    files: Files,
    *,
    name: str,
    section: Section | None,
    written: list[str],
    at: datetime,
) -> Article:
    """The document's new text as a new revision; pictures of the same name keep their rows.

    A document without section, tags or views leaves those of the article.
    """
    document = reading.document
    for key, value in _fields(document, name).items():
        setattr(article, key, value)
    if document.initial_views is not None:
        article.imported_views = document.initial_views
    article.section = section or article.section
    rows = _reused_images(article, document, files, written)
    article.body = _body(document, rows)
    writing.save(article, by=None, at=at, expected=article.version)
    if document.tags:
        _set_tags(article, document)
    _reuse_attachments(article, document, files, written)
    writing.settle(article, by=None, at=at)
    if article.state == State.REVIEW and reading.status is Status.OK:
        moves.publish(article, by=None, at=at)
    return article


def missing(article: Article, document: Document, files: Files) -> Missing:
    """What the article still lacks and the document's folder now has."""
    found = Missing()
    pictures: dict[str, list[int]] = {}
    for place in sorted(files.pictures):
        pictures.setdefault(kinds.clean_name(document.images[place].name), []).append(place)
    for row in article.images.filter(file=""):
        if pictures.get(row.original_name):
            found.images.append((row, pictures[row.original_name].pop(0)))
    attachments = {kinds.clean_name(document.attachments[place].name): place for place in sorted(files.attachments)}
    for lacking in article.attachments.filter(file=""):
        if lacking.name in attachments:
            found.attachments.append((lacking, attachments[lacking.name]))
    return found


def fill(article: Article, lacking: Missing, files: Files, *, written: list[str], at: datetime) -> None:
    """Put the found files into their rows and the pictures' addresses into the text, as a new version."""
    for row, place in lacking.images:
        _save_image(row, files, place, written)
    for attachment, place in lacking.attachments:
        attachment.delete()
        _attach(article, attachment.name, attachment.order, files.attachments[place], written)
    filled = {row.pk: row for row, _place in lacking.images}

    def with_address(number: int, tag: str) -> str:
        return _image_tag(filled[number]) if number in filled else tag

    article.body = markup.replace_pictures(article.body, with_address)
    writing.save(article, by=None, at=at, expected=article.version)
    writing.settle(article, by=None, at=at)


def sentences(notes: Iterable[Note]) -> list[str]:
    """The warnings in the site's main language, for the editors who will look at the origin."""
    with translation.override(settings.LANGUAGE_CODE):
        return [str(note) for note in notes]


def _fields(document: Document, name: str) -> dict[str, Any]:
    title = document.title or PurePosixPath(name).stem
    fields: dict[str, Any] = {
        "title": title[:300],
        "subtitle": document.subtitle[:300],
        "language": Language(document.language.lower()),
        **{person: getattr(document, person)[:200] for person in PEOPLE},
    }
    if document.published is not None:
        fields["published_at"] = document.published.when
        fields["published_precision"] = Precision(document.published.precision)
    return fields


def _set_tags(article: Article, document: Document) -> None:
    article.tags.set([tag[: tags.LONGEST_TAG] for tag in tags.distinct(document.tags)][: tags.MOST_TAGS])


def _body(document: Document, rows: list[ArticleImage]) -> str:
    waiting = iter(rows)
    ordered = replace(document, images=tuple(sorted(document.images, key=lambda image: image.after_paragraph)))
    return render(ordered, image_tag=lambda _image: _image_tag(next(waiting)))


def _image_tag(row: ArticleImage) -> str:
    address = row.file.url if row.file else ""
    return format_html('<img data-file="{}" src="{}" alt="{}">', row.pk, address, row.alt)


def _image_row(article: Article, image: Image, place: int) -> ArticleImage:
    name = kinds.clean_name(image.name)
    return ArticleImage(article=article, original_name=name, caption=image.caption[:500], order=place)


def _save_image(row: ArticleImage, files: Files, place: int | None, written: list[str]) -> None:
    """Save the row, with the file if there is one; a file that it had goes when the transaction is through."""
    accepted = None if place is None else files.pictures.get(place)
    if place is None or accepted is None:
        row.save()
        return
    former = renditions.files(row) if row.file else []
    if former:
        row.renditions.all().delete()
        transaction.on_commit(lambda: uploads.delete_files(former))
    uploads.store(row, accepted, encoded=files.encoded.get(place))
    written.extend(renditions.files(row))


def _attach(article: Article, name: str, order: int, data: bytes | None, written: list[str]) -> None:
    if data is None:
        Attachment.objects.create(article=article, name=kinds.clean_name(name), order=order)
        return
    row = uploads.attach_file(article, data, name=name, order=order)
    written.append(str(row.file.name))


def _reused_images(article: Article, document: Document, files: Files, written: list[str]) -> list[ArticleImage]:
    standing: dict[str, list[ArticleImage]] = {}
    for row in article.images.all():
        standing.setdefault(row.original_name, []).append(row)
    rows: list[ArticleImage] = []
    for place, image in enumerate(document.images):
        same = standing.get(kinds.clean_name(image.name))
        row = same.pop(0) if same else _image_row(article, image, place)
        row.order, row.caption = place, image.caption[:500] or row.caption
        accepted = files.pictures.get(place)
        known = accepted is not None and bool(row.file) and row.sha256 == accepted.sha256
        _save_image(row, files, None if known else place, written)
        rows.append(row)
    for rest in standing.values():
        for row in rest:
            uploads.remove(row)
    return rows


def _reuse_attachments(article: Article, document: Document, files: Files, written: list[str]) -> None:
    """An attachment of the same name and content keeps its row, and so its address and its counter."""
    standing = {row.name: row for row in article.attachments.all()}
    for place, attachment in enumerate(document.attachments):
        data = files.attachments.get(place)
        row = standing.pop(kinds.clean_name(attachment.name), None)
        if row is not None and (data is None or (row.file and _content(row) == data)):
            row.order = place
            row.save(update_fields=["order"])
            continue
        if row is not None:
            uploads.remove_file(row)
        _attach(article, attachment.name, place, data, written)
    for row in standing.values():
        uploads.remove_file(row)


def _content(row: Attachment) -> bytes:
    with row.file.open("rb") as file:
        content: bytes = file.read()
    return content
