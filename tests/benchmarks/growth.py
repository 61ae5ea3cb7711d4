"""How the time of a page grows with the number of articles, and what a year of views weighs.

    python -m tests.benchmarks.growth [--articles 1000 100000] [--views 10000000] [--days 365]

Each size has a database of its own (DATABASE_URL chooses the kind; default: an SQLite file). Nothing is kept between
requests; medians of nine, in milliseconds of CPU and waiting, through Django's test client. --views lays so many views
over the largest size and times each report.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.counting.processes import ROOT, fresh_database

REPEATS = 9
BATCH = 2_000


def fill(number: int) -> None:
    """So many published articles in five sections and three languages, one in ten with a tag."""
    import random
    from datetime import UTC, datetime, timedelta

    from articles.models import Article, Section, TaggedArticle
    from articles.tags import Tag

    dice = random.Random(1)
    sections = [
        Section.objects.create(slug=f"section-{n}", name_en=f"Section {n}", name_zh=f"栏目{n}", order=n)
        for n in range(5)
    ]
    tags = [Tag.objects.create(name=f"tag{n}", slug=f"tag{n}") for n in range(20)]
    words = [
        "校企合作",
        "座谈会",
        "人才培养",
        "图书馆",
        "科学研究",
        "实验室",
        "运动会",
        "招生",
        "就业",
        "国际交流",
        "学术报告",
        "志愿服务",
    ]
    first = datetime(2006, 1, 1, tzinfo=UTC)
    step = timedelta(days=365 * 20) / number
    for start in range(0, number, BATCH):
        rows = []
        for n in range(start, min(start + BATCH, number)):
            title = f"{dice.choice(words)}与{dice.choice(words)}：第{n}号新闻"
            at = first + step * n
            body = f"<p>{''.join(dice.choices(words, k=40))}。</p>" * 3
            rows.append(
                Article(
                    title=title,
                    slug=f"n-{n}",
                    language=dice.choice(["zh-hans", "zh-hans", "zh-hant", "en"]),
                    state="published",
                    published_at=at,
                    published_precision="minute",
                    section=dice.choice(sections),
                    author=f"作者{n % 700}",
                    source=f"单位{n % 60}",
                    created_at=at,
                    changed_at=at,
                    body=body,
                    excerpt=body[3:90],
                    summary="",
                )
            )
        made = Article.objects.bulk_create(rows)
        TaggedArticle.objects.bulk_create(
            TaggedArticle(tag=dice.choice(tags), content_object=one) for one in made if one.pk % 10 == 0
        )


def read(views: int, days: int, articles: int) -> dict[str, Any]:
    """A year of views, most of them of new articles; then each report's time and the tables' sizes."""
    import random
    from datetime import timedelta

    from django.db import connection
    from django.utils import timezone

    from articles import reports
    from articles.models import ArticleDay, SiteHour
    from articles.reports import Dimension, Period, Span

    dice = random.Random(2)
    last = timezone.localdate()
    a_day = views // days
    began = time.perf_counter()
    for number in range(days):
        day = last - timedelta(days=number)
        counted: dict[int, int] = {}
        for _ in range(a_day):
            # A quarter goes to the hundred newest, the rest to any: a few readings for most.
            key = articles - dice.randrange(100) if dice.random() < 0.25 else 1 + int(articles * dice.random())
            counted[key] = counted.get(key, 0) + 1
        rows = [ArticleDay(article=key, day=day, views=many) for key, many in counted.items()]
        ArticleDay.objects.bulk_create(rows, batch_size=5_000)
        midnight = int(time.mktime(day.timetuple()))
        SiteHour.objects.bulk_create(
            SiteHour(hour=midnight + hour * 3600, day=day, article_views=a_day // 24, visits=a_day // 40)
            for hour in range(24)
        )
    filled = time.perf_counter() - began
    year, month = Period(last - timedelta(days=days - 1), last), Period(last - timedelta(days=29), last)
    now = timezone.now()
    asked: dict[str, Callable[[], Any]] = {
        "sums of a year": lambda: reports.totals(year),
        "a year by month": lambda: reports.series(year, reports.Step.MONTH),
        "most read of a month": lambda: reports.most_read(month),
        "most read of a year": lambda: reports.most_read(year),
        "hot list, 7 days": lambda: reports.hot(Span.WEEK, at=now, most=200),
        "hot list, 30 days": lambda: reports.hot(Span.MONTH, at=now, most=200),
        "curves of a list of 100": lambda: reports.curves(range(1, 101), until=last, days=30),
        **{f"a month by {one}": (lambda one=one: reports.groups(one, month, at=now)) for one in Dimension},  # type: ignore[misc]
        "a year by author": lambda: reports.groups(Dimension.AUTHOR, year, at=now),
        "a year by section": lambda: reports.groups(Dimension.SECTION, year, at=now),
    }
    found = {name: timed(question, 3) for name, question in asked.items()}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA page_count")
            pages = cursor.fetchone()[0]
            cursor.execute("PRAGMA page_size")
            size = pages * cursor.fetchone()[0]
        else:
            cursor.execute("SELECT pg_total_relation_size('articles_articleday')")
            size = cursor.fetchone()[0]
    return {"rows": ArticleDay.objects.count(), "bytes": size, "filled": filled, "reports": found}


def timed(question: Callable[[], Any], repeats: int = REPEATS) -> float:
    took = []
    for _ in range(repeats):
        began = time.perf_counter()
        question()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def pages(number: int) -> dict[str, float]:
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.core.cache import cache
    from django.test import Client

    from articles.models import Article

    settings.PAGE_CACHE_BYTES = 0
    settings.ALLOWED_HOSTS = ["*"]
    settings.FOLD_SECONDS = 60
    reader = Client(headers={"user-agent": "curl/8"})
    editor = Client(headers={"user-agent": "curl/8", "accept-language": "en"})
    chief = User.objects.create_superuser("chief")
    editor.force_login(chief)
    middle = Article.objects.filter(pk__gte=number // 2).order_by("pk").first()
    assert middle is not None
    last = (number - 7 - 1) // 20 + 1
    addresses = {
        "front": (reader, "/"),
        "front, last page": (reader, f"/?page={last}"),
        "section": (reader, "/sections/section-1/"),
        "section, page 2": (reader, "/sections/section-1/?page=2"),
        "tag": (reader, "/tags/tag3/"),
        "archive": (reader, "/archive/2015/5/"),
        "article": (reader, middle.get_absolute_url()),
        "search, many hits": (reader, "/search/?q=图书馆"),
        "search, no hit": (reader, "/search/?q=量子纠缠"),
        "feed": (reader, "/feed/"),
        "sitemap part": (reader, "/sitemap.xml?part=1"),
        "admin list": (editor, "/admin/articles/article/"),
        "admin list, last page": (editor, f"/admin/articles/article/?p={(number - 1) // 100 + 1}"),
    }
    found = {}
    for name, (client, address) in addresses.items():
        status = client.get(address).status_code
        if status != 200:
            raise SystemExit(f"{name}: {address} answers {status}.")
        cache.clear()
        found[name] = timed(lambda client=client, address=address: client.get(address))  # type: ignore[misc]
    return found


def searches() -> dict[str, float]:
    """The 95th percentile of two-character words, each asked once, as a reader's page asks."""
    from django.utils import timezone

    from articles import search
    from articles.models import Article

    words = [
        "校企",
        "合作",
        "座谈",
        "人才",
        "培养",
        "图书",
        "书馆",
        "科学",
        "研究",
        "实验",
        "运动",
        "动会",
        "招生",
        "就业",
        "国际",
        "交流",
        "学术",
        "报告",
        "志愿",
        "服务",
    ]
    public = Article.objects.public(at=timezone.now())
    took = sorted(timed(lambda word=word: search.find(word, among=public), 1) for word in words)  # type: ignore[misc]
    rare = sorted(timed(lambda n=n: search.find(f"第{n}号", among=public), 1) for n in range(20))  # type: ignore[misc]
    return {"two characters, 95 %": took[-2], "rare words, 95 %": rare[-2]}


