"""The shorthand of WordPress in a post's text: captions and galleries become figures, films become links, and whatever
else stands in square brackets is told of."""

import html as escaping
import re
from collections.abc import Mapping
from typing import Protocol

from django.utils.translation import gettext_noop as _

from articles.documents.document import Note

_BLOCK_TAG = re.compile(
    r"^\s*</?(?:p|div|ul|ol|li|table|thead|tbody|tr|td|th|h[1-6]|blockquote|pre|figure|figcaption|hr|section|article|"
    r"dl|dt|dd|form|iframe|video|audio|address|center)\b",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"\[(?:wp_)?caption([^\]]{0,500})\](.{0,20000}?)\[/(?:wp_)?caption\]", re.DOTALL)
_GALLERY = re.compile(r"\[gallery([^\]]{0,2000})\]")
_FILM = re.compile(r"\[(embed|video|audio|playlist)([^\]]{0,1000})\](?:([^\[\]]{0,1000})\[/\1\])?")
_OTHER = re.compile(
    r"\[(/?)([a-z][\w-]{1,40})((?:\s+[\w-]+\s*=\s*(?:\"[^\"\]]{0,500}\"|'[^'\]]{0,500}'|[^\s\"'\]]{1,200}))*)\s*/?\]"
)
_WHOLE_IMAGE = re.compile(r"^\s*(?:<a\b[^>]{0,1000}>\s*)?<img\b[^>]{0,2000}>(?:\s*</a>)?", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.{0,20000}?-->", re.DOTALL)


class Known(Protocol):
    @property
    def number(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def caption(self) -> str: ...
    @property
    def alt(self) -> str: ...


def to_html(text: str, attachments: Mapping[str, Known], notes: list[Note]) -> str:
    """The post's text as plain HTML."""
    text = _CAPTION.sub(_caption, text)
    text = _GALLERY.sub(lambda match: _gallery(match[1], attachments), text)
    films: list[str] = []
    text = _FILM.sub(lambda match: _film(match, films), text)
    if films:
        notes.append(Note(_("Films and sounds of the post became links: %(addresses)s."), {"addresses": tuple(films)}))
    text = _without_others(text, notes)
    has_blocks = "<!-- wp:" in text
    text = _COMMENT.sub("", text)
    return text if has_blocks else paragraphs(text)


def without(text: str) -> str:
    """The text without any shorthand."""
    return _OTHER.sub("", _FILM.sub("", _GALLERY.sub("", _CAPTION.sub("", text))))


def paragraphs(text: str) -> str:
    """Empty lines part paragraphs and line ends break lines, unless the text is marked up already."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    pieces = []
    for piece in re.split(r"\n\s*\n", text):
        if not piece.strip():
            continue
        if _BLOCK_TAG.match(piece) or re.search(r"</?(?:p|div|table|ul|ol|pre|blockquote|h[1-6]|figure)\b", piece):
            pieces.append(piece)
        else:
            pieces.append("<p>" + piece.strip().replace("\n", "<br>\n") + "</p>")
    return "\n".join(pieces)


def _attribute(written: str, name: str) -> str:
    match = re.search(rf"\b{name}\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|(\S+))", written)
    return escaping.unescape(next((group for group in match.groups() if group), "")) if match else ""


def _caption(match: re.Match[str]) -> str:
    inner = match[2]
    image = _WHOLE_IMAGE.match(inner)
    words = _attribute(match[1], "caption") or (inner[image.end() :] if image else "")
    picture = image[0] if image else inner
    return f"\n\n<figure>{picture}<figcaption>{words.strip()}</figcaption></figure>\n\n"


def _gallery(written: str, attachments: Mapping[str, Known]) -> str:
    numbers = re.findall(r"\d+", _attribute(written, "ids") or _attribute(written, "include"))
    chosen = (
        [attachments[number] for number in numbers if number in attachments] if numbers else list(attachments.values())
    )
    return "\n\n" + "\n".join(figure(one) for one in chosen) + "\n\n"


def figure(one: Known) -> str:
    address, alt = escaping.escape(one.address), escaping.escape(one.alt)
    caption = f"<figcaption>{escaping.escape(one.caption)}</figcaption>" if one.caption else ""
    return f'<figure><img src="{address}" alt="{alt}">{caption}</figure>'


def _film(match: re.Match[str], films: list[str]) -> str:
    address = (match[3] or "").strip() or next(
        (value for name in ("src", "mp4", "m4v", "webm", "ogv", "mp3", "url") if (value := _attribute(match[2], name))),
        "",
    )
    if not address.startswith(("http://", "https://")):
        return ""
    films.append(address)
    return f'\n\n<p><a href="{escaping.escape(address)}">{escaping.escape(address)}</a></p>\n\n'


def _without_others(text: str, notes: list[Note]) -> str:
    """Shorthand of plugins goes and is quoted; a word in brackets without attributes or end is a word."""
    closed = {match[2] for match in _OTHER.finditer(text) if match[1]}
    told: list[str] = []

    def gone(match: re.Match[str]) -> str:
        if not match[3] and match[2] not in closed:
            return match[0]
        if not match[1]:
            told.append(match[0][:200])
        return ""

    text = _OTHER.sub(gone, text)
    if told:
        message = _("Shorthand of plugins that means nothing here was left out: %(codes)s.")
        notes.append(Note(message, {"codes": tuple(dict.fromkeys(told))}))
    return text
