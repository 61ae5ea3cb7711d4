"""What a reader narrows a search by, and the extract that shows why an article was found."""

from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles import lists
from articles.models import Article, ArticleQuerySet, Section
from articles.states import Language
from articles.text import markup
from articles.text.terms import places

LONGEST_NAME = 100
BEFORE, AFTER = 24, 110  # characters of an extract around the first place
MOST_READ = 100_000  # characters of a text that are looked through


@dataclass(frozen=True)
class Filters:
    """What is asked for beside the words; what cannot be is left out."""

    section: str = ""
    language: str = ""
    year: int = 0
    author: str = ""
    source: str = ""
    by_date: bool = False

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        asked = request.GET
        language, year = asked.get("language", ""), asked.get("year", "")
        section = asked.get("section", "")[:LONGEST_NAME].replace("\x00", "")
        return cls(
            section=section if section and Section.objects.filter(slug=section).exists() else "",
            language=language if language in Language.values else "",
            year=int(year) if year.isascii() and year.isdecimal() and len(year) == 4 and 1 < int(year) < 9999 else 0,
            author=" ".join(asked.get("author", "").replace("\x00", "").split())[:LONGEST_NAME],
            source=" ".join(asked.get("source", "").replace("\x00", "").split())[:LONGEST_NAME],
            by_date=asked.get("sort") == "date",
        )

    @property
    def chosen(self) -> dict[str, str]:
        """The same as parts of an address."""
        found = {
            "section": self.section,
            "language": self.language,
            "year": str(self.year or ""),
            "author": self.author,
            "source": self.source,
            "sort": "date" if self.by_date else "",
        }
        return {name: value for name, value in found.items() if value}

    def applied(self, articles: ArticleQuerySet) -> ArticleQuerySet:
        if self.section:
            articles = articles.filter(section__slug=self.section)
        if self.language:
            articles = articles.filter(language=self.language)
        if self.year:
            span = lists.span(self.year)
            articles = articles.filter(published_at__gte=span.start, published_at__lte=span.last)
        if self.author:
            articles = articles.filter(author__icontains=self.author)
        if self.source:
            articles = articles.filter(source__icontains=self.source)
        return articles


def extract(article: Article, query: str) -> SafeString:
    """The words around the first place that was asked for, marked; the excerpt where the text does not hold it."""
    text = " ".join(markup.plain(article.body[:MOST_READ]).split())
    found = places(text, query)
    if not found:
        return marked(article.excerpt, query)
    start = max(0, found[0][0] - BEFORE)
    cut = text[start : found[0][0] + AFTER]
    return format_html("{}{}{}", "…" if start else "", marked(cut, query), "…" if start + len(cut) < len(text) else "")


def marked(text: str, query: str) -> SafeString:
    """The text with what was asked for inside mark elements."""
    parts, last = [], 0
    for start, end in places(text, query):
        parts.append((text[last:start], text[start:end]))
        last = end
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", parts), text[last:])
