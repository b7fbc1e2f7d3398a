"""Links without an account: what they open, and all that they do not."""

import hashlib
import uuid
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Membership, Person
from accounts.services import deactivate_person
from actions.models import Cycle, Reminder, ReminderPreference, StatusUpdate, UpdateLink
from actions.services import cycles, links, reminders, sending
from actions.services.mails import Desk
from actions.services.updates import Conflict, record_status
from goals.models import Plan
from goals.services import change_plan
from tests.actions.test_cycles import stand
from tests.factories.reviews import MONDAY, add_plan, leads, make_district, press

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def district():
    found = make_district()
    stand(found.organization, MONDAY)
    run(found, MONDAY)
    return found


def run(district, on):
    reminders.run_organization(organization=district.organization, on=on, press=press())
    sending.send_due(on=on)


def token(district, name="owner", purpose=UpdateLink.UPDATE):
    found = links.token_of(UpdateLink.objects.filter(person=district.people[name], purpose=purpose).latest("pk"))
    assert found
    return found


def link(district, name="owner", purpose=UpdateLink.UPDATE):
    return links.get_link_or_404(token(district, name, purpose), purpose)


def is_404(text, purpose=UpdateLink.UPDATE):
    with pytest.raises(Http404):
        links.get_link_or_404(text, purpose)
    return True


def nodes(district, *numbers):
    return [district.steps[n].pk for n in numbers]


def test_the_mail_carries_the_link_and_the_database_does_not(district):
    sent = next(m for m in mail.outbox if m.to == [district.people["owner"].email])
    assert f"/u/{token(district)}/" in sent.body
    assert f"/u/{token(district, purpose=UpdateLink.UNSUBSCRIBE)}/" in sent.extra_headers["List-Unsubscribe"]
    row = UpdateLink.objects.get(person=district.people["owner"], purpose=UpdateLink.UPDATE)
    assert row.token_hash == hashlib.sha256(token(district).encode()).hexdigest()
    assert row.expires_on == Cycle.objects.get().ends_on


def test_looking_changes_nothing(district):
    before = (AuditEntry.objects.count(), StatusUpdate.objects.count(), list(UpdateLink.objects.values()))
    shown = links.steps_for_link(link(district))
    assert [row.node for row in shown.steps] == nodes(district, 0)
    assert (shown.done, shown.next.node) == (0, nodes(district, 0)[0])
    assert [s.rank for s in shown.statuses[district.plan.pk] if s.rank] == sorted(
        s.rank for s in district.plan.scale.statuses.all() if s.rank
    )
    assert before == (AuditEntry.objects.count(), StatusUpdate.objects.count(), list(UpdateLink.objects.values()))


def test_t03_what_is_guessed_or_altered_is_not_there(district):
    good = token(district)
    row = UpdateLink.objects.get(person=district.people["owner"], purpose=UpdateLink.UPDATE)
    other = token(district, "member")
    for n in range(len(good)):
        changed = "A" if good[n] != "A" else "B"
        if n == 21:  # the last character of a name has four bits that say nothing; the signature is over the characters all the same
            changed = "g" if good[n] != "g" else "w"
        assert is_404(good[:n] + changed + good[n + 1 :])
    for bad in (
        "",
        "x",
        good[:-1],
        good + "A",
        good[:22],
        good[22:] + good[:22],
        str(row.pk),
        str(row.name),
        row.token_hash,
        "é" * 65,
        "\0" * 65,
    ):
        assert is_404(bad)
    assert is_404(good[:22] + other[22:])
    assert is_404(other[:22] + good[22:])
    assert is_404(good.swapcase())
    assert links.get_link_or_404(good) == row


def test_one_purpose_each(district):
    assert is_404(token(district), UpdateLink.UNSUBSCRIBE)
    assert is_404(token(district, purpose=UpdateLink.UNSUBSCRIBE))


def test_a_link_ends_with_its_last_day_in_the_district(district):
    end = Cycle.objects.get().ends_on
    good = token(district)
    stand(district.organization, end)
    assert links.get_link_or_404(good)
    stand(district.organization, end + DAY)
    assert is_404(good)


