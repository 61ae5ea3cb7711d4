"""The rich-text editor, cut down to what the allowlist of articles.text.markup accepts.

Each extension names the elements that it makes. Where the allowlist loses one of them, the extension goes too.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_prose_editor.widgets import prose_editor_admin_media, prose_editor_media
from js_asset import Script

from articles.text import markup

HEADINGS = frozenset(tag for tag in markup.TAGS if re.fullmatch("h[1-6]", tag))

# Extension of the editor -> the elements that it writes. Article… are those of articles/admin/editor.js.
ELEMENTS: dict[str, frozenset[str]] = {
    "Paragraph": frozenset({"p"}),
    "HardBreak": frozenset({"br"}),
    "Heading": HEADINGS,
    "Bold": frozenset({"strong"}),
    "Italic": frozenset({"em"}),
    "Underline": frozenset({"u"}),
    "Strike": frozenset({"s"}),
    "Subscript": frozenset({"sub"}),
    "Superscript": frozenset({"sup"}),
    "Code": frozenset({"code"}),
    "CodeBlock": frozenset({"pre", "code"}),
    "BulletList": frozenset({"ul"}),
    "OrderedList": frozenset({"ol"}),
    "ListItem": frozenset({"li"}),
    "Blockquote": frozenset({"blockquote"}),
    "HorizontalRule": frozenset({"hr"}),
    "Link": frozenset({"a"}),
    "ArticleTable": frozenset({"table", "caption", "tbody"}),
    "TableRow": frozenset({"tr"}),
    "ArticleHeaderCell": frozenset({"th"}),
    "TableCell": frozenset({"td"}),
    "ArticlePicture": frozenset({"img"}),
    "ArticleFigure": frozenset({"figure"}),
    "ArticleFigureCaption": frozenset({"figcaption"}),
}
TOOLS = ("Document", "Text", "Dropcursor", "Gapcursor", "History", "HTML", "Fullscreen", "ArticlePaste")
MENU = [
    {"group": "blockType -lists", "type": "dropdown", "minItems": 2},
    {"group": "marks"},
    {"group": "lists"},
    {"group": "nodes -blockType -lists"},
    {"group": "link"},
    {"group": "table"},
    {"group": "history"},
    {"group": "utility"},
]

# The editor's own words, and those of articles/admin/*.js, by the English that stands in the scripts.
WORDS: dict[str, Promise] = {
    "paragraph": _("Paragraph"),
    "heading2": _("Heading 2"),
    "heading3": _("Heading 3"),
    "heading4": _("Heading 4"),
    "bold": _("Bold"),
    "italic": _("Italic"),
    "underline": _("Underline"),
    "code": _("Code"),
    "strike": _("Strike through"),
    "subscript": _("Subscript"),
    "superscript": _("Superscript"),
    "bulletList": _("List"),
    "orderedList": _("Numbered list"),
    "orderedListProperties": _("Numbering"),
    "codeBlock": _("Code block"),
    "blockquote": _("Quotation"),
    "horizontalRule": _("Horizontal rule"),
    "link": _("Link"),
    "unlink": _("Remove the link"),
    "table": _("Insert a table"),
    "table:addColumnAfter": _("Add a column after"),
    "table:deleteColumn": _("Delete the column"),
    "table:addRowAfter": _("Add a row after"),
    "table:deleteRow": _("Delete the row"),
    "table:mergeCells": _("Merge the cells"),
    "table:splitCell": _("Split the cell"),
    "table:toggleHeaderCell": _("Header cell"),
    "table:deleteTable": _("Delete the table"),
    "history:undo": _("Undo"),
    "history:redo": _("Redo"),
    "html": _("Edit the HTML"),
    "fullscreen": _("Full screen"),
    "URL": _("Address"),
    "Title": _("Title"),
    "Edit Link": _("Link"),
    "Update": _("Apply"),
    "Cancel": _("Cancel"),
    "Rows": _("Rows"),
    "Columns": _("Columns"),
    "Include header row": _("With a header row"),
    "Table Properties": _("Table"),
    "Insert Table": _("Insert the table"),
    "Edit HTML": _("The HTML of the text"),
    "Prettify": _("Indent"),
    "The HTML contents of the editor. Note that the allowed HTML is restricted by the editor schema.": _(
        "What articles do not use is dropped."
    ),
    "Toggle fullscreen": _("Full screen"),
    "text": _("Text of the article"),
    "toolbar": _("Formatting"),
    "block": _("Kind of paragraph"),
    "count": _("%(count)s of at most %(most)s characters"),
    "length": _("%(count)s characters in %(blocks)s paragraphs"),
    "over": _("%(count)s characters; at most %(most)s fit."),
    "waiting": _("%(name)s is being sent: %(percent)s %%"),
    "queued": _("%(name)s waits."),
    "failed": _("%(name)s was not sent: the connection failed."),
    "refused": _("%(name)s was not taken: the server answered %(status)s."),
    "signed out": _("%(name)s was not taken: you are signed out. Sign in on another tab and try again."),
    "too large": _("%(name)s has %(size)s MB; a file has at most %(most)s MB."),
    "retry": _("Try again"),
    "dismiss": _("Dismiss"),
    "stored": _("%(name)s is stored."),
    "form too large": _("The form has %(size)s MB; at most %(most)s MB are taken. Shorten the text; nothing was sent."),
    "remote pictures": _(
        "Pictures of the pasted text stay on their own site and were left out: %(count)s. "
        "Save them on your computer and drop them here."
    ),
    "moved": _("Picture %(place)s of %(total)s."),
    "tags found": _("%(count)s tags found; choose with the arrow keys."),
    "begun": _("A draft was begun, so that the files have an article to belong to."),
    "sending": _("Files are still being sent. Wait until they are stored."),
}


def extensions() -> dict[str, Any]:
    """What the editor offers: only extensions whose elements all stand in the allowlist."""
    chosen: dict[str, Any] = {name: True for name, elements in ELEMENTS.items() if elements <= markup.TAGS}
    chosen |= dict.fromkeys(TOOLS, True)
    if "Heading" in chosen:
        chosen["Heading"] = {"levels": sorted(int(tag[1]) for tag in HEADINGS)}
    if "Link" in chosen:
        chosen["Link"] = {"enableTarget": False, "protocols": sorted(markup.SCHEMES), "autolink": False}
    chosen["Menu"] = {"groups": MENU}
    return chosen


class BodyWidget(forms.Textarea):
    """A textarea that becomes the editor where scripts run."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 24, "cols": 80, **(attrs or {})})

    @property
    def media(self) -> forms.Media:
        own = forms.Media(js=["articles/admin/words.js", Script("articles/admin/body.js", type="module")])
        editor: forms.Media = prose_editor_media(base=prose_editor_admin_media, preset="configurable")
        return own + editor

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        config = {"extensions": extensions(), "js_modules": [static("articles/admin/editor.js")]}
        context["widget"]["attrs"]["data-django-prose-editor-configurable"] = json.dumps(config)
        return context

    def use_required_attribute(self, initial: Any) -> bool:
        return False


def words() -> Iterator[tuple[str, str]]:
    """The words of the scripts in the interface language."""
    return ((name, str(word)) for name, word in WORDS.items())
