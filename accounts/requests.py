"""What a view that is closed to visitors may rely on, and the press of a form."""

import uuid

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from accounts.audit import Press
from accounts.models import AuditEntry, Person


class StaffRequest(HttpRequest):
    """Never made: the name by which the type checker knows that somebody is signed in."""

    user: Person


def form_press(request: HttpRequest) -> uuid.UUID:
    """The hidden field `press` of a form. Raises BadRequest."""
    try:
        return uuid.UUID(request.POST.get("press", ""))
    except ValueError as error:
        raise BadRequest("The form is not complete. Load the page again.") from error


def press_of(request: StaffRequest, channel: str = AuditEntry.WEB) -> Press:
    """Of the hidden field of a form: sent twice, it is one press. Raises BadRequest."""
    return Press(channel, request.user, form_press(request))
