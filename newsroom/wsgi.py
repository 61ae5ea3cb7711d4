"""The door for WSGI servers: ``newsroom.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
django_application = get_wsgi_application()

from articles.middleware import KeptPages  # noqa: E402 - needs the apps that are loaded above

application = KeptPages(django_application)
