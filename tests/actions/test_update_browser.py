"""Updating steps in a real browser: keyboard alone, one press, undo, two tabs, no script, a session that ended, accessibility."""

import re
from datetime import date

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from accounts.models import Person
from actions.models import StatusUpdate
from tests.factories.people import PASSWORD
from tests.factories.plans import small_plan
from tests.factories.updating import TODAY, leads, path, said, staff, status
from tests.support.looking import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TREE = "/manage/meadow/devices/"


@pytest.fixture
def step(db):
    plan = small_plan()[0]
    found = plan.actionstep_set.get(code="1.1.1")
    said(found, "In progress", date(2021, 3, 1))
    leads(staff(plan, "editor", name="Edith Editor"), *plan.actionstep_set.all())
    return found


@pytest.fixture
def signed_in(page, client, live_server, step):
    give_session(page.context, client, live_server)
    return page


def give_session(context, client, live_server):
    client.force_login(Person.objects.get(name="Edith Editor"))
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])


def now(step):
    step.refresh_from_db()
    return step.status.name, step.status_as_of


def choose(page, name):
    page.get_by_role("radio", name=name, exact=True).check()


FOCUSED = "document.activeElement.getAttribute('aria-label') || document.activeElement.value || document.activeElement.innerText"


def focused(page):
    return page.evaluate(FOCUSED)


def gets_focus(page, label):
    """HTMX gives it a moment after the words are there."""
    page.wait_for_function(f"label => ({FOCUSED}) === label", arg=label, timeout=5000)


def tab_to(page, label, most=60):
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused(page) == label:
            return
    raise AssertionError(f"{label} was not reached; the focus is on {focused(page)}")


@pytest.mark.keyboard
def test_still_true_and_undo_with_the_keyboard_alone(signed_in, step):
    page = signed_in
    page.goto("/my/")
    tab_to(page, "Still true: 1.1.1")
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("1.1.1 confirmed").wait_for()
    assert now(step) == ("In progress", TODAY)
    gets_focus(page, "Change 1.1.1")  # what can be done next
    assert page.get_by_role("button", name="Still true: 1.1.1").count() == 0
    assert "1 of your 2 steps needs a word now." in page.locator("#asks").inner_text()
    tab_to(page, "Undo")
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("Taken back.").wait_for()
    assert now(step) == ("In progress", date(2021, 3, 1))
    assert page.get_by_role("button", name="Still true: 1.1.1").is_visible()
    gets_focus(page, "Change 1.1.1")


@pytest.mark.keyboard
def test_a_whole_update_with_the_keyboard_alone(signed_in, step):
    page = signed_in
    page.goto(TREE)
    tab_to(page, "Change 1.1.1")
    page.keyboard.press("Enter")
    page.get_by_label("Note (public)").wait_for()
    page.wait_for_function("document.activeElement.name === 'status'", timeout=5000)  # focus goes into the form
    page.keyboard.press("ArrowUp")  # the one before it in the list: Complete
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "as_of"
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "public_note":
            break
    page.keyboard.type("All of it.")
    tab_to(page, "Save")
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("1.1.1 is now Complete.").wait_for()
    assert now(step) == ("Complete", TODAY)
    assert StatusUpdate.objects.get(step=step, as_of=TODAY).public_note == "All of it."
    assert page.locator("form.work__edit").count() == 0
    gets_focus(page, "Change 1.1.1")


@pytest.mark.keyboard
def test_errors_stand_beside_the_field_and_take_the_focus(signed_in, step):
    page = signed_in
    page.goto(TREE)
    page.get_by_role("link", name="Change 1.1.1").click()
    page.get_by_label("Evidence (a link)").fill("minutes from june")
    page.get_by_label("Note (public)").fill("Kept")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").wait_for()
    page.wait_for_function("document.activeElement.getAttribute('role') === 'alert'", timeout=5000)
    assert page.get_by_label("Note (public)").input_value() == "Kept"
    field = page.get_by_label("Evidence (a link)")
    assert field.get_attribute("aria-invalid") == "true"
    described = field.get_attribute("aria-describedby")
    assert "https://" in page.locator(f"[id='{described}']").inner_text()
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("document.activeElement.name") == "evidence_url"
    page.keyboard.type("x")
    assert StatusUpdate.objects.count() == 1


def test_two_tabs_and_a_choice(signed_in, step):
    one = signed_in
    two = one.context.new_page()
    for page in (one, two):
        page.goto(TREE)
        page.get_by_role("link", name="Change 1.1.1").click()
        page.get_by_label("Note (public)").wait_for()
    choose(one, "Complete")
    one.get_by_role("button", name="Save").click()
    one.get_by_role("status").get_by_text("1.1.1 is now Complete.").wait_for()
    choose(two, "On hold")
    two.get_by_label("Note (public)").fill("Mine in words")
    two.get_by_role("button", name="Save").click()
    two.get_by_text("was changed while you were writing").wait_for()
    assert now(step)[0] == "Complete", "nothing was overwritten"
    assert two.get_by_label("What stands now").get_by_text("Complete").is_visible()
    assert two.get_by_label("Yours", exact=True).get_by_text("On hold").is_visible()
    assert two.get_by_label("Note (public)").input_value() == "Mine in words"
    check(two)
    two.get_by_role("button", name="Save mine as a new update").click()
    two.get_by_role("status").get_by_text("1.1.1 is now On hold.").wait_for()
    assert now(step)[0] == "On hold"
    two.close()


def test_double_click_is_one_change(signed_in, step):
    signed_in.goto("/my/")
    signed_in.get_by_role("button", name="Still true: 1.1.1").dblclick()
    signed_in.get_by_role("status").get_by_text("1.1.1 confirmed").wait_for()
    signed_in.wait_for_load_state("networkidle")
    assert StatusUpdate.objects.count() == 2


