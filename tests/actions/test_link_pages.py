"""Pages behind mail links: the presses, what they leave behind, and that looking leaves nothing."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from actions.models import ActionStep, Ask, StatusUpdate, StepPhoto, UpdateLink
from actions.services.updates import record_status
from goals.models import ACTION_STEP, Status
from tests.actions.test_cycles import stand
from tests.actions.test_links import run, token
from tests.factories.links import asked_district, fields, home_of, say
from tests.factories.plans import add_node
from tests.factories.reviews import MONDAY, leads, press

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def made(kept_rows):
    return asked_district()


@pytest.fixture
def district(as_made):
    return as_made


@pytest.fixture
def home(district):
    return home_of(district)


def updates(district):
    """Those that were said by link."""
    return list(StatusUpdate.objects.filter(channel="link").order_by("pk"))


def test_one_step_after_the_other_until_all_are_done(client, district, home):
    page = client.get(home)
    assert "Step 1 of 3" in page.text
    assert "3 left, 10 seconds each" in page.text
    assert "Task number 1" in page.text
    one = say(client, home)
    assert one.status_code == 302
    page = client.get(one.url)
    assert "1.1.1 still true." in page.text
    assert "Step 2 of 3" in page.text, "the next one, that has no status yet"
    assert "2 left, 10 seconds each" in page.text
    assert "Nobody has said anything of it yet" in page.text
    assert 'value="same"' not in page.text
    two = say(client, home, district.status.pk)
    three = client.post(home, fields(client.get(two.url), home) | {"say": "same"})
    done = client.get(three.url)
    assert "Done. Thank you." in done.text
    assert "All 3 steps are confirmed" in done.text
    assert done.text.count(">Undo<") == 3
    said = updates(district)
    assert [u.step_id for u in said] == [district.steps[n].pk for n in (0, 2, 3)]
    assert {(u.channel, u.by, u.as_of) for u in said} == {("link", district.people["owner"], MONDAY)}
    assert AuditEntry.objects.filter(channel="link", by=district.people["owner"]).count() == 3


def test_a_form_sent_again_is_one_change_and_other_words_meet_the_version(client, district, home):
    form = fields(client.get(home), home) | {"say": "same"}
    first, again = client.post(home, form), client.post(home, form)
    assert first.url == again.url, "an answer that was lost can be asked for again"
    assert len(updates(district)) == 1
    other = client.post(home, form | {"say": district.plan.scale.statuses.get(meaning="complete").pk, "public_note": "Typed on the way"})
    assert other.status_code == 409
    assert "was changed meanwhile" in other.text
    assert "Typed on the way" in other.text
    assert len(updates(district)) == 1


def test_a_press_that_was_taken_back_is_no_repeat(client, district, home):
    form = fields(client.get(home), home) | {"say": "same"}
    said = client.get(client.post(home, form).url)
    client.post(f"{home}undo/", fields(said, f"{home}undo/"))
    assert client.post(home, form).status_code == 409
    assert client.get(home).text.count("Task number 1") > 0


def test_undo_withdraws_and_can_be_pressed_twice(client, district, home):
    said = client.get(say(client, home).url)
    form = fields(said, f"{home}undo/")
    assert client.post(f"{home}undo/", form).url == f"{home}?step={district.steps[0].pk}"
    assert client.post(f"{home}undo/", form).status_code == 302
    assert [u.is_withdrawal for u in updates(district)] == [False, True]
    district.steps[0].refresh_from_db()
    assert district.steps[0].status_as_of == date(2026, 1, 5)


def test_all_still_true_lists_what_it_means_and_is_one_press(client, district, home):
    page = client.get(f"{home}all/")
    assert "Are these 2 still true?" in page.text
    assert page.text.count("said for January 5, 2026") == 2
    assert "One more has no status yet" in page.text
    form = fields(page, f"{home}all/")
    assert len(form["step"]) == 2
    answer = client.post(f"{home}all/", form)
    assert client.post(f"{home}all/", form).url == answer.url
    assert len(updates(district)) == 2
    after = client.get(answer.url)
    assert "2 still true." in after.text
    assert "Task number 3" in after.text
    undo = fields(after, f"{home}undo/")
    assert "all" in undo
    client.post(f"{home}undo/", undo)
    assert len(updates(district)) == 4
    assert client.get(f"{home}all/").status_code == 200


def test_all_still_true_saves_nothing_where_one_changed_meanwhile(client, district, home):
    form = fields(client.get(f"{home}all/"), f"{home}all/")
    record_status(step=district.steps[3], status=district.status, press=press(), as_of=MONDAY - DAY)
    answer = client.post(f"{home}all/", form)
    assert answer.status_code == 409
    assert "nothing was saved" in answer.text
    assert updates(district) == []


def test_the_mails_choice_opens_as_the_main_button_and_saves_nothing(client, district, home):
    done = district.plan.scale.statuses.get(meaning="complete")
    page = client.get(f"{home}?step={district.steps[3].pk}&say={done.pk}")
    assert "Task number 4" in page.text
    assert re.search(rf'button--huge" name="say" value="{done.pk}"', page.text)
    assert updates(district) == []
    client.post(home, fields(page, home) | {"say": done.pk})
    district.steps[3].refresh_from_db()
    assert district.steps[3].status == done


@pytest.mark.parametrize(
    "query", ["?step=x&say=same", "?step=999999", "?say=999999", "?say=%00&step=-1", "?after=9" + "9" * 30, "?said=1&asked=2&all=3"]
)
def test_odd_addresses_show_the_first_step(client, home, query):
    answer = client.get(home + query)
    assert answer.status_code == 200
    assert "Task number 1" in answer.text


def test_note_link_and_photo_come_with_the_press(client, district, home, settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path
    page = client.get(home)
    file = picture()
    answer = client.post(
        home, fields(page, home) | {"say": "same", "public_note": "Bought.", "evidence_url": "https://example.org/a", "photo": file}
    )
    assert answer.status_code == 302
    update = updates(district)[0]
    assert (update.public_note, update.evidence.get().url) == ("Bought.", "https://example.org/a")
    photo = StepPhoto.objects.get()
    assert (photo.update, photo.content_type, photo.width, photo.height, photo.channel) == (update, "image/png", 2, 3, "link")
    kept = tmp_path / photo.file.path
    assert kept.is_file()
    assert kept.stat().st_mode & 0o077 == 0


def picture(name="a.png"):
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (2, 3)).save(out, "png")
    out.seek(0)
    out.name = name
    return out


def test_what_is_wrong_is_said_and_what_was_typed_stays(client, district, home):
    import io

    false = io.BytesIO(b"<svg onload=alert(1)>")
    false.name = "a.png"
    answer = client.post(
        home, fields(client.get(home), home) | {"say": "same", "public_note": "Keep me", "evidence_url": "minutes", "photo": false}
    )
    assert answer.status_code == 422
    assert "Keep me" in answer.text
    assert "Enter a whole address" in answer.text
    both = client.post(home, fields(answer, home) | {"say": "same", "photo": io.BytesIO(b"GIF89a")})
    assert both.status_code == 422
    assert "no photo that can be taken" in both.text
    assert client.post(home, fields(answer, home)).status_code == 422, "no button"
    assert updates(district) == []
    assert not StepPhoto.objects.exists()


def ask(client, home, kind, step, **said):
    address = f"{home}ask/{kind}/{step.pk}/"
    return client.post(address, fields(client.get(address)) | said)


def test_not_mine_goes_to_the_lead_and_the_next_step_comes(client, district, home):
    answer = ask(client, home, "not-mine", district.steps[0], who="member2@meadow.example", sentence="Ask the network people")
    page = client.get(answer.url)
    assert "not yours. The lead will hear of it." in page.text
    assert "Task number 3" in page.text
    found = Ask.objects.get()
    assert (found.kind, found.sentence, found.by, found.channel) == ("not_mine", "Ask the network people", district.people["owner"], "link")
    assert "1 of 3" in client.get(home).text
    client.post(f"{home}undo/", fields(page, f"{home}undo/"))
    assert found.answer.kind == "withdrawn"
    assert "Task number 1" in client.get(home).text


def test_blocked_needs_its_sentence(client, district, home):
    assert ask(client, home, "blocked", district.steps[0]).status_code == 422
    assert ask(client, home, "blocked", district.steps[0], sentence="The switch is out of stock").status_code == 302
    assert Ask.objects.get().kind == "blocked"


def test_remind_me_takes_a_later_day_of_the_cycle_alone(client, district, home):
    for bad in (MONDAY, MONDAY - DAY, MONDAY + 60 * DAY):
        answer = ask(client, home, "later", district.steps[0], on=bad.isoformat())
        assert answer.status_code == 422
        assert "is not a later day of this cycle" in answer.text
    assert ask(client, home, "later", district.steps[0], on=(MONDAY + DAY).isoformat()).status_code == 302
    assert "Task number 3" in client.get(home).text
    stand(district.organization, MONDAY + DAY)
    assert "Task number 1" in client.get(home).text, "on the day it is asked again"


def test_another_due_date_stands_beside_the_old_one(client, district, home):
    answer = ask(client, home, "due", district.steps[0], due="2026-05-29", sentence="The order is late")
    page = client.get(answer.url)
    assert "is due on May 29, 2026 now" in page.text
    assert "Task number 1" in page.text, "its status is asked still"
    district.steps[0].refresh_from_db()
    assert district.steps[0].due == date(2026, 5, 29)
    assert list(district.steps[0].node.duedate_versions.values_list("due", "channel")) == [(date(2026, 5, 29), "link")]
    client.post(f"{home}undo/", fields(page, f"{home}undo/"))
    district.steps[0].refresh_from_db()
    assert district.steps[0].due is None
    assert district.steps[0].node.duedate_versions.count() == 2, "both stay"


def test_pages_ask_no_more_for_more_steps(client, district, home):
    def cost(address):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    addresses = (home, f"{home}all/", f"{home}end/")
    before = [cost(address) for address in addresses]
    strategy = district.steps[0].strategy
    for n in range(5, 15):
        step = add_node(district.plan, ACTION_STEP, f"1.1.{n}", f"Task number {n}", strategy.node, position=n, on=date(2020, 1, 1))
        leads(step, lead_person=district.people["owner"])
        record_status(step=step, status=district.status, press=press(), as_of=date(2026, 1, 5))
    assert [cost(address) for address in addresses] == before
    client.post(f"{home}all/", fields(client.get(f"{home}all/"), f"{home}all/"))
    say(client, home, district.status.pk)
    assert client.get(home).text.count(">Undo<") == 13
    assert cost(home) <= before[0] + 1


def test_somebody_who_is_not_the_person_ends_the_link(client, district, home):
    page = client.get(f"{home}end/")
    assert client.get(home).status_code == 200
    assert client.post(f"{home}end/", fields(page)).status_code == 200
    assert client.get(home).status_code == 404


# RFC 8058


@pytest.fixture
def stop(district):
    return f"/u/{token(district, purpose=UpdateLink.UNSUBSCRIBE)}/unsubscribe/"


def test_the_press_of_rfc_8058_needs_neither_cookie_nor_token(district, stop):
    client = Client(enforce_csrf_checks=True)
    page = client.get(stop)
    assert "End these mails?" in page.text
    assert not page.cookies
    answer = client.post(stop, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200, "answered, not sent on: mail programs follow nothing"
    assert "No more of these mails" in answer.text
    assert client.post(stop).status_code == 200
    assert AuditEntry.objects.filter(verb="set reminders").count() == 1
    run(district, MONDAY + 7 * DAY)
    from django.core import mail

    assert [m.to for m in mail.outbox].count([district.people["owner"].email]) == 1, "the first mail alone"


def test_it_can_be_taken_back_when_signed_in(client, district, stop):
    client.post(stop)
    client.force_login(district.people["owner"])
    page = client.get("/my/reminders/")
    assert "Remind me again" in page.text
    form = {"press": str(uuid.uuid4()), "organization": district.organization.slug, "wanted": "yes"}
    assert client.post("/my/reminders/", form).status_code == 302
    assert "End these mails?" in client.get(stop).text


def test_the_same_word_from_two_browsers_is_done_and_another_one_is_asked_about(client, district, home):
    page = client.get(home)
    old = fields(page, home)
    step = ActionStep.objects.get(pk=old["step"])
    client.post(home, old | {"say": "same"})
    other = old | {"press": str(uuid.uuid4())}
    late = client.post(home, other | {"say": "same"})
    update = StatusUpdate.objects.get(step=step, channel="link")
    assert late.url == f"{home}?after={step.pk}&said={update.pk}"
    assert client.post(home, other | {"say": "same", "public_note": "And a note"}).status_code == 409, "what was written is kept"
    changed = Status.objects.filter(scale__plan=step.plan).exclude(pk=step.status_id).first()
    assert client.post(home, other | {"say": str(changed.pk)}).status_code == 409
    client.post(home, fields(client.get(f"{home}?step={step.pk}"), home) | {"say": str(changed.pk)})
    assert client.post(home, other | {"say": "same"}).status_code == 409, "still true meant what stood before"
    assert StatusUpdate.objects.filter(step=step, channel="link").count() == 2
