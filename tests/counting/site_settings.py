"""The product's settings around a site of two pages, for tests with real processes."""

import os

from tests.settings import *  # noqa: F403 - nothing is collected here either

# The product itself, or two bare pages.
ROOT_URLCONF = os.environ.get("TEST_URLCONF", "tests.counting.site")
# Shorter than the product allows, so that a test sees many folds.
FOLD_SECONDS = float(os.environ.get("TEST_FOLD_SECONDS", "1"))  # type: ignore[assignment]
# Readers here are few and read on: each load counts, unless a test tries the window.
REPEAT_SECONDS = int(os.environ.get("TEST_REPEAT_SECONDS", "0"))
