"""Search: which public articles hold all the words of a query, in their title, subtitle or text.

Every word is looked for as it stands, so that a Chinese word is found inside a sentence. What is read is bounded.
"""

import re
from dataclasses import dataclass

from django.db.models import Q

from articles.models import ArticleQuerySet
from articles.text import markup

LONGEST_QUERY = 100  # characters
MOST_WORDS = 8
MOST_FOUND = 200  # ten pages; nobody turns more
MOST_READ = 2_000  # texts that are looked at for words which the markup itself may hold, such as "strong"
UNWANTED = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


@dataclass(frozen=True)
class Found:
    """The numbers of the articles, newest first; ``more`` where not all could be looked at."""

    keys: list[int]
    more: bool


def tidy(query: str) -> str:
    """The query as it is used and shown again: one line of at most 100 characters."""
    return " ".join(UNWANTED.sub(" ", query[: LONGEST_QUERY * 4]).split())[:LONGEST_QUERY].strip()


def find(query: str, *, among: ArticleQuerySet) -> Found:
    """The articles that hold every word of the query."""
    words = tidy(query).split()[:MOST_WORDS]
    if not words:
        return Found([], more=False)
    for word in words:
        written = word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        among = among.filter(Q(title__icontains=word) | Q(subtitle__icontains=word) | Q(body__icontains=written))
    candidates = among.newest().values_list("pk", "title", "subtitle", "body")[:MOST_READ]
    folded = [word.casefold() for word in words]
    keys: list[int] = []
    read = 0
    for key, title, subtitle, body in candidates.iterator(chunk_size=50):
        read += 1
        text = f"{title}\n{subtitle}\n{markup.plain(body)}".casefold()
        if all(word in text for word in folded):
            keys.append(key)
            if len(keys) == MOST_FOUND:
                return Found(keys, more=True)
    return Found(keys, more=read == MOST_READ)
