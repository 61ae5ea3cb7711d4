"""The page of an article: what it tells, in which language, and what it tells to programs."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.images import uploads
from articles.models import Article, ArticleImage
from articles.publishing import writing
from articles.states import State
from tests import make
from tests.conftest import LONG_AGO
from tests.pages import Page, inline_scripts, page_queries

MORNING = datetime.fromisoformat("2021-06-08T09:30:15+08:00")
HOSTILE = "</script><script>alert(1)</script>\"'&lt;<!--\u2028]]>"


def page(client: Client, article: Article) -> Page:
    return Page(client.get(article.get_absolute_url()))


def facts(shown: Page) -> list[tuple[str, str]]:
    return list(zip(shown.texts("dl.facts", "dt"), shown.texts("dl.facts", "dd"), strict=True))


def structured(shown: Page) -> dict[str, Any]:
    """The page's data for search engines."""
    script = inline_scripts(shown)[0]
    assert script["type"] == "application/ld+json"
    found: dict[str, Any] = json.loads("".join(script.words))
    return found


def test_an_article_tells_who_wrote_it_when_and_how_often_it_was_read(reader: Client, db: None) -> None:
    article = make.article(
        "First light",
        subtitle="Four metres of glass",
        section=make.section(),
        author="Mei Lin, Jon Park",
        source="Observatory",
        editor="A. Reed",
        reviewer="B. Stone",
        photographer="Q. Zhou",
        imported_views=1233,
        published_at=MORNING,
        at=LONG_AGO,
    )
    shown = page(reader, article)
    assert {
        "language": shown.one("html")["lang"],
        "section": [(one.text, one["href"]) for one in shown.find("article", "p.kicker", "a")],
        "title": (shown.one("h1").text, shown.one("h1")["lang"]),
        "subtitle": shown.texts("p.subtitle"),
        "facts": facts(shown),
        "moment": shown.one("dl.facts", "time")["datetime"],
    } == {
        "language": "en",
        "section": [("Research", "/en/sections/research/")],
        "title": ("First light", "en"),
        "subtitle": ["Four metres of glass"],
        "facts": [
            ("Published", "8 June 2021, 09:30"),
            ("Source", "Observatory"),
            ("Author", "Mei Lin, Jon Park"),
            ("Photographs", "Q. Zhou"),
            ("Editor", "A. Reed"),
            ("Reviewer", "B. Stone"),
            ("Views", "1,233"),
        ],
        "moment": "2021-06-08T09:30:15+08:00",
    }


def test_what_is_not_known_has_no_line(reader: Client, db: None) -> None:
    assert facts(page(reader, make.article(at=LONG_AGO, published_at=MORNING))) == [
        ("Published", "8 June 2021, 09:30"),
        ("Views", "0"),
    ]


@pytest.mark.parametrize(
    ("precision", "language", "shown", "machine"),
    [
        ("day", "en", "8 June 2021", "2021-06-08"),
        ("minute", "en", "8 June 2021, 09:30", "2021-06-08T09:30:15+08:00"),
        ("second", "en", "8 June 2021, 09:30", "2021-06-08T09:30:15+08:00"),
        ("day", "zh-hans", "2021年6月8日", "2021-06-08"),
        ("minute", "zh-hans", "2021年6月8日 09:30", "2021-06-08T09:30:15+08:00"),
        ("minute", "zh-hant", "2021年6月8日 09:30", "2021-06-08T09:30:15+08:00"),
    ],
)
def test_a_date_alone_is_never_shown_with_a_time(
    reader: Client, precision: str, language: str, shown: str, machine: str
) -> None:
    article = make.article(language=language, published_at=MORNING, published_precision=precision, at=LONG_AGO)
    found = page(reader, article)
    [moment] = found.find("dl.facts", "time")
    data = structured(found)["datePublished"]
    [meta] = [
        one["content"] for one in found.find("meta") if one.attributes.get("property") == "article:published_time"
    ]
    assert (moment.text, moment["datetime"], data, meta) == (shown, machine, machine, machine)


