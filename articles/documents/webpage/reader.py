"""The reader of saved web pages.

``read(data, circumstances)`` turns the bytes of a page into a Reading: the text of the element that holds it, the head
from the lines around it and from what the page says of itself, the pictures in their places.
"""

from dataclasses import replace

from django.utils.translation import gettext_noop as _

from articles.documents import blocks, language
from articles.documents.document import Circumstances, Document, Note, Reading, Status, refused
from articles.documents.webpage import body as bodies
from articles.documents.webpage import head as heads
from articles.documents.webpage import metadata
from articles.documents.webpage import page as pages
from articles.documents.webpage.body import Body
from articles.documents.webpage.head import Head
from articles.documents.webpage.page import Page

MOST_QUOTED = 400  # lines of what was left out
SHORTEST_TEXT = 40  # characters; with less, somebody should look whether that is the article
PROSE = 30  # characters of a line; with no line of so many, there is no text
LEAST_LINKS, LIST_SHARE = 3, 0.5  # lines, and the share of the letters of a line and of the lines of a list
LINKED_SHARE = 0.6  # of the characters in links: a list of articles, not an article


def read(data: bytes, circumstances: Circumstances) -> Reading:
    """The reading of a saved page; dates without an offset are dates in the zone of the circumstances."""
    page = pages.parse(data, circumstances)
    if isinstance(page, Reading):
        return page
    return read_page(page, circumstances)


def read_page(page: Page, circumstances: Circumstances) -> Reading:
    """The reading of a page that was parsed."""
    body = bodies.find(page, circumstances)
    head = heads.find(page, body, circumstances)
    if not (body.content.blocks or body.content.images or body.content.attachments):
        no = refused(_("The page has no article: no element of it holds a text."))
        return replace(no, document=Document(title=head.title, published=head.published, author=head.author))
    if _is_list(body) and "article" not in metadata.read(page.tree).all("og:type"):
        no = refused(_("The page is a list of links, not an article."))
        return replace(no, document=Document(title=head.title))
    content = _without(body, head.taken)
    notes = [*page.notes, *head.notes]
    document = _document(page, head, content, notes)
    review = _doubts(document, body, circumstances, notes)
    return Reading(
        document,
        Status.REVIEW if review else Status.OK,
        tuple(notes),
        page.repairs,
        head.evidence,
        tuple(dict.fromkeys((*head.dropped, *body.dropped)))[:MOST_QUOTED],
        parts=content.parts,
    )


def _is_list(body: Body) -> bool:
    """An index or a list of a site: most of its lines lead elsewhere, and none of what was found is a text."""
    if body.known or body.content.images:
        return False
    content, whole = body.content, body.whole
    if any(
        len(block.text) >= PROSE and linked < LIST_SHARE * len(block.text)
        for block, linked in zip(content.blocks, content.linked, strict=True)
    ):
        return False
    leading = [linked >= LIST_SHARE * len(block.text) for block, linked in zip(whole.blocks, whole.linked, strict=True)]
    return sum(leading) >= LEAST_LINKS and sum(leading) > LIST_SHARE * len(leading)


def _without(body: Body, taken: frozenset[int]) -> blocks.Content:
    """The text without the lines that became fields."""
    content = body.content
    before = [0]
    for place in range(len(content.blocks)):
        before.append(before[-1] + (place not in taken))
    last = len(content.blocks)
    return replace(
        content,
        blocks=tuple(block for place, block in enumerate(content.blocks) if place not in taken),
        images=tuple(replace(one, after_paragraph=before[min(one.after_paragraph, last)]) for one in content.images),
    )


def _document(page: Page, head: Head, content: blocks.Content, notes: list[Note]) -> Document:
    text = "\n".join([head.title, *(block.text for block in content.blocks)])
    tag, certain = language.of(text)
    if not certain:
        message = _("The language of the text is not certain; %(language)s was assumed.")
        notes.append(Note(message, {"language": tag}))
    lead = blocks.urlsplit_path(head.lead_image).rstrip("/").rsplit("/", 1)[-1]
    return Document(
        title=head.title,
        subtitle=head.subtitle,
        published=head.published,
        author=head.author,
        source=head.source,
        editor=head.editor,
        reviewer=head.reviewer,
        photographer=head.photographer,
        initial_views=head.initial_views,
        language=tag,
        section=head.section,
        tags=head.tags,
        blocks=content.blocks,
        images=content.images,
        attachments=content.attachments,
        summary=head.summary,
        lead_image=lead,
        addresses=page.addresses,
    )


def _doubts(document: Document, body: Body, circumstances: Circumstances, notes: list[Note]) -> bool:
    """Whether a person should look at it; each reason is a sentence."""
    doubts = []
    letters = sum(len(block.text) for block in document.blocks)
    if not document.title:
        doubts.append(Note(_("No line of the document can be its title.")))
    if document.published is None:
        doubts.append(Note(_("The document names no date of publication; it is imported as a draft for review.")))
    elif document.published.is_doubtful(at=circumstances.at):
        day = f"{document.published.when:%Y-%m-%d}"
        doubts.append(Note(_("The date %(date)s is in the future or before 1990."), {"date": day}))
    if not document.blocks:
        doubts.append(Note(_("The document has pictures, but no text.")))
    elif letters < SHORTEST_TEXT:
        doubts.append(Note(_("The text of the page has only %(count)d characters."), {"count": letters}))
    elif not body.known and sum(body.content.linked) > LINKED_SHARE * letters:
        doubts.append(Note(_("The text of the page is mostly links; it may be a list, not an article.")))
    if body.outside and not body.known:
        notes.append(
            Note(_("Blocks of the page outside the text that were left out: %(count)d."), {"count": body.outside})
        )
    notes += doubts
    return bool(doubts)
