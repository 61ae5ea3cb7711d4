"""The text of saved pages, in the mark-up of systems and of none; every page here is invented."""

from datetime import UTC, datetime

import pytest

from articles.documents.document import Attachment, Circumstances, Image, Reading
from articles.documents.siterules import SiteRules
from articles.documents.webpage import body as bodies
from articles.documents.webpage import page as pages
from articles.documents.webpage.body import Body

AT = datetime(2026, 11, 27, tzinfo=UTC)
SENTENCES = [
    f"The {name} of the college met on the lawn, talked about the new reading room, and agreed to open it in spring."
    for name in ("choir", "council", "library", "rowing club", "orchestra", "debating society")
]
SAETZE = [
    f"{name}的老师和同学在操场上集合，认真听取了新阅览室的建设情况，并一致同意在明年春天正式开放。"
    for name in ("合唱团", "学生会", "图书馆", "赛艇队", "管弦乐团", "辩论社")
]
LINKS = "".join(f'<li><a href="/n/{number}.htm">Other news number {number}</a></li>' for number in range(20))


def find(html: str, rules: SiteRules | None = None) -> Body:
    circumstances = Circumstances(at=AT, rules=rules or SiteRules())
    page = pages.parse(html.encode(), circumstances)
    assert not isinstance(page, Reading)
    return bodies.find(page, circumstances)


def texts(body: Body) -> list[str]:
    return [block.text for block in body.content.blocks]


def paragraphs(sentences: list[str]) -> str:
    return "".join(f"<p>{sentence}</p>" for sentence in sentences)


def around(container: str) -> str:
    return (
        "<html><head><title>Reading room opens - College</title></head><body>"
        f'<div class="nav"><ul>{LINKS}</ul></div><h1>Reading room opens</h1>{container}'
        f'<div class="related"><h3>Related</h3><ul>{LINKS}</ul></div>'
        '<div class="footer">Copyright © College, all rights reserved</div></body></html>'
    )


@pytest.mark.parametrize(
    "start",
    [
        '<div id="vsb_content_2"><div class="v_news_content">',
        '<div class="wp_articlecontent"><div>',
        '<div class="TRS_Editor"><div>',
        '<div id="UCAP-CONTENT"><div>',
        '<div class="rich_media_content" id="js_content"><div>',
    ],
)
@pytest.mark.parametrize("sentences", [SENTENCES, SAETZE])
def test_the_container_of_a_known_system_is_the_text(start: str, sentences: list[str]):
    body = find(around(f"{start}{paragraphs(sentences)}<p>上一条：旧闻</p></div></div>"))
    assert texts(body) == sentences
    assert body.known
    assert body.dropped == ("上一条：旧闻",)


@pytest.mark.parametrize("sentences", [SENTENCES, SAETZE])
@pytest.mark.parametrize("start", ["<div>", "<article>", '<div class="entry-content">', "<td><font>"])
def test_the_text_is_found_in_mark_up_of_no_system(start: str, sentences: list[str]):
    start, end = (f"<table><tr>{start}", "</tr></table>") if start.startswith("<td") else (start, "</div></article>")
    assert texts(find(around(f"{start}{paragraphs(sentences)}{end}"))) == sentences


def test_an_empty_container_does_not_hide_the_text():
    html = around(f'<div class="v_news_content"></div><div>{paragraphs(SENTENCES)}</div>')
    assert texts(find(html)) == SENTENCES


def test_the_rules_of_a_site_come_first():
    html = around(f'<div id="story">{paragraphs(SENTENCES[:3])}<p class="ad">Buy this now.</p></div>')
    html = html.replace("<h1>", f'<div class="v_news_content">{paragraphs(SENTENCES[3:])}</div><h1>')
    body = find(html, SiteRules(containers=("#story",), drop=(".ad",)))
    assert texts(body) == SENTENCES[:3]


def test_a_rule_that_is_no_selector_names_nothing():
    html = around(f'<div class="v_news_content">{paragraphs(SENTENCES)}</div>')
    assert texts(find(html, SiteRules(containers=("##",), drop=("[",)))) == SENTENCES


def test_pictures_stand_in_their_places_and_those_of_other_links_do_not():
    pictures = f'<p>{SENTENCES[0]}</p><p><img src="/up/a.jpg"></p>{paragraphs(SENTENCES[1:])}'
    teasers = "".join(f'<li><a href="/n/{n}.htm"><img src="/t/{n}.jpg">Other news {n}</a></li>' for n in range(5))
    body = find(around(f'<div class="x"><div>{pictures}</div><ul>{teasers}</ul></div>'))
    assert body.content.images == (Image("a.jpg", 1, address="/up/a.jpg"),)


def test_attachments_below_a_known_container_belong_to_it():
    files = '<div>附件<ul><li><a href="/system/_content/download.jsp?id=1">计划.docx</a></li></ul></div>'
    body = find(
        around(
            f'<form><div id="vsb_content"><div class="v_news_content">{paragraphs(SAETZE)}</div></div>{files}</form>'
        )
    )
    assert body.content.attachments == (Attachment("计划.docx", "/system/_content/download.jsp?id=1", "计划.docx"),)


def test_attachments_beside_the_text_of_any_page_belong_to_it():
    files = '<ul class="files"><li><a href="/up/plan.docx">plan.docx</a></li></ul>'
    body = find(around(f'<div><div class="x">{paragraphs(SENTENCES)}</div>{files}</div>'))
    assert body.content.attachments == (Attachment("plan.docx", "/up/plan.docx", "plan.docx"),)


def test_a_document_in_place_of_the_text_is_an_attachment():
    player = '<div class="wp_articlecontent"><div class="wp_pdf_player" pdfsrc="/_upload/notice.pdf"></div></div>'
    body = find(around(player))
    assert [file.name for file in body.content.attachments] == ["notice.pdf"]
    assert texts(body) == []


def test_rows_of_one_table_stay_together():
    rows = "".join(
        f"<tr><td>第{number}组</td><td>{100 + number} 号教室</td><td>上午九点</td></tr>" for number in range(8)
    )
    body = find(around(f'<div class="v_news_content">{paragraphs(SAETZE)}<table>{rows}</table></div>'))
    assert len(body.content.blocks) == len(SAETZE) + 8


def test_a_page_without_any_text_has_no_body():
    assert find("<html><body><script>x()</script></body></html>").content.blocks == ()


@pytest.mark.parametrize("folder", ["./page_files", "page.files", "page_文件", "page_%E6%96%87%E4%BB%B6"])
def test_a_picture_that_the_browser_saved_goes_before_where_it_lay(folder: str):
    text = paragraphs(SENTENCES)
    body = find(around(f'<div>{text}<img data-src="https://cdn.example/a/640?wx_fmt=png" src="{folder}/640(1)"></div>'))
    assert [(one.address, one.after_paragraph) for one in body.content.images] == [(f"{folder}/640(1)", 6)]
