"""The list of a lead: one press for what others did not say, marked so, and nothing beyond it."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.http import Http404

from actions.models import ReminderLine, StatusUpdate
from actions.reminding.ladder import AGAIN, LEAD, PLANNER
from actions.services import reminders, sending
from actions.services.links import (
    ask_by_link,
    confirm_all_by_link,
    get_link_or_404,
    record_by_link,
    steps_for_link,
    token_of,
    undo_all_by_link,
)
from actions.services.updates import record_status
from goals.models import GoalArea, Strategy
from goals.services import set_lead
from tests.factories.reviews import MONDAY, leads, make_district, press, work

pytestmark = pytest.mark.django_db
LISTED = MONDAY + timedelta(days=14)


@pytest.fixture
def district():
    made = make_district(on=MONDAY)
    for step, lead in zip(made.steps, ({"person": made.people["owner"]}, {"department": made.steps[1].lead_department}), strict=False):
        leads(step, lead_person=None, lead_department=None)  # what the factory wrote into the row, as versions of it
        step.refresh_from_db()
        set_lead(row=step, press=press(), as_of=MONDAY, **lead)
    for step in made.steps:
        record_status(step=step, status=made.status, press=press(), as_of=MONDAY - timedelta(days=40))
    made.organization.calendar_on = LISTED
    made.organization.is_sample = True
    made.organization.save()
    return made


@pytest.fixture
def link(district):
    """Of the lead's list. The own step was confirmed, so that only those of others are left."""
    own = district.steps[3]
    own.refresh_from_db()
    record_status(step=own, status=district.status, press=press(), as_of=MONDAY)
    reminders.plan_due(organization=district.organization, on=LISTED)
    sending.send_due(on=LISTED)
    reminder = ReminderLine.objects.get(person=district.people["lead"], rung=LEAD).reminder
    return get_link_or_404(token_of(reminder.links.get(purpose="update")))


def all_of(link, form=None):
    versions = {row.node: row.step.version for row in steps_for_link(link).still}
    return confirm_all_by_link(link=link, form=form or uuid.uuid4(), expected_versions=versions)


def test_one_press_says_it_for_the_others_and_marks_it(district, link):
    shown = steps_for_link(link)
    assert [row.step.pk for row in shown.steps] == [step.pk for step in district.steps[:3]]
    assert all(row.is_others for row in shown.steps)
    form = uuid.uuid4()
    all_of(link, form)
    said = {update.step_id: update for update in StatusUpdate.objects.filter(channel="link")}
    assert {update.by for update in said.values()} == {district.people["lead"]}
    owner, member, words = (said[step.pk].said_for for step in district.steps[:3])
    assert owner.person == district.people["owner"]
    assert member.department.name == "Network of meadow"
    assert words is None  # led by words: in nobody's place
    assert all(row.is_confirmed for row in steps_for_link(link).steps), "what was said stays on the page and can be taken back"
    undo_all_by_link(link=link, press=next(iter(said.values())).press, form=uuid.uuid4())
    assert len(steps_for_link(link).still) == 3


def test_what_the_others_said_themselves_is_not_on_the_page(district, link):
    step = district.steps[0]
    step.refresh_from_db()
    record_status(step=step, status=district.status, press=press(), as_of=LISTED)
    assert step.pk not in {row.node for row in steps_for_link(link).steps}
    with pytest.raises(Http404):
        record_by_link(link=link, node=step.pk, form=uuid.uuid4())


def test_who_comes_after_the_owner_is_told_so_and_keeps_what_was_typed(client, district, link):
    step, home = district.steps[0], f"/u/{token_of(link)}/"
    step.refresh_from_db()
    said = {"press": uuid.uuid4(), "step": step.pk, "version": step.version, "say": "same", "public_note": "Half of the rooms <are> done"}
    record_status(step=step, status=district.status, press=press(), as_of=LISTED)
    answer = client.post(home, said)
    assert answer.status_code == 409
    assert "Half of the rooms &lt;are&gt; done</textarea>" in answer.text
    assert "Nothing of yours was written." in answer.text
    assert not StatusUpdate.objects.filter(channel="link").exists()
    blocked = client.post(f"{home}ask/blocked/{step.pk}/", {"press": uuid.uuid4(), "sentence": "The vendor is silent"})
    assert "The vendor is silent</textarea>" in blocked.text
    listed = [f"{one.pk}:{one.version}" for one in (step, district.steps[1])]
    all_of_them = client.post(f"{home}all/", {"press": uuid.uuid4(), "step": listed})
    assert all_of_them.status_code == 409
    assert "Somebody else said meanwhile how 1.1.1 stands, so nothing was saved." in all_of_them.text
    looked = client.get(f"{home}?step={step.pk}")
    assert looked.status_code == 200
    assert "said meanwhile how it stands. Nothing is asked of you." in looked.text


