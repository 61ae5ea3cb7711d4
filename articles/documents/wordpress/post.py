"""One post of an export becomes a document."""

import html as escaping
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo

from django.utils.translation import gettext_noop as _
from lxml import etree

from articles.documents import blocks, language, names
from articles.documents.blocks import Content
from articles.documents.dates import Moment
from articles.documents.document import (
    Certainty,
    Circumstances,
    Document,
    Evidence,
    Image,
    Note,
    Reading,
    Status,
    refused,
)
from articles.documents.wordpress import shortcodes
from articles.documents.wordpress.cutting import encoded, metas, parse_item, text_of
from articles.text import repairs

LARGEST = 64 * 1024 * 1024
HIDDEN = {"draft": "draft", "pending": "draft", "private": "draft"}
VIEWS = (
    "views",
    "post_views_count",
    "_post_views",
    "post_views",
    "hits",
    "_views",
    "view_count",
    "entry_views",
    "pageviews",
)
SOURCES = ("source", "来源", "article_source", "news_source", "from")
EDITORS = ("editor", "责任编辑", "responsible_editor", "bianji")
REPAIRS = ("controls", "nbsp", "zero_width", "pinyin_notes")
_SIZED = re.compile(r"-\d{2,5}x\d{2,5}(?=\.[A-Za-z]{3,4}$)")


@dataclass(frozen=True, slots=True)
class Attachment:
    number: str
    address: str
    caption: str
    alt: str


@dataclass(slots=True)
class _Facts:
    notes: list[Note] = field(default_factory=list)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    review: bool = False

    def prove(self, name: str, quote: str) -> None:
        self.evidence[name] = Evidence(" ".join(quote.split())[:300], Certainty.LABELLED)


def read(data: bytes, circumstances: Circumstances) -> Reading:
    """The reading of an export of one post, as ``split`` makes it."""
    if len(data) > LARGEST:
        return refused(_("The document has %(size)d bytes; at most %(most)d are read."), size=len(data), most=LARGEST)
    if b"<!ENTITY" in data or b"<!DOCTYPE" in data[:4000]:
        return refused(_("The export declares entities; no export of WordPress does."))
    item = parse_item(data)
    if item is None:
        return refused(_("The export holds no post that can be read."))
    facts = _Facts()
    attachments = _attachments(item)
    written, summary = _content(item, facts, circumstances)
    prepared, counts = written
    content = blocks.of(
        blocks.parse(shortcodes.to_html(prepared, attachments, facts.notes)), base=text_of(item, "link")
    )
    images, lead = _images(item, content, attachments)
    document = replace(
        _fields(item, facts, circumstances),
        blocks=content.blocks,
        images=images,
        attachments=content.attachments,
        summary=summary,
        lead_image=lead,
    )
    return _settled(document, content, facts, counts, circumstances)


def _settled(
    document: Document, content: Content, facts: _Facts, counts: dict[str, int], circumstances: Circumstances
) -> Reading:
    text = "\n".join([document.title, *document.paragraphs])
    tag, certain = language.of(text)
    if not certain and len(text) > 200:
        facts.notes.append(
            Note(_("The language of the text is not certain; %(language)s was assumed."), {"language": tag})
        )
    document = replace(document, language=tag)
    if not document.title:
        facts.notes.append(Note(_("The post has no title.")))
    if document.published is None:
        facts.notes.append(Note(_("The document names no date of publication; it is imported as a draft for review.")))
    elif document.published.is_doubtful(at=circumstances.at) and document.published.when.year < 1990:
        facts.review = True
    if not document.blocks and not document.images:
        facts.notes.append(Note(_("The post has no text.")))
    review = (
        facts.review or not document.title or document.published is None or not (document.blocks or document.images)
    )
    status = Status.REVIEW if review else Status.OK
    return Reading(
        document, status, tuple(facts.notes), counts, facts.evidence, tuple(content.dropped), parts=content.parts
    )


def _attachments(item: etree._Element) -> dict[str, Attachment]:
    root = item.getroottree().getroot()
    found = {}
    for one in root.iter("item"):
        if text_of(one, "post_type") == "attachment":
            number = text_of(one, "post_id")
            alt = metas(one).get("_wp_attachment_image_alt", "")
            found[number] = Attachment(number, text_of(one, "attachment_url"), encoded(one, "excerpt"), alt)
    return found


def _content(
    item: etree._Element, facts: _Facts, circumstances: Circumstances
) -> tuple[tuple[str, dict[str, int]], str]:
    """The text with its damage mended and its repairs counted, and the summary."""
    wanted = [name for name in REPAIRS if name not in circumstances.skip]
    repaired = repairs.replay(encoded(item, "content"), [*wanted, *circumstances.also])
    text, summary = repaired.text, blocks.plain(blocks.parse(encoded(item, "excerpt")).text_content())
    before, more, after = text.partition("<!--more")
    if more:
        text = before + after.partition("-->")[2]
        if not summary:
            summary = blocks.plain(blocks.parse(shortcodes.without(before)).text_content())[:600]
            facts.prove("summary", "<!--more-->")
    if summary and "summary" not in facts.evidence:
        facts.prove("summary", f"excerpt:encoded {summary}")
    return (text, repaired.counts), summary[:600]


