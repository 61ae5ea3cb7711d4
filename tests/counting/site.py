"""Two pages that count as the public site does: an article and a list."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from articles import counting
from articles.models import Article, SiteViews

FILLING = "正文。" * 500  # as long as a page


def article(request: HttpRequest, number: int) -> HttpResponse:
    views = Article.objects.filter(pk=number).values_list("views", flat=True).first()
    if views is None:
        raise Http404
    response = HttpResponse(f"<p>{views}</p><p>{FILLING}</p>")
    counting.record(request, response, article=number)
    return response


def front(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(f"<p>{sum(SiteViews.objects.values_list('counted', flat=True))}</p>")
    counting.record(request, response)
    return response


urlpatterns = [path("", front), path("articles/<int:number>/", article)]
