"""The desk in a real browser: writing, pictures dropped and ordered, two editors at once."""

import base64
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import connection
from playwright.sync_api import Page

from articles.images import uploads
from articles.models import Article
from articles.publishing import writing
from tests import make
from tests.browser.conftest import Visit

pytestmark = pytest.mark.django_db(transaction=True)
groups = import_module("articles.migrations.0002_groups")

READY = "textarea[data-ready]"
EDITOR = ".ProseMirror[contenteditable]"  # the menu of block types has elements of that class too
DROP = """([selector, files]) => {
    const transfer = new DataTransfer();
    for (const [name, type, data] of files) {
        const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type }));
    }
    const target = document.querySelector(selector);
    const box = target.getBoundingClientRect();
    const place = { clientX: box.left + 20, clientY: box.top + 10, bubbles: true, cancelable: true };
    for (const name of ["dragenter", "dragover", "drop"])
        target.dispatchEvent(new DragEvent(name, { ...place, dataTransfer: transfer }));
}"""


@pytest.fixture
def desk(visit: Visit, person: Any, settings: Any) -> Any:
    """A person of the office at the desk: ``desk("/admin/", "Editors")`` opens the address, signed in."""
    # Small enough to be passed quickly; the page is told the number.
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 3_000_000

    def opened(address: str, group: str = "Editors", **options: Any) -> Page:
        name = group.lower()
        if not Group.objects.exists():  # what migrations wrote is gone once a test with a server has ended
            groups.make_groups(apps, connection.schema_editor())
        if not User.objects.filter(username=name).exists():
            person(name, group)
        page = visit("/admin/login/?next=" + address, locale="en", **options)
        page.fill("#id_username", name)
        page.fill("#id_password", "a long password")
        page.click("#login-form [type=submit]")
        page.wait_for_load_state("networkidle")
        return page

    return opened


def file(name: str, data: bytes, kind: str = "image/jpeg") -> list[str]:
    return [name, kind, base64.b64encode(data).decode()]


def save(page: Page) -> None:
    page.click("[name=_continue]")
    page.wait_for_selector(".messagelist")


def test_what_is_typed_in_the_editor_is_saved(desk: Any) -> None:
    page = desk("/admin/articles/article/add/", "Writers")
    page.wait_for_selector(READY, state="attached")
    page.fill("#id_title", "The robot orchard")
    page.click(EDITOR)
    page.keyboard.type("First line.")
    page.keyboard.press("Enter")
    page.keyboard.type("Second ")
    page.keyboard.press("Control+b")
    page.keyboard.type("bold")
    save(page)
    article = Article.objects.get()
    assert (article.title, article.body) == (
        "The robot orchard",
        "<p>First line.</p><p>Second <strong>bold</strong></p>",
    )
    assert article.created_by is not None
    assert article.created_by.username == "writers"


def test_two_dropped_pictures_stand_in_the_order_of_the_drop(desk: Any) -> None:
    article = make.draft("A day")
    page = desk(f"/admin/articles/article/{article.pk}/change/")
    files = [file("second.jpg", make.picture()), file("first.jpg", make.picture(color="#804020"))]
    page.evaluate(DROP, ["#desk-pictures .desk-drop", files])
    page.locator("#desk-pictures [data-thumb]").nth(1).wait_for()
    page.fill("[name=images-0-caption]", "The hall")
    save(page)
    names = list(article.images.values_list("original_name", "caption"))
    assert names == [("second.jpg", "The hall"), ("first.jpg", "")]
    article.refresh_from_db()
    assert article.cover == article.images.first()


def test_a_file_that_is_no_picture_gets_its_sentence_and_harms_no_other(desk: Any) -> None:
    article = make.draft("A day")
    page = desk(f"/admin/articles/article/{article.pk}/change/")
    page.fill("#id_author", "Typed before")
    files = [file("bad.svg", b"<svg onload='alert(1)'/>", "image/svg+xml"), file("good.jpg", make.picture())]
    page.evaluate(DROP, ["#desk-pictures .desk-drop", files])
    page.wait_for_selector("#desk-pictures .desk-sending.errors")
    page.wait_for_selector("#desk-pictures [data-thumb]")
    sentence = page.inner_text("#desk-pictures .desk-sending.errors p")
    assert "“bad.svg” is an SVG drawing, not a picture that can be taken." in sentence
    assert page.input_value("#id_author") == "Typed before"


