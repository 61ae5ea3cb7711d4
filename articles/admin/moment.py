"""Moments: the clock of a request, and times of which only the date may be known."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.states import Precision

EARLIEST_YEAR, LATEST_YEAR = 1800, 2200  # outside of them stands a slip of the finger
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
FORMATS = {Precision.DAY: "%Y-%m-%d", Precision.MINUTE: "%Y-%m-%d %H:%M", Precision.SECOND: "%Y-%m-%d %H:%M:%S"}


def now_of(request: HttpRequest) -> datetime:
    """The time of this request, read once, so that one page has one answer."""
    if not hasattr(request, "newsroom_now"):
        request.newsroom_now = timezone.now()  # type: ignore[attr-defined]
    now: datetime = request.newsroom_now  # type: ignore[attr-defined]
    return now


@dataclass(frozen=True)
class Moment:
    """A time as far as it is known; ``precision`` is empty where there is none."""

    at: datetime | None
    precision: str

    def __str__(self) -> str:
        return shown(self.at, self.precision)


def shown(at: datetime | None, precision: str = Precision.MINUTE) -> str:
    """The local time with no more than is known of it: a date alone has no clock."""
    if at is None:
        return ""
    return timezone.localtime(at).strftime(FORMATS[Precision(precision or Precision.MINUTE)])


class MomentWidget(forms.MultiWidget):
    """A date and, beside it, a time that may stay empty."""

    use_fieldset = False

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        day = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "aria-label": gettext_lazy("Date")})
        clock = forms.TextInput(
            attrs={
                "size": 8,
                "maxlength": 12,
                "placeholder": "9:30",
                "autocomplete": "off",
                "aria-label": gettext_lazy("Time, may be empty"),
            }
        )
        super().__init__({"date": day, "time": clock}, attrs)

    def decompress(self, value: Moment | None) -> list[Any]:
        if value is None or value.at is None:
            return [None, None]
        local = timezone.localtime(value.at)
        clock = {Precision.MINUTE: "%H:%M", Precision.SECOND: "%H:%M:%S"}.get(Precision(value.precision or "minute"))
        return [local.date(), local.strftime(clock) if clock else ""]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_date"


class MomentField(forms.MultiValueField):
    """Cleans to a Moment. Without a time the precision is the day; seconds count only where they were typed."""

    widget = MomentWidget

    def __init__(self, **kwargs: Any) -> None:
        fields = (forms.DateField(required=False), forms.CharField(required=False, max_length=12))
        super().__init__(fields, require_all_fields=False, required=False, **kwargs)

    def compress(self, data_list: list[Any]) -> Moment:
        day, clock = data_list or (None, "")
        clock = unicodedata.normalize("NFKC", clock or "").strip()
        if day is None:
            if clock:
                raise ValidationError(_("The time “%(clock)s” needs a date.") % {"clock": clock})
            return Moment(None, "")
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise ValidationError(
                _("The year is %(year)04d; an article's date lies between %(first)d and %(last)d.")
                % {"year": day.year, "first": EARLIEST_YEAR, "last": LATEST_YEAR}
            )
        return _moment(day, clock)


def _moment(day: date, clock: str) -> Moment:
    if not clock:
        return Moment(_aware(day, time()), Precision.DAY)
    found = CLOCK.fullmatch(clock)
    try:
        hour, minute, second = (int(part or 0) for part in found.groups()) if found else (99, 0, 0)
        at = time(hour, minute, second)
    except ValueError as error:
        raise ValidationError(
            _("“%(clock)s” is not a time of day. Write it as 9:30 or 21:05:30, or leave it empty.") % {"clock": clock}
        ) from error
    return Moment(_aware(day, at), Precision.SECOND if found and found.group(3) else Precision.MINUTE)


def _aware(day: date, at: time) -> datetime:
    aware: datetime = from_current_timezone(datetime.combine(day, at))
    return aware.astimezone(UTC)
