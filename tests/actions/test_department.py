"""Who leads a department sees who of it is behind, and says for them how their steps stand; the history says so."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit import Press
from accounts.models import Department, Membership
from accounts.services import create_department, set_role
from actions.models import ReminderLine, StatusUpdate
from actions.reminding.ladder import LEAD
from actions.services.mails import Desk
from actions.services.reminders import plan_due
from goals.services import change_plan, set_lead
from tests.factories.people import MembershipFactory
from tests.factories.plans import small_plan
from tests.factories.reviews import MONDAY, make_district, work
from tests.factories.updating import TODAY, form, leads, path, said, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(db):
    return small_plan()[0]


@pytest.fixture
def steps(plan):
    return list(plan.actionstep_set.order_by("code"))


@pytest.fixture
def office(plan):
    return create_department(organization=plan.organization, slug="network", name="Network Services", press=Press("command"))


@pytest.fixture
def tom(plan, office, steps):
    found = staff(plan, "contributor", office, name="Tom Teacher")
    leads(found, steps[0])
    return found


@pytest.fixture
def head(plan, office):
    person = staff(plan, "contributor", office, name="Hanna Head")
    make_head(person, office)
    return person


def make_head(person, department):
    member = person.memberships.get()
    set_role(membership=member, role=member.role, department=department, leads_department=True, press=Press("command"))


def test_the_head_sees_who_is_behind_and_says_it_for_them_marked_so(client, plan, steps, tom, head):
    said(steps[0], "In progress", by=tom, day=TODAY.replace(year=2020))
    client.force_login(head)
    html = client.get("/my/department/").content.decode()
    assert "The only step needs a word: Tom Teacher 1." in html
    answer = client.post(path(steps[0], "confirm"), form(steps[0], "In progress", back="/my/department/"), headers={"HX-Request": "true"})
    assert "The only step is confirmed." in answer.content.decode()
    update = StatusUpdate.objects.get(by=head)
    assert (update.said_for.person, update.said_for.node_id) == (tom, steps[0].pk)
    assert "Hanna Head, for Tom Teacher" in client.get(path(steps[0])).content.decode()


def test_many_at_once_come_back_to_the_department(client, steps, tom, head):
    said(steps[0], "In progress", by=tom)
    steps[0].refresh_from_db()
    sent = {"step": f"{steps[0].pk}:{steps[0].version}", "do": "confirm", "press": str(uuid.uuid4()), "back": "/my/department/"}
    client.force_login(head)
    assert client.post("/my/department/", sent).url.startswith("/my/department/")
    assert client.post("/my/department/", sent | {"do": "set", "press": str(uuid.uuid4())}).status_code == 422
    assert StatusUpdate.objects.get(by=head).said_for.person == tom


def test_colleagues_and_heads_of_other_places_may_not(client, plan, steps, tom, office):
    colleague = staff(plan, "contributor", office)
    elsewhere = MembershipFactory(role="contributor")
    other = create_department(organization=elsewhere.organization, slug="network", name="Network Services", press=Press("command"))
    make_head(elsewhere.person, other)
    MembershipFactory(person=tom, organization=elsewhere.organization, role="contributor", department=other)  # an address in two districts
    for person, status in ((colleague, 403), (elsewhere.person, 404)):
        client.force_login(person)
        assert client.post(path(steps[0], "update"), form(steps[0])).status_code == status
        assert "Task" not in client.get("/my/department/").content.decode()
    assert not StatusUpdate.objects.filter(by__in=[colleague, elsewhere.person]).exists()


def test_what_is_said_for_nobody_else_is_not_marked(steps, tom, head, office):
    set_lead(row=steps[1], department=office, as_of=TODAY, press=Press("command"))
    assert said(steps[0], "Complete", by=tom).said_for is None
    assert said(steps[1], "Complete", by=head).said_for is None  # of the own department
    assert said(steps[0], "In progress").said_for is None  # a command


@pytest.mark.parametrize(("are_public", "by"), [(True, "Hanna Head, for Tom Teacher"), (False, "Network Services")])
def test_visitors_read_names_only_where_the_plan_has_them_public(client, plan, steps, tom, head, are_public, by):
    change_plan(plan=plan, press=Press("command"), names_are_public=are_public, stage="adopted", visibility="live")
    said(steps[0], "Complete", by=head)
    html = client.get(f"/{plan.organization.slug}/{plan.slug}/steps/{steps[0].node.address}/").content.decode()
    assert by in html
    assert are_public or "Tom Teacher" not in html


def test_an_administrator_says_who_leads_a_department(client, plan, head):
    client.force_login(staff(plan, "admin"))
    member = head.memberships.get()
    page = f"/manage/{plan.organization.slug}/people/{member.pk}/"
    assert client.post(page, {"role": "viewer", "department": member.department_id, "leads_department": "on"}).status_code == 422
    assert client.post(page, {"role": "editor", "leads_department": "on"}).status_code == 422
    assert client.post(page, {"role": "editor", "department": member.department_id}).status_code == 302
    assert not Membership.objects.get(pk=member.pk).leads_department


def test_the_page_costs_the_same_for_any_number_of_steps(client, plan, steps, tom, head):
    client.force_login(head)
    with CaptureQueriesContext(connection) as few:
        client.get("/my/department/")
    leads(tom, *steps)
    with CaptureQueriesContext(connection) as more:
        client.get("/my/department/")
    assert len(more) == len(few)


def test_the_lists_of_leads_go_to_the_head_of_the_department_too():
    district = make_district(on=MONDAY)
    owner, chief = district.people["owner"], work(district.organization, "contributor")
    department = Department.objects.get()
    owner.memberships.update(department=department)
    chief.memberships.update(department=department, leads_department=True)
    plan_due(organization=district.organization, on=MONDAY + timedelta(days=14))
    line = ReminderLine.objects.get(person=chief, rung=LEAD)
    mail = Desk().write([line.reminder])[line.reminder_id]
    assert "Task number 1" in mail.body
    assert "/my/department/" in mail.body
    assert "Task number 4" not in mail.body  # of the strategy's lead, who works elsewhere
