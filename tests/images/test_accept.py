"""What the picture door takes, what it refuses, and what is left of what it took."""

import hashlib
import io
import random
from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from articles.images import uploads
from tests.images import hostile

FORMATS = "JPEG, PNG, WebP, GIF, AVIF"
DAMAGED = "“a.jpg” is damaged or cut off and cannot be read as a picture. Save it again from its source."


def opened(accepted: uploads.Accepted) -> Image.Image:
    picture = Image.open(io.BytesIO(accepted.data))
    picture.load()
    return picture


def refusal(data: bytes, name: str = "a.jpg") -> str:
    with pytest.raises(uploads.Refused) as refused:
        uploads.accept(data, name=name)
    return str(refused.value)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


NOT_PICTURES = {
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "an SVG drawing"),
    "svg with a prologue": (b'<?xml version="1.0"?><!DOCTYPE svg><svg/>', "an SVG drawing"),
    "html": (b"<!DOCTYPE html><title>x</title>", "a web page or a script"),
    "php": (b"<?php system($_GET[0]);", "a web page or a script"),
    "pdf": (b"%PDF-1.7\n", "a PDF document"),
    "docx": (b"PK\x03\x04word/", "a ZIP archive or an Office document"),
    "doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    "heic": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "a HEIC photograph"),
    "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n", "an EPS drawing"),
    "psd": (b"8BPS\x00\x01", "a Photoshop file"),
    "exe": (b"MZ\x90\x00", "a program"),
    "elf": (b"\x7fELF\x02", "a program"),
    "shell": (b"#!/bin/sh\nrm -rf /", "a program"),
    "text": ("只是文字".encode(), "an unknown kind of file"),
    "noise": (random.Random(5).randbytes(3000), "an unknown kind of file"),
    "tiff": (hostile.encoded(hostile.noise(20, 20), "TIFF"), "a TIFF picture"),
    "bmp": (hostile.encoded(hostile.noise(20, 20), "BMP"), "a BMP picture"),
    "eps made by pillow": (hostile.encoded(hostile.noise(20, 20), "EPS"), "an EPS drawing"),
    "jpeg 2000": (hostile.encoded(hostile.noise(20, 20), "JPEG2000"), "an unknown kind of file"),
    "ico": (hostile.encoded(hostile.noise(32, 32), "ICO"), "an unknown kind of file"),
    "pcx": (hostile.encoded(hostile.noise(32, 32), "PCX"), "an unknown kind of file"),
}


@pytest.mark.parametrize(("data", "found"), NOT_PICTURES.values(), ids=NOT_PICTURES.keys())
@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_what_is_not_a_picture_is_refused_by_its_content(data: bytes, found: str, name: str) -> None:
    assert refusal(data, name) == f"“{name}” is {found}, not a picture that can be taken. Use {FORMATS}."


PHOTO = hostile.photo(200, 150)
CUT_OFF = {
    "jpeg header": PHOTO[:10],
    "half a jpeg": PHOTO[: len(PHOTO) // 2],
    "jpeg of a picture without size": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9",
    "png signature": b"\x89PNG\r\n\x1a\n",
    "half a png": hostile.encoded(hostile.noise(200, 150), "PNG")[:3000],
    "half a webp": hostile.encoded(hostile.noise(200, 150), "WEBP")[:1000],
    "half a gif": hostile.encoded(hostile.noise(200, 150), "GIF")[:1000],
    "half an avif": hostile.encoded(hostile.noise(200, 150), "AVIF")[:1000],
    "png without rows": hostile.png(100, 100, data=b""),
    "png of broken rows": hostile.png(100, 100, data=b"broken"),
    "png of no width": hostile.png(0, 5),
    "png of no size": hostile.png(0, 0),
    "gif that is a script": hostile.script_gif(),
    "80 MB of compressed text in a png": hostile.png_with_text(megabytes=80),
}


@pytest.mark.parametrize("data", CUT_OFF.values(), ids=CUT_OFF.keys())
def test_a_broken_picture_is_refused_as_damaged(data: bytes) -> None:
    assert refusal(data) == DAMAGED


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"") == "“a.jpg” is empty."