@pytest.mark.parametrize(
    ("language", "interface", "tag", "section"),
    [("en", "en", "en", "Research"), ("zh-hans", "zh-Hans", "zh-Hans", "科学研究"), ("zh-hant", "zh-Hans", "zh-Hant", "科学研究")],
)  # fmt: skip
def test_the_page_speaks_the_articles_language(
    reader: Client, language: str, interface: str, tag: str, section: str
) -> None:
    article = make.article(language=language, section=make.section(), at=LONG_AGO)
    response = reader.get(article.get_absolute_url())
    shown = Page(response)
    assert (
        shown.one("html")["lang"],
        response["Content-Language"],
        shown.one("h1")["lang"],
        shown.one("div.body")["lang"],
        shown.one("article", "p.kicker").text,
    ) == (interface, interface, tag, tag, section)


@pytest.mark.parametrize("wrong", ["", "x/", "First-Light/", "第一束光/"])
def test_a_wrong_or_missing_slug_leads_to_the_right_one(reader: Client, db: None, wrong: str) -> None:
    article = make.article("First light", at=LONG_AGO)
    response = reader.get(f"/articles/{article.pk}/{wrong}?utm_source=a")
    assert (response.status_code, response["Location"], response.get("X-View")) == (
        301,
        f"{article.get_absolute_url()}?utm_source=a",
        None,
    )


def test_a_former_address_leads_to_the_present_one(reader: Client, db: None) -> None:
    article = make.article("First light", at=LONG_AGO)
    former = article.get_absolute_url()
    article.slug = "second-light"
    writing.save(article, by=None, at=LONG_AGO, expected=article.version)
    response = reader.get(former, follow=True)
    assert (response.redirect_chain, response.status_code) == ([(f"/articles/{article.pk}/second-light/", 301)], 200)


def test_a_reading_is_counted_and_the_page_before_it_shows_the_count(reader: Client, db: None) -> None:
    article = make.article(imported_views=695, at=LONG_AGO)
    found = [(reader.get(article.get_absolute_url()))["X-View"] for _ in range(3)]
    shown = dict(facts(page(reader, article)))["Views"]
    assert (found, shown) == (["recorded"] * 3, "698")


def test_readers_get_no_cookie_and_a_page_that_depends_on_none(reader: Client, db: None) -> None:
    response = reader.get(make.article(at=LONG_AGO).get_absolute_url())
    assert (response["Cache-Control"], response["Vary"], dict(response.cookies)) == ("no-cache", "Accept-Encoding", {})


def test_pictures_stand_in_their_places_with_their_sizes(reader: Client, db: None) -> None:
    article = make.pictured(inside=2, beside=1, size=(1200, 800), at=LONG_AGO)
    ArticleImage.objects.filter(article=article).update(caption="The <dome>", credit="Q. Zhou")
    shown = page(reader, article)
    images = shown.find("article", "figure", "picture", "img")
    assert [(one["width"], one["height"], one["alt"], one.attributes.get("loading"), one["decoding"]) for one in images] == [
        ("1200", "800", "Picture 1", None, "async"),
        ("1200", "800", "Picture 2", "lazy", "async"),
        ("1200", "800", "Picture 3", "lazy", "async"),
    ]  # fmt: skip
    sources = shown.find("article", "figure", "picture", "source")
    assert {one["type"] for one in sources} == {"image/webp"}
    assert [[size.split()[1] for size in one["srcset"].split(", ")] for one in sources] == [
        ["480w", "960w", "1200w"]
    ] * 3
    assert shown.texts("figcaption") == ["The <dome> Q. Zhou"] * 3
    assert (len(shown.find("div.body", "figure")), len(shown.find("section.gallery", "figure"))) == (2, 1)
    assert shown.texts("div.body", "p") == ["The text.", "After picture 1.", "After picture 2."]


