"""Makes the environment on a bare machine: ``.venv`` beside manage.py, with the pinned packages in it.

Standard library only. ``hand_over`` is for a Python without Django, ``run_tests`` for ``manage.py test``. A stamp in
the environment says which requirements file it holds, so that a changed file is installed again and nothing else is.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

BASE_DIR = Path(__file__).resolve().parent.parent
VENV = BASE_DIR / ".venv"
RUN, TEST = "requirements.txt", "requirements-dev.txt"
PYTHON = VENV / "bin/python"


def hand_over(argv: list[str]) -> NoReturn:
    """Start the same command again inside ``.venv``, which is made first where it is missing or out of date."""
    if Path(sys.prefix).resolve() == VENV.resolve():  # Its Django is gone, whatever the stamps say.
        for stamp in VENV.glob(".requirements*.sha256"):
            stamp.unlink()
    _ensure(TEST if argv[1:2] == ["test"] else RUN)
    _replace_process([str(PYTHON), *argv])


def run_tests(arguments: list[str]) -> NoReturn:
    """Run the tests through pytest, in this environment if it has pytest and else in ``.venv``."""
    python = sys.executable
    if importlib.util.find_spec("pytest") is None or importlib.util.find_spec("pytest_django") is None:
        _ensure(TEST)
        python = str(PYTHON)
    os.chdir(BASE_DIR)
    _replace_process([python, "-m", "pytest", *arguments])


def _ensure(requirements: str) -> None:
    wanted = hashlib.sha256((BASE_DIR / requirements).read_bytes()).hexdigest()
    stamp = VENV / f".{requirements}.sha256"
    if PYTHON.exists() and stamp.exists() and stamp.read_text("ascii") == wanted:
        return
    print(f"Newsroom makes its environment in {VENV.name} (once; about a minute) …", flush=True)  # noqa: T201
    try:
        if not PYTHON.exists():
            venv.create(VENV, with_pip=False, symlinks=True)
        _install(BASE_DIR / requirements)
        stamp.write_text(wanted, "ascii")
        if requirements == TEST:  # The tests' file holds everything that running needs.
            run = hashlib.sha256((BASE_DIR / RUN).read_bytes()).hexdigest()
            (VENV / f".{RUN}.sha256").write_text(run, "ascii")
    except OSError as error:
        _stop(f"The environment could not be made in {VENV}: {error.strerror or error}.")


def _installers(requirements: Path) -> Iterator[list[list[str]]]:
    """The ways to install, the quickest first; each is a list of commands to run one after the other."""
    # The file names every package; and pip before 23.3 stumbles over two spellings of one extra (lxml[html_clean]).
    file = ["--no-deps", "--require-hashes", "--requirement", str(requirements)]
    if uv := shutil.which("uv"):
        yield [[uv, "pip", "install", "--quiet", "--python", str(PYTHON), *file]]
    if importlib.util.find_spec("pip") is not None:
        yield [[sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "--quiet", *file]]
    inside = subprocess.run([str(PYTHON), "-c", "import ensurepip"], capture_output=True, check=False)  # noqa: S603
    if inside.returncode == 0:
        pip = [str(PYTHON), "-m", "pip", "install", "--quiet", *file]
        yield [[str(PYTHON), "-m", "ensurepip", "--default-pip"], pip]


def _install(requirements: Path) -> None:
    quiet = {"PIP_ROOT_USER_ACTION": "ignore", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "UV_PYTHON_DOWNLOADS": "never"}
    tried = []
    for commands in _installers(requirements):
        tried.append("pip" if "-m" in commands[-1] else "uv")
        environment = {**os.environ, **quiet}
        if all(subprocess.run(command, env=environment, check=False).returncode == 0 for command in commands):  # noqa: S603
            return
    if not tried:
        _stop(
            "Newsroom needs pip, ensurepip or uv to install its packages, and found none of them. "
            "Install one, for example Debian's package python3-venv, and start again."
        )
    ways = ", ".join(tried)
    _stop(f"The packages of {requirements.name} could not be installed (tried: {ways}); the reason stands above.")


def _replace_process(command: list[str]) -> NoReturn:
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606


def _stop(sentence: str) -> NoReturn:
    sys.stderr.write(sentence + "\n")
    sys.exit(2)
