"""The language in which commands speak: that of the terminal."""

import os
from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation


def console_language() -> str:
    """Simplified Chinese where the environment's locale is Chinese (LC_ALL, LC_MESSAGES, LANG), else English."""
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh-hans" if locale.lower().startswith("zh") and "zh-hans" in dict(settings.LANGUAGES) else "en"


def speak() -> AbstractContextManager[None]:
    """Within it, gettext answers in the terminal's language."""
    return translation.override(console_language())
