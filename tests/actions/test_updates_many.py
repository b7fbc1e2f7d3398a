"""A plan's tree for its staff: filters, and many steps at once."""

import re
import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit import Press
from accounts.models import Person
from actions.models import StatusUpdate
from actions.services.updates import record_many
from goals.models import Plan
from goals.services import set_lead
from tests.factories.people import DepartmentFactory, MembershipFactory
from tests.factories.plans import add_node, small_plan
from tests.factories.updating import TODAY, element, leads, said, staff, status

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
TREE = "/manage/meadow/devices/"
MANY = f"{TREE}many/"


@pytest.fixture
def plan(db):
    return small_plan(Plan.PRIVATE)[0]


@pytest.fixture
def steps(plan):
    return list(plan.actionstep_set.order_by("code"))


@pytest.fixture
def desk(client, plan):
    client.force_login(staff(plan, "editor"))
    return client


def shown(html):
    return [int(key) for key in re.findall(r'<li id="step-(\d+)"', html)]


def ticked(*steps, do="confirm", **more):
    for step in steps:
        step.refresh_from_db()
    return {"step": [f"{step.pk}:{step.version}" for step in steps], "do": do, "press": str(uuid.uuid4()), "back": TREE} | more


def test_the_tree_of_a_private_plan(desk, client, steps):
    html = desk.get(TREE).content.decode()
    assert shown(html) == [step.pk for step in steps]
    assert "Private: the public cannot see this plan." in html
    assert "2 of 2 action steps need a word." in html
    assert f"{TREE}publish/" in html
    assert "/manage/meadow/imports/" in html
    desk.logout()
    assert client.get("/meadow/devices/").status_code == 404


def test_who_sees_it(client, plan):
    assert client.get(TREE).url == f"/accounts/login/?next={TREE}"
    client.force_login(staff(plan, "viewer"))
    html = client.get(TREE).content.decode()
    assert "Select 1.1.1" not in html
    assert "Set status" not in html
    client.force_login(MembershipFactory(role="admin").person)
    assert client.get(TREE).status_code == 404
    assert client.post(TREE).status_code == 405


def test_filters_have_an_address_and_what_is_unknown_is_left_out(desk, plan, steps):
    area = add_node(plan, "goal_area", "2", "Other goal", position=2)
    other = add_node(plan, "action_step", "2.1", "Under the goal itself", area.node)
    said(steps[0], "Complete")
    said(steps[1], "In progress", date(2021, 2, 1))
    first, second, third = steps[0].pk, steps[1].pk, other.pk
    for query, found in {
        "": [first, second, third],
        "?goal=2": [third],
        "?status=complete": [first],
        "?status=none": [third],
        "?show=need": [second, third],
        "?show=need&status=in-progress": [second],
        "?goal=2&status=complete": [],
        "?goal=nowhere&status=nothing&show=odd": [first, second, third],
        "?picked=x&picked=99999999999999999999999": [first, second, third],
    }.items():
        assert shown(desk.get(TREE + query).content.decode()) == found, query
    assert "No step is like this" in desk.get(f"{TREE}?goal=2&status=complete").content.decode()


def test_mine_for_a_contributor(client, plan, steps):
    person = staff(plan, "contributor")
    leads(person, steps[0])
    client.force_login(person)
    html = client.get(TREE).content.decode()
    assert html.count("Select 1.1.") == 1
    assert shown(client.get(f"{TREE}?show=mine").content.decode()) == [steps[0].pk]


def test_a_plan_without_steps(desk, plan, steps):
    from accounts.audit import Press
    from goals.services import create_plan

    create_plan(organization=plan.organization, slug="empty", title="Empty plan", press=Press("command"))
    assert "This plan has no steps yet" in desk.get("/manage/meadow/empty/").content.decode()