def test_a_press_whose_answer_is_lost_is_told_and_saved_once(signed_in, step):
    signed_in.goto("/my/")

    def lose(route):
        route.fetch()
        route.abort()

    signed_in.route("**/confirm/", lose, times=1)
    signed_in.get_by_role("button", name="Still true: 1.1.1").click()
    signed_in.get_by_role("status").get_by_text("No answer came.").wait_for()
    assert StatusUpdate.objects.count() == 2
    signed_in.get_by_role("button", name="Still true: 1.1.1").click()
    signed_in.get_by_role("status").get_by_text("1.1.1 confirmed").wait_for()
    assert StatusUpdate.objects.count() == 2
    assert not signed_in.get_by_text("No answer came.").is_visible()


def test_many_at_once_leaves_an_open_form_alone(signed_in, step):
    page = signed_in
    other = step.plan.actionstep_set.get(code="1.1.2")
    said(other, "On hold", date(2021, 2, 1))
    page.goto(TREE)
    bar = page.get_by_role("form", name="For the selected steps")
    assert not bar.is_visible()
    page.get_by_role("link", name="Change 1.1.1").click()
    page.get_by_label("Note (public)").fill("Not sent yet")
    page.get_by_label("Select 1.1.2").check()
    bar.get_by_role("button", name="Still true").click()
    page.get_by_role("status").get_by_text("1 step confirmed.").wait_for()
    assert now(other) == ("On hold", TODAY)
    assert page.get_by_label("Note (public)").input_value() == "Not sent yet"
    assert not page.get_by_label("Select 1.1.2").is_checked()
    page.get_by_label("Select 1.1.2").check()
    page.get_by_label("or set to").select_option("Complete")
    bar.get_by_role("button", name="Set", exact=True).click()
    page.get_by_role("status").get_by_text("1 step set to Complete.").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("status").get_by_text("Taken back.").wait_for()
    assert now(other) == ("On hold", TODAY)
    assert page.get_by_label("Note (public)").input_value() == "Not sent yet"


def test_everything_without_a_script(chromium, client, live_server, step):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    give_session(context, client, live_server)
    page = context.new_page()
    page.goto("/my/")
    page.get_by_role("button", name="Still true: 1.1.1").click()
    assert page.url.endswith(f"/my/#step-{step.pk}")
    assert page.get_by_role("status").get_by_text("1.1.1 confirmed").is_visible()
    page.get_by_role("button", name="Undo").click()
    assert page.get_by_role("status").get_by_text("Taken back.").is_visible()
    assert now(step) == ("In progress", date(2021, 3, 1))
    page.get_by_role("link", name="Change 1.1.1").click()
    choose(page, "Complete")
    page.get_by_label("Evidence (a link)").fill("minutes")
    page.get_by_role("button", name="Save").click()
    assert page.title().startswith("Error: Change step 1.1.1")
    page.get_by_label("Evidence (a link)").fill("https://example.org/minutes")
    said(step, "On hold")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_text("was changed while you were writing").is_visible()
    page.get_by_role("button", name="Save mine as a new update").click()
    assert page.get_by_role("status").get_by_text("1.1.1 is now Complete.").is_visible()
    page.goto(path(step))
    page.get_by_role("link", name="Correct the entry for August 3, 2021").first.click()
    choose(page, "On hold")
    page.get_by_role("button", name="Save").click()
    assert now(step)[0] == "On hold"
    page.goto(TREE)
    page.get_by_label("Select 1.1.1").check()
    page.get_by_role("form", name="For the selected steps").get_by_role("button", name="Still true").click()
    assert page.get_by_role("status").get_by_text("1 step confirmed.").is_visible()
    context.close()


def test_the_session_ends_while_somebody_types(signed_in, step):
    page = signed_in
    page.goto(TREE)
    page.get_by_role("link", name="Change 1.1.1").click()
    page.get_by_label("Note (public)").fill("Half a page of text")
    choose(page, "Complete")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/accounts/login/**")
    page.get_by_label("Email").fill(Person.objects.get(name="Edith Editor").email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Your text is here, and it is not saved yet").wait_for()
    assert page.get_by_label("Note (public)").input_value() == "Half a page of text"
    assert page.locator("input[name=status]:checked").get_attribute("value") == str(status(step.plan, "Complete").pk)
    check(page)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**{TREE}#step-{step.pk}")
    assert now(step)[0] == "Complete"


def check(page):
    assert violations(page) == []


TARGETS = """() => [...document.querySelectorAll('main a, main button, main input:not([type=hidden]), main select, main textarea, #toasts button')]
  .filter(e => e.offsetParent && getComputedStyle(e).visibility !== 'hidden')
  .map(e => [e, (e.closest('label') || e).getBoundingClientRect()])
  .filter(([e, box]) => box.width && (box.height < 24 || box.width < 24) && getComputedStyle(e).display !== 'inline')
  .map(([e, box]) => e.outerHTML.slice(0, 120) + ' ' + box.width + ' x ' + box.height)"""


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_accessible_in_every_state(signed_in, step, width, scheme):
    page = signed_in
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for address in (
        "/my/",
        f"{TREE}?picked=all",
        path(step),
        path(step, "update"),
        path(step, "updates", str(step.status_update_id), "correct"),
    ):
        page.goto(address)
        check(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert page.evaluate(TARGETS) == [], address
    page.goto(TREE)
    page.get_by_role("link", name="Change 1.1.1").click()
    page.get_by_label("Evidence (a link)").fill("x")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").wait_for()
    check(page)
    page.get_by_label("Evidence (a link)").fill("")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("status").get_by_text(re.compile("1.1.1 ")).wait_for()
    check(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
