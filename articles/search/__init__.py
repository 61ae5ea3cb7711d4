"""Search: which articles hold what a query asks for. ``find`` asks, ``index`` keeps an article findable.

The terms are our own (``articles.text.terms``), so SQLite and PostgreSQL find the same; each keeps them in its own
full-text index.
"""

from articles.search.index import catch_up, index
from articles.search.query import MOST_FOUND, Found, find, naming, suggest, tidy

__all__ = ["MOST_FOUND", "Found", "catch_up", "find", "index", "naming", "suggest", "tidy"]
