"""Which blocks of a page are text of its article: what they look like, what two extractors say, what stands around.

No extractor is right on all pages. Each block is weighed twice: alone, and then once more with the knowledge of what
the first weighing made of its neighbours and of the page.
"""

import math
from itertools import accumulate
from operator import mul

from lxml.html import HtmlElement

from articles.documents.blocks import Content
from articles.documents.webpage import looks as looking
from articles.documents.webpage import opinions
from articles.documents.webpage.looks import Looks
from articles.documents.webpage.weights import FIRST, SECOND

NEAR, FAR = 2, 3  # blocks before and after a block that are its neighbours
UNSURE = 1e-6

Rows = list[list[float]]


def weigh(tree: HtmlElement, content: Content) -> list[bool]:
    """For each block of the page whether it is text of the article."""
    looks = looking.of(tree, content)
    return decided(rows_of(looks, *opinions.of(tree, looks)), looks)


def decided(rows: Rows, looks: Looks) -> list[bool]:
    sums = [sum(map(mul, FIRST, row)) for row in rows]
    again = [sum(map(mul, SECOND, row)) for row in second_rows(rows, sums, looks.sizes)]
    chosen = [value > 0 for value in again]
    if any(chosen):
        return chosen
    most = max(again, default=0.0)  # nothing looks like text: what comes nearest, or else all there is
    return [value >= most - 1 for value in again]


def rows_of(looks: Looks, readable: list[float], extracted: list[float]) -> Rows:
    """All that is known of each block before any weighing."""
    pages = _of_page(looks, readable, extracted)
    spans = _span(readable), _span(extracted)
    column = {name: [row[place] for row in looks.rows] for place, name in enumerate(looking.NAMES)}
    around = {name: (_before(column[name], NEAR), _after(column[name], NEAR)) for name in ("linked", "length")}
    next_linked, next_free = _after(column["linked"], NEAR), _after(_free(column), 1)
    voted = [(_before(votes, FAR), _after(votes, FAR)) for votes in (readable, extracted)]
    han = float(looks.han)
    rows: Rows = []
    for place, look in enumerate(looks.rows):
        known = dict(zip(_CROSSED, (look[looking.NAMES.index(name)] for name in _CROSSED), strict=True))
        length, best = known["length"], known["best"]
        said = [readable[place], extracted[place]]
        row = [1.0, han, *said, *look]
        for who, one in enumerate(said):
            inside = float(spans[who][0] <= place <= spans[who][1])
            row += [one * length, voted[who][0][place], voted[who][1][place], inside, one * han]
        row += _crossed(said[0], said[1], *pages[0])
        for who, one in enumerate(said):
            row += _crossed(one, best, *pages[1 + who])[:5]
        row += [around[name][side][place] for name in ("linked", "length") for side in (0, 1)]
        row += [
            length * known["linked"],
            length * known["sentence"],
            length * known["noise"],
            known["heading"] * next_free[place],
            known["heading"] * next_linked[place],
            length * han,
            known["container"] * known["noise"],
        ]
        rows.append(row)
    return rows


_CROSSED = ("length", "linked", "sentence", "noise", "heading", "container", "best")


def _crossed(one: float, other: float, differ: float, more: float) -> list[float]:
    """Two opinions together, and each of them where they differ over the page and where the first found more."""
    return [
        one * other, one * differ, other * differ, one * more, other * more, one * differ * more, other * differ * more
    ]  # fmt: skip


def _of_page(looks: Looks, readable: list[float], extracted: list[float]) -> list[tuple[float, float]]:
    pairs = ((readable, extracted), (readable, looks.best), (extracted, looks.best))
    return [opinions.apart(looks.worth, one, other) for one, other in pairs]


def _free(column: dict[str, list[float]]) -> list[float]:
    return [length * (1 - linked) for length, linked in zip(column["length"], column["linked"], strict=True)]


def second_rows(rows: Rows, sums: list[float], sizes: list[int]) -> Rows:
    """The rows once more, with what the first weighing made of each block, of its neighbours and of the page."""
    sure = [1 / (1 + math.exp(-max(-30.0, min(30.0, value)))) for value in sums]
    sizes = [size if one > 0.5 else 0 for size, one in zip(sizes, sure, strict=True)]
    total = sum(sizes) or 1
    until = list(accumulate(sizes))
    near, far = (_before(sure, 1), _after(sure, 1)), (_before(sure, 4), _after(sure, 4))
    found: Rows = []
    for place, row in enumerate(rows):
        before, after = (until[place] - sizes[place]) / total, 1 - until[place] / total
        one = sure[place]
        found.append(
            [
                *row,
                math.log(one + UNSURE) - math.log(1 - one + UNSURE),
                near[0][place],
                near[1][place],
                far[0][place],
                far[1][place],
                float(before > 0),
                float(after > 0),
                before,
                min(before, after),
            ]
        )
    return found


def _before(values: list[float], count: int) -> list[float]:
    return [sum(values[max(0, place - count) : place]) / count for place in range(len(values))]


def _after(values: list[float], count: int) -> list[float]:
    return [sum(values[place + 1 : place + 1 + count]) / count for place in range(len(values))]


def _span(inside: list[float]) -> tuple[int, int]:
    places = [place for place, yes in enumerate(inside) if yes]
    return (places[0], places[-1]) if places else (1, 0)
