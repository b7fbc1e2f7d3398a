"""What all commands of ours do alike: JSON alone on standard output, words for people and one sentence of refusal on standard error."""

import argparse
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError, connection


def day(text: str) -> date:
    """A day as an option gives it: 2021-08-03."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a day. Write it as year-month-day, for instance 2021-08-03.") from None


def sentence(error: Exception) -> str:
    """What an error says, as one line for people."""
    words = error.messages if isinstance(error, ValidationError) else [str(error)]
    return " ".join(" ".join(words).split())


def tables_or_none() -> list[str]:
    """What tables there are; none where the database does not answer."""
    try:
        return connection.introspection.table_names()
    except (OperationalError, ProgrammingError):
        return []


class PlainCommand(BaseCommand):
    """A command with `run(**options)`; a ValidationError of a service ends it with its sentence and exit 1, without a traceback.

    `refusals` are further errors of the command's own services whose words are for people.
    """

    refusals: tuple[type[Exception], ...] = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.run(**options)
        except CommandError:
            raise
        except self.refusals as error:
            raise CommandError(sentence(error)) from error
        except (ValidationError, ImproperlyConfigured) as error:
            raise CommandError(sentence(error)) from error
        except (OperationalError, ProgrammingError) as error:
            if "accounts_organization" in tables_or_none():
                raise
            raise CommandError(
                "The database cannot be reached or has no tables yet. Check DATABASE_URL, then run manage.py migrate."
            ) from error

    run: Callable[..., None]
    """The work itself; takes the options that it knows by name, and the rest as `**options`."""
