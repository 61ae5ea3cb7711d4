"""The server of ``manage.py start``: granian, which answers short pages two to four times faster than gunicorn.

A worker that dies is replaced at once. Ctrl-C and SIGTERM let the requests in flight finish.
"""

import logging
import time

from django.utils.translation import gettext as _
from granian import Granian
from granian.constants import HTTPModes, Interfaces, RuntimeModes
from granian.log import LogLevels

# Python runs one thread at a time: each more costs pages a second (four against one: a quarter). Two, so that
# a slow upload does not keep the readers of its worker waiting.
THREADS = 2
STOP_WITHIN_SECONDS = 25  # a request in flight for longer is cut off
PATIENCE = 20  # failures of the server in a row, each sooner than QUICK seconds after its start, before giving up
QUICK = 2.0
log = logging.getLogger(__name__)


class ServerFailed(Exception):
    """The server ended again and again right after its start."""


def serve(host: str, port: int, *, workers: int) -> None:
    """Serve until a signal to stop. Raises ServerFailed if the server cannot run at all."""
    failures = 0
    while True:
        server = Granian(
            "newsroom.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=THREADS,
            blocking_threads_idle_timeout=600,
            respawn_failed_workers=True,
            workers_kill_timeout=STOP_WITHIN_SECONDS,
            websockets=False,
            http=HTTPModes.http1,  # without TLS no browser speaks HTTP/2, and finding out costs each connection
            runtime_mode=RuntimeModes.mt,
            runtime_threads=2,
            log_level=LogLevels.warning,
        )
        started = time.monotonic()
        try:
            server.serve()
        except SystemExit:
            # granian ends itself when one worker dies twice within seconds; the site goes on.
            log.warning(_("The server ended by itself and is started again."))
        if server.interrupt_signal:
            return
        failures = failures + 1 if time.monotonic() - started < QUICK else 0
        if failures >= PATIENCE:
            raise ServerFailed(_("The server ended %(count)d times right after its start.") % {"count": failures})
