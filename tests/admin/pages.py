"""Admin pages as a browser sees them: a form's fields with the values that stand in the page."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from articles.models import Article


class Form(HTMLParser):
    """Collects name and value of every control inside the form with the given id."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.inside = form_id, False
        self.values: dict[str, Any] = {}
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self.inside = found.get("id") == self.form_id
        name = found.get("name") or ""
        if not self.inside or (tag != "option" and not name):
            return
        if tag == "textarea":
            self.area = name
            self.values[name] = ""
        elif tag == "select":
            self.select = name
            self.values[name] = ""
        elif tag == "option" and self.select and "selected" in found:
            self.values[self.select] = found.get("value") or ""
        elif tag == "input" and found.get("type") not in {"submit", "file", "checkbox", "radio"}:
            self.values[name] = found.get("value") or ""
        elif tag == "input" and found.get("type") in {"checkbox", "radio"} and "checked" in found:
            self.values[name] = found.get("value") or "on"

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            # The first line break after <textarea> is not part of its value.
            self.values[self.area] = self.values.get(self.area, "").removeprefix("\r").removeprefix("\n")
            self.area = ""
        elif tag == "select":
            self.select = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area] += data


def fields(response: HttpResponse, form_id: str = "article_form") -> dict[str, Any]:
    form = Form(form_id)
    form.feed(response.content.decode())
    return {name: value for name, value in form.values.items() if "__prefix__" not in name}


def change_address(article: Article) -> str:
    return reverse("admin:articles_article_change", args=[article.pk])


def opened(client: Client, article: Article) -> dict[str, Any]:
    """The fields of the article's form as it stands."""
    response = client.get(change_address(article))
    assert response.status_code == 200
    return fields(response)


def saved(client: Client, article: Article, button: str = "_continue", value: str = "1", **typed: Any) -> HttpResponse:
    """Open the form, type, and press a button."""
    return client.post(change_address(article), {**opened(client, article), **typed, button: value})
