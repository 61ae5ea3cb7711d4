"""The tables. Import models from here."""

from articles.models.article import Article, ArticleQuerySet, TaggedArticle
from articles.models.attachment import Attachment
from articles.models.image import ArticleImage, Rendition
from articles.models.origin import FormerAddress, Origin
from articles.models.readership import (
    ArticleDay,
    ArticleHour,
    DayFigure,
    DaySalt,
    Edition,
    GoneArticle,
    JournalPosition,
    RecentReading,
    SiteHour,
    SiteViews,
)
from articles.models.revision import Move, Revision
from articles.models.section import Section

__all__ = [
    "Article",
    "ArticleDay",
    "ArticleHour",
    "ArticleImage",
    "ArticleQuerySet",
    "Attachment",
    "DayFigure",
    "DaySalt",
    "Edition",
    "FormerAddress",
    "GoneArticle",
    "JournalPosition",
    "Move",
    "Origin",
    "RecentReading",
    "Rendition",
    "Revision",
    "Section",
    "SiteHour",
    "SiteViews",
    "TaggedArticle",
]