def test_the_link_of_an_owner_reaches_no_step_of_others(district, link):
    reminder = ReminderLine.objects.filter(person=district.people["owner"], rung=1).get().reminder
    own = get_link_or_404(token_of(reminder.links.get(purpose="update")))
    assert [row.node for row in steps_for_link(own).steps] == [district.steps[0].pk]
    with pytest.raises(Http404):
        record_by_link(link=own, node=district.steps[1].pk, form=uuid.uuid4())


def test_who_leads_no_more_reaches_nothing_by_the_old_list(district, link):
    type(district.steps[0].strategy).objects.filter(pk=district.steps[0].strategy_id).update(lead_person=district.people["cabinet"])
    assert steps_for_link(link).steps == []


@pytest.mark.parametrize("kind", ["not_mine", "remind"])
def test_what_only_an_owner_can_say_is_not_taken(link, district, kind):
    with pytest.raises(Http404):
        ask_by_link(link=link, node=district.steps[0].pk, kind=kind, form=uuid.uuid4())


def test_the_page_says_that_others_answer(client, district, link):
    page = client.get(f"/u/{token_of(link)}/").content.decode()
    assert "Somebody else answers for this step. What you say is marked as said by you for them." in page
    assert "Not my step" not in page
    second = client.get(f"/u/{token_of(link)}/?step={district.steps[1].pk}").content.decode()
    assert "Network of meadow answers for this step." in second
    everything = client.get(f"/u/{token_of(link)}/all/").content.decode()
    assert "For 3 of them others answer." in everything


def test_what_nobody_leads_above_is_in_the_planners_list_once_a_cycle(district):
    strategy = Strategy.objects.get(plan=district.plan)
    leads(strategy, lead_person=None)
    leads(GoalArea.objects.get(plan=district.plan), lead_person=None)
    for step in district.steps[2:]:  # those that nobody answers for are told of by themselves
        leads(step, lead_person=district.people["owner"], lead_words="")
    reminders.plan_due(organization=district.organization, on=LISTED)
    sending.send_due(on=LISTED)
    assert not ReminderLine.objects.filter(person=district.people["lead"], rung=LEAD).exists()
    line = ReminderLine.objects.get(person=district.people["admin"], rung=LEAD)
    (told,) = (m for m in mail.outbox if m.to == [district.people["admin"].email])
    assert "4 action steps that nobody leads the way for wait for a word" in told.subject
    link = get_link_or_404(token_of(line.reminder.links.get(purpose="update")))
    assert [row.step.pk for row in steps_for_link(link).steps] == [step.pk for step in district.steps]
    all_of(link)
    update = StatusUpdate.objects.filter(channel="link").earliest("pk")
    assert (update.by, update.said_for.person) == (district.people["admin"], district.people["owner"])
    undo_all_by_link(link=link, press=update.press, form=uuid.uuid4())
    last = MONDAY + timedelta(days=22)
    reminders.plan_due(organization=district.organization, on=last)
    assert not ReminderLine.objects.filter(person=district.people["admin"], rung=LEAD, kind=AGAIN).exists()


def test_a_step_with_a_lead_above_is_in_no_planners_list(district):
    leads(GoalArea.objects.get(plan=district.plan), lead_person=district.people["cabinet"])
    reminders.plan_due(organization=district.organization, on=LISTED)
    assert not ReminderLine.objects.filter(person=district.people["admin"], rung=LEAD).exists()


LAST_WEEK = MONDAY + timedelta(days=21)  # the cycle ends on Sunday, March 1