def test_a_revoked_link_has_ended_and_only_it(district):
    good, other = token(district), token(district, "member")
    assert links.revoke_links(press=press(), person=district.people["owner"]) == 2
    assert is_404(good)
    assert links.get_link_or_404(other)
    assert AuditEntry.objects.filter(verb="revoke link").count() == 2
    assert links.revoke_links(press=press(), person=district.people["owner"]) == 0
    with pytest.raises(ValueError, match="whose"):
        links.revoke_links(press=press())


def test_who_left_has_no_link(district):
    good = token(district)
    Person.objects.filter(pk=district.people["owner"].pk).update(is_active=False)
    assert is_404(good)
    Person.objects.filter(pk=district.people["owner"].pk).update(is_active=True)
    deactivate_person(membership=Membership.objects.get(person=district.people["owner"]), press=press())
    assert is_404(good)


def test_a_link_stays_with_its_organization(district):
    other = make_district("hill")
    stand(other.organization, MONDAY)
    owner = district.people["owner"]
    Membership.objects.create(person=owner, organization=other.organization, role="contributor")
    leads(other.steps[0], lead_person=owner)
    run(other, MONDAY)
    there = link(district)  # the newest of the person's links is that of the other district
    assert [row.step.plan_id for row in links.steps_for_link(there).steps] == [other.plan.pk]
    here = UpdateLink.objects.get(person=owner, organization=district.organization, purpose=UpdateLink.UPDATE)
    shown = links.steps_for_link(here)
    assert [row.step.plan_id for row in shown.steps] == [district.plan.pk]
    with pytest.raises(Http404):
        links.confirm_by_link(link=here, node=other.steps[0].pk, form=uuid.uuid4())


def test_a_link_is_for_the_plans_of_its_mail_and_for_what_the_person_still_answers_for(district):
    plan, steps, _ = add_plan(district.organization, "later", steps=1)
    leads(steps[0], lead_person=district.people["owner"])
    cycles.set_rhythm(plan=plan, press=press(), on=MONDAY, unit="monthly", begins_on=MONDAY)
    assert [row.node for row in links.steps_for_link(link(district)).steps] == nodes(district, 0)
    leads(district.steps[0], lead_person=district.people["cabinet"])
    assert links.steps_for_link(link(district)).steps == []
    with pytest.raises(Http404):
        links.record_by_link(link=link(district), node=nodes(district, 0)[0], status=district.status, form=uuid.uuid4())


def test_a_closed_plan_or_cycle_shows_nothing(district):
    stand(district.organization, Cycle.objects.get().ends_on)
    found = link(district)
    change_plan(plan=district.plan, press=press(), stage=Plan.CLOSED)
    assert links.steps_for_link(found).steps == []
    change_plan(plan=district.plan, press=press(), stage=Plan.ADOPTED)
    assert links.steps_for_link(found).steps
    cycles.advance_all(organization=district.organization, on=Cycle.objects.get().ends_on + DAY, press=press())
    assert links.steps_for_link(found).steps == []


def test_what_is_said_by_link_is_recorded_so_once_for_a_form(district):
    node, form = nodes(district, 0)[0], uuid.uuid4()
    said = links.record_by_link(link=link(district), node=node, status=district.status, form=form, expected_version=0, public_note="Bought")
    assert said.is_new
    assert not links.record_by_link(
        link=link(district), node=node, status=district.status, form=form, expected_version=0, public_note="Bought"
    ).is_new
    update = StatusUpdate.objects.get()
    assert (update.channel, update.by, update.as_of, update.public_note) == ("link", district.people["owner"], MONDAY, "Bought")
    entry = AuditEntry.objects.get(verb="record status")
    assert (entry.channel, entry.by) == ("link", district.people["owner"])
    shown = links.steps_for_link(link(district))
    assert (shown.done, shown.next) == (1, None)


def test_still_true_needs_something_that_was_said_and_the_version_that_was_shown(district):
    node = nodes(district, 0)[0]
    with pytest.raises(ValidationError, match="nothing to confirm"):
        links.confirm_by_link(link=link(district), node=node, form=uuid.uuid4())
    record_status(step=district.steps[0], status=district.status, press=press(), as_of=date(2026, 1, 5))
    with pytest.raises(Conflict):
        links.confirm_by_link(link=link(district), node=node, form=uuid.uuid4(), expected_version=0)
    links.confirm_by_link(link=link(district), node=node, form=uuid.uuid4(), expected_version=1)
    assert StatusUpdate.objects.latest("pk").as_of == MONDAY


