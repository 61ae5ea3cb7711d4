"""The language in which commands speak, that of the terminal, and what of others' words may reach it."""

import os
import re
from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation

# Control characters, and those that turn the direction of text: with them a name could clear the screen or look like
# another (https://www.unicode.org/reports/tr9/).
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """One line of text with a replacement character for each that would steer the terminal."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def console_language() -> str:
    """Simplified Chinese where the environment's locale is Chinese (LC_ALL, LC_MESSAGES, LANG), else English."""
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh-hans" if locale.lower().startswith("zh") and "zh-hans" in dict(settings.LANGUAGES) else "en"


def speak() -> AbstractContextManager[None]:
    """Within it, gettext answers in the terminal's language."""
    return translation.override(console_language())
