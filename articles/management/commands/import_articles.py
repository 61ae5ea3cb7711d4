"""``manage.py import_articles``: documents become articles."""

import json
import os
import sys
import tempfile
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from tqdm import tqdm

from articles import tags
from articles.documents import choices, companions, layout, siterules
from articles.documents.choices import Choices
from articles.documents.companions import Source
from articles.documents.document import Note
from articles.documents.gathering import Opening, Piece, gather
from articles.documents.importing import Importer
from articles.documents.report import OUTCOMES, Report
from articles.documents.results import Outcome, Remark, Result
from articles.management.console import printable, speak
from articles.models import Origin, Section
from articles.states import State

INTERRUPTED = 130  # the exit status of a program that Ctrl-C ended
MOST_UNNAMED = 20  # names of files that are shown
TEXTS = (".txt", ".text")
CONTAINERS = (".zip", ".xml", ".rss", ".atom", ".json")
SMALL = 100_000  # bytes; a larger container holds many documents
FEW = 8  # files; for so few, further processes take longer to begin than to help


class Command(BaseCommand):
    help = (
        "Import documents as articles: text, saved web pages, Word, Markdown, WordPress exports, feeds, ZIP archives. "
        "Each document is one transaction; a second run changes nothing. Exit status 1 if a document was refused."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("paths", nargs="*", type=Path, metavar="PATH", help="Files or folders; fixtures/ if none is given.")
        add("--dry-run", action="store_true", help="Say what would happen, and write nothing.")
        add("--update", action="store_true", help="Take changed documents in, as a new revision of their articles.")
        add("--force", action="store_true", help="With --update: also over articles that were edited since.")
        add("--format", choices=("text", "json"), default="text", help="json: one object a line on standard output.")
        add("--images", action="append", type=Path, default=[], metavar="FOLDER", help="A further folder of pictures.")
        add("--state", choices=("draft", "published"), help="The state of new articles; without it, what is sound and "
            "dated is published, the rest waits in review. What has no date is never published.")  # fmt: skip
        add("--section", metavar="ADDRESS", help="The section of new articles, whatever the documents say.")
        add("--tag", action="append", default=[], metavar="TAG", help="A tag for all articles; may be repeated.")
        add("--timezone", metavar="ZONE", help="The zone of dates without one, such as Asia/Shanghai.")
        add("--site-rules", type=Path, metavar="FILE", help="A TOML file: what one old site means by its names.")
        add("--former-address", action="append", default=[], metavar="PATTERN",
            help="Where documents stood on the old site, such as /info/{folder}/{stem}.htm; may be repeated. "
            "{path}, {folder}, {name}, {stem} and {key} are parts of the document's path.")  # fmt: skip
        add("--pages", action="store_true", help="Take the pages of a WordPress export too, not only its posts.")
        add("--report", type=Path, metavar="FILE", help="Write a readable report of every document, in HTML.")
        add("--processes", type=int, metavar="N", help="How many processes read documents (default: all cores).")

    def handle(self, *, format: str, verbosity: int, report: Path | None, **options: Any) -> None:
        machine = format == "json"
        with translation.override("en") if machine else speak(), ExitStack() as stack:
            sources = self._sources(options["paths"], options["images"])
            importer = self._importer(sources, options)
            if options["dry_run"] and not machine and verbosity:
                self.stdout.write(_("Rehearsal: nothing will be written."))
            scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="newsroom-")))
            opening = Opening(scratch, pages=options["pages"])
            told = stack.enter_context(self._report(report, importer)) if report else None
            counts: Counter[Outcome] = Counter()
            names: set[str] = set()
            interrupted = False
            try:
                for result in self._results(importer, sources, opening, verbosity=verbosity):
                    names.update(_named(result))
                    if told is not None:
                        told.add(result)
                    self._tell(result, counts, machine=machine, verbosity=verbosity)
                if remark := _unnamed(options["paths"], sources, names):
                    if told is not None:
                        told.add(remark)
                    self._tell(remark, counts, machine=machine, verbosity=verbosity)
            except KeyboardInterrupt:
                interrupted = True
            self._sum_up(counts, machine=machine, verbosity=verbosity, interrupted=interrupted)
        if interrupted:
            sys.exit(INTERRUPTED)
        if counts[Outcome.REFUSED]:
            sys.exit(1)

    # ------------------------------------------------------------ what was asked for
    def _sources(self, paths: list[Path], images: list[Path]) -> list[Source]:
        given = paths or [settings.BASE_DIR / "fixtures"]
        for folder in images:
            if not folder.is_dir():
                raise CommandError(_("“%(path)s” is not a folder.") % {"path": folder})
        try:
            return companions.sources(given, picture_folders=[folder.resolve() for folder in images])
        except FileNotFoundError as error:
            raise CommandError(_("There is no file or folder “%(path)s”.") % {"path": error.args[0]}) from None

    def _importer(self, sources: list[Source], options: dict[str, Any]) -> Importer:
        has_tables = self._has_tables(rehearsal=options["dry_run"])
        first_lines = [companions.first_line(one.path) for one in sources if one.path.suffix.lower() in TEXTS]
        processes = options["processes"] or (1 if _are_few(sources) else os.cpu_count() or 1)
        return Importer(
            update=options["update"],
            force=options["force"],
            rehearsal=options["dry_run"],
            has_tables=has_tables,
            choices=self._choices(options, banners=layout.common_banners(first_lines), has_tables=has_tables),
            processes=max(1, processes),
        )

    def _choices(self, options: dict[str, Any], *, banners: frozenset[str], has_tables: bool) -> Choices:
        try:
            rules = siterules.load(options["site_rules"]) if options["site_rules"] else siterules.NO_RULES
            patterns = tuple(choices.check_pattern(pattern) for pattern in options["former_address"])
        except OSError as error:
            raise CommandError(
                _("The file of rules “%(path)s” cannot be read: %(reason)s.")
                % {"path": options["site_rules"], "reason": error.strerror or "?"}
            ) from None
        except (siterules.BadRules, choices.BadPattern) as error:
            raise CommandError(str(error)) from None
        return Choices(
            state=State(options["state"]) if options["state"] else None,
            section=_section(options["section"]) if options["section"] and has_tables else None,
            tags=tuple(tags.distinct(options["tag"])),
            zone=_zone(options["timezone"]) if options["timezone"] else None,
            rules=replace(rules, banners=rules.banners | banners),
            former_addresses=patterns,
        )

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

    def _report(self, path: Path, importer: Importer) -> Report:
        if not path.resolve().parent.is_dir():
            raise CommandError(_("There is no folder for the report “%(path)s”.") % {"path": path})
        return Report(path.resolve(), banners=tuple(sorted(importer.choices.rules.banners)))

    # ------------------------------------------------------------ what happens
    def _results(
        self, importer: Importer, sources: list[Source], opening: Opening, *, verbosity: int
    ) -> Iterator[Result | Remark]:
        """One document after the other, under a progress bar where a person is looking."""
        shown = verbosity > 0 and sys.stderr.isatty()
        with tqdm(total=len(sources), disable=not shown, leave=False, unit="doc", file=sys.stderr) as bar:
            for result in importer.run(_counted(gather(sources, opening), bar, sources)):
                with tqdm.external_write_mode(file=sys.stderr):
                    yield result
                if isinstance(result, Result):
                    bar.update()

    def _tell(self, result: Result | Remark, counts: Counter[Outcome], *, machine: bool, verbosity: int) -> None:
        if isinstance(result, Remark):
            word = _("note")
            for note in result.notes if verbosity else ():
                (self.stderr if machine else self.stdout).write(printable(f"{word}  {result.name}: {note}"))
            return
        counts[result.outcome] += 1
        if machine:
            self.stdout.write(json.dumps(result.as_json(), ensure_ascii=False))
            return
        if not verbosity:
            return
        warnings = [str(note) for note in result.reading.warnings]
        if result.outcome is Outcome.REFUSED:
            self.stderr.write(printable(f"{OUTCOMES[result.outcome]}  {result.name}: {warnings.pop()}"))
        elif result.outcome is not Outcome.UNCHANGED or verbosity > 1:
            self.stdout.write(printable("  ".join(_columns(result))))
        else:
            # What an unchanged document says was told when it came in.
            warnings = [str(note) for note in result.news]
        word = _("warning")  # a catalog does not find it inside an f-string
        for warning in warnings:
            self.stdout.write(printable(f"{word}  {result.name}: {warning}"))

    def _sum_up(self, counts: Counter[Outcome], *, machine: bool, verbosity: int, interrupted: bool) -> None:
        out = self.stderr if machine else self.stdout
        if not verbosity:
            return
        if interrupted:
            out.write(_("Interrupted. The same command goes on where it stopped."))
        out.write(
            _("%(created)d created, %(updated)d updated, %(unchanged)d unchanged, %(refused)d refused.")
            % {outcome.value: counts[outcome] for outcome in Outcome}
        )


