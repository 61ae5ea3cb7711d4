"""What a migrator decides for a whole import."""

import re
from datetime import datetime

import pytest

from articles.documents.choices import BadPattern, Choices, address_of, applied, check_pattern, state_for
from articles.documents.dates import SHANGHAI, Moment
from articles.documents.document import Certainty, Document, Evidence, Paragraph, Reading, Status, refused
from articles.states import State

DATED = Moment(datetime(2024, 12, 4, tzinfo=SHANGHAI), "day")


def reading(status: Status = Status.OK, published: Moment | None = DATED, state: str = "") -> Reading:
    document = Document(title="校运动会开幕", published=published, state=state, blocks=(Paragraph("正文。"),))
    return Reading(document, status)


@pytest.mark.parametrize(
    ("found", "chosen", "state"),
    [
        (reading(), None, State.PUBLISHED),
        (reading(Status.REVIEW), None, State.REVIEW),
        (reading(Status.REVIEW, None), None, State.REVIEW),
        (reading(), State.DRAFT, State.DRAFT),
        (reading(Status.REVIEW), State.PUBLISHED, State.PUBLISHED),
        (reading(Status.REVIEW, None), State.PUBLISHED, State.REVIEW),
        (reading(state="draft"), State.PUBLISHED, State.DRAFT),
        (reading(), State.REVIEW, State.REVIEW),
    ],
)
def test_the_state_of_a_new_article(found: Reading, chosen: State | None, state: State) -> None:
    assert state_for(found, Choices(state=chosen)) == state


@pytest.mark.parametrize(
    ("pattern", "name", "address"),
    [
        ("/info/{folder}/{stem}.htm", "xw/1012/3456.txt", "/info/1012/3456.htm"),
        ("/{path}", "xw/1012/3456.html", "/xw/1012/3456.html"),
        ("/?p={key}", "export.xml#42", "/?p=42"),
        ("/{folder}/{name}", "图书馆.txt", "//图书馆.txt"),
    ],
)
def test_a_pattern_gives_the_former_address(pattern: str, name: str, address: str) -> None:
    assert address_of(check_pattern(pattern), name) == address


@pytest.mark.parametrize("pattern", ["/info/{number}.htm", "/info/news.htm", "{}"])
def test_a_pattern_that_cannot_be_filled_is_refused(pattern: str) -> None:
    sentence = (
        f"The pattern of former addresses “{pattern}” must name {{path}}, {{folder}}, {{name}}, {{stem}} or {{key}}."
    )
    with pytest.raises(BadPattern, match=re.escape(sentence)):
        check_pattern(pattern)


def test_tags_addresses_and_corrections_are_applied_and_told() -> None:
    choices = Choices(
        tags=("运动会", "校园"), former_addresses=("/{stem}.htm",), corrections={"author": "林梅", "x": 1}
    )
    found = applied(reading(), choices, name="a/7.txt")
    assert (found.document.tags, found.document.addresses, found.document.author, dict(found.evidence)) == (
        ("运动会", "校园"),
        ("/7.htm",),
        "林梅",
        {"author": Evidence("林梅", Certainty.RULE)},
    )


def test_a_refusal_stays_what_it_is() -> None:
    no = refused("There is nothing to read.")
    assert applied(no, Choices(tags=("a",)), name="a") == no
