"""``manage.py start`` as an operator uses it: a real process, a real server, real signals."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from newsroom.bootstrap import BASE_DIR

PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
PATIENCE_SECONDS = 90

pytestmark = pytest.mark.processes


def environment(data: Path, **variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR"}}
    return {**kept, "NEWSROOM_DATA": str(data), "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1", **variables}


def start(data: Path, *arguments: str, **variables: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "manage.py", "start", *arguments],
        cwd=BASE_DIR,
        env=environment(data, **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(address: str) -> tuple[int, str]:
    request = urllib.request.Request(address, headers=PERSON)
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, response.read().decode("utf-8")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode("utf-8")


def wait_for(address: str) -> int:
    """The status of the first answer."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return get(address)[0]
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@contextmanager
def running(data: Path, *, host: str = "127.0.0.1", **variables: str) -> "Iterator[tuple[str, subprocess.Popen[str]]]":
    port = free_port()
    process = start(data, "--bind", f"{host}:{port}", "--workers", "2", **variables)
    try:
        wait_for(f"http://{host}:{port}/")
        yield f"http://{host}:{port}", process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A data folder after a first ``start --check``, and what that said."""
    data = tmp_path_factory.mktemp("start") / "data"
    process = start(data, "--check")
    said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, said
    return data, said


def without_people(prepared: Path, folder: Path) -> Path:
    """A copy of a prepared data folder that has no administrator."""
    data = Path(shutil.copytree(prepared, folder / "data"))
    forget = "from django.contrib.auth.models import User; User.objects.all().delete()"
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", forget]
    subprocess.run(command, cwd=BASE_DIR, env=environment(data), capture_output=True, check=True)
    return data


def test_the_first_start_says_what_it_did_and_prints_a_password_once(prepared: tuple[Path, str]) -> None:
    data, said = prepared
    lines = said.splitlines()
    assert re.fullmatch(r"Database: \d+ migrations were applied\.", lines[0])
    assert "There is no article yet: the demonstration documents are imported." in lines
    password = re.search(r"The administrator “admin” was made\. Password, shown this once: (\S{12,})", said)
    assert password
    assert lines[-1] == "Everything is in place."
    assert {path.name for path in data.iterdir()} >= {"db.sqlite3", "media", "static", "secret_key"}


def test_a_second_start_changes_nothing_and_says_little(prepared: tuple[Path, str]) -> None:
    data, _ = prepared
    process = start(data, "--check")
    said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, said) == (0, "Everything is in place.\n")


def test_the_site_is_served_a_reading_is_counted_and_sigterm_ends_it_with_all_views_kept(
    prepared: tuple[Path, str],
) -> None:
    data, _ = prepared
    with running(data) as (site, process):
        status, front = get(site + "/")
        address = re.search(r'href="(/articles/\d+/[^"]+/)"', front)
        assert (status, bool(address)) == (200, True)
        assert address
        assert [get(site + address.group(1))[0] for _ in range(5)] == [200] * 5
        os.kill(process.pid, signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
    assert (process.returncode, said.splitlines()[-1]) == (0, "Stopped. All counted views are in the database.")
    number = address.group(1).split("/")[2]
    question = f"from articles.models import Article; print(Article.objects.get(pk={number}).counted_views)"
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", question]
    asked = subprocess.run(command, cwd=BASE_DIR, env=environment(data), capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "1"  # reloads within the window


def test_debug_is_off_and_an_unknown_page_is_a_plain_404(prepared: tuple[Path, str]) -> None:
    data, _ = prepared
    with running(data) as (site, _process):
        status, page = get(site + "/articles/999999/nothing/")
        assert (status, "Traceback" in page, "DEBUG" in page) == (404, False, False)


def test_the_address_that_is_bound_is_answered(prepared: tuple[Path, str]) -> None:
    with running(prepared[0], host="127.0.0.2") as (site, _process):
        assert get(site + "/")[0] == 200


def test_a_weak_password_is_taken_and_told(prepared: tuple[Path, str], tmp_path: Path) -> None:
    data = without_people(prepared[0], tmp_path)
    process = start(data, "--check", NEWSROOM_ADMIN_PASSWORD="admin")
    said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, "That password is weak, change it: " in said) == (0, True)


def test_workers_that_are_killed_again_and_again_are_replaced(prepared: tuple[Path, str]) -> None:
    data, _ = prepared
    with running(data) as (site, process):
        for _ in range(4):
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            os.kill(int(children[-1]), signal.SIGKILL)
            # A connection that the dead worker had accepted is reset: the next one is answered.
            assert wait_for(site + "/") == 200
        assert process.poll() is None


def test_a_port_in_use_is_named_and_nothing_is_started(prepared: tuple[Path, str]) -> None:
    data, _ = prepared
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start(data, "--bind", f"127.0.0.1:{port}")
        said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    expected = f"The address 127.0.0.1:{port} cannot be used (Address already in use); choose another with --bind."
    assert (process.returncode, expected in said) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--bind", "8000"), "--bind is “8000”; give HOST:PORT, as in 127.0.0.1:8000 or [::1]:8000."),
        (("--bind", "127.0.0.1:99999"), "--bind is “127.0.0.1:99999”; give HOST:PORT"),
        (("--workers", "0"), "--workers is 0; give a number from 1 to 64."),
    ],
)
def test_a_bad_option_is_refused_with_a_sentence(
    prepared: tuple[Path, str], arguments: tuple[str, ...], sentence: str
) -> None:
    process = start(prepared[0], *arguments)
    said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, sentence in said) == (1, True)


def test_the_password_can_be_given_and_is_not_printed(prepared: tuple[Path, str], tmp_path: Path) -> None:
    data = without_people(prepared[0], tmp_path)
    process = start(data, "--check", NEWSROOM_ADMIN_PASSWORD="correct horse battery")
    said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert "The administrator “admin” was made with the password from NEWSROOM_ADMIN_PASSWORD." in said
    assert "correct horse battery" not in said
