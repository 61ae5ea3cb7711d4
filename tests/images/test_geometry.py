from hypothesis import given
from hypothesis import strategies as st

from articles.images import geometry

sides = st.integers(min_value=1, max_value=60_000)


@given(sides, sides)
def test_a_fitted_picture_is_never_larger_than_allowed_nor_than_itself(width: int, height: int) -> None:
    new_width, new_height = geometry.fit(width, height)
    assert 1 <= new_width <= min(width, geometry.LARGEST_SIDE)
    assert 1 <= new_height <= min(height, geometry.LARGEST_SIDE)


@given(sides, sides)
def test_a_fitted_picture_keeps_its_proportion_within_a_pixel(width: int, height: int) -> None:
    new_width, new_height = geometry.fit(width, height)
    scale = min(1, geometry.LARGEST_SIDE / max(width, height))
    assert abs(new_width - width * scale) <= 1
    assert abs(new_height - height * scale) <= 1


@given(sides)
def test_renditions_rise_in_width_and_are_never_wider_than_the_picture(width: int) -> None:
    widths = geometry.rendition_widths(width)
    assert widths == sorted(set(widths))
    assert widths[0] >= 1
    assert widths[-1] <= width


def test_the_widths_of_pictures_of_all_sizes() -> None:
    assert {
        width: geometry.rendition_widths(width) for width in (1, 300, 480, 500, 700, 960, 1200, 1600, 2000, 2560)
    } == {
        1: [1],
        300: [300],
        480: [480],
        500: [500],
        700: [480, 700],
        960: [480, 960],
        1200: [480, 960, 1200],
        1600: [480, 960, 1600],
        2000: [480, 960, 1600],
        2560: [480, 960, 1600],
    }


def test_a_strip_of_one_pixel_keeps_its_pixel() -> None:
    assert geometry.fit(20_000, 1) == (2560, 1)
    assert geometry.fit(1, 20_000) == (1, 2560)
    assert geometry.at_width(2560, 1, wanted=480) == (480, 1)
