"""All addresses: the admin, and the public site in each language."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from articles.urls import app_patterns
from articles.urls import urlpatterns as article_patterns

urlpatterns = [
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    *article_patterns,
    *i18n_patterns(*app_patterns, prefix_default_language=False),
]

handler404 = "articles.views.lost"
