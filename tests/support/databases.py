"""The database of a process of the suite: migrated once in a run, then copied for each worker; and emptied after a test that could not be rolled back."""

import fcntl
import shutil
import sqlite3
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.signals import connection_created

TEMPLATE = "planner_migrated"
_filled: set[str] = set()
"""Tables that have rows when the migrations are through: these rows stay."""


def hurry(connection, **_) -> None:
    """What a power failure would take need not be on the disk; PostgreSQL is told so where it is started."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")


def make(folder: Path, worker: str) -> None:
    """From now on the default database is one of this process alone. Whoever comes first migrates the template in `folder`, which the others wait for."""
    connection_created.connect(hurry)
    done = folder / "migrated"
    with (folder / "migrating").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _make(folder, TEMPLATE)
            call_command("migrate", verbosity=0)
            connection.close()
            done.touch()
        _make(folder, f"planner_{worker or 'alone'}", TEMPLATE)
    _filled.update(_with_rows())


def _make(folder: Path, name: str, template: str = "") -> None:
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        settings["NAME"] = str(folder / f"{name}.sqlite3")
        if template:
            shutil.copy(folder / f"{template}.sqlite3", settings["NAME"])
        return
    with psycopg.connect(host=settings["HOST"], user=settings["USER"], dbname="postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    settings["NAME"] = name


def _with_rows() -> set[str]:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables))
        return {table for (table,) in cursor.fetchall()}


def empty(folder: Path) -> None:
    """As after the migrations. Django's flush takes half a second for all tables; a test fills a few of them."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(folder / f"{TEMPLATE}.sqlite3") as template:
            template.backup(connection.connection)
        template.close()
        return
    with transaction.atomic(), connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        # Waits for whoever still writes, a worker that was killed among them.
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SET LOCAL session_replication_role = replica")  # neither triggers nor foreign keys
        for table in _with_rows() - _filled:
            cursor.execute(f"DELETE FROM {table}")
