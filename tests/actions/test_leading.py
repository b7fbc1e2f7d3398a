"""Whoever leads above steps says on the pages of staff what nobody confirmed below, marked as said for others, and nothing beyond it."""

import uuid
from datetime import timedelta

import pytest

from accounts.audit import Press
from actions.models import StatusUpdate
from actions.services.updates import record_status
from goals.models import Strategy
from goals.services import set_lead
from tests.factories.people import MembershipFactory
from tests.factories.reviews import MONDAY, leads, make_district, press

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    made = make_district(on=MONDAY)
    leads(made.steps[0], lead_person=None, lead_department=None)
    made.steps[0].refresh_from_db()
    set_lead(row=made.steps[0], press=press(), as_of=MONDAY, person=made.people["owner"])
    for step in made.steps:
        step.refresh_from_db()
        record_status(step=step, status=made.status, press=press(), as_of=MONDAY - timedelta(days=40))
        step.refresh_from_db()
    made.organization.calendar_on, made.organization.is_sample = MONDAY + timedelta(days=3), True
    made.organization.save()
    return made


@pytest.fixture
def lead(district, client):
    client.force_login(district.people["lead"])
    return district.people["lead"]


def page(step, *more):
    return "/".join(["/manage/meadow/devices/steps", step.node.address, *more, ""])


def confirm(client, step, **more):
    step.refresh_from_db()
    said = {"press": uuid.uuid4(), "version": step.version, "status": step.status_id, "back": "/my/"}
    return client.post(page(step, "confirm"), said | more)


def test_the_lead_finds_what_waits_below_and_says_it_for_who_answers_for_it(client, district, lead):
    step = district.steps[0]
    mine = client.get("/my/").content.decode()
    assert f"Below what you lead: {district.people['owner']}" in mine
    assert f'action="{page(step, "confirm")}"' in mine
    assert "marked as said for whoever answers for it" in mine
    assert f'action="{page(step, "confirm")}"' in client.get("/manage/meadow/devices/").content.decode()
    assert confirm(client, step).status_code == 302
    update = StatusUpdate.objects.get(by=lead)
    assert (update.step_id, update.said_for.person, update.channel) == (step.pk, district.people["owner"], "web")
    html = client.get(page(step)).content.decode()
    assert f"for {district.people['owner']}" in html
    assert html.count(">Take back") == 1, "the own words, and no others"
    assert "Not mine" not in html
    old = step.updates.exclude(pk=update.pk).get()
    for what in ("undo", "correct"):
        assert client.post(page(step, "updates", str(old.pk), what), {"press": uuid.uuid4()}).status_code == 403
    assert client.post(page(step, "updates", str(update.pk), "undo"), {"press": uuid.uuid4(), "back": page(step)}).status_code == 302
    assert client.get(page(step, "ask", "not-mine")).status_code == 404
    assert client.get(page(step, "ask", "blocked")).status_code == 200


def test_what_they_said_themselves_is_theirs(client, district, lead):
    step = district.steps[0]
    record_status(step=step, status=district.status, press=Press("web", district.people["owner"]), as_of=MONDAY)
    answer = confirm(client, step)
    assert "said how it stands meanwhile" in client.get(answer.url).content.decode()
    typed = {
        "press": uuid.uuid4(),
        "version": step.version,
        "status": district.status.pk,
        "as_of": MONDAY,
        "note": "Ask Kim",
        "back": "/my/",
    }
    late = client.post(page(step, "update"), typed)
    assert late.status_code == 409
    assert "said how it stands meanwhile" in late.text
    assert "Ask Kim</textarea>" in late.text
    step.refresh_from_db()
    many = {"press": uuid.uuid4(), "step": f"{step.pk}:{step.version}", "do": "confirm", "back": "/my/"}
    assert "said how it stands meanwhile" in client.post("/my/", many).content.decode()
    assert not StatusUpdate.objects.filter(by=lead).exists()
    assert f'action="{page(step, "confirm")}"' not in client.get("/my/").content.decode()


def test_only_the_nearest_lead_above_and_only_while_leading(client, district, lead):
    step, other = district.steps[0], MembershipFactory(organization=district.organization, role="contributor").person
    client.force_login(other)
    assert confirm(client, step).status_code == 403
    set_lead(row=Strategy.objects.get(plan=district.plan), press=press(), as_of=MONDAY, person=other)
    assert confirm(client, step).status_code == 302
    client.force_login(lead)
    assert confirm(client, step).status_code == 403
    client.force_login(MembershipFactory(role="contributor").person)
    assert confirm(client, step).status_code == 404


def test_the_page_of_own_steps_asks_no_more_for_more_steps_below(client, district, lead, django_assert_max_num_queries):
    client.get("/my/")
    with django_assert_max_num_queries(24):
        client.get("/my/")
