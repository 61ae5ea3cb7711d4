"""Two versions of an article side by side: what somebody else saved, and what stands in the form."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.admin import moment
from articles.admin.forms import ArticleForm
from articles.admin.moment import Moment
from articles.models import Article
from articles.text import markup


@dataclass(frozen=True)
class Difference:
    """One field that differs. ``take`` is the value that the form's control would have to hold to be theirs.

    ``untouched``: the form holds what it was opened with, so that only the other person changed it.
    """

    label: str
    theirs: SafeString
    mine: SafeString
    control: str = ""
    take: str = ""
    untouched: bool = False


def shown(form: ArticleForm, formsets: Any, article: Article) -> dict[str, Any]:
    """What the page tells of the conflict: who saved when, and the fields in which the two differ."""
    standing = (
        Article.objects.select_related("changed_by").only("changed_by", "changed_at", "version").get(pk=article.pk)
    )
    return {
        "by": standing.changed_by or _("the import"),
        "at": moment.shown(standing.changed_at),
        "version": standing.version,
        "differences": differences(form, formsets),
    }


def differences(form: ArticleForm, formsets: Any) -> list[Difference]:
    """What the form would change in the article as it now stands: the bound values against the fresh row."""
    seen = form.instance.revisions.filter(version=form.cleaned_data.get("seen_version") or 0).first()
    base: dict[str, Any] = seen.content if seen else {}
    names = [name for name in form.content_changed if name not in {"new_pictures", "new_files"}]
    found = [replace(_field(form, name), untouched=_untouched(form, name, base)) for name in names]
    for inline in formsets:
        found += _rows(inline.formset)
    return found


def _field(form: ArticleForm, name: str) -> Difference:
    bound = form[name]
    before, after = form.initial.get(name), bound.value()
    if name == "published_at":
        before_text, after_text = str(before), " ".join(part for part in after if part)
        return Difference(str(bound.label), *_marked(before_text, after_text))
    theirs, mine = _text(form, name, before), _text(form, name, after)
    take = "" if name == "cover" else str(form.fields[name].prepare_value(before) if before is not None else "")
    return Difference(str(bound.label), *_marked(theirs, mine), bound.id_for_label if name != "cover" else "", take)


def _untouched(form: ArticleForm, name: str, base: dict[str, Any]) -> bool:
    """Whether the form's value is that of the revision that it was opened with."""
    key = f"{name}_id" if name in {"section", "cover"} else name
    if key not in base or name not in form.cleaned_data:
        return False
    mine = form.cleaned_data[name]
    if name == "published_at":
        mine = mine.isoformat() if mine else None
    elif name == "tags":
        mine = sorted(mine)
    elif name in {"section", "cover"}:
        mine = mine.pk if mine else None
    return bool(base[key] == mine)


def _rows(formset: Any) -> Iterator[Difference]:
    for number, row in enumerate(formset.forms, 1):
        for name in row.changed_data if row.instance.pk else []:
            if name in {"order", "found_file", "DELETE"}:
                continue
            label = _("%(what)s %(number)d: %(field)s") % {
                "what": formset.model._meta.verbose_name,
                "number": number,
                "field": row[name].label,
            }
            theirs, mine = _marked(str(row.initial.get(name) or ""), str(row[name].value() or ""))
            yield Difference(label, theirs, mine, row[name].id_for_label, str(row.initial.get(name) or ""))


def _text(form: ArticleForm, name: str, value: Any) -> str:
    """The value as a person reads it."""
    field: Any = form.fields[name]
    if isinstance(value, Moment):
        return str(value)
    if name == "body":
        return markup.plain(value or "")
    if isinstance(value, bool) or name == "pinned":
        return _("yes") if value else _("no")
    choices = {str(key): str(label) for key, label in getattr(field, "choices", [])}
    text = field.prepare_value(value)
    return choices.get(str(text), str(text or ""))


def _marked(theirs: str, mine: str) -> tuple[SafeString, SafeString]:
    """Both texts line by line, with the lines that differ marked."""
    left, right = theirs.splitlines(), mine.splitlines()
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    same_left = {line for block in matcher.get_matching_blocks() for line in range(block.a, block.a + block.size)}
    same_right = {line for block in matcher.get_matching_blocks() for line in range(block.b, block.b + block.size)}
    return _lines(left, same_left), _lines(right, same_right)


def _lines(lines: list[str], same: set[int]) -> SafeString:
    if not lines:
        return format_html('<p class="quiet">{}</p>', _("empty"))
    parts = (
        format_html("<p>{}</p>", line) if place in same else format_html("<p><mark>{}</mark></p>", line)
        for place, line in enumerate(lines)
    )
    return format_html_join("", "{}", ((part,) for part in parts))