def test_a_file_of_too_many_bytes_is_refused_before_it_is_read() -> None:
    assert refusal(b"\xff\xd8\xff" + b"\x00" * (31 << 20)) == (
        "“a.jpg” has 31 MB; a picture has at most 30 MB. Save it smaller and try again."
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            hostile.png(60_000, 60_000),
            "“a.jpg” has 3600 million pixels; at most 40 million are taken. Save it smaller.",
        ),
        (hostile.png(13_300, 13_300), "“a.jpg” has 176 million pixels; at most 40 million are taken. Save it smaller."),
        (hostile.png(7000, 6000), "“a.jpg” is 7000 × 6000 pixels; at most 40 million are taken. Save it smaller."),
    ],
    ids=["far above", "between Pillow's own limits", "just above"],
)
def test_a_bomb_is_refused_by_what_its_header_says(data: bytes, sentence: str) -> None:
    assert refusal(data) == sentence


def test_a_valid_picture_of_900_million_pixels_in_a_small_file_is_refused() -> None:
    data = hostile.whole_one_bit_png(30_000)
    assert len(data) < 200_000
    assert refusal(data) == "“a.jpg” has 900 million pixels; at most 40 million are taken. Save it smaller."


def test_a_refusal_is_said_in_the_language_of_the_interface() -> None:
    with translation.override("zh-hans"):
        assert "a.jpg" in refusal(b"")


def test_an_accepted_picture_tells_its_size_and_the_hash_of_what_came_in() -> None:
    accepted = uploads.accept(PHOTO, name="C:\\Users\\王\\图书馆.jpg")
    assert (accepted.suffix, accepted.width, accepted.height, accepted.sha256, accepted.name) == (
        "jpg", 200, 150, hashlib.sha256(PHOTO).hexdigest(), "图书馆.jpg"
    )  # fmt: skip
    assert opened(accepted).size == (200, 150)


def test_a_large_photograph_is_kept_with_2560_pixels_on_its_longer_side() -> None:
    accepted = uploads.accept(hostile.photo(3000, 2000), name="a.jpg")
    assert (accepted.width, accepted.height) == opened(accepted).size == (2560, 1707)


SHAPES = {
    f"{mode} as {format}": hostile.encoded(hostile.noise(60, 40).convert(mode), format)
    for mode, formats in {
        "1": ("PNG", "JPEG", "GIF"),
        "L": ("PNG", "JPEG", "WEBP", "GIF", "AVIF"),
        "LA": ("PNG", "WEBP"),
        "P": ("PNG", "GIF"),
        "RGB": ("PNG", "JPEG", "WEBP", "GIF", "AVIF"),
        "RGBA": ("PNG", "WEBP", "GIF", "AVIF"),
        "CMYK": ("JPEG",),
        "YCbCr": ("JPEG",),
    }.items()
    for format in formats  # noqa: A001 - Pillow's word
} | {
    "16 bit as PNG": hostile.encoded(Image.new("I;16", (60, 40), 30_000), "PNG"),
    "lossless WEBP": hostile.encoded(hostile.noise(60, 40), "WEBP", lossless=True),
    "interlaced": hostile.encoded(hostile.noise(60, 40), "PNG", interlace=True),
    "progressive": hostile.encoded(hostile.noise(60, 40), "JPEG", progressive=True),
    "two photographs in one file": hostile.encoded(
        hostile.noise(60, 40), "MPO", save_all=True, append_images=[hostile.noise(60, 40, seed=4)]
    ),
}


@pytest.mark.parametrize("data", SHAPES.values(), ids=SHAPES.keys())
def test_every_kind_of_color_is_taken(data: bytes) -> None:
    accepted = uploads.accept(data, name="a")
    picture = opened(accepted)
    assert picture.size == (60, 40)
    assert picture.mode in {"L", "LA", "RGB", "RGBA"}


