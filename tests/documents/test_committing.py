"""An import does not wait for the disk at each document, and has all of them there when it ends."""

import pytest
from django.db import connection, transaction

from articles.documents import committing


def waits() -> str:
    """How this connection commits."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous" if connection.vendor == "sqlite" else "SHOW synchronous_commit")
        return str(cursor.fetchone()[0])


SWIFT, SAFE = ("1", "2") if connection.vendor == "sqlite" else ("off", "on")


@pytest.mark.django_db(transaction=True)
def test_commits_wait_again_when_the_import_has_ended_or_failed() -> None:
    assert waits() == SAFE
    with committing.together():
        assert waits() == SWIFT
    assert waits() == SAFE
    with pytest.raises(ValueError, match="broken"), committing.together():
        raise ValueError("broken")
    assert waits() == SAFE


@pytest.mark.django_db(transaction=True)
def test_a_transaction_of_the_caller_is_left_as_it_is() -> None:
    with transaction.atomic(), committing.together():
        assert waits() == SAFE
