"""Pictures and attachments, sent only as far as their article may be seen."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.images import uploads
from articles.models import Article, ArticleImage, Attachment
from articles.publishing import moves
from articles.states import State
from tests import make
from tests.conftest import LONG_AGO, NOW


def read(client: Client, address: str) -> tuple[Any, bytes]:
    """The answer and its bytes; a file is closed when it is sent to its end."""
    response: Any = client.get(address)
    return response, b"".join(response.streaming_content) if response.streaming else response.content


def status(client: Client, address: str) -> int:
    code: int = read(client, address)[0].status_code
    return code


def with_picture(article: Article) -> ArticleImage:
    return uploads.attach(article, make.picture(1200, 800), name="合影.jpg")


def with_file(article: Article, name: str = "招生简章 2026.pdf") -> Attachment:
    return uploads.attach_file(article, b"%PDF-1.7\n%%EOF\n", name=name)


def addresses(image: ArticleImage) -> list[str]:
    return [image.file.url, *(rendition.file.url for rendition in image.renditions.all())]


def test_a_public_picture_is_sent_with_its_kind_and_may_be_kept_for_ever(reader: Client, db: None) -> None:
    image = with_picture(make.article(at=LONG_AGO))
    found = {}
    for address in addresses(image):
        response, body = read(reader, address)
        assert len(body) == int(response["Content-Length"])
        found[address.rpartition(".")[2]] = {
            name: response[name]
            for name in ("Content-Type", "Cache-Control", "Content-Security-Policy", "X-Content-Type-Options")
        }
    sealed = {
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    assert found == {
        "png": {"Content-Type": "image/png", **sealed},
        "webp": {"Content-Type": "image/webp", **sealed},
    }


def test_a_picture_sets_no_cookie_and_depends_on_none(reader: Client, db: None) -> None:
    response, _body = read(reader, with_picture(make.article(at=LONG_AGO)).file.url)
    assert (response.status_code, response.cookies, "Cookie" in response.get("Vary", "")) == (200, {}, False)


@pytest.mark.parametrize("state", [State.DRAFT, State.REVIEW, State.WITHDRAWN])
def test_media_of_hidden_articles_do_not_exist(reader: Client, db: None, state: State) -> None:
    article = make.in_state(state, published_at=LONG_AGO, published_precision="day")
    image, attachment = with_picture(article), with_file(article)
    everything = [*addresses(image), attachment.get_absolute_url()]
    assert [status(reader, address) for address in everything] == [404] * len(everything)


def test_media_of_a_scheduled_article_do_not_exist_yet(reader: Client, db: None) -> None:
    article = make.article(published_at=timezone.now() + timedelta(hours=1))
    image, attachment = with_picture(article), with_file(article)
    everything = [*addresses(image), attachment.get_absolute_url()]
    assert [status(reader, address) for address in everything] == [404] * len(everything)


def test_media_are_gone_right_after_the_article_is_withdrawn(reader: Client, db: None) -> None:
    article = make.article(at=LONG_AGO)
    everything = [*addresses(with_picture(article)), with_file(article).get_absolute_url()]
    before = [status(reader, address) for address in everything]
    moves.withdraw(article, by=None, at=NOW)
    after = [status(reader, address) for address in everything]
    assert (before, after) == ([200] * len(everything), [404] * len(everything))


def test_who_may_preview_an_article_sees_its_media_and_nobody_may_keep_them(editor: User, writer: User) -> None:
    article = make.draft(by=editor)
    everything = [with_picture(article).file.url, with_file(article).get_absolute_url()]
    clients = {name: Client() for name in ("editor", "writer")}
    clients["editor"].force_login(editor)
    clients["writer"].force_login(writer)
    answers = {name: [read(client, address)[0] for address in everything] for name, client in clients.items()}
    assert {name: [answer.status_code for answer in some] for name, some in answers.items()} == {
        "editor": [200, 200],
        "writer": [404, 404],
    }
    assert [answer["Cache-Control"] for answer in answers["editor"]] == ["private, no-store"] * 2


@pytest.mark.parametrize(
    "name",
    [
        "",
        "images/",
        "images/none.jpg",
        "../db.sqlite3",
        "images/../../db.sqlite3",
        "%2e%2e/secret_key",
        "images/..%2f..%2fsecret_key.jpg",
        "images//etc/passwd.jpg",
        "images/%00.jpg",
        "images/a.jpg%00.png",
        "images/a.svg",
        "images/" + "a" * 3000 + ".jpg",
        "attachments/a.pdf",
        "journals/a",
    ],
)
def test_only_files_of_pictures_are_looked_for(reader: Client, db: None, settings: Any, name: str) -> None:
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT.parent / "secret_key").write_text("secret")
    assert status(reader, f"/media/{name}") == 404


def test_a_file_that_no_picture_names_is_not_sent(reader: Client, db: None, settings: Any) -> None:
    (settings.MEDIA_ROOT / "images").mkdir(parents=True)
    (settings.MEDIA_ROOT / "images" / "left.jpg").write_bytes(make.picture())
    assert status(reader, "/media/images/left.jpg") == 404


def test_a_picture_whose_file_was_lost_is_not_found(reader: Client, db: None) -> None:
    image = with_picture(make.article(at=LONG_AGO))
    image.file.storage.delete(str(image.file.name))
    assert status(reader, image.file.url) == 404


def test_an_attachment_is_saved_under_its_chinese_name_and_counted(reader: Client, db: None) -> None:
    attachment = with_file(make.article(at=LONG_AGO))
    response, body = read(reader, attachment.get_absolute_url())
    attachment.refresh_from_db()
    assert {
        "body": body,
        "name": response["Content-Disposition"],
        "kind": response["Content-Type"],
        "policy": response["Content-Security-Policy"],
        "sniff": response["X-Content-Type-Options"],
        "view": response["X-View"],
        "downloads": attachment.downloads,
    } == {
        "body": b"%PDF-1.7\n%%EOF\n",
        "name": "attachment; filename*=utf-8''%E6%8B%9B%E7%94%9F%E7%AE%80%E7%AB%A0%202026.pdf",
        "kind": "application/pdf",
        "policy": "default-src 'none'; sandbox",
        "sniff": "nosniff",
        "view": "recorded",
        "downloads": 1,
    }


def test_a_wrong_or_missing_name_leads_to_the_attachments_own(reader: Client, db: None) -> None:
    attachment = with_file(make.article(at=LONG_AGO))
    found = [reader.get(f"/attachments/{attachment.pk}/{name}") for name in ("", "other.pdf", "a/b.exe")]
    assert [(one.status_code, one["Location"]) for one in found] == [(301, attachment.get_absolute_url())] * 3


def test_a_hidden_attachment_does_not_redirect_either(reader: Client, db: None) -> None:
    attachment = with_file(make.draft())
    assert status(reader, f"/attachments/{attachment.pk}/other.pdf") == 404


def test_an_attachment_without_its_file_is_not_found(reader: Client, db: None) -> None:
    attachment = Attachment.objects.create(article=make.article(at=LONG_AGO), name="附件.pdf")
    assert status(reader, attachment.get_absolute_url()) == 404


@pytest.mark.parametrize("number", ["0", "999999999", "9" * 25, "9" * 5000])
def test_an_attachment_of_an_unknown_number_is_not_found(reader: Client, db: None, number: str) -> None:
    assert status(reader, f"/attachments/{number}/a.pdf") == 404


def test_pictures_and_attachments_are_read_only(reader: Client, db: None) -> None:
    article = make.article(at=LONG_AGO)
    for address in (with_picture(article).file.url, with_file(article).get_absolute_url()):
        assert [reader.post(address).status_code, reader.delete(address).status_code] == [405, 405]


def test_a_picture_costs_one_query_and_a_rendition_two(
    reader: Client, db: None, django_assert_num_queries: Any
) -> None:
    image = with_picture(make.article(at=LONG_AGO))
    rendition = image.renditions.all()[0]
    with django_assert_num_queries(1):
        read(reader, image.file.url)
    with django_assert_num_queries(2):
        read(reader, rendition.file.url)
