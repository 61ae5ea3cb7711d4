"""One post of an export becomes a document."""

import io
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from django.utils.translation import gettext_noop as _

from articles.documents import blocks, language, names
from articles.documents.blocks import Content
from articles.documents.dates import Moment
from articles.documents.document import (
    Attachment,
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
from articles.documents.wordpress import markup, scanning, shortcodes
from articles.documents.wordpress.cutting import Frame, full_size
from articles.documents.wordpress.item import Item, declares_entities, decoded, parsed
from articles.documents.wordpress.shortcodes import Expansion, Known
from articles.text import repairs
from articles.text.encodings import Undecodable

LARGEST = 64 * 1024 * 1024
LONGEST_TEXT = 8 * 1024 * 1024  # characters; a whole novel is smaller
LONGEST_SUMMARY = 600
OPEN = frozenset(("publish", "future", ""))
_VIEWS = """
    views post_views_count _post_views post_views hits _views view_count entry_views pageviews _count-views_all
    post_view_count wpb_post_views_count
"""
VIEWS = tuple(_VIEWS.split())
SOURCES = ("source", "来源", "文章来源", "article_source", "news_source")
EDITORS = ("editor", "责任编辑", "责编", "responsible_editor")
REPAIRS = ("controls", "nbsp", "zero_width", "pinyin_notes")
LONGEST_CUSTOM = 60  # characters of a name in a custom field
MOST_CUSTOM = 20  # custom fields that are quoted
_TAGS = re.compile(
    r"</?(?:em|strong|i|b|u|s|span|br|sup|sub|small|a|code|mark|font|cite)\b[^<>]{0,300}>", re.IGNORECASE
)
_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)")
_UNCATEGORIZED = frozenset(("uncategorized", "uncategorised", "未分类", "未分類"))


@dataclass(slots=True)
class _Facts:
    """What there is to say about the post beside its text."""

    notes: list[Note] = field(default_factory=list)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)

    def prove(self, name: str, quote: str) -> None:
        self.evidence[name] = Evidence(" ".join(quote.split())[:300], Certainty.LABELLED)

    def warn(self, message: str, **values: str | int | tuple[str | int, ...]) -> None:
        self.notes.append(Note(message, values))


@dataclass(frozen=True, slots=True)
class _Package:
    """The post, and what came along with it."""

    post: Item
    attachments: dict[str, Known]
    reused: dict[str, str]
    authors: dict[str, str]
    blog: str  # the address of the old site
    whole: bool = True


def read(data: bytes, circumstances: Circumstances) -> Reading:
    """The reading of an export of one post, as ``split`` makes it; of a larger one, of its first post."""
    if len(data) > LARGEST:
        return refused(_("The document has %(size)d bytes; at most %(most)d are read."), size=len(data), most=LARGEST)
    if declares_entities(data):
        return refused(_("The export declares entities; no export of WordPress does."))
    try:
        package = _package(data)
    except (Undecodable, UnicodeDecodeError):
        return refused(_("The export holds no post that can be read."))
    if package is None:
        return refused(_("The export holds no post that can be read."))
    if len(package.post.content) > LONGEST_TEXT:
        return refused(
            _("The text of the post has %(size)d characters; at most %(most)d are read."),
            size=len(package.post.content),
            most=LONGEST_TEXT,
        )
    return _reading(package, circumstances)


def _package(data: bytes) -> _Package | None:
    source = scanning.in_bytes(io.BytesIO(data))
    frame = Frame(scanning.head(source))
    attachments: dict[str, Known] = {}
    reused: dict[str, str] = {}
    for raw in scanning.items(source):
        text, _encoding = decoded(raw.data, frame.charset)
        item = parsed(text, rss=frame.rss)
        if item is None:
            continue
        number = item["post_id"]
        if item.kind == "attachment":
            alt = item.metas.get("_wp_attachment_image_alt", "")
            address = item["attachment_url"] or item["guid"]
            attachments[number] = Known(number, item["post_parent"], address, item.excerpt, alt)
        elif item.kind == "wp_block":
            reused[number] = item.content
        else:
            return _Package(item, attachments, reused, frame.names(), frame.blog)
    return None


