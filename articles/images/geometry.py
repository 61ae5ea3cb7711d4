"""Sizes of pictures: which widths are made, and what fits where. Numbers only, no files."""

from typing import Final

WIDTHS: Final = (480, 960, 1600)  # phone, column, full width on a dense screen
LARGEST_SIDE: Final = 2560  # pixels of what is kept as the picture itself
NEARLY = 1.15  # a width that is nearly the picture's own is not worth a file


def fit(width: int, height: int, *, largest: int = LARGEST_SIDE) -> tuple[int, int]:
    """The size with neither side above ``largest``, in proportion, never enlarged, never below one pixel.

    >>> fit(4000, 3000)
    (2560, 1920)
    >>> fit(20000, 1)
    (2560, 1)
    """
    longer = max(width, height)
    if longer <= largest:
        return width, height
    return max(1, round(width * largest / longer)), max(1, round(height * largest / longer))


def at_width(width: int, height: int, *, wanted: int) -> tuple[int, int]:
    """The size at this width, in proportion."""
    return wanted, max(1, round(height * wanted / width))


def rendition_widths(width: int) -> list[int]:
    """The widths to make of a picture, smallest first: the listed ones below its own, and its own up to the largest.

    >>> rendition_widths(2000)
    [480, 960, 1600]
    >>> rendition_widths(1000)
    [480, 1000]
    >>> rendition_widths(300)
    [300]
    """
    smaller = [wanted for wanted in WIDTHS if wanted * NEARLY < width]
    return smaller if width > WIDTHS[-1] else [*smaller, width]
