"""The yardstick: an empty Django view behind Django's default middleware, as long as the page it is compared with."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from tests.benchmarks import DEFAULT_MIDDLEWARE

settings.configure(
    ROOT_URLCONF=__name__,
    SECRET_KEY="x" * 50,
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=DEFAULT_MIDDLEWARE,
)
BODY = b"x" * int(os.environ["BARE_BYTES"])


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(BODY)


urlpatterns = [path("", page)]
application = get_wsgi_application()
