"""``manage.py index_articles``: make articles findable that are not, or all anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from articles import search
from articles.management.console import speak


class Command(BaseCommand):
    help = "Index the articles that the search does not know yet. May be interrupted and run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="Index every article anew.")

    def handle(self, *, verbosity: int, **options: Any) -> None:
        with speak():
            done = search.catch_up(everything=options["all"], told=self.tell if verbosity > 1 else None)
            if verbosity:
                self.stdout.write(_("Articles indexed: %(count)d.") % {"count": done})

    def tell(self, done: int) -> None:
        self.stdout.write(str(done))
