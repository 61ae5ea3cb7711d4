"""Terms: what a text is found by."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.terms import SIMPLIFIED, fold, phrases, places, terms

CHINESE = st.text(alphabet="校庆研讨会圖書館開放實驗室學者參加的", min_size=1, max_size=12)


@given(st.text(max_size=300))
def test_terms_are_plain_signs_that_no_database_splits(text: str) -> None:
    assert [term for term in terms(text) if not re.fullmatch(r"[a-z0-9]+", term)] == []


@given(before=CHINESE, word=CHINESE, after=CHINESE)
def test_every_part_of_a_sentence_is_found(before: str, word: str, after: str) -> None:
    held = terms(before + word + after)
    [phrase] = phrases(word)
    if phrase.begins:
        assert any(term.startswith(phrase.terms[0]) for term in held)
        return
    length = len(phrase.terms)
    assert phrase.terms in [tuple(held[start : start + length]) for start in range(len(held))]


@given(st.text(max_size=200), st.text(max_size=20))
def test_places_lie_in_the_text_in_order_and_apart(text: str, query: str) -> None:
    found = places(text, query)
    ends = [0, *(end for _start, end in found)]
    assert all(last <= start < end <= len(text) for last, (start, end) in zip(ends, found, strict=False))


@pytest.mark.parametrize(
    ("text", "folded"),
    [("圖書館", "图书馆"), ("ＡＢＣ１", "abc1"), ("Café", "cafe"), ("Straße", "strasse"), ("後髮乾", "后发干")],
)
def test_texts_are_compared_without_width_case_accents_and_script(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_traditional_character_has_one_simplified_one() -> None:
    assert len(SIMPLIFIED) > 3_000
    assert all(len(chr(value)) == 1 for value in SIMPLIFIED.values())


def test_a_phrase_does_not_reach_over_a_stop() -> None:
    assert phrases("研讨会")[0].terms == ("u7814u8ba8", "u8ba8u4f1a")
    held = terms("研讨。讨会")
    assert ("u7814u8ba8", "u8ba8u4f1a") not in list(pairwise(held))
