"""The rules of one old site, from a small TOML file: what its names mean, and where its pages keep things.

``load(path)`` gives the rules or raises ``BadRules`` with a sentence that says what was found and what would be right.
Nothing here knows a model; whether the new site has a section of a name is asked elsewhere.

    banners = ["Northfield Newsroom"]            # lines above titles that are no titles
    containers = ["#story .text"]                # CSS selectors of the element that holds the text
    drop = [".share", "#sidebar"]                # CSS selectors of what is never text
    dates = "dmy"                                # how 04/12/2024 is to be read: "dmy" or "mdy"
    former_addresses = ["/info/{folder}/{stem}.htm"]
    [sources]
    "本站" = "Northfield University"
    [sections]
    "综合新闻" = "campus"
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from cssselect import HTMLTranslator, SelectorError
from django.utils.translation import gettext as _

LARGEST = 1024 * 1024  # bytes; the rules of a site are some lines
ORDERS = ("dmy", "mdy")


class BadRules(ValueError):
    """The file of rules cannot be used; the text is a whole sentence."""


@dataclass(frozen=True, slots=True)
class SiteRules:
    banners: frozenset[str] = frozenset()
    containers: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    dates: str = ""
    former_addresses: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)


NO_RULES = SiteRules()


def load(path: Path) -> SiteRules:
    """The rules of this file. Raises BadRules naming what was found and what would be right."""
    try:
        if path.stat().st_size > LARGEST:
            raise BadRules(
                _("The rules in “%(file)s” have more than %(most)d bytes.") % {"file": path.name, "most": LARGEST}
            )
        found = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadRules(
            _("The rules in “%(file)s” cannot be read: %(reason)s.") % {"file": path.name, "reason": reason.rstrip(".")}
        ) from error
    _check_names(found, path.name)
    return SiteRules(
        banners=frozenset(_words(found, "banners")),
        containers=_selectors(found, "containers"),
        drop=_selectors(found, "drop"),
        dates=_order(found),
        former_addresses=_words(found, "former_addresses"),
        sources=_names(found, "sources"),
        sections=_names(found, "sections"),
    )


def _check_names(found: Mapping[str, Any], file: str) -> None:
    known = [each.name for each in fields(SiteRules)]
    if unknown := [name for name in found if name not in known]:
        raise BadRules(
            _("The rules in “%(file)s” have no “%(name)s”. There are: %(known)s.")
            % {"file": file, "name": unknown[0], "known": ", ".join(known)}
        )


def _words(found: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = found.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise BadRules(
            _("The rule “%(name)s” needs a list of texts in quotation marks, and not %(value)s.")
            % {"name": name, "value": _shown(value)}
        )
    return tuple(dict.fromkeys(" ".join(one.split()) for one in value))


def _selectors(found: Mapping[str, Any], name: str) -> tuple[str, ...]:
    selectors = _words(found, name)
    for selector in selectors:
        try:
            HTMLTranslator().css_to_xpath(selector)
        except (SelectorError, ValueError) as error:
            raise BadRules(
                _("The rule “%(name)s” has “%(selector)s”, which is no CSS selector: %(reason)s.")
                % {"name": name, "selector": selector, "reason": str(error).rstrip(".")}
            ) from error
    return selectors


def _order(found: Mapping[str, Any]) -> str:
    value = found.get("dates", "")
    if value not in ("", *ORDERS):
        raise BadRules(
            _("The rule “dates” is %(value)s. It says “dmy”, where 04/12/2024 is in December, or “mdy”, in April.")
            % {"value": _shown(value)}
        )
    return str(value)


def _names(found: Mapping[str, Any], name: str) -> dict[str, str]:
    value = found.get(name, {})
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise BadRules(
            _("The rule “%(name)s” needs a table of names, each with the name that takes its place, and not %(value)s.")
            % {"name": name, "value": _shown(value)}
        )
    return dict(value)


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 80 else shown[:79] + "…"
