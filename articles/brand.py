"""The site's own colour and sign, as its operator sets them: readable by day and by night, whatever was chosen."""

import re
from functools import lru_cache
from pathlib import Path

HEX = re.compile(r"#[0-9a-fA-F]{6}")
PAPER, NIGHT = "#ffffff", "#111516"  # the grounds of site.css
READABLE = 4.5  # contrast of text, WCAG 2.2 AA 1.4.3
AT_NIGHT = 7.0  # what the site's own colour has on the dark ground
LOGOS = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp", ".jpg": "image/jpeg"}
LARGEST_LOGO = 300_000  # bytes; it comes with every first page


def accent(text: str) -> str:
    """The colour, in lower case. Raises ValueError where white letters could not be read on it."""
    if not HEX.fullmatch(text) or contrast(text, PAPER) < READABLE:
        raise ValueError(text)
    return text.lower()


def logo(path: Path) -> Path:
    """The file. Raises ValueError where it is none that pages can show."""
    if path.suffix.lower() not in LOGOS or not path.is_file() or path.stat().st_size > LARGEST_LOGO:
        raise ValueError(path)
    return path


@lru_cache(4)
def style_sheet(colour: str) -> str:
    """The colour for light and dark grounds, as custom properties."""
    night = by_night(colour)
    return (
        f":root{{--accent:{colour};--on-accent:#fff}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{--accent:{night};--on-accent:#0d1312}}}}\n"
        "@media print{:root{--accent:#000}}\n"
    )


def by_night(colour: str) -> str:
    """The same colour, as much lighter as the dark ground needs."""
    parts = _parts(colour)
    for step in range(101):
        lighter = "#" + "".join(f"{round(part + (255 - part) * step / 100):02x}" for part in parts)
        if contrast(lighter, NIGHT) >= AT_NIGHT:
            return lighter
    return PAPER


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21, as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


def _parts(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