def test_a_missing_picture_is_not_shown(reader: Client, db: None) -> None:
    article = make.article(at=LONG_AGO)
    image = ArticleImage.objects.create(article=article, original_name="22.png", caption="Lost")
    Article.objects.filter(pk=article.pk).update(
        body=f'<p>Before.</p><img data-file="{image.pk}" alt=""><img data-file="999" src="/x.jpg"><p>After.</p>'
    )
    shown = page(reader, article)
    found = (shown.find("main", "img"), shown.find("figure"), shown.texts("div.body"))
    assert found == ([], [], ["Before.After."])


def test_a_picture_of_another_article_is_not_shown(reader: Client, db: None) -> None:
    other = make.pictured("Other", at=LONG_AGO).images.get()
    article = make.article(at=LONG_AGO, body=f'<p>Text.</p><img data-file="{other.pk}" src="{other.file.url}">')
    assert page(reader, article).find("main", "img") == []


def test_attachments_are_offered_with_kind_and_size(reader: Client, db: None) -> None:
    article = make.article(at=LONG_AGO)
    attachment = uploads.attach_file(article, b"%PDF-1.7\n%%EOF\n" + b" " * 2033, name="招生简章.pdf")
    link = page(reader, article).one("section.attachments", "a")
    assert (link["href"], link.text) == (
        f"/attachments/{attachment.pk}/%E6%8B%9B%E7%94%9F%E7%AE%80%E7%AB%A0.pdf",
        "招生简章.pdf PDF, 2.0\xa0KB".replace("\xa0", " "),
    )


def test_tags_lead_to_their_lists(reader: Client, db: None) -> None:
    article = make.article(tags=("Telescope", "天文"), at=LONG_AGO)
    links = page(reader, article).find("article", "footer", "a")
    assert sorted(link.text for link in links) == ["Telescope", "天文"]
    assert [reader.get(link["href"]).status_code for link in links] == [200, 200]


def test_previous_and_next_are_neighbours_in_the_section(reader: Client, db: None) -> None:
    section = make.section()
    first, here, last = (
        make.article(title, section=section, at=LONG_AGO + timedelta(days=number))
        for number, title in enumerate(["First", "Here", "Last"])
    )
    make.article("Elsewhere", at=LONG_AGO + timedelta(hours=30))
    links = [(one["rel"], one["href"]) for one in page(reader, here).find("nav.neighbours", "a")]
    assert links == [("prev", first.get_absolute_url()), ("next", last.get_absolute_url())]


def test_an_article_describes_itself_to_those_who_share_it(reader: Client, db: None) -> None:
    article = make.pictured("First light", author="Mei Lin", body="<p>A mirror of four metres.</p>", at=LONG_AGO)
    shown = page(reader, article)
    metas = {
        one.attributes.get("property") or one.attributes.get("name"): one["content"]
        for one in shown.find("head", "meta")
        if "content" in one.attributes
    }
    address, image = (
        f"http://testserver{article.get_absolute_url()}",
        f"http://testserver{article.images.get().file.url}",
    )
    [canonical] = [one["href"] for one in shown.find("head", "link") if one["rel"] == "canonical"]
    assert canonical == address
    assert {name: text for name, text in metas.items() if name and name not in {"viewport", "color-scheme"}} == {
        "description": article.excerpt,
        "author": "Mei Lin",
        "og:type": "article",
        "og:site_name": "News Center",
        "og:title": "First light",
        "og:url": address,
        "og:locale": "en_US",
        "og:description": article.excerpt,
        "og:image": image,
        "og:image:width": "60",
        "og:image:height": "40",
        "og:image:alt": "Picture 1",
        "twitter:card": "summary_large_image",
        "article:published_time": "2021-06-08T08:30:00+08:00",
        "article:modified_time": "2021-06-08T09:30:00+08:00",
    }
    publisher = {"@type": "Organization", "name": "News Center", "url": "http://testserver/en/"}
    assert structured(shown) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "First light",
        "description": article.excerpt,
        "inLanguage": "en",
        "datePublished": "2021-06-08T08:30:00+08:00",
        "dateModified": "2021-06-08T09:30:00+08:00",
        "image": [image],
        "author": {"@type": "Person", "name": "Mei Lin"},
        "publisher": publisher,
        "mainEntityOfPage": address,
    }


