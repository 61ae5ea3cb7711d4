"""Pictures at the edges of their formats, and rows that were read before a file changed."""

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from PIL import Image

from articles.images import renditions, uploads
from articles.models import ArticleImage, Rendition
from tests import make
from tests.images import hostile


def opened(data: bytes, name: str = "a") -> Image.Image:
    picture = Image.open(io.BytesIO(uploads.accept(data, name=name).data))
    picture.load()
    return picture


def with_transparent_value(data: bytes, value: bytes) -> bytes:
    """The PNG with one value or color named as transparent."""
    place = data.index(b"IDAT") - 4
    return data[:place] + hostile.png_chunk(b"tRNS", value) + data[place:]


@pytest.mark.parametrize(
    "data",
    [
        with_transparent_value(hostile.encoded(Image.new("I;16", (9, 9), 30_000), "PNG"), struct.pack(">H", 30_000)),
        with_transparent_value(hostile.encoded(Image.new("I;16", (9, 9), 30_000), "PNG"), struct.pack(">H", 65_535)),
        with_transparent_value(hostile.encoded(Image.new("L", (9, 9), 7), "PNG"), struct.pack(">H", 65_535)),
        with_transparent_value(hostile.encoded(Image.new("1", (9, 9), 1), "PNG"), struct.pack(">H", 1)),
        with_transparent_value(hostile.encoded(Image.new("RGB", (9, 9)), "PNG"), struct.pack(">HHH", 0, 0, 0)),
        with_transparent_value(hostile.encoded(Image.new("RGB", (9, 9)), "PNG"), struct.pack(">HHH", 65_535, 9, 9)),
        with_transparent_value(hostile.encoded(Image.new("P", (9, 9)), "PNG"), bytes(range(200))),
        with_transparent_value(hostile.encoded(Image.new("P", (9, 9)), "PNG"), b"\x00"),
    ],
    ids=["16 bits", "16 bits, white", "gray", "one bit", "color", "color beyond 8 bits", "palette", "one of a palette"],
)
def test_a_transparent_value_of_every_kind_is_taken(data: bytes) -> None:
    picture = opened(data)
    assert (picture.size, picture.mode in {"L", "LA", "RGB", "RGBA"}) == ((9, 9), True)


def test_a_palette_keeps_its_colors_through_a_profile() -> None:
    picture = hostile.halves().convert("P", palette=Image.Palette.ADAPTIVE)
    kept = opened(hostile.encoded(picture, "PNG", icc_profile=hostile.SRGB_PROFILE)).convert("RGB")
    left, right = kept.getpixel((5, 5)), kept.getpixel((60, 5))
    assert [left[0] > 240, left[2] < 20, right[0] < 20, right[2] > 240] == [True] * 4


def test_the_first_frame_is_taken_of_every_animated_format() -> None:
    frames = [Image.new("RGB", (30, 20), color) for color in ("red", "green", "blue")]
    for format in ("GIF", "PNG", "WEBP", "AVIF"):  # noqa: A001 - Pillow's word
        data = hostile.encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=40)
        kept = opened(data)
        assert (kept.size, getattr(kept, "n_frames", 1)) == ((30, 20), 1), format
        assert kept.convert("RGB").getpixel((5, 5))[0] > 240, format


GIF_HEADER = b"GIF89a" + struct.pack("<HHBBB", 8000, 8000, 0x80, 0, 0) + b"\x00" * 6
GIF_FRAME = b"," + struct.pack("<HHHHB", 0, 0, 8000, 8000, 0) + b"\x02\x02\x4c\x01\x00"
JPEG = hostile.photo(40, 30)
SOF = JPEG.index(b"\xff\xc0")


@pytest.mark.parametrize(
    "data",
    [
        GIF_HEADER + GIF_FRAME * 20_000 + b";",
        b"GIF89a" + b"\xff" * 7 + GIF_FRAME,
        JPEG[: SOF + 5] + struct.pack(">HH", 65_500, 65_500) + JPEG[SOF + 9 :],
        hostile.png(2**31 - 1, 2**31 - 1),
        hostile.png(2**31 - 1, 1),
        b"RIFF\x00\x01\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + b"\xff\x3f\x00" * 2 + b"\x00" * 200,
    ],
    ids=["20,000 frames", "GIF", "JPEG", "PNG", "PNG of one row", "WebP"],
)
def test_a_header_that_promises_too_much_is_refused_in_every_format(data: bytes) -> None:
    with pytest.raises(uploads.Refused):
        uploads.accept(data, name="a.jpg")


def test_renditions_made_twice_are_refused_and_leave_the_first_ones(db: None, settings: Any) -> None:
    data = hostile.photo(600, 400)
    image = uploads.attach(make.draft(), data, name="a.jpg")
    media = Path(settings.MEDIA_ROOT)
    before = sorted(media.rglob("*.*"))
    with pytest.raises(IntegrityError), transaction.atomic():
        renditions.make(image, renditions.encode(data, suffix="jpg"))

    assert sorted(media.rglob("*.*")) == before
    assert Rendition.objects.count() == 2


def test_a_picture_read_with_its_renditions_shows_the_new_ones_when_it_is_filled(db: None) -> None:
    image = uploads.attach(make.draft(), hostile.photo(1200, 800), name="a.jpg")
    image = ArticleImage.objects.prefetch_related("renditions").get(pk=image.pk)
    assert len(image.renditions.all()) == 4
    filled = uploads.fill(image, hostile.photo(300, 200), name="b.jpg")
    sources = renditions.sources(filled)

    assert sources is not None
    assert sources.webp_srcset == f"/media/{str(filled.file.name).removesuffix('.jpg')}-300.webp 300w"


def test_a_failed_replacement_keeps_the_renditions_without_a_transaction_around_it(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = uploads.attach(make.draft(), hostile.photo(600, 400), name="a.jpg")
    save = default_storage.save

    def full(name: str, content: Any) -> str:
        if name.endswith(".webp"):
            raise OSError(28, "No space left on device")
        return save(name, content)

    monkeypatch.setattr(default_storage, "save", full)
    with pytest.raises(OSError, match="No space left"):
        uploads.fill(image, hostile.photo(300, 200), name="b.jpg")

    found = ArticleImage.objects.get(pk=image.pk)
    assert (found.width, found.original_name, found.renditions.count()) == (600, "a.jpg", 2)
    assert all(Path(found.file.storage.path(name)).is_file() for name in renditions.files(found))


@pytest.mark.parametrize("remove", ["picture", "attachment"])
def test_files_stay_when_the_removal_is_rolled_back(remove: str, transactional_db: None, settings: Any) -> None:
    article = make.draft()
    image = uploads.attach(article, hostile.photo(300, 200), name="a.jpg")
    attachment = uploads.attach_file(article, b"words", name="a.txt")
    media = Path(settings.MEDIA_ROOT)
    before = sorted(media.rglob("*.*"))

    def removed() -> None:
        with transaction.atomic():
            uploads.remove(image) if remove == "picture" else uploads.remove_file(attachment)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        removed()
    assert sorted(media.rglob("*.*")) == before
