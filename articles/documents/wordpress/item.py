"""One item of an export: its fields, whether its XML is sound or not.

``parsed(text)`` reads it strictly, and where that fails by the tags of the fields, which are flat and known.
"""

import html as escaping
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from articles.documents import blocks
from articles.text import encodings
from articles.text.encodings import Undecodable

NAMESPACES = {
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "wp": "http://wordpress.org/export/1.2/",
}
DECLARED = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "cp936"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "cp950"), "big5hkscs"),
    **dict.fromkeys(("iso-8859-1", "latin1", "windows-1252", "cp1252"), "cp1252"),
}  # what an export may say of itself, and what is meant; all others are found by trying
_FIELDS = """
    title link guid pubDate dc:creator description content:encoded excerpt:encoded category wp:post_id wp:post_date
    wp:post_date_gmt wp:post_name wp:status wp:post_parent wp:post_type wp:post_password wp:is_sticky wp:attachment_url
    wp:meta_key wp:meta_value
"""
_KNOWN = frozenset(_FIELDS.split())
_OPEN = re.compile(r"<((?:wp:|content:|excerpt:|dc:)?[A-Za-z_]{2,20})((?:\s[^<>]{0,500})?)>")
_ATTRIBUTE = re.compile(r"(\w+)\s*=\s*[\"']([^\"']*)[\"']")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TITLE = re.compile(rb"<title>\s{0,100}(?:<!\[CDATA\[)?([^<\]]{1,200})")
_PROLOG = re.compile(rb"<\?[^>]{0,1000}\?>|<!--|\s+|\xef\xbb\xbf")


@dataclass(frozen=True, slots=True)
class Term:
    """A category, a tag or a word of another list."""

    domain: str
    nicename: str
    name: str


@dataclass(slots=True)
class Item:
    """The fields of an item by the local names of their elements."""

    texts: dict[str, str] = field(default_factory=dict)
    content: str = ""
    excerpt: str = ""
    metas: dict[str, str] = field(default_factory=dict)
    old_slugs: list[str] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    comments: int = 0
    controls: int = 0  # characters that XML does not have and that were taken out
    mended: bool = False

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, "")

    @property
    def kind(self) -> str:
        return self["post_type"] or "post"

    @property
    def says_something(self) -> bool:
        return bool(self["title"] or self.content.strip() or self["post_id"])

    def keep(self, name: str, text: str, attributes: Mapping[str, str]) -> None:
        """Put down one field; of several with one name the first that has a value counts."""
        if name == "category":
            self.terms.append(
                Term(attributes.get("domain") or "category", attributes.get("nicename") or "", blocks.plain(text))
            )
        elif not self.texts.get(name):
            self.texts[name] = text.strip()

    def keep_meta(self, key: str, value: str) -> None:
        if key == "_wp_old_slug" and value:
            self.old_slugs.append(value)
        elif key:
            self.metas[key] = value


def declares_entities(data: bytes) -> bool:
    """True if a document type with entities stands before the root; in the text they are only words."""
    place = 0
    while match := _PROLOG.match(data, place):
        place = match.end()
        if match[0] == b"<!--":
            end = data.find(b"-->", place)
            if end < 0:
                return False
            place = end + 3
    if data[place : place + 9].upper() != b"<!DOCTYPE":
        return False
    end = data.find(b">", place)
    return b"[" in data[place : end if end >= 0 else len(data)]


def decoded(raw: bytes, declared: str) -> tuple[str, str]:
    """The text of these bytes and the encoding they are in. Raises Undecodable where they fit none."""
    for encoding in ("utf-8", DECLARED.get(declared, "utf-8")):
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    found = encodings.decode(raw)
    return found.text, found.encoding


def name_of(raw: bytes) -> str:
    """The title of an item that cannot be read."""
    match = _TITLE.search(raw, 0, 20_000)
    if match is None:
        return ""
    try:
        return " ".join(decoded(match[1], "utf-8")[0].split())
    except Undecodable:
        return ""


def parsed(text: str, *, rss: str) -> Item | None:
    """The item that this text is; None if nothing can be made of it. ``rss`` declares the prefixes."""
    clean, controls = _NOT_XML.subn("", text)
    item = _strictly(f"{rss}{clean}</rss>") or _by_tags(clean)
    item.controls = controls
    return item if item.says_something else None


def _strictly(text: str) -> Item | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, load_dtd=False)
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return _of_element(root[0]) if len(root) else None


def _of_element(element: etree._Element) -> Item:
    item = Item()
    for child in element:
        if not isinstance(child.tag, str):
            continue
        space, _closing, name = child.tag.rpartition("}")
        if name == "encoded":
            if "content" in space:
                item.content = item.content or child.text or ""
            elif "excerpt" in space:
                item.excerpt = item.excerpt or child.text or ""
        elif name == "postmeta":
            told = {one.tag.rpartition("}")[2]: one.text or "" for one in child if isinstance(one.tag, str)}
            item.keep_meta(told.get("meta_key", "").strip(), told.get("meta_value", "").strip())
        elif name == "comment":
            item.comments += 1
        else:
            item.keep(name, child.text or "", {str(key): str(value) for key, value in child.attrib.items()})
    return item


def _by_tags(text: str) -> Item:
    """The fields between their tags, whatever else stands in the item."""
    item = Item(mended=True)
    absent: set[str] = set()
    place, key = 0, ""
    while match := _OPEN.search(text, place):
        name, place = match[1], match.end()
        if name == "wp:comment":
            item.comments += 1
            end = -1 if name in absent else text.find("</wp:comment>", place)
            place = end if end >= 0 else place
            absent |= {name} if end < 0 else set()
        elif name in _KNOWN:
            value, place = _field(text, name, place, absent)
            if name == "content:encoded":
                item.content = item.content or value
            elif name == "excerpt:encoded":
                item.excerpt = item.excerpt or value
            elif name == "wp:meta_key":
                key = value.strip()
            elif name == "wp:meta_value":
                item.keep_meta(key, value.strip())
            else:
                item.keep(name.rpartition(":")[2], value, dict(_ATTRIBUTE.findall(match[2])))
    return item


def _field(text: str, name: str, place: int, absent: set[str]) -> tuple[str, int]:
    """What stands before the field's end tag, and where reading goes on; without that tag, before the next field."""
    close = f"</{name}>"
    section = re.compile(r"\s*<!\[CDATA\[").match(text, place, place + 1000)
    end = -1
    if section and f"]]>{close}" not in absent:
        end = text.find(f"]]>{close}", section.end())
        if end >= 0:
            return _joined(text[section.end() : end]), end + 3 + len(close)
        absent.add(f"]]>{close}")
    if close not in absent:
        end = text.find(close, place)
    if end < 0:
        absent.add(close)
        following = next((one for one in _OPEN.finditer(text, place) if one[1] in _KNOWN), None)
        end = following.start() if following else len(text)
        close = ""
    value = text[place:end]
    if section:
        value = _joined(text[section.end() : end].rstrip().removesuffix("</item>").rstrip().removesuffix("]]>"))
    else:
        value = escaping.unescape(value.removesuffix("</item>"))
    return value, end + len(close)


def _joined(text: str) -> str:
    """The text of several CDATA sections, one after the other."""
    return text.replace("]]]]><![CDATA[>", "]]>").replace("]]><![CDATA[", "")
