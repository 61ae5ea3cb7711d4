"""A section (栏目): a named part of the site with its own list."""

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Section(models.Model):
    name_zh = models.CharField(_("name in Chinese"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60)
    slug = models.SlugField(_("address"), max_length=60, unique=True, help_text=_("The last part of /sections/…/."))
    order = models.PositiveIntegerField(_("order"), default=0, help_text=_("Small numbers stand first."))

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["order", "id"]
        indexes = [models.Index(fields=["order", "id"], name="section_order")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(slug=""), name="section_has_slug"),
            models.CheckConstraint(condition=~models.Q(name_zh="") & ~models.Q(name_en=""), name="section_has_names"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("section", args=[self.slug])

    @property
    def name(self) -> str:
        """The name in the interface language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en
