"""Migrates an empty database and compares the triggers that are there with those that planner/triggers.py declares."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from planner import triggers  # noqa: E402

call_command("migrate", interactive=False, verbosity=0)
tables = set(connection.introspection.table_names())
nowhere = sorted({t.name for t in triggers.declared(connection.vendor) if t.table not in tables})
with connection.cursor() as cursor:
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    stray = sorted({name for (name,) in cursor.fetchall()} - {t.name for t in triggers.declared(connection.vendor)})
odd = [f"Missing or different: {triggers.missing()}"] * bool(triggers.missing())
odd += [f"Declared on tables that no migration makes: {nowhere}"] * bool(nowhere)
odd += [f"Not declared: {stray}"] * bool(stray)
if odd:
    sys.exit("\n".join(odd))
