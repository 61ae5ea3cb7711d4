"""Terms: what a text is found by, and how a query asks for it; the same for every database.

Chinese has no blanks: each two neighbouring characters are a term, so a word is found in the middle of a sentence, as a
phrase of such pairs. Traditional characters count as their simplified ones, words by their stems, letters without
case and accents. Terms are written in ASCII, since no database's own tokenizer may have an opinion about them.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import snowballstemmer

# One simplified character for each traditional one, from OpenCC's table (t2s, Apache-2.0): pairs, one after another.
_PAIRS = "".join(Path(__file__).with_name("simplified.txt").read_text("utf-8").split())
SIMPLIFIED = str.maketrans(_PAIRS[::2], _PAIRS[1::2])
_CJK = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_CJK}]+|(?:(?![{_CJK}])[^\W_])+")
_IS_CJK = re.compile(f"[{_CJK}]")
_ACCENT = re.compile("[\u0300-\u036f]")
LONGEST_WORD = 40  # letters of a term; what is longer was no word
KNOWN_STEMS = 20_000
_stemmer = snowballstemmer.stemmer("english")


class Phrase(NamedTuple):
    """Terms that stand side by side; of the last one only the beginning may be asked for."""

    terms: tuple[str, ...]
    begins: bool = False


def fold(text: str) -> str:
    """The text as it is compared: one width, no case, no accents, simplified characters."""
    flat = unicodedata.normalize("NFKC", text).casefold().translate(SIMPLIFIED)
    if flat.isascii():
        return flat
    return unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFD", flat)))


def terms(text: str) -> list[str]:
    """The terms of a text, in order. A run of Chinese ends with its last character alone, which parts it from the next.

    >>> terms("Labs 校庆")
    ['lab', 'u6821u5e86', 'u5e86']
    """
    found: list[str] = []
    for run in _RUN.findall(fold(text)):
        if _IS_CJK.match(run):
            coded = [f"u{ord(sign):x}" for sign in run]
            found += map("".join, pairwise(coded))
            found.append(coded[-1])
        else:
            found.append(_word(run))
    return found


def phrases(query: str) -> list[Phrase]:
    """What a query asks for: every phrase must be there.

    >>> phrases("研讨会 labs")
    [Phrase(terms=('u7814u8ba8', 'u8ba8u4f1a'), begins=False), Phrase(terms=('lab',), begins=False)]
    """
    found = []
    for run in _RUN.findall(fold(query)):
        if not _IS_CJK.match(run):
            found.append(Phrase((_word(run),)))
        elif len(run) == 1:
            found.append(Phrase((f"u{ord(run):x}",), begins=True))
        else:
            coded = [f"u{ord(sign):x}" for sign in run]
            found.append(Phrase(tuple(map("".join, pairwise(coded)))))
    return list(dict.fromkeys(found))


def _word(run: str) -> str:
    run = run[:LONGEST_WORD]
    if run.isascii():
        return _stem(run)
    return "".join(sign if sign.isascii() else f"u{ord(sign):x}" for sign in run)


@lru_cache(KNOWN_STEMS)
def _stem(word: str) -> str:
    return str(_stemmer.stemWord(word))


def places(text: str, query: str) -> list[tuple[int, int]]:
    """Where the text holds what the query asks for: beginning and end of each place, in order, none overlapping."""
    folded = [fold(sign) for sign in text]
    if any(len(sign) != 1 for sign in folded):  # A sign that folds to two or none would move all places behind it.
        folded = [sign if len(sign) == 1 else "\x00" for sign in folded]
    flat = "".join(folded)
    found: list[tuple[int, int]] = []
    stems = set()
    for run in _RUN.findall(fold(query)):
        if _IS_CJK.match(run):
            found += [(match.start(), match.end()) for match in re.finditer(re.escape(run), flat)]
        else:
            stems.add(_word(run))
    if stems:
        words = (match for match in _RUN.finditer(flat) if not _IS_CJK.match(match[0]))
        found += [(match.start(), match.end()) for match in words if _word(match[0]) in stems]
    return _apart(sorted(found))


def _apart(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in found:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
        elif end > kept[-1][1]:
            kept[-1] = (kept[-1][0], end)
    return kept
