"""One step: its form, “still true”, errors, conflicts, taking back; with HTMX and without."""

import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit import Press
from accounts.models import AuditEntry
from actions.models import ActionStep, Evidence, StatusUpdate
from actions.services.updates import record_status
from goals.models import NodeRedirect, Status
from tests.factories.people import MembershipFactory, PersonFactory
from tests.factories.plans import reword, small_plan, take_out
from tests.factories.updating import TODAY, element, form, leads, path, said, staff, status, still

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def plan(db):
    return small_plan()[0]


@pytest.fixture
def step(plan):
    return plan.actionstep_set.get(code="1.1.1")


@pytest.fixture
def desk(client, plan):
    """An editor's browser."""
    client.force_login(staff(plan, "editor", name="Edith Editor"))
    return client


def now(step):
    step.refresh_from_db()
    return step.status and step.status.name, step.status_as_of


# --- it works -------------------------------------------------------------------------------------------------------


def test_a_status_with_everything_that_can_be_said(desk, step):
    answer = desk.post(
        path(step, "update"),
        form(step, "In progress", public_note="Half way.", note="Budget is short.", evidence_url="https://example.org/m"),
    )
    assert (answer.status_code, answer.url) == (302, f"/my/#step-{step.pk}")
    assert now(step) == ("In progress", TODAY)
    update = StatusUpdate.objects.get()
    assert (update.public_note, update.note, update.channel, update.by.name) == ("Half way.", "Budget is short.", "web", "Edith Editor")
    assert Evidence.objects.get().url == "https://example.org/m"
    assert AuditEntry.objects.filter(verb="record status").count() == 1


def test_a_status_of_a_step_that_a_page_has_read_takes_five_statements(plan, step):
    """The lock, what was said before, the update, the audit, what the trigger made of it; and none for what the page has read."""
    said(step, "In progress", date(2021, 3, 1))
    step = ActionStep.objects.select_related("status", "plan__organization").get(pk=step.pk)
    complete = Status.objects.select_related("scale").get(pk=status(plan, "Complete").pk)
    with CaptureQueriesContext(connection) as captured:
        found = record_status(step=step, status=complete, as_of=TODAY, press=Press("web"))
    assert len([one for one in captured.captured_queries if "SAVEPOINT" not in one["sql"]]) == 5
    assert (found.step.status, found.step.version) == (complete, 2)
    assert AuditEntry.objects.latest("pk").old["status"] == "In progress"


def test_still_true_is_one_press(desk, step):
    said(step, "In progress", date(2021, 3, 1))
    answer = desk.post(path(step, "confirm"), {"press": str(uuid.uuid4()), "version": step.version, "back": "/my/"}, follow=True)
    assert now(step) == ("In progress", TODAY)
    assert "1.1.1 confirmed as of August 3, 2021: In progress. The public page shows it now." in answer.content.decode()


def test_it_shows_at_once_on_the_public_page_and_not_on_an_earlier_day(desk, client, step):
    said(step, "Not started", date(2021, 7, 1))
    public = f"/meadow/devices/steps/{step.node.address}/"
    assert "Not started since July 1, 2021" in client.get(public).content.decode()
    desk.post(path(step, "update"), form(step, "Complete"))
    assert "Complete since August 3, 2021" in client.get(public).content.decode()
    assert "Not started since July 1, 2021" in client.get(f"{public}?as_of=2021-08-02").content.decode()
    assert "1 is complete" in client.get("/meadow/devices/").content.decode() or "1 of 2" in client.get("/meadow/devices/").content.decode()
    assert "None of the 2 action steps is complete" in client.get("/meadow/devices/?as_of=2021-08-02").content.decode()


def test_the_internal_note_is_not_public(desk, client, step):
    desk.post(path(step, "update"), form(step, "Complete", public_note="For all", note="For us alone"))
    public = client.get(f"/meadow/devices/steps/{step.node.address}/").content.decode()
    assert "For all" in public
    assert "For us alone" not in public
    assert "For us alone" in desk.get(path(step)).content.decode()


def test_a_day_before_the_last_word_says_that_today_stays(desk, step):
    said(step, "Complete", date(2021, 8, 1))
    answer = desk.post(path(step, "update"), form(step, "In progress", as_of="2021-07-01"), follow=True).content.decode()
    assert now(step) == ("Complete", date(2021, 8, 1))
    assert "1.1.1: In progress is saved for July 1, 2021. Today it stays Complete" in answer


def test_a_step_that_was_renumbered_answers_at_its_old_address(desk, step):
    NodeRedirect.objects.create(plan=step.plan, kind="action_step", address="9.9.9", node=step.node)
    old = path(step).replace("1.1.1", "9.9.9")
    assert desk.get(old).url == path(step)
    assert desk.post(f"{old}update/", form(step)).status_code == 302
    assert now(step)[0] == "Complete"


