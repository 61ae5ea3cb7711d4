"""Pictures and files of an article: stored under names of ours, and gone when they should be."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import translation
from PIL import Image

from articles.images import renditions, uploads
from articles.models import Article, ArticleImage, Attachment, Rendition
from tests import make
from tests.images import hostile

OWN_NAME = re.compile(r"images/[0-9a-f]{2}/[0-9a-f]{30}\.(jpg|png|webp)")


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def media(settings: Any) -> Path:
    return Path(settings.MEDIA_ROOT)


def files(media: Path) -> list[str]:
    return sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())


def named(image: ArticleImage) -> list[str]:
    return sorted(renditions.files(ArticleImage.objects.get(pk=image.pk)))


def test_a_picture_is_stored_with_its_row_and_its_renditions(db: None, media: Path) -> None:
    data = hostile.photo(1200, 800)
    image = uploads.attach(
        make.draft(), data, name="D:\\校庆\\合影.jpg", alt="Staff", caption="教职工合影", credit="王老师"
    )
    kept = ArticleImage.objects.get(pk=image.pk)
    assert OWN_NAME.fullmatch(str(kept.file.name))
    assert (kept.width, kept.height, kept.original_name, kept.alt, kept.caption, kept.credit, kept.order) == (
        1200, 800, "合影.jpg", "Staff", "教职工合影", "王老师", 0
    )  # fmt: skip
    assert list(kept.renditions.values_list("format", "width", "height")) == [
        ("jpeg", 960, 640),
        ("webp", 480, 320),
        ("webp", 960, 640),
        ("webp", 1200, 800),
    ]
    assert files(media) == named(kept)


def test_pictures_stand_in_the_order_in_which_they_came(db: None) -> None:
    article = make.draft()
    for name in ("one.jpg", "two.jpg", "three.jpg"):
        uploads.attach(article, make.picture(20, 10), name=name)
    uploads.attach(article, make.picture(20, 10), name="first.jpg", order=0)
    assert list(article.images.values_list("original_name", "order")) == [
        ("one.jpg", 0),
        ("first.jpg", 0),
        ("two.jpg", 10),
        ("three.jpg", 20),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "../../../evil.jpg",
        "a\x00b.jpg",
        "a\r\nX: y.jpg",
        "x" * 300 + ".jpg",
        "\u202egpj.exe",
        "🏫.jpg",
        ".",
        "",
        "图.jpg",
    ],
)
def test_no_name_leads_out_of_the_folder(name: str, db: None, media: Path) -> None:
    article = make.draft()
    uploads.attach(article, make.picture(20, 10), name=name)
    uploads.attach_file(article, b"words", name=name.removesuffix(".jpg") + "x.txt")
    folders = {path.split("/", maxsplit=1)[0] for path in files(media)}
    assert folders == {"images", "attachments"}
    assert [path for path in media.parent.rglob("*") if path.is_file() and media not in path.parents] == []


def test_a_refused_picture_leaves_neither_row_nor_file(db: None, media: Path) -> None:
    article = make.draft()
    with pytest.raises(uploads.Refused):
        uploads.attach(article, hostile.photo()[:2000], name="a.jpg")
    assert (article.images.count(), files(media)) == (0, [])


def test_files_go_when_the_row_cannot_be_written(db: None, media: Path) -> None:
    article = make.draft()
    with pytest.raises(IntegrityError), transaction.atomic():
        uploads.attach(article, make.picture(20, 10), name="a.jpg", order=-1)
    assert (article.images.count(), files(media)) == (0, [])


def test_files_go_when_a_rendition_cannot_be_written(db: None, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    article = make.draft()
    save = default_storage.save

    def full(name: str, content: Any) -> str:
        if name.endswith("-480.webp"):
            raise OSError(28, "No space left on device")
        return save(name, content)

    monkeypatch.setattr(default_storage, "save", full)
    with pytest.raises(OSError, match="No space left"):
        uploads.attach(article, hostile.photo(1200, 800), name="a.jpg")
    assert (article.images.count(), Rendition.objects.count(), files(media)) == (0, 0, [])


def test_what_a_longer_transaction_wrote_goes_when_it_fails(db: None, media: Path) -> None:
    article = make.draft()

    def import_a_document() -> None:
        with uploads.kept_or_removed() as written, transaction.atomic():
            written.extend(renditions.files(uploads.attach(article, make.picture(20, 10), name="a.jpg")))
            Article.objects.create(title="")

    with pytest.raises(IntegrityError):
        import_a_document()
    assert (article.images.count(), files(media)) == (0, [])


def test_a_row_without_a_file_gets_one(db: None, media: Path) -> None:
    image = ArticleImage.objects.create(article=make.draft(), original_name="missing.jpg", caption="合影")
    uploads.fill(image, hostile.photo(500, 400), name="found.jpg")
    kept = ArticleImage.objects.get(pk=image.pk)
    assert (kept.width, kept.height, kept.original_name, kept.caption) == (500, 400, "found.jpg", "合影")
    assert files(media) == named(kept)


def test_a_replaced_file_has_a_new_name_and_the_former_files_go_after_the_commit(
    db: None, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    image = uploads.attach(make.draft(), hostile.photo(1200, 800), name="a.jpg")
    former = named(image)
    with django_capture_on_commit_callbacks() as waiting:
        uploads.fill(image, hostile.photo(600, 500, format="PNG"), name="b.png")
    assert set(former) < set(files(media))
    for callback in waiting:
        callback()
    assert files(media) == named(image)
    assert not set(former) & set(named(image))
    kept = ArticleImage.objects.get(pk=image.pk)
    assert (kept.width, kept.height, kept.original_name) == (600, 500, "b.png")


def test_a_picture_that_cannot_be_replaced_stays_as_it_was(
    db: None, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = uploads.attach(make.draft(), hostile.photo(1200, 800), name="a.jpg")
    former = files(media)
    with pytest.raises(uploads.Refused):
        uploads.fill(image, b"<svg/>", name="b.svg")
    save = default_storage.save

    def full(name: str, content: Any) -> str:
        if name.endswith(".webp"):
            raise OSError(28, "No space left on device")
        return save(name, content)

    monkeypatch.setattr(default_storage, "save", full)
    with pytest.raises(OSError, match="No space left"):
        uploads.fill(image, hostile.photo(600, 500), name="b.jpg")
    assert files(media) == former == named(image)


def test_a_removed_picture_takes_its_files_along_after_the_commit(
    db: None, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    article = make.draft()
    image = uploads.attach(article, hostile.photo(1200, 800), name="a.jpg")
    other = uploads.attach(article, make.picture(20, 10), name="b.jpg")
    with django_capture_on_commit_callbacks() as waiting:
        uploads.remove(image)
    assert len(files(media)) == 7
    for callback in waiting:
        callback()
    assert (list(article.images.all()), files(media)) == ([other], named(other))


def test_all_files_of_an_article_are_named_for_its_deletion(db: None, media: Path) -> None:
    article = make.draft()
    uploads.attach(article, hostile.photo(1200, 800), name="a.jpg")
    uploads.attach(article, make.picture(20, 10), name="b.png")
    uploads.attach_file(article, b"%PDF-1.7", name="notice.pdf")
    ArticleImage.objects.create(article=article, original_name="missing.jpg")
    Attachment.objects.create(article=article, name="missing.pdf")
    assert sorted(uploads.files_of(article)) == files(media)
    uploads.delete_files(uploads.files_of(article))
    assert files(media) == []


def test_an_attachment_keeps_its_name_its_bytes_and_its_size(db: None, media: Path) -> None:
    data = b"%PDF-1.7\n" + b"x" * 5000
    attachment = uploads.attach_file(make.draft(), data, name="C:\\x\\关于放假的通知.PDF")
    kept = Attachment.objects.get(pk=attachment.pk)
    assert (kept.name, kept.size, kept.order, kept.downloads) == ("关于放假的通知.PDF", 5009, 0, 0)
    assert re.fullmatch(r"attachments/[0-9a-f]{2}/[0-9a-f]{30}\.pdf", str(kept.file.name))
    assert (media / str(kept.file.name)).read_bytes() == data


@pytest.mark.parametrize("orientation", [1, 6])
def test_an_attached_photograph_keeps_its_size_and_tells_nothing(orientation: int, db: None, media: Path) -> None:
    data = hostile.with_exif(orientation=orientation, size=(3000, 1000)) + hostile.PAGE_TAIL
    attachment = uploads.attach_file(make.draft(), data, name="合影.jpg")
    written = (media / str(attachment.file.name)).read_bytes()
    with Image.open(io.BytesIO(written)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (3000, 1000) if orientation == 1 else (1000, 3000))
        assert dict(picture.getexif()) == {}
    assert (hostile.SECRET in written, b"alert" in written, attachment.size) == (False, False, len(written))


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (hostile.png_with_text(), "a.png"),
        (hostile.encoded(hostile.noise(40, 30), "WEBP", xmp=b"<x>" + hostile.SECRET), "a.webp"),
        (hostile.encoded(hostile.noise(40, 30), "JPEG", comment=hostile.SECRET), "a.jpeg"),
        (
            hostile.encoded(
                hostile.noise(40, 30),
                "MPO",
                save_all=True,
                append_images=[hostile.noise(40, 30)],
                comment=hostile.SECRET,
            ),
            "a.jpg",
        ),
    ],
    ids=["png", "webp", "jpeg", "two photographs in one file"],
)
def test_attached_pictures_of_every_kind_lose_their_notes(data: bytes, name: str) -> None:
    assert hostile.SECRET in data
    kept = uploads.check_file(data, name=name)
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.size == (40, 30)
    assert hostile.SECRET not in kept


def test_an_attached_palette_keeps_its_transparency_and_an_animation_its_frames() -> None:
    drawing = Image.new("P", (20, 10), 0)
    with Image.open(
        io.BytesIO(uploads.check_file(hostile.encoded(drawing, "PNG", transparency=0), name="a.png"))
    ) as kept:
        assert kept.convert("RGBA").getpixel((3, 3))[3] == 0
    assert uploads.check_file(hostile.animated_gif(), name="a.gif") == hostile.animated_gif()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            hostile.photo()[:900],
            "“a.jpg” is damaged or cut off and cannot be read as a picture. Save it again from its source.",
        ),
        (
            b"\xff\xd8\xff" + hostile.PAGE_TAIL,
            "“a.jpg” is damaged or cut off and cannot be read as a picture. Save it again from its source.",
        ),
    ],
)
def test_a_broken_picture_is_no_attachment(data: bytes, sentence: str) -> None:
    with pytest.raises(uploads.Refused) as refused:
        uploads.check_file(data, name="a.jpg")
    assert str(refused.value) == sentence


def test_attachments_stand_in_the_order_in_which_they_came_and_go_with_their_file(
    db: None, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    article = make.draft()
    first = uploads.attach_file(article, b"one", name="one.txt")
    uploads.attach_file(article, b"two", name="two.txt")
    assert list(article.attachments.values_list("name", "order")) == [("one.txt", 0), ("two.txt", 10)]
    with django_capture_on_commit_callbacks(execute=True):
        uploads.remove_file(first)
    assert (list(article.attachments.values_list("name", flat=True)), len(files(media))) == (["two.txt"], 1)


def test_files_that_may_not_be_offered_are_refused_with_what_was_found(db: None, media: Path) -> None:
    article = make.draft()
    kinds = (
        "attachments are PDF, Word, Excel, PowerPoint, OpenDocument, text, CSV, ZIP and pictures, "
        "with the ending that belongs to them."
    )
    sentences = []
    for data, name in [(b"", "a.pdf"), (b"<html>", "a.html"), (b"MZ", "a.pdf"), (b"words", "a.js")]:
        with pytest.raises(uploads.Refused) as refused:
            uploads.attach_file(article, data, name=name)
        sentences.append(str(refused.value))
    assert sentences == [
        "“a.pdf” is empty.",
        f"“a.html” is a web page or a script; {kinds}",
        f"“a.pdf” is a program; {kinds}",
        f"“a.js” is an unknown kind of file; {kinds}",
    ]
    assert (article.attachments.count(), files(media)) == (0, [])


def test_an_attachment_of_too_many_bytes_is_refused(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST_FILE_BYTES", 2 << 20)
    with pytest.raises(uploads.Refused) as refused:
        uploads.attach_file(make.draft(), b"%PDF-" + b"x" * (3 << 20), name="a.pdf")
    assert str(refused.value) == "“a.pdf” has 3 MB; an attachment has at most 2 MB."


def test_no_rendition_tells_more_than_the_picture(db: None, media: Path) -> None:
    uploads.attach(make.draft(), hostile.with_exif(orientation=6, size=(1400, 1000)) + hostile.PAGE_TAIL, name="a.jpg")
    written = files(media)
    assert len(written) == 3
    for name in written:
        data = (media / name).read_bytes()
        assert (hostile.SECRET in data, b"alert" in data) == (False, False)
        with Image.open(io.BytesIO(data)) as picture:
            assert picture.height > picture.width
            assert dict(picture.getexif()) == {}
