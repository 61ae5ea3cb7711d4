"""Pictures of an article, and the sizes of them that pages show."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article


class ArticleImage(models.Model):
    """One picture. ``file`` is empty where a document names a picture that was not found; the name is kept."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="images", verbose_name=_("article"))
    file = models.ImageField(
        _("file"), max_length=120, blank=True, width_field="width", height_field="height", upload_to="images"
    )
    original_name = models.CharField(_("original name"), max_length=255, blank=True)
    alt = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What is to be seen, for readers who cannot see it. Empty for mere decoration."),
    )
    caption = models.CharField(_("caption"), max_length=500, blank=True)
    credit = models.CharField(_("credit"), max_length=200, blank=True, help_text=_("The photographer or the owner."))
    order = models.PositiveIntegerField(_("order"), default=0)
    place = models.PositiveIntegerField(
        _("place in the text"),
        null=True,
        editable=False,
        help_text=_("How many blocks of the text stand before it."),
    )
    width = models.PositiveIntegerField(_("width"), default=0, editable=False, null=True)
    height = models.PositiveIntegerField(_("height"), default=0, editable=False, null=True)
    sha256 = models.CharField(_("SHA-256 of the original"), max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["order", "id"]
        indexes = [
            models.Index(fields=["article", "order", "id"], name="image_order"),
            models.Index(fields=["file"], name="image_file"),
            models.Index(fields=["sha256"], name="image_sha256", condition=~Q(sha256="")),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(file="") | ~Q(original_name=""), name="image_has_file_or_name"),
        ]

    def __str__(self) -> str:
        return self.caption or self.alt or self.original_name or str(self.file.name)


class Rendition(models.Model):
    """A picture in one width and format, made once when the picture was stored, never larger than it."""

    image = models.ForeignKey(ArticleImage, on_delete=models.CASCADE, related_name="renditions")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    format = models.CharField(max_length=8)
    file = models.FileField(max_length=140)

    class Meta:
        ordering = ["format", "width"]
        indexes = [models.Index(fields=["file"], name="rendition_file")]
        constraints = [
            models.UniqueConstraint(fields=["image", "width", "format"], name="rendition_once"),
            models.CheckConstraint(condition=Q(width__gte=1, height__gte=1), name="rendition_has_size"),
        ]

    def __str__(self) -> str:
        return f"{self.file.name} ({self.width} × {self.height})"
