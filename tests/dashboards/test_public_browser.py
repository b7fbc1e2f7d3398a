"""The public pages in a real browser: by keyboard, without a script, on a narrow screen, and for those who use a screen reader."""

from datetime import date

import pytest

from accounts.audit import Press
from accounts.models import AuditEntry
from actions.services.publishing import publish_report
from actions.services.updates import record_status
from tests.factories.plans import reword, small_plan
from tests.support.looking import findings_everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/meadow/",
    "/meadow/devices/",
    "/meadow/devices/?as_of=2021-05-04&open=all",
    "/meadow/devices/goals/1/",
    "/meadow/devices/strategies/1.1/",
    "/meadow/devices/steps/1.1.1/",
    "/meadow/devices/changes/?since=2021-03-02",
    "/meadow/devices/reports/",
    "/meadow/devices/reports/2021-07-06/",
    "/how/",
    "/accessibility/",
    "/nowhere/at-all/",
    "/accounts/login/",
]


@pytest.fixture
def plan():
    plan, steps = small_plan()
    names = {status.name: status for status in plan.scale.statuses.all()}
    for day, name in ((date(2021, 3, 2), "In progress"), (date(2021, 7, 6), "Complete")):
        record_status(step=steps[0], status=names[name], as_of=day, press=Press(AuditEntry.COMMAND), public_note="Counted in every school.")
        publish_report(plan=plan, through=day, press=Press(AuditEntry.COMMAND))
    reword(steps[1], "Task number 2, in other words", date(2021, 6, 1))
    return plan


@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_found_in_light_dark_and_at_320_pixels(page, plan, address):
    assert findings_everywhere(page, address) == []


def test_filters_swap_the_steps_and_push_their_address(page, plan):
    page.goto("/meadow/devices/?open=all")
    assert page.get_by_role("link", name="Task number 2").is_visible()
    page.get_by_role("checkbox", name="Complete").check()
    page.wait_for_url("**/meadow/devices/?status=complete")
    page.get_by_text("1 of 2 action steps.").wait_for()
    assert page.get_by_role("link", name="Task number 2").count() == 0
    swapped = page.locator("#found").inner_html()
    page.reload()
    assert page.locator("#found").inner_html() == swapped
    page.go_back()
    page.get_by_role("link", name="Task number 2").wait_for()


def test_filters_and_days_work_without_a_script(chromium, live_server, plan):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/meadow/devices/")
    page.get_by_label("Words in an action step").fill("other words")
    page.get_by_role("button", name="Show steps").click()
    assert page.get_by_text("1 of 2 action steps.").is_visible()
    page.goto("/meadow/devices/")
    page.get_by_label("or any day").fill("2021-03-02")
    page.get_by_role("button", name="Show", exact=True).click()
    assert page.get_by_text("This is the plan as of March 2, 2021").is_visible()
    context.close()


@pytest.mark.keyboard
def test_a_keyboard_alone_skips_to_the_plan_and_opens_a_strategy(page, plan):
    page.goto("/meadow/devices/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.locator("summary", has_text="Lend every student a device").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("link", name="Task number 1").is_visible()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_the_first_screen_says_how_far_and_since_when(page, plan):
    page.goto("/meadow/devices/")
    for words in ("1 of 2 action steps is complete", "confirmed since"):
        box = page.get_by_text(words).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 800
