"""A step's page: both clocks, corrections beside what they correct, wordings side by side; steps that went, addresses that changed, reports."""

import html
import json
import re
from datetime import UTC, date, datetime

import pytest

from accounts.audit import Press
from accounts.models import AuditEntry, Membership, Person
from actions.models import ProgressReport, ReportNotice
from actions.services.updates import record_status, undo_update
from goals.models import NodeRedirect, Plan, Status
from tests.factories.plans import reword, small_plan, take_out

pytestmark = pytest.mark.django_db


def text_of(response):
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split()))


@pytest.fixture
def plan_and_steps():
    return small_plan()


def say(step, name, day, person=None, **more):
    status = Status.objects.get(scale__plan=step.plan, name=name)
    return record_status(step=step, status=status, as_of=day, press=Press(AuditEntry.WEB, person), **more).update


def names(plan):
    return list(Status.objects.filter(scale__plan=plan).order_by("-rank").values_list("name", flat=True))


def test_what_was_said_stands_with_both_days_and_without_names(client, plan_and_steps):
    plan, (step, _) = plan_and_steps
    person = Person.objects.create(email="jo@meadow.example", name="Jo Secret")
    Membership.objects.create(person=person, organization=plan.organization, role="editor")
    first, second, *_ = names(plan)
    say(step, second, date(2021, 5, 4), person, public_note="Bids are in.", note="Ask Pat about the price.")
    say(step, first, date(2021, 7, 21), person)
    said = text_of(client.get("/meadow/devices/steps/1.1.1/"))
    assert f"{first} since July 21, 2021." in said
    assert "May 4, 2021" in said
    assert "Bids are in." in said
    assert "Recorded" in said
    assert "Editor" in said
    for secret in ("Jo Secret", "jo@meadow.example", "Ask Pat"):
        assert secret not in said


def test_a_correction_and_what_it_corrects_both_stay(client, plan_and_steps):
    plan, (step, _) = plan_and_steps
    first, second, *_ = names(plan)
    wrong = say(step, first, date(2021, 5, 4))
    right = say(step, second, date(2021, 5, 4), corrects=wrong)
    page = client.get("/meadow/devices/steps/1.1.1/").content.decode()
    assert f"<del>{first}</del>" in page
    assert f'href="#entry-{right.pk}">Corrected' in page
    assert f'href="#entry-{wrong.pk}">Correction' in page


def test_an_undone_update_is_marked(client, plan_and_steps):
    plan, (step, _) = plan_and_steps
    update = say(step, names(plan)[0], date(2021, 5, 4))
    undo_update(update=update, press=Press(AuditEntry.WEB))
    said = text_of(client.get("/meadow/devices/steps/1.1.1/"))
    assert "Nobody has said anything of this action step yet." in said
    assert "Withdrawn" in said
    assert "Taken back" in said


def test_wordings_stand_side_by_side(client, plan_and_steps):
    _, (step, _) = plan_and_steps
    reword(step, "Task number 1, for all schools", date(2021, 7, 1))
    page = client.get("/meadow/devices/steps/1.1.1/").content.decode()
    assert "Until June 30, 2021" in page
    assert "<ins>, for all schools</ins>" in page
    past = client.get("/meadow/devices/steps/1.1.1/?as_of=2021-02-01").content.decode()
    assert '<h1 class="wording">Task number 1</h1>' in past


def test_a_step_that_went_keeps_its_page(client, plan_and_steps):
    _, (_, step) = plan_and_steps
    take_out(step, date(2021, 6, 1))
    response = client.get("/meadow/devices/steps/1.1.2/")
    assert response.status_code == 200
    assert "This is no longer in the plan since June 1, 2021" in text_of(response)
    said = text_of(client.get("/meadow/devices/changes/?since=2021-05-01"))
    assert "1 action step was removed." in said
    assert client.get("/meadow/devices/steps/1.1.2/?as_of=2021-05-01").status_code == 200
    assert client.get("/meadow/devices/steps/1.1.2/?as_of=2020-05-01").status_code == 404


