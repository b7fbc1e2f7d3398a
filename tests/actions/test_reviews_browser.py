"""Rhythm, reviews, dates and the morning page in a real browser: one way through them without a script, and what a machine can see of each kind of page."""

from datetime import date

import pytest
from django.conf import settings

from actions.models import Ask, Review, ReviewRhythm
from actions.services.cycles import add_break, set_rhythm
from actions.services.review_tasks import add_task
from actions.services.reviews import Took, decide, hold_review, open_review, write_review
from actions.services.updates import record_status
from goals.models import DueDate
from goals.services import refresh_copies
from tests.factories.plans import reword
from tests.factories.reviews import MONDAY, make_district, press
from tests.support.looking import findings_everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ON = date(2026, 2, 10)
BASE = "/manage/meadow/devices/"


@pytest.fixture
def district():
    made = make_district(review_on=date(2026, 6, 15), freshness_is_public=True, reviews_are_public=True)
    type(made.organization).objects.filter(pk=made.organization.pk).update(is_sample=True, calendar_on=ON)
    made.organization.refresh_from_db()
    made.plan.organization = made.organization
    add_break(organization=made.organization, name="Winter break", starts_on=date(2026, 12, 21), ends_on=date(2026, 12, 31), press=press())
    for step, due in ((made.steps[0], date(2026, 2, 5)), (made.steps[1], date(2026, 4, 1))):
        DueDate.objects.create(node=step.node, as_of=MONDAY, channel="web", due=due)
        refresh_copies(type(step), [step.pk])
    record_status(step=type(made.steps[0]).objects.get(pk=made.steps[0].pk), status=made.status, as_of=MONDAY, press=press())
    reword(made.steps[2], "Task number 3, in other words", ON)
    Ask.objects.create(
        step=made.steps[2], kind="blocked", sentence="The vendor is silent", as_of=ON, by=made.people["owner"], channel="web"
    )
    return made


@pytest.fixture
def desk(page, client, live_server, district):
    client.force_login(district.people["cabinet"])
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    return page


def test_from_the_morning_page_to_a_held_review_without_a_script(browser_without_script, district):
    page = browser_without_script
    page.goto("/manage/meadow/today/")
    assert page.get_by_text("3 of 4 action steps are not confirmed in this cycle.").is_visible()
    page.get_by_role("button", name="Open the review of Plan devices").click()
    review = Review.objects.get()
    page.wait_for_url(f"**/reviews/{review.pk}/")
    page.get_by_role("link", name="Write about 1.1.3").click()
    page.get_by_label("Change").check()
    page.get_by_label("The decision in a sentence").fill("Another vendor")
    page.get_by_role("button", name="Save, and the next one").click()
    page.get_by_role("link", name="Not now").click()
    page.get_by_role("button", name="Keep 1.1.1").click()
    page.get_by_role("link", name="Day and people").click()
    page.get_by_label("Role").first.fill("Board of Education")
    page.get_by_label("How many").first.fill("5")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Close it for good").click()
    page.get_by_role("button", name="Close it for good").click()
    page.wait_for_url(f"**/reviews/{review.pk}/")
    assert page.get_by_text("reads the same for ever").first.is_visible()
    review.refresh_from_db()
    assert {item.facts["code"]: item.decision for item in review.items.all()} == {
        "1.1.1": "keep",
        "1.1.2": "",
        "1.1.3": "change",
        "1.1.4": "",
    }
    page.goto(f"/meadow/devices/reviews/{review.address}/")
    assert page.get_by_text("Another vendor").is_visible()


@pytest.fixture
def browser_without_script(chromium, client, live_server, district):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, viewport={"width": 360, "height": 780})
    client.force_login(district.people["cabinet"])
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    yield context.new_page()
    context.close()


def held_and_open(district):
    """A yearly review that was held, and one of the cycle that is open, with all that they can show."""
    made = []
    for kind in ("yearly", "regular"):
        review = open_review(plan=district.plan, kind=kind, press=press())
        for item in review.items.all()[:5]:
            decide(item=item, press=press(), decision="change", decided="It is done otherwise", finding="It did not work")
        add_task(review=review, press=press(), text="Ask the vendor", due_on=ON, person=district.people["owner"], item=review.items.first())
        took = [Took("Board of Education", 5), Took("Cabinet", person=district.people["cabinet"])]
        write_review(review=review, press=press(), on=ON, summary="We met.", note="Inside", participants=took)
        made.append(review)
    return hold_review(review=made[0], press=press()), made[1]


def test_what_a_machine_can_see_of_each_kind_of_page(desk, district):
    held, review = held_and_open(district)
    set_rhythm(plan=district.plan, press=press(), on=ON, second_after_days=5)
    assert ReviewRhythm.objects.get().freshness_is_public
    item = review.items.filter(section="agenda").first()
    paths = [f"{BASE}rhythm/", f"{BASE}rhythm/set/", f"{BASE}rhythm/mails/", f"{BASE}reviews/{held.pk}/", f"{BASE}reviews/{review.pk}/"]
    paths += [f"{BASE}reviews/{review.pk}/items/{item.pk}/", f"{BASE}reviews/{review.pk}/edit/", "/manage/meadow/today/", "/my/dates/"]
    paths += ["/meadow/devices/reviews/", f"/meadow/devices/reviews/{held.address}/"]
    odd = [one for path in paths for one in findings_everywhere(desk, path)]
    assert not odd, "\n".join(odd)
