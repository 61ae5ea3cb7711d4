"""The product's database and Django's default middleware around the plain way."""

from newsroom.settings import *  # noqa: F403
from tests.benchmarks import DEFAULT_MIDDLEWARE

ROOT_URLCONF = "tests.benchmarks.plain"
MIDDLEWARE = DEFAULT_MIDDLEWARE
