"""Tags: the only module that knows taggit.

Parsing, limits and one spelling for each tag. taggit itself splits at ASCII commas and blanks only and limits nothing.
"""

import re
import unicodedata
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from taggit.managers import TaggableManager
from taggit.models import Tag, TaggedItemBase

__all__ = ["Tag", "TaggableManager", "TaggedItemBase", "distinct", "join", "parse", "spelling", "split"]

MOST_TAGS = 30  # for one article; taggit needs seconds for a thousand
LONGEST_TAG = 60  # characters; the column holds 100

# Full-width space splits as it does in Chinese writing; an ASCII blank does not, since English tags have several words.
SEPARATORS = re.compile(r"[,，、;；\u3000\n\r\t]+")
UNWANTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")
AROUND = re.compile(r"^[\s\"'“”‘’#]+|[\s\"'“”‘’]+$")  # a # before a tag marks it; behind it, as in C#, it belongs to it


def spelling(name: str) -> str:
    """The one spelling of a tag: half-width letters and digits, single blanks, no quotes around it."""
    name = unicodedata.normalize("NFKC", UNWANTED.sub("", name))
    return re.sub(r"\s+", " ", AROUND.sub("", name))


def distinct(names: Iterable[str]) -> list[str]:
    """Each tag once, in order; "AI", "ai" and "ＡＩ" are one."""
    found: dict[str, str] = {}
    for name in map(spelling, names):
        if name:
            found.setdefault(name.casefold(), name)
    return list(found.values())


def split(text: str) -> list[str]:
    """Cut a line of tags at ， 、 ； , ; and the full-width space. Nothing is refused here."""
    # Some small commas are separators only once they are normalized; the full-width space is one only before.
    return distinct(SEPARATORS.split(unicodedata.normalize("NFKC", SEPARATORS.sub(",", text))))


def parse(text: str) -> list[str]:
    """The tags of a form's line. Raises ValidationError naming the limit that is passed."""
    names = split(text or "")
    if len(names) > MOST_TAGS:
        raise ValidationError(
            _("%(count)d tags were given; an article has at most %(most)d.") % {"count": len(names), "most": MOST_TAGS}
        )
    for name in names:
        if len(name) > LONGEST_TAG:
            raise ValidationError(
                _("The tag “%(start)s…” has %(count)d characters; a tag has at most %(most)d.")
                % {"start": name[:20], "count": len(name), "most": LONGEST_TAG}
            )
    return names


def join(tags: Iterable[Tag]) -> str:
    """A form's line for these tags, which ``parse`` reads back to the same tags."""
    return ", ".join(sorted(tag.name for tag in tags))