def child(number: int, views: int, days: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    fill(number)
    from articles import search

    began = time.perf_counter()
    search.catch_up()
    indexed = (time.perf_counter() - began) / number * 1000
    said: dict[str, Any] = {"pages": pages(number) | {"indexing an article": indexed} | searches()}
    if views:
        said["year"] = read(views, days, number)
    print(json.dumps(said))


def main() -> None:
    parser = argparse.ArgumentParser(description="Time pages and reports as the number of articles grows.")
    parser.add_argument("--articles", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--views", type=int, default=0)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--child", type=int)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.views, options.days)
        return
    columns: dict[int, dict[str, Any]] = {}
    for number in options.articles:
        views = options.views if number == max(options.articles) else 0
        with tempfile.TemporaryDirectory() as name, fresh_database(Path(name)) as database:
            environment = os.environ | {
                "DATABASE_URL": database.url,
                "NEWSROOM_DATA": name,
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "PYTHONPATH": str(ROOT),
                "PYTHONWARNINGS": "ignore",
            }
            command = [sys.executable, "-m", "tests.benchmarks.growth", "--child", str(number)]
            command += ["--views", str(views), "--days", str(options.days)]
            done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
            columns[number] = json.loads(done.stdout.splitlines()[-1])
    report(columns)


def report(columns: dict[int, dict[str, Any]]) -> None:
    sizes = list(columns)
    print(f"{'milliseconds, median':26}" + "".join(f"{size:>12,}" for size in sizes) + f"{'ratio':>9}")
    for name in columns[sizes[0]]["pages"]:
        values = [columns[size]["pages"][name] for size in sizes]
        print(f"{name:26}" + "".join(f"{value:12.1f}" for value in values) + f"{values[-1] / values[0]:9.2f}")
    year = columns[sizes[-1]].get("year")
    if year:
        print(
            f"\n{year['rows']:,} rows by article and day; {year['bytes'] / 1e6:,.0f} MB; made in {year['filled']:.0f} s"
        )
        for name, value in year["reports"].items():
            print(f"{name:26}{value:12.1f}")


if __name__ == "__main__":
    main()
