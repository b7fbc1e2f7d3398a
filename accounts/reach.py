"""What the rooms above mail to people, and which links they gave them. Each registers its module in AppConfig.ready(), since nothing is imported from them here.

A module offers  refused_in(organization) -> {person: what the mail server said}
                 end_keys(person=, press=)      every link and private address that was given to the person ends
"""

from importlib import import_module
from typing import Any

from accounts.audit import Press
from accounts.models import Organization, Person

ROOMS: list[str] = []
"""Dotted names of the modules."""


def _rooms() -> list[Any]:
    return [import_module(name) for name in ROOMS]


def refused_in(organization: Organization) -> dict[int, str]:
    """Whose mail server refused the last mail of the organization, or of one below it, and with which words."""
    found: dict[int, str] = {}
    for room in _rooms():
        found |= room.refused_in(organization)
    return found


def end_keys(*, person: Person, press: Press) -> None:
    for room in _rooms():
        room.end_keys(person=person, press=press)
