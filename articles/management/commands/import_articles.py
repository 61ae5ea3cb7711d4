"""``manage.py import_articles``: documents become articles."""

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from tqdm import tqdm

from articles.documents import companions
from articles.documents.companions import Source
from articles.documents.importing import Importer, Outcome, Result
from articles.management.console import speak
from articles.models import Origin

INTERRUPTED = 130  # the exit status of a program that Ctrl-C ended


class Command(BaseCommand):
    help = (
        "Import documents as articles. Each document is one transaction; a second run changes nothing. "
        "Exit status 1 if a document was refused."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "paths", nargs="*", type=Path, metavar="PATH", help="Files or folders; fixtures/ if none is given."
        )
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen, and write nothing.")
        parser.add_argument(
            "--update", action="store_true", help="Take changed documents in, as a new revision of their articles."
        )
        parser.add_argument(
            "--force", action="store_true", help="With --update: also over articles that were edited since."
        )
        parser.add_argument(
            "--format", choices=("text", "json"), default="text", help="json: one object a line on standard output."
        )
        parser.add_argument(
            "--images",
            action="append",
            type=Path,
            default=[],
            metavar="FOLDER",
            help="A further folder to look for pictures in.",
        )

    def handle(self, *, paths: list[Path], images: list[Path], format: str, verbosity: int, **options: Any) -> None:
        machine = format == "json"
        with translation.override("en") if machine else speak():
            sources = self._sources(paths, images)
            importer = Importer(
                update=options["update"],
                force=options["force"],
                rehearsal=options["dry_run"],
                has_tables=self._has_tables(rehearsal=options["dry_run"]),
            )
            if options["dry_run"] and not machine and verbosity:
                self.stdout.write(_("Rehearsal: nothing will be written."))
            counts: Counter[Outcome] = Counter()
            offered: set[str] = set()
            interrupted = False
            try:
                for result in self._results(importer, sources, verbosity=verbosity):
                    counts[result.outcome] += 1
                    offered.update(attachment.name for attachment in result.reading.document.attachments)
                    self._tell(result, machine=machine, verbosity=verbosity)
                self._tell_unread(paths, offered, verbosity=verbosity)
            except KeyboardInterrupt:
                interrupted = True
            self._sum_up(
                counts, machine=machine, verbosity=verbosity, left=len(sources) - counts.total() if interrupted else 0
            )
        if interrupted:
            sys.exit(INTERRUPTED)
        if counts[Outcome.REFUSED]:
            sys.exit(1)

    def _sources(self, paths: list[Path], images: list[Path]) -> list[Source]:
        given = paths or [settings.BASE_DIR / "fixtures"]
        for folder in images:
            if not folder.is_dir():
                raise CommandError(_("“%(path)s” is not a folder.") % {"path": folder})
        try:
            return companions.sources(given, picture_folders=[folder.resolve() for folder in images])
        except FileNotFoundError as error:
            raise CommandError(_("There is no file or folder “%(path)s”.") % {"path": error.args[0]}) from None

    def _has_tables(self, *, rehearsal: bool) -> bool:
        """A rehearsal also runs where no site was ever started, and does not begin a database by asking."""
        name = connection.settings_dict["NAME"]
        on_disk = connection.vendor != "sqlite" or "memory" in str(name) or Path(name).exists()
        if rehearsal and not on_disk:
            return False
        try:
            found = Origin._meta.db_table in connection.introspection.table_names()
        except OperationalError:
            if rehearsal:
                return False
            raise
        if not found and not rehearsal:
            raise CommandError(
                _("The database has no tables yet. Run “manage.py migrate” or “manage.py start --check” first.")
            )
        return found

    def _results(self, importer: Importer, sources: list[Source], *, verbosity: int) -> Iterator[Result]:
        """One document after the other, under a progress bar where a person is looking."""
        shown = verbosity > 0 and len(sources) > 1 and sys.stderr.isatty()
        with tqdm(total=len(sources), disable=not shown, leave=False, unit="doc", file=sys.stderr) as bar:
            for source in sources:
                result = importer.take(source, at=timezone.now())
                with tqdm.external_write_mode(file=sys.stderr):
                    yield result
                bar.update()

    def _tell(self, result: Result, *, machine: bool, verbosity: int) -> None:
        if machine:
            self.stdout.write(json.dumps(result.as_json(), ensure_ascii=False))
            return
        if not verbosity:
            return
        warnings = [str(note) for note in result.reading.warnings]
        if result.outcome is Outcome.REFUSED:
            self.stderr.write(f"{_word(result.outcome)}  {result.name}: {warnings.pop()}")
        elif result.outcome is not Outcome.UNCHANGED or verbosity > 1:
            self.stdout.write("  ".join(_columns(result)))
        else:
            # What an unchanged document says was told when it came in.
            warnings = [str(note) for note in result.news]
        for warning in warnings:
            self.stdout.write(f"{_('warning')}  {result.name}: {warning}")

    def _tell_unread(self, paths: list[Path], offered: set[str], *, verbosity: int) -> None:
        """Documents of other kinds in the folders, so that nobody believes that they came in."""
        unread = [
            name
            for path in paths
            if path.is_dir()
            for name in companions.unread(path)
            if Path(name).name not in offered
        ]
        if unread and verbosity:
            self.stderr.write(_("Not read, because they are no plain text: %(names)s.") % {"names": ", ".join(unread)})

    def _sum_up(self, counts: Counter[Outcome], *, machine: bool, verbosity: int, left: int) -> None:
        out = self.stderr if machine else self.stdout
        if not verbosity:
            return
        if left:
            out.write(_("Interrupted. Documents not looked at: %(left)d.") % {"left": left})
        out.write(
            _("%(created)d created, %(updated)d updated, %(unchanged)d unchanged, %(refused)d refused.")
            % {outcome.value: counts[outcome] for outcome in Outcome}
        )


def _word(outcome: Outcome) -> str:
    return {
        Outcome.CREATED: _("created"),
        Outcome.UPDATED: _("updated"),
        Outcome.UNCHANGED: _("unchanged"),
        Outcome.REFUSED: _("refused"),
    }[outcome]


def _columns(result: Result) -> list[str]:
    images = len(result.reading.document.images)
    columns = [_word(result.outcome), result.reading.document.title or Path(result.name).stem, result.name]
    if images:
        columns.append(_("%(found)d of %(all)d pictures") % {"found": len(result.found), "all": images})
    return columns
