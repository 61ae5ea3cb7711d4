"""The API: public articles alone, as its own description says."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from articles.models import Attachment, Section
from articles.states import State
from tests import make
from tests.conftest import LONG_AGO
from tests.pages import Page

pytestmark = pytest.mark.django_db
KINDS: dict[str, Any] = {"string": str, "integer": int, "array": list, "object": dict, "null": type(None)}


def check(value: Any, schema: dict[str, Any], every: dict[str, Any], path: str = "") -> None:
    """The value is what the schema says, nothing less and nothing more."""
    if "$ref" in schema:
        schema = every[schema["$ref"].rpartition("/")[2]]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert isinstance(value, tuple(KINDS[kind] for kind in kinds)), path
    if "enum" in schema:
        assert value in schema["enum"], path
    if isinstance(value, dict):
        assert set(value) == set(schema["properties"]) == set(schema["required"]), path
        for name, part in value.items():
            check(part, schema["properties"][name], every, f"{path}.{name}")
    if isinstance(value, list):
        for place, part in enumerate(value):
            check(part, schema["items"], every, f"{path}[{place}]")


@pytest.fixture
def section() -> Section:
    return make.section()


def test_every_answer_is_as_the_description_says(client: Client, section: Section) -> None:
    article = make.pictured("图书馆", language="zh-hans", section=section, tags=("阅读",), author="张三", at=LONG_AGO)
    Attachment.objects.create(article=article, name="a.pdf", file="files/a.pdf", size=7)
    make.article("Bare", at=LONG_AGO, published_precision="day")
    description = client.get("/api/openapi.json").json()
    schemas = description["components"]["schemas"]
    for path, operations in description["paths"].items():
        response = client.get(path.replace("{id}", str(article.pk)))
        assert (response.status_code, response["Access-Control-Allow-Origin"]) == (200, "*")
        schema = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        check(response.json(), schema, schemas, path)
        again = client.get(path.replace("{id}", str(article.pk)), headers={"if-none-match": response["ETag"]})
        assert again.status_code == 304
        assert client.post(path.replace("{id}", str(article.pk))).status_code == 405


def titles(client: Client, query: str = "") -> list[str]:
    return [one["title"] for one in client.get(f"/api/articles/?{query}").json()["results"]]


def test_articles_are_filtered_and_paged(client: Client, section: Section) -> None:
    for number in range(25):
        make.article(
            f"Comet {number:02}", at=LONG_AGO + timedelta(hours=number), section=section if number == 3 else None
        )
    make.article("彗星", language="zh-hans", author="李四", tags=("天文",), at=LONG_AGO - timedelta(days=800))
    first = client.get("/api/articles/?sort=date").json()
    assert (first["count"], first["pages"], first["previous"]) == (26, 2, None)
    assert first["next"] == "http://testserver/api/articles/?sort=date&page=2"
    assert len(client.get(first["next"]).json()["results"]) == 6
    assert titles(client, "section=research") == ["Comet 03"]
    assert (
        titles(client, "language=zh-hans&year=2019")
        == titles(client, "author=李四")
        == titles(client, "q=彗星")
        == ["彗星"]
    )
    assert titles(client, "q=comet&section=research") == ["Comet 03"]
    answer = client.get("/api/articles/?page=99")
    assert (answer.status_code, answer.json()) == (404, {"error": "There is no page '99'."})


@pytest.mark.parametrize("state", [State.DRAFT, State.REVIEW, State.WITHDRAWN])
def test_what_is_hidden_is_not_there(client: Client, state: State) -> None:
    hidden = make.in_state(state, "Hidden", published_at=LONG_AGO, published_precision="minute")
    address = f"http://testserver{hidden.get_absolute_url()}"
    assert client.get(f"/api/articles/{hidden.pk}/").status_code == 404
    assert client.get("/oembed/", {"url": address}).status_code == 404
    assert titles(client) == []
    assert Page(client.get("/embed/newest/")).find("a") == []


def test_oembed_describes_an_article_of_this_site_alone(client: Client) -> None:
    article = make.pictured("图书馆", author="张三", at=LONG_AGO, size=(1200, 800))
    address = f"http://testserver{article.get_absolute_url()}"
    said = client.get("/oembed/", {"url": address}).json()
    assert (said["version"], said["type"], said["title"], said["author_name"]) == ("1.0", "link", "图书馆", "张三")
    assert said["thumbnail_url"].startswith("http://testserver/media/images/")
    for wrong in ("", "http://evil.example/articles/1/", "http://testserver/", "x" * 5_000):
        assert client.get("/oembed/", {"url": wrong}).status_code == 404
    assert client.get("/oembed/", {"url": address, "format": "xml"}).status_code == 501


def test_the_newest_articles_can_be_embedded_elsewhere(client: Client, section: Section) -> None:
    for number in range(8):
        make.article(f"<b>{number}", at=LONG_AGO + timedelta(hours=number), section=section if number % 2 else None)
    response = client.get("/embed/newest/?number=3")
    page = Page(response)
    assert [one.text for one in page.find("ul.newsroom-newest", "a")] == ["<b>7", "<b>6", "<b>5"]
    assert page.find("ul", "a")[0]["href"].startswith("http://testserver/articles/")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert len(Page(client.get("/embed/newest/?section=research&number=x")).find("li")) == 4


def test_a_list_costs_the_same_for_one_and_for_many(client: Client, django_assert_num_queries: Any) -> None:
    for number in range(6):
        make.pictured(f"Number {number}", tags=("a", f"b{number}"), at=LONG_AGO)
        if number in {0, 5}:
            with django_assert_num_queries(9):
                client.get("/api/articles/")
