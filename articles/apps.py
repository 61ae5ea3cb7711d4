"""Wiring of the app and of its admin site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("News")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from articles import checks  # noqa: F401, PLC0415 - checks register themselves once the apps are loaded
        from articles.models import triggers  # noqa: PLC0415 - models exist once the apps are loaded

        post_migrate.connect(triggers.install, sender=self)


class NewsroomAdminConfig(AdminConfig):
    default_site = "articles.admin.site.NewsroomAdminSite"