def _reading(package: _Package, circumstances: Circumstances) -> Reading:
    item, facts = package.post, _Facts()
    if item.mended:
        facts.warn(_("The item of the export was not sound XML; its fields were read by their tags."))
    wanted = [name for name in REPAIRS if name not in circumstances.skip]
    repaired = repairs.replay(item.content, [*wanted, *circumstances.also])
    counts = dict(repaired.counts)
    if item.controls:
        counts["controls"] = counts.get("controls", 0) + item.controls
    text, summary = _with_summary(repaired.text, item, facts)
    into = Expansion(item["post_id"], package.attachments)
    content = blocks.of(markup.tree(text, into, package.reused), base=item["link"])
    facts.notes += into.notes()
    images, lead = _images(item, content, package.attachments, facts)
    document = replace(
        _fields(package, facts, circumstances),
        blocks=content.blocks,
        images=images,
        attachments=(*content.attachments, *_enclosures(item, content)),
        summary=summary,
        lead_image=lead,
    )
    return _settled(document, content, facts, counts, mended=item.mended)


def _settled(document: Document, content: Content, facts: _Facts, counts: dict[str, int], *, mended: bool) -> Reading:
    text = "\n".join([document.title, *document.paragraphs])
    tag, certain = language.of(text)
    if not certain and len(text) > 200:
        facts.warn(_("The language of the text is not certain; %(language)s was assumed."), language=tag)
    document = replace(document, language=tag)
    if not document.title:
        facts.warn(_("The post has no title."))
    if document.published is None:
        facts.warn(_("The document names no date of publication; it is imported as a draft for review."))
    has_text = bool(document.blocks or document.images)
    if not has_text:
        facts.warn(_("The post has no text."))
    early = document.published is None or document.published.when.year < 1990
    status = Status.REVIEW if mended or early or not has_text or not document.title else Status.OK
    dropped = tuple(dict.fromkeys([*content.dropped, *facts.dropped]))
    return Reading(document, status, tuple(facts.notes), counts, facts.evidence, dropped, parts=content.parts)


def _words(text: str) -> str:
    """The text of a field that may have mark-up or entities in it."""
    return (
        blocks.plain(blocks.parse(f"<div>{text}</div>").text_content())
        if "<" in text or "&" in text
        else blocks.plain(text)
    )


def _with_summary(text: str, item: Item, facts: _Facts) -> tuple[str, str]:
    """The text without its mark for “more”, and the summary: the excerpt, or what stands above that mark."""
    summary = _words(item.excerpt)
    quote = f"excerpt:encoded {summary}"
    before, more, after = text.partition("<!--more")
    if more:
        text = before + after.partition("-->")[2]
        if not summary:
            summary, quote = _words(shortcodes.without(before)), "<!--more-->"
    if summary:
        facts.prove("summary", quote)
    if len(summary) > LONGEST_SUMMARY:
        facts.warn(
            _("The summary has %(count)d characters; %(most)d are kept."), count=len(summary), most=LONGEST_SUMMARY
        )
        facts.dropped += [summary[LONGEST_SUMMARY:]] if item.excerpt else []
        summary = summary[:LONGEST_SUMMARY]
    return text, summary


def _fields(package: _Package, facts: _Facts, circumstances: Circumstances) -> Document:
    item = package.post
    title = _title(item["title"])
    if title:
        facts.prove("title", f"title {item['title']}")
    addresses = _addresses(package)
    if addresses:
        facts.prove("addresses", f"link {addresses[0]}")
    if item.comments:
        facts.warn(_("Comments of readers were left out: %(count)d."), count=item.comments)
    if item["is_sticky"] == "1":
        facts.warn(_("The post was pinned to the front page of the old site."))
    section, tags = _terms(item, facts)
    used = {"enclosure"}
    document = Document(
        title=title,
        published=_published(item, facts, circumstances.zone),
        author=_author(package, facts),
        source=_custom(item, SOURCES, "source", facts, used),
        editor=_custom(item, EDITORS, "editor", facts, used),
        initial_views=_views(item, facts, used),
        section=section,
        tags=tags,
        state=_state(item, facts),
        addresses=addresses,
    )
    _rest(item, facts, used)
    return document


