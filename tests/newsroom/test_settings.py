"""Settings come from environment variables; a bad value is refused with a sentence that names it."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsroom import settings as product
from newsroom.bootstrap import BASE_DIR

SETTINGS = Path(product.__file__)


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("DATABASE_URL", "NEWSROOM_FOLD_SECONDS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NEWSROOM_DATA", str(tmp_path / "data"))

    def run(**variables: str) -> dict[str, Any]:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return run


def test_without_any_variable_the_site_is_safe_and_stands_on_sqlite_in_the_data_folder(
    read: Any, tmp_path: Path
) -> None:
    found = read()
    data = tmp_path / "data"
    assert {
        "debug": found["DEBUG"],
        "hosts": found["ALLOWED_HOSTS"],
        "database": found["DATABASES"]["default"]["NAME"],
        "media": found["MEDIA_ROOT"],
        "static": found["STATIC_ROOT"],
        "zone": found["TIME_ZONE"],
        "languages": found["LANGUAGE_CODES"],
        "proxies": found["TRUSTED_PROXIES"],
        "fold": found["FOLD_SECONDS"],
        "names": found["SITE_NAMES"],
    } == {
        "debug": False,
        "hosts": ["127.0.0.1", "localhost", "[::1]"],
        "database": str(data / "db.sqlite3"),
        "media": data / "media",
        "static": data / "static",
        "zone": "Asia/Shanghai",
        "languages": ["zh-hans", "en"],
        "proxies": 0,
        "fold": 1,
        "names": {"zh-hans": "新闻中心", "en": "News Center"},
    }


def test_the_secret_key_is_made_once_and_readable_by_its_owner_alone(read: Any, tmp_path: Path) -> None:
    first, second = read()["SECRET_KEY"], read()["SECRET_KEY"]
    file = tmp_path / "data" / "secret_key"
    assert (first == second == file.read_text(), len(first) >= 50, oct(file.stat().st_mode & 0o777)) == (
        True,
        True,
        "0o600",
    )


def test_each_variable_changes_what_it_names(read: Any, tmp_path: Path) -> None:
    found = read(
        NEWSROOM_HOSTS="news.example.edu, 新闻.example",
        NEWSROOM_HTTPS="1",
        NEWSROOM_TRUSTED_PROXIES="2",
        NEWSROOM_TIME_ZONE="Europe/Berlin",
        NEWSROOM_LANGUAGES="en,zh-hans",
        NEWSROOM_NAME_ZH="江畔学院新闻网",
        NEWSROOM_NAME_EN="Riverside News",
        NEWSROOM_MEDIA=str(tmp_path / "pictures"),
        NEWSROOM_STATIC=str(tmp_path / "styles"),
        NEWSROOM_FOLD_SECONDS="0",
        NEWSROOM_SECRET_KEY="k3" * 40 + "abcdef",
        DATABASE_URL="postgres://someone:secret@db.example:5433/news",
        NEWSROOM_EMAIL_URL="smtp+tls://post:secret@mail.example:587",
    )
    database = found["DATABASES"]["default"]
    assert (found["ALLOWED_HOSTS"], found["LANGUAGE_CODE"], found["TIME_ZONE"], found["TRUSTED_PROXIES"]) == (
        ["news.example.edu", "新闻.example"],
        "en",
        "Europe/Berlin",
        2,
    )
    assert (found["SITE_NAMES"]["zh-hans"], found["SITE_NAMES"]["en"]) == ("江畔学院新闻网", "Riverside News")
    assert (found["MEDIA_ROOT"], found["STATIC_ROOT"]) == (tmp_path / "pictures", tmp_path / "styles")
    assert (database["HOST"], database["PORT"], database["NAME"], "OPTIONS" in database) == (
        "db.example",
        5433,
        "news",
        False,
    )
    assert (found["SESSION_COOKIE_SECURE"], found["CSRF_COOKIE_SECURE"], found["SECURE_HSTS_SECONDS"]) == (
        True,
        True,
        31_536_000,
    )
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://news.example.edu", "https://新闻.example"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NEWSROOM_DEBUG", "perhaps"),
        ("NEWSROOM_HTTPS", "2"),
        ("NEWSROOM_HOSTS", "https://news.example.edu/"),
        ("NEWSROOM_TRUSTED_PROXIES", "many"),
        ("NEWSROOM_TRUSTED_PROXIES", "-1"),
        ("NEWSROOM_TIME_ZONE", "Asia/Peking"),
        ("NEWSROOM_LANGUAGES", "zh,en"),
        ("NEWSROOM_LANGUAGES", "en,en"),
        ("NEWSROOM_FOLD_SECONDS", "soon"),
        ("NEWSROOM_FOLD_SECONDS", "3600"),
        ("DATABASE_URL", "mysql://news@db/news"),
        ("DATABASE_URL", "not an address"),
        ("NEWSROOM_EMAIL_URL", "pigeon://coop"),
    ],
)
def test_a_bad_value_is_refused_with_its_name_and_the_value_found(read: Any, name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        read(**{name: value})
    sentence = str(refused.value)
    assert sentence.startswith(f'{name} is "{value}"; ')
    assert sentence.endswith(".")


def test_a_host_with_a_leading_dot_trusts_all_hosts_below_it(read: Any) -> None:
    found = read(NEWSROOM_HOSTS=".example.edu", NEWSROOM_HTTPS="1")
    assert (found["ALLOWED_HOSTS"], found["CSRF_TRUSTED_ORIGINS"]) == ([".example.edu"], ["https://*.example.edu"])


def test_a_short_secret_key_is_refused(read: Any) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        read(NEWSROOM_SECRET_KEY="secret")
    assert str(refused.value) == "NEWSROOM_SECRET_KEY has 6 characters; use at least 50, chosen at random."


def test_a_data_folder_that_cannot_be_written_is_named(read: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ImproperlyConfigured) as refused:
        read(NEWSROOM_DATA=str(tmp_path / "file" / "data"))
    assert str(refused.value).startswith(f'NEWSROOM_DATA is "{tmp_path / "file" / "data"}"; ')


def test_a_password_in_an_address_is_not_shown(read: Any) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        read(DATABASE_URL="mysql://joe:s3cret/@db/news")
    assert str(refused.value).startswith('DATABASE_URL is "mysql://joe:…@db/news"; ')


def test_a_bad_value_ends_every_command_with_one_sentence(tmp_path: Path) -> None:
    environment = {**os.environ, "NEWSROOM_DATA": str(tmp_path), "NEWSROOM_DEBUG": "maybe"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    for command in ("start", "import_articles", "check"):
        called = [sys.executable, "manage.py", command]
        done = subprocess.run(called, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (2, 'NEWSROOM_DEBUG is "maybe"; use 1 or 0.\n')
