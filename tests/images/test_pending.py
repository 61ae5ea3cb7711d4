"""Files that a killed process left half way are removed by the next one."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from articles.images import pending, uploads
from tests import make

pytestmark = pytest.mark.django_db

DYING = """
import os, sys
from pathlib import Path
import django
from django.conf import settings
django.setup()
settings.DATA_DIR = Path(sys.argv[1])
from articles.images import pending
with pending.noted():
    for name in sys.argv[2:]:
        pending.note(name)
    os.kill(os.getpid(), 9)
"""


@pytest.fixture(autouse=True)
def data(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    return tmp_path / "data"


def die(data: Path, *names: str) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run([sys.executable, "-c", DYING, str(data), *names], env=environment, check=False)
    assert done.returncode == -9


def test_a_picture_of_a_killed_process_goes_with_all_its_sizes(data: Path) -> None:
    for name in ("images/ab/cdef.jpg", "images/ab/cdef-480.webp", "images/ab/other.jpg"):
        default_storage.save(name, ContentFile(b"x"))
    die(data, "images/ab/cdef.jpg")
    assert sorted(pending.sweep()) == ["images/ab/cdef-480.webp", "images/ab/cdef.jpg"]
    assert default_storage.listdir("images/ab") == ([], ["other.jpg"])
    assert (list((data / "pending").iterdir()), pending.sweep()) == ([], [])


def test_a_picture_that_came_into_the_table_before_the_kill_stays(data: Path) -> None:
    image = make.pictured().images.get()
    die(data, str(image.file.name))
    assert pending.sweep() == []
    assert default_storage.exists(str(image.file.name))


def test_a_stored_picture_leaves_no_list_and_a_living_process_is_left_alone(data: Path) -> None:
    with uploads.kept_or_removed():
        pending.note("images/ab/cdef.jpg")
        assert len(list((data / "pending").iterdir())) == 1
        assert (pending.sweep(), len(list((data / "pending").iterdir()))) == ([], 1)
    assert list((data / "pending").iterdir()) == []
