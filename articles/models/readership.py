"""What the fold of the journals writes: totals, figures by hour and day, and how far each journal has been taken.

Hours are Unix seconds of their start, days are dates, both in the site's time zone. Numbers of articles are no foreign
keys: what was read stays in the sums when the article goes.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_FIGURE_NAME = 200


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


class RecentReading(models.Model):
    """When a visitor last read something: for the length of the window, so that a reload is known as one.

    The key is made of the visitor's key of the day and of what was read; neither can be got back from it.
    """

    key = models.BigIntegerField(primary_key=True)
    at = models.BigIntegerField()

    class Meta:
        verbose_name = _("recent reading")
        verbose_name_plural = _("recent readings")

    def __str__(self) -> str:
        return str(self.at)


class DaySalt(models.Model):
    """The day's salt, where several machines count into one database. Gone after its day."""

    day = models.DateField(primary_key=True)
    salt = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("salt of a day")
        verbose_name_plural = _("salts of days")

    def __str__(self) -> str:
        return str(self.day)


class ArticleHour(models.Model):
    """An article's views in an hour; for 48 hours."""

    pk = models.CompositePrimaryKey("hour", "article")
    hour = models.BigIntegerField()
    article = models.BigIntegerField()
    views = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("views of an hour")
        verbose_name_plural = _("views of an hour")

    def __str__(self) -> str:
        return f"{self.article}, {self.hour}: {self.views}"


class ArticleDay(models.Model):
    """An article's views on a day; for ever."""

    pk = models.CompositePrimaryKey("article", "day")
    article = models.BigIntegerField()
    day = models.DateField()
    views = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("views of a day")
        verbose_name_plural = _("views of a day")
        # All that a report of a period asks stands in the index.
        indexes = [models.Index(fields=["day", "article", "views"], name="article_day_period")]

    def __str__(self) -> str:
        return f"{self.article}, {self.day}: {self.views}"


class SiteHour(models.Model):
    """What was read on the whole site in an hour; for ever."""

    hour = models.BigIntegerField(primary_key=True)
    day = models.DateField(db_index=True)
    article_views = models.PositiveBigIntegerField(default=0)
    page_views = models.PositiveBigIntegerField(default=0)
    downloads = models.PositiveBigIntegerField(default=0)
    visits = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("hour of the site")
        verbose_name_plural = _("hours of the site")

    def __str__(self) -> str:
        return f"{self.day}, {self.hour}"


class DayFigure(models.Model):
    """How often something occurred on a day: a referring site, a device, a refusal, a repeat, a download, a search."""

    class Subject(models.TextChoices):
        REFERRER = "referrer", _("referring site")
        DEVICE = "device", _("device")
        REFUSED = "refused", _("refused")
        REPEAT = "repeat", _("repeat")
        DOWNLOAD = "download", _("download")
        SEARCH = "search", _("search without a result")

    pk = models.CompositePrimaryKey("day", "subject", "name")
    day = models.DateField()
    subject = models.CharField(max_length=10, choices=Subject)
    name = models.CharField(max_length=LONGEST_FIGURE_NAME)
    number = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("figure of a day")
        verbose_name_plural = _("figures of days")

    def __str__(self) -> str:
        return f"{self.day}, {self.subject}, {self.name}: {self.number}"


class GoneArticle(models.Model):
    """What the figures need of an article that was deleted. The database writes it when the row goes."""

    number = models.BigIntegerField(primary_key=True)
    title = models.CharField(_("title"), max_length=300)
    language = models.CharField(max_length=8)
    author = models.CharField(max_length=200)
    source = models.CharField(max_length=200)
    editor = models.CharField(max_length=200)
    section = models.BigIntegerField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("deleted article")
        verbose_name_plural = _("deleted articles")

    def __str__(self) -> str:
        return self.title


class Edition(models.Model):
    """A number that grows with every change that readers could see. The database itself lets it grow."""

    SITE = 1

    number = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="edition_one_row")]

    def __str__(self) -> str:
        return str(self.number)
