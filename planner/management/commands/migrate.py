"""Django's migrate, with our triggers taken away before it on SQLite and compared with the declaration after it on both databases."""

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from planner import triggers


class Command(Migrate):
    def handle(self, *args, **options):
        connection = connections[options["database"]]
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            triggers.take_away(connection)
        try:
            super().handle(*args, **options)
        finally:
            triggers.install(connection)
        if short := triggers.missing(connection):
            raise SystemExit(f"These triggers could not be made as declared: {', '.join(short)}.")
