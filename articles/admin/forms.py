"""The form of an article: what is typed, checked, and explained where it cannot be taken."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Script
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import tags
from articles.admin.editor import BodyWidget
from articles.admin.moment import Moment, MomentField
from articles.models import Article, ArticleImage, Section
from articles.publishing import writing
from articles.states import State
from articles.text import markup, words

PICTURES = "images"  # prefix of the formset of pictures
# What steers a save but is not content.
CONTROLS = frozenset({"seen_version", "save_over", "move_comment"})
REASONS = {
    "the number of characters": gettext_lazy("The text has %(found)s characters; an article has at most %(most)s."),
    "the number of character references": gettext_lazy(
        "The text has %(found)s character references (“&”); an article has at most %(most)s."
    ),
    "the depth of nested elements": gettext_lazy(
        "The text's elements are nested %(found)s deep; at most %(most)s levels are accepted. "
        "Paste the text without its formatting."
    ),
    "the number of attributes of one element": gettext_lazy(
        "An element of the text has %(found)s attributes; at most %(most)s are accepted. "
        "Paste the text without its formatting."
    ),
    "the number of attributes": gettext_lazy("The text has %(found)s attributes; at most %(most)s are accepted."),
    "the number of elements": gettext_lazy("The text has %(found)s elements; at most %(most)s are accepted."),
}


def _is_number(text: str) -> bool:
    """Whether the text is a number that a row may have: ``int`` refuses thousands of digits."""
    return text.isdecimal() and len(text) <= 18


def refusal_sentence(refused: markup.MarkupRefused) -> str:
    """Why the text was refused, in the interface language."""
    sentence = REASONS.get(refused.reason)
    return str(sentence) % {"found": refused.found, "most": refused.most} if sentence else str(refused)


class TagLine(forms.CharField):
    """Tags on one line, cut at the commas of both languages."""

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else tags.join(value)

    def clean(self, value: Any) -> list[str]:
        return tags.parse(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = tags.split(self.prepare_value(initial) or "")
        return sorted(map(str.casefold, before)) != sorted(map(str.casefold, tags.split(data or "")))


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files of one input. What they are is decided where they are stored."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files: Iterable[Any] = data if isinstance(data, list | tuple) else [data]
        return [file for file in files if file]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


class ArticleForm(forms.ModelForm):
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    save_over = forms.IntegerField(required=False, widget=forms.HiddenInput)
    move_comment = forms.CharField(label=gettext_lazy("comment"), required=False, max_length=500)
    published_at = MomentField(
        label=gettext_lazy("published at"),
        help_text=gettext_lazy(
            "Without a time, readers see the date alone. A published article with a time to come appears by itself "
            "at that time."
        ),
    )
    section = forms.ModelChoiceField(Section.objects.all(), required=False, label=gettext_lazy("section"))
    tags = TagLine(
        required=False,
        label=gettext_lazy("tags"),
        help_text=gettext_lazy("Separate tags with “，”, “、”, “；” or a comma."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-tags": ""}),
    )
    body = forms.CharField(required=False, strip=False, label=gettext_lazy("text"), widget=BodyWidget)
    cover = forms.ModelChoiceField(ArticleImage.objects.none(), required=False, label=gettext_lazy("cover"))
    new_pictures = ManyFilesField(
        required=False,
        label=gettext_lazy("add pictures"),
        widget=ManyFilesInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif,image/avif"}),
    )
    new_files = ManyFilesField(required=False, label=gettext_lazy("add files"))

    class Meta:
        model = Article
        fields = (
            "title", "subtitle", "slug", "language", "published_at", "author", "source", "editor", "reviewer",
            "photographer", "section", "tags", "cover", "pinned", "imported_views", "summary", "body",
        )  # fmt: skip
        error_messages = {"slug": {"unique": gettext_lazy("Another article already has this address.")}}
        widgets = {
            "title": forms.Textarea(attrs={"rows": 1, "data-line": "", "data-most": 300}),
            "subtitle": forms.Textarea(attrs={"rows": 1, "data-line": "", "data-most": 300}),
            "summary": forms.Textarea(attrs={"rows": 3, "data-most": 600}),
        }

    class Media:
        js = (
            Script("articles/admin/form.js", defer=True),
            Script("articles/admin/rows.js", defer=True),
            Script("articles/admin/tags.js", defer=True),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.conflict = False
        article = self.instance
        self.initial["seen_version"] = article.version if article.pk else None
        if article.pk:
            self.initial["published_at"] = Moment(article.published_at, article.published_precision)
            if "cover" in self.fields:
                self.fields["cover"].queryset = article.images.exclude(file="")  # type: ignore[attr-defined]
        self.standing_version: int | None = article.version if article.pk else None
        self.standing_slug = article.slug

    @property
    def content_changed(self) -> list[str]:
        """The names of the changed fields that are content."""
        return [name for name in self.changed_data if name not in CONTROLS]

    def clean_title(self) -> str:
        title = " ".join(self.cleaned_data["title"].split())
        if not title:
            raise ValidationError(_("The article needs a title."))
        return title

    def clean_subtitle(self) -> str:
        return " ".join(self.cleaned_data["subtitle"].split())

    def clean_body(self) -> str:
        try:
            body = markup.clean(self.cleaned_data["body"])
        except markup.MarkupRefused as refused:
            raise ValidationError(refusal_sentence(refused)) from refused
        numbers = set(markup.picture_numbers(body))
        if not numbers:
            return body
        own = set(self.instance.images.values_list("pk", flat=True)) if self.instance.pk else set()
        if foreign := sorted(numbers - own):
            raise ValidationError(
                _("The text shows picture %(number)s, which is not one of this article's pictures. Upload it here.")
                % {"number": ", ".join(map(str, foreign))}
            )
        going = self._pictures_going()
        return markup.replace_pictures(body, lambda number, tag: "" if number in going else tag)

    def _pictures_going(self) -> set[int]:
        """The pictures that this form deletes: the text must not show them any longer."""
        total = str(self.data.get(f"{PICTURES}-TOTAL_FORMS", ""))
        if not _is_number(total):
            return set()
        rows = range(min(int(total), 2000))
        numbers = [
            str(self.data.get(f"{PICTURES}-{row}-id", "")) for row in rows if self.data.get(f"{PICTURES}-{row}-DELETE")
        ]
        return {int(number) for number in numbers if _is_number(number)}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        moment: Moment | None = cleaned.get("published_at")
        if moment is not None:
            if "published_at" not in self.changed_data:  # seconds that are stored but not shown stay
                moment = self.initial.get("published_at") or moment
            cleaned["published_at"] = moment.at
            self.instance.published_precision = moment.precision
            if moment.at is None and self.instance.state == State.PUBLISHED:
                self.add_error(
                    "published_at", _("A published article needs a date. Withdraw it to take the date away.")
                )
        if "slug" in self.fields and "slug" not in self.errors:
            cleaned["slug"] = cleaned.get("slug") or self._made_slug(cleaned.get("title") or "")
        self._check_version(cleaned)
        return cleaned

    def _made_slug(self, title: str) -> str:
        """An emptied address is made from the title anew, unless readers may know the present one."""
        if self.standing_slug and self.instance.state in {State.PUBLISHED, State.WITHDRAWN}:
            return self.standing_slug
        return writing.free_slug(words.slug(title), besides=self.instance if self.instance.pk else None)

    def _check_version(self, cleaned: dict[str, Any]) -> None:
        if self.standing_version is None:
            return
        if self.standing_version not in {cleaned.get("seen_version"), cleaned.get("save_over")}:
            self.conflict = True
            self.add_error(
                None,
                _("Nothing was saved: the article was changed meanwhile. Both versions stand above the form."),
            )