def test_of_a_step_that_is_gone_nothing_more_is_said(desk, step):
    values = form(step)
    take_out(step, TODAY)
    assert "no longer in the plan" in desk.get(path(step)).content.decode()
    answer = desk.post(path(step, "update"), values)
    assert answer.status_code == 422
    assert "no longer in the plan" in answer.content.decode()


# --- part and page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("back", ["/my/", "/manage/meadow/devices/"])
def test_the_part_is_what_the_page_shows_when_it_is_loaded_again(desk, plan, step, back):
    leads(desk_person(desk), step)
    said(step, "In progress", date(2021, 3, 1))
    part = desk.post(path(step, "update"), form(step, "Complete", back=back), headers=HX).content.decode()
    page = desk.get(back).content.decode()
    assert element(part, f"step-{step.pk}") == element(page, f"step-{step.pk}")
    assert element(part, "asks", "p").replace(' hx-swap-oob="true"', "") == element(page, "asks", "p")
    assert part.count("<li ") == 1


def desk_person(client):
    from accounts.models import Person

    return Person.objects.get(pk=client.session["_auth_user_id"])


def test_part_swapped_into_the_old_page_is_the_new_page(desk, plan, step):
    """The tree has one order, so the whole page can be compared: old page with the part in it, and the page loaded afresh."""
    back = "/manage/meadow/devices/"
    said(step, "In progress", date(2021, 3, 1))
    before = still(desk.get(back).content.decode())
    part = desk.post(
        path(step, "confirm"), {"press": str(uuid.uuid4()), "version": step.version, "back": back}, headers=HX
    ).content.decode()
    swapped = before.replace(element(before, f"step-{step.pk}"), element(part, f"step-{step.pk}"))
    swapped = swapped.replace(element(before, "asks", "p"), element(part, "asks", "p").replace(' hx-swap-oob="true"', ""))
    assert swapped != before
    assert swapped == still(desk.get(back).content.decode())


def test_open_and_closed_again_is_the_row_of_the_page(desk, step):
    back = "/manage/meadow/devices/"
    opened = desk.get(f"{path(step, 'update')}?back={back}", headers=HX)
    assert "HX-Request" in opened.headers["Vary"]
    alone = desk.get(f"{path(step, 'update')}?back={back}").content.decode()
    assert element(opened.content.decode(), f"step-{step.pk}") == element(alone, f"step-{step.pk}")
    closed = desk.get(f"{path(step, 'row')}?back={back}", headers=HX).content.decode()
    assert element(closed, f"step-{step.pk}") == element(desk.get(back).content.decode(), f"step-{step.pk}")
    assert desk.get(path(step, "row")).url == path(step)


def test_errors_are_the_same_with_and_without_htmx(desk, step):
    values = form(step, as_of="2021-08-04", evidence_url="minutes from june", public_note="Typed <b>long</b>")
    values.pop("status")
    part, page = desk.post(path(step, "update"), values, headers=HX), desk.post(path(step, "update"), values)
    assert part.status_code == page.status_code == 422
    assert element(part.content.decode(), f"step-{step.pk}") == element(page.content.decode(), f"step-{step.pk}")
    text = page.content.decode()
    assert "3 entries need a change" in text
    assert "Choose a status." in text
    assert "Enter today, August 3, 2021, or an earlier day." in text
    assert "Enter a whole address that begins with https://" in text
    assert "Typed &lt;b&gt;long&lt;/b&gt;" in text
    assert "<title>Error: Change step 1.1.1" in text
    assert not StatusUpdate.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"as_of": "soon"}, "Enter a day such as 2021-08-03."),
        ({"as_of": "2021-02-30"}, "Enter a day such as 2021-08-03."),
        ({"status": "999999"}, "That status is no longer one of this plan"),
        ({"status": "x" * 50}, "That status is no longer one of this plan"),
        ({"evidence_url": "javascript:alert(1)"}, "Enter a whole address"),
        ({"evidence_url": "https://" + "x" * 600 + ".org"}, "at most 500 characters"),
        ({"public_note": "x" * 4001}, "at most 4000 characters"),
        ({"note": "a\0b"}, "Null characters are not allowed."),
    ],
)
def test_each_mistake_has_its_sentence_and_keeps_the_rest(desk, step, wrong, sentence):
    values = form(step, note="Kept text") | wrong
    answer = desk.post(path(step, "update"), values)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "Kept text" in answer.content.decode() or "note" in wrong
    assert not StatusUpdate.objects.exists()


