"""The web server's door: `gunicorn planner.wsgi`."""

import logging
import os
import sys

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")

GIVE_UP = 3
"""The exit code at which gunicorn gives up; with any other it would start the same again for ever."""


def start() -> WSGIHandler:
    """Refuses unsafe settings, and a database that lacks triggers. One that does not answer yet is waited for: until then `/health/ready/` says no."""
    try:
        made = get_wsgi_application()
        look_at_database()
    except SystemExit as refusal:
        print(refusal, file=sys.stderr, flush=True)  # noqa: T201
        sys.exit(GIVE_UP)
    return made


def look_at_database() -> None:
    from django.db import Error, connection

    from planner import triggers

    try:
        triggers.refuse_start_without_them()
    except Error as error:
        logging.getLogger(__name__).warning("The database does not answer yet (%s).", type(error).__name__)
    finally:
        connection.close()


application = start()
