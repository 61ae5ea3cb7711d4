"""Bytes to text.

The door is ``decode(data)``: the text, and the name of the encoding it was in. A byte that fits no
encoding refuses the document with its offset; nothing is ever replaced by a placeholder. ``as_meant(text)``
undoes what an earlier program did that read UTF-8 as something else and stored what it saw.
"""

import codecs
import re
from dataclasses import dataclass

# (mark, encoding); UTF-32 before UTF-16, because its little-endian mark begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SAMPLE_CHARACTERS = 20_000  # enough to tell encodings apart; a long document is not judged whole
COMMON_SHARE = 0.7  # below this share of common characters the bytes are read wrongly
WIDE_SHARE = 0.9  # of characters of everyday use, before bytes are taken for UTF-16
WESTERN_SHARE = 0.1  # of high bytes in Western text; French has fewer
UTF8_SEQUENCES = 5  # that many sound multi-byte sequences do not occur by chance in another encoding

MISREAD_WESTERN = 2  # so many sequences of UTF-8 do not come about by chance
MISREAD_CHINESE = 5
MEANT_SHARE = 0.9
MISREAD = re.compile(  # first byte and second byte of a UTF-8 sequence, as Western text
    "[\u00c3-\u00f4][\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d"
    "\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]"
)
UNCOMMON_HAN = re.compile("[\u3400-\u9fff\ue000-\uf8ff]{2}")

HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
HIGH_RUN = re.compile(rb"[\x80-\xff]+")
UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}",
)


class Undecodable(Exception):
    """The bytes are no text in any known encoding; ``offset`` is the first byte that does not fit."""

    def __init__(self, offset: int, *, encoding: str = "") -> None:
        self.offset = offset
        self.encoding = encoding
        super().__init__(f"Byte {offset} fits no known text encoding.")


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: str
    marked: bool = False  # a byte order mark was there and has been taken off
    replaced: int = 0  # placeholders (U+FFFD) that an earlier program left in the text
    first_replaced: int = -1


def decode(data: bytes) -> Decoded:
    """The text of a document; raises Undecodable with the offset of the first byte that does not fit."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding, skip=len(mark))
    wide = _wide_without_mark(data)
    if wide:
        return _strictly(data, wide, skip=0)
    try:
        return _decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        return _legacy(data, broken_at=error.start)


def as_meant(text: str) -> tuple[str, int]:
    """The text that was read in the wrong encoding, and how many characters that gives; (text, 0) unless proven.

    Proven is what goes back whole: every character has a byte in the wrong encoding, the bytes are sound UTF-8, and
    what they say consists of common characters.
    """
    if MISREAD.search(text):
        data = _western_bytes(text)
        if data is not None and (meant := _sound(data, least=MISREAD_WESTERN)):
            return meant
    if UNCOMMON_HAN.search(text):
        try:
            data = text.encode("gb18030")
        except UnicodeEncodeError:
            return text, 0
        if (meant := _sound(data, least=MISREAD_CHINESE)) and common_share(text) < common_share(meant[0]):
            return meant
    return text, 0


def _western_bytes(text: str) -> bytes | None:
    """The bytes of a text that was read as Windows-1252 or Latin-1, which programs mix up."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        pass
    out = bytearray()
    for character in text:
        try:
            out += character.encode("cp1252" if character > "\xff" else "latin-1")
        except UnicodeEncodeError:
            return None
    return bytes(out)


def _sound(data: bytes, *, least: int) -> tuple[str, int] | None:
    try:
        meant = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    beyond = [c for c in meant if c > "\x7f"]
    likely = sum(is_common(c) or "\xa0" <= c <= "\u024f" or c in "\ufeff\u2122\u20ac" for c in beyond)
    return (meant, len(beyond)) if len(beyond) >= least and likely >= MEANT_SHARE * len(beyond) else None


def _decoded(text: str, encoding: str, *, marked: bool = False) -> Decoded:
    return Decoded(text, encoding, marked, text.count("\ufffd"), text.find("\ufffd"))


