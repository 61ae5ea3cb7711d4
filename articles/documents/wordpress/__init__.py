"""WordPress exports (WXR): ``split`` cuts them into single posts, ``read`` reads one."""

from articles.documents.wordpress.cutting import split
from articles.documents.wordpress.post import read

__all__ = ["read", "split"]