@pytest.mark.parametrize("missing", ["press", "version"])
def test_a_form_that_is_not_ours_is_refused(desk, step, missing):
    values = form(step)
    for odd in ("", "x", "-1", "1" * 40):
        assert desk.post(path(step, "update"), values | {missing: odd}).status_code == 400
    assert not StatusUpdate.objects.exists()


# --- two people -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [HX, {}])
def test_conflict_shows_both_values_and_keeps_the_text(desk, plan, step, headers):
    old = form(step, "Complete", public_note="Mine in words", evidence_url="https://example.org/mine")
    said(step, "On hold", by=staff(plan, name="Other Person"), public_note="Theirs in words")
    answer = desk.post(path(step, "update"), old, headers=headers)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert now(step)[0] == "On hold"
    for words in ("On hold", "Theirs in words", "Other Person", "Mine in words", "https://example.org/mine", "Leave theirs"):
        assert words in text
    assert f'name="version" value="{step.version}"' in text
    # the choice for one's own is the same form again
    again = desk.post(path(step, "update"), old | {"version": step.version, "press": str(uuid.uuid4())}, headers=headers)
    assert again.status_code in (200, 302)
    assert now(step)[0] == "Complete"


def test_conflict_is_the_same_as_part_and_page(desk, plan, step):
    old = form(step, "Complete")
    said(step, "On hold")
    part, page = desk.post(path(step, "update"), old, headers=HX), desk.post(path(step, "update"), old)
    assert element(part.content.decode(), f"step-{step.pk}") == element(page.content.decode(), f"step-{step.pk}")
    assert "<title>Two changes: Change step 1.1.1" in page.content.decode()


def test_still_true_meets_a_change_and_asks(desk, plan, step):
    said(step, "In progress", date(2021, 3, 1))
    press = {"press": str(uuid.uuid4()), "version": step.version, "status": step.status_id, "back": "/my/"}
    said(step, "Complete", by=staff(plan))
    answer = desk.post(path(step, "confirm"), press, headers=HX)
    assert answer.status_code == 409
    assert "Complete" in answer.content.decode()
    assert "Yours, not saved yet" in answer.content.decode()
    assert now(step)[0] == "Complete"


def test_still_true_of_what_nobody_said_opens_the_form(desk, step):
    answer = desk.post(path(step, "confirm"), {"press": str(uuid.uuid4()), "version": 0}, headers=HX)
    assert answer.status_code == 422
    assert "nothing to confirm" in answer.content.decode()


def test_back_button_sends_an_old_form_with_other_words(desk, step):
    """The same form again, changed: no repeat, and no silent overwrite of what was saved in between."""
    values = form(step, "Complete")
    desk.post(path(step, "update"), values)
    answer = desk.post(path(step, "update"), values | {"status": status(step.plan, "On hold").pk})
    assert answer.status_code == 409
    assert now(step)[0] == "Complete"


def test_an_old_form_of_what_was_taken_back_is_no_repeat(desk, step):
    values = form(step, "Complete")
    desk.post(path(step, "update"), values)
    desk.post(path(step, "updates", str(StatusUpdate.objects.get().pk), "undo"), {"press": str(uuid.uuid4())})
    assert desk.post(path(step, "update"), values).status_code == 409
    assert now(step)[0] is None


def test_a_tab_that_is_three_days_old(desk, plan, step):
    """C05: the page was loaded, others worked on, and then it is used."""
    values = form(step, "Complete", public_note="Three days old")
    for name in ("In progress", "On hold", "In progress"):
        said(step, name, by=staff(plan))
    assert desk.post(path(step, "update"), values).status_code == 409
    assert now(step)[0] == "In progress"


# --- taking back ----------------------------------------------------------------------------------------------------


def test_undo_from_the_toast(desk, step):
    said(step, "In progress", date(2021, 7, 1))
    text = desk.post(path(step, "update"), form(step, "Complete"), headers=HX).content.decode()
    update = StatusUpdate.objects.get(status__name="Complete")
    assert f"/my/undo/{update.press}/" in text
    assert "1.1.1 is now Complete." in text
    assert "It was In progress." in text
    answer = desk.post(f"/my/undo/{update.press}/?back=/manage/meadow/devices/", headers=HX)
    assert now(step) == ("In progress", date(2021, 7, 1))
    assert f'id="line-{step.pk}"' in answer.content.decode()
    assert "1.1.1 is In progress again, as of July 1, 2021." in answer.content.decode()
    again = desk.post(f"/my/undo/{update.press}/?back=/manage/meadow/devices/", headers=HX)
    assert again.status_code == 200
    assert StatusUpdate.objects.filter(status=None).count() == 1