@pytest.mark.parametrize("headers", [HX, {}])
def test_confirm_and_set_many(desk, plan, steps, headers):
    said(steps[0], "In progress", date(2021, 2, 1))
    said(steps[1], "Complete", date(2021, 2, 1))
    answer = desk.post(MANY, ticked(*steps), headers=headers)
    assert answer.status_code == (200 if headers else 302)
    assert {step.status.name for step in refreshed(steps)} == {"In progress", "Complete"}
    assert {step.status_as_of for step in refreshed(steps)} == {TODAY}
    desk.post(MANY, ticked(*steps, do="set", to=status(plan, "On hold").pk), headers=headers)
    assert {step.status.name for step in refreshed(steps)} == {"On hold"}
    assert StatusUpdate.objects.values("press").distinct().count() == 4


def refreshed(steps):
    for step in steps:
        step.refresh_from_db()
    return steps


def test_the_lines_of_the_answer_are_those_of_the_page(desk, steps):
    for step in steps:
        said(step, "In progress", date(2021, 2, 1))
    part = desk.post(MANY, ticked(*steps), headers=HX).content.decode()
    page = desk.get(TREE).content.decode()
    for step in steps:
        assert element(part, f"line-{step.pk}", "div").replace(' hx-swap-oob="true"', "") == element(page, f"line-{step.pk}", "div")
    assert element(part, "asks", "p").replace(' hx-swap-oob="true"', "") == element(page, "asks", "p")
    assert "2 steps confirmed." in part
    assert element(part, "many", "form") == element(page, "many", "form"), "the bar can be pressed again"
    assert re.search(r'name="press" value="[0-9a-f-]{36}"', part[part.index('id="many"') :])


def test_undo_of_many_is_one_press(desk, steps):
    for step in steps:
        said(step, "In progress", date(2021, 2, 1))
    desk.post(MANY, ticked(*steps))
    press = StatusUpdate.objects.filter(as_of=TODAY).values_list("press", flat=True).distinct().get()
    answer = desk.post(f"/my/undo/{press}/?back={TREE}", headers=HX).content.decode()
    assert "Taken back: 2 steps are as they were." in answer
    assert {step.status_as_of for step in refreshed(steps)} == {date(2021, 2, 1)}


@pytest.mark.parametrize("headers", [HX, {}])
def test_all_or_none_and_the_error_names_the_step(desk, steps, headers):
    said(steps[0], "In progress", date(2021, 2, 1))
    answer = desk.post(MANY, ticked(*steps), headers=headers)
    assert answer.status_code == 422
    assert "1.1.2: Nobody has said anything of this step yet" in answer.content.decode()
    assert steps[0].updates.count() == 1
    if not headers:  # what was ticked is still ticked
        assert answer.content.decode().count("checked") == 2


@pytest.mark.parametrize("headers", [HX, {}])
def test_conflict_names_the_step_and_nothing_is_written(desk, plan, steps, headers):
    for step in steps:
        said(step, "In progress", date(2021, 2, 1))
    old = ticked(*steps, do="set", to=status(plan, "Complete").pk)
    said(steps[1], "On hold", by=staff(plan, name="Other Person"))
    answer = desk.post(MANY, old, headers=headers)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Nothing was changed: 1.1.2 was set to On hold by Other Person" in text
    assert f'value="{steps[1].pk}:2" checked' in text
    assert f'<option value="{status(plan, "Complete").pk}" selected>' in text
    assert StatusUpdate.objects.count() == 3


@pytest.mark.parametrize(
    ("change", "code", "sentence"),
    [
        ({"step": []}, 422, "Select at least one step first"),
        ({"do": "set", "to": ""}, 422, "Choose the status"),
        ({"do": "set", "to": "99999999"}, 422, "Choose the status"),
        ({"do": "delete"}, 400, ""),
        ({"press": "x"}, 400, ""),
        ({"step": ["x"]}, 400, ""),
        ({"step": ["99999999:0"]}, 404, ""),
    ],
)
def test_odd_forms(desk, steps, change, code, sentence):
    said(steps[0], "In progress")
    answer = desk.post(MANY, ticked(steps[0]) | change)
    assert answer.status_code == code
    assert sentence in answer.content.decode()
    assert StatusUpdate.objects.count() == 1


