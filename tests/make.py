"""Builders: articles, pictures and the like, in one line each."""

import io
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from PIL import Image

from articles.images import uploads
from articles.models import Article, Section
from articles.publishing import moves, writing
from articles.states import State
from tests.conftest import NOW


def draft(
    title: str = "A new laboratory opens",
    *,
    by: User | None = None,
    at: datetime = NOW,
    tags: tuple[str, ...] = (),
    **fields: Any,
) -> Article:
    """A draft, written through the door that everyone uses."""
    fields.setdefault("language", "en")
    fields.setdefault("body", "<p>The text.</p>")
    article = writing.begin(Article(title=title, **fields), by=by, at=at)
    article.tags.set(tags)
    writing.settle(article, by=by, at=at)
    return article


def article(
    title: str = "A new laboratory opens", *, at: datetime = NOW, tags: tuple[str, ...] = (), **fields: Any
) -> Article:
    """A published article; ``published_at`` is an hour before ``at`` unless given."""
    fields.setdefault("published_at", at - timedelta(hours=1))
    fields.setdefault("published_precision", "minute")
    made = draft(title, at=at, tags=tags, **fields)
    moves.publish(made, by=None, at=at)
    return made


def pictured(
    title: str = "A new laboratory opens",
    *,
    at: datetime = NOW,
    inside: int = 1,
    beside: int = 0,
    size: tuple[int, int] = (60, 40),
    **fields: Any,
) -> Article:
    """A published article with so many pictures in its text and so many beside it; the first is its cover."""
    fields.setdefault("published_at", at - timedelta(hours=1))
    fields.setdefault("published_precision", "minute")
    made = draft(title, at=at, **fields)
    for number in range(1, inside + beside + 1):
        image = uploads.attach(made, picture(*size), name=f"{number}.png", alt=f"Picture {number}")
        if number <= inside:
            made.body += f'<img data-file="{image.pk}" src="{image.file.url}" alt=""><p>After picture {number}.</p>'
    writing.save(made, by=None, at=at, expected=made.version)
    writing.settle(made, by=None, at=at)
    moves.publish(made, by=None, at=at)
    return made


def in_state(
    state: State,
    title: str = "A new laboratory opens",
    *,
    by: User | None = None,
    at: datetime = NOW,
    **fields: Any,
) -> Article:
    made = draft(title, by=by, at=at, **fields)
    if state == State.REVIEW:
        moves.submit(made, by=None, at=at)
    if state in {State.PUBLISHED, State.WITHDRAWN}:
        moves.publish(made, by=None, at=at)
    if state == State.WITHDRAWN:
        moves.withdraw(made, by=None, at=at)
    return made


def section(name_en: str = "Research", name_zh: str = "科学研究", slug: str = "research", order: int = 0) -> Section:
    return Section.objects.create(name_en=name_en, name_zh=name_zh, slug=slug, order=order)


def picture(
    width: int = 800, height: int = 600, *, format: str = "JPEG", color: str = "#356859", mode: str = "RGB"
) -> bytes:
    """The bytes of a picture of one color."""
    file = io.BytesIO()
    Image.new(mode, (width, height), color).save(file, format=format)
    return file.getvalue()
