"""``manage.py fold_views``: take what this machine's journals hold into the database now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import counting
from articles.management.console import speak


class Command(BaseCommand):
    help = "Fold the recorded views into the database. The site does this by itself each second, at start and at stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--wait",
            type=float,
            default=counting.FOLD_WAIT_SECONDS,
            metavar="SECONDS",
            help=f"How long to wait for another fold to end. Default: {counting.FOLD_WAIT_SECONDS:g}.",
        )

    def handle(self, *, wait: float, verbosity: int, **options: Any) -> None:
        with speak():
            done = counting.fold(wait=wait)
            if done.damaged:
                self.stderr.write(
                    ngettext(
                        "%(count)d damaged record was skipped; the log names its journal.",
                        "%(count)d damaged records were skipped; the log names their journals.",
                        done.damaged,
                    )
                    % {"count": done.damaged}
                )
            if not done.complete:
                raise CommandError(
                    _("Not all views were folded; the others wait in the journals and lose nothing. %(problem)s")
                    % {"problem": done.problem}
                )
            if verbosity:
                self.stdout.write(
                    _("Views folded: %(taken)d. Records skipped: %(damaged)d. Journals removed: %(removed)d.")
                    % {"taken": done.taken, "damaged": done.damaged, "removed": done.removed}
                )