@pytest.mark.parametrize(
    ("size", "kept"), [((1, 1), (1, 1)), ((20_000, 1), (2560, 1)), ((1, 20_000), (1, 2560)), ((2561, 2), (2560, 2))]
)
def test_a_picture_of_a_strange_size_is_taken(size: tuple[int, int], kept: tuple[int, int]) -> None:
    assert opened(uploads.accept(hostile.encoded(Image.new("RGB", size), "PNG"), name="a.png")).size == kept


def test_bytes_decide_the_kind_and_the_name_does_not() -> None:
    assert uploads.accept(PHOTO, name="photo.png").suffix == "jpg"
    assert uploads.accept(PHOTO, name="photo.php").suffix == "jpg"
    assert uploads.accept(hostile.encoded(hostile.halves(), "PNG"), name="photo.jpg").suffix == "png"


def test_a_drawing_of_few_colors_stays_exact_and_a_gray_photograph_becomes_a_jpeg() -> None:
    drawing = uploads.accept(hostile.encoded(hostile.halves(), "PNG"), name="a.png")
    gray = uploads.accept(hostile.encoded(hostile.noise(200, 150).convert("L"), "JPEG"), name="a.jpg")
    assert (drawing.suffix, opened(drawing).tobytes()) == ("png", hostile.halves().tobytes())
    assert (gray.suffix, opened(gray).mode) == ("jpg", "L")


def test_transparency_stays_and_where_nothing_is_transparent_it_goes() -> None:
    seen_through = hostile.noise(60, 40, mode="RGBA")
    seen_through.putalpha(Image.linear_gradient("L").resize((60, 40)))
    solid = hostile.noise(60, 40).convert("RGBA")
    kept = uploads.accept(hostile.encoded(seen_through, "PNG"), name="a.png")
    assert (kept.suffix, opened(kept).tobytes()) == ("png", seen_through.tobytes())
    assert uploads.accept(hostile.encoded(solid, "PNG"), name="a.png").suffix == "jpg"


def test_the_one_transparent_color_of_a_palette_or_of_gray_stays_transparent() -> None:
    for mode in ("P", "L"):
        picture = Image.new(mode, (20, 10), 0)
        picture.paste(200, (0, 0, 10, 10))
        kept = opened(uploads.accept(hostile.encoded(picture, "PNG", transparency=0), name="a.png"))
        assert [kept.getchannel("A").getpixel(place) for place in ((2, 2), (15, 2))] == [255, 0]


def test_a_large_transparent_picture_is_kept_as_webp() -> None:
    picture = hostile.noise(1200, 900, mode="RGBA")
    accepted = uploads.accept(hostile.encoded(picture, "PNG", compress_level=1), name="a.png")
    assert (accepted.suffix, opened(accepted).format, opened(accepted).mode) == ("webp", "WEBP", "RGBA")


def test_sixteen_bits_are_scaled_and_not_cut_off() -> None:
    kept = opened(uploads.accept(hostile.encoded(Image.new("I;16", (8, 8), 32_896), "PNG"), name="a.png"))
    assert (kept.mode, kept.getpixel((4, 4))) == ("L", 128)


def test_the_first_frame_of_an_animation_is_taken() -> None:
    kept = opened(uploads.accept(hostile.animated_gif(), name="a.gif"))
    assert (kept.size, getattr(kept, "n_frames", 1), kept.convert("RGB").getpixel((5, 5))) == ((30, 20), 1, (255, 0, 0))


def test_a_picture_stands_upright_and_tells_nothing_of_its_camera_place_and_owner() -> None:
    data = hostile.with_exif(orientation=6)
    assert hostile.SECRET in data
    accepted = uploads.accept(data, name="a.jpg")
    kept = opened(accepted)
    assert kept.size == (accepted.width, accepted.height) == (32, 64)
    top, bottom = kept.convert("RGB").getpixel((16, 8)), kept.convert("RGB").getpixel((16, 56))
    assert top[0] > 200 > top[2]
    assert bottom[2] > 200 > bottom[0]
    assert hostile.SECRET not in accepted.data
    assert (dict(kept.getexif()), kept.info.get("xmp"), kept.info.get("comment")) == ({}, None, None)