def test_hostile_words_are_only_text(reader: Client, db: None) -> None:
    article = make.pictured(
        HOSTILE,
        subtitle=HOSTILE,
        author=HOSTILE,
        source=HOSTILE,
        summary=HOSTILE,
        tags=(HOSTILE[:40],),
        section=make.section(name_en=HOSTILE[:50]),
        at=LONG_AGO,
    )
    ArticleImage.objects.filter(article=article).update(caption=HOSTILE, alt=HOSTILE, credit=HOSTILE)
    shown = page(reader, article)
    said = structured(shown)
    assert (len(inline_scripts(shown)), shown.open, said["headline"]) == (1, [], article.title)
    assert (shown.one("figure", "img")["alt"], shown.one("h1").text) == (HOSTILE, " ".join(HOSTILE.split()))


def test_hostile_markup_of_a_text_is_gone(reader: Client, db: None) -> None:
    article = make.article(
        body='<p onclick="x()">Text<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:x()">a</a>'
        '<iframe src="https://example.org"></iframe><style>p{}</style></p>',
        at=LONG_AGO,
    )
    shown = page(reader, article)
    found = [shown.find("div.body", name) for name in ("script", "iframe", "style", "img")]
    attributes = {name for one in shown.find("div.body", "p") + shown.find("div.body", "a") for name in one.attributes}
    assert (found, attributes & {"onclick", "href"}) == ([[], [], [], []], set())


@pytest.mark.parametrize("state", [State.DRAFT, State.REVIEW, State.WITHDRAWN])
def test_who_may_edit_an_article_previews_it_and_nobody_stores_or_counts_that(editor: User, state: State) -> None:
    article = make.in_state(state, published_at=LONG_AGO, published_precision="day")
    client = Client(headers={"user-agent": "Mozilla/5.0"})
    client.force_login(editor)
    response = client.get(f"{article.get_absolute_url()}?preview")
    article.refresh_from_db()
    shown = Page(response)
    assert {
        "status": response.status_code,
        "banner": len(shown.find("main", "p.banner")),
        "robots": [one["content"] for one in shown.find("meta") if one.attributes.get("name") == "robots"],
        "cache": response["Cache-Control"],
        "tag": response["X-Robots-Tag"],
        "view": response["X-View"],
        "views": article.views,
        "data": inline_scripts(shown),
    } == {
        "status": 200,
        "banner": 1,
        "robots": ["noindex"],
        "cache": "no-store",
        "tag": "noindex",
        "view": "refused: preview",
        "views": 0,
        "data": [],
    }


def test_a_preview_needs_its_word_and_the_right_person(editor: User, writer: User) -> None:
    own, others = make.draft("Own", by=writer), make.draft("Others", by=editor)
    found = {}
    for name, person in {"writer": writer, "editor": editor, "reader": None}.items():
        client = Client()
        if person is not None:
            client.force_login(person)
        found[name] = [
            client.get(f"{article.get_absolute_url()}{query}").status_code
            for article in (own, others)
            for query in ("", "?preview")
        ]
    assert found == {"writer": [404, 200, 404, 404], "editor": [404, 200, 404, 200], "reader": [404, 404, 404, 404]}


def test_a_preview_changes_nothing_on_a_public_article(reader: Client, db: None) -> None:
    response = reader.get(f"{make.article(at=LONG_AGO).get_absolute_url()}?preview")
    assert (response.status_code, response["X-View"], "X-Robots-Tag" in response) == (200, "recorded", False)


def test_a_draft_without_a_date_can_be_previewed(editor: User) -> None:
    client = Client()
    client.force_login(editor)
    response = client.get(f"{make.draft(language='zh-hans').get_absolute_url()}?preview")
    assert (response.status_code, Page(response).find("dl.facts", "time")) == (200, [])


def test_a_preview_tells_from_when_on_readers_see_a_scheduled_article(editor: User) -> None:
    client = Client()
    client.force_login(editor)
    scheduled = make.article(published_at=datetime(2094, 6, 8, 1, 30, tzinfo=UTC), published_precision="minute")
    [banner] = Page(client.get(f"{scheduled.get_absolute_url()}?preview")).find("main", "p.banner")
    assert banner.text == "Preview Readers see this article from 8 June 2094, 09:30 on. Edit"


