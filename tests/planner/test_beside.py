"""A statement beside Python: nothing else comes between, and what it could not do is said."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import Heartbeat
from planner.lib.beside import beside, insert_beside

pytestmark = pytest.mark.django_db(transaction=True)
RENAME = "UPDATE accounts_heartbeat SET name = %s WHERE name = %s"


@pytest.fixture
def beat():
    return Heartbeat.objects.create(name="worker", at=timezone.now())


def names():
    return set(Heartbeat.objects.values_list("name", flat=True))


def test_others_wait_for_it_and_it_for_itself(beat):
    with beside(RENAME) as rename:
        rename.start(["a", "worker"])
        assert names() == {"a"}
        rename.start(["b", "a"])
        rename.start(["c", "b"])
    assert names() == {"c"}


def test_inside_a_transaction_it_goes_with_it(beat):
    with transaction.atomic(), beside(RENAME) as rename:
        rename.start(["a", "worker"])
        rename.wait()
        assert names() == {"a"}
        transaction.set_rollback(True)
    assert names() == {"worker"}


@pytest.mark.parametrize("end", ["wait", "close", "another"])
def test_what_the_database_refuses_is_raised_and_the_connection_goes_on(beat, end):
    with pytest.raises(DatabaseError, match=r"(?i)null"), beside(RENAME) as rename:  # noqa: PT012
        rename.start([None, "worker"])
        names() if end == "another" else getattr(rename, end)()
    assert names() == {"worker"}
    assert connection.execute_wrappers == []


def test_rows_are_there_after_the_block_whatever_happened_in_it():
    with (
        pytest.raises(ZeroDivisionError),
        insert_beside(Heartbeat, [{"name": name, "at": timezone.now()} for name in ("it's 100 % %s", "b")]),
    ):
        _ = 1 / 0
    with insert_beside(Heartbeat, []):
        pass
    assert names() == {"it's 100 % %s", "b"}
