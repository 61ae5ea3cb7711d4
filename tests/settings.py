"""The product's settings with what makes tests quick: a cheap password hash and plain static files."""

from newsroom.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Nothing is collected before the tests: whitenoise looks the files up when they are asked for.
WHITENOISE_AUTOREFRESH = True
