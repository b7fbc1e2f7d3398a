"""Visibility alone decides what the public sees: a private plan does not exist, reports alone are reports alone, a live draft says so."""

import html
import re
from datetime import date

import pytest

from accounts.audit import Press
from accounts.models import AuditEntry
from actions.services.publishing import publish_report, withdraw_report
from actions.services.updates import record_status
from goals.models import Plan
from goals.services import change_plan
from tests.factories.people import MembershipFactory
from tests.factories.plans import small_plan

pytestmark = pytest.mark.django_db

BASE = "/meadow/devices/"
MARCH, JUNE = date(2021, 3, 1), date(2021, 6, 15)
PARTS = ["goals/1/", "strategies/1.1/", "steps/1.1.1/", "changes/", "changes/?since=2021-03-01"]
EXPORTS = ["report.pdf", "steps.xlsx", "steps.csv", "plan.json", "plan.md", "reports.csv"]
REPORTS = ["reports/", "reports/2021-03-01/", "reports/2021-03-01/report.json", "reports/2021-03-01/report.pdf"]
DAYS = ["", "?as_of=2021-03-01"]
SECRET = "Said after the last report"


def press():
    return Press(AuditEntry.COMMAND)


@pytest.fixture
def made():
    """Live, with reports through March and June, and something that was said after them."""
    plan, steps = small_plan()
    record_status(step=steps[0], status=plan.scale.statuses.get(name="In progress"), as_of=MARCH, press=press())
    publish_report(plan=plan, through=MARCH, press=press())
    publish_report(plan=plan, through=JUNE, press=press())
    done = plan.scale.statuses.get(name="Complete")
    record_status(step=steps[0], status=done, as_of=date(2021, 8, 1), public_note=SECRET, press=press())
    return plan, steps


def show(plan, **new):
    change_plan(plan=plan, press=press(), **new)


def text_of(answer):
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split()))


def test_a_private_plan_does_not_exist(client, made):
    show(made[0], visibility=Plan.PRIVATE)
    for path in ["", *PARTS, *EXPORTS, *REPORTS]:
        for day in DAYS if "?" not in path else [""]:
            answer, missing = client.get(f"{BASE}{path}{day}"), client.get(f"/meadow/never-was/{path}{day}")
            assert answer.status_code == missing.status_code == 404, path
            assert answer.content == missing.content, path
            assert answer.get("Vary") == missing.get("Vary"), path
    assert client.get("/meadow/").status_code == 404
    assert "Device plan" not in text_of(client.get("/"))


def test_as_reports_only_its_address_shows_the_last_report(client, made):
    show(made[0], visibility=Plan.REPORTS_ONLY)
    page = client.get(BASE)
    assert "Progress through June 15, 2021" in text_of(page)
    assert "In progress" in text_of(page)
    assert SECRET not in text_of(page)
    assert SECRET not in text_of(client.get("/"))


@pytest.mark.parametrize(
    ("day", "shown"), [("2021-08-03", "June 15"), ("2021-06-15", "June 15"), ("2021-06-14", "March 1"), ("2021-03-01", "March 1")]
)
def test_as_reports_only_a_day_is_answered_by_the_report_that_stood(client, made, day, shown):
    show(made[0], visibility=Plan.REPORTS_ONLY)
    assert f"Progress through {shown}, 2021" in text_of(client.get(f"{BASE}?as_of={day}"))


def test_as_reports_only_there_is_nothing_before_the_first_report(client, made):
    show(made[0], visibility=Plan.REPORTS_ONLY)
    assert client.get(f"{BASE}?as_of=2021-02-28").status_code == 404


def test_as_reports_only_nothing_else_answers(client, made):
    show(made[0], visibility=Plan.REPORTS_ONLY)
    for path in [*PARTS, *EXPORTS]:
        for day in DAYS if "?" not in path else [""]:
            assert client.get(f"{BASE}{path}{day}").status_code == 404, path
    for path in REPORTS[:3]:
        answer = client.get(f"{BASE}{path}")
        assert answer.status_code == 200, path
        assert SECRET not in answer.content.decode(), path


def test_as_reports_only_no_link_leads_nowhere(client, made):
    show(made[0], visibility=Plan.REPORTS_ONLY)
    for start in (BASE, f"{BASE}reports/", f"{BASE}reports/2021-03-01/", "/meadow/"):
        for href in set(re.findall(r'href="([^"#]+)', client.get(start).content.decode())):
            if not href.startswith(("/static/", "/theme/", "/my/")) and not href.endswith(".pdf"):
                path = href if href.startswith("/") else f"{start}{href}"
                assert client.get(path).status_code == 200, f"{start} links to {href}"


