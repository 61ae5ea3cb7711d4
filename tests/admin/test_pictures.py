"""Pictures and files of an article: sent with the form or while it is open, refused with a sentence, by rule."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import inlineformset_factory
from django.test import Client
from django.urls import reverse

from articles.admin import pictures
from articles.admin.pictures import AttachmentForm, PictureForm
from articles.images import renditions, uploads
from articles.models import Article, ArticleImage, Attachment, Revision
from articles.publishing import writing
from tests import make
from tests.admin.pages import change_address, fields, opened, saved

ADD = reverse("admin:articles_article_add")
BAD = {
    "page.jpg": (b"<html><script>alert(1)</script></html>", "is a web page or a script, not a picture"),
    "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is an SVG drawing, not a picture"),
    "half.jpg": (make.picture()[:900], "is damaged or cut off"),
    "empty.png": (b"", "empty"),
}


def sent(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/octet-stream")


def send(
    client: Client, article: Article, name: str = "hall.jpg", data: bytes | None = None, to: str = "pictures"
) -> Any:
    address = reverse(f"admin:articles_article_{to}", args=[article.pk])
    return client.post(address, {"file": sent(name, make.picture() if data is None else data)})


def test_a_sent_picture_belongs_to_the_article_and_becomes_its_cover(as_editor: Client) -> None:
    article = make.draft("A day")
    answer = send(as_editor, article, "礼堂.jpg").json()
    image = article.images.get()
    article.refresh_from_db()
    assert (answer["id"], answer["name"], answer["src"]) == (image.pk, "礼堂.jpg", image.file.url)
    assert (answer["before"], answer["version"], article.cover) == (1, 1, image)
    assert Revision.objects.get().content["images"][0]["original_name"] == "礼堂.jpg"


def test_a_picture_sent_to_a_published_article_is_a_version(as_editor: Client) -> None:
    article = make.article("A day")
    answer = send(as_editor, article).json()
    assert (answer["before"], answer["version"], Article.objects.get().version) == (2, 3, 3)
    assert len(Revision.objects.get(version=3).content["images"]) == 1


@pytest.mark.parametrize("name", BAD)
def test_a_bad_picture_gets_a_sentence(as_editor: Client, name: str) -> None:
    article = make.draft("A day")
    data, sentence = BAD[name]
    answer = send(as_editor, article, name, data).json()
    assert sentence in answer["sentence"]
    assert ArticleImage.objects.count() == 0


def test_pictures_of_a_new_article_come_with_its_form(as_writer: Client) -> None:
    form = {**fields(as_writer.get(ADD)), "title": "A day", "language": "en", "_continue": "1"}
    files = [sent("b.jpg", make.picture()), sent("a.jpg", make.picture())]
    as_writer.post(ADD, {**form, "new_pictures": files, "new_files": [sent("plan.pdf", b"%PDF-1.4 plan")]})
    article = Article.objects.get()
    assert list(article.images.values_list("original_name", flat=True)) == ["b.jpg", "a.jpg"]
    assert list(article.attachments.values_list("name", flat=True)) == ["plan.pdf"]
    assert article.cover == article.images.first()


def test_a_bad_picture_among_good_ones_loses_nothing_else(as_writer: Client) -> None:
    form = {**fields(as_writer.get(ADD)), "title": "A day", "language": "en", "body": "<p>Work.</p>", "_move": "submit"}
    files = [sent("good.jpg", make.picture()), sent("bad.svg", b"<svg/>")]
    response = as_writer.post(ADD, {**form, "new_pictures": files}, follow=True)
    article = Article.objects.get()
    assert "“bad.svg” is an SVG drawing, not a picture that can be taken." in response.content.decode()
    assert (article.body, article.images.get().original_name, article.state) == ("<p>Work.</p>", "good.jpg", "draft")


def test_captions_order_and_cover_are_saved_with_the_form(as_editor: Client) -> None:
    article = make.draft("A day")
    first, second = (uploads.attach(article, make.picture(), name=name) for name in ("1.jpg", "2.jpg"))
    typed = {
        "images-0-caption": "One",
        "images-0-order": "20",
        "images-1-alt": "Two",
        "images-1-order": "10",
        "cover": str(second.pk),
    }
    saved(as_editor, article, **typed)
    article.refresh_from_db()
    assert list(article.images.values_list("pk", "caption", "alt")) == [(second.pk, "", "Two"), (first.pk, "One", "")]
    assert article.cover == second


def test_a_deleted_picture_leaves_the_text_and_the_disk(as_editor: Client) -> None:
    article = make.draft("A day")
    image = uploads.attach(article, make.picture(), name="1.jpg")
    body = f'<p>One.</p><img src="{image.file.url}" alt="" data-file="{image.pk}">'
    saved(as_editor, article, body=body)
    assert opened(as_editor, article)["body"] == body
    saved(as_editor, article, **{"images-0-DELETE": "on"})
    article.refresh_from_db()
    assert (article.body, article.images.count(), article.cover) == ("<p>One.</p>", 0, None)


def test_files_of_a_deleted_picture_are_gone_after_the_commit(
    as_editor: Client, django_capture_on_commit_callbacks: Any
) -> None:
    article = make.draft("A day")
    image = uploads.attach(article, make.picture(), name="1.jpg")
    with django_capture_on_commit_callbacks(execute=True):
        saved(as_editor, article, **{"images-0-DELETE": "on"})
    assert not image.file.storage.exists(image.file.name)


def test_a_picture_of_another_article_is_not_shown_in_the_text(as_editor: Client) -> None:
    other = uploads.attach(make.draft("Other"), make.picture(), name="1.jpg")
    article = make.draft("A day")
    response = saved(as_editor, article, body=f'<img src="{other.file.url}" data-file="{other.pk}">')
    assert f"The text shows picture {other.pk}, which is not one of this article" in response.content.decode()


def test_a_picture_that_the_import_missed_is_named_and_filled(as_editor: Client) -> None:
    article = make.draft("A day")
    missing = ArticleImage.objects.create(article=article, original_name="1657246372468255.png")
    page = as_editor.get(change_address(article)).content.decode()
    assert "1657246372468255.png" in page
    address = reverse("admin:articles_article_missing", args=[article.pk, missing.pk])
    answer = as_editor.post(address, {"file": sent("found.png", make.picture(format="PNG"))}).json()
    missing.refresh_from_db()
    assert (answer["id"], bool(missing.file)) == (missing.pk, True)
    assert as_editor.post(address, {"file": sent("again.png", make.picture())}).status_code == 404


def test_a_missing_picture_is_filled_by_the_form_alone(as_editor: Client) -> None:
    article = make.draft("A day")
    missing = ArticleImage.objects.create(article=article, original_name="a.png")
    saved(as_editor, article, **{"images-0-found_file": sent("found.jpg", make.picture())})
    missing.refresh_from_db()
    assert bool(missing.file)
    assert Article.objects.get().cover == missing


def test_a_file_for_download_is_listed_by_its_own_name(as_editor: Client) -> None:
    article = make.draft("A day")
    answer = send(as_editor, article, "招生计划.pdf", b"%PDF-1.4 plan", to="files").json()
    saved(as_editor, article, **{"attachments-0-name": "2026 招生计划.pdf"})
    assert answer["name"] == "招生计划.pdf"
    assert list(article.attachments.values_list("name", "size")) == [("2026 招生计划.pdf", 13)]
    refused = send(as_editor, article, "page.html", b"<html>", to="files").json()
    assert "is a web page or a script" in refused["sentence"]


@pytest.mark.parametrize("to", ["pictures", "files"])
def test_who_may_not_edit_the_article_may_send_it_nothing(
    as_writer: Client, client: Client, writer: User, to: str
) -> None:
    hidden, public, own = make.draft("Hidden"), make.article("Public"), make.draft("Own", by=writer)
    assert send(as_writer, hidden, to=to).status_code == 404
    assert send(as_writer, public, to=to).status_code == 403
    assert send(client, own, to=to).status_code == 302
    assert as_writer.get(reverse(f"admin:articles_article_{to}", args=[own.pk])).status_code == 405
    assert ArticleImage.objects.count() == 0


def test_a_file_without_the_token_of_the_form_is_refused(editor: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    assert send(strict, make.draft("A day")).status_code == 403


def test_a_draft_is_begun_for_the_first_picture_of_a_new_article(as_writer: Client, writer: User) -> None:
    address = reverse("admin:articles_article_begin")
    answer = as_writer.post(address, {"title": "", "language": "en"}).json()
    article = Article.objects.get()
    assert (article.title, article.language, article.created_by) == ("Untitled", "en", writer)
    assert json.loads(json.dumps(answer))["address"] == change_address(article)
    saved(as_writer, article, title="Written later", slug="")
    assert Article.objects.get().slug == "written-later"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("一\n二.pdf", "一二.pdf"),
        ("a\r\nb\u2028c.pdf", "abc.pdf"),
        ("../../admin/x.pdf", "x.pdf"),
        ("..\\..\\x.PDF", "x.PDF"),
        ("..", "file.pdf"),
        ("2.5 版 计划", "2.5 版 计划.pdf"),
        ("plan.exe", "plan.exe.pdf"),
        ("x" * 250, "x" * 196 + ".pdf"),
    ],
)
def test_the_name_of_a_file_fits_into_its_address(as_editor: Client, client: Client, typed: str, kept: str) -> None:
    article = make.article("A day")
    attachment = uploads.attach_file(article, b"%PDF-1.4 plan", name="plan.pdf")
    saved(as_editor, article, **{"attachments-0-name": typed})
    attachment.refresh_from_db()
    assert attachment.name == kept
    page = client.get(article.get_absolute_url())
    assert (page.status_code, f'"/attachments/{attachment.pk}/' in page.content.decode()) == (200, True)


def test_a_renamed_file_keeps_the_downloads_counted_meanwhile(
    as_editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The download is counted after the form has read its rows and before it writes them."""
    article = make.draft("A day")
    attachment = uploads.attach_file(article, b"%PDF-1.4 plan", name="plan.pdf")
    form = opened(as_editor, article)
    clean = AttachmentForm.clean_name

    def counted_meanwhile(self: AttachmentForm) -> str:
        Attachment.objects.update(downloads=7)
        return clean(self)

    monkeypatch.setattr(AttachmentForm, "clean_name", counted_meanwhile)
    as_editor.post(change_address(article), {**form, "attachments-0-name": "new.pdf", "_continue": "1"})
    assert Attachment.objects.values_list("name", "downloads").get(pk=attachment.pk) == ("new.pdf", 7)


