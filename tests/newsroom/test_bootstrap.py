"""The one line on a bare machine: who installs, with what, and what is said when nothing can."""

import ast
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from newsroom import bootstrap

ROOT = bootstrap.BASE_DIR
# Stands for the environment's Python and for uv: writes down how it was called.
RECORDER = '#!/bin/sh\necho "$0 $*" >> "{log}"\nexit {status}\n'


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A clean copy of what the bootstrap reads."""
    copy = tmp_path / "clone"
    (copy / "newsroom").mkdir(parents=True)
    for name in ("manage.py", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, copy / name)
    for name in ("__init__.py", "sqlite.py", "bootstrap.py"):
        shutil.copy(ROOT / "newsroom" / name, copy / "newsroom" / name)
    return copy


def program(path: Path, log: Path, status: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(RECORDER.format(log=log, status=status))
    path.chmod(0o755)


def run(bare: Path, *arguments: str, path: str = "/nowhere") -> subprocess.CompletedProcess[str]:
    """Call manage.py with a Python that sees no installed package, so neither Django nor pip."""
    environment = {"PATH": path, "HOME": str(bare.parent / "home"), "LANG": "C.UTF-8"}
    command = [sys.executable, "-S", "manage.py", *arguments]
    return subprocess.run(command, cwd=bare, env=environment, capture_output=True, text=True, check=False)


def test_a_python_that_is_too_old_can_read_manage_py_and_is_told_so() -> None:
    ast.parse((ROOT / "manage.py").read_text(), feature_version=(3, 4))
    pretend = "import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_path('manage.py', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", pretend], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        "Newsroom needs Python 3.11 or newer; this is Python 3.9. Call manage.py with a newer python3.\n",
    )


def test_with_nothing_to_install_with_one_sentence_says_what_is_missing(bare: Path, tmp_path: Path) -> None:
    program(bare / ".venv/bin/python", tmp_path / "log", status=1)  # an environment without ensurepip
    done = run(bare, "start")
    assert (done.returncode, done.stderr) == (
        2,
        "Newsroom needs pip, ensurepip or uv to install its packages, and found none of them. "
        "Install one, for example Debian's package python3-venv, and start again.\n",
    )


def test_the_pinned_file_is_installed_once_and_the_command_is_started_again_inside(bare: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    program(bare / ".venv/bin/python", log)
    program(tmp_path / "bin/uv", log)
    path = f"{tmp_path / 'bin'}{os.pathsep}/bin{os.pathsep}/usr/bin"
    first = run(bare, "start", "--check", path=path)
    second = run(bare, "start", "--check", path=path)
    python = bare / ".venv/bin/python"
    assert (first.returncode, second.returncode) == (0, 0)
    assert log.read_text().splitlines() == [
        f"{tmp_path / 'bin/uv'} pip install --quiet --python {python} --no-deps --require-hashes --requirement "
        f"{bare / 'requirements.txt'}",
        f"{python} manage.py start --check",
        f"{python} manage.py start --check",
    ]


def test_the_tests_bring_their_own_packages_and_a_changed_file_is_installed_again(bare: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    program(bare / ".venv/bin/python", log)
    program(tmp_path / "bin/uv", log)
    path = f"{tmp_path / 'bin'}{os.pathsep}/bin{os.pathsep}/usr/bin"
    run(bare, "test", path=path)
    stamp = bare / ".venv/.requirements-dev.txt.sha256"
    before = stamp.read_text()
    with (bare / "requirements-dev.txt").open("a") as file:
        file.write("# changed\n")
    run(bare, "test", path=path)
    calls = [line.rsplit(" ", 1)[-1] for line in log.read_text().splitlines() if "/bin/uv " in line]
    assert calls == [str(bare / "requirements-dev.txt")] * 2
    wanted = hashlib.sha256((bare / "requirements-dev.txt").read_bytes()).hexdigest()
    assert (before != wanted, stamp.read_text()) == (True, wanted)


def test_a_failed_installation_names_the_file_and_leaves_no_stamp(bare: Path, tmp_path: Path) -> None:
    program(bare / ".venv/bin/python", tmp_path / "log", status=1)
    program(tmp_path / "bin/uv", tmp_path / "log", status=1)
    done = run(bare, "start", path=f"{tmp_path / 'bin'}{os.pathsep}/bin{os.pathsep}/usr/bin")
    assert (done.returncode, done.stderr, list((bare / ".venv").glob(".requirements*"))) == (
        2,
        "The packages of requirements.txt could not be installed (tried: uv); the reason stands above.\n",
        [],
    )