def test_steps_of_another_plan_are_not_there(desk, plan, steps):
    from accounts.audit import Press
    from goals.services import create_plan

    other = create_plan(organization=plan.organization, slug="other", title="Other plan", press=Press("command"))
    area = add_node(other, "goal_area", "1", "Other")
    step = add_node(other, "action_step", "7.1", "Of the other plan", area.node)
    leads(Person.objects.get(pk=desk.session["_auth_user_id"]), steps[0], step)
    assert desk.post(MANY, ticked(steps[0], step, do="set", to=status(plan, "Complete").pk)).status_code == 404
    answer = desk.post("/my/", ticked(steps[0], step, do="set", to=status(plan, "Complete").pk, back="/my/"))
    assert answer.status_code == 422
    assert "“Complete” is a status of Device plan, but 7.1 is a step of Other plan." in answer.content.decode().replace("&#x27;", "'")
    assert not StatusUpdate.objects.exists()


def test_who_may_not(client, plan, steps):
    person = staff(plan, "contributor")
    leads(person, steps[0])
    for step in steps:
        said(step, "In progress", date(2021, 2, 1))
    client.force_login(person)
    assert client.post(MANY, ticked(*steps)).status_code == 403
    assert client.post("/my/", ticked(*steps)).status_code == 403
    assert StatusUpdate.objects.count() == 2
    assert client.post("/my/", ticked(steps[0], back="/my/")).status_code == 302
    client.force_login(staff(plan, "viewer"))
    assert client.post(MANY, ticked(steps[0])).status_code == 403
    client.force_login(MembershipFactory(role="admin").person)
    assert client.post(MANY, ticked(steps[0])).status_code == 404
    assert client.post("/my/", ticked(steps[0])).status_code == 403
    assert client.get(MANY).status_code == 405


def test_statements_of_the_tree_do_not_grow(desk, plan, steps):
    desk.get(TREE)
    with CaptureQueriesContext(connection) as few:
        desk.get(TREE)
    for n in range(3, 15):
        add_node(plan, "action_step", f"1.1.{n}", f"Task number {n}", steps[0].strategy.node, position=n)
    with CaptureQueriesContext(connection) as more:
        assert len(shown(desk.get(TREE).content.decode())) == 14
    assert len(few) == len(more)
    with CaptureQueriesContext(connection) as narrow:
        desk.get(f"{TREE}?show=need&picked=all")
    assert len(few) == len(narrow)


def test_whom_many_updates_are_said_for_is_asked_of_the_database_once(plan, steps):
    strategy, lead = steps[0].strategy, MembershipFactory(organization=plan.organization, role="contributor").person
    set_lead(row=strategy, press=Press("command"), as_of=date(2021, 1, 12), person=lead)
    department = DepartmentFactory(organization=plan.organization)
    set_lead(row=steps[1], press=Press("command"), as_of=date(2021, 1, 12), department=department)
    for n in range(3, 9):
        add_node(plan, "action_step", f"1.1.{n}", f"Task number {n}", strategy.node, position=n)
    asked = []
    for some in (steps[:2], list(plan.actionstep_set.order_by("code"))):
        editor = Person.objects.get(pk=staff(plan, "editor").pk)
        with CaptureQueriesContext(connection) as queries:
            done = record_many(steps=some, status=status(plan, "In progress"), press=Press("web", editor))
        assert [one.update.said_for.person_id or one.update.said_for.department_id for one in done[:2]] == [lead.pk, department.pk]
        asked.append(sum("goals_lead" in q["sql"] or "accounts_membership" in q["sql"] for q in queries if q["sql"].startswith("SELECT")))
    assert asked == [2, 2]
