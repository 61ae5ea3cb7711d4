"""Files offered for download under an article."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article

# As with the views of an article: saving an attachment must never write an old number back.
COUNTERS = frozenset({"downloads"})


class Attachment(models.Model):
    """One file. ``file`` is empty where a document names an attachment that was not found; the name is kept."""

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="attachments", verbose_name=_("article")
    )
    file = models.FileField(_("file"), max_length=120, blank=True, upload_to="attachments")
    name = models.CharField(_("name"), max_length=255, help_text=_("The name that readers see and download."))
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0, editable=False)
    order = models.PositiveIntegerField(_("order"), default=0)
    downloads = models.PositiveBigIntegerField(_("downloads"), default=0, editable=False)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["order", "id"]
        indexes = [models.Index(fields=["article", "order", "id"], name="attachment_order")]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="attachment_has_name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Write the row, but not the counter of a row that exists: it grows in the database alone."""
        if not self._state.adding and update_fields is None:
            deferred = self.get_deferred_fields()
            update_fields = [
                field.name
                for field in self._meta.concrete_fields
                if not field.primary_key and field.name not in COUNTERS and field.attname not in deferred
            ]
        super().save(*args, update_fields=update_fields, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("attachment", args=[self.pk, self.name])
