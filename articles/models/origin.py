"""Where an article came from: the document, byte for byte, and how it was read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article


class Origin(models.Model):
    """A document that was imported. Its bytes are kept, so that every repair can be looked at and undone."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="origins")
    collection = models.CharField(_("collection"), max_length=255, blank=True)
    name = models.CharField(_("name"), max_length=500, help_text=_("The path inside the collection."))
    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True)
    reader = models.CharField(_("reader"), max_length=20)
    imported_at = models.DateTimeField(_("imported at"))
    article_version = models.PositiveIntegerField(
        _("version of the article"),
        help_text=_("A higher version of the article means that it was edited since."),
    )
    repairs = models.JSONField(_("repairs"), default=dict)
    warnings = models.JSONField(_("warnings"), default=list)
    content = models.BinaryField(_("original bytes"))

    class Meta:
        verbose_name = _("origin")
        verbose_name_plural = _("origins")
        ordering = ["-imported_at", "-id"]
        indexes = [models.Index(fields=["collection", "name", "-id"], name="origin_path")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(sha256=""), name="origin_has_sha256"),
            models.CheckConstraint(condition=~models.Q(name=""), name="origin_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
