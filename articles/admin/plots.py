"""Plots drawn on the server: where the bars, lines and ticks of an SVG stand. The templates print them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 960, 240
LEFT, TOP, BOTTOM = 56, 12, 28
MOST_LABELS = 8
CURVE_WIDTH, CURVE_HEIGHT = 64, 18


class Bar(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    title: str


class Tick(NamedTuple):
    at: float
    label: str


@dataclass(frozen=True)
class Plot:
    """Bars of one row of numbers and a line of another, over the same steps."""

    bars: list[Bar]
    line: str  # the points of an SVG polyline
    across: list[Tick]
    up: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = HEIGHT - BOTTOM


def plot(labels: Sequence[str], bars: Sequence[int], line: Sequence[int], titles: Sequence[str]) -> Plot:
    """The plot of as many steps as there are labels."""
    top = nice(max([*bars, *line, 1]))
    inside, high = WIDTH - LEFT, HEIGHT - TOP - BOTTOM
    step = inside / max(1, len(labels))

    def y(value: float) -> float:
        return round(TOP + high - value / top * high, 1)

    def middle(place: int) -> float:
        return round(LEFT + (place + 0.5) * step, 1)

    drawn = [
        Bar(
            round(LEFT + place * step + step * 0.12, 1),
            y(value),
            round(step * 0.76, 2),
            round(y(0) - y(value), 1),
            title,
        )
        for place, (value, title) in enumerate(zip(bars, titles, strict=True))
    ]
    each = -(-len(labels) // MOST_LABELS)
    return Plot(
        bars=drawn,
        line=" ".join(f"{middle(place)},{y(value)}" for place, value in enumerate(line)),
        across=[Tick(middle(place), labels[place]) for place in range(0, len(labels), max(1, each))],
        up=[Tick(y(value), f"{value:,}") for value in sorted({0, top // 2, top})],
    )


def nice(most: int) -> int:
    """The next round number: 1, 2 or 5 times a power of ten.

    >>> [nice(number) for number in (1, 3, 7, 12, 480, 501)]
    [1, 5, 10, 20, 500, 1000]
    """
    power = 10 ** (len(str(most)) - 1)
    return next(step * power for step in (1, 2, 5, 10) if step * power >= most)


def curve(values: Sequence[int], label: str) -> SafeString:
    """A small curve that stands in a line of text; ``label`` says the same in words."""
    top = max([*values, 1])
    step = CURVE_WIDTH / max(1, len(values) - 1)
    high = CURVE_HEIGHT - 2
    points = " ".join(f"{place * step:.1f},{1 + high - value / top * high:.1f}" for place, value in enumerate(values))
    return format_html(
        '<svg class="desk-curve" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">'
        '<title>{}</title><polyline points="{}"/></svg>',
        *(CURVE_WIDTH, CURVE_HEIGHT, CURVE_WIDTH, CURVE_HEIGHT),
        *(label, label, points),
    )
