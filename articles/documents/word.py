"""The reader of Word documents (.docx): their text with its markup, tables and notes, and their pictures.

mammoth turns the document into HTML; what it leaves out (text boxes, what was deleted, comments, charts) is looked for
in the package itself. Nothing outside the package is ever opened.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import mammoth
from django.utils.translation import gettext_noop as _
from lxml import etree

from articles.documents import blocks, richtext
from articles.documents.document import Circumstances, Note, Reading, Status, refused

MOST_ENTRIES = 20_000
LARGEST = 300 * 1024 * 1024  # bytes of all parts together
LARGEST_XML = 40 * 1024 * 1024  # bytes of one part of XML
MOST_TIMES = 200  # unpacked against packed
PIECE = 1 << 20
DEEPEST = 250
MAIN = "word/document.xml"
_STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='标题'] => h1.title:fresh
p[style-name='Subtitle'] => p.subtitle:fresh
p[style-name='Caption'] => p.caption:fresh
p[style-name='题注'] => p.caption:fresh
u => u
strike => s
"""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_CORE = re.compile(rb"<(?:dc:creator|cp:lastModifiedBy)[^>]*>([^<]{1,100})<")
_FILMS = re.compile(r"\.(?:emf|wmf|emz|wmz)$", re.IGNORECASE)
# What mammoth raises for a package that is not as it should be.
_OF_DAMAGE = (
    KeyError, ValueError, AttributeError, TypeError, IndexError, OSError, RecursionError, zipfile.BadZipFile,
)  # fmt: skip


class _Broken(Exception):
    def __init__(self, note: Note) -> None:
        self.note = note
        super().__init__(note.message)


@dataclass(frozen=True, slots=True)
class _Converted:
    """``title`` is the paragraph that has the style of a title."""

    blocks: blocks.Content
    title: str


def read(data: bytes, circumstances: Circumstances) -> Reading:
    """The reading of a Word document."""
    try:
        package = _checked(data)
        content, messages = _converted(_rewritten(data, package))
    except _Broken as error:
        return replace(refused(""), warnings=(error.note,))
    notes = [*_remarks(package), *messages]
    reading = richtext.compose(content.blocks, circumstances, notes=notes, title=content.title)
    if reading.status is Status.REFUSED:
        return reading
    vector = [image.name for image in reading.document.images if _FILMS.search(image.name)]
    if vector:
        note = Note(_("Drawings of Windows (EMF, WMF) that no browser shows: %(names)s."), {"names": tuple(vector)})
        reading = replace(reading, warnings=(*reading.warnings, note))
    return reading


def _converted(data: bytes) -> tuple[_Converted, list[Note]]:
    """The document as mammoth sees it, with the bytes of its pictures."""
    pictures: dict[str, bytes] = {}

    def convert(image: Any) -> dict[str, str]:
        with image.open() as file:
            content = file.read()
        kind = (image.content_type or "image/png").rsplit("/", 1)[-1].replace("jpeg", "jpg").replace("x-", "")
        name = f"image{len(pictures) + 1}.{kind}"
        pictures[name] = content
        return {"src": name, "alt": image.alt_text or ""}

    try:
        result = mammoth.convert_to_html(
            io.BytesIO(data),
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(convert),
            external_file_access=False,
        )
    except _OF_DAMAGE as error:
        reason = f"{type(error).__name__}: {error}"[:200]
        raise _Broken(Note(_("The Word document is damaged: %(reason)s."), {"reason": reason})) from None
    root = blocks.parse(result.value)
    for link in [one for one in root.iter("a") if re.match(r"#(?:foot|end)note-ref", one.get("href") or "")]:
        link.drop_tree()  # the way back from a note
    title = next((blocks.plain(one.text_content()) for one in root.iter("h1") if one.get("class") == "title"), "")
    return _Converted(replace(blocks.of(root), parts=pictures), title), list(_messages(result.messages))