def _strictly(data: bytes, encoding: str, *, skip: int) -> Decoded:
    try:
        return _decoded(data[skip:].decode(encoding), encoding, marked=skip > 0)
    except UnicodeDecodeError as error:
        raise Undecodable(skip + error.start, encoding=encoding) from None


def _wide_without_mark(data: bytes) -> str:
    """UTF-16 without a mark shows itself by NUL bytes, and by making sense in one order of bytes only."""
    if len(data) % 2 or len(data) < 4 or data.count(0) * 100 < len(data):
        return ""
    shares = {encoding: _share_of_sense(data, encoding) for encoding in ("utf-16-le", "utf-16-be")}
    best = max(shares, key=lambda encoding: shares[encoding])
    return best if shares[best] >= WIDE_SHARE else ""


def _share_of_sense(data: bytes, encoding: str) -> float:
    try:
        sample = data.decode(encoding)[:SAMPLE_CHARACTERS]
    except UnicodeDecodeError:
        return 0.0
    return sum(" " <= c <= "~" or c in "\t\r\n" or (c > "\x7f" and is_common(c)) for c in sample) / len(sample)


def _legacy(data: bytes, *, broken_at: int) -> Decoded:
    """One of the encodings before Unicode, or a refusal."""
    if _is_damaged_utf8(data):
        raise Undecodable(broken_at, encoding="utf-8")
    if not any(len(run) > 1 for run in HIGH_RUN.findall(data)):
        # Single high bytes between ASCII letters are the curly quotes and accents of Western Windows.
        return _strictly(data, "cp1252", skip=0)
    best: Decoded | None = None
    best_share, furthest = 0.0, 0
    for encoding in ("gb18030", "big5hkscs"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            furthest = max(furthest, error.start)
            continue
        share = common_share(text)
        if best is None or share > best_share:
            best, best_share = _decoded(text, encoding), share
    if best_share >= COMMON_SHARE and best is not None:
        return best
    if _is_western(data):
        return _strictly(data, "cp1252", skip=0)
    raise Undecodable(furthest if best is None else broken_at)


def _is_western(data: bytes) -> bool:
    """Few high bytes, and all of them letters with accents or marks: an accent beside a quotation mark, é’."""
    high = [byte for byte in data if byte > 0x7F]
    marks = b"\x80\x82\x84\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa3\xa7\xa9\xab\xae\xb0\xb7\xbb"
    return len(high) <= WESTERN_SHARE * len(data) and all(byte >= 0xC0 or byte in marks for byte in high)


def _is_damaged_utf8(data: bytes) -> bool:
    """Almost all high bytes form sound UTF-8: a cut or spoilt UTF-8 document, not another encoding."""
    sound = UTF8_SEQUENCE.findall(data)
    high = sum(len(run) for run in HIGH_RUN.findall(data))
    return len(sound) >= UTF8_SEQUENCES and sum(map(len, sound)) >= 0.95 * high


def common_share(text: str) -> float:
    """Share of the characters beyond ASCII that ordinary Chinese or English text would have."""
    beyond = [c for c in text[:SAMPLE_CHARACTERS] if c > "\x7f"]
    if not beyond:
        return 1.0
    return sum(map(is_common, beyond)) / len(beyond)


def is_common(character: str) -> bool:
    """True of the frequent character sets: GB 2312 level 1, Big5 level 1 and usual punctuation."""
    if not HAN.match(character):
        return "\u2010" <= character <= "\u203b" or "\u3000" <= character <= "\u301f" or character in FULL_WIDTH
    try:
        if 0xB0 <= character.encode("gb2312")[0] <= 0xD7:
            return True
    except UnicodeEncodeError:
        pass
    try:
        return 0xA4 <= character.encode("big5")[0] <= 0xC6
    except UnicodeEncodeError:
        return False


FULL_WIDTH = frozenset(map(chr, range(0xFF01, 0xFF5F))) | set("·—…×￥°")
