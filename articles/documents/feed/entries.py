"""One entry of a feed, as the feed tells it, whatever the feed's form is.

``of_xml`` and ``of_json`` make an ``Entry`` of a feed with one entry.
"""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import feedparser

from articles.documents import blocks, names

_ENDS_OPEN = re.compile(
    r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\[&(?:hellip|#8230);\]|\b(?:read|continue|view)\s(?:more|reading|full\s\w+)|阅读全文|閱讀全文|查看全文|"
    r"阅读更多|继续阅读)[\s\W]{0,20}$",
    re.IGNORECASE,
)
_SURROGATES = re.compile("[\ud800-\udfff]")
SHORT = 600  # characters; a description that is no longer is a summary
SHOWN = 3  # paragraphs; a description with as many is a text
MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class File:
    address: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A date as it is written, its name in the feed, and what the library makes of it in UTC."""

    name: str
    text: str
    parsed: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """``content`` is the whole text as HTML, ``summary`` one too; ``title`` is plain.

    The ``…_quote`` are as the feed writes them.
    """

    title: str = ""
    title_quote: str = ""
    content: str = ""
    summary: str = ""
    summary_quote: str = ""
    dates: tuple[Written, ...] = ()
    author: str = ""
    source: str = ""
    tags: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    thumbnails: tuple[File, ...] = ()
    lead: str = ""  # the address of the picture that stands for the entry
    draft: bool = False


def words(markup: str) -> str:
    """The text of HTML, on one line."""
    if "<" not in markup and "&" not in markup:
        return blocks.plain(markup)
    return blocks.plain(blocks.parse(f"<div>{markup}</div>").text_content())


def as_html(text: str) -> str:
    """Plain text as HTML; empty lines part paragraphs, or else each line is one."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r\n", "\n")
    parts = re.split(r"\n[ \t]*\n\s*", escaped.strip()) if re.search(r"\n[ \t]*\n", escaped) else escaped.split("\n")
    return "".join(f"<p>{part.strip()}</p>" for part in parts if part.strip())


# ---------------------------------------------------------------- XML
def of_xml(data: bytes) -> Entry | None:
    """The first entry of a feed in XML; None if there is none."""
    parsed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    if not parsed.entries:
        return None
    found, feed = parsed.entries[0], parsed.feed
    content, summary = _texts(found)
    pictures, others = _files(found)
    detail = found.get("title_detail") or {}
    title = str(found.get("title") or "")
    return Entry(
        title=blocks.plain(title) if detail.get("type") == "text/plain" else words(title),
        title_quote=title,
        content=content,
        summary=summary,
        summary_quote=str(found.get("summary") or "") if summary else "",
        dates=_dates(found),
        author=_author(found),
        source=words(str((found.get("source") or {}).get("title") or feed.get("title") or feed.get("author") or "")),
        tags=tuple(str(tag.get("label") or tag.get("term") or "") for tag in found.get("tags") or ()),
        addresses=tuple(str(one) for one in (found.get("link"), found.get("id")) if one),
        files=pictures,
        thumbnails=others,
        draft=str(found.get("app_draft") or found.get("draft") or "").strip().lower() == "yes",
    )


def _texts(found: Any) -> tuple[str, str]:
    """The whole text and the summary; a description without a text beside it is either."""
    content = next((html for one in found.get("content") or () if (html := _html(one))), "")
    detail = found.get("summary_detail") or {"value": found.get("summary") or "", "type": "text/html"}
    summary = _html(detail)
    if content:
        return content, summary if words(summary) != words(content) else ""
    return (summary, "") if _is_whole(summary) else ("", summary)


def _html(detail: Any) -> str:
    value = str(detail.get("value") or "")
    return as_html(value) if detail.get("type") == "text/plain" else value


def _is_whole(description: str) -> bool:
    if not description:
        return False
    text = words(description)
    if _ENDS_OPEN.search(text[-200:]):
        return False
    return len(text) > SHORT or len(re.findall(r"<p[\s>]", description)) >= SHOWN


def _dates(found: Any) -> tuple[Written, ...]:
    told = []
    for name in ("published", "created", "updated"):
        # The library answers with another date where one is missing; only what stands there counts.
        text = dict.get(found, name)
        if text:
            parsed = dict.get(found, f"{name}_parsed")
            told.append(Written(name, str(text), tuple(parsed[:6]) if parsed else None))
    return tuple(told)


def _author(found: Any) -> str:
    people = [str(one.get("name") or "") for one in found.get("authors") or () if one.get("name")]
    if len(people) > 1:
        return names.joined(list(dict.fromkeys(people)))
    return str(found.get("author") or "")


def _files(found: Any) -> tuple[tuple[File, ...], tuple[File, ...]]:
    """What is attached, and small pictures that stand for the entry."""
    base = str((found.get("title_detail") or {}).get("base") or found.get("link") or "")
    attached = [*(found.get("enclosures") or ()), *(found.get("media_content") or ())][:MOST_FILES]
    small = list(found.get("media_thumbnail") or ())[:1]
    return tuple(_file(one, base) for one in attached), tuple(_file(one, base, "image") for one in small)


def _file(told: Any, base: str, kind: str = "") -> File:
    address = str(told.get("href") or told.get("url") or "").strip()
    return File(whole(address, base), kind or str(told.get("type") or told.get("medium") or ""))


def whole(address: str, base: str) -> str:
    """The address, made whole by that of the entry."""
    try:
        return urljoin(base, address) if base.startswith(("http://", "https://")) else address
    except ValueError:
        return address


# ---------------------------------------------------------------- JSON Feed
def of_json(text: str) -> Entry | None:
    """The first entry of a JSON Feed; None if there is none."""
    try:
        feed = json.loads(_SURROGATES.sub("\ufffd", text))
        item = feed["items"][0]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return None
    if not isinstance(item, dict) or not isinstance(feed, dict):
        return None
    content = _text(item, "content_html") or as_html(_text(item, "content_text"))
    lead = _text(item, "image") or _text(item, "banner_image")
    base = _text(item, "url")
    attached = [
        File(whole(_text(one, "url"), base), _text(one, "mime_type")) for one in _dicts(item.get("attachments"))
    ]
    files = [File(whole(lead, base), "image")] if lead else []
    title = _text(item, "title")
    addresses = [_text(item, name) for name in ("url", "id", "external_url")]
    return Entry(
        title=blocks.plain(title),
        title_quote=title,
        content=content,
        summary=as_html(_text(item, "summary")),
        summary_quote=_text(item, "summary"),
        dates=tuple(
            Written(name, _text(item, name)) for name in ("date_published", "date_modified") if _text(item, name)
        ),
        author=_people(item),
        source=blocks.plain(_text(feed, "title")) or _people(feed),
        tags=tuple(_clean(str(tag)) for tag in _list(item.get("tags")) if isinstance(tag, str | int)),
        addresses=tuple(one for one in addresses[:2] if one),
        files=(*files, *attached[:MOST_FILES]),
        lead=whole(lead, base),
    )


def _clean(text: str) -> str:
    """Half of a character, as JSON can write it, is none."""
    return _SURROGATES.sub("\ufffd", text)


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    return _clean(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in _list(value) if isinstance(one, dict)]


def _people(told: dict[str, Any]) -> str:
    listed = _dicts(told.get("authors")) or _dicts([told.get("author")])
    return names.joined([name for one in listed if (name := _text(one, "name"))])
