"""The form beside a document that is about to be imported: its fields as they were read, and what becomes of it.

What is typed over a field is a correction (``documents.choices.Choices``); what is left alone stays with the reader.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy

from articles import rules, tags
from articles.admin.forms import TagLine
from articles.admin.moment import Moment, MomentField
from articles.documents import dates
from articles.documents.document import Document
from articles.models import Article, Section
from articles.models.article import MOST_VIEWS
from articles.states import Language, MoveName, State

# Field of the form -> how much its column holds.
LINES = {
    "title": 300,
    "subtitle": 300,
    "author": 200,
    "source": 200,
    "editor": 200,
    "reviewer": 200,
    "photographer": 200,
}
LONGEST_SUMMARY = 600
LABELS = {
    "title": gettext_lazy("title"),
    "subtitle": gettext_lazy("subtitle"),
    "author": gettext_lazy("author"),
    "source": gettext_lazy("source"),
    "editor": gettext_lazy("editor"),
    "reviewer": gettext_lazy("reviewer"),
    "photographer": gettext_lazy("photographer"),
}


class CorrectionForm(forms.Form):
    """The fields of one document. ``corrections`` are those that were typed over."""

    published = MomentField(label=gettext_lazy("published at"))
    language = forms.ChoiceField(label=gettext_lazy("language"), choices=Language.choices)
    initial_views = forms.IntegerField(
        label=gettext_lazy("imported views"), required=False, min_value=0, max_value=MOST_VIEWS
    )
    tags = TagLine(
        required=False,
        label=gettext_lazy("tags"),
        help_text=gettext_lazy("Separate tags with “，”, “、”, “；” or a comma."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    summary = forms.CharField(
        label=gettext_lazy("summary"),
        required=False,
        max_length=LONGEST_SUMMARY,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = (
        "title", "subtitle", "published", "author", "source", "editor", "reviewer", "photographer", "language",
        "initial_views", "tags", "summary",
    )  # fmt: skip

    def __init__(self, *args: Any, document: Document, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "initial": initial_of(document), **kwargs})
        for name, most in LINES.items():
            self.fields[name] = forms.CharField(
                label=LABELS[name],
                required=False,
                max_length=most,
                widget=forms.Textarea(attrs={"rows": 1, "data-line": ""}) if most == LINES["title"] else None,
            )
        if not person.has_perm("articles.publish_article"):
            # The number of views ranks an article: only who may publish brings one along.
            del self.fields["initial_views"]
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in LINES:
            if name in cleaned:
                cleaned[name] = " ".join(cleaned[name].split())
        return cleaned

    @property
    def kept(self) -> dict[str, Any]:
        """The corrections as the tray keeps them; a field that stands as it was read is none."""
        return {name: _plain(self.cleaned_data[name]) for name in self.changed_data if name in self.cleaned_data}


class TargetForm(forms.Form):
    """What becomes of one document or of many: state, section, and tags beside their own."""

    state = forms.ChoiceField(label=gettext_lazy("state"), widget=forms.RadioSelect)
    section = forms.ModelChoiceField(
        Section.objects.all(),
        label=gettext_lazy("section"),
        required=False,
        empty_label=gettext_lazy("as the document names it"),
    )
    more_tags = TagLine(
        required=False,
        label=gettext_lazy("tags for all"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self, *args: Any, person: User, alone: bool, initial: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        states = states_for(person)
        start = State.REVIEW if State.REVIEW in states else State.DRAFT
        options = {"label_suffix": "", "initial": {"state": start, **(initial or {})}, **kwargs}
        super().__init__(*args, **options)
        self.fields["state"].choices = [(state.value, state.label) for state in states]  # type: ignore[attr-defined]
        if alone:  # a document has tags of its own above
            del self.fields["more_tags"]


def states_for(person: User) -> list[State]:
    """The states in which this person may bring an article in: as far as the rules let them move an own draft."""
    own = Article(state=State.DRAFT, created_by_id=person.pk)
    ways = ((MoveName.SUBMIT, State.REVIEW), (MoveName.PUBLISH, State.PUBLISHED))
    return [State.DRAFT, *(state for move, state in ways if rules.may_move(person, move, own))]


def initial_of(document: Document) -> dict[str, Any]:
    """The document's fields as the form shows them."""
    published = document.published
    return {
        **{name: " ".join(getattr(document, name).split())[:most] for name, most in LINES.items()},
        "published": Moment(published.when, published.precision) if published else Moment(None, ""),
        "language": document.language.lower(),
        "initial_views": document.initial_views,
        "tags": ", ".join(tag[: tags.LONGEST_TAG] for tag in tags.distinct(document.tags)[: tags.MOST_TAGS]),
        "summary": document.summary[:LONGEST_SUMMARY],
    }


def typed(document: Document, kept: Mapping[str, Any]) -> dict[str, Any]:
    """The initial values of the form with the corrections that were kept before in their places."""
    values = initial_of(document)
    for name, value in kept.items():
        if name == "published":
            values[name] = Moment(datetime.fromisoformat(value[0]) if value[0] else None, value[1])
        elif name == "tags":
            values[name] = ", ".join(value)
        else:
            values[name] = value
    return values


def corrections_of(kept: Mapping[str, Any], *, person: User) -> dict[str, Any]:
    """The corrections as ``Choices`` takes them; who may not publish brings no number of views along."""
    found: dict[str, Any] = {}
    for name, value in kept.items():
        if name == "published":
            found[name] = dates.Moment(datetime.fromisoformat(value[0]), value[1]) if value[0] else None
        elif name == "tags":
            found[name] = tuple(value)
        elif name == "language":
            found[name] = Language(value).tag
        else:
            found[name] = value
    if not person.has_perm("articles.publish_article"):
        found["initial_views"] = None
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Moment):
        return [value.at.isoformat() if value.at else "", value.precision]
    return value
