"""Words: slugs for addresses and excerpts for lists, in Chinese and English."""

import re
import unicodedata

from pypinyin import Style, lazy_pinyin

from articles.text.markup import plain

LONGEST_SLUG = 80  # characters of an address that people still read
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
SENTENCE_END = re.compile(r"(?:[。！？!?]+|\.(?=[\s”’\"')\]]|$))[”’」』）)\]\"']*")
CUT_TAG = re.compile(r"<[^<>]*$|&[#a-zA-Z0-9]{0,10}$")  # what is left of a tag or a reference at a cut
MARKUP_A_LETTER = 40  # as much HTML is read for each letter of an excerpt, before all of it is read
FALLBACK_SLUG = "article"


def _spell(found: re.Match[str]) -> str:
    return " " + " ".join(lazy_pinyin(found.group(), style=Style.NORMAL, errors="ignore")) + " "


def slug(title: str, *, longest: int = LONGEST_SLUG) -> str:
    """A readable address part: English words as they are, Chinese as pinyin, cut between words; never empty.

    >>> slug("A new laboratory opens")
    'a-new-laboratory-opens'
    >>> slug("校运动会开幕")
    'xiao-yun-dong-hui-kai-mu'
    >>> slug("！？")
    'article'
    """
    text = HAN.sub(_spell, title[:400])
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    words = re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z])'(?=[a-z])", "", text))
    result = ""
    for word in words:
        longer = f"{result}-{word}" if result else word
        if len(longer) > longest:
            break
        result = longer
    if not result and words:
        result = words[0][:longest]
    return result or FALLBACK_SLUG


def excerpt(html: str, *, longest: int = 160) -> str:
    """The first words of a text for a list: whole sentences where they fit, else cut with an ellipsis.

    A Han character counts as two, so that Chinese and English excerpts are of one length to the eye.
    """
    read = html[: longest * MARKUP_A_LETTER]
    text = re.sub(r"\s+", " ", plain(CUT_TAG.sub("", read) if read != html else html))
    if read != html and _fitting(text, longest) == len(text):
        text = re.sub(r"\s+", " ", plain(html))
    if _fitting(text, longest) == len(text):
        return text
    end = _fitting(text, longest - 1)  # room for the ellipsis
    sentences = [found.end() for found in SENTENCE_END.finditer(text) if found.end() <= end]
    if sentences and sentences[-1] > end // 2:
        return text[: sentences[-1]]
    return text[: _between_words(text, end)].rstrip(" ,;:，；：、") + "…"


def _fitting(text: str, longest: int) -> int:
    """How many characters of the text are not wider than this."""
    width = 0
    for end, character in enumerate(text):
        width += 2 if ord(character) > 0x2E7F else 1
        if width > longest:
            return end
    return len(text)


def _between_words(text: str, end: int) -> int:
    """The place at or before this one where no word is cut; the place itself inside one very long word."""
    place = end
    while place and _in_word(text[place - 1]) and _in_word(text[place]):
        place -= 1
    return place or end


def _in_word(character: str) -> bool:
    return not HAN.match(character) and (character.isalnum() or unicodedata.category(character)[0] == "M")