@pytest.fixture
def told(district):
    """The planner's mail of the last week, alone on its day: what the lead answers for was said, all else was not."""
    own = district.steps[3]
    own.refresh_from_db()
    record_status(step=own, status=district.status, press=press(), as_of=MONDAY)
    district.organization.calendar_on = LAST_WEEK
    district.organization.save()
    reminders.plan_due(organization=district.organization, on=MONDAY)
    sending.send_due(on=MONDAY)
    mail.outbox.clear()
    reminders.plan_due(organization=district.organization, on=LAST_WEEK)
    sending.send_due(on=LAST_WEEK)
    (found,) = (m for m in mail.outbox if m.to == [district.people["admin"].email])
    return found


def test_in_the_last_week_planners_get_all_that_is_silent_by_department(district, told):
    assert "no word yet of 3 action steps, and the cycle ends on March 1, 2026" in told.subject
    heads = [line for line in told.body.splitlines() if line.startswith("==")]
    assert heads == ["== Network of meadow: 1 ==", "== People without a department: 1 ==", "== Whoever it may be: 1 =="]
    assert "Nobody there has an account, so nobody was asked." in told.body
    assert "Task number 4" not in told.body
    assert not any(person.name in told.body for name, person in district.people.items() if name != "admin")
    assert f"/manage/{district.organization.slug}/today/?all=last#last" in told.body


def test_one_press_of_a_planner_says_it_for_the_others(district, told):
    line = ReminderLine.objects.get(person=district.people["admin"], rung=PLANNER)
    link = get_link_or_404(token_of(line.reminder.links.get(purpose="update")))
    assert [row.step.pk for row in steps_for_link(link).steps] == [step.pk for step in district.steps[:3]]
    all_of(link)
    update = StatusUpdate.objects.filter(channel="link").earliest("pk")
    assert (update.by, update.said_for.person) == (district.people["admin"], district.people["owner"])
    district.people["admin"].memberships.update(role="viewer")
    assert steps_for_link(link).steps == [], "who plans no more reaches nothing by the old list"


@pytest.mark.parametrize("why", ["switched off", "unsubscribed", "all said"])
def test_no_planner_is_told(district, why):
    if why == "switched off":
        type(district.rhythm).objects.update(tells_planners=False)
    if why == "unsubscribed":
        reminders.set_preference(person=district.people["admin"], organization=district.organization, is_unsubscribed=True, press=press())
    for step in district.steps if why == "all said" else ():
        step.refresh_from_db()
        record_status(step=step, status=district.status, press=press(), as_of=MONDAY)
    reminders.plan_due(organization=district.organization, on=LAST_WEEK)
    assert not ReminderLine.objects.filter(rung=PLANNER).exists()


def test_each_planner_is_told_once_and_what_waited_for_days_still_goes(district):
    second = work(district.organization, "editor")
    for on in (LAST_WEEK + timedelta(days=4), LAST_WEEK + timedelta(days=4)):
        reminders.plan_due(organization=district.organization, on=on)
    rows = ReminderLine.objects.filter(rung=PLANNER)
    assert {row.person for row in rows} == {district.people["admin"], second}
    assert rows.count() == len({row.reminder_id for row in rows}) == 2


def test_planners_press_for_one_department_after_the_other(client, district, told):
    line = ReminderLine.objects.get(person=district.people["admin"], rung=PLANNER)
    home = f"/u/{token_of(line.reminder.links.get(purpose='update'))}/"
    assert "Several at once, by department" in client.get(home).text
    page = client.get(f"{home}all/")
    assert page.text.count("<form") == 3
    listed = [step.pk for step in district.steps[:3]]
    assert "Network of meadow, for" in page.text
    one = f"{listed[1]}:{type(district.steps[1]).objects.get(pk=listed[1]).version}"
    answer = client.post(f"{home}all/", {"press": uuid.uuid4(), "step": one})
    assert list(StatusUpdate.objects.filter(channel="link").values_list("step", flat=True)) == [listed[1]]
    back = client.get(answer.url)
    assert answer.url.startswith(f"{home}all/?all=")
    assert "1 still true." in back.text
    assert "Network of meadow, for" not in back.text
    assert back.text.count(f'action="{home}all/"') == 2
