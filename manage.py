#!/usr/bin/env python3
"""The newsroom's command line. ``python3 manage.py start`` is enough, also on a bare machine."""

import importlib.util
import os
import sys


def main() -> None:  # A Python that is too old must still be able to read this file and say so.
    if sys.version_info < (3, 11):
        sys.stderr.write(
            "Newsroom needs Python 3.11 or newer; this is Python %d.%d. Call manage.py with a newer python3.\n"
            % sys.version_info[:2]
        )
        sys.exit(2)
    from newsroom import bootstrap  # noqa: PLC0415 - the version is known now

    if importlib.util.find_spec("django") is None:
        bootstrap.hand_over(sys.argv)
    if sys.argv[1:2] == ["test"]:
        bootstrap.run_tests(sys.argv[2:])
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 - Django is known to be here
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.stderr.write("%s\n" % error)
        sys.exit(2)


if __name__ == "__main__":
    main()
