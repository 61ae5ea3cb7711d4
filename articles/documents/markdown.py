"""The reader of Markdown: its front matter gives the fields, its text the blocks, raw HTML in it is cleaned as any.

Front matter is what Hugo, Jekyll and Hexo write between two lines of ``---`` (or ``+++``, then it is TOML).
"""

import re
import tomllib
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_noop as _
from markdown_it import MarkdownIt

from articles.documents import blocks, dates, names, richtext
from articles.documents.dates import Moment
from articles.documents.document import Certainty, Circumstances, Evidence, Note, Reading, Status, refused
from articles.text import encodings, repairs

LARGEST = 8 * 1024 * 1024  # bytes
LONGEST_FRONT = 20_000  # characters
_FRONT = re.compile(r"^(---|\+\+\+)[ \t]*\n(.*?)\n\1[ \t]*(?:\n|$)", re.DOTALL)
_PAIR = re.compile(r"^([\w-]+)\s*:\s*(.*)$")
_KNOWN = {
    "title": "title", "subtitle": "subtitle", "author": "author", "authors": "author", "source": "source",
    "editor": "editor", "reviewer": "reviewer", "photographer": "photographer", "summary": "summary",
    "description": "summary", "excerpt": "summary", "category": "section", "section": "section",
    "标题": "title", "作者": "author", "来源": "source", "责任编辑": "editor", "摘要": "summary", "栏目": "section",
}  # fmt: skip
_DATES = ("date", "published", "publishdate", "publish_date", "created", "日期", "发布时间", "updated", "lastmod")
_ADDRESSES = ("permalink", "url", "aliases", "redirect_from", "slug")
MARKUP = ("wide_blanks", "hard_wraps")  # repairs of plain text; in Markdown blanks and line ends mean something
_parser = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])


def read(data: bytes, circumstances: Circumstances) -> Reading:
    """The reading of a Markdown document."""
    if len(data) > LARGEST:
        return refused(_("The document has %(size)d bytes; at most %(most)d are read."), size=len(data), most=LARGEST)
    try:
        decoded = encodings.decode(data)
    except encodings.Undecodable as error:
        return refused(_("Byte %(offset)d of the document fits no known text encoding."), offset=error.offset)
    automatic = [name for name in repairs.AUTOMATIC if name not in {*circumstances.skip, *MARKUP}]
    repaired = repairs.replay(decoded.text, [*automatic, *circumstances.also])
    notes: list[Note] = []
    front, text = _front_matter(repaired.text, notes)
    content = blocks.of(blocks.parse(_parser.render(text)))
    reading = richtext.compose(content, circumstances, notes=notes, title=str(front.get("title") or ""))
    if reading.status is Status.REFUSED:
        return replace(reading, repairs=repaired.counts)
    return replace(_with_front(reading, front, circumstances), repairs=repaired.counts)


def _front_matter(text: str, notes: list[Note]) -> tuple[dict[str, Any], str]:
    match = _FRONT.match(text.lstrip("\n"))
    if match is None or len(match[2]) > LONGEST_FRONT:
        return {}, text
    rest = text.lstrip("\n")[match.end() :]
    if match[1] == "+++":
        try:
            return {key.lower(): value for key, value in tomllib.loads(match[2]).items()}, rest
        except tomllib.TOMLDecodeError as error:
            notes.append(Note(_("The front matter cannot be read: %(reason)s."), {"reason": str(error)}))
            return {}, rest
    return _pairs(match[2], notes), rest


def _pairs(text: str, notes: list[Note]) -> dict[str, Any]:
    """``key: value`` lines, with lists in brackets or as lines that begin with a dash."""
    found: dict[str, Any] = {}
    key = ""
    for line in text.split("\n"):
        if match := _PAIR.match(line):
            key = match[1].lower()
            found[key] = _value(match[2])
        elif key and re.match(r"^\s*-\s+", line):
            standing = found[key] if isinstance(found[key], list) else []
            found[key] = [*standing, _unquoted(re.sub(r"^\s*-\s+", "", line))]
        elif key and line.startswith((" ", "\t")) and isinstance(found[key], str):
            found[key] = f"{found[key].lstrip('|> ')} {line.strip()}".strip()
        elif line.strip() and not line.lstrip().startswith("#"):
            notes.append(Note(_("A line of the front matter was not understood: “%(line)s”."), {"line": line[:200]}))
    return found


