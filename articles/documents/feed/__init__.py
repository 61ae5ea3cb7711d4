"""Feeds (RSS, Atom, CDF, JSON Feed): ``split`` cuts them into single entries, ``read`` reads one."""

from articles.documents.feed.cutting import split
from articles.documents.feed.reading import read

__all__ = ["read", "split"]
