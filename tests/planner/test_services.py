"""The suite runs on what it says it runs on. Without these a suite that quietly fell back to SQLite would pass."""

import os
import socket
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db import DatabaseError, connection

from accounts.models import AuditEntry
from planner import triggers
from planner.celery import app as celery_app
from tests.support import databases
from tests.support.fixtures import wait_for
from tests.support.guard import NetworkIsOff


def test_database_is_the_one_that_was_asked_for(db):
    assert connection.vendor == os.environ.get("PLANNER_TEST_DB", "postgresql")


def test_cache_is_a_real_server(db):
    cache = caches["default"]
    cache.set("a", 1)
    assert cache.get("a") == 1
    assert "redis" in type(cache).__module__


def test_sqlite_keeps_its_promises(db):
    if connection.vendor != "sqlite":
        pytest.skip("SQLite only")
    with connection.cursor() as cursor:
        pragmas = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "foreign_keys", "recursive_triggers")}
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "recursive_triggers": 1}


def test_what_a_transactional_test_wrote_is_taken_away_and_the_database_is_as_migrated(transactional_db):
    kinds = ContentType.objects.count()
    for _ in range(2):
        AuditEntry.objects.create(channel="web", verb="try", kind="x", key="1")
        with pytest.raises(DatabaseError, match="append-only"):
            AuditEntry.objects.all().delete()
        databases.empty(Path(os.environ["PLANNER_TEST_FOLDER"]))
        assert not AuditEntry.objects.exists()
    assert ContentType.objects.count() == kinds > 20
    assert triggers.missing() == []


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443)])
def test_network_is_off(address):
    with pytest.raises(NetworkIsOff):
        socket.create_connection(address, timeout=1)


def test_worker_answers_through_the_real_broker(celery_worker_process):
    assert celery_app.conf.broker_url.startswith("redis+socket://")
    answers = wait_for(lambda: celery_app.control.ping(timeout=1))
    assert [list(answer.values()) for answer in answers] == [[{"ok": "pong"}]]


@pytest.mark.browser
def test_browser_opens_a_page(page):
    assert page.goto("/health/live/").status == 200
    assert "live" in page.content()