def test_a_picture_is_put_into_the_text_at_the_caret(desk: Any) -> None:
    article = make.draft("A day", body="<p>One.</p><p>Two.</p>")
    image = uploads.attach(article, make.picture(), name="hall.jpg", alt="The hall")
    page = desk(f"/admin/articles/article/{article.pk}/change/")
    page.wait_for_selector(READY, state="attached")
    page.click(".ProseMirror[contenteditable] p:nth-child(1)")
    page.keyboard.press("End")
    page.click("[data-insert]")
    save(page)
    article.refresh_from_db()
    assert article.body == f'<p>One.</p><img src="{image.file.url}" alt="The hall" data-file="{image.pk}"><p>Two.</p>'
    assert article.images.get().place == 1


def test_a_picture_dropped_into_the_text_of_a_new_article_begins_a_draft(desk: Any) -> None:
    page = desk("/admin/articles/article/add/")
    page.wait_for_selector(READY, state="attached")
    page.fill("#id_title", "Written later")
    page.evaluate(DROP, [EDITOR, [file("hall.jpg", make.picture())]])
    page.wait_for_selector(".ProseMirror img[data-file]")
    assert "/change/" in page.url
    save(page)
    article = Article.objects.get()
    assert (article.title, article.slug, article.images.count()) == ("Written later", "written-later", 1)
    assert f'data-file="{article.images.get().pk}"' in article.body


def test_pictures_are_ordered_by_drag_and_by_the_arrow_keys(desk: Any) -> None:
    article = make.draft("A day")
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        uploads.attach(article, make.picture(), name=name)
    page = desk(f"/admin/articles/article/{article.pk}/change/")
    grips = page.locator("#desk-pictures [data-grip]")
    grips.nth(2).scroll_into_view_if_needed()
    grips.nth(2).evaluate("(grip) => grip.scrollIntoView({ block: 'center' })")
    grips.nth(2).hover()
    first = page.locator("#desk-pictures .desk-row").nth(0).bounding_box()
    page.mouse.down()
    page.mouse.move(first["x"] + 20, first["y"] + 60, steps=12)
    page.mouse.move(first["x"] + 20, first["y"] + 5, steps=4)
    page.mouse.up()
    grips.nth(1).focus()
    page.keyboard.press("ArrowDown")
    save(page)
    assert list(article.images.values_list("original_name", flat=True)) == ["c.jpg", "b.jpg", "a.jpg"]


def test_of_two_editors_the_second_sees_both_texts_and_decides(desk: Any) -> None:
    article = make.draft("A day", body="<p>Same.</p><p>Old.</p>", author="Li")
    page = desk(f"/admin/articles/article/{article.pk}/change/")
    page.wait_for_selector(READY, state="attached")
    theirs = Article.objects.get()
    theirs.body, theirs.author = "<p>Same.</p><p>Theirs.</p>", "Wang"
    writing.save(theirs, by=None, at=make.NOW, expected=1)
    page.click(".ProseMirror[contenteditable] p:nth-child(2)")
    page.keyboard.press("End")
    page.keyboard.type(" Mine.")
    page.click("[name=_continue]")
    page.wait_for_selector(".desk-conflict")
    with page.expect_navigation():  # Enter asks again
        page.press("#id_author", "Enter")
    page.wait_for_selector(READY, state="attached")
    assert Article.objects.get().body == "<p>Same.</p><p>Theirs.</p>"
    assert page.locator(".desk-conflict mark").all_inner_texts() == ["Theirs.", "Old. Mine.", "Wang", "Li"]
    page.locator("[data-take=id_author]").click()
    page.click("[name=save_over]")
    page.wait_for_selector(".messagelist")
    article.refresh_from_db()
    assert (article.body, article.author, article.version) == ("<p>Same.</p><p>Old. Mine.</p>", "Wang", 3)


