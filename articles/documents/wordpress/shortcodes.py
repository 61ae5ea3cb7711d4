"""The shorthand of WordPress in a post's text: captions and galleries become figures, films become links, and whatever
else stands in square brackets is told of.
"""

import html as escaping
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop as _

from articles.documents.document import Note

_CODE = re.compile(r"(\[?)\[(/?)([A-Za-z][\w-]{0,60})([^\[\]]{0,5000})\](\]?)")
_ASSIGNED = re.compile(r"\s[\w-]{1,60}\s?=\s?(?:[\"'“”‘’″&]|https?://|\d)")
_WHOLE_IMAGE = re.compile(r"\s*(?:<a\b[^<>]{0,2000}>\s*)?<img\b[^<>]{0,4000}>(?:\s*</a>)?", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s\"'<>\[\]]{1,2000}")
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|tiff?|heic)$", re.IGNORECASE)
CAPTIONS = frozenset(("caption", "wp_caption"))
_FILMS = "embed video audio playlist youtube vimeo dailymotion soundcloud youku tudou bilibili tweet"
FILMS = frozenset(_FILMS.split())
LONGEST_CAPTION = 20_000  # characters with their mark-up


@dataclass(frozen=True, slots=True)
class Known:
    """An attachment of the export."""

    number: str
    parent: str
    address: str
    caption: str
    alt: str


@dataclass(slots=True)
class Expansion:
    """What the shorthand of one post became."""

    post: str
    attachments: Mapping[str, Known]
    films: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # pictures of galleries that the export does not hold
    made: list[str] = field(default_factory=list)  # blocks that the old site made anew each time it showed them

    def notes(self) -> list[Note]:
        notes = []
        if self.films:
            addresses = tuple(dict.fromkeys(self.films))
            notes.append(Note(_("Films and sounds of the post became links: %(addresses)s."), {"addresses": addresses}))
        if self.unknown:
            message = _("Shorthand of plugins that means nothing here was left out: %(codes)s.")
            notes.append(Note(message, {"codes": tuple(dict.fromkeys(self.unknown))}))
        if self.made:
            message = _("Blocks that the old site filled when it showed them were left out: %(blocks)s.")
            notes.append(Note(message, {"blocks": tuple(dict.fromkeys(self.made))}))
        if self.missing:
            message = _("Pictures of a gallery that the export does not hold: %(numbers)s.")
            notes.append(Note(message, {"numbers": tuple(dict.fromkeys(self.missing))}))
        return notes


def expanded(text: str, into: Expansion) -> str:
    """The text with HTML in the place of its shorthand."""
    codes = list(_CODE.finditer(text))
    ends = _ends(codes)
    opened = {code[3].lower() for code in codes if not code[2]}
    closed = {code[3].lower() for code in codes if code[2]} & opened
    pieces: list[str] = []
    place = number = 0
    while number < len(codes):
        code, last = codes[number], number
        told: str | None
        if code[1] and code[5]:
            told = code[0][1:-1]  # [[gallery]] speaks of the shorthand
        else:
            end = ends.get(number)
            inner = text[code.end() : codes[end].start()] if end is not None else None
            told, whole = _one(code, inner, into, is_closed=code[3].lower() in closed)
            told = told if told is None else f"{code[1]}{told}{code[5]}"
            last = end if whole and end is not None else number
        pieces += [text[place : code.start()], code[0] if told is None else told]
        place, number = codes[last].end(), last + 1
    return "".join([*pieces, text[place:]])


def without(text: str) -> str:
    """The text without its shorthand."""
    return expanded(text, Expansion("", {}))


def _ends(codes: list[re.Match[str]]) -> dict[int, int]:
    """For each opening code the next closing one of its name."""
    following: dict[str, int] = {}
    ends: dict[int, int] = {}
    for number in reversed(range(len(codes))):
        name = codes[number][3].lower()
        if codes[number][2]:
            following[name] = number
        elif name in following:
            ends[number] = following[name]
    return ends


def _one(code: re.Match[str], inner: str | None, into: Expansion, *, is_closed: bool) -> tuple[str | None, bool]:
    """What stands for this code, None for itself; and whether that takes the place of all up to its closing code."""
    name, written = code[3].lower(), code[4]
    if not code[2]:
        if name in CAPTIONS and inner is not None and len(inner) <= LONGEST_CAPTION:
            return _caption(written, inner), True
        if name == "gallery":
            return _gallery(written, into), False
        if name in FILMS:
            told = _film(written, inner, into)
            if told:
                return told, inner is not None and len(inner) <= 2000
    if is_closed or name in FILMS or _ASSIGNED.search(written):
        if not code[2]:
            into.unknown.append(code[0].strip("[]")[:200])
        return "", False
    return None, False


def _attribute(written: str, name: str) -> str:
    match = re.search(rf"\b{name}\s?=\s?(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))", written)
    return escaping.unescape(next((group for group in match.groups() if group), "")) if match else ""


def _caption(written: str, inner: str) -> str:
    image = _WHOLE_IMAGE.match(inner)
    words = _attribute(written, "caption") or (inner[image.end() :] if image else "")
    picture = image[0] if image else inner
    return f"\n\n<figure>{picture.strip()}<figcaption>{words.strip()}</figcaption></figure>\n\n"


def _gallery(written: str, into: Expansion) -> str:
    numbers = re.findall(r"\d{1,12}", _attribute(written, "ids") or _attribute(written, "include"))
    if numbers:
        chosen = [into.attachments[number] for number in numbers if number in into.attachments]
        into.missing += [number for number in numbers if number not in into.attachments]
    else:
        chosen = [one for one in into.attachments.values() if one.parent == into.post and _PICTURE.search(one.address)]
        if not chosen:
            into.unknown.append(f"gallery{written}"[:200])
    return "\n\n" + "\n".join(map(figure, chosen)) + "\n\n"


def figure(one: Known) -> str:
    address, alt = escaping.escape(one.address), escaping.escape(one.alt)
    caption = f"<figcaption>{one.caption}</figcaption>" if one.caption else ""
    return f'<figure><img src="{address}" alt="{alt}">{caption}</figure>'


def _film(written: str, inner: str | None, into: Expansion) -> str:
    match = _ADDRESS.search(inner or "") or _ADDRESS.search(written)
    if match is None:
        return ""
    return film(escaping.unescape(match[0]), into)


def film(address: str, into: Expansion) -> str:
    """A paragraph that is a link to what was shown here."""
    into.films.append(address)
    shown = escaping.escape(address)
    return f'\n\n<p><a href="{shown}">{shown}</a></p>\n\n'
