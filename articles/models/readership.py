"""What the fold of the journals writes: totals, and how far each journal has been taken."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SiteViews(models.Model):
    """The views of list pages, as one total for the site."""

    SITE = 1  # the one row's key

    counted = models.PositiveBigIntegerField(_("counted views"), default=0)

    class Meta:
        verbose_name = _("views of the site")
        verbose_name_plural = _("views of the site")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="site_views_one_row")]

    def __str__(self) -> str:
        return str(self.counted)


class JournalPosition(models.Model):
    """Up to which byte of a journal the records are in the totals. Written in the transaction that adds them."""

    machine = models.CharField(max_length=32)
    journal = models.CharField(max_length=64)
    position = models.PositiveBigIntegerField(default=0)
    damaged = models.PositiveBigIntegerField(default=0)
    # The writer is gone and every record is taken: the file may be removed, and only then this row.
    sealed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("position in a journal")
        verbose_name_plural = _("positions in journals")
        constraints = [models.UniqueConstraint(fields=["machine", "journal"], name="journal_once_a_machine")]

    def __str__(self) -> str:
        return f"{self.machine}/{self.journal}: {self.position}"