def _checked(data: bytes) -> dict[str, bytes]:
    """The XML parts of the package, within bounds that are counted while they are unpacked."""
    found: dict[str, bytes] = {}
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
            if len(entries) > MOST_ENTRIES:
                raise _Broken(
                    Note(_("The Word document has %(count)d parts; no real one has."), {"count": len(entries)})
                )
            for entry in entries:
                unpacked = bytearray()
                with package.open(entry) as part:
                    while piece := part.read(PIECE):
                        total += len(piece)
                        unpacked += piece if entry.filename.endswith((".xml", ".rels")) else b""
                        if (
                            total > LARGEST
                            or total > MOST_TIMES * max(len(data), 100_000)
                            or len(unpacked) > LARGEST_XML
                        ):
                            raise _Broken(Note(_("The Word document unpacks to more than a document can have.")))
                if entry.filename.endswith((".xml", ".rels")):
                    found[entry.filename] = bytes(unpacked)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise _Broken(Note(_("The Word document is damaged: %(reason)s."), {"reason": str(error)[:200]})) from None
    for name, content in found.items():
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise _Broken(
                Note(_("The Word document declares entities in “%(name)s”; no real one does."), {"name": name})
            )
    if not any(name.startswith("word/") for name in found):
        raise _Broken(Note(_("The file is no Word document.")))
    return found


def _tree(content: bytes) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=False)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _rewritten(data: bytes, parts: dict[str, bytes]) -> bytes:
    """The package with the text of its text boxes in the paragraphs that anchor them, which mammoth would leave out."""
    name = next((one for one in (MAIN, "word/document2.xml") if one in parts), "")
    if not name or b"txbxContent" not in parts[name]:
        return data
    tree = _tree(parts[name])
    if tree is None:
        return data
    for choice in tree.iter("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"):
        for child in list(choice):  # the same box once more, for older programs
            if next(child.iter(f"{_W}txbxContent"), None) is not None or child.tag == f"{_W}pict":
                choice.remove(child)
    for box in list(tree.iter(f"{_W}txbxContent")):
        anchor = next((up for up in box.iterancestors(f"{_W}p")), None)
        if anchor is None or anchor.getparent() is None:
            continue
        parent = anchor.getparent()
        place = parent.index(anchor) + 1
        for paragraph in reversed(list(box)):
            parent.insert(place, paragraph)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as new:
        for entry in old.infolist():
            content = (
                etree.tostring(tree, encoding="UTF-8", standalone=True) if entry.filename == name else old.read(entry)
            )
            new.writestr(entry.filename, content)
    return target.getvalue()


def _remarks(parts: dict[str, bytes]) -> Iterator[Note]:
    """What of the package does not come into the article."""
    main = parts.get(MAIN, b"")
    deleted = len(re.findall(rb"<w:delText[ >]", main))
    if deleted:
        yield Note(_("Deleted text that the document still tracks was left out: %(count)d places."), {"count": deleted})
    comments = len(re.findall(rb"<w:comment ", parts.get("word/comments.xml", b"")))
    if comments:
        yield Note(_("Comments were left out: %(count)d."), {"count": comments})
    charts = sum(1 for name in parts if name.startswith(("word/charts/chart", "word/diagrams/data")))
    if charts:
        yield Note(
            _("Charts and diagrams that cannot be taken: %(count)d. Insert them as pictures."), {"count": charts}
        )
    if any(name.startswith("word/embeddings") for name in parts) or b"<o:OLEObject" in main:
        yield Note(_("The document holds embedded objects, which were left out."))
    external = re.findall(
        rb'Target="(https?://[^"]{1,300})"[^>]*TargetMode="External"', parts.get("word/_rels/document.xml.rels", b"")
    )
    pictures = [
        one.decode("utf-8", "replace")
        for one in external
        if re.search(rb"\.(?:png|jpe?g|gif|webp)", one, re.IGNORECASE)
    ]
    if pictures:
        yield Note(_("On another server, and not fetched: %(addresses)s."), {"addresses": tuple(pictures)})
    creator = _CORE.search(parts.get("docProps/core.xml", b""))
    if creator:
        name = creator[1].decode("utf-8", "replace").strip()
        yield Note(
            _("The file's properties name “%(name)s”; they are often those of a template and were not used."),
            {"name": name},
        )


def _messages(messages: Any) -> Iterator[Note]:
    """What mammoth did not understand, without the names of styles, which mean nothing to an article."""
    told = dict.fromkeys(str(one.message) for one in messages if "nrecognised" not in str(one.message))
    for message in told:
        yield Note(_("The Word document: %(message)s"), {"message": message[:200]})
