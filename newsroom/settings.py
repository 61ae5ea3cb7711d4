"""Settings: sound defaults for one machine, everything else by environment variables.

Each variable stands in the README's table. A bad value stops the program with a sentence that names it.
"""

import os
import re
import secrets
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, available_timezones

import django
import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from articles import brand
from newsroom import sqlite

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
Value = TypeVar("Value")


def refusal(name: str, found: object, right: str) -> ImproperlyConfigured:
    shown = re.sub(r"(://[^:/@]*:)[^@]*@", r"\1…@", str(found))  # a password belongs into no log
    return ImproperlyConfigured(f'{name} is "{shown}"; {right}')


def read(name: str, cast: Callable[[str], Value], default: Value, *, right: str) -> Value:
    """The variable's value, or the default where it is unset or empty. ``right`` tells what would be accepted."""
    if not os.environ.get(name, "").strip():
        return default
    try:
        return cast(name)
    except (ValueError, KeyError, TypeError, ImproperlyConfigured) as error:
        raise refusal(name, os.environ[name], right) from error


def switch(name: str) -> bool:
    word = env.str(name).strip().lower()
    if word not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
        raise ValueError(word)
    return bool(env.bool(name))


def number(low: int, high: int) -> Callable[[str], int]:
    def cast(name: str) -> int:
        value = int(env.int(name))
        if not low <= value <= high:
            raise ValueError(value)
        return value

    return cast


def folder(name: str) -> Path:
    return Path(env.str(name)).expanduser().resolve()


# What a running site writes: one folder.
DATA_DIR = read("NEWSROOM_DATA", folder, BASE_DIR / "var", right="give the path of a folder.")
MEDIA_ROOT = read("NEWSROOM_MEDIA", folder, DATA_DIR / "media", right="give the path of a folder.")
STATIC_ROOT = read("NEWSROOM_STATIC", folder, DATA_DIR / "static", right="give the path of a folder.")
JOURNAL_DIR = DATA_DIR / "journals"
SECRET_KEY_FILE = DATA_DIR / "secret_key"

YES_NO = "use 1 or 0."
DEBUG = read("NEWSROOM_DEBUG", switch, False, right=YES_NO)
HTTPS = read("NEWSROOM_HTTPS", switch, False, right=YES_NO)


def secret_key() -> str:
    """The key given, the key kept in the data folder, or a new one that is kept there from now on."""
    given = os.environ.get("NEWSROOM_SECRET_KEY", "")
    if given:
        if len(given) < 50 or len(set(given)) < 5:
            raise ImproperlyConfigured(
                f"NEWSROOM_SECRET_KEY has {len(given)} characters; use at least 50, chosen at random."
            )
        return given
    if SECRET_KEY_FILE.is_file():
        return SECRET_KEY_FILE.read_text("ascii").strip()
    key = secrets.token_urlsafe(64)
    try:
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(SECRET_KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(key)
    except FileExistsError:  # Another process was first.
        return SECRET_KEY_FILE.read_text("ascii").strip()
    except OSError as error:
        raise refusal("NEWSROOM_DATA", DATA_DIR, f"nothing can be written there ({error.strerror}).") from error
    return key


SECRET_KEY = secret_key()


def hosts(name: str) -> list[str]:
    names = [host.strip() for host in env.list(name) if host.strip()]
    if any("/" in host or " " in host for host in names):
        raise ValueError(names)
    return names


HOSTS_RIGHT = "list host names separated by commas, without https:// and paths."
ALLOWED_HOSTS = read("NEWSROOM_HOSTS", hosts, ["127.0.0.1", "localhost", "[::1]"], right=HOSTS_RIGHT)
CSRF_TRUSTED_ORIGINS = [
    f"https://{'*' * host.startswith('.')}{host}" for host in ALLOWED_HOSTS if HTTPS and host != "*"
]
# How many proxies in front are ours: only the address which they vouch for is believed (0: the connection's own).
TRUSTED_PROXIES = read("NEWSROOM_TRUSTED_PROXIES", number(0, 9), 0, right="give a number from 0 to 9.")

INSTALLED_APPS = [
    "articles.apps.NewsroomAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "taggit",
    "js_asset",
    "django_prose_editor",
    "admin_ordering",
    "articles.apps.ArticlesConfig",
]

MIDDLEWARE = [
    "articles.middleware.PublicPages",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "articles.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "articles.middleware.InterfaceLanguage",
    "articles.middleware.FormerAddresses",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "articles.middleware.csp_nonce",
            ],
        },
    },
]


def database(name: str) -> dict[str, Any]:
    if "://" not in env.str(name):
        raise ValueError(name)
    with warnings.catch_warnings(action="ignore"):  # An unknown engine is refused here, with the sentence below.
        found: dict[str, Any] = env.db_url(name)
    if found["ENGINE"] not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}:
        raise ValueError(found["ENGINE"])
    return found


DATABASE: dict[str, Any] = read(
    "DATABASE_URL",
    database,
    {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATA_DIR / "db.sqlite3")},
    right="use sqlite:///path/to/file or postgres://user:password@host:5432/name.",
)
SOUND_SQLITE = sqlite.SOUND
# A connection is kept for as long as its thread lives: opening one costs more than a page (PERFORMANCE).
DATABASE["CONN_MAX_AGE"] = None
DATABASE["CONN_HEALTH_CHECKS"] = True
if DATABASE["ENGINE"].endswith("sqlite3"):
    DATABASE["OPTIONS"] = {
        **DATABASE.get("OPTIONS", {}),
        "transaction_mode": "IMMEDIATE",
        "factory": sqlite.connection_factory(),
        "timeout": 20,  # seconds that a writer waits for another writer
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;",
    }
