"""From the bytes of a document to its Reading: one reader for each kind, and what is the same for all of them.

``read(kind, data, circumstances)`` is pure: no database, no network, no files.
"""

from collections.abc import Callable
from dataclasses import replace

from django.utils.translation import gettext_noop as _

from articles.documents import feed, markdown, mhtml, plain, word, wordpress
from articles.documents.document import Certainty, Circumstances, Evidence, Reading, Status, refused
from articles.documents.sniffing import Kind
from articles.documents.webpage import reader as webpage

Reader = Callable[[bytes, Circumstances], Reading]

READERS: dict[Kind, Reader] = {
    Kind.PLAIN: plain.read,
    Kind.MARKDOWN: markdown.read,
    Kind.WEBPAGE: webpage.read,
    Kind.MHTML: mhtml.read,
    Kind.WORD: word.read,
    Kind.WORDPRESS: wordpress.read,
    Kind.FEED: feed.read,
}
LARGEST = 128 * 1024 * 1024  # bytes of one document with its pictures inside; each reader has closer bounds


def read(kind: Kind, data: bytes, circumstances: Circumstances) -> Reading:
    """The reading of these bytes, with the site's rules applied to it."""
    if len(data) > LARGEST:
        return refused(_("The document has %(size)d bytes; at most %(most)d are read."), size=len(data), most=LARGEST)
    try:
        reading = READERS[kind](data, circumstances)
    except MemoryError:
        return refused(_("The document needs more memory than one document may have."))
    except Exception as error:  # noqa: BLE001 - a fault of a reader or its library costs one document, not the import
        return refused(
            _("The reader “%(kind)s” stopped at this document: %(reason)s."),
            kind=kind.value,
            reason=f"{type(error).__name__}: {error}"[:300],
        )
    return reading if reading.status is Status.REFUSED else _by_rules(reading, circumstances)


def _by_rules(reading: Reading, circumstances: Circumstances) -> Reading:
    """Names of the old site mean what its rules say."""
    rules, document = circumstances.rules, reading.document
    source = rules.sources.get(document.source, document.source)
    section = rules.sections.get(document.section, document.section)
    evidence = dict(reading.evidence)
    if source != document.source:
        evidence["source"] = Evidence(f"{document.source} = {source}", Certainty.RULE)
    if section != document.section:
        evidence["section"] = Evidence(f"{document.section} = {section}", Certainty.RULE)
    return replace(reading, document=replace(document, source=source, section=section), evidence=evidence)
