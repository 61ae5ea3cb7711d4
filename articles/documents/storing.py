"""A document's article in the database: its fields, its pictures in their places, its attachments, its origin.

Called by importing inside its transaction; all writing goes through publishing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext_noop as _

from articles import tags
from articles.documents.companions import Source
from articles.documents.document import Document, Image, Note, Reading, Status, render
from articles.documents.files import Files, file_name
from articles.documents.results import PEOPLE
from articles.images import renditions, uploads
from articles.models import Article, ArticleImage, Attachment, FormerAddress, Section
from articles.publishing import moves, writing
from articles.states import Language, Precision, State
from articles.text import addresses, markup

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True)
class Target:
    """Where an article goes, and who brings it; ``name`` is that of its document."""

    name: str = ""
    section: Section | None = None
    state: State = State.REVIEW
    by: "User | None" = None


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


def lacks_files(article: Article) -> bool:
    return article.images.filter(file="").exists() or article.attachments.filter(file="").exists()


def as_stored(article: Article, document: Document) -> Files:
    """The files of a document whose article has them all: nothing needs to be looked at again."""
    names = set(article.images.values_list("original_name", flat=True))
    found = (place for place, image in enumerate(document.images) if file_name(image.name) in names)
    return Files(stored=frozenset(found))


# ---------------------------------------------------------------- the article
@dataclass(slots=True)
class Shelves:
    """The sections of the site, read once for an import: by address, and by their names in both languages."""

    by_address: dict[str, Section] = field(default_factory=dict)
    by_name: dict[str, Section] = field(default_factory=dict)

    @classmethod
    def of_site(cls) -> "Shelves":
        sections = list(Section.objects.all())
        names = [(name, section) for section in sections for name in (section.name_zh, section.name_en)]
        return cls({one.slug: one for one in sections}, {name.casefold(): section for name, section in names})

    def section_of(self, source: Source, document: Document, files: Files) -> Section | None:
        """The section that the document names, or the one whose address is the name of its folder."""
        if document.section:
            named = self.by_name.get(document.section.casefold()) or self.by_address.get(document.section)
            if named is not None:
                return named
            files.warn(_("The site has no section “%(name)s”; the article is in none."), name=document.section)
        return self.by_address.get(source.path.parent.name)


def create(reading: Reading, files: Files, target: Target, *, written: list[str], at: datetime) -> Article:
    """A new article in the state of the target."""
    document = reading.document
    article = Article(section=target.section, **fields_of(document, target.name))
    article.imported_views = document.initial_views or 0
    article.body = "" if document.images else render(document)
    writing.begin(article, by=target.by, at=at)
    if document.images:  # They are named in the text by their numbers, which they have when they are stored.
        rows = [_image_row(article, image, place) for place, image in enumerate(document.images)]
        for place, row in enumerate(rows):
            _save_image(row, files, place, written)
        _set_cover(article, document, rows)
        writing.replace_body(article, _body(document, rows))
    if document.tags:
        _set_tags(article, document)
    for place, attachment in enumerate(document.attachments):
        _attach(article, attachment.name, place, files.attachments.get(place), written)
    bare = not (document.images or document.tags or document.attachments)
    writing.settle_new(article, by=target.by, at=at, bare=bare)
    moves.arrive(article, state=target.state, by=target.by, at=at)
    return article


def update(
    article: Article, reading: Reading, files: Files, target: Target, *, written: list[str], at: datetime
) -> Article:
    """The document's new text as a new revision; pictures of the same name keep their rows.

    A document without section, tags or views leaves those of the article.
    """
    document = reading.document
    for key, value in fields_of(document, target.name).items():
        setattr(article, key, value)
    if document.initial_views is not None:
        article.imported_views = document.initial_views
    article.section = target.section or article.section
    rows = _reused_images(article, document, files, written)
    article.body = _body(document, rows)
    _set_cover(article, document, rows)
    writing.save(article, by=target.by, at=at, expected=article.version)
    if document.tags:
        _set_tags(article, document)
    _reuse_attachments(article, document, files, written)
    writing.settle(article, by=target.by, at=at)
    if article.state == State.REVIEW and reading.status is Status.OK and target.state == State.PUBLISHED:
        moves.publish(article, by=None, at=at)
    return article


def _set_cover(article: Article, document: Document, rows: Sequence[ArticleImage]) -> None:
    """The picture that stood for the article on the old site, if its file is there."""
    for image, row in zip(document.images, rows, strict=True):
        if image.name == document.lead_image and row.file:
            article.cover = row
            return


def keep_addresses(article: Article, former: Iterable[str]) -> list[tuple[str, int]]:
    """From now on these addresses lead to the article; returns those that lead to another one, with its number."""
    wanted = dict.fromkeys(form for address in former for form in addresses.forms(address))
    if not wanted:
        return []
    paths = {path for path, _query in wanted}
    taken = {
        (row.path, row.query): row.article_id
        for row in FormerAddress.objects.filter(path__in=paths, query__in={query for _path, query in wanted})
    }
    FormerAddress.objects.bulk_create(
        [
            FormerAddress(article=article, path=path, query=query)
            for path, query in wanted
            if (path, query) not in taken
        ],
        ignore_conflicts=True,
    )
    others = ((form, taken[form]) for form in wanted if taken.get(form, article.pk) != article.pk)
    return [(f"{path}?{query}" if query else path, number) for (path, query), number in others]


def record_of(reading: Reading, warnings: Iterable[Note]) -> dict[str, Any]:
    """What an origin keeps of a reading."""
    return {
        "repairs": dict(reading.repairs),
        "suggestions": dict(reading.suggestions),
        "warnings": sentences(warnings),
        "dropped": list(reading.dropped),
        "evidence": {name: [each.quote, each.certainty.value] for name, each in reading.evidence.items()},
    }


def missing(article: Article, document: Document, files: Files) -> Missing:
    """What the article still lacks and the document's folder now has."""
    found = Missing()
    pictures: dict[str, list[int]] = {}
    for place in sorted(files.pictures):
        pictures.setdefault(file_name(document.images[place].name), []).append(place)
    for row in article.images.filter(file=""):
        if pictures.get(row.original_name):
            found.images.append((row, pictures[row.original_name].pop(0)))
    attachments = {file_name(document.attachments[place].name): place for place in sorted(files.attachments)}
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


def fields_of(document: Document, name: str) -> dict[str, Any]:
    title = document.title or PurePosixPath(name).stem
    fields: dict[str, Any] = {
        "title": title[:300],
        "subtitle": document.subtitle[:300],
        "summary": document.summary[:600],
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
    name = file_name(image.name)
    return ArticleImage(
        article=article, original_name=name, caption=image.caption[:500], alt=image.alt[:300], order=place
    )


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
        Attachment.objects.create(article=article, name=file_name(name), order=order)
        return
    row = uploads.attach_file(article, data, name=name, order=order)
    written.append(str(row.file.name))


def _reused_images(article: Article, document: Document, files: Files, written: list[str]) -> list[ArticleImage]:
    standing: dict[str, list[ArticleImage]] = {}
    for row in article.images.all():
        standing.setdefault(row.original_name, []).append(row)
    rows: list[ArticleImage] = []
    for place, image in enumerate(document.images):
        same = standing.get(file_name(image.name))
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
        row = standing.pop(file_name(attachment.name), None)
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
