"""The ten-second update on a phone: presses are counted and seconds measured, without a script; and what machines see of the pages."""

import time
from datetime import date

import pytest
from django.conf import settings

from accounts.audit import Press
from actions.models import Ask, StatusUpdate, UpdateLink
from actions.services.asks import say_not_mine
from actions.services.cycles import set_rhythm
from actions.services.notes import add_note
from actions.services.updates import record_status
from tests.actions.test_cycles import stand
from tests.actions.test_links import run, token
from tests.factories.reviews import MONDAY, add_plan, leads, make_district, press
from tests.support.looking import findings, findings_everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}


@pytest.fixture
def district(db):
    """`owner` answers for six steps that all have a status."""
    found = make_district()
    plan, more, _ = add_plan(found.organization, "buildings", steps=3)
    set_rhythm(plan=plan, press=press(), unit="monthly", begins_on=MONDAY, on=MONDAY)
    for step in [*found.steps[:3], *more]:
        leads(step, lead_person=found.people["owner"], lead_words="", lead_department=None)
        status = plan.scale.statuses.get(meaning="under_way") if step.plan_id == plan.pk else found.status
        record_status(step=step, status=status, press=press(), as_of=date(2026, 1, 5))
    stand(found.organization, MONDAY)
    run(found, MONDAY)
    return found


def test_six_updates_on_a_phone_without_a_script(chromium, live_server, district, record_property):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, **PHONE)
    page = context.new_page()
    presses, begun = 0, time.monotonic()
    page.goto(f"/u/{token(district)}/")
    opened = time.monotonic() - begun
    for n in range(1, 7):
        page.get_by_text(f"Step {n} of 6").wait_for()
        button = page.get_by_role("button", name="Still true")
        box = button.bounding_box()
        assert box["y"] + box["height"] <= 740, "on the first screen"
        assert box["height"] >= 48
        button.tap()
        presses += 1
    page.get_by_role("heading", name="Done. Thank you.").wait_for()
    seconds = (time.monotonic() - begun) / 6
    record_property("seconds per update, machine alone", round(seconds, 2))
    print(f"\n{presses} presses for 6 updates; {seconds:.2f} s each, the first page after {opened:.2f} s (machine alone, no reading)")
    assert presses == 6
    assert seconds < 10
    assert StatusUpdate.objects.filter(channel="link").count() == 6
    page.get_by_role("button", name="Undo 1.1.1 Task").first.tap()
    page.get_by_role("button", name="Still true").wait_for()
    for step in StatusUpdate.objects.filter(channel="link", corrected_by=None, status__isnull=False).values_list("pk", flat=True):
        page.goto(f"/u/{token(district)}/?said={step}")
        page.locator(".toast").get_by_role("button", name="Undo").tap()
        page.get_by_role("button", name="Still true").wait_for()
    presses, begun = 0, time.monotonic()
    page.goto(f"/u/{token(district)}/")
    page.get_by_role("link", name="All 6 are still true").tap()
    page.get_by_role("button", name="All 6 are still true").tap()
    page.get_by_role("heading", name="Done. Thank you.").wait_for()
    print(f"all six at once: 2 presses, {time.monotonic() - begun:.2f} s")
    context.close()


def test_an_answer_that_was_lost_and_a_slow_net(chromium, live_server, district):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, **PHONE)
    page = context.new_page()
    page.goto(f"/u/{token(district)}/")

    lost = []

    def lose(route):
        if route.request.method != "POST":
            route.continue_()
            return
        route.fetch(max_redirects=0)
        route.abort()
        lost.append(route.request.url)

    page.route("**/u/**", lose)
    page.get_by_role("button", name="Still true").tap(no_wait_after=True)
    for _ in range(400):  # the browser's own loop has to turn meanwhile
        page.wait_for_timeout(50)
        if lost:
            break
    assert lost
    assert StatusUpdate.objects.filter(channel="link").count() == 1, "it was written, and nobody heard of it"
    page.unroute("**/u/**")
    page.goto(f"/u/{token(district)}/") if "chrome-error" in page.url else page.get_by_role("button", name="Still true").tap()
    page.get_by_text("Step 2 of 6").wait_for()
    assert StatusUpdate.objects.filter(channel="link").count() == 1, "the same form again is the same press"
    slow = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # what Chrome calls slow 3G
    context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    begun = time.monotonic()
    page.get_by_role("button", name="Still true").tap()
    page.get_by_text("Step 3 of 6").wait_for()
    seconds = time.monotonic() - begun
    print(f"\none update over slow 3G (400 ms, 400 kbit/s): {seconds:.2f} s")
    assert seconds < 10
    context.close()


def test_what_a_machine_sees_of_the_pages(chromium, live_server, district, client):
    context = chromium.new_context(base_url=live_server.url)
    page = context.new_page()
    owner, step = district.people["owner"], district.steps[0]
    home = f"{live_server.url}/u/{token(district)}/"
    said = [one for kind in ("", "all/", f"ask/due/{step.pk}/") for one in findings_everywhere(page, home + kind)]
    page.set_viewport_size({"width": 360, "height": 740})
    for kind in (f"ask/not-mine/{step.pk}/", f"ask/later/{step.pk}/", "end/", "x/"):
        page.goto(home + kind)
        said += findings(page)
    stop = f"{live_server.url}/u/{token(district, purpose=UpdateLink.UNSUBSCRIBE)}/unsubscribe/"
    page.goto(stop)
    said += findings(page)
    page.get_by_role("button", name="Send me no more of them").click()
    said += findings(page)
    page.goto(f"{home}ask/blocked/{step.pk}/")
    page.get_by_role("button", name="Say so to the lead").click()
    assert page.get_by_role("alert").is_visible()
    said += findings(page)
    page.goto(home)
    page.get_by_text("Add a note, a link or a photo").click()
    page.get_by_label("Link that shows it").fill("minutes")
    page.get_by_role("button", name="Still true").click()
    page.get_by_label("Link that shows it").wait_for(timeout=5000)  # the part with the error is open
    said += findings(page)
    page.goto(f"{home}all/")
    page.get_by_role("button", name="All 6 are still true").click()
    said += [*findings(page), *findings_everywhere(page, page.url)]
    assert said == []
    # signed in: what waits, the answer, the step's page
    lead = district.people["lead"]
    ask = say_not_mine(step=step, press=Press("link", owner), who="Somebody", sentence="I only helped last year").ask
    add_note(step=step, press=Press("web", owner), text="Please look.", to=[lead])
    client.force_login(lead)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    base = f"{live_server.url}/manage/meadow/devices/steps/{step.node.address}/"
    said = [
        one
        for address in (f"{live_server.url}/my/asks/", f"{base}asks/{ask.pk}/answer/", base)
        for one in findings_everywhere(page, address)
    ]
    for address in (f"{live_server.url}/my/reminders/", f"{base}note/", home):
        page.goto(address)
        said += findings(page)
    assert page.get_by_role("heading", name="This link is for somebody else").is_visible()
    assert said == []
    page.goto(f"{base}asks/{ask.pk}/answer/")
    page.get_by_label("Give it to").check()
    page.get_by_label("person").select_option(label=str(district.people["member"]))
    page.get_by_role("button", name="Answer").click()
    page.get_by_role("status").get_by_text("Answered").wait_for()
    step.refresh_from_db()
    assert step.lead_person == district.people["member"]
    assert Ask.objects.open().count() == 0
    context.close()
