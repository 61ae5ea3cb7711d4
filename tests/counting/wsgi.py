"""The site of two pages for WSGI servers."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.counting.site_settings")
application = get_wsgi_application()
