"""``manage.py start``: everything that a running site needs, then the site itself.

A second start finds everything in place and changes nothing. ``--check`` does all but serve.
"""

import hashlib
import os
import secrets
import socket
import sys
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from articles import counting, search
from articles.management import serving
from articles.management.console import speak
from articles.models import Article, Section

FIRST_ADMINISTRATOR = "admin"
DEFAULT_BIND = "127.0.0.1:8000"
MOST_WORKERS = 64
ANY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104
FOLD_AT_STOP_SECONDS = 5
# The sections that an empty site begins with. The office may rename, order and delete them.
FIRST_SECTIONS = (
    ("campus", "学校要闻", "Campus News"),
    ("research", "科学研究", "Research"),
    ("education", "人才培养", "Education"),
    ("cooperation", "合作交流", "Cooperation"),
    ("life", "校园生活", "Campus Life"),
)


def default_workers() -> int:
    return max(1, min(4, os.cpu_count() or 1))


class Command(BaseCommand):
    help = "Prepare everything and run the site: database, style sheets, first articles, administrator, server."
    requires_system_checks = []  # They run after the migrations, when they can be answered.

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", default=DEFAULT_BIND, metavar="HOST:PORT", help=f"Default: {DEFAULT_BIND}.")
        parser.add_argument("--workers", type=int, default=default_workers(), help="Processes. Default: the cores.")
        parser.add_argument("--check", action="store_true", help="Prepare everything, but do not serve.")

    def handle(self, *, bind: str, workers: int, check: bool, **options: Any) -> None:
        with speak():
            host, port = read_bind(bind)
            if not 1 <= workers <= MOST_WORKERS:
                raise CommandError(
                    _("--workers is %(found)d; give a number from 1 to %(most)d.")
                    % {"found": workers, "most": MOST_WORKERS}
                )
            if not check:
                refuse_taken_port(host, port)
                self.answer_for(host)
            self.prepare()
            if check:
                self.say(_("Everything is in place."))
                return
            shown = "127.0.0.1" if host in ANY_ADDRESS else f"[{host}]" if ":" in host else host
            address = f"http://{shown}:{port}/"
            self.say(_("The site runs at %(address)s (administration: %(admin)s). Ctrl-C stops it.") % {
                "address": address, "admin": address + "admin/",
            })  # fmt: skip
            connections.close_all()  # The workers are forked: each opens a connection of its own.
            with counting.keeping():
                serving.serve(host, port, workers=workers)
            self.say_stopped(counting.fold(wait=FOLD_AT_STOP_SECONDS))

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()

    def answer_for(self, host: str) -> None:
        """The address that is bound is answered too; for a bind to all addresses, say which names are."""
        name = f"[{host}]" if ":" in host else host
        if host in ANY_ADDRESS:
            self.say(
                _("Requests are answered for these hosts: %(hosts)s. Set NEWSROOM_HOSTS to the names of your site.")
                % {"hosts": ", ".join(settings.ALLOWED_HOSTS)}
            )
        elif name not in settings.ALLOWED_HOSTS and "NEWSROOM_HOSTS" not in os.environ:
            settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, name]
            os.environ["NEWSROOM_HOSTS"] = ",".join(settings.ALLOWED_HOSTS)  # for workers that are not forked

    def say_stopped(self, done: counting.Folded) -> None:
        if done.complete:
            self.say(_("Stopped. All counted views are in the database."))
        else:
            self.say(
                _("Stopped. Some counted views wait in the journals for the next start: %(problem)s")
                % {"problem": done.problem}
            )

    def prepare(self) -> None:
        """Do what is not done yet, each with a line that says so."""
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        self.migrate()
        self.collect_static()
        self.check(databases=["default"])
        self.import_fixtures()
        self.catch_up()
        self.make_administrator()
        counting.fold()

    def migrate(self) -> None:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            call_command("migrate", verbosity=0, interactive=False)
            self.say(_("Database: %(count)d migrations were applied.") % {"count": len(plan)})

    def collect_static(self) -> None:
        stamp = settings.DATA_DIR / "static.sha256"
        wanted = static_fingerprint()
        if stamp.exists() and stamp.read_text("ascii") == wanted and Path(settings.STATIC_ROOT).is_dir():
            return
        call_command("collectstatic", verbosity=0, interactive=False, clear=False)
        stamp.write_text(wanted, "ascii")
        self.say(_("Style sheets and scripts were collected in %(folder)s.") % {"folder": settings.STATIC_ROOT})

    def import_fixtures(self) -> None:
        if Article.objects.exists():
            return
        self.say(_("There is no article yet: the demonstration documents are imported."))
        make_sections()
        said = StringIO()
        try:
            call_command("import_articles", stdout=said, stderr=said)
        except (CommandError, SystemExit) as error:  # The site starts without them; what was refused is told.
            self.say(f"{said.getvalue()}{error if isinstance(error, CommandError) else ''}".strip())
            return
        self.say(said.getvalue().splitlines()[-1])

    def catch_up(self) -> None:
        """Articles of an older version of the program are not in the search yet."""
        if count := search.catch_up():
            self.say(_("Articles indexed: %(count)d.") % {"count": count})

    def make_administrator(self) -> None:
        users = get_user_model().objects
        if users.filter(is_superuser=True).exists():
            return
        if users.filter(username=FIRST_ADMINISTRATOR).exists():
            self.say(_("There is no administrator, and the name “admin” is taken: run manage.py createsuperuser."))
            return
        given = os.environ.get("NEWSROOM_ADMIN_PASSWORD", "")
        password = given or secrets.token_urlsafe(12)
        users.create_superuser(FIRST_ADMINISTRATOR, password=password)
        if not given:
            self.say(_("The administrator “admin” was made. Password, shown this once: %(password)s") % {
                "password": password,
            })  # fmt: skip
            return
        self.say(_("The administrator “admin” was made with the password from NEWSROOM_ADMIN_PASSWORD."))
        try:
            validate_password(given)
        except ValidationError as weak:
            self.say(_("That password is weak, change it: %(reason)s") % {"reason": " ".join(weak.messages)})


def make_sections() -> None:
    """An empty site gets its first sections; one that has any keeps its own."""
    if Section.objects.exists():
        return
    for order, (slug, name_zh, name_en) in enumerate(FIRST_SECTIONS):
        Section.objects.create(slug=slug, name_zh=name_zh, name_en=name_en, order=order)


def read_bind(bind: str) -> tuple[str, int]:
    """Host and port of HOST:PORT; an IPv6 address stands in brackets."""
    host, colon, port = bind.rpartition(":")
    if not colon or not host or not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise CommandError(
            _("--bind is “%(found)s”; give HOST:PORT, as in 127.0.0.1:8000 or [::1]:8000.") % {"found": bind}
        )
    return host.strip("[]"), int(port)


def refuse_taken_port(host: str, port: int) -> None:
    """Two servers on one port would share its readers without a word; this tells instead."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CommandError(
            _("The address %(host)s:%(port)d cannot be used (%(reason)s); choose another with --bind.")
            % {"host": host, "port": port, "reason": error.strerror}
        ) from error


def static_fingerprint() -> str:
    """Changes when any file that would be collected changes; quick, since nothing is opened."""
    digest = hashlib.sha256(f"{settings.STATIC_ROOT}|{sys.prefix}".encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path}|{stat.st_size}|{stat.st_mtime_ns}".encode())
    return digest.hexdigest()
