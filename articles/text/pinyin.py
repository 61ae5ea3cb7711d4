"""Readings that a converter wrote behind Chinese characters, taken out again.

A converter from Simplified to Traditional leaves 發(fā) behind. It works on the bytes of GBK without
respect for the borders of characters, so a note may also stand in the middle of one: 要創 (D2AA 8493)
becomes 要?jiǎng)?chuàng), because AA84 is 獎 (jiǎng). Such a place is rebuilt only where the bytes prove it.
The door is ``remove_notes(text)``.
"""

import re
import unicodedata
from collections import Counter
from functools import cache

HAN = "\u3400-\u9fff\uf900-\ufaff"
SYLLABLE = "[a-zāáǎàēéěèêếềīíǐìōóǒòūúǔùüǖǘǚǜńňǹḿɡ\u0300\u0301\u0304\u030c\u0308]{1,8}"
NOTE = re.compile(rf"([{HAN}])[(（]({SYLLABLE}) ?[)）]")
# A note inside a character: its first byte and the bracket together became a question mark.
SPLIT = re.compile(rf"([{HAN}])\?({SYLLABLE}) ?[)）]")
SPLIT_NOTED = re.compile(rf"\?({SYLLABLE}) ?[)）]")
SHARE_NOTED = 0.9  # of all places of a character; a gloss is given once, a converter never forgets
CHARACTERS_NOTED = 3
NOTES = 5


def remove_notes(text: str) -> tuple[str, int, int]:
    """The text without a converter's notes, the number of notes removed, of characters rebuilt."""
    noted = _noted_characters(text)
    if not noted:
        return text, 0, 0
    text, rebuilt = _rebuild(text, noted)
    removed = 0

    def bare(match: re.Match[str]) -> str:
        nonlocal removed
        if match[1] not in noted or not _reads(match[1], match[2]):
            return match[0]
        removed += 1
        return match[1]

    return NOTE.sub(bare, text), removed, rebuilt


def _noted_characters(text: str) -> frozenset[str]:
    """The characters behind which a converter wrote, or none at all."""
    notes = Counter(
        match[1] for match in NOTE.finditer(text) if _is_rare_in_simplified(match[1]) and _reads(match[1], match[2])
    )
    noted = {character for character, count in notes.items() if count >= SHARE_NOTED * text.count(character)}
    if len(noted) < CHARACTERS_NOTED or sum(notes[character] for character in noted) < NOTES:
        return frozenset()
    return frozenset(noted)


def _is_rare_in_simplified(character: str) -> bool:
    """Converters note what GB 2312 does not have; 著 is in it and noted all the same."""
    if character == "著":
        return True
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


@cache
def readings(character: str) -> frozenset[str]:
    """All readings of a character, with tone marks."""
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415 - a fifth of a second, for the few texts with notes

    return frozenset(map(_plain, PINYIN_DICT.get(ord(character), "").split(",")))


def _plain(reading: str) -> str:
    return unicodedata.normalize("NFC", reading.strip().lower().replace("ɡ", "g"))


def _reads(character: str, note: str) -> bool:
    return _plain(note) in readings(character)


def _rebuild(text: str, noted: frozenset[str]) -> tuple[str, int]:
    """Characters that a note has split, put together again where exactly one fits the bytes."""
    out: list[str] = []
    position = rebuilt = 0
    while match := SPLIT.search(text, position):
        before, end = match.end(1), match.end()
        found = _noted_half(text, match, noted) or _shifted_half(text, match)
        if found is None:
            out.append(text[position:end])
            position = end
            continue
        restored, position_after = found
        out.append(text[position:before] + restored)
        position = position_after
        rebuilt += 1
    out.append(text[position:])
    return "".join(out), rebuilt


def _noted_half(text: str, match: re.Match[str], noted: frozenset[str]) -> tuple[str, int] | None:
    """``P?r1)?r2)``: the split character C is itself noted with r2."""
    second = SPLIT_NOTED.match(text, match.end())
    if second is None:
        return None
    fitting = [
        character
        for character in sorted(noted)
        if _reads(character, second[1]) and (pair := _across(match[1], _gbk(character)[:1])) and _reads(pair, match[2])
    ]
    return (fitting[0], second.end()) if len(fitting) == 1 else None


def _shifted_half(text: str, match: re.Match[str]) -> tuple[str, int] | None:
    """``P?r)rest``: the lost first byte goes before the bytes of the rest, up to an ASCII trail byte."""
    fitting = [
        shifted
        for lead in range(0x81, 0xFF)
        if (pair := _across(match[1], bytes([lead])))
        and _reads(pair, match[2])
        and (shifted := _shift(text, match.end(), lead))
    ]
    return fitting[0] if len(fitting) == 1 else None


def _shift(text: str, start: int, lead: int) -> tuple[str, int] | None:
    stream = bytearray([lead])
    for position in range(start, min(start + 200, len(text))):
        encoded = _gbk(text[position])
        stream += encoded
        if len(encoded) == 2:
            continue
        try:
            restored = bytes(stream).decode("gbk")
        except UnicodeDecodeError:
            return None
        return (restored, position + 1) if all(map(_is_common, restored)) else None
    return None


def _is_common(character: str) -> bool:
    """In GB 2312, or in the frequent level of Big5."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        try:
            return 0xA4 <= character.encode("big5")[0] <= 0xC6
        except UnicodeEncodeError:
            return False
    return not character.isascii()


def _gbk(character: str) -> bytes:
    try:
        return character.encode("gbk")
    except UnicodeEncodeError:
        return b""


def _across(before: str, lead: bytes) -> str:
    """The character that the last byte of one and the first byte of the next form."""
    trail = _gbk(before)[1:]
    if not trail or not lead:
        return ""
    try:
        return (trail + lead).decode("gbk")
    except UnicodeDecodeError:
        return ""