def _are_few(sources: list[Source]) -> bool:
    """Whether these are few documents, as far as their files tell before they are opened."""
    return len(sources) < FEW and not any(
        one.path.suffix.lower() in CONTAINERS and one.path.is_file() and one.path.stat().st_size > SMALL
        for one in sources
    )


def _counted(pieces: Iterator[Piece], bar: "tqdm[Any]", sources: list[Source]) -> Iterator[Piece]:
    """A container turns out to hold more documents than the one file that was counted."""
    files = 0
    last: Path | None = None
    for piece in pieces:
        if piece.kind is not None or piece.refusal is not None:
            if piece.source.path == last or files >= len(sources):
                bar.total += 1
            else:
                files += 1
            last = piece.source.path
        yield piece


def _named(result: Result | Remark) -> Iterator[str]:
    """The names of the files that a document speaks of, in the form in which they are compared."""
    if isinstance(result, Result):
        document = result.reading.document
        for name in (*(one.name for one in document.images), *(one.name for one in document.attachments)):
            yield name.casefold()
            yield unquote(name).casefold()


def _unnamed(paths: list[Path], sources: list[Source], names: set[str]) -> Remark | None:
    """What of the folders no document names; so that nobody believes that it came in."""
    folders = [path for path in paths if path.is_dir()]
    found = companions.unnamed(folders, [source.path for source in sources], names)
    if not found:
        return None
    shown = tuple(found[:MOST_UNNAMED]) + (("…",) if len(found) > MOST_UNNAMED else ())
    note = Note(noop("Files that no document names: %(count)d (%(names)s)."), {"count": len(found), "names": shown})
    return Remark(", ".join(str(folder) for folder in folders), (note,))


def _section(address: str) -> Section:
    found = Section.objects.filter(slug=address).first()
    if found is None:
        known = ", ".join(Section.objects.order_by("order").values_list("slug", flat=True))
        raise CommandError(
            _("The site has no section with the address “%(address)s”; it has: %(known)s.")
            % {"address": address, "known": known}
        )
    return found


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CommandError(_("“%(name)s” is no time zone; one is Asia/Shanghai.") % {"name": name}) from None


def _columns(result: Result) -> list[str]:
    images = len(result.reading.document.images)
    columns = [str(OUTCOMES[result.outcome]), result.reading.document.title or Path(result.name).stem, result.name]
    if images:
        columns.append(_("%(found)d of %(all)d pictures") % {"found": len(result.found), "all": images})
    return columns