DATABASES = {"default": DATABASE}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
MEDIA_URL = "/media/"
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [
    "map",
    "jpg",
    "jpeg",
    "png",
    "gif",
    "webp",
    "avif",
    "zip",
    "gz",
    "woff",
    "woff2",
]
WHITENOISE_MANIFEST_STRICT = False
FILE_UPLOAD_PERMISSIONS = 0o644
# An article of 5 MB and one of 100 pictures fit into one form; a refusal by Django would lose the typed text.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
DATA_UPLOAD_MAX_NUMBER_FILES = 200

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"

# Languages and time. The first language is the one of "/"; the others have a prefix, as "/en/".
KNOWN_LANGUAGES = {"zh-hans": _("Simplified Chinese"), "en": _("English")}


def languages(name: str) -> list[str]:
    codes = [code.strip().lower() for code in env.list(name) if code.strip()]
    if not codes or not set(codes) <= set(KNOWN_LANGUAGES) or len(codes) != len(set(codes)):
        raise ValueError(codes)
    return codes


LANGUAGE_CODES = read(
    "NEWSROOM_LANGUAGES",
    languages,
    ["zh-hans", "en"],
    right='choose from "zh-hans,en", the main language first.',
)
LANGUAGES = [(code, KNOWN_LANGUAGES[code]) for code in LANGUAGE_CODES]
LANGUAGE_CODE = LANGUAGE_CODES[0]
LOCALE_PATHS = [BASE_DIR / "articles" / "locale"]
USE_I18N = True
USE_TZ = True


def time_zone(name: str) -> str:
    value = env.str(name).strip()
    if value not in available_timezones():
        raise ValueError(value)
    return str(ZoneInfo(value))


TIME_ZONE = read(
    "NEWSROOM_TIME_ZONE",
    time_zone,
    "Asia/Shanghai",
    right='use a name as in "Asia/Shanghai" or "Europe/Berlin".',
)

# The site's name in both languages.
SITE_NAMES = {
    "zh-hans": os.environ.get("NEWSROOM_NAME_ZH", "").strip() or "新闻中心",
    "en": os.environ.get("NEWSROOM_NAME_EN", "").strip() or "News Center",
}

# The site's own colour and sign.
ACCENT = read(
    "NEWSROOM_ACCENT",
    lambda name: brand.accent(env.str(name).strip()),
    "",
    right="give a colour as #0b5c50 on which white letters can be read (contrast 4.5 or more).",
)
LOGO = read(
    "NEWSROOM_LOGO",
    lambda name: brand.logo(folder(name)),
    None,
    right="give the path of an .svg, .png, .webp or .jpg file of at most 300 kB.",
)

# Counting. Seconds between two folds of the journals into the database; 0 folds at once, in the request.
FOLD_SECONDS = read("NEWSROOM_FOLD_SECONDS", number(0, 60), 1, right="give whole seconds from 0 to 60.")
# A reload by the same visitor within the window is no other view; 0 counts each load. At most half a day: a window may
# reach over one midnight.
REPEAT_SECONDS = 60 * read(
    "NEWSROOM_REPEAT_MINUTES", number(0, 720), 30, right="give whole minutes from 0 to 720; 0 counts each load."
)
# Rendered public pages that each process keeps; 0 keeps none.
PAGE_CACHE_BYTES = 1_000_000 * read(
    "NEWSROOM_PAGE_CACHE_MB", number(0, 100_000), 32, right="give megabytes from 0 (keep no pages) to 100000."
)
# How long a cache in front (CDN, nginx) may keep a public page; a beacon then counts its readers.
SHARED_CACHE_SECONDS = read(
    "NEWSROOM_SHARED_CACHE_SECONDS",
    number(0, 86_400),
    0,
    right="give whole seconds from 0 to 86400 (0: no such cache).",
)


def mail(name: str) -> dict[str, Any]:
    found: dict[str, Any] = env.email_url(name)
    return found


MAIL = read(
    "NEWSROOM_EMAIL_URL",
    mail,
    {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"},
    right="use smtp+tls://user:password@host:587 or consolemail://.",
)
DEFAULT_FROM_EMAIL = os.environ.get("NEWSROOM_EMAIL_FROM", "").strip() or "newsroom@localhost"
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if django.VERSION >= (6, 1):
    MAIL_OPTIONS = {
        "host": MAIL.get("EMAIL_HOST"),
        "port": MAIL.get("EMAIL_PORT"),
        "username": MAIL.get("EMAIL_HOST_USER"),
        "password": MAIL.get("EMAIL_HOST_PASSWORD"),
        "use_tls": MAIL.get("EMAIL_USE_TLS"),
        "use_ssl": MAIL.get("EMAIL_USE_SSL"),
    }
    MAILERS = {
        "default": {
            "BACKEND": MAIL["EMAIL_BACKEND"],
            "OPTIONS": {key: value for key, value in MAIL_OPTIONS.items() if value},
        }
    }
else:
    globals().update({key: value for key, value in MAIL.items() if key.startswith("EMAIL_")})

# Tags: the parser knows Chinese commas; "AI" and "ai" are one tag.
TAGGIT_CASE_INSENSITIVE = True
TAGGIT_TAGS_FROM_STRING = "articles.tags.parse"
TAGGIT_STRING_FROM_TAGS = "articles.tags.join"

# Safety.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "newsroom_session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "newsroom_csrf"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