def _title(written: str) -> str:
    """The title without mark-up; a lone angle bracket is a character of it."""
    if "<" not in written and "&" not in written:
        return blocks.plain(written)
    return _words(_TAGS.sub(" " if "<br" in written else "", written).replace("<", "&lt;"))


def _addresses(package: _Package) -> tuple[str, ...]:
    """Where the post stood: its address, those it had before, and the one by its number."""
    item, link = package.post, package.post["link"]
    found = [link]
    name = item["post_name"]
    head, slash, last = link.rstrip("/").rpartition("/")
    if slash and name and last == name:
        end = "/" if link.endswith("/") else ""
        found += [f"{head}/{slug}{end}" for slug in item.old_slugs if "/" not in slug]
    found.append(item["guid"])
    if package.blog and item["post_id"].isdigit():
        found.append(f"{package.blog.rstrip('/')}/?p={item['post_id']}")
    return tuple(dict.fromkeys(one for one in found if one.startswith(("http://", "https://")) and len(one) <= 2000))


def _views(item: Item, facts: _Facts, used: set[str]) -> int | None:
    for name in VIEWS:
        value = item.metas.get(name, "").replace(",", "").strip()
        if value.isascii() and value.isdigit() and len(value) <= 12:
            facts.prove("initial_views", f"wp:postmeta {name} {value}")
            used.add(name)
            return int(value)
    return None


def _custom(item: Item, keys: tuple[str, ...], name: str, facts: _Facts, used: set[str]) -> str:
    """A custom field that bears the name of the field; a code or an address in it is something else."""
    for key in keys:
        value = blocks.plain(item.metas.get(key, ""))
        if (
            value
            and len(value) <= LONGEST_CUSTOM
            and re.search(r"[^\W\d_]", value)
            and not re.search(r"[<>{}]|://", value)
        ):
            if re.match(r"[aOsib]:\d", value):
                continue
            facts.prove(name, f"wp:postmeta {key} {value}")
            used.add(key)
            return names.line(value) or value if name == "editor" else value
    return ""


def _enclosures(item: Item, content: Content) -> list[Attachment]:
    """The file of a spoken or filmed post, where the text does not offer it."""
    address = item.metas.get("enclosure", "").partition("\n")[0].strip()
    if not address.startswith(("http://", "https://")) or address in item.content or not _last(address):
        return []
    return [] if any(one.address == address for one in content.attachments) else [Attachment(_last(address), address)]


def _rest(item: Item, facts: _Facts, used: set[str]) -> None:
    """Custom fields that the editors of the old site could see and that have no place here."""
    left = [(key, blocks.plain(value)) for key, value in item.metas.items() if key not in used and key[:1] != "_"]
    left = [(key, value) for key, value in left if value and not re.match(r"[aO]:\d+:", value)]
    facts.dropped += [f"{key}: {value[:200]}" for key, value in left[:MOST_CUSTOM]]
    if left:
        names_of = tuple(key for key, _value in left[:MOST_CUSTOM])
        facts.warn(_("Custom fields of the post that have no place here: %(names)s."), names=names_of)


def _state(item: Item, facts: _Facts) -> str:
    """A draft, unless the old site showed the post to everyone or was going to."""
    state = item["status"]
    if item["post_password"]:
        facts.warn(_("The post was protected by a password; it becomes a draft."))
        facts.prove("state", "wp:post_password")
        return "draft"
    if state in OPEN:
        return ""
    facts.warn(_("The post had the state “%(state)s” on the old site; it becomes a draft."), state=state)
    facts.prove("state", f"wp:status {state}")
    return "draft"


