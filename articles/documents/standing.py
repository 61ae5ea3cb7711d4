"""What the site already has of a document.

Asked in one statement by keys alone, because nearly every document of an import is new.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from django.db import connection

from articles.documents.document import Document
from articles.documents.gathering import Piece
from articles.documents.listings import readable
from articles.models import Article, Origin

LONGEST_COLLECTION, LONGEST_NAME, LONGEST_TITLE = 255, 500, 300  # characters, as the columns have them
ORIGINS, ARTICLES = Origin._meta.db_table, Article._meta.db_table


@dataclass(frozen=True, slots=True)
class Standing:
    """What came in before under these bytes, under this path, and with this title and date."""

    same: Origin | None = None  # these bytes
    former: Origin | None = None  # the newest of this path, whatever folder was given when it came in
    twin: int | None = None  # the number of an article

    @property
    def known(self) -> Origin | None:
        """The origin of the same bytes, unless the document went back to them while its article follows newer ones."""
        same, former = self.same, self.former
        went_back = same and former and same.pk != former.pk and same.article_id == former.article_id
        return None if went_back else same


def collection_of(piece: Piece) -> str:
    return piece.collection[-LONGEST_COLLECTION:]


def name_of(piece: Piece) -> str:
    return piece.name[-LONGEST_NAME:]


def look(piece: Piece, sha256: str, document: Document) -> Standing:
    """One statement for a new document; one more for each origin that is there, which comes without its bytes."""
    places = list(_places(piece.place))
    one_place = "(collection = %s AND name = %s)"
    when = document.published.when if document.published else None
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT id FROM {ORIGINS} WHERE sha256 = %s),"  # noqa: S608 - names of our tables
            f" (SELECT max(id) FROM {ORIGINS} WHERE {' OR '.join([one_place] * len(places)) or 'id < 0'}),"
            f" (SELECT min(id) FROM {ARTICLES} WHERE title = %s AND published_at = %s)",
            [sha256, *(value for place in places for value in place), document.title[:LONGEST_TITLE], _moment(when)],
        )
        same, former, twin = cursor.fetchone()
    return Standing(_origin(same), _origin(former), twin)


def _places(place: PurePosixPath) -> list[tuple[str, str]]:
    """The collection and the name under which an import of any folder above has the document."""
    return [
        (
            readable(str(folder))[-LONGEST_COLLECTION:],
            readable(place.relative_to(folder).as_posix())[-LONGEST_NAME:],
        )
        for folder in place.parents
    ]


def _moment(when: datetime | None) -> datetime | str | None:
    return connection.ops.adapt_datetimefield_value(when) if when else None


def _origin(number: int | None) -> Origin | None:
    if number is None:
        return None
    return Origin.objects.defer("content").select_related("article").get(pk=number)
