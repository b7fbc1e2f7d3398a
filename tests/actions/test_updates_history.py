"""A step's page for staff: its history, correcting an entry, taking one back."""

import uuid
from datetime import date

import pytest

from actions.models import StatusUpdate
from tests.factories.people import MembershipFactory
from tests.factories.plans import small_plan
from tests.factories.updating import TODAY, form, path, said, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(db):
    return small_plan()[0]


@pytest.fixture
def step(plan):
    return plan.actionstep_set.get(code="1.1.1")


@pytest.fixture
def desk(client, plan):
    client.force_login(staff(plan, "editor", name="Edith Editor"))
    return client


def entry(step, update):
    return path(step, "updates", str(update.pk))


def test_the_whole_history_with_internal_notes(desk, plan, step):
    said(step, "In progress", date(2021, 3, 1), by=staff(plan, name="Other Person"), note="Only for us", public_note="For all")
    html = desk.get(path(step)).content.decode()
    for words in ("Task number 1", "March 1, 2021", "Only for us", "For all", "Other Person", "on the web"):
        assert words in html


def test_nothing_was_said_yet(desk, step):
    assert "Nobody has said anything of this step yet" in desk.get(path(step)).content.decode()


def test_viewers_read_and_cannot_press(client, plan, step):
    said(step, "In progress")
    client.force_login(staff(plan, "viewer"))
    html = client.get(path(step)).content.decode()
    assert "In progress" in html
    assert "Take back" not in html
    assert "Still true" not in html
    assert "/update/" not in html


def test_correct_an_earlier_entry(desk, step):
    first = said(step, "In progress", date(2021, 3, 1), note="Old note")
    said(step, "On hold", date(2021, 5, 1))
    page = desk.get(f"{entry(step, first)}correct/").content.decode()
    assert "Old note" in page
    assert 'value="2021-03-01"' in page
    answer = desk.post(f"{entry(step, first)}correct/", form(step, "Complete", as_of="2021-03-02"))
    correction = StatusUpdate.objects.get(corrects=first)
    assert answer.url == f"{path(step)}#entry-{correction.pk}"
    assert (correction.status.name, correction.as_of) == ("Complete", date(2021, 3, 2))
    step.refresh_from_db()
    assert step.status.name == "On hold", "a later day counts"
    html = desk.get(path(step)).content.decode()
    assert "<del>In progress</del>" in html
    assert html.count("Correct the entry") == 2, "what was corrected cannot be corrected again"


def test_a_correction_that_was_taken_back_counts_no_more(desk, step):
    first = said(step, "In progress", date(2021, 3, 1))
    correction = said(step, "Complete", date(2021, 3, 1), corrects=first)
    desk.post(f"{entry(step, correction)}undo/", {"press": str(uuid.uuid4())})
    step.refresh_from_db()
    assert step.status.name == "In progress"
    html = desk.get(path(step)).content.decode()
    assert "<del>Complete</del>" in html
    assert "<del>In progress" not in html


@pytest.mark.parametrize("times", [1, 2])
def test_take_an_entry_back(desk, step, times):
    said(step, "In progress", date(2021, 3, 1))
    wrong = said(step, "Complete")
    press = {"press": str(uuid.uuid4())}
    for _ in range(times):
        answer = desk.post(f"{entry(step, wrong)}undo/", press, follow=True)
    assert "1.1.1 is In progress again, as of March 1, 2021." in answer.content.decode()
    assert StatusUpdate.objects.count() == 3
    assert desk.get(f"{entry(step, wrong)}correct/").url == path(step)


def test_errors_and_conflicts_of_a_correction_keep_the_text(desk, plan, step):
    first = said(step, "In progress", date(2021, 3, 1))
    old = form(step, "Complete", note="Long internal text")
    wrong_day = desk.post(f"{entry(step, first)}correct/", old | {"as_of": "2021-08-04"})
    assert wrong_day.status_code == 422
    assert "Long internal text" in wrong_day.content.decode()
    said(step, "On hold", by=staff(plan, name="Other Person"))
    clash = desk.post(f"{entry(step, first)}correct/", old)
    assert clash.status_code == 409
    for words in ("Long internal text", "On hold", "Other Person", f'name="version" value="{step.version}"'):
        assert words in clash.content.decode()


def test_a_correction_sent_twice_is_one(desk, step):
    first = said(step, "In progress", date(2021, 3, 1))
    values = form(step, "Complete", as_of="2021-03-02")
    answers = [desk.post(f"{entry(step, first)}correct/", values) for _ in range(3)]
    assert {answer.url for answer in answers} == {f"{path(step)}#entry-{StatusUpdate.objects.get(corrects=first).pk}"}


def test_who_may_not(client, plan, step):
    update = said(step, "In progress")
    press = {"press": str(uuid.uuid4())}
    assert client.post(f"{entry(step, update)}undo/", press).status_code == 302
    for person, code in ((staff(plan, "viewer"), 403), (staff(plan, "contributor"), 403), (MembershipFactory(role="admin").person, 404)):
        client.force_login(person)
        assert client.post(f"{entry(step, update)}undo/", press).status_code == code
        assert client.get(f"{entry(step, update)}correct/").status_code == code
        assert client.post(f"{entry(step, update)}correct/", form(step)).status_code == code
    assert StatusUpdate.objects.count() == 1


def test_entries_of_another_step_are_not_here(desk, plan, step):
    other = plan.actionstep_set.get(code="1.1.2")
    update = said(other, "In progress", TODAY)
    assert desk.get(f"{entry(step, update)}correct/").status_code == 404
    assert desk.post(f"{entry(step, update)}undo/", {"press": str(uuid.uuid4())}).status_code == 404
