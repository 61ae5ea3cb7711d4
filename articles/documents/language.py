"""The language and script of a text, told from the text alone.

Script is decided by characters that only one of two old character sets has: one in GB 2312 and not in
Big5 speaks for Simplified, one in Big5 and not in GB 2312 for Traditional Chinese.
"""

import re
from functools import cache

HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
LATIN_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+(?:['’\-][A-Za-zÀ-ÖØ-öø-ÿ]+)*")
ENGLISH_SHARE = 0.8  # Latin words against Han characters
VOTES = 5
MAJORITY = 4
CONVERTED_SHARE = 0.01  # Simplified characters among those of a Traditional text


@cache
def vote(character: str) -> int:
    """-1 for a Simplified, +1 for a Traditional character, 0 for one of both."""
    return _in(character, "big5") - _in(character, "gb2312")


def _in(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def votes(text: str) -> tuple[int, int]:
    """How many characters speak for Simplified, how many for Traditional."""
    cast = [vote(character) for character in HAN.findall(text)]
    return cast.count(-1), cast.count(1)


def of(text: str) -> tuple[str, bool]:
    """The language ("en", "zh-Hans", "zh-Hant") and whether the text leaves no doubt about it."""
    han, latin = len(HAN.findall(text)), len(LATIN_WORD.findall(text))
    if latin > ENGLISH_SHARE * han or not han:
        return "en", latin > 0
    simplified, traditional = votes(text)
    more, fewer = max(simplified, traditional), min(simplified, traditional)
    language = "zh-Hant" if traditional > simplified else "zh-Hans"
    return language, more >= VOTES and more >= MAJORITY * fewer


def looks_converted(text: str) -> bool:
    """A Traditional text with so many Simplified characters that a program made it."""
    simplified, traditional = votes(text)
    return traditional > simplified >= max(3, CONVERTED_SHARE * len(HAN.findall(text)))


def is_other_script(paragraph: str, language: str) -> bool:
    """A paragraph that opens with, or is, text of the other script."""
    opening = re.match("[\u3400-\u9fff、，“”‘’《》（）]{10,}", paragraph)
    if language == "en":
        return bool(opening) or len(HAN.findall(paragraph)) > len(LATIN_WORD.findall(paragraph))
    han, latin = len(HAN.findall(paragraph)), len(LATIN_WORD.findall(paragraph))
    return latin >= 12 and latin > 2 * han