def _author(package: _Package, facts: _Facts) -> str:
    """The name that the table of authors gives to the account."""
    login = package.post["creator"]
    if shown := package.authors.get(login, ""):
        facts.prove("author", f"wp:author_display_name {shown}")
        return names.line(shown) or shown
    if login:
        facts.prove("author", f"dc:creator {login}")
    return login


def _terms(item: Item, facts: _Facts) -> tuple[str, tuple[str, ...]]:
    """The first category is the section, all others and the tags are tags."""
    categories, tags, others = [], [], []
    for term in item.terms:
        name = _words(term.name)
        if not name or term.domain == "post_format":
            continue
        if term.domain == "category":
            if term.nicename not in _UNCATEGORIZED and name.casefold() not in _UNCATEGORIZED:
                categories.append(name)
        elif term.domain in ("post_tag", "tag"):
            tags.append(name)
        else:
            others.append(f"{term.domain}: {name}")
    section = categories[0] if categories else ""
    if section:
        facts.prove("section", f"category {section}")
    found = tuple(dict.fromkeys((*tags, *categories[1:])))
    if found:
        facts.prove("tags", f"category {', '.join(found)}")
    if others:
        facts.warn(
            _("Words of other lists of the old site were left out: %(words)s."), words=tuple(others[:MOST_CUSTOM])
        )
    facts.dropped += others
    return section, found


def _published(item: Item, facts: _Facts, zone: tzinfo) -> Moment | None:
    """The time in UTC unless it is zero, else the local one of the site."""
    local = _time(item["post_date"], UTC)
    for name, where in (("post_date_gmt", UTC), ("post_date", zone)):
        when = _time(item[name], where)
        if when is None:
            continue
        if name == "post_date_gmt" and local is not None:
            when = _there(when, local)
        facts.prove("published", f"wp:{name} {item[name]}")
        return Moment(when, "second")
    return None


def _time(written: str, zone: tzinfo) -> datetime | None:
    match = _TIME.match(written)
    try:
        return datetime(*map(int, match.groups()), tzinfo=zone) if match else None  # type: ignore[misc, arg-type]
    except ValueError:
        return None  # 0000-00-00 among others


def _there(when: datetime, local: datetime) -> datetime:
    """The same moment, written with the offset that the site had."""
    ahead = local - when
    fits = abs(ahead) <= timedelta(hours=14) and not ahead.seconds % 900
    return when.astimezone(timezone(ahead)) if fits else when


def _images(
    item: Item, content: Content, attachments: dict[str, Known], facts: _Facts
) -> tuple[tuple[Image, ...], str]:
    """The pictures in their full size, with what the export knows of them; the featured one first if new."""
    by_address = {one.address: one for one in attachments.values()}
    images = []
    for image in content.images:
        full = full_size(image.address)
        address = full if full in by_address or "/wp-content/" in image.address else image.address
        known = by_address.get(address)
        images.append(
            replace(
                image,
                address=address,
                name=_last(address) or image.name,
                alt=image.alt or (known.alt if known else ""),
                caption=image.caption,
            )
        )
    number = item.metas.get("_thumbnail_id", "")
    featured = attachments.get(number)
    if featured is None or not _last(featured.address):
        if number.isdigit() and number != "0":
            facts.warn(
                _("The export does not hold the picture that stands for the post, number %(number)s."), number=number
            )
        return tuple(images), ""
    name = _last(featured.address)
    if not any(image.address == featured.address for image in images):
        images.insert(0, Image(name, 0, _words(featured.caption), featured.alt, featured.address))
    facts.prove("lead_image", f"wp:postmeta _thumbnail_id {number}")
    return tuple(images), name


def _last(address: str) -> str:
    return blocks.urlsplit_path(address).rstrip("/").rsplit("/", 1)[-1]
