"""Moves a sample's calendar on, for who wants to see what a demo writes to people. Through the same services as the scheduler."""

from datetime import date, timedelta

from django.db import transaction

from accounts import audit
from accounts.audit import Press
from accounts.models import Organization
from actions.models import ReminderRun
from actions.services import reminders
from planner.lib.db import Clock

FARTHEST = 400
"""Days that are looked at, at most."""


@transaction.atomic
def move_calendar(*, organization: Organization, press: Press) -> date | None:
    """To the next day on which mails are due; what the days before it bring (cycles that close and open) happens too. None: no such day.

    The mails are planned, not sent. Raises ValueError for what is no sample.
    """
    organization = (
        Organization.objects.select_for_update(no_key=True, of=("self",)).select_related("parent__parent").get(pk=organization.pk)
    )
    if not organization.is_sample or organization.calendar_on is None:
        raise ValueError("only a sample's calendar can be moved")
    old = organization.calendar_on
    with transaction.atomic():
        for _ in range(FARTHEST):
            organization.calendar_on += timedelta(days=1)
            organization.save(update_fields=["calendar_on"])
            if reminders.run_organization(organization=organization, on=organization.calendar_on, press=press):
                break
        else:
            transaction.set_rollback(True)
            return None
    ReminderRun.objects.update_or_create(organization=organization, defaults={"on": organization.calendar_on, "at": Clock()})
    audit.record(
        press=press,
        verb="move calendar",
        what=organization,
        organization=organization,
        old={"calendar_on": old.isoformat()},
        new={"calendar_on": organization.calendar_on.isoformat()},
    )
    return organization.calendar_on
