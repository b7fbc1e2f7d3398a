"""What accounts asks of this room when an address is wrong. See accounts.reach."""

from django.db.models import Q

from accounts.audit import Press
from accounts.models import Organization, Person
from actions import asking
from actions.models import Reminder
from actions.services import feeds, links


def refused_in(organization: Organization) -> dict[int, str]:
    here = Q(pk=organization.pk) | Q(parent=organization) | Q(parent__parent=organization)
    last = asking.last_refused(list(Organization.objects.filter(here).order_by().values_list("pk", flat=True)))
    return dict(Reminder.objects.filter(pk__in=last.values()).values_list("person", "error"))


def end_keys(*, person: Person, press: Press) -> None:
    links.revoke_links(person=person, press=press)
    feeds.end_feed(person=person, press=press)