def test_tags_are_completed_from_those_in_use(desk: Any) -> None:
    make.draft("Other", tags=("校企合作", "校园"))
    article = make.draft("A day", tags=("AI",))
    page = desk(f"/admin/articles/article/{article.pk}/change/")
    page.click("#id_tags")
    page.keyboard.press("End")
    page.keyboard.type("，校企")
    page.wait_for_selector("#desk-tags-list li")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    save(page)
    assert sorted(article.tags.names()) == ["AI", "校企合作"]


def test_a_text_too_large_to_send_stays_in_the_page(desk: Any) -> None:
    article = make.draft("A day")
    page = desk(f"/admin/articles/article/{article.pk}/change/")
    page.wait_for_selector(READY, state="attached")
    page.evaluate("document.getElementById('id_summary').value = 'x'.repeat(3500000)")
    page.click("[name=_continue]")
    page.wait_for_selector(".desk-notices p")
    assert "nothing was sent" in page.inner_text(".desk-notices")
    assert len(page.input_value("#id_summary")) == 3_500_000


def test_text_of_a_word_processor_is_pasted_without_its_debris(desk: Any) -> None:
    article = make.draft("A day", body="")
    page = desk(f"/admin/articles/article/{article.pk}/change/")
    page.wait_for_selector(READY, state="attached")
    word = (
        "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>1.</span>First</p>"
        "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>2.</span>Second</p>"
        "<h2 style='color:red'>Head</h2><p><b>Bold</b><o:p></o:p></p><img src='https://elsewhere.example/a.png'>"
    )
    page.evaluate(
        """(html) => {
            const transfer = new DataTransfer();
            transfer.setData("text/html", html);
            document.querySelector(".ProseMirror[contenteditable]").dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
        }""",
        word,
    )
    page.wait_for_selector(".desk-notices p")
    save(page)
    article.refresh_from_db()
    body = "<ol><li><p>First</p></li><li><p>Second</p></li></ol><h2>Head</h2><p><strong>Bold</strong></p>"
    assert article.body == body


def test_everything_that_the_allowlist_holds_survives_the_editor(desk: Any) -> None:
    body = (
        '<h2>A</h2><p><em>b</em><u>c</u><s>d</s><sub>e</sub><sup>f</sup><code>g</code><br>h</p><ol start="3"><li><p>i'
        "</p></li></ol><blockquote><p>j</p></blockquote><pre><code>k</code></pre><hr><table><caption>l</caption><tbody>"
        "<tr><th><p>m</p></th><td><p>n</p></td></tr></tbody></table>"
        '<figure><p>o</p><figcaption>q</figcaption></figure><p><a href="https://example.org/" title="r" rel="noopener">s</a></p>'
    )
    article = make.draft("A day", body=body)
    page = desk(f"/admin/articles/article/{article.pk}/change/")
    page.wait_for_selector(READY, state="attached")
    page.evaluate("document.getElementById('id_body').newsroomEditor.commands.insertContentAt(1, 'X')")
    save(page)
    article.refresh_from_db()
    assert article.body == body.replace("<h2>A", "<h2>XA")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_desk_opens_without_a_word_in_the_console(desk: Any, width: int, scheme: str) -> None:
    article = make.article("A day", tags=("AI",))
    uploads.attach(article, make.picture(), name="hall.jpg")
    page = desk("/admin/", "Chiefs", width=width, color_scheme=scheme)
    number = f"/admin/articles/article/{article.pk}"
    for address in (
        "/admin/articles/article/",
        f"{number}/change/",
        f"{number}/history/",
        f"{number}/move/withdraw/",
        "/admin/articles/section/",
        "/admin/articles/section/add/",
        "/admin/password_change/",
    ):
        page.goto(address, wait_until="networkidle")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, (
            address
        )
