"""What an article was, version by version, and who moved it between states."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.states import MoveName, State


class Revision(models.Model):
    """The whole content of an article at one version."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField(_("version"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("by")
    )
    content = models.JSONField(_("content"))

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["article", "version"], name="revision_once_a_version")]

    def __str__(self) -> str:
        return _("Version %(version)d") % {"version": self.version}


class Move(models.Model):
    """One change of state. ``by`` is empty for the program itself (an import)."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="moves")
    name = models.CharField(_("move"), max_length=10, choices=MoveName)
    start = models.CharField(_("from"), max_length=10, choices=State, blank=True)
    end = models.CharField(_("to"), max_length=10, choices=State)
    version = models.PositiveIntegerField(_("version"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("by")
    )
    comment = models.CharField(_("comment"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        ordering = ["-id"]
        indexes = [models.Index(fields=["article", "-id"], name="move_newest")]
        constraints = [
            models.CheckConstraint(condition=models.Q(name__in=list(MoveName)), name="move_name_known"),
            models.CheckConstraint(condition=models.Q(end__in=list(State)), name="move_end_known"),
            models.CheckConstraint(condition=models.Q(start__in=["", *State]), name="move_start_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()}: {self.start} → {self.end}"
