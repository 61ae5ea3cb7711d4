"""Public addresses."""

from django.urls import URLPattern, URLResolver

app_patterns: list[URLPattern | URLResolver] = []
urlpatterns: list[URLPattern | URLResolver] = []