@pytest.mark.parametrize("number", ["0", "999", "9" * 19, "9" * 30, "9" * 5000, "-1", "1.0", "x"])
def test_an_unknown_number_is_not_found(reader: Client, db: None, number: str) -> None:
    make.article(at=LONG_AGO)
    assert [reader.get(f"/articles/{number}/{slug}").status_code for slug in ("", "a/")] == [404, 404]


def test_an_article_is_read_only(reader: Client, db: None) -> None:
    assert reader.post(make.article(at=LONG_AGO).get_absolute_url()).status_code == 405


def test_a_page_costs_the_same_for_one_picture_and_tag_and_for_three(client: Client, db: None) -> None:
    section = make.section()
    make.article("Before", section=section, at=LONG_AGO - timedelta(days=1))
    one = make.pictured("One", section=section, tags=("a",), at=LONG_AGO)
    three = make.pictured("Three", section=section, tags=("a", "b", "c"), inside=3, beside=1, at=LONG_AGO)
    for article, files in ((one, 1), (three, 3)):
        for number in range(files):
            uploads.attach_file(article, b"%PDF-1.7\n%%EOF\n", name=f"{number}.pdf")
    for article in (one, three):
        assert page_queries(client, article.get_absolute_url()) == 16


def test_related_articles_share_tags_or_the_section_and_say_so(reader: Client, db: None) -> None:
    section = make.section()
    article = make.article("The one", section=section, tags=("化学", "校企"), at=LONG_AGO)
    both = make.article("Both tags", tags=("化学", "校企"), at=LONG_AGO - timedelta(days=9))
    one = make.article("One tag", tags=("化学",), at=LONG_AGO)
    same = make.article("Same section", section=section, at=LONG_AGO - timedelta(days=2))
    make.article("Other language", section=section, tags=("化学",), language="zh-hans", at=LONG_AGO)
    make.in_state(State.DRAFT, "Hidden", section=section, tags=("化学",))
    shown = page(reader, article)
    assert [item.text for item in shown.find("section.related", "li", "a")] == [both.title, one.title, same.title]
    reasons = [item.text.partition(" · ")[2] for item in shown.find("section.related", "span.when")]
    assert reasons == ["Also about 化学, 校企", "Also about 化学", "Same section"]


def test_authors_and_sources_have_pages_of_their_own(reader: Client, db: None) -> None:
    article = make.article("One", author="张三 李四", source="校报/宣传部", at=LONG_AGO)
    make.article("Two", author="李四", at=LONG_AGO - timedelta(days=1))
    make.article("Three", author="王五", body="<p>李四来了。</p>", tags=("李四",), at=LONG_AGO)
    shown = page(reader, article)
    links = {item.text: item["href"] for item in shown.find("dl.facts", "dd", "a")}
    assert list(links) == ["校报/宣传部", "张三", "李四"]
    assert [item.text for item in Page(reader.get(links["李四"])).find("ol.rows", "h2", "a")] == ["One", "Two"]
    assert [item.text for item in Page(reader.get(links["校报/宣传部"])).find("ol.rows", "h2", "a")] == ["One"]
    for address in ("/authors/nobody/", "/authors/%00/", "/sources/x/"):
        assert reader.get(address).status_code == 404


def test_an_article_can_be_shared_without_asking_anybody(reader: Client, db: None) -> None:
    article = make.article("图书馆 <b>", language="zh-hans", at=LONG_AGO)
    shown = page(reader, article)
    address = f"http://testserver{article.get_absolute_url()}"
    share = shown.one("details.share")
    assert (share["data-title"], share["data-address"]) == (article.title, address)
    assert shown.one("details.share", "input")["value"] == address
    assert len(shown.find("div.qr", "svg", "path")) == 1
    assert shown.one("div.qr")["aria-label"] == "本页网址的二维码"