def _value(written: str) -> Any:
    written = written.strip()
    if written.startswith("[") and written.endswith("]"):
        return [_unquoted(part) for part in written[1:-1].split(",") if part.strip()]
    return _unquoted(written)


def _unquoted(written: str) -> str:
    written = written.strip()
    if len(written) > 1 and written[0] == written[-1] and written[0] in "\"'":
        return written[1:-1]
    return written


def _with_front(reading: Reading, front: dict[str, Any], circumstances: Circumstances) -> Reading:
    """What the front matter says takes the place of what was found in the text."""
    changes: dict[str, Any] = {}
    quotes: dict[str, str] = {}
    for key, value in front.items():
        name = _KNOWN.get(key)
        if name and (text := _line(value, people=name == "author")):
            changes.setdefault(name, text)
            quotes.setdefault(name, f"{key}: {text}")
    for key in _DATES:
        moment = _moment(front.get(key), circumstances)
        if moment is not None:
            changes["published"], quotes["published"] = moment, f"{key}: {front[key]}"
            break
    tags = [str(tag) for key in ("tags", "keywords", "标签") for tag in _list(front.get(key))]
    categories = [str(one) for one in _list(front.get("categories"))]
    if categories:
        changes.setdefault("section", categories[0])
        quotes.setdefault("section", f"categories: {categories[0]}")
    if tags or categories[1:]:
        changes["tags"] = tuple(dict.fromkeys((*reading.document.tags, *tags, *categories[1:])))
        quotes["tags"] = f"tags: {', '.join(tags)}"
    addresses = [str(one) for key in _ADDRESSES[:-1] for one in _list(front.get(key)) if "/" in str(one)]
    changes["addresses"] = tuple(dict.fromkeys((*reading.document.addresses, *addresses)))
    if str(front.get("draft", "")).lower() == "true" or str(front.get("published", "")).lower() == "false":
        changes["state"] = "draft"
    evidence = dict(reading.evidence)
    evidence |= {name: Evidence(quote, Certainty.LABELLED) for name, quote in quotes.items()}
    document = replace(reading.document, **changes)
    return _settled(replace(reading, document=document, evidence=evidence))


def _settled(reading: Reading) -> Reading:
    """A date in the front matter answers the question for one."""
    document = reading.document
    if document.published is None or not document.title or reading.status is not Status.REVIEW:
        return reading
    lacking = ("The document names no date of publication; it is imported as a draft for review.",
               "No line of the document can be its title.")  # fmt: skip
    warnings = tuple(note for note in reading.warnings if note.message not in lacking)
    doubtful = any("language of the text" in note.message or "in the future" in note.message for note in warnings)
    return replace(reading, warnings=warnings, status=Status.REVIEW if doubtful else Status.OK)


def _line(value: Any, *, people: bool) -> str:
    parts = [str(one.get("name", "")) if isinstance(one, dict) else str(one) for one in _list(value)]
    parts = [" ".join(part.split()) for part in parts if part.strip()]
    return names.joined(parts) if people and len(parts) > 1 else ", ".join(parts)


def _list(value: Any) -> list[Any]:
    if value in (None, ""):
        return []
    return value if isinstance(value, list) else [value]


def _moment(value: Any, circumstances: Circumstances) -> Moment | None:
    if isinstance(value, datetime):
        return Moment(value if value.tzinfo else value.replace(tzinfo=circumstances.zone), "second")
    if isinstance(value, date):
        return Moment(datetime(value.year, value.month, value.day, tzinfo=circumstances.zone), "day")
    found = dates.find(str(value), zone=circumstances.zone) if value else None
    return found.moment if found else None
