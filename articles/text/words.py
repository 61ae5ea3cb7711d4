"""Words: slugs for addresses and excerpts for lists, in Chinese and English."""

import re
import unicodedata

from pypinyin import Style, lazy_pinyin

from articles.text.markup import plain

LONGEST_SLUG = 80  # characters of an address that people still read
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
SENTENCE_END = re.compile(r"[。！？!?]|\.(?=\s|$)")
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
    text = re.sub(r"\s+", " ", plain(html[: longest * 40]))
    width = 0
    for end, character in enumerate(text):  # noqa: B007 - the position is used after the loop
        width += 2 if ord(character) > 0x2E7F else 1
        if width > longest:
            break
    else:
        return text
    sentences = [found.end() for found in SENTENCE_END.finditer(text, 0, end)]
    if sentences and sentences[-1] > end // 2:
        return text[: sentences[-1]]
    cut = text[:end]
    if text[end : end + 1].isascii() and " " in cut[-20:]:
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(" ,;:，；：、") + "…"
