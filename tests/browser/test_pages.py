"""The public pages in a real browser."""

from datetime import timedelta

import pytest

from articles.models import Article, SiteViews
from tests import make
from tests.browser.conftest import Visit
from tests.conftest import LONG_AGO

LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
PAGES = [
    "/",
    "/en/",
    "/sections/research/",
    "/tags/light/",
    "/archive/2021/",
    "/search/?q=light",
    "/en/search/",
    "/articles/1/first-light/",
    "/articles/2/yi-shu-guang/",
]
TABLE = f"<table><tbody><tr>{'<td>4,000 × 2,000</td>' * 12}</tr></tbody></table>"


@pytest.fixture
def site(live_server: object) -> list[Article]:
    """An article with all that a page may hold in each language, and short ones around them."""
    section = make.section()
    rich = [
        make.pictured(
            title,
            pk=number,
            language=language,
            section=section,
            subtitle=f"{LONG_WORD} https://example.org/{'a' * 80}",
            author="Mei Lin, Jon Park",
            source="Observatory",
            tags=("light", LONG_WORD[:50]),
            body=f"<p>{LONG_WORD}</p><h2>{LONG_WORD}</h2>{TABLE}<pre>{'x = 1; ' * 40}</pre><p>The text.</p>",
            inside=2,
            beside=2,
            size=(800, 600),
            at=LONG_AGO,
        )
        for number, (title, language) in enumerate([("First light", "en"), ("一束光", "zh-hans")], start=1)
    ]
    for number in range(30):
        make.article(f"Light {number}", section=section, tags=("light",), at=LONG_AGO - timedelta(hours=number + 1))
    return rich


def test_no_page_is_wider_than_a_small_screen(visit: Visit, site: list[Article]) -> None:
    found = {}
    for address in PAGES:
        page = visit(address, width=320)
        found[address] = page.evaluate(
            """() => {
                const scrolls = one => one && (getComputedStyle(one).overflowX === "auto" || scrolls(one.parentElement));
                const wide = [...document.body.querySelectorAll("*")]
                    .filter(one => one.getBoundingClientRect().right > innerWidth + 0.5 && !scrolls(one))
                    .map(one => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 30)}`);
                return document.documentElement.scrollWidth > innerWidth ? ["the page", ...wide] : wide;
            }"""
        )
    assert found == {address: [] for address in PAGES}


def test_nothing_moves_while_a_page_loads(visit: Visit, site: list[Article]) -> None:
    moved = {}
    for address in ("/", "/articles/1/first-light/"):
        for width in (390, 1280):
            page = visit(address, width=width)
            moved[address, width] = page.evaluate(
                """() => new Promise(done => {
                    let total = 0;
                    new PerformanceObserver(list => list.getEntries().forEach(entry => { total += entry.value; }))
                        .observe({type: "layout-shift", buffered: true});
                    setTimeout(() => done(total), 200);
                })"""
            )
    assert set(moved.values()) == {0}


def test_all_can_be_read_and_found_without_script(visit: Visit, site: list[Article]) -> None:
    page = visit("/en/", java_script_enabled=False)
    page.get_by_role("searchbox").fill("first light")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("main").get_by_role("link", name="First light").click()
    page.wait_for_load_state("networkidle")
    shown = (page.url.partition("/articles/")[2], page.get_by_role("heading", level=1).inner_text())
    pictures = page.locator("main img").evaluate_all("images => images.length")
    page.get_by_role("navigation").get_by_role("link", name="简体中文").click()
    assert (shown, pictures, page.locator("html").get_attribute("lang")) == (
        ("1/first-light/", "First light"),
        4,
        "zh-Hans",
    )
    assert (Article.objects.get(pk=1).counted_views, SiteViews.objects.get().counted) == (1, 3)


def test_the_keyboard_skips_to_the_text(visit: Visit, site: list[Article]) -> None:
    page = visit("/en/", reduced_motion="reduce")
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.textContent")
    box = page.locator("a.skip").bounding_box()
    page.keyboard.press("Enter")
    assert (first, box is not None and box["y"] >= 0) == ("Skip to the content", True)
    assert page.evaluate("document.activeElement.id") == "main"


def test_targets_are_large_enough_for_a_finger(visit: Visit, site: list[Article]) -> None:
    """24 pixels either way, but for links inside a sentence; where a title stands in a card, all of it is the link."""
    for address in ("/en/", "/articles/1/first-light/", "/archive/2021/"):
        page = visit(address, width=390)
        small = page.evaluate(
            """() => [...document.querySelectorAll("a, button, input")]
                .filter(one => !one.closest(".body, .card, .row, .lead, .skip, figcaption"))
                .map(one => [one.textContent.trim(), one.getBoundingClientRect()])
                .filter(([, box]) => box.width && (box.height < 24 || box.width < 24))
                .map(([text, box]) => `${text}: ${Math.round(box.width)} × ${Math.round(box.height)}`)"""
        )
        assert (address, small) == (address, [])


def test_paper_has_the_article_and_its_address_but_no_navigation(visit: Visit, site: list[Article]) -> None:
    page = visit("/articles/1/first-light/")
    page.emulate_media(media="print")
    visible = {
        name: page.locator(selector).first.is_visible()
        for name, selector in {
            "title": "h1",
            "text": ".body",
            "picture": ".body img",
            "address": ".printed",
            "navigation": "nav.sections",
            "search": "form.find",
            "neighbours": "nav.neighbours",
        }.items()
    }
    assert visible == {
        "title": True,
        "text": True,
        "picture": True,
        "address": True,
        "navigation": False,
        "search": False,
        "neighbours": False,
    }


def test_the_dark_scheme_follows_the_readers_system(visit: Visit, site: list[Article]) -> None:
    def background(scheme: str) -> int:
        page = visit("/", color_scheme=scheme)
        color = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in color[4:-1].split(","))

    assert (background("light") > 3 * 200, background("dark") < 3 * 60) == (True, True)


def test_what_is_not_found_is_shown_like_any_page(visit: Visit, site: list[Article], live_server: object) -> None:
    page = visit("/en/")
    answer = page.request.get("/en/none/")
    assert (answer.status, "First light" in answer.text()) == (404, True)
