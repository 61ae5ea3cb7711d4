"""From the blocks of a document with markup (Word, Markdown) to its Reading, by the same grammar as plain text.

``compose(content, circumstances)`` looks for title, header and credits among the short blocks at both ends; what is
neither stays text, with its markup and its pictures in their places.
"""

from collections.abc import Sequence
from dataclasses import replace

from articles.documents import assembly, layout
from articles.documents.assembly import Draft
from articles.documents.blocks import Content
from articles.documents.document import Certainty, Circumstances, Evidence, Heading, Note, Paragraph, Quote, Reading
from articles.documents.layout import Line

LINES = Paragraph | Heading | Quote  # blocks that may be a title, a header or credits
BLOCKS_ABOVE = 6  # a heading further down is one of the text


def compose(content: Content, circumstances: Circumstances, *, notes: Sequence[Note] = (), title: str = "") -> Reading:
    """The reading of these blocks; ``title`` is what the document itself marks as its title."""
    place = _title_place(content, title)
    stated = title or (content.blocks[place].text if place >= 0 else "")
    lines = [
        Line(block.text, number, 1)
        for number, block in enumerate(content.blocks)
        if number != place and isinstance(block, LINES) and block.text
    ]
    if stated:
        lines.insert(0, Line(stated, -1, 0))
    head, tail = assembly.ends(lines, circumstances)
    if stated and head.title != stated:
        if head.title:
            head.dropped.append(head.title) if head.title not in stated else None
        head.title = stated
    kept = {line.number for line in tail.body if line.number >= 0}
    kept |= {number for number, block in enumerate(content.blocks) if not isinstance(block, LINES)}
    kept.discard(place)
    if not any(isinstance(content.blocks[number], LINES) for number in kept) and not content.images:
        # One line or two are a text without a title.
        head, tail, stated = layout.Found(), layout.Found(), ""
        kept = set(range(len(content.blocks)))
    draft = Draft(notes=list(notes))
    before = [0]
    for number, block in enumerate(content.blocks):
        if number in kept:
            draft.blocks.append(block)
        before.append(len(draft.blocks))
    draft.images = [replace(image, after_paragraph=before[image.after_paragraph]) for image in content.images]
    draft.attachments = list(content.attachments)
    reading = assembly.compose(draft, head, tail, circumstances)
    if not stated:
        return replace(reading, parts=content.parts)
    evidence = dict(reading.evidence) | {"title": Evidence(stated, Certainty.LABELLED)}
    return replace(reading, parts=content.parts, evidence=evidence)


def _title_place(content: Content, title: str) -> int:
    """The place of the block that is the title: the one that repeats it, or the first heading of the highest level."""
    first = content.blocks[:BLOCKS_ABOVE]
    if title:
        return next((place for place, block in enumerate(first) if block.text == title), -1)
    headings = [(block.level, place) for place, block in enumerate(first) if isinstance(block, Heading)]
    place = min(headings)[1] if headings else -1
    return place if place >= 0 and content.blocks[place].text else -1
