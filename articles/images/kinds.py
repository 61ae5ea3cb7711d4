"""Kinds of files: what some bytes are, whatever their name says; and names that are safe to keep."""

import re
import unicodedata
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

LONGEST_NAME = 200  # characters; the column holds 255
# Control characters, marks that turn or hide the rest of a line, and halves of characters.
UNWANTED = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)

ZIP, OLE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-"
# What a file with this ending must begin with; None: text, which must not look like a page or a program.
OFFERED: dict[str, tuple[bytes, ...] | None] = {
    ".pdf": (PDF,),
    ".docx": (ZIP,),
    ".xlsx": (ZIP,),
    ".pptx": (ZIP,),
    ".odt": (ZIP,),
    ".ods": (ZIP,),
    ".odp": (ZIP,),
    ".zip": (ZIP, b"PK\x05\x06"),
    ".doc": (OLE, b"{\\rtf"),
    ".xls": (OLE,),
    ".ppt": (OLE,),
    ".rtf": (b"{\\rtf",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".gif": (b"GIF87a", b"GIF89a"),
    ".webp": (b"RIFF",),  # and WEBP behind it, since sound and films begin so too
    ".txt": None,
    ".csv": None,
}
# What stands in the archive that an Office document is.
PARTS = {
    ".docx": b"word/",
    ".xlsx": b"xl/",
    ".pptx": b"ppt/",
    ".odt": b"application/vnd.oasis.opendocument.text",
    ".ods": b"application/vnd.oasis.opendocument.spreadsheet",
    ".odp": b"application/vnd.oasis.opendocument.presentation",
}
HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
MACROS = b"vbaProject.bin"
PICTURES = {".jpg", ".jpeg", ".png", ".gif", ".webp"}
PICTURE_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8")
PAGE = re.compile(rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|\?xml|\?php|meta|object)", re.IGNORECASE)


def clean_name(name: str) -> str:
    """The last part of a path without marks that mislead or break a header; never empty."""
    name = unicodedata.normalize("NFC", UNWANTED.sub("", name.replace("\\", "/")))
    name = PurePosixPath(name).name.strip(" .") or "file"
    if len(name) > LONGEST_NAME:
        suffix = PurePosixPath(name).suffix[:10]
        name = name[: LONGEST_NAME - len(suffix)] + suffix
    return name


def may_be_offered(data: bytes, name: str) -> bool:
    """Whether the file is of a kind for download: a listed ending, and content that belongs to it."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in OFFERED:
        return False
    beginnings = OFFERED[suffix]
    if beginnings is None:
        return _is_text(data)
    if suffix == ".webp" and data[8:12] != b"WEBP":
        return False
    if suffix in PARTS and (PARTS[suffix] not in data or MACROS in data):
        return False
    return data.startswith(beginnings)


def _is_text(data: bytes) -> bool:
    """Text in an encoding that people save: no program, no page that a browser might take for one."""
    head = data[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[: len(head) // 2 * 2].decode("utf-16", "replace").encode()
    return b"\x00" not in head and not PAGE.search(head)


def seems_picture(data: bytes) -> bool:
    """Whether the bytes begin like a picture of a kind that is taken, whatever follows."""
    modern = data[4:12] in {b"ftypavif", b"ftypavis"} or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
    return modern or data.startswith(PICTURE_BEGINNINGS)


def describe(data: bytes) -> str:
    """What the bytes seem to be, as a noun phrase for a sentence."""
    head = data[:4096]
    known: list[tuple[bool, str]] = [
        (re.search(rb"<svg\b", head, re.IGNORECASE) is not None, _("an SVG drawing")),
        (head.startswith(PDF), _("a PDF document")),
        (head.startswith(ZIP), _("a ZIP archive or an Office document")),
        (head.startswith(OLE), _("an old Office document")),
        (head[4:8] == b"ftyp" and head[8:12] in HEIC, _("a HEIC photograph")),
        (head.startswith((b"II*\x00", b"MM\x00*")), _("a TIFF picture")),
        (head.startswith(b"BM"), _("a BMP picture")),
        (head.startswith((b"%!PS", b"\xc5\xd0\xd3\xc6")), _("an EPS drawing")),
        (head.startswith(b"8BPS"), _("a Photoshop file")),
        (PAGE.search(head) is not None, _("a web page or a script")),
        (head.startswith((b"MZ", b"\x7fELF", b"#!")), _("a program")),
        (seems_picture(head), _("a picture")),
    ]
    return next((phrase for found, phrase in known if found), _("an unknown kind of file"))
