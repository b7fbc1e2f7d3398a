"""The doors for a person's private calendar: its address is made, ended, made anew. The address is a name and a signature made with the installation's key.

Only the name is kept: who reads the database cannot make an address, and the page can show it again. Calendars keep addresses for years, so it has no
last day; it ends when the person ends it, is deactivated, or belongs to no organization any more.
"""

import base64
import binascii
import uuid

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.http import Http404

from accounts import audit
from accounts.audit import Press
from accounts.models import Person
from accounts.perms import NOT_HERE
from actions.models import CalendarFeed
from planner.lib.db import Clock

SIGNER = Signer(sep=".", salt="actions.calendar", algorithm="sha256")


def token_of(feed: CalendarFeed) -> str:
    return SIGNER.sign(base64.urlsafe_b64encode(feed.name.bytes).rstrip(b"=").decode())


def path_of(feed: CalendarFeed) -> str:
    return f"/calendar/{token_of(feed)}.ics"


def feed_of(person: Person) -> CalendarFeed | None:
    """The one that works."""
    return CalendarFeed.objects.filter(person=person, ended_at=None).first()


@transaction.atomic
def make_feed(*, person: Person, press: Press) -> CalendarFeed:
    """A new address; the one before it ends. The same press twice makes one."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    name = uuid.uuid5(press.id, "calendar")
    if there := CalendarFeed.objects.filter(person=person, name=name).first():
        return there
    end_feed(person=person, press=press)
    feed = CalendarFeed.objects.create(person=person, name=name)
    audit.record(press=press, verb="make calendar", what=feed, organization=None, new={"person": person.pk})
    return feed


@transaction.atomic
def end_feed(*, person: Person, press: Press) -> bool:
    """The address never works again. Whether there was one."""
    feed = CalendarFeed.objects.select_for_update().filter(person=person, ended_at=None).first()
    if feed is None:
        return False
    CalendarFeed.objects.filter(pk=feed.pk).update(ended_at=Clock())
    audit.record(press=press, verb="end calendar", what=feed, organization=None, old={"person": person.pk})
    return True


def person_of_token(token: str) -> Person:
    """Whose calendar it is. Http404 for what is guessed, altered, ended, or of somebody who left."""
    try:
        name = uuid.UUID(bytes=base64.urlsafe_b64decode(SIGNER.unsign(token) + "=="))
    except (BadSignature, binascii.Error, ValueError, UnicodeError):
        raise Http404(NOT_HERE) from None
    feed = CalendarFeed.objects.select_related("person").filter(name=name, ended_at=None).first()
    if feed is None or not feed.person.is_active or not feed.person.all_memberships():
        raise Http404(NOT_HERE)
    return feed.person