def test_all_still_true_is_all_or_none(district):
    leads(district.steps[1], lead_person=district.people["owner"], lead_department=None)
    one, two = nodes(district, 0, 1)
    record_status(step=district.steps[0], status=district.status, press=press(), as_of=date(2026, 1, 5))
    with pytest.raises(ValidationError, match=r"1\.1\.2"):
        links.confirm_all_by_link(link=link(district), form=uuid.uuid4(), expected_versions={one: 1, two: 0})
    assert StatusUpdate.objects.count() == 1
    record_status(step=district.steps[1], status=district.status, press=press(), as_of=date(2026, 1, 5))
    form = uuid.uuid4()
    assert len(links.confirm_all_by_link(link=link(district), form=form, expected_versions={one: 1, two: 1})) == 2
    assert not any(said.is_new for said in links.confirm_all_by_link(link=link(district), form=form, expected_versions={one: 1, two: 1}))
    with pytest.raises(Http404):
        links.confirm_all_by_link(link=link(district), form=uuid.uuid4(), expected_versions={one: 2, nodes(district, 3)[0]: 0})


def test_undo_takes_back_what_this_person_said_by_link_and_nothing_else(district):
    node = nodes(district, 0)[0]
    by_hand = record_status(step=district.steps[0], status=district.status, press=press(), as_of=MONDAY).update
    with pytest.raises(Http404):
        links.undo_by_link(link=link(district), update=by_hand.pk, form=uuid.uuid4())
    mine = links.confirm_by_link(link=link(district), node=node, form=uuid.uuid4()).update
    shown = links.steps_for_link(link(district))
    assert links.said_by_link(link(district), shown.steps) == {node: mine}
    with pytest.raises(Http404):
        links.undo_by_link(link=link(district, "member"), update=mine.pk, form=uuid.uuid4())
    assert links.undo_by_link(link=link(district), update=mine.pk, form=uuid.uuid4()).update.is_withdrawal
    district.steps[0].refresh_from_db()
    assert district.steps[0].status_update == by_hand


def test_one_press_ends_the_mails_of_that_organization_and_another_brings_them_back(district):
    found = link(district, purpose=UpdateLink.UNSUBSCRIBE)
    links.unsubscribe_by_link(link=found)
    links.unsubscribe_by_link(link=found)
    assert ReminderPreference.objects.get().is_unsubscribed
    assert AuditEntry.objects.filter(verb="set reminders", channel="link").count() == 1
    links.unsubscribe_by_link(link=found, is_unsubscribed=False)
    assert not ReminderPreference.objects.get().is_unsubscribed


def test_a_mail_that_goes_twice_carries_the_same_link_even_after_a_change_of_the_key(district, settings):
    reminders.run_organization(organization=district.organization, on=MONDAY + 7 * DAY, press=press())
    waiting = list(Reminder.objects.waiting())
    first = {pk: found.body for pk, found in Desk().write(waiting).items()}
    assert {pk: found.body for pk, found in Desk().write(waiting).items()} == first
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    old = token(district)
    settings.SECRET_KEY = "x" * 60
    assert {pk: found.body for pk, found in Desk().write(waiting).items()} == first
    settings.SECRET_KEY_FALLBACKS = []
    again = {pk: found.body for pk, found in Desk().write(waiting).items()}
    assert again.keys() == first.keys()
    assert all(again[pk] != first[pk] for pk in first)
    assert links.get_link_or_404(old)  # what was mailed goes on working: only its hash is asked


def test_the_number_of_statements_does_not_grow_with_the_steps():
    small = make_district("small")
    big = make_district("big")
    for place, count in ((small, 1), (big, 12)):
        plan, steps, _ = add_plan(place.organization, "more", steps=count)
        for step in steps:
            leads(step, lead_person=place.people["owner"])
        cycles.set_rhythm(plan=plan, press=press(), on=MONDAY, unit="monthly", begins_on=MONDAY)
        stand(place.organization, MONDAY)
        run(place, MONDAY)
    counts = []
    for place in (small, big):
        found = link(place)
        with CaptureQueriesContext(connection) as seen:
            shown = links.steps_for_link(found)
            assert [(row.step.status, row.step.plan.title, row.step.plan.organization.name) for row in shown.steps]
        counts.append(len(seen))
    assert counts[0] == counts[1]
