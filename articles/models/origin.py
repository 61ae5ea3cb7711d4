"""Where an article came from: the document, byte for byte, how it was read, and where it stood before."""

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
    evidence = models.JSONField(_("evidence"), default=dict, help_text=_("Field, its line in the document, how sure."))
    dropped = models.JSONField(_("left out"), default=list)
    suggestions = models.JSONField(_("suggested repairs"), default=dict)
    undone = models.JSONField(_("repairs undone"), default=list)
    applied = models.JSONField(_("suggested repairs applied"), default=list)
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


class FormerAddress(models.Model):
    """An address of the old site that leads to the article for ever. Both parts are in ``addresses.canonical`` form."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="former_addresses")
    path = models.CharField(_("path"), max_length=800)
    query = models.CharField(_("query"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        ordering = ["path", "query"]
        constraints = [
            models.UniqueConstraint(fields=["path", "query"], name="former_address_once"),
            models.CheckConstraint(condition=~models.Q(path=""), name="former_address_has_path"),
        ]

    def __str__(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path
