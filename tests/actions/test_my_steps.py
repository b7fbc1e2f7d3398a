"""My steps: what a person leads, in all organizations, and what needs a word first."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit import Press
from accounts.models import Membership
from accounts.services import create_department
from actions.models import ActionStep
from actions.services.cycles import set_rhythm
from goals.models import Plan
from goals.services import change_plan, create_plan, set_lead
from tests.factories.people import MembershipFactory, OrganizationFactory, PersonFactory
from tests.factories.plans import add_node, small_plan
from tests.factories.updating import TODAY, leads, said, staff

pytestmark = pytest.mark.django_db
TODAY_ROWS = re.compile(r'<li id="step-(\d+)"')


@pytest.fixture
def plan(db):
    return small_plan()[0]


@pytest.fixture
def steps(plan):
    return list(plan.actionstep_set.order_by("code"))


@pytest.fixture
def person(plan):
    return staff(plan, "contributor")


def page(client, person):
    client.force_login(person)
    return client.get("/my/").content.decode()


def shown(html):
    return [int(key) for key in TODAY_ROWS.findall(html)]


def test_it_needs_a_person(client):
    assert client.get("/my/").url == "/accounts/login/?next=/my/"
    assert client.post("/my/").url.startswith("/accounts/login/?next=/my/")
    client.force_login(PersonFactory())
    assert client.put("/my/").status_code == 405


def test_longest_silence_first_then_what_is_confirmed(client, plan, steps, person):
    steps.append(add_node(plan, "action_step", "1.1.3", "Task number 3", steps[0].strategy.node, position=3))
    steps.append(add_node(plan, "action_step", "1.1.4", "Task number 4", steps[0].strategy.node, position=4))
    leads(person, *steps)
    said(steps[0], "In progress", date(2021, 7, 1))  # in the 90 days up to August 3
    said(steps[1], "In progress", date(2021, 4, 1))
    said(steps[2], "In progress", date(2021, 2, 1))
    html = page(client, person)
    assert shown(html) == [steps[3].pk, steps[2].pk, steps[1].pk, steps[0].pk]
    assert "3 of your 4 steps need a word now." in html
    assert "The next one after that: September 29, 2021." in html  # July 1 and 90 days
    assert html.index("Need a word first") < html.index("Confirmed in this cycle")
    assert html.count("is-unconfirmed") == 3
    assert html.count("Still true:") == 2  # of the one without a status there is nothing to confirm
    assert "Set status of 1.1.4" in html


def test_with_a_rhythm_the_cycle_decides_and_not_the_interval(client, plan, steps, person):
    leads(person, *steps)
    said(steps[0], "In progress", date(2021, 7, 30))  # in the 90 days up to August 3, and before the cycle
    said(steps[1], "In progress", TODAY)
    Plan.objects.filter(pk=plan.pk).update(stage=Plan.ADOPTED)
    set_rhythm(plan=Plan.objects.get(pk=plan.pk), press=Press("web"), unit="monthly", begins_on=date(2021, 8, 1))
    html = page(client, person)
    assert "1 of your 2 steps needs a word now." in html
    assert "The next one after that: September 1, 2021." in html
    admin = MembershipFactory(organization=plan.organization, role="admin").person
    client.force_login(admin)
    desk = " ".join(client.get(f"/manage/{plan.organization.slug}/").content.decode().split())
    assert "1 action step was not confirmed since August 1, 2021." in desk


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ([TODAY, TODAY], "All 2 steps are confirmed.</strong> Nothing is asked of you until November 1, 2021."),
        ([None, TODAY], "1 of your 2 steps needs a word now."),
        ([None, None], "2 of your 2 steps need a word now."),
    ],
)
def test_sentence_above(client, steps, person, days, sentence):
    leads(person, *steps)
    for step, day in zip(steps, days, strict=True):
        if day:
            said(step, "In progress", day)
    assert sentence in page(client, person)


def test_first_and_last_day_of_the_cycle(client, steps, person):
    leads(person, *steps)
    said(steps[0], "In progress", date(2021, 5, 6))  # 90 days with both ends: May 6 to August 3
    said(steps[1], "In progress", date(2021, 5, 5))
    html = page(client, person)
    assert html.index(f'id="step-{steps[1].pk}"') < html.index("Confirmed in this cycle") < html.index(f'id="step-{steps[0].pk}"')


def test_departments_and_the_nearest_lead(client, plan, steps, person):
    department = create_department(organization=plan.organization, slug="network", name="Network", press=Press("command"))
    Membership.objects.filter(person=person).update(department=department)
    set_lead(row=steps[0].goal_area, department=department, as_of=TODAY, press=Press("command"))
    assert shown(page(client, person)) == [steps[0].pk, steps[1].pk]
    leads(staff(plan), steps[0])  # somebody nearer leads that one
    assert shown(page(client, person)) == [steps[1].pk, steps[0].pk], "the own one, then what waits for others below"


def test_all_organizations_and_nothing_of_others(client, steps, person):
    other = OrganizationFactory(slug="hills", is_sample=True, calendar_on=TODAY)
    third = create_plan(organization=other, slug="roads", title="Road plan", press=Press("command"))
    area = add_node(third, "goal_area", "1", "Roads")
    step = add_node(third, "action_step", "1.1", "Mend the road", area.node)
    leads(person, *steps, step)
    assert shown(page(client, person)) == [steps[0].pk, steps[1].pk], "no member there: it does not exist"
    MembershipFactory(person=person, organization=other, role="viewer")
    html = page(client, person)
    assert len(shown(html)) == 3
    assert "Road plan" in html
    assert f'value="{step.pk}:0"' not in html, "a viewer there reads"
    change_plan(plan=third, press=Press("command"), stage=Plan.CLOSED)
    assert step.pk not in shown(page(client, person)), "a closed plan asks for nothing"


def test_steps_that_are_gone_are_not_here(client, steps, person):
    leads(person, *steps)
    ActionStep.objects.filter(pk=steps[0].pk).update(is_present=False)
    assert shown(page(client, person)) == [steps[1].pk]


def test_who_leads_nothing_is_shown_the_way(client, plan):
    html = page(client, staff(plan, "editor"))
    assert "No step is yours" in html
    assert 'href="/manage/meadow/devices/"' in html
    assert "As an editor" in html
    assert "You can read these plans" in page(client, staff(plan, "viewer"))
    assert "There is no plan that you can see yet" in page(client, PersonFactory())


def test_statements_do_not_grow_with_the_steps(client, plan, steps, person):
    leads(person, *steps)
    page(client, person)
    with CaptureQueriesContext(connection) as two:
        client.get("/my/")
    for n in range(3, 12):
        step = add_node(plan, "action_step", f"1.1.{n}", f"Task number {n}", steps[0].strategy.node, position=n)
        leads(person, step)
        said(step, "In progress", date(2021, 2, n))
    with CaptureQueriesContext(connection) as many:
        assert len(shown(client.get("/my/").content.decode())) == 11
    assert len(many) == len(two)


def test_text_of_a_plan_is_text(client, plan, steps, person):
    step = add_node(plan, "action_step", "<i>", "<script>alert(1)</script>", steps[0].strategy.node, position=9)
    leads(person, step)
    html = page(client, person)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html
