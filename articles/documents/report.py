"""The report of an import: one HTML page that tells of every document what was read, from where and how surely.

``Report(path)`` is a context manager; ``add`` takes each result as it comes, so that a long import needs no memory, and
the sums are written above them at the end. The page is in the language that is active and asks no other host.
"""

import re
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from articles.documents.document import Certainty
from articles.documents.results import PEOPLE, Outcome, Remark, Result
from articles.states import language_tag

MOST_SHARED = 200  # titles that several documents have; more are not listed
HOLE = re.compile(r"%\(\w+\)[sd]")

FIELDS = {
    "title": _("title"),
    "subtitle": _("subtitle"),
    "published": _("published at"),
    "author": _("author"),
    "source": _("source"),
    "editor": _("editor"),
    "reviewer": _("reviewer"),
    "photographer": _("photographer"),
    "initial_views": _("views"),
    "language": _("language"),
    "section": _("section"),
    "tags": _("tags"),
    "summary": _("summary"),
    "addresses": _("former addresses"),
}
CERTAINTIES = {
    Certainty.LABELLED: _("labelled in the document"),
    Certainty.BARE: _("stands there without a label"),
    Certainty.PLACE: _("concluded from its place"),
    Certainty.RULE: _("set by a rule or by hand"),
}
OUTCOMES = {
    Outcome.CREATED: _("created"),
    Outcome.UPDATED: _("updated"),
    Outcome.UNCHANGED: _("unchanged"),
    Outcome.REFUSED: _("refused"),
}

# What machines did to a text, in the words of an editor.
REPAIRS = {
    "mojibake": _("text set right that had been decoded wrongly"),
    "bom": _("byte order mark removed"),
    "line_ends": _("line ends of other systems made plain"),
    "controls": _("control characters removed"),
    "nbsp": _("no-break spaces made plain blanks"),
    "zero_width": _("invisible characters removed"),
    "wide_blanks": _("wide blanks and tabs inside lines made plain blanks"),
    "pinyin_notes": _("pinyin notes of a converter removed"),
    "pinyin_rebuilt": _("characters rebuilt that pinyin notes had split"),
    "hard_wraps": _("lines joined that had been cut at one width"),
    "ideographic_full_stop_in_english": _("Chinese full stops in English text made points"),
    "missing_blank_after_comma": _("blanks put after commas in English text"),
    "double_stop": _("doubled full stops made single"),
    "ascii_comma_in_chinese": _("half-width commas in Chinese text made full-width"),
    "doubled_quotes": _("doubled quotation marks"),
    "question_marks_for_blanks": _("question marks that stand for lost blanks made blanks"),
    "foreign_clause_at_start_of_paragraph": _("untranslated clauses at the start of paragraphs"),
}


def facts(result: Result) -> list[dict[str, Any]]:
    """Each field of the document: its value, where it comes from and how sure it is."""
    document, evidence = result.reading.document, result.reading.evidence
    found = []
    for name, label in FIELDS.items():
        value = getattr(document, name)
        if name == "published" and value is not None:
            value = value.when.strftime("%Y-%m-%d" if value.precision == "day" else "%Y-%m-%d %H:%M:%S")
        elif isinstance(value, tuple):
            value = pgettext("between the members of a list", ", ").join(value)
        if value in ("", None) and name not in ("title", "published", *PEOPLE[:3], "initial_views"):
            continue
        proof = evidence.get(name)
        found.append(
            {
                "name": name,
                "label": label,
                "value": "" if value is None else value,
                "quote": proof.quote if proof else "",
                "certainty": CERTAINTIES[proof.certainty] if proof else "",
            }
        )
    return found


def shown(result: Result) -> dict[str, Any]:
    """What a page says of one document."""
    document = result.reading.document
    return {
        "result": result,
        "outcome": OUTCOMES[result.outcome],
        "facts": facts(result),
        "pictures": [(image, place in result.found) for place, image in enumerate(document.images)],
        "warnings": [str(note) for note in result.reading.warnings],
        "repairs": named(result.reading.repairs),
        "suggestions": named(result.reading.suggestions),
    }


def named(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Repairs by what they do, always in the same order; one that has no words here keeps its name."""
    names = [*(name for name in REPAIRS if name in counts), *(name for name in counts if name not in REPAIRS)]
    return [{"name": name, "label": REPAIRS.get(name, name), "count": counts[name]} for name in names]


@dataclass(slots=True)
class Report:
    """The report at ``path``; it is there when the import is through, or was interrupted, never half written."""

    path: Path
    banners: tuple[str, ...] = ()
    _body: IO[str] | None = None
    _outcomes: Counter[Outcome] = field(default_factory=Counter)
    _causes: Counter[str] = field(default_factory=Counter)
    _titles: Counter[str] = field(default_factory=Counter)

    def __enter__(self) -> Self:
        self._body = tempfile.TemporaryFile("w+", encoding="utf-8", dir=self.path.parent, errors="replace")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._body is not None  # noqa: S101 - entered
        with self._body as body:
            if kind is None or issubclass(kind, KeyboardInterrupt):
                self._write(body)

    def add(self, result: Result | Remark) -> None:
        assert self._body is not None  # noqa: S101 - entered
        if isinstance(result, Remark):
            self._body.write(render_to_string("import/remark.html", {"remark": result}))
            return
        self._outcomes[result.outcome] += 1
        self._causes.update(note.message for note in result.reading.warnings)
        if result.reading.document.title and result.outcome is not Outcome.REFUSED:
            self._titles[result.reading.document.title] += 1
        self._body.write(render_to_string("import/document.html", shown(result)))

    def _write(self, body: IO[str]) -> None:
        shared = [(title, number) for title, number in self._titles.most_common(MOST_SHARED) if number > 1]
        context = {
            "lang": language_tag(translation.get_language() or "en"),
            "at": timezone.localtime(),
            "outcomes": [(label, self._outcomes[outcome]) for outcome, label in OUTCOMES.items()],
            "causes": [(HOLE.sub("…", gettext(message)), number) for message, number in self._causes.most_common()],
            "shared": shared,
            "banners": self.banners,
        }
        page = render_to_string("import/report.html", context)
        head, foot = page.split("<!-- documents -->")
        new = self.path.with_name(self.path.name + ".new")
        with new.open("w", encoding="utf-8", errors="replace") as file:
            file.write(head)
            body.seek(0)
            while part := body.read(1 << 20):
                file.write(part)
            file.write(foot)
        new.replace(self.path)
