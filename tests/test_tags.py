"""Lines of tags, as people write them in two languages."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from articles import tags
from articles.models import Article
from tests import make


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", []),
        (" , ，、；; ", []),
        ("research, student life", ["research", "student life"]),
        ("科研，学生、校园；运动会", ["科研", "学生", "校园", "运动会"]),
        ("科研\u3000学生", ["科研", "学生"]),
        ("one\ttwo\nthree\r\nfour", ["one", "two", "three", "four"]),
        ("AI, ai, ＡＩ, Ａi", ["AI"]),
        ("Straße, STRASSE", ["Straße"]),
        ("  two   words  ", ["two words"]),
        ("“科研”, 'life', #news", ["科研", "life", "news"]),
        ('"one, two"', ["one", "two"]),
        ("a\u200bb\u202e, \ufeffc", ["ab", "c"]),
        ("a\u00a0b", ["a b"]),
        ("ﬁne", ["fine"]),
        ("a﹐b﹑c﹔d", ["a", "b", "c", "d"]),
        ("C++, C#, .NET, #C", ["C++", "C#", ".NET", "C"]),
        ("a\x00b\ud800", ["ab"]),
    ],
)
def test_a_line_is_cut_at_the_commas_of_both_languages(line: str, expected: list[str]) -> None:
    assert tags.parse(line) == expected
    assert tags.split(line) == expected


def test_too_many_tags_are_refused_with_their_number() -> None:
    assert len(tags.parse(", ".join(f"tag {number}" for number in range(30)))) == 30
    with pytest.raises(ValidationError) as refused:
        tags.parse(", ".join(f"tag {number}" for number in range(10_000)))
    assert refused.value.messages == ["10000 tags were given; an article has at most 30."]


def test_a_tag_that_is_too_long_is_refused_with_its_length() -> None:
    assert tags.parse("长" * 60) == ["长" * 60]
    with pytest.raises(ValidationError) as refused:
        tags.parse("short, " + "长" * 5000)
    assert refused.value.messages == [f"The tag “{'长' * 20}…” has 5000 characters; a tag has at most 60."]


@given(st.text(max_size=80))
def test_a_spelling_is_spelled_the_same_again(name: str) -> None:
    assert tags.spelling(tags.spelling(name)) == tags.spelling(name)


@given(st.text(max_size=120))
def test_a_line_that_is_joined_is_read_back_to_the_same_tags(line: str) -> None:
    names = tags.split(line)
    joined = tags.join(tags.Tag(name=name) for name in names)

    assert sorted(tags.split(joined)) == sorted(names)


@pytest.mark.django_db
def test_a_form_of_the_article_reads_and_shows_a_line_of_tags() -> None:
    article = make.draft(tags=("科研", "student life"))

    assert tags.join(article.tags.all()) == "student life, 科研"
    assert tags.parse(tags.join(article.tags.all())) == ["student life", "科研"]


@pytest.mark.django_db
def test_tags_that_differ_in_case_are_one_in_the_database() -> None:
    make.draft("One", tags=("AI",))
    two = make.draft("Two", tags=("ai",))

    assert list(two.tags.names()) == ["AI"]
    assert tags.Tag.objects.count() == 1


@pytest.mark.django_db
def test_chinese_tags_have_addresses_of_their_own() -> None:
    article = make.draft(tags=("科研", "学生"))
    slugs = [tag.slug for tag in article.tags.all()]

    assert len(set(slugs)) == 2
    assert all(slugs)
    assert Article.objects.filter(tags__slug__in=slugs).distinct().count() == 1
