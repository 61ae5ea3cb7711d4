"""The pictures and attachments of a document: found inside it or beside it, judged, encoded.

``collect(source, reading)`` asks no database, so that the processes that read documents do this work too.
"""

from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_noop as _

from articles.documents.companions import Companions, Source
from articles.documents.document import Attachment, Image, Note, Reading, Value
from articles.images import kinds, renditions, uploads


@dataclass(slots=True)
class Files:
    """The files of a document that were found and accepted, by their place in its lists."""

    pictures: dict[int, uploads.Accepted] = field(default_factory=dict)
    encoded: dict[int, list[renditions.Encoded]] = field(default_factory=dict)
    attachments: dict[int, bytes] = field(default_factory=dict)
    stored: frozenset[int] = frozenset()  # pictures that the article has already
    notes: list[Note] = field(default_factory=list)

    @property
    def found(self) -> frozenset[int]:
        return self.stored | frozenset(self.pictures)

    def encode(self) -> None:
        """Make the renditions now: they take a second a picture, and a transaction should be short."""
        for place, one in self.pictures.items():
            if place not in self.encoded:
                self.encoded[place] = renditions.encode(one.data, suffix=one.suffix)

    def warn(self, message: str, **values: Value) -> None:
        self.notes.append(Note(message, values))


def collect(source: Source, reading: Reading) -> Files:
    """Look for the document's files and judge them; whatever is wrong with one is a warning, no more."""
    files = Files()
    search = _Search(files, Companions(source), reading)
    document = reading.document
    missing = [image for place, image in enumerate(document.images) if not search.take_picture(place, image)]
    lost = [
        attachment
        for place, attachment in enumerate(document.attachments)
        if not search.take_attachment(place, attachment)
    ]
    gone: list[Image | Attachment] = [*missing, *lost]
    local = [one.name for one in gone if not is_remote(one.address)]
    remote = [one.address for one in gone if is_remote(one.address)]
    if local:
        files.warn(_("Not found beside the document: %(names)s."), names=tuple(local))
    if remote:
        files.warn(_("On another server, and not fetched: %(addresses)s."), addresses=tuple(remote))
    return files


def is_remote(address: str) -> bool:
    return address.startswith(("http://", "https://", "//"))


def file_name(name: str) -> str:
    """The name under which a file of a document is known on the new site; addresses have it percent-encoded."""
    return kinds.clean_name(unquote(name))


@dataclass(slots=True)
class _Search:
    files: Files
    companions: Companions
    reading: Reading

    def take_picture(self, place: int, image: Image) -> bool:
        """False if there is no such file; a file that is there and no good is told of here."""
        data = self._bytes(image, largest=uploads.LARGEST_IMAGE_BYTES)
        if data is None:
            return False
        if data:
            try:
                accepted = uploads.accept(data, name=image.name)
            except uploads.Refused as error:
                self.files.warn(
                    _("The picture “%(name)s” was not taken: %(reason)s"), name=image.name, reason=str(error)
                )
            else:
                # An attribute of the document says less than its own file: the name stays that of the document.
                self.files.pictures[place] = replace(accepted, name=file_name(image.name))
        return True

    def take_attachment(self, place: int, attachment: Attachment) -> bool:
        data = self._bytes(attachment, largest=uploads.LARGEST_FILE_BYTES)
        if data is None:
            return False
        if data:
            try:
                uploads.check_file(data, name=file_name(attachment.name))
                self.files.attachments[place] = data
            except uploads.Refused as error:
                self.files.warn(
                    _("The attachment “%(name)s” was not taken: %(reason)s"), name=attachment.name, reason=str(error)
                )
        return True

    def _own(self, address: str) -> str:
        """An address on the server of the document itself, as one from the root of that site."""
        if not is_remote(address):
            return address
        servers = {urlsplit(one).netloc for one in self.reading.document.addresses}
        try:
            parts = urlsplit(address)
        except ValueError:
            return address
        return f"{parts.path}?{parts.query}" if parts.netloc in servers else address

    def _bytes(self, wanted: Image | Attachment, *, largest: int) -> bytes | None:
        """The content of the named file; None where it is not found, nothing where it cannot be used."""
        inside = self.reading.parts.get(wanted.address)
        if inside is not None:
            return inside
        name = wanted.name
        try:
            match = self.companions.find(name, self._own(wanted.address))
            if match.rivals:
                self.files.warn(
                    _("Several files could be “%(name)s”, none was taken: %(rivals)s."), name=name, rivals=match.rivals
                )
                return b""
            if match.path is None:
                return None
            size = match.path.stat().st_size
            if not 0 < size <= largest:
                self.files.warn(_("The file “%(name)s” has %(size)d bytes and was not taken."), name=name, size=size)
                return b""
            return match.path.read_bytes()
        except OSError as error:
            self.files.warn(
                _("The file “%(name)s” cannot be read: %(reason)s."), name=name, reason=error.strerror or "?"
            )
            return b""