def test_a_live_report_leads_to_the_steps(client, made):
    assert 'href="/meadow/devices/steps/1.1.1/?as_of=2021-06-15"' in client.get(f"{BASE}reports/2021-06-15/").content.decode()


def test_as_reports_only_without_a_report_that_stands_the_list_is_shown(client, made):
    show(made[0], visibility=Plan.REPORTS_ONLY)
    for report in made[0].reports.all():
        withdraw_report(report=report, reason="Wrong figures.", press=press())
    page = text_of(client.get(BASE))
    assert "Progress reports" in page
    assert "Withdrawn" in page
    assert client.get(f"{BASE}?as_of=2021-07-01").status_code == 404


def test_members_see_what_visitors_do_not(client, made):
    show(made[0], visibility=Plan.REPORTS_ONLY)
    client.force_login(MembershipFactory(organization=made[0].organization, role="viewer").person)
    page = client.get(BASE)
    assert "Only members of the district see this page" in text_of(page)
    assert "private" in page["Cache-Control"]
    client.force_login(MembershipFactory(role="admin").person)
    outsider = client.get(BASE)
    assert "Progress through June 15, 2021" in text_of(outsider)
    assert SECRET not in text_of(outsider)


@pytest.mark.parametrize(
    ("stage", "words"), [("draft", "This plan is a draft"), ("review", "This plan is in review"), ("closed", "This plan is closed")]
)
def test_a_live_plan_that_is_not_adopted_says_so(client, made, stage, words):
    assert words not in text_of(client.get(BASE))
    show(made[0], stage=stage)
    assert words in text_of(client.get(BASE))


def test_a_withdrawn_report_keeps_its_page_with_the_reason(client, made):
    withdraw_report(report=made[0].reports.get(address="2021-03-01"), reason="Two schools were missing.", press=press())
    page = client.get(f"{BASE}reports/2021-03-01/")
    assert page.status_code == 200
    assert "This report was withdrawn Two schools were missing." in text_of(page)
    assert "Progress through March 1, 2021" in text_of(page)


@pytest.mark.parametrize("is_replaced", [False, True])
def test_the_files_of_a_report_that_no_longer_holds_say_so_first_and_stay_what_they_were(client, made, is_replaced):
    plan, steps = made
    base = f"{BASE}reports/2021-06-15/"
    before = {name: client.get(f"{base}{name}").content for name in ("report.pdf", "report.json")}
    if is_replaced:
        record_status(step=steps[1], status=plan.scale.statuses.get(name="On hold"), as_of=JUNE, press=press())
        publish_report(plan=plan, through=JUNE, reason="A step was forgotten.", press=press())
    else:
        withdraw_report(report=plan.reports.get(address="2021-06-15"), reason="A step was forgotten.", press=press())
    what, other = ("replaced", f"{BASE}reports/2021-06-15~2/") if is_replaced else ("withdrawn", None)
    paper, data = client.get(f"{base}report.pdf"), client.get(f"{base}report.json")
    assert paper.status_code == data.status_code == 410
    assert f"This report was {what} A step was forgotten." in text_of(paper)
    assert data.json()[what]["reason"] == "A step was forgotten."
    assert (data.json()["replacement"], "goal_areas" in data.json()) == (other, False)
    page = client.get(base).content.decode()
    for name, content in before.items():
        still = f"{base}{name}?as=published"
        assert f'href="{still}"' in page
        assert client.get(still).content == content
    assert f'href="{base}report.pdf?as=published"' in paper.content.decode()
    assert "no-longer-holds" in client.get(f"{base}report.pdf?as=published")["Content-Disposition"]
    assert data.json()["as_published"] == f"{base}report.json?as=published"


def test_a_replaced_report_leads_on(client, made):
    plan, steps = made
    record_status(step=steps[1], status=plan.scale.statuses.get(name="On hold"), as_of=JUNE, press=press())
    publish_report(plan=plan, through=JUNE, reason="A step was forgotten.", press=press())
    page = client.get(f"{BASE}reports/2021-06-15/")
    assert "This report was replaced A step was forgotten. Read the one that holds" in text_of(page)
    assert 'href="../2021-06-15~2/"' in page.content.decode()
    assert client.get(f"{BASE}reports/2021-06-15~2/").status_code == 200
    show(plan, visibility=Plan.REPORTS_ONLY)
    assert "On hold" in text_of(client.get(BASE))
