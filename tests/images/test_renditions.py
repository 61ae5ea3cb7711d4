"""The sizes of a picture that pages show."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from articles.images import renditions, uploads
from articles.models import Article, ArticleImage
from tests import make
from tests.images import hostile


def made(data: bytes) -> list[tuple[str, int, int]]:
    image = uploads.attach(make.draft(), data, name="a")
    return list(image.renditions.values_list("format", "width", "height"))


def test_a_small_picture_has_one_rendition_of_its_own_size(db: None) -> None:
    assert made(hostile.photo(300, 200)) == [("webp", 300, 200)]


def test_a_picture_of_the_column_s_width_is_its_own_fallback(db: None) -> None:
    assert made(hostile.photo(960, 640)) == [("webp", 480, 320), ("webp", 960, 640)]


def test_a_large_photograph_has_all_widths_and_a_jpeg_for_old_browsers(db: None) -> None:
    assert made(hostile.photo(3000, 2000)) == [
        ("jpeg", 960, 640),
        ("webp", 480, 320),
        ("webp", 960, 640),
        ("webp", 1600, 1067),
    ]


def test_a_transparent_picture_has_a_png_for_old_browsers(db: None) -> None:
    picture = hostile.noise(1300, 400, mode="RGBA")
    for data in (hostile.encoded(picture, "PNG"), hostile.encoded(picture.resize((1300, 900)), "WEBP")):
        assert [kind for kind, width, _height in made(data) if width == 960] == ["png", "webp"]


def test_a_strip_of_one_pixel_has_renditions_of_one_pixel(db: None) -> None:
    assert made(hostile.encoded(Image.new("RGB", (20_000, 1)), "PNG")) == [
        ("png", 960, 1),
        ("webp", 480, 1),
        ("webp", 960, 1),
        ("webp", 1600, 1),
    ]
    assert made(hostile.encoded(Image.new("RGB", (1, 20_000)), "PNG")) == [("webp", 1, 2560)]


def test_each_rendition_is_of_the_size_and_format_that_its_row_says(db: None) -> None:
    image = uploads.attach(make.draft(), hostile.photo(1700, 900), name="a.jpg")
    said, found = [], []
    for rendition in image.renditions.all():
        with default_storage.open(str(rendition.file.name)) as file, Image.open(file) as picture:
            said.append((rendition.format.upper(), rendition.width, rendition.height))
            found.append((picture.format, picture.width, picture.height))
    assert found == said


def test_a_page_gets_addresses_and_sizes_without_a_query(db: None, django_assert_num_queries: Any) -> None:
    image = uploads.attach(make.draft(), hostile.photo(1200, 800), name="a.jpg")
    image = ArticleImage.objects.prefetch_related("renditions").get(pk=image.pk)
    stem = str(image.file.name).removesuffix(".jpg")
    with django_assert_num_queries(0):
        sources = renditions.sources(image)
        thumbnail = renditions.thumbnail(image)
    assert sources == renditions.Sources(
        webp_srcset=f"/media/{stem}-480.webp 480w, /media/{stem}-960.webp 960w, /media/{stem}-1200.webp 1200w",
        src=f"/media/{stem}-960.jpg",
        width=1200,
        height=800,
        full=f"/media/{stem}.jpg",
    )
    assert thumbnail == f"/media/{stem}-480.webp"


def test_a_picture_without_a_file_has_nothing_to_show(db: None) -> None:
    image = ArticleImage.objects.create(article=make.draft(), original_name="missing.jpg")
    assert (renditions.sources(image), renditions.thumbnail(image), renditions.files(image)) == (None, "", [])


@pytest.fixture
def articles(db: None) -> Callable[[int], None]:
    def with_cover(number: int) -> None:
        article = make.article(f"Article {number}")
        article.cover = uploads.attach(article, make.picture(700, 400), name="a.jpg")
        article.save()

    return with_cover


def test_cards_show_their_covers_with_the_same_queries_for_one_and_three(
    articles: Callable[[int], None], django_assert_num_queries: Any
) -> None:
    for count in (1, 3):
        while Article.objects.count() < count:
            articles(Article.objects.count())
        with django_assert_num_queries(2):
            shown = [renditions.sources(card.cover) for card in Article.objects.cards()]
        assert [source.width for source in shown] == [700] * count
