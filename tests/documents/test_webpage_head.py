"""Dates and names around the text of a page, in other languages and zones too."""

from datetime import UTC, datetime

import pytest

from articles.documents.document import Circumstances, Document
from articles.documents.webpage import reader

TEXT = " ".join(["The gardeners planted three hundred young trees along the river on that cold morning."] * 6)


def read(header: str, *, head: str = "", over: str = "") -> Document:
    page = f"""<html><head><title>Trees along the river</title>{head}</head><body><main>{over}
        <h1>Trees along the river</h1>{header}<p>{TEXT}</p><p>{TEXT}</p></main></body></html>"""
    return reader.read(page.encode(), Circumstances(datetime(2026, 11, 27, tzinfo=UTC))).document


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("01. November 2021 | Natur, Verein", "2021-11-01"),
        ("Samstag, 3. Dezember 2011", "2011-12-03"),
        ("Publié le 1er août 2019", "2019-08-01"),
        ("7 de marzo de 2018", "2018-03-07"),
        ("06.11.2023 von Olga", "2023-11-06"),
        ("Published December 4th, 2024", "2024-12-04"),
    ],
)
def test_a_date_in_another_language_is_read(line: str, day: str) -> None:
    published = read(f"<p>{line}</p>").published
    assert published is not None
    assert published.when.date().isoformat() == day


@pytest.mark.parametrize("line", ["06/11/2023", "On 31.13.2021", "02.12.19", "3. Dezember"])
def test_a_date_with_two_readings_or_none_is_not_guessed(line: str) -> None:
    assert read(f"<p>{line}</p>").published is None


def test_a_date_alone_right_over_the_title_is_the_date() -> None:
    published = read("", over="<h5>23.01.2019</h5>").published
    assert published is not None
    assert published.when.date().isoformat() == "2019-01-23"


def test_the_day_that_readers_saw_is_kept_where_machines_are_told_universal_time() -> None:
    head = '<meta property="article:published_time" content="2023-11-09T03:28:35+00:00">'
    published = read("<p>Published Nov. 8, 2023, 10:28 p.m. ET</p>", head=head).published
    assert published is not None
    assert (published.when.date().isoformat(), published.precision) == ("2023-11-08", "minute")


def test_who_took_a_picture_is_not_the_author_and_a_time_zone_is_nobody() -> None:
    figure = '<figure><img src="a.jpg"><figcaption><span class="author">Mark Stone, Pool</span></figcaption></figure>'
    assert read(f"<p>Published Nov. 8, 2023, 10:28 p.m. ET</p>{figure}").author == ""


def test_the_day_of_a_change_is_not_the_day_of_publication() -> None:
    assert read("<p>Aktualisiert am 19.02.2020</p>").published is None


def test_a_reporter_named_at_the_beginning_of_the_text_is_the_author() -> None:
    line = "本报讯（记者 周明、李晓）三百棵树苗今天在江边种下，天气很冷，大家都很高兴。"
    assert read(f"<p>{line}</p><p>{line}</p><p>{line}</p>").author == "周明、李晓"


def test_the_words_of_a_menu_beside_a_date_are_nobody() -> None:
    menu = "<div>首页 | 时事 | 生活 | 财经 | 法律 2006年12月27日</div>"
    document = read(menu + "<p>三百棵树苗今天在江边种下，天气很冷，大家都很高兴。</p>" * 9)
    assert document.author == ""
