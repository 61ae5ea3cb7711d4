"""The tables. Import models from here."""

from articles.models.article import Article, ArticleQuerySet, TaggedArticle
from articles.models.attachment import Attachment
from articles.models.image import ArticleImage, Rendition
from articles.models.origin import FormerAddress, Origin
from articles.models.readership import JournalPosition, SiteViews
from articles.models.revision import Move, Revision
from articles.models.section import Section

__all__ = [
    "Article",
    "ArticleImage",
    "ArticleQuerySet",
    "Attachment",
    "FormerAddress",
    "JournalPosition",
    "Move",
    "Origin",
    "Rendition",
    "Revision",
    "Section",
    "SiteViews",
    "TaggedArticle",
]
