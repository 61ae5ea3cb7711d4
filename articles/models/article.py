"""The article: one piece of news, its people, its state and its counts."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, validate_slug
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles import rules
from articles.models.section import Section
from articles.states import Language, Precision, State
from articles.tags import TaggableManager, TaggedItemBase

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

# Counters belong to the fold alone: saving an article must never write an old number back.
COUNTERS = frozenset({"counted_views"})
# What a list does not show is not read from the table.
WIDE = ("body",)
# Nobody has more; with it, counted views can be added for ever without leaving the column.
MOST_VIEWS = 10**15


class ArticleQuerySet(models.QuerySet["Article"]):
    def public(self, *, at: datetime) -> Self:
        """What readers see at this moment. The one definition beside ``rules.is_public``."""
        return self.filter(state=State.PUBLISHED, published_at__lte=at)

    def visible_to(self, person: "User | AnonymousUser", *, at: datetime) -> Self:
        """Public articles, and those whose draft this person may preview."""
        if person.has_perm("articles.edit_any_article"):
            return self
        public = Q(state=State.PUBLISHED, published_at__lte=at)
        if person.is_authenticated and person.has_perm("articles.view_article"):
            return self.filter(public | Q(created_by=person.pk))
        return self.filter(public)

    def in_language(self, *languages: str) -> Self:
        return self.filter(language__in=languages)

    def newest(self) -> Self:
        """By time of publication, the newest first; the number decides where two times are equal."""
        return self.order_by("-published_at", "-id")

    def cards(self) -> Self:
        """What a list shows, without the text: section, cover, renditions; the same few queries for any number."""
        return self.defer(*WIDE).select_related("section", "cover").prefetch_related("cover__renditions")


class TaggedArticle(TaggedItemBase):
    content_object = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="tagged")

    class Meta:
        verbose_name = _("tag of an article")
        verbose_name_plural = _("tags of articles")
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="tag_once_an_article")]


def _line(label: Any, help_text: Any = "") -> "models.CharField[str, str]":
    return models.CharField(label, max_length=200, blank=True, help_text=help_text)


class Article(models.Model):  # type: ignore[django-manager-missing]  # taggit has no types
    title = models.CharField(_("title"), max_length=300)
    subtitle = models.CharField(_("subtitle"), max_length=300, blank=True)
    slug = models.CharField(
        _("address"),
        max_length=100,
        unique=True,
        blank=True,
        validators=[validate_slug],
        help_text=_("Made from the title when empty. A former address always leads to the present one."),
    )
    language = models.CharField(_("language"), max_length=8, choices=Language, default=Language.ZH_HANS)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    published_at = models.DateTimeField(
        _("published at"),
        null=True,
        blank=True,
        help_text=_("A published article with a time to come appears by itself at that time."),
    )
    published_precision = models.CharField(
        _("precision"),
        max_length=6,
        choices=Precision,
        blank=True,
        help_text=_("A date alone is shown without a time."),
    )
    author = _line(_("author"), _("Several names are separated by blanks or “、”."))
    source = _line(_("source"), _("The unit or medium that the text comes from."))
    editor = _line(_("editor"))
    reviewer = _line(_("reviewer"))
    photographer = _line(_("photographer"))
    section = models.ForeignKey(
        Section,
        verbose_name=_("section"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="articles",
    )
    tags = TaggableManager(
        verbose_name=_("tags"),
        through=TaggedArticle,
        blank=True,
        help_text=_("Separate tags with “，”, “、”, “；” or a comma."),
    )
    cover = models.ForeignKey(
        "articles.ArticleImage",
        verbose_name=_("cover"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The picture shown in lists. The first picture when nothing is chosen."),
    )
    pinned = models.BooleanField(_("pinned"), default=False, help_text=_("Stands at the top of the front page."))
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    imported_views = models.PositiveBigIntegerField(
        _("imported views"),
        default=0,
        validators=[MaxValueValidator(MOST_VIEWS)],
        help_text=_("The count that the article brought along from its former site."),
    )
    counted_views = models.PositiveBigIntegerField(_("counted views"), default=0, editable=False)
    views = models.GeneratedField(
        verbose_name=_("views"),
        expression=F("imported_views") + F("counted_views"),
        output_field=models.PositiveBigIntegerField(),
        db_persist=True,
    )
    created_at = models.DateTimeField(_("created at"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    changed_at = models.DateTimeField(_("changed at"), editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    summary = models.TextField(
        _("summary"),
        blank=True,
        max_length=600,
        help_text=_("Shown in lists; the first sentences of the text when empty."),
    )
    excerpt = models.TextField(_("excerpt"), blank=True, editable=False)
    # The wide column stands last: a read of the public face touches one page of the table.
    body = models.TextField(_("text"), blank=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-changed_at", "-id"]
        permissions = [
            ("edit_any_article", "Can edit everyone's articles in every state"),
            ("publish_article", "Can publish articles"),
            ("withdraw_article", "Can withdraw published articles"),
        ]
        indexes = [
            # The state stands inside the index instead of a condition: without statistics SQLite prefers any index
            # with an equality over a partial one, and then sorts all published articles for each page.
            models.Index(fields=["state", "-published_at", "-id"], name="public_newest"),
            models.Index(fields=["section", "state", "-published_at", "-id"], name="public_section"),
            models.Index(fields=["language", "state", "-published_at", "-id"], name="public_language"),
            models.Index(
                fields=["section", "language", "state", "-published_at", "-id"], name="public_section_language"
            ),
            models.Index(fields=["state", "-published_at", "-id"], name="public_pinned", condition=Q(pinned=True)),
            models.Index(fields=["created_by", "-changed_at", "-id"], name="desk_mine"),
            models.Index(fields=["language", "-changed_at", "-id"], name="desk_language"),
            models.Index(fields=["title", "author"], name="desk_search"),
            models.Index(fields=["-changed_at", "-id"], name="desk_changed"),
            models.Index(fields=["state", "-changed_at", "-id"], name="desk_state"),
            models.Index(fields=["section", "-changed_at", "-id"], name="desk_section"),
            models.Index(fields=["-published_at", "-id"], name="desk_published"),
            models.Index(fields=["-views", "-id"], name="desk_views"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="article_has_title"),
            models.CheckConstraint(condition=~Q(slug=""), name="article_has_slug"),
            models.CheckConstraint(condition=Q(state__in=list(State)), name="article_state_known"),
            models.CheckConstraint(condition=Q(language__in=list(Language)), name="article_language_known"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_precision="")
                | Q(published_at__isnull=False, published_precision__in=list(Precision)),
                name="article_date_has_precision",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="article_published_has_date",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="article_version_counts"),
            models.CheckConstraint(condition=Q(imported_views__lte=MOST_VIEWS), name="article_views_bounded"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Write the row, but not the counters of a row that exists: they grow in the database alone."""
        if not self._state.adding and update_fields is None:
            update_fields = [
                field.name
                for field in self._meta.concrete_fields
                if not field.primary_key and not field.generated and field.name not in COUNTERS
            ]
            deferred = self.get_deferred_fields()
            update_fields = [name for name in update_fields if self._meta.get_field(name).attname not in deferred]  # type: ignore[union-attr]
        super().save(*args, update_fields=update_fields, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.pk, self.slug])

    @property
    def language_tag(self) -> str:
        """The BCP 47 tag for the ``lang`` attribute."""
        return Language(self.language).tag

    def is_public(self, *, at: datetime) -> bool:
        return rules.is_public(self, at=at)