def test_saving_an_attachment_never_writes_its_downloads_back(db: None) -> None:
    attachment = uploads.attach_file(make.draft("A day"), b"%PDF-1.4 plan", name="plan.pdf")
    Attachment.objects.update(downloads=7)
    attachment.name = "new.pdf"
    attachment.save()
    assert Attachment.objects.values_list("name", "downloads").get() == ("new.pdf", 7)


def test_a_caption_does_not_take_a_file_away_that_was_found_meanwhile(as_editor: Client) -> None:
    """A row that was read before its file was found writes its caption alone."""
    article = make.draft("A day")
    missing = ArticleImage.objects.create(article=article, original_name="a.png")
    rows = inlineformset_factory(Article, ArticleImage, form=PictureForm, extra=0)
    typed = {"id": missing.pk, "caption": "礼堂", "order": 0}
    form = {f"images-0-{name}": value for name, value in typed.items()}
    formset = rows({**form, "images-TOTAL_FORMS": "1", "images-INITIAL_FORMS": "1"}, instance=article)
    assert formset.is_valid()
    uploads.fill(ArticleImage.objects.get(), make.picture(), name="found.jpg")
    pictures.save_rows(formset)
    after = ArticleImage.objects.get()
    assert (after.caption, after.original_name, bool(after.file)) == ("礼堂", "found.jpg", True)


