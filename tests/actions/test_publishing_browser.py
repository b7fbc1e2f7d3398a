"""Publishing and statuses in a real browser: by keyboard alone, without a script, and what a machine can see of every page."""

import uuid
from datetime import date

import pytest
from django.conf import settings

from accounts.audit import Press
from accounts.models import AuditEntry
from actions.models import ProgressReport
from actions.services.publishing import publish_report
from actions.services.updates import record_status
from goals.models import Plan, Status
from tests.factories.people import MembershipFactory
from tests.factories.plans import small_plan
from tests.support.looking import findings_everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BASE = "/manage/meadow/devices/"


@pytest.fixture
def plan():
    plan, steps = small_plan(Plan.PRIVATE)
    done = plan.scale.statuses.get(name="Complete")
    record_status(step=steps[0], status=done, as_of=date(2021, 3, 1), press=Press(AuditEntry.COMMAND))
    return plan


def sign_in(context, client, live_server, plan, role="cabinet"):
    client.force_login(MembershipFactory(organization=plan.organization, role=role).person)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])


@pytest.fixture
def desk(page, client, live_server, plan):
    sign_in(page.context, client, live_server, plan)
    return page


def press_until(page, key, words, most=60):
    """Press a key until what has the focus says these words."""
    for _ in range(most):
        page.keyboard.press(key)
        if words in page.evaluate("document.activeElement.innerText || document.activeElement.value || ''"):
            return
    raise AssertionError(f"“{words}” is not reached by {key}")


@pytest.mark.keyboard
def test_a_report_is_published_by_keyboard_alone(desk, plan):
    desk.goto(f"{BASE}publish/")
    press_until(desk, "Tab", "Publish a report")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/publish/report/")
    assert desk.get_by_text("1 of 2 action steps is complete").is_visible()
    press_until(desk, "Tab", "Publish for good")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/publish/")
    assert desk.get_by_role("status").get_by_text("Published: progress through August 3, 2021.").is_visible()
    assert desk.get_by_role("heading", name="Visitors see the one published report and nothing else").is_visible()
    assert ProgressReport.objects.get().through == date(2021, 8, 3)


def test_pressed_twice_quickly_it_is_one_report(desk, plan):
    desk.goto(f"{BASE}publish/report/?through=2021-06-15")
    desk.get_by_role("button", name="Publish for good").dblclick()
    desk.get_by_role("heading", name="Publishing").wait_for()
    assert ProgressReport.objects.count() == 1


@pytest.mark.keyboard
def test_live_is_asked_about_and_chosen_by_keyboard(desk, plan):
    desk.goto(f"{BASE}publish/visibility/")
    desk.get_by_role("radio", name="Private").focus()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    assert desk.get_by_role("radio", name="Live").is_checked()
    desk.keyboard.press("Enter")
    desk.get_by_role("heading", name="Show Device plan to everybody?").wait_for()
    assert Plan.objects.get(pk=plan.pk).visibility == "private"
    press_until(desk, "Tab", "Make it live")
    desk.keyboard.press("Enter")
    desk.get_by_role("heading", name="Visitors see the whole plan").wait_for()
    assert Plan.objects.get(pk=plan.pk).visibility == "live"


def test_all_of_it_without_a_script(chromium, client, live_server, plan):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    sign_in(context, client, live_server, plan)
    page = context.new_page()
    page.goto("/manage/meadow/")
    page.get_by_role("link", name="Publishing of Device plan").click()
    page.get_by_role("link", name="Publish a report").click()
    page.get_by_role("textbox", name="Progress through").fill("2021-06-15")
    page.get_by_role("button", name="Look at this day").click()
    page.get_by_role("button", name="Publish for good").click()
    assert ProgressReport.objects.get().address == "2021-06-15"
    page.get_by_role("link", name="Withdraw the report").click()
    page.get_by_role("button", name="Withdraw it").click()
    assert page.get_by_role("link", name="everybody will read it").is_visible()
    page.get_by_label("Why it no longer holds").fill("Two schools were missing.")
    page.get_by_role("button", name="Withdraw it").click()
    assert page.get_by_text("Two schools were missing.").is_visible()
    page.get_by_role("link", name="Statuses").click()
    page.get_by_role("button", name="Up with “Not started”").click()
    page.get_by_role("button", name="Retire “On hold”").click()
    page.get_by_label("Name").fill("Planned")
    page.get_by_label("Place").select_option(label="Above “In progress”")
    page.get_by_label("Meaning").select_option(label="Under way")
    page.get_by_role("button", name="Add", exact=True).click()
    ladder = Status.objects.filter(scale__plan=plan, is_retired=False, rank__isnull=False).order_by("-rank").values_list("name", flat=True)
    assert list(ladder) == ["Complete", "Not started", "Planned", "In progress"]
    assert Status.objects.get(scale__plan=plan, name="On hold").is_retired
    context.close()


ADDRESSES = [
    "/manage/",
    "/manage/meadow/",
    f"{BASE}publish/",
    f"{BASE}publish/visibility/",
    f"{BASE}publish/details/",
    f"{BASE}publish/report/",
    f"{BASE}publish/report/?through=2021-03-01",
    f"{BASE}publish/report/?through=2099-01-01",
    f"{BASE}publish/reports/2021-03-01/withdraw/",
    f"{BASE}statuses/",
    f"{BASE}statuses/{{status}}/",
    f"{BASE}lead/steps/1.1.1/",
]


def test_what_a_machine_sees_of_each_page(desk, plan):
    publish_report(plan=plan, through=date(2021, 3, 1), press=Press(AuditEntry.COMMAND, id=uuid.uuid4()))
    status = plan.scale.statuses.get(name="On hold").pk
    odd = [said for address in ADDRESSES for said in findings_everywhere(desk, address.format(status=status))]
    assert odd == []
