"""Slugs and excerpts of Chinese and English texts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import words


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("A new laboratory opens", "a-new-laboratory-opens"),
        ("校运会开幕", "xiao-yun-hui-kai-mu"),
        ("三方攜手“鏈”上發力", "san-fang-xie-shou-lian-shang-fa-li"),
        ("我校AI实验室开放", "wo-xiao-ai-shi-yan-shi-kai-fang"),
        ("2026年招生简章", "2026-nian-zhao-sheng-jian-zhang"),
        ("It's the students' day", "its-the-students-day"),
        ("It’s the dean’s list", "its-the-deans-list"),
        ("Café Zürich", "cafe-zurich"),
        ("ＡＩ　２０２６", "ai-2026"),
        ("Ready, steady – go!", "ready-steady-go"),
        ("C++ & C#", "c-c"),
        ("../../etc/passwd", "etc-passwd"),
        ("绿色校园", "lv-se-xiao-yuan"),
        ("🎉🎉🎉", "article"),
        ("！？……", "article"),
        ("", "article"),
        ("\x00\n", "article"),
        ("admin", "admin"),
        ("Привет", "article"),
    ],
)
def test_a_slug_is_made_of_words_and_pinyin(title: str, expected: str) -> None:
    assert words.slug(title) == expected


def test_a_slug_is_cut_between_words() -> None:
    assert words.slug("one two three four", longest=12) == "one-two"
    assert words.slug("新" * 100) == "-".join(["xin"] * 20)
    assert words.slug("a" * 3000) == "a" * 80
    assert words.slug("short " + "a" * 3000) == "short"


@given(st.text(max_size=500))
def test_a_slug_is_never_empty_and_holds_letters_digits_and_single_hyphens(title: str) -> None:
    slug = words.slug(title)

    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slug)
    assert len(slug) <= words.LONGEST_SLUG
    assert words.slug(slug) == slug


@pytest.mark.parametrize(
    ("html", "longest", "expected"),
    [
        ("", 160, ""),
        ("<p></p>", 160, ""),
        ('<img data-file="7">', 160, ""),
        ("<p>Short.</p><p>二。</p>", 160, "Short. 二。"),
        ("<p>A &amp; B</p>", 160, "A & B"),
        ("<p>One sentence here. Another one that is long.</p>", 30, "One sentence here."),
        ("<p>Yes. Another sentence that is much too long.</p>", 30, "Yes. Another sentence that is…"),
        ("<p>One sentence that is longer</p>", 20, "One sentence that…"),
        ("<p>One sentence that, is longer</p>", 20, "One sentence that…"),
        ("<p>今天的校运会开幕了。明天继续举行比赛。</p>", 30, "今天的校运会开幕了。"),
        ("<p>他说：“很好。”然后大家都回家去了。</p>", 18, "他说：“很好。”"),
        ("<p>She said “Yes, we did.” Then they left.</p>", 30, "She said “Yes, we did.”"),
        ("<p>今天的校运会，明天继续举行</p>", 14, "今天的校运会…"),
        ("<p>今天的校运会开幕了</p>", 12, "今天的校运…"),
        ("<p>参加 championship 的同学</p>", 12, "参加…"),
        ("<p>" + "a" * 50 + "</p>", 10, "a" * 9 + "…"),
        ("<p>Café société française</p>", 18, "Café société…"),
        ("<p>U.S. trade rose by 3.5 per cent in May this year</p>", 30, "U.S. trade rose by 3.5 per…"),
    ],
)
def test_an_excerpt_ends_with_a_sentence_or_between_words(html: str, longest: int, expected: str) -> None:
    assert words.excerpt(html, longest=longest) == expected


def test_an_excerpt_shows_nothing_of_a_tag_that_is_cut() -> None:
    pictures = '<img data-file="7" src="/media/images/aa/bb.jpg" alt="">' * 200

    assert words.excerpt(pictures + "<p>The text.</p>") == "The text."
    for length in range(60):
        html = f"<p>{'&amp;' * 1250}{' ' * length}</p>" + pictures + "<p>end</p>"
        assert set(words.excerpt(html)) <= set("& …end")


@given(
    st.text(alphabet=st.sampled_from("ab e.。！，、 校运会éあ”’\n"), max_size=120),
    st.integers(min_value=4, max_value=60),
)
def test_an_excerpt_is_never_longer_than_its_limit_and_breaks_no_word(text: str, longest: int) -> None:
    excerpt = words.excerpt(f"<p>{text}</p>", longest=longest)
    whole = " ".join(text.split())

    assert sum(2 if ord(character) > 0x2E7F else 1 for character in excerpt) <= longest
    assert "\n" not in excerpt
    kept = excerpt.removesuffix("…")
    assert whole.startswith(kept)
    rest = whole[len(kept) :]
    if kept and rest and max(map(len, re.findall(r"[a-zé]+", whole)), default=0) < longest - 1:
        assert not re.match(r"[a-zé]{2}", kept[-1] + rest[0])