@pytest.mark.parametrize("orientation", range(9))
def test_every_orientation_ends_upright(orientation: int) -> None:
    upright = hostile.with_exif(orientation=orientation)
    expected = (32, 64) if orientation in {5, 6, 7, 8} else (64, 32)
    assert opened(uploads.accept(upright, name="a.jpg")).size == expected


def test_notes_inside_a_png_are_gone() -> None:
    data = hostile.png_with_text()
    assert hostile.SECRET in data
    assert hostile.SECRET not in uploads.accept(data, name="a.png").data


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_metadata_of_every_format_is_gone(format: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = hostile.SECRET.decode()
    data = hostile.encoded(hostile.noise(80, 60), format, exif=exif)
    assert hostile.SECRET in data
    assert hostile.SECRET not in uploads.accept(data, name="a").data


@pytest.mark.parametrize("tail", [hostile.PAGE_TAIL, hostile.ZIP_TAIL, b"<?php phpinfo();"])
@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WEBP"])
def test_what_hangs_behind_a_picture_is_cut_off(format: str, tail: bytes) -> None:
    accepted = uploads.accept(hostile.encoded(hostile.noise(60, 40), format) + tail, name="a")
    assert tail[:12] not in accepted.data


def test_a_broken_exif_block_turns_nothing_and_refuses_nothing() -> None:
    for broken in (
        b"Exif\x00\x00II*\x00\xff\xff\xff\xff",
        b"Exif\x00\x00",
        b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff",
    ):
        data = hostile.encoded(hostile.noise(64, 32), "JPEG", exif=broken)
        assert opened(uploads.accept(data, name="a.jpg")).size == (64, 32)


@pytest.mark.parametrize(
    "profile", [b"garbage" * 40, hostile.SRGB_PROFILE[:100], hostile.SRGB_PROFILE], ids=["a", "b", "c"]
)
def test_a_color_profile_is_used_or_dropped_but_never_kept(profile: bytes) -> None:
    for picture in (hostile.noise(60, 40), hostile.noise(60, 40, mode="RGBA"), hostile.noise(60, 40).convert("L")):
        kept = opened(uploads.accept(hostile.encoded(picture, "PNG", icc_profile=profile), name="a.png"))
        assert (kept.size, kept.info.get("icc_profile")) == ((60, 40), None)


def test_a_profile_that_is_not_srgb_changes_the_numbers_and_keeps_the_alpha() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    picture = Image.new("RGBA", (20, 10), (120, 60, 200, 90))
    kept = opened(uploads.accept(hostile.encoded(picture, "PNG", icc_profile=lab), name="a.png"))
    assert (kept.mode, kept.getchannel("A").getextrema()) == ("RGBA", (90, 90))


def outcome(data: bytes) -> str:
    try:
        accepted = uploads.accept(data, name="a.jpg")
    except uploads.Refused as refused:
        return "refused" if str(refused).startswith("“a.jpg” ") else str(refused)
    return "taken" if opened(accepted).size == (accepted.width, accepted.height) else "of another size"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "AVIF"]),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=20),
    st.floats(0.2, 1),
)
@example("JPEG", [], 1.0)
def test_a_picture_with_any_bytes_changed_is_taken_or_refused_with_a_sentence(
    format: str, changes: list[tuple[float, int]], part: float
) -> None:
    data = bytearray(hostile.with_exif() if format == "JPEG" else hostile.encoded(hostile.noise(48, 32), format))
    for place, value in changes:
        data[int(place * len(data))] = value
    assert outcome(bytes(data[: int(len(data) * part)])) in {"taken", "refused"}


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(
        [b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"GIF89a", b"RIFF\x00\x01\x00\x00WEBPVP8 "]
    ),
    st.binary(max_size=300),
)
def test_any_bytes_are_taken_or_refused_with_a_sentence(beginning: bytes, rest: bytes) -> None:
    assert outcome(beginning + rest) in {"taken", "refused"}
