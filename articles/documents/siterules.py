"""The rules of one old site, from a small TOML file: what its names mean, and where its pages keep things.

``load(path)`` gives the rules or raises ``BadRules`` with a sentence that names the line of the file. Nothing here
knows a model; whether the new site has a section of a name is asked elsewhere.

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
from dataclasses import dataclass, field
from pathlib import Path


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
        found = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadRules(f"{path.name}: {error}") from error
    return SiteRules(
        banners=frozenset(found.get("banners", ())),
        containers=tuple(found.get("containers", ())),
        drop=tuple(found.get("drop", ())),
        dates=found.get("dates", ""),
        former_addresses=tuple(found.get("former_addresses", ())),
        sources=dict(found.get("sources", {})),
        sections=dict(found.get("sections", {})),
    )
