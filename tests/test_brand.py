"""The operator's colour and sign."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from articles import brand
from tests.pages import Page

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS)
def test_whatever_colour_is_taken_it_can_be_read_by_day_and_by_night(colour: str) -> None:
    try:
        taken = brand.accent(colour)
    except ValueError:
        assert brand.contrast(colour, brand.PAPER) < brand.READABLE
        return
    assert brand.contrast(taken, brand.PAPER) >= brand.READABLE
    assert brand.contrast(brand.by_night(taken), brand.NIGHT) >= brand.AT_NIGHT


def test_contrast_is_what_the_standard_says() -> None:
    assert [round(brand.contrast(*pair), 2) for pair in (("#000000", "#ffffff"), ("#777777", "#ffffff"))] == [
        21.0,
        4.48,
    ]


@pytest.mark.parametrize("text", ["", "red", "#fff", "#ffff00", "#0b5c5", "0b5c50", "#0b5c50;}"])
def test_other_colours_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        brand.accent(text)


def test_pages_show_the_colour_and_the_sign(client: Client, db: None, settings: Any, tmp_path: Path) -> None:
    assert Page(client.get("/")).find("a.logo") == []
    assert [client.get(address).status_code for address in ("/colours/8a1f2b.css", "/logo")] == [404, 404]
    settings.ACCENT = "#8a1f2b"
    settings.LOGO = tmp_path / "sign.svg"
    settings.LOGO.write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    page = Page(client.get("/"))
    assert "/colours/8a1f2b.css" in [one["href"] for one in page.find("link")]
    assert page.one("a.logo", "img").attributes == {"src": "/logo", "alt": "", "height": "56"}
    sheet = client.get("/colours/8a1f2b.css")
    assert sheet.content.decode().startswith(":root{--accent:#8a1f2b;--on-accent:#fff}")
    assert client.get("/colours/000000.css").status_code == 404
    sign = client.get("/logo")
    assert (sign["Content-Type"], sign["Content-Security-Policy"]) == (
        "image/svg+xml",
        "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    )


def test_a_sign_that_pages_cannot_show_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sign.exe").write_bytes(b"MZ")
    (tmp_path / "large.png").write_bytes(bytes(brand.LARGEST_LOGO + 1))
    for name in ("sign.exe", "large.png", "absent.svg"):
        with pytest.raises(ValueError, match=re.escape(name)):
            brand.logo(tmp_path / name)
