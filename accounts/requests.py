"""What a view that is closed to visitors may rely on."""

from django.http import HttpRequest

from accounts.models import Person


class StaffRequest(HttpRequest):
    """Never made: the name by which the type checker knows that somebody is signed in."""

    user: Person