def test_a_picture_filled_by_a_row_read_long_ago_keeps_its_caption(as_editor: Client) -> None:
    image = ArticleImage.objects.create(article=make.draft("A day"), original_name="a.png")
    ArticleImage.objects.update(caption="礼堂")
    uploads.fill(image, make.picture(), name="found.jpg")
    assert ArticleImage.objects.values_list("caption", "original_name").get() == ("礼堂", "found.jpg")


def test_no_file_stays_behind_when_the_rows_are_rolled_back(
    as_editor: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Keeping the record fails after every file was stored."""

    def broken(*arguments: Any, **options: Any) -> None:
        raise RuntimeError("The disk is full.")

    article = make.draft("A day")
    ArticleImage.objects.create(article=article, original_name="a.png")
    form = opened(as_editor, article)
    monkeypatch.setattr(writing, "settle", broken)
    files = {
        "images-0-found_file": sent("found.jpg", make.picture()),
        "new_pictures": [sent("b.jpg", make.picture(900, 600))],
        "new_files": [sent("plan.pdf", b"%PDF-1.4 plan")],
    }
    with pytest.raises(RuntimeError, match="The disk is full"):
        as_editor.post(change_address(article), {**form, **files, "_continue": "1"})
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []
    assert (ArticleImage.objects.exclude(file="").count(), Attachment.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_files_that_are_committed_stay_when_something_fails_afterwards(
    person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deleted picture's file cannot be removed once all is written; the new picture keeps its own."""

    def broken(names: list[str]) -> None:
        if names:
            raise OSError("The folder is gone.")

    editor = User.objects.create_superuser("editor", password="a long password")
    client = Client(headers={"accept-language": "en"})
    client.force_login(editor)
    article = make.draft("A day")
    uploads.attach(article, make.picture(), name="old.jpg")
    form = opened(client, article)
    monkeypatch.setattr(uploads, "delete_files", broken)
    files = {"new_pictures": [sent("b.jpg", make.picture())]}
    with pytest.raises(OSError, match="The folder is gone"):
        client.post(change_address(article), {**form, **files, "images-0-DELETE": "on", "_continue": "1"})
    kept = ArticleImage.objects.get()
    assert (kept.original_name, kept.file.storage.exists(kept.file.name)) == ("b.jpg", True)


def test_a_list_and_a_form_show_the_smallest_rendition(as_editor: Client) -> None:
    article = make.pictured("A day", size=(1200, 800))
    address = renditions.thumbnail(article.images.get())
    assert address.endswith("-480.webp")
    for page in (reverse("admin:articles_article_changelist"), change_address(article)):
        assert f'src="{address}"' in as_editor.get(page).content.decode()


def test_a_number_of_thousands_of_digits_deletes_no_picture(as_editor: Client) -> None:
    article = make.draft("A day")
    response = saved(as_editor, article, **{"images-TOTAL_FORMS": "9" * 5000})
    assert response.status_code == 200
    assert Article.objects.get().version == 1