def test_an_old_address_leads_to_the_new_one(client, plan_and_steps):
    plan, (step, _) = plan_and_steps
    NodeRedirect.objects.create(plan=plan, kind="action_step", address="9.9", node=step.node)
    response = client.get("/meadow/devices/steps/9.9/")
    assert (response.status_code, response["Location"]) == (302, "/meadow/devices/steps/1.1.1/")
    assert client.get("/meadow/devices/steps/9.8/").status_code == 404


@pytest.mark.parametrize(
    "address", ["", "?open=all", "goals/1/", "strategies/1.1/", "steps/1.1.2/", "changes/", "reports/", "reports.csv", "?as_of=2020-01-01"]
)
def test_every_address_answers(client, plan_and_steps, address):
    assert client.get(f"/meadow/devices/{address}").status_code == 200


def test_the_dashboard_of_today_takes_two_statements(client, plan_and_steps, django_assert_num_queries):
    with django_assert_num_queries(2):
        client.get("/meadow/devices/")


def tree(plan, day="2021-07-01"):
    first, *_ = names(plan)
    step = {"code": "1.1.1", "address": "1.1.1", "title": "As it was then", "status": first, "as_of": day, "action_steps": []}
    strategy = {"code": "1.1", "title": "Lend", "description": "", "action_steps": [step]}
    area = {"code": "1", "title": "Access", "description": "", "objectives": [], "strategies": [strategy], "action_steps": []}
    statuses = [{"name": s.name, "rank": s.rank, "meaning": s.meaning} for s in Status.objects.filter(scale__plan=plan)]
    return {
        "district": "meadow", "plan": "devices", "title": "Device plan", "as_of": day, "levels": {}, "statuses": statuses, "goal_areas": [area],
    }  # fmt: skip


def publish(plan, address="2021-07-01"):
    return ProgressReport.objects.create(
        plan=plan, through=date(2021, 7, 1), address=address, known_at=datetime(2021, 7, 1, tzinfo=UTC), published_on=date(2021, 7, 2),
        channel="command", press="00000000-0000-0000-0000-00000000000" + str(len(address) % 10), canonical=json.dumps(tree(plan)), fingerprint="ab" * 32,
        counts={names(plan)[0]: 1},
    )  # fmt: skip


def test_a_report_is_shown_from_what_was_stored(client, plan_and_steps):
    plan, (step, _) = plan_and_steps
    publish(plan)
    reword(step, "Quite another thing", date(2021, 6, 1))
    said = text_of(client.get("/meadow/devices/reports/2021-07-01/"))
    assert "Progress through July 1, 2021" in said
    assert "As it was then" in said
    assert "Quite another" not in said
    assert "ab" * 32 in said
    assert client.get("/meadow/devices/reports/2021-07-01/report.json").json()["fingerprint"] == "ab" * 32
    assert client.get("/meadow/devices/reports/2021-07-09/").status_code == 404


def test_a_replaced_report_says_so(client, plan_and_steps):
    plan, _ = plan_and_steps
    old, new = publish(plan), publish(plan, "2021-07-01~2")
    ReportNotice.objects.create(report=old, replacement=new, reason="A step was counted twice.")
    said = text_of(client.get("/meadow/devices/reports/2021-07-01/"))
    assert "This report was replaced A step was counted twice." in said
    assert "Replaced" in text_of(client.get("/meadow/devices/reports/"))


def test_where_only_reports_are_public_the_plan_itself_is_not(client, plan_and_steps):
    plan, _ = plan_and_steps
    Plan.objects.filter(pk=plan.pk).update(visibility=Plan.REPORTS_ONLY)
    empty = text_of(client.get("/meadow/devices/"))
    assert "No report has been published yet" in empty
    assert "Task number" not in empty
    publish(plan)
    said = text_of(client.get("/meadow/devices/"))
    assert "Progress through July 1, 2021" in said
    assert "Task number" not in said
    for address in ("steps/1.1.1/", "goals/1/", "strategies/1.1/", "changes/", "reports.csv"):
        assert client.get(f"/meadow/devices/{address}").status_code == 404
    assert client.get("/meadow/devices/reports/").status_code == 200
    assert client.get("/meadow/").status_code == 200
