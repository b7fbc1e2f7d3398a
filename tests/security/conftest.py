"""The world of tests/security/world.py, made once for a module: what a test changes in it is taken back after that test."""

import pytest
from django.db import transaction

from tests.security import presses
from tests.security import world as worlds


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """For tests that touch the database themselves (`db`): each runs in a savepoint of the transaction that holds the world."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield worlds.make()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def ready(world, django_db_blocker):
    """The same world with what valid presses need."""
    with django_db_blocker.unblock():
        return presses.make_ready(world)
