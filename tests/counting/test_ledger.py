"""The fold: each record once, whatever the journals look like."""

import fcntl
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from articles.counting import ledger, machine
from articles.counting.ledger import Folded
from articles.counting.records import Kind, pack
from articles.models import Article, Attachment, JournalPosition, SiteViews
from tests import make

KEY = bytes(12)
JUNK = b"?" * 32


def view(kind: Kind, number: int) -> bytes:
    return pack(kind, number, seconds=1_000, visitor=KEY)


def lay(folder: Path, name: str, *parts: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.journal"
    with path.open("ab") as file:
        file.write(b"".join(parts))
    return path


@contextmanager
def living(path: Path) -> Iterator[None]:
    """As if the journal's process were alive."""
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def journals(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.journal"))


def positions() -> list[tuple[str, int, int, bool]]:
    rows = JournalPosition.objects.order_by("journal")
    return [(row.journal.removesuffix(".journal"), row.position, row.damaged, row.sealed) for row in rows]


def counted(*articles: Article) -> list[int]:
    return [Article.objects.get(pk=article.pk).counted_views for article in articles]


def fold(folder: Path, **options: Any) -> Folded:
    return ledger.fold(folder, wait=0, **options)


@pytest.mark.django_db(transaction=True)
def test_journals_of_the_dead_are_taken_and_removed(tmp_path: Path) -> None:
    first, second = make.article("One"), make.article("Two", imported_views=100)
    file = Attachment.objects.create(article=first, name="plan.pdf")
    lay(tmp_path, "a", view(Kind.ARTICLE, first.pk), view(Kind.PAGE, 0), view(Kind.ARTICLE, second.pk))
    lay(tmp_path, "b", view(Kind.ARTICLE, second.pk), view(Kind.ATTACHMENT, file.pk), view(Kind.PAGE, 0))
    assert fold(tmp_path) == Folded(taken=6, removed=2)
    assert counted(first, second) == [1, 2]
    assert Article.objects.get(pk=second.pk).views == 102
    assert Attachment.objects.get().downloads == 1
    assert SiteViews.objects.get().counted == 2
    assert (journals(tmp_path), positions()) == ([], [])
    assert fold(tmp_path) == Folded()


@pytest.mark.django_db(transaction=True)
def test_a_journal_of_the_living_is_taken_bit_by_bit_and_stays(tmp_path: Path) -> None:
    article = make.article()
    path = lay(tmp_path, "a", view(Kind.ARTICLE, article.pk))
    with living(path):
        assert fold(tmp_path) == Folded(taken=1)
        assert fold(tmp_path) == Folded()
        lay(tmp_path, "a", view(Kind.ARTICLE, article.pk) * 2)
        assert fold(tmp_path) == Folded(taken=2)
        assert positions() == [("a", 96, 0, False)]
    assert fold(tmp_path) == Folded(removed=1)
    assert (counted(article), journals(tmp_path), positions()) == ([3], [], [])


@pytest.mark.django_db(transaction=True)
def test_an_empty_journal_of_the_dead_is_removed(tmp_path: Path) -> None:
    lay(tmp_path, "a")
    assert fold(tmp_path) == Folded(removed=1)
    assert (journals(tmp_path), positions()) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_a_damaged_record_is_skipped_and_named_and_costs_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    article = make.article()
    one = view(Kind.ARTICLE, article.pk)
    with living(lay(tmp_path, "a", one, JUNK, one, one)):
        assert fold(tmp_path) == Folded(taken=3, damaged=1)
        assert positions() == [("a", 128, 1, False)]
    assert counted(article) == [3]
    assert [record.getMessage() for record in caplog.records] == [
        "The journal a.journal has 1 damaged records, the first at byte 32; they were skipped."
    ]


@pytest.mark.django_db(transaction=True)
def test_the_last_record_of_a_living_journal_is_judged_when_another_follows(tmp_path: Path) -> None:
    article = make.article()
    one = view(Kind.ARTICLE, article.pk)
    path = lay(tmp_path, "a", one, JUNK)
    with living(path):
        assert fold(tmp_path) == Folded(taken=1)
        with path.open("r+b") as file:  # Now it has arrived.
            file.seek(32)
            file.write(one)
        lay(tmp_path, "a", one[:20])
        assert fold(tmp_path) == Folded(taken=1)
    assert counted(article) == [2]


@pytest.mark.django_db(transaction=True)
def test_part_of_a_record_at_the_end_of_a_dead_journal_is_damage(tmp_path: Path) -> None:
    article = make.article()
    one = view(Kind.ARTICLE, article.pk)
    lay(tmp_path, "a", one, one[:31])
    assert fold(tmp_path) == Folded(taken=1, damaged=1, removed=1)
    assert counted(article) == [1]


@pytest.mark.django_db(transaction=True)
def test_views_of_a_deleted_article_do_not_stop_the_others(tmp_path: Path) -> None:
    kept, gone = make.article("Kept"), make.article("Gone")
    lay(tmp_path, "a", view(Kind.ARTICLE, gone.pk), view(Kind.ARTICLE, kept.pk), view(Kind.ATTACHMENT, 99))
    gone.delete()
    assert fold(tmp_path) == Folded(taken=3, removed=1)
    assert counted(kept) == [1]


@pytest.mark.django_db(transaction=True)
def test_small_batches_take_the_same(tmp_path: Path) -> None:
    articles = [make.article(f"Number {n}") for n in range(3)]
    views = [view(Kind.ARTICLE, articles[n % 3].pk) for n in range(100)]
    lay(tmp_path, "a", *views[:70], JUNK)
    lay(tmp_path, "b", *views[70:])
    assert fold(tmp_path, batch=7) == Folded(taken=100, damaged=1, removed=2)
    assert counted(*articles) == [34, 33, 33]


@pytest.mark.django_db(transaction=True)
def test_hundreds_of_left_over_journals_are_taken(tmp_path: Path) -> None:
    article = make.article()
    for number in range(150):
        lay(tmp_path, f"{number:03}", view(Kind.ARTICLE, article.pk))
    open_files = len(list(Path("/proc/self/fd").iterdir()))
    assert fold(tmp_path) == Folded(taken=150, removed=150)
    assert counted(article) == [150]
    assert len(list(Path("/proc/self/fd").iterdir())) == open_files


@pytest.mark.django_db(transaction=True)
def test_many_articles_with_different_counts_get_their_own(tmp_path: Path) -> None:
    articles = [make.article(f"Number {n}") for n in range(12)]
    lay(tmp_path, "a", *(view(Kind.ARTICLE, article.pk) * (n % 4 + 1) for n, article in enumerate(articles)))
    fold(tmp_path)
    assert counted(*articles) == [n % 4 + 1 for n in range(12)]


@pytest.mark.django_db(transaction=True)
def test_a_journal_shorter_than_its_position_is_removed(tmp_path: Path) -> None:
    """After a power cut the database may know more than the disk kept of the journal."""
    identity = machine.identity(tmp_path)
    article = make.article()
    lay(tmp_path, "a", view(Kind.ARTICLE, article.pk))
    JournalPosition.objects.create(machine=identity, journal="a.journal", position=320)
    assert fold(tmp_path) == Folded(removed=1)
    assert (counted(article), positions()) == ([0], [])


@pytest.mark.django_db(transaction=True)
def test_a_removal_that_was_cut_off_is_finished(tmp_path: Path) -> None:
    identity = machine.identity(tmp_path)
    article = make.article()
    for name in "ab":  # Sealed; the file of "a" is still there, that of "b" is not.
        JournalPosition.objects.create(machine=identity, journal=f"{name}.journal", position=32, sealed=True)
    lay(tmp_path, "a", view(Kind.ARTICLE, article.pk))
    assert fold(tmp_path) == Folded(removed=1)
    assert (counted(article), journals(tmp_path), positions()) == ([0], [], [])


@pytest.mark.django_db(transaction=True)
def test_another_machines_positions_are_left_alone(tmp_path: Path) -> None:
    article = make.article()
    JournalPosition.objects.create(machine="f" * 32, journal="a.journal", position=32, sealed=True)
    lay(tmp_path, "a", view(Kind.ARTICLE, article.pk))
    assert fold(tmp_path) == Folded(taken=1, removed=1)
    assert (counted(article), positions()) == ([1], [("a", 32, 0, True)])


@pytest.mark.django_db
def test_inside_a_transaction_nothing_is_removed_and_all_can_be_undone(tmp_path: Path) -> None:
    article = make.article()
    lay(tmp_path, "a", view(Kind.ARTICLE, article.pk))
    with transaction.atomic():
        assert fold(tmp_path) == Folded(taken=1)
        transaction.set_rollback(True)
    assert (counted(article), journals(tmp_path), positions()) == ([0], ["a"], [])
    assert fold(tmp_path) == Folded(taken=1)
    assert (counted(article), journals(tmp_path), positions()) == ([1], ["a"], [("a", 32, 0, False)])


@pytest.mark.django_db(transaction=True)
def test_a_fold_overtaken_by_another_takes_nothing_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock may fail on a strange file system; the positions decide."""
    article = make.article()
    identity = machine.identity(tmp_path)
    JournalPosition.objects.create(machine=identity, journal="a.journal")
    path = lay(tmp_path, "a", view(Kind.ARTICLE, article.pk) * 5)
    commit, overtaken = ledger._commit, []

    def late(identity: str, waiting: list[Any]) -> None:
        if not overtaken:
            overtaken.append(True)
            JournalPosition.objects.update(position=64)
        commit(identity, waiting)

    monkeypatch.setattr(ledger, "_commit", late)
    with living(path):
        assert fold(tmp_path) == Folded(taken=3)
    assert counted(article) == [3]


@pytest.mark.django_db
def test_a_second_fold_waits_for_the_first_and_then_gives_up(tmp_path: Path) -> None:
    with (tmp_path / ledger.LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(ledger.Busy):
            ledger.fold(tmp_path, wait=0.05)
    assert fold(tmp_path) == Folded()


@pytest.mark.django_db
def test_an_absent_folder_holds_nothing(tmp_path: Path) -> None:
    assert fold(tmp_path / "absent") == Folded()


@pytest.mark.django_db
def test_what_a_dead_process_had_begun_to_make_is_swept_away_in_time(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / f"{name}.unborn").touch()
    os.utime(tmp_path / "old.unborn", (1, 1))
    fold(tmp_path)
    assert [path.name for path in tmp_path.glob("*.unborn")] == ["new.unborn"]


@pytest.mark.django_db(transaction=True)
def test_the_fold_leaves_the_connection_as_it_was(tmp_path: Path) -> None:
    def setting() -> object:
        name = "PRAGMA synchronous" if connection.vendor == "sqlite" else "SHOW synchronous_commit"
        with connection.cursor() as cursor:
            cursor.execute(name)
            return cursor.fetchone()

    before = setting()
    lay(tmp_path, "a", view(Kind.PAGE, 0))
    fold(tmp_path)
    assert setting() == before


@pytest.mark.django_db
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.lists(st.one_of(st.integers(0, 3), st.binary(min_size=32, max_size=32)), max_size=40),
    rest=st.binary(max_size=31),
    batch=st.integers(1, 50),
)
def test_any_bytes_as_a_journal_give_every_whole_record_once(parts: list[int | bytes], rest: bytes, batch: int) -> None:
    made = [part if isinstance(part, bytes) else view(Kind.ARTICLE if part else Kind.PAGE, part) for part in parts]
    expected = Counter(part for part in parts if isinstance(part, int))
    with transaction.atomic(), tempfile.TemporaryDirectory() as folder:
        lay(Path(folder), "a", *made, rest)
        # A view behind it, so that the last record is judged although nothing is sealed in a transaction.
        lay(Path(folder), "b", view(Kind.PAGE, 0))
        done = fold(Path(folder), batch=batch)
        before_last = done.taken + done.damaged
        site = SiteViews.objects.filter(pk=1).values_list("counted", flat=True).first() or 0
        transaction.set_rollback(True)
    assert done.taken == expected.total() + 1
    assert site == expected[0] + 1
    assert before_last in {len(parts) + 1, len(parts)}
