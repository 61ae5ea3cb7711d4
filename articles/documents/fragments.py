"""One document inside a file that holds several: an item of an export, an entry of a feed."""

from dataclasses import dataclass

from articles.documents.document import Note


@dataclass(frozen=True, slots=True)
class Fragment:
    """A document cut out of its container.

    ``key`` is what the container calls it (a number, an identifier) and stays the same when the container is exported
    again. ``data`` is a whole small document of the same format, which the format's own ``read`` understands without
    the rest. An item that cannot be read has a ``refusal`` instead.
    A fragment with neither carries ``notes`` on the container as a whole.
    """

    key: str
    data: bytes = b""
    refusal: Note | None = None
    notes: tuple[Note, ...] = ()
