"""Revisions: the content of an article, kept for every version."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from articles.models import Article, Revision

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# What a reader or an editor would miss if it were lost. State and counts are not content.
FIELDS = (
    "title",
    "subtitle",
    "slug",
    "language",
    "published_precision",
    "author",
    "source",
    "editor",
    "reviewer",
    "photographer",
    "section_id",
    "cover_id",
    "pinned",
    "imported_views",
    "summary",
    "body",
)
IMAGE_FIELDS = ("id", "original_name", "alt", "caption", "credit", "order", "place", "sha256")
ATTACHMENT_FIELDS = ("id", "name", "size", "order")


def content(article: Article, *, bare: bool = False) -> dict[str, Any]:
    """The article's whole content as plain values: fields, tags, images, attachments; none of these if it is bare."""
    found: dict[str, Any] = {name: getattr(article, name) for name in FIELDS}
    found["published_at"] = article.published_at.isoformat() if article.published_at else None
    if bare:
        return found | {"tags": [], "images": [], "attachments": []}
    found["tags"] = sorted(article.tags.names())
    found["images"] = [
        {"file": image.file.name, **{name: getattr(image, name) for name in IMAGE_FIELDS}}
        for image in article.images.order_by("order", "id")
    ]
    found["attachments"] = [
        {"file": attachment.file.name, **{name: getattr(attachment, name) for name in ATTACHMENT_FIELDS}}
        for attachment in article.attachments.order_by("order", "id")
    ]
    return found


def keep(article: Article, *, by: "User | None", at: datetime) -> Revision:
    """Keep the content as the revision of the article's present version; a second call for it replaces the first."""
    revision, _ = Revision.objects.update_or_create(
        article=article, version=article.version, defaults={"content": content(article), "at": at, "by": by}
    )
    return revision


def begin(article: Article, *, by: "User | None", at: datetime, bare: bool) -> Revision:
    """Keep the first version of an article that was made in this transaction."""
    first = content(article, bare=bare)
    return Revision.objects.create(article=article, version=article.version, content=first, at=at, by=by)
