"""A note that speaks to a colleague is mailed, once, the next working morning, with a link to the step."""

from datetime import timedelta

import pytest
from django.core import mail

from accounts.audit import Press
from accounts.models import Membership
from actions.models import ActionStep, NoteMention, Reminder, ReviewRhythm
from actions.services import notes, reminders, sending
from goals.models import Strategy
from tests.actions.test_cycles import stand
from tests.factories.people import OrganizationFactory
from tests.factories.reviews import MONDAY, make_district

pytestmark = pytest.mark.django_db
FRIDAY = MONDAY + timedelta(days=4)
NEXT = MONDAY + timedelta(days=7)


@pytest.fixture
def district(db):
    found = make_district()
    ReviewRhythm.objects.all().delete()  # a plan that asks nobody has notes all the same
    stand(found.organization, FRIDAY)
    return found


def note(district, text, by="owner", step=0):
    return notes.add_note(step=ActionStep.objects.get(pk=district.steps[step].pk), press=Press("web", district.people[by]), text=text)


def run(district, on):
    mail.outbox.clear()
    stand(district.organization, on)
    reminders.run_organization(organization=district.organization, on=on, press=Press("command"))
    sending.send_due(on=on)
    return [one for one in mail.outbox if "note" in one.subject]


def test_one_mail_for_the_notes_of_a_day_once(district):
    lead = district.people["lead"]
    note(district, f"@{lead.name} is the cable there?")
    note(district, f"@{lead.name} and the other one?", step=1)
    assert run(district, FRIDAY) == []
    (sent,) = run(district, NEXT)
    assert sent.to == [lead.email]
    assert "2 notes from colleagues to you" in sent.subject
    assert "is the cable there?" in sent.body
    assert f"/manage/meadow/devices/steps/{district.steps[0].node.address}/#talk" in sent.body
    assert "List-Unsubscribe" in sent.extra_headers
    assert run(district, NEXT) == run(district, NEXT + timedelta(days=1)) == []
    note(district, f"@{lead.name} one more")
    (again,) = run(district, NEXT + timedelta(days=2))
    assert "cable" not in again.body


def test_nobody_is_written_to_who_saw_it_left_or_wants_no_mails(district):
    lead, owner, member = (district.people[one] for one in ("lead", "owner", "member"))
    note(district, f"@{lead.name} @{owner.name} @{member.name} look", by="admin")
    NoteMention.objects.filter(person=lead).update(seen_at=sending.Clock())
    Membership.objects.filter(person=owner).update(organization=OrganizationFactory(slug="elsewhere"))  # works for another district now
    reminders.set_preference(person=member, organization=district.organization, is_unsubscribed=True, press=Press("web", member))
    assert run(district, NEXT) == []
    assert not Reminder.objects.filter(kind="mention").exists()


def test_who_leaves_before_it_goes_out_gets_none(district):
    lead = district.people["lead"]
    note(district, f"@{lead.name} look")
    reminders.run_organization(organization=district.organization, on=NEXT, press=Press("command"))
    Membership.objects.filter(person=lead).delete()
    sending.send_due(on=NEXT)
    assert Reminder.objects.get(kind="mention").state == Reminder.DROPPED
    assert district.organization in reminders.asked_organizations()


def hand_over(district, text="It is yours now.", by="admin", to="lead"):
    row = Strategy.objects.get(plan=district.plan)
    said = {"text": text, "as_of": district.organization.today(), "person": district.people[to]}
    return notes.hand_over_part(row=row, press=Press("web", district.people[by]), **said)


def test_the_note_with_a_part_above_steps_goes_to_who_leads_it_now_with_the_others_of_the_day(district):
    owner = district.people["owner"]
    district.organization.refresh_from_db()
    handed = hand_over(district, to="owner")
    assert run(district, FRIDAY) == []
    (sent,) = run(district, NEXT)
    assert sent.to == [owner.email]
    assert "hands over to you, with a note: 1.1 Lend every student a device" in sent.subject
    assert 'hands it over to you: "It is yours now."' in sent.body
    strategy = Strategy.objects.get(plan=district.plan)
    assert f"/manage/meadow/devices/parts/strategies/{strategy.node.address}/" in sent.body
    assert run(district, NEXT) == run(district, NEXT + timedelta(days=1)) == []
    district.organization.refresh_from_db()
    note(district, f"@{owner.name} and the cable?", by="admin")
    hand_over(district, to="lead")
    hand_over(district, "Back to you.", to="owner")
    (both,) = run(district, NEXT + timedelta(days=2))
    assert both.to == [owner.email], "nothing to who leads it no more"
    assert "2 notes" in both.subject
    assert handed.text not in both.body


def test_nobody_is_told_what_they_took_or_saw_themselves(district):
    district.organization.refresh_from_db()
    hand_over(district, by="owner", to="owner")
    seen = hand_over(district, to="member")
    notes.mark_seen(press=Press("web", district.people["member"]), mentions=[], handed=[seen.pk])
    assert run(district, NEXT) == []