def test_undo_without_a_script_comes_back(desk, step):
    page = desk.post(path(step, "update"), form(step, "Complete", back="/manage/meadow/devices/"), follow=True).content.decode()
    update = StatusUpdate.objects.get()
    assert f'action="/my/undo/{update.press}/?back=/manage/meadow/devices/"' in page
    answer = desk.post(f"/my/undo/{update.press}/?back=/manage/meadow/devices/")
    assert answer.url == f"/manage/meadow/devices/#step-{step.pk}"
    assert now(step)[0] is None


def test_undo_is_for_the_own_press_only(desk, client, plan, step):
    update = said(step, "Complete", by=staff(plan))
    assert desk.post(f"/my/undo/{update.press}/").status_code == 404
    assert desk.post(f"/my/undo/{uuid.uuid4()}/").status_code == 404
    assert desk.get(f"/my/undo/{update.press}/").status_code == 405
    assert now(step)[0] == "Complete"


def test_undo_of_what_was_corrected_says_so(desk, plan, step):
    desk.post(path(step, "update"), form(step, "Complete"))
    update = StatusUpdate.objects.get()
    said(step, "On hold", corrects=update)
    answer = desk.post(f"/my/undo/{update.press}/?back=/my/", headers=HX)
    assert answer.status_code == 422
    assert "was corrected already" in answer.content.decode()
    assert "was corrected already" in desk.post(f"/my/undo/{update.press}/?back=/my/", follow=True).content.decode()


def test_nobody_is_sent_to_another_site(desk, step):
    for odd in ("https://example.org/", "//example.org/my/", "/accounts/logout/", "/manage/meadow/people/", "javascript:alert(1)", "\\\\x"):
        assert desk.post(path(step, "update"), form(step, "Complete", back=odd)).url == f"/my/#step-{step.pk}"


# --- who may --------------------------------------------------------------------------------------------------------

PRESSES = ["update", "confirm"]


@pytest.mark.parametrize("last", PRESSES)
def test_contributors_change_what_they_or_their_department_lead(client, plan, step, last):
    from accounts.services import create_department
    from goals.services import set_lead

    other = plan.actionstep_set.get(code="1.1.2")
    department = create_department(organization=plan.organization, slug="network", name="Network", press=Press("command"))
    person = staff(plan, "contributor", department)
    said(step, "In progress")
    said(other, "In progress")
    client.force_login(person)
    assert client.post(path(step, last), form(step)).status_code == 403
    leads(person, step)
    set_lead(row=other, department=department, as_of=TODAY, press=Press("command"))
    assert client.post(path(step, last), form(step)).status_code == 302
    assert client.post(path(other, last), form(other)).status_code == 302


@pytest.mark.parametrize("last", PRESSES)
def test_who_may_not(client, plan, step, last):
    said(step, "In progress")
    values = form(step)
    answer = client.post(path(step, last), values)
    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/login/")
    client.force_login(staff(plan, "viewer"))
    assert client.post(path(step, last), values).status_code == 403
    client.force_login(MembershipFactory(role="admin").person)
    assert client.post(path(step, last), values).status_code == 404
    client.force_login(PersonFactory())
    assert client.post(path(step, last), values).status_code == 404
    assert StatusUpdate.objects.count() == 1


def test_addresses_that_do_not_exist(desk, step):
    values = form(step)
    for odd in (path(step).replace("1.1.1", "9.9"), path(step).replace("devices", "no-plan"), path(step).replace("meadow", "nowhere")):
        assert desk.get(odd).status_code == 404
        assert desk.post(f"{odd}update/", values).status_code == 404
    assert desk.post(path(step, "updates", "999999", "undo"), values).status_code == 404
    assert desk.get(path(step, "updates", "999999", "correct")).status_code == 404


def test_wrong_methods(desk, step):
    assert desk.get(path(step, "confirm")).status_code == 405
    assert desk.post(path(step)).status_code == 405
    assert desk.post(path(step, "row")).status_code == 405
    assert desk.put(path(step, "update")).status_code == 405


def test_the_number_of_statements_does_not_grow_with_the_history(desk, step, django_assert_max_num_queries):
    for n in range(12):
        said(step, "In progress" if n % 2 else "On hold")
    with django_assert_max_num_queries(18):
        assert desk.get(path(step)).status_code == 200


def test_a_write_takes_few_statements(desk, step, django_assert_max_num_queries):
    values = form(step, "Complete", back="/manage/meadow/devices/")
    with django_assert_max_num_queries(40):
        desk.post(path(step, "update"), values, headers=HX)


def test_a_reworded_step_says_so(desk, step):
    reword(step, "Another title", TODAY)
    assert "Reworded August 3, 2021" in desk.get("/manage/meadow/devices/").content.decode()
