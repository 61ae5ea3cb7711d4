"""Pages that a browser saved whole, as one MHTML file: the page, and its pictures by their addresses.

``read(data, circumstances)`` opens the package and reads the page in it as any other saved page.
"""

import email
import email.policy
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.message import Message
from urllib.parse import urljoin

from django.utils.translation import gettext_noop as _

from articles.documents.document import Circumstances, Note, Reading, Status, refused
from articles.documents.webpage import page as pages
from articles.documents.webpage import reader

LARGEST = 128 * 1024 * 1024  # bytes
MOST_PARTS = 2000


@dataclass(frozen=True, slots=True)
class Package:
    html: bytes
    address: str
    parts: Mapping[str, bytes]


def read(data: bytes, circumstances: Circumstances) -> Reading:
    """The reading of the page in the package, its pictures as parts of the reading."""
    package = open_package(data)
    if isinstance(package, Note):
        return Reading(refused("").document, Status.REFUSED, (package,))
    page = pages.parse(package.html, circumstances)
    if isinstance(page, Reading):
        return page
    if package.address:
        addresses = tuple(dict.fromkeys((*page.addresses, package.address)))
        page = replace(page, base=page.base or package.address, addresses=addresses)
    reading = reader.read_page(page, circumstances)
    document = reading.document
    parts = dict(reading.parts)
    images = []
    for image in document.images:
        inside = _found(package, image.address)
        if inside is not None:
            parts[image.address] = inside
        images.append(image)
    return replace(reading, parts=parts)


def open_package(data: bytes) -> Package | Note:
    """The page, where it stood, and the other parts by address and by content identifier."""
    if len(data) > LARGEST:
        message = _("The page has %(size)d bytes; at most %(most)d are read.")
        return Note(message, {"size": len(data), "most": LARGEST})
    message_of = email.message_from_bytes(data, policy=email.policy.compat32)
    html, parts, location = b"", {}, ""
    for part, _number in zip(message_of.walk(), range(MOST_PARTS), strict=False):
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        address = _header(part, "Content-Location")
        if not html and part.get_content_type() in ("text/html", "application/xhtml+xml"):
            html, location = _with_charset(content, part), address
            continue
        if address:
            parts[address] = content
        if identifier := _header(part, "Content-ID").strip("<>"):
            parts[f"cid:{identifier}"] = content
    if not html:
        return Note(_("The package holds no web page."))
    address = _header(message_of, "Snapshot-Content-Location") or location
    return Package(html, address if address.startswith(("http://", "https://")) else "", parts)


def _header(part: "Message[str, str]", name: str) -> str:
    value = part.get(name)
    return re.sub(r"\s+", "", str(value)) if value is not None else ""


def _with_charset(content: bytes, part: "Message[str, str]") -> bytes:
    """The page as UTF-8 where the package says in what it is written; else its own words decide."""
    charset = part.get_content_charset() or ""
    if charset in ("gb2312", "gbk"):
        charset = "gb18030"
    try:
        return b"\xef\xbb\xbf" + content.decode(charset).encode("utf-8") if charset else content
    except (LookupError, UnicodeDecodeError):
        return content


def _found(package: Package, address: str) -> bytes | None:
    for key in (address, urljoin(package.address, address) if package.address else address):
        if key in package.parts:
            return package.parts[key]
    return None
