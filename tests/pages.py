"""Public pages as a browser sees them: elements with their attributes and words."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

COUNTING = "articles_journalposition"  # the fold's first question
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    inside: tuple["Element", ...]
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def matches(self, selector: str) -> bool:
        """``a``, ``.kicker`` or ``dl.facts``: a name, a class, or both."""
        name, _dot, wanted = selector.partition(".")
        classes = self.attributes.get("class", "").split()
        return name in {"", self.name} and (not wanted or wanted in classes)


class Page(HTMLParser):
    """The page of a response. ``find("main", "h1")`` gives each h1 inside a main, in order."""

    def __init__(self, response: Any) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[Element] = []
        self.feed(response.content.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self.open))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        opened = self.open.pop()
        assert opened.name == tag, f"</{tag}> closes <{opened.name}>."

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.words.append(data)

    def find(self, *selectors: str) -> list[Element]:
        *outer, last = selectors
        return [element for element in self.elements if element.matches(last) and _lies_in(element.inside, outer)]

    def one(self, *selectors: str) -> Element:
        found = self.find(*selectors)
        assert len(found) == 1, f"{selectors}: {len(found)} elements."
        return found[0]

    def texts(self, *selectors: str) -> list[str]:
        return [element.text for element in self.find(*selectors)]


def _lies_in(ancestors: tuple[Element, ...], selectors: list[str]) -> bool:
    rest = iter(ancestors)
    return all(any(ancestor.matches(selector) for ancestor in rest) for selector in selectors)


def articles(response: Any) -> list[str]:
    """The titles that the main part of a page links to, in order."""
    addresses = [link for link in Page(response).find("main", "a") if link["href"].startswith("/articles/")]
    return [link.text for link in addresses]


def inline_scripts(page: Page) -> list[Element]:
    return [one for one in page.find("script") if "src" not in one.attributes]


def page_queries(client: Client, address: str) -> int:
    """How many queries the page itself costs. Here the fold follows in the same request; its own are left out."""
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    asked = [query["sql"] for query in captured.captured_queries]
    end = next((place for place, sql in enumerate(asked) if COUNTING in sql), len(asked))
    return sum("SAVEPOINT" not in sql for sql in asked[:end])
