"""The plain way: the row by the ORM, one view more by ``F()``, a short template each time. Same database and server."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.plain_settings"

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.db.models import F  # noqa: E402 - after the set-up
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.template import Context, Template  # noqa: E402
from django.urls import path  # noqa: E402

from articles.models import Article  # noqa: E402

PAGE = Template(
    "<!DOCTYPE html><html lang='{{ article.language }}'><head><title>{{ article.title }}</title></head><body>"
    "<h1>{{ article.title }}</h1><dl><dt>Author</dt><dd>{{ article.author }}</dd><dt>Section</dt>"
    "<dd>{{ article.section.name_en }}</dd><dt>Views</dt><dd>{{ article.views }}</dd></dl>{{ article.body|safe }}"
    "<p>{{ filling }}</p></body></html>"
)
FILLING = "x" * int(os.environ.get("PLAIN_FILLING", "0"))


def article(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    found = Article.objects.select_related("section").get(pk=pk, state="published")
    Article.objects.filter(pk=pk).update(counted_views=F("counted_views") + 1)
    return HttpResponse(PAGE.render(Context({"article": found, "filling": FILLING})))


def front(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ready")


urlpatterns = [path("", front), path("articles/<int:pk>/<str:slug>/", article, name="article")]
