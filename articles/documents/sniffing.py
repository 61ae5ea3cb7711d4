"""What kind of document a file is, told from its content; a suffix decides only where the content says nothing.

``kind_of(head, name=…, entries=…)`` gives the kind, or the Note that says why there is none and what to do.
"""

import json
import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import PurePosixPath

from django.utils.translation import gettext_noop as _

from articles.documents.document import Note


class Kind(StrEnum):
    PLAIN = "plain"
    MARKDOWN = "markdown"
    WEBPAGE = "webpage"
    MHTML = "mhtml"
    WORD = "word"
    WORDPRESS = "wordpress"
    FEED = "feed"
    ARCHIVE = "archive"


ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_OFFICE = _("This is an old binary Office document (.doc, .wps, .xls). Save it as .docx and import that.")
_PICTURE = _("This is a picture, not a document.")
_PACKED = _("This is a packed archive of another kind. Unpack it, or pack it as ZIP, and import that.")
_REFUSED = (
    (
        b"%PDF-",
        _("This is a PDF. Add it to an article as an attachment, or import the Word document it was made from."),
    ),
    (OLE, _OLD_OFFICE),
    (b"{\\rtf", _("This is a document in Rich Text Format. Save it as .docx and import that.")),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"BM", _PICTURE),
    (b"II*\x00", _PICTURE),
    (b"MM\x00*", _PICTURE),
    (b"\x1f\x8b", _PACKED),
    (b"Rar!", _PACKED),
    (b"7z\xbc\xaf", _PACKED),
    (b"BZh", _PACKED),
    (b"\xfd7zXZ", _PACKED),
    (b"\x7fELF", _("This is a program, not a document.")),
    (b"MZ\x90", _("This is a program, not a document.")),
    (b"SQLite format 3", _("This is a database, not a document.")),
)
_OTHER_PACKAGES = (
    ("xl/", _("This is an Excel workbook. Add it to an article as an attachment.")),
    ("ppt/", _("This is a PowerPoint presentation. Add it to an article as an attachment.")),
    ("META-INF/container.xml", _("This is an electronic book (EPUB). Save its text as .docx or HTML.")),
    ("content.xml", _("This is an OpenDocument file. Save it as .docx and import that.")),
    ("Index/Document.iwa", _("This is a Pages document. Export it as .docx and import that.")),
    ("Index.zip", _("This is a Pages document. Export it as .docx and import that.")),
)
MARKDOWN_SUFFIXES = (".md", ".markdown", ".mdown", ".mkd")
_TAGS = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|link|div|p|table|script|center|font|h[1-6]|article|section|span|br|ul|ol|a)\b",
    re.IGNORECASE,
)
_FEED = re.compile(r"<(?:\w+:)?(?:rss|feed|RDF|channel)[\s>]", re.IGNORECASE)
_CDF = re.compile(r"<channel\b", re.IGNORECASE)
_MHTML = re.compile(r"^(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){1,40}", re.IGNORECASE)
_COMMENTS = re.compile(
    r"\s*(?:<!--.*?-->\s*|<\?.*?\?>\s*|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>\s*)", re.IGNORECASE | re.DOTALL
)
_FRONT_MATTER = re.compile(r"^---\s*\n(?:[\w-]+\s*:.*\n|[ \t]+.*\n|- .*\n|\s*\n){1,60}---\s*\n|^\+\+\+\s*\n")
_EXPORT = re.compile(r"wordpress\.org/export/|<wp:wxr_version", re.IGNORECASE)


def kind_of(head: bytes, *, name: str, entries: Sequence[str] | None = None) -> Kind | Note:
    """The kind of the document whose first bytes these are; ``entries`` are the names in it, if it is a ZIP."""
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        return Note(_("The file is empty."))
    if head.startswith(ZIP):
        return _package(entries or ())
    for signature, message in _REFUSED:
        if head.startswith(signature):
            return Note(message)
    if head[257:262] == b"ustar":
        return Note(_PACKED)
    if re.match(rb"RIFF....WEBP|....ftyp", head, re.DOTALL):
        return Note(_PICTURE)
    return _text(_readable(head), PurePosixPath(name).suffix.lower())


def _package(entries: Sequence[str]) -> Kind | Note:
    names = set(entries)
    if "word/document.xml" in names or ("[Content_Types].xml" in names and any(n.startswith("word/") for n in names)):
        return Kind.WORD
    if "[Content_Types].xml" in names or "mimetype" in names or any(name.endswith(".iwa") for name in names):
        for start, message in _OTHER_PACKAGES:
            if any(name.startswith(start) for name in names):
                return Note(message)
    return Kind.ARCHIVE


def _readable(head: bytes) -> str:
    """The beginning as text, as far as marks can be looked for in it."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    if head[1:2] == b"\x00" and head[3:4] == b"\x00":
        return head.decode("utf-16-le", "replace")
    if head[0:1] == b"\x00" and head[2:3] == b"\x00":
        return head.decode("utf-16-be", "replace")
    return head.decode("utf-8", "replace").lstrip("\ufeff")


def _text(text: str, suffix: str) -> Kind | Note:
    bare = text.lstrip()
    for _round in range(8):  # comments and declarations in front say nothing
        match = _COMMENTS.match(bare)
        if match is None:
            break
        bare = bare[match.end() :]
    if bare.startswith("<"):
        return _markup(text, bare)
    if bare.startswith("{") and _is_json_feed(bare):
        return Kind.FEED
    if suffix == ".json" and bare.startswith(("{", "[")):
        return Note(_("This is JSON, but no JSON Feed."))
    if _is_mhtml(text):
        return Kind.MHTML
    if suffix in MARKDOWN_SUFFIXES or _FRONT_MATTER.match(text.replace("\r\n", "\n")):
        return Kind.MARKDOWN
    if suffix in (".html", ".htm", ".xhtml", ".shtml", ".jsp", ".php", ".aspx") and _TAGS.search(text):
        return Kind.WEBPAGE
    return Kind.PLAIN


def _markup(text: str, bare: str) -> Kind | Note:
    if _EXPORT.search(text):
        return Kind.WORDPRESS
    if _FEED.match(bare):
        return Kind.FEED
    if _TAGS.match(bare) or _TAGS.search(text):
        return Kind.WEBPAGE
    if text.lstrip().startswith("<?xml") or re.match(r"<[\w:.-]+[\s>/]", bare):
        return Note(_("This is XML of a kind that is not known: no feed, no WordPress export, no web page."))
    return Kind.PLAIN


def _is_json_feed(text: str) -> bool:
    if "jsonfeed.org/version" in text[:4000]:
        return True
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and isinstance(found.get("items"), list) and "version" in found


def _is_mhtml(text: str) -> bool:
    headers = _MHTML.match(text.replace("\r\n", "\n")[:20_000])
    if headers is None:
        return False
    lines = headers[0].lower()
    return "mime-version:" in lines and ("multipart/related" in lines or "snapshot-content-location:" in lines)