def _fields(item: etree._Element, facts: _Facts, circumstances: Circumstances) -> Document:
    title = blocks.plain(
        blocks.parse(escaping.escape(text_of(item, "title"), quote=False).replace("&amp;", "&")).text_content()
    )
    facts.prove("title", f"title {title}")
    fields = metas(item)
    section, tags = _terms(item, facts)
    addresses = [address for address in (text_of(item, "link"), text_of(item, "guid")) if address.startswith("http")]
    if addresses:
        facts.prove("addresses", f"link {addresses[0]}")
    views = next(
        (int(fields[name]) for name in VIEWS if fields.get(name, "").isascii() and fields.get(name, "").isdigit()), None
    )
    if views is not None:
        facts.prove("initial_views", f"wp:postmeta {views}")
    comments = len(item.findall("{*}comment"))
    if comments:
        facts.notes.append(Note(_("Comments of readers were left out: %(count)d."), {"count": comments}))
    if text_of(item, "is_sticky") == "1":
        facts.notes.append(Note(_("The post was pinned to the front page of the old site.")))
    return Document(
        title=title,
        published=_published(item, facts, circumstances.zone),
        author=_author(item, facts),
        source=_custom(fields, SOURCES, "source", facts),
        editor=_custom(fields, EDITORS, "editor", facts),
        initial_views=views,
        section=section,
        tags=tags,
        state=_state(item, facts),
        addresses=tuple(dict.fromkeys(addresses)),
    )


def _custom(fields: dict[str, str], keys: tuple[str, ...], name: str, facts: _Facts) -> str:
    for key in keys:
        value = " ".join(fields.get(key, "").split())
        if value and len(value) <= 60 and not value.startswith(("http", "a:", "{")):
            facts.prove(name, f"wp:postmeta {key} {value}")
            return value
    return ""


def _state(item: etree._Element, facts: _Facts) -> str:
    state = text_of(item, "status")
    if text_of(item, "post_password"):
        facts.notes.append(Note(_("The post was protected by a password; it becomes a draft.")))
        return "draft"
    if state in HIDDEN:
        facts.notes.append(
            Note(_("The post had the state “%(state)s” on the old site; it becomes a draft."), {"state": state})
        )
    return HIDDEN.get(state, "")


def _author(item: etree._Element, facts: _Facts) -> str:
    """The name that the table of authors gives to the account."""
    login = text_of(item, "creator")
    root = item.getroottree().getroot()
    for author in root.iter("{*}author"):
        if text_of(author, "author_login") == login and login:
            shown = text_of(author, "author_display_name")
            shown = shown or f"{text_of(author, 'author_first_name')} {text_of(author, 'author_last_name')}".strip()
            if shown:
                facts.prove("author", f"wp:author_display_name {shown}")
                return names.line(shown) or shown
    if login:
        facts.prove("author", f"dc:creator {login}")
    return login


def _terms(item: etree._Element, facts: _Facts) -> tuple[str, tuple[str, ...]]:
    """The first category is the section, all others and the tags are tags."""
    categories, tags = [], []
    for child in item.findall("category"):
        name = blocks.plain(escaping.unescape(child.text or ""))
        domain = child.get("domain") or "category"
        if not name or (domain == "category" and child.get("nicename") == "uncategorized"):
            continue
        if domain == "category":
            categories.append(name)
        elif domain in ("post_tag", "tag"):
            tags.append(name)
    section = categories[0] if categories else ""
    if section:
        facts.prove("section", f"category {section}")
    found = tuple(dict.fromkeys((*tags, *categories[1:])))
    if found:
        facts.prove("tags", ", ".join(found))
    return section, found


def _published(item: etree._Element, facts: _Facts, zone: tzinfo) -> Moment | None:
    """The time in UTC unless it is zero, else the local one of the site."""
    for name, where in (("post_date_gmt", UTC), ("post_date", zone)):
        written = text_of(item, name)
        match = re.match(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)", written)
        if match is None or match[1] == "0000":
            continue
        try:
            when = datetime(*map(int, match.groups()), tzinfo=where)  # type: ignore[misc, arg-type]
        except ValueError:
            continue
        local = text_of(item, "post_date")
        if name == "post_date_gmt" and re.match(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d", local) and local[:4] != "0000":
            when = _with_offset(when, local)
        facts.prove("published", f"wp:{name} {written}")
        return Moment(when, "second")
    return None


def _with_offset(when: datetime, local: str) -> datetime:
    """The same moment, written with the offset that the site had."""
    from datetime import timedelta, timezone  # noqa: PLC0415

    try:
        there = datetime.fromisoformat(local.replace(" ", "T")).replace(tzinfo=UTC)
    except ValueError:
        return when
    ahead = there - when
    return when.astimezone(timezone(ahead)) if abs(ahead) <= timedelta(hours=14) and not ahead.seconds % 900 else when


def _images(
    item: etree._Element, content: Content, attachments: dict[str, Attachment]
) -> tuple[tuple[Image, ...], str]:
    """The pictures in their full size, with what the export knows of them; the featured one first if it is not there."""
    by_address = {one.address: one for one in attachments.values()}
    images = []
    for image in content.images:
        address = image.address
        full = _SIZED.sub("", address)
        if full != address and (full in by_address or "/wp-content/" in address):
            address = full
        known = by_address.get(address)
        images.append(
            replace(
                image,
                address=address,
                name=blocks.urlsplit_path(address).rstrip("/").rsplit("/", 1)[-1] or image.name,
                alt=image.alt or (known.alt if known else ""),
                caption=image.caption or (blocks.plain(known.caption) if known else ""),
            )
        )
    featured = attachments.get(metas(item).get("_thumbnail_id", ""))
    if featured is None or not featured.address:
        return tuple(images), ""
    name = blocks.urlsplit_path(featured.address).rstrip("/").rsplit("/", 1)[-1]
    if name and not any(image.address == featured.address for image in images):
        caption = blocks.plain(featured.caption)
        images.insert(0, Image(name, 0, caption, featured.alt, featured.address))
    return tuple(images), name
