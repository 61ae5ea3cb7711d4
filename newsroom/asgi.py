"""The door for ASGI servers: ``newsroom.asgi:application``. WSGI is faster here (README)."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
application = get_asgi_application()
