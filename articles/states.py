"""Editorial states and the table of possible moves between them; the languages of articles."""

from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Language(models.TextChoices):
    """The language an article is written in."""

    ZH_HANS = "zh-hans", _("Simplified Chinese")
    ZH_HANT = "zh-hant", _("Traditional Chinese")
    EN = "en", _("English")

    @property
    def tag(self) -> str:
        """The BCP 47 tag as HTML and JSON write it: en, zh-Hans, zh-Hant."""
        return language_tag(self.value)


def language_tag(code: str) -> str:
    """The BCP 47 tag of Django's code for a language."""
    return {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}.get(code, code)


class Precision(models.TextChoices):
    """How much of a publication time is known. What is not known is never shown."""

    SECOND = "second", _("Date and time with seconds")
    MINUTE = "minute", _("Date and time")
    DAY = "day", _("Date only")


class MoveName(models.TextChoices):
    IMPORT = "import", _("Import")
    SUBMIT = "submit", _("Send to review")
    SEND_BACK = "send_back", _("Send back")
    PUBLISH = "publish", _("Publish")
    WITHDRAW = "withdraw", _("Withdraw")
    REOPEN = "reopen", _("Make a draft again")


@dataclass(frozen=True)
class Path:
    """From which states a move may start and where it ends."""

    starts: frozenset[State]
    end: State


PATHS: Final[dict[MoveName, Path]] = {
    MoveName.SUBMIT: Path(frozenset({State.DRAFT}), State.REVIEW),
    MoveName.SEND_BACK: Path(frozenset({State.REVIEW}), State.DRAFT),
    MoveName.PUBLISH: Path(frozenset({State.DRAFT, State.REVIEW, State.WITHDRAWN}), State.PUBLISHED),
    MoveName.WITHDRAW: Path(frozenset({State.PUBLISHED}), State.WITHDRAWN),
    MoveName.REOPEN: Path(frozenset({State.WITHDRAWN}), State.DRAFT),
}
