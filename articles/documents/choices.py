"""What a migrator or an editor decides about a whole import, and what is corrected in a single document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import tzinfo
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from articles.documents.document import Certainty, Document, Evidence, Reading, Status
from articles.documents.siterules import NO_RULES, SiteRules
from articles.models import Section
from articles.states import State

PLACEHOLDERS = ("path", "folder", "name", "stem", "key")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class BadPattern(ValueError):
    """A pattern of former addresses cannot be used; the text is a whole sentence."""


@dataclass(frozen=True, slots=True)
class Choices:
    """``corrections`` are fields of the document, by name, that take the place of what was read."""

    state: State | None = None
    section: Section | None = None
    tags: tuple[str, ...] = ()
    zone: tzinfo | None = None
    rules: SiteRules = NO_RULES
    former_addresses: tuple[str, ...] = ()
    corrections: Mapping[str, Any] = field(default_factory=dict)


def applied(reading: Reading, choices: Choices, *, name: str) -> Reading:
    """The reading with the tags, addresses and corrections that were chosen."""
    if reading.status is Status.REFUSED:
        return reading
    document = reading.document
    patterns = (*choices.rules.former_addresses, *choices.former_addresses)
    addresses = [*document.addresses, *(address_of(pattern, name) for pattern in patterns)]
    document = replace(
        document,
        tags=tuple(dict.fromkeys((*document.tags, *choices.tags))),
        addresses=tuple(dict.fromkeys(addresses)),
    )
    if not choices.corrections:
        return replace(reading, document=document)
    known = {each.name for each in fields(Document)}
    corrected = {key: value for key, value in choices.corrections.items() if key in known}
    evidence = dict(reading.evidence) | {
        key: Evidence(str(value), Certainty.RULE) for key, value in corrected.items() if value
    }
    return replace(reading, document=replace(document, **corrected), evidence=evidence)


def state_for(reading: Reading, choices: Choices) -> State:
    """Public if the document is sound and dated, otherwise in review; what was hidden on the old site stays hidden."""
    if State.DRAFT in (choices.state, reading.document.state):
        return State.DRAFT
    if reading.document.published is None:
        return State.REVIEW
    if choices.state is not None:
        return choices.state
    return State.PUBLISHED if reading.status is Status.OK else State.REVIEW


def check_pattern(pattern: str) -> str:
    """The pattern itself. Raises BadPattern for one that names no part of a document's path, or an unknown one."""
    found = _PLACEHOLDER.findall(pattern)
    unknown = [name for name in found if name not in PLACEHOLDERS]
    if unknown or not found:
        raise BadPattern(
            _("The pattern of former addresses “%(pattern)s” must name {path}, {folder}, {name}, {stem} or {key}.")
            % {"pattern": pattern}
        )
    return pattern


def address_of(pattern: str, name: str) -> str:
    """The former address of the document of this name: ``/info/{folder}/{stem}.htm`` for ``1012/3456.txt``."""
    path, _mark, key = name.partition("#")
    place = PurePosixPath(path)
    values = {
        "path": place.as_posix(),
        "folder": "" if place.parent.name == "." else place.parent.name,
        "name": place.name,
        "stem": place.stem,
        "key": key,
    }
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), pattern)
