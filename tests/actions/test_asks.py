"""Asks, their answers, notes and hand-overs: the doors, the mails that they bring, staff pages, and that none of it is ever public."""

import io
import uuid
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.audit import Press
from accounts.models import AuditEntry
from actions.models import Ask, AskAnswer, NoteMention, Reminder, StepNote, StepPhoto
from actions.photos import NoPicture, picture_of
from actions.services import asks, notes
from actions.services.updates import confirm_status
from tests.actions.test_cycles import stand
from tests.actions.test_links import run
from tests.factories.links import asked_district
from tests.factories.reviews import MONDAY, add_plan, work

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def made(kept_rows):
    return asked_district()


@pytest.fixture
def district(as_made):
    return as_made


def by(district, name="owner", channel="web"):
    return Press(channel, district.people[name])


def path(step, *more):
    return "/".join(["", "manage", "meadow", "devices", "steps", step.node.address, *more, ""])


def mails_to(district, name):
    return [m for m in mail.outbox if m.to == [district.people[name].email]]


# The doors


def test_a_new_word_of_the_same_kind_takes_the_place_of_the_old_one(district):
    step = district.steps[0]
    first = asks.say_not_mine(step=step, press=by(district), sentence="Not me").ask
    again = asks.say_not_mine(step=step, press=by(district), sentence="Really not").ask
    assert AskAnswer.objects.get(ask=first).kind == "withdrawn"
    assert list(Ask.objects.open()) == [again]
    press_ = by(district)
    one, two = (asks.say_blocked(step=step, press=press_, sentence="No parts") for _ in range(2))
    assert (one.is_new, two.is_new, one.ask) == (True, False, two.ask)


def test_a_name_or_an_address_that_is_typed_whole_is_the_person(district):
    other = district.people["member"]
    for typed in (other.name, other.email.upper(), f"  {other.name}  "):
        assert asks.say_not_mine(step=district.steps[0], press=by(district), who=typed).ask.person == other
    assert asks.say_not_mine(step=district.steps[0], press=by(district), who="Contributor").ask.person is None


def test_the_lead_above_is_asked_and_where_there_is_none_the_planners(district):
    ask = asks.say_not_mine(step=district.steps[0], press=by(district)).ask
    assert asks.awaiting(district.people["lead"]) == [ask]
    assert asks.awaiting(district.people["owner"]) == asks.awaiting(district.people["admin"]) == []
    own = asks.say_blocked(step=district.steps[0], press=by(district, "lead"), sentence="Mine too").ask
    assert asks.awaiting(district.people["lead"]) == [ask], "nobody answers his own"
    assert asks.awaiting(district.people["admin"]) == [own]


def test_an_answer_is_given_once_and_assigning_hands_the_step_over(district):
    step, member = district.steps[0], district.people["member"]
    ask = asks.say_not_mine(step=step, press=by(district)).ask
    for wrong in (AskAnswer.SETTLED, AskAnswer.WITHDRAWN, "x"):
        with pytest.raises(ValidationError):
            asks.answer_ask(ask=ask, press=by(district, "lead"), kind=wrong)
    with pytest.raises(ValidationError, match="Choose who is to lead"):
        asks.answer_ask(ask=ask, press=by(district, "lead"), kind=AskAnswer.ASSIGNED)
    chosen = by(district, "lead")
    answer = asks.answer_ask(ask=ask, press=chosen, kind=AskAnswer.ASSIGNED, person=member, sentence="Yours from now on")
    assert asks.answer_ask(ask=ask, press=chosen, kind=AskAnswer.ASSIGNED, person=member) == answer
    step.refresh_from_db()
    assert step.lead_person == member
    note = StepNote.objects.get()
    assert (note.text, note.lead.person, [m.person for m in note.mentions.all()]) == ("Yours from now on", member, [member])
    with pytest.raises(ValidationError, match="has answered this already"):
        asks.answer_ask(ask=ask, press=by(district, "admin"), kind=AskAnswer.LEFT)
    with pytest.raises(ValidationError, match="has answered this already"):
        asks.withdraw_ask(ask=ask, press=by(district))
    assert {e.verb for e in AuditEntry.objects.filter(by=district.people["lead"])} == {"set lead", "hand over", "answer ask"}


def test_only_who_asked_takes_it_back(district):
    ask = asks.say_blocked(step=district.steps[0], press=by(district), sentence="No parts").ask
    with pytest.raises(ValidationError, match="Only who said this"):
        asks.withdraw_ask(ask=ask, press=by(district, "lead"))
    assert asks.withdraw_ask(ask=ask, press=by(district)) == asks.withdraw_ask(ask=ask, press=by(district))


def test_a_due_date_is_not_taken_back_over_another_one(district):
    step = district.steps[0]
    ask = asks.change_due(step=step, press=by(district), due=MONDAY + 30 * DAY).ask
    asks.change_due(step=step, press=by(district), due=MONDAY + 60 * DAY)
    with pytest.raises(ValidationError, match="changed again since"):
        asks.withdraw_ask(ask=ask, press=by(district))
    for bad in (MONDAY - DAY, MONDAY + 60 * DAY, MONDAY + 20_000 * DAY):
        with pytest.raises(ValidationError):
            asks.change_due(step=step, press=by(district), due=bad)
    assert list(Ask.objects.values_list("due_old", "due_new")) == [(None, MONDAY + 30 * DAY), (MONDAY + 30 * DAY, MONDAY + 60 * DAY)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "else"},
        {"kind": "blocked", "sentence": ""},
        {"kind": "remind", "remind_on": MONDAY + DAY},
        {"kind": "not_mine", "remind_on": MONDAY + DAY},
        {"kind": "due"},
        {"kind": "due", "due_old": MONDAY, "due_new": MONDAY},
        {"kind": "blocked", "sentence": "x", "due_new": MONDAY},
    ],
)
def test_the_database_refuses_what_is_no_ask(district, wrong):
    said = {"step": district.steps[0], "as_of": MONDAY, "by": district.people["owner"], "channel": "web"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Ask.objects.create(**said, **wrong)
    Ask.objects.create(**said, kind="due", due_old=MONDAY, due_new=MONDAY + DAY)


# Mails


def test_a_chosen_day_brings_its_own_mail_and_none_before_it(district):
    step, on = district.steps[0], MONDAY + 9 * DAY
    asks.say_not_mine(step=district.steps[2], press=by(district))
    confirm_status(step=district.steps[3], press=by(district))
    asks.ask_reminder(step=step, press=by(district), on=on)
    count = len(mails_to(district, "owner"))
    run(district, MONDAY + 7 * DAY)
    assert len(mails_to(district, "owner")) == count, "nothing else is left: one is confirmed, of one the lead is asked"
    stand(district.organization, on)
    run(district, on)
    run(district, on)
    found = mails_to(district, "owner")[count:]
    assert [m.subject for m in found] == ["Meadow: you asked to be reminded of a step"]
    assert "you asked to be reminded today" in found[0].body
    assert "Task number 1" in found[0].body
    assert "Task number 4" not in found[0].body
    assert "/u/" in found[0].body
    assert found[0].extra_headers["Message-ID"].startswith("<again.")


def test_a_chosen_day_brings_nothing_for_what_was_confirmed_or_taken_back(district):
    asks.ask_reminder(step=district.steps[0], press=by(district), on=MONDAY + 2 * DAY)
    back = asks.ask_reminder(step=district.steps[3], press=by(district), on=MONDAY + 3 * DAY).ask
    confirm_status(step=district.steps[0], press=by(district))
    asks.withdraw_ask(ask=back, press=by(district))
    for n in (2, 3):
        stand(district.organization, MONDAY + n * DAY)
        run(district, MONDAY + n * DAY)
    assert not Reminder.objects.filter(kind="again").exists()


def test_what_was_answered_is_asked_again(district):
    ask = asks.say_not_mine(step=district.steps[0], press=by(district)).ask
    asks.answer_ask(ask=ask, press=by(district, "lead"), kind=AskAnswer.LEFT)
    asks.say_blocked(step=district.steps[3], press=by(district), sentence="No parts")
    count = len(mails_to(district, "owner"))
    run(district, MONDAY + 7 * DAY)
    second = mails_to(district, "owner")[count].body
    assert "Task number 1" in second
    assert "Task number 4" not in second


def test_the_lead_hears_of_asks_once_in_the_morning(district):
    asks.say_not_mine(step=district.steps[0], press=by(district), who="Purchasing", sentence="I only\nhelped")
    asks.say_blocked(step=district.steps[0], press=by(district), sentence="No parts")
    count = len(mails_to(district, "lead"))
    run(district, MONDAY + DAY)
    run(district, MONDAY + 2 * DAY)
    found = mails_to(district, "lead")[count:]
    assert [m.subject for m in found] == ["Meadow: 2 questions from colleagues wait for your answer"]
    assert "I only helped" in found[0].body
    assert "Perhaps Purchasing." in found[0].body
    assert "/my/asks/" in found[0].body
    html = found[0].alternatives[0].content
    assert "No parts" in html
    assert "/u/" not in found[0].body.replace("unsubscribe", "").split("No more")[0], "an answer needs a sign-in"


def test_what_was_answered_meanwhile_brings_no_mail(district):
    ask = asks.say_not_mine(step=district.steps[0], press=by(district)).ask
    asks.answer_ask(ask=ask, press=by(district, "lead"), kind=AskAnswer.LEFT)
    run(district, MONDAY + DAY)
    assert not Reminder.objects.filter(kind="answer").exists()


# Notes


def test_mentions_are_whole_names_or_addresses(district):
    member, lead = district.people["member"], district.people["lead"]
    text = f"@{member.name} and (@{lead.email}), see mail@example.org. @{member.name} again"
    note = notes.add_note(step=district.steps[0], press=by(district), text=text)
    assert {m.person for m in note.mentions.all()} == {member, lead}
    with pytest.raises(ValidationError, match="“@Nobody here” is nobody who works here"):
        notes.add_note(step=district.steps[0], press=by(district), text="Ask @Nobody here")
    work(district.organization, "editor").__class__.objects.filter(pk=lead.pk).update(name=member.name)
    with pytest.raises(ValidationError, match="Two people"):
        notes.add_note(step=district.steps[0], press=by(district), text=f"@{member.name}!")


def test_a_longer_name_is_not_cut_to_a_shorter_one(district):
    short, long = district.people["member"], district.people["lead"]
    type(short).objects.filter(pk=short.pk).update(name="Ann Lee")
    type(long).objects.filter(pk=long.pk).update(name="Ann Lee Porter")
    note = notes.add_note(step=district.steps[0], press=by(district), text="@Ann Lee Porter, please")
    assert [m.person for m in note.mentions.all()] == [long]
    with pytest.raises(ValidationError, match="nobody who works here"):
        notes.add_note(step=district.steps[0], press=by(district), text="@Ann Leery")


def test_notes_are_written_once_and_seen_once(district):
    press_ = by(district)
    one, two = (notes.add_note(step=district.steps[0], press=press_, text="Look", to=[district.people["lead"]]) for _ in range(2))
    assert one == two
    mention = NoteMention.objects.get()
    assert list(notes.unseen(district.people["lead"])) == [mention]
    assert notes.mark_seen(press=by(district), mentions=[mention.pk]) == 0, "nobody sees for another"
    assert notes.mark_seen(press=by(district, "lead"), mentions=[mention.pk]) == 1
    assert notes.mark_seen(press=by(district, "lead"), mentions=[mention.pk]) == 0
    with pytest.raises(ValidationError):
        notes.add_note(step=district.steps[0], press=by(district), text="  ")


def test_handing_over_keeps_its_note_with_the_lead(district):
    department = district.organization.departments.get()
    note = notes.hand_over(step=district.steps[0], press=by(district, "admin"), department=department, text="Now yours")
    assert note.lead.department == department
    with pytest.raises(ValidationError, match="already"):
        notes.hand_over(step=district.steps[0], press=by(district, "admin"), department=department, text="Again")
    assert notes.hand_over(step=district.steps[0], press=by(district, "admin"), person=district.people["lead"]) is None


# Pages


@pytest.mark.parametrize(
    ("kind", "said", "field"),
    [
        ("not-mine", {"who": "Purchasing"}, "kind"),
        ("blocked", {"sentence": "No parts"}, "sentence"),
        ("later", {"on": "2026-02-10"}, "remind_on"),
        ("due", {"due": "2026-06-01"}, "due_new"),
    ],
)
def test_staff_ask_on_the_steps_page(client, district, kind, said, field):
    step = district.steps[0]
    client.force_login(district.people["owner"])
    assert client.get(path(step, "ask", kind)).status_code == 200
    form = said | {"press": str(uuid.uuid4())}
    assert client.post(path(step, "ask", kind), form).url == path(step) + "#talk"
    client.post(path(step, "ask", kind), form)
    ask = Ask.objects.get()
    assert getattr(ask, field)
    assert ask.channel == "web"
    page = client.get(path(step)).text
    assert ask.get_kind_display() in page
    assert "Take back" in page
    client.post(path(step, "asks", str(ask.pk), "withdraw"))
    assert "Taken back by" in client.get(path(step)).text
    client.force_login(district.people["member"])
    assert client.post(path(step, "ask", kind), form).status_code == 403, "of a step that others lead"
    assert client.post(path(step, "asks", str(ask.pk), "withdraw")).status_code == 403


def test_the_lead_finds_what_waits_and_answers_it(client, district):
    step = district.steps[0]
    ask = asks.say_not_mine(step=step, press=by(district), who=district.people["member"].name, sentence="Ask them").ask
    answer = path(step, "asks", str(ask.pk), "answer")
    for name in ("owner", "member"):
        client.force_login(district.people[name])
        assert client.get(answer).status_code == 403
    client.force_login(district.people["lead"])
    assert "1 question or note waits for you" in client.get("/my/").text
    assert answer in client.get("/my/asks/").text
    assert answer in client.get(path(step)).text
    page = client.get(answer).text
    assert f'<option value="{district.people["member"].pk}" selected>' in page, "who was suggested is chosen already"
    assert client.post(answer, {"press": str(uuid.uuid4()), "kind": "assigned"}).status_code == 422
    form = {"press": str(uuid.uuid4()), "kind": "assigned", "person": district.people["member"].pk, "sentence": "Please take it"}
    assert client.post(answer, form).url == "/my/asks/"
    assert client.post(answer, form).url == "/my/asks/", "an answer that was lost"
    step.refresh_from_db()
    assert step.lead_person == district.people["member"]
    client.force_login(district.people["member"])
    assert "Please take it" in client.get("/my/asks/").text
    client.post("/my/asks/", {"mention": NoteMention.objects.get().pk})
    assert "Please take it" not in client.get("/my/asks/").text
    assert "Given to somebody else by" in client.get(path(step)).text


def test_notes_and_handing_over_in_the_browser(client, district):
    step = district.steps[0]
    client.force_login(district.people["viewer"])
    assert client.get(path(step)).status_code == 200
    assert client.get(path(step, "note")).status_code == 403
    client.force_login(district.people["member"])
    form = {"press": str(uuid.uuid4()), "text": "Kept as typed @Nobody", "to": ""}
    wrong = client.post(path(step, "note"), form)
    assert wrong.status_code == 422
    assert "Kept as typed @Nobody" in wrong.text
    assert client.post(path(step, "note"), form | {"text": "All is well", "to": district.people["owner"].pk}).status_code == 302
    assert client.get(path(step, "hand-over")).status_code == 403
    client.force_login(district.people["admin"])
    said = {"press": str(uuid.uuid4()), "person": district.people["lead"].pk, "text": "With thanks"}
    assert client.post(path(step, "hand-over"), said).status_code == 302
    page = client.get(path(step)).text
    assert "All is well" in page
    assert "Handed over" in page


def test_the_page_of_a_step_asks_no_more_for_more_entries(client, district, django_assert_max_num_queries):
    step = district.steps[0]
    client.force_login(district.people["lead"])

    def talk():
        asks.say_blocked(step=step, press=by(district), sentence="No parts")
        notes.add_note(step=step, press=by(district), text="Look", to=[district.people["lead"], district.people["member"]])

    def cost(address):
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        return len(seen)

    talk()
    before = cost(path(step)), cost("/my/asks/"), cost("/my/")
    for _ in range(5):
        talk()
    assert (cost(path(step)), cost("/my/asks/"), cost("/my/")) == before


# Photos


def photo_of(district, client, data, name="a.jpg"):
    from actions.services import photos

    file = io.BytesIO(data)
    file.name, file.size = name, len(data)
    return photos.add_photo(step=district.steps[0], press=by(district), taken=photos.take(file))


def test_photos_are_given_to_those_who_may_and_to_nobody_else(client, district, settings, tmp_path):
    from PIL import Image

    settings.UPLOAD_DIR = tmp_path
    out = io.BytesIO()
    Image.new("RGB", (40, 30)).save(out, "jpeg")
    photo = photo_of(district, client, out.getvalue(), name="../<b>.html")
    address = path(district.steps[0], "photos", str(photo.pk))
    assert client.get(address).url.startswith("/accounts/login/")
    other = work(asked_other(), "admin")
    client.force_login(other)
    assert client.get(address).status_code == 404
    client.force_login(district.people["viewer"])
    answer = client.get(address)
    assert (answer.status_code, answer.content) == (200, out.getvalue())
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "<b>" not in answer.headers["Content-Disposition"]
    assert client.get(path(district.steps[3], "photos", str(photo.pk))).status_code == 404, "beside another step it is not there"
    assert address in client.get(path(district.steps[0])).text
    (tmp_path / photo.file.path).unlink()
    assert client.get(address).status_code == 404


def asked_other():
    from tests.factories.people import OrganizationFactory

    organization = OrganizationFactory(slug="lakes")
    add_plan(organization, "devices", steps=1)
    return organization


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
@pytest.mark.parametrize("options", [{}, {"quality": 40}, {"lossless": True}])
def test_pictures_are_known_by_their_bytes(kind, options):
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (321, 45), "red").save(out, kind, **options)
    found = picture_of(out.getvalue())
    assert (found.content_type, found.width, found.height) == (f"image/{kind}", 321, 45)
    for cut in (0, 1, 11, 29, len(out.getvalue()) // 2):
        with pytest.raises(NoPicture):
            picture_of(out.getvalue()[:cut])


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a" + b"\0" * 40, b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"MZ" + b"\0" * 100, b"\xff\xd8\xff" * 50],
)
def test_everything_else_is_no_picture(data):
    with pytest.raises(NoPicture, match="JPEG, PNG or WebP"):
        picture_of(data)


def test_a_picture_that_would_fill_the_memory_is_refused():
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (60_000).to_bytes(4) + (60_000).to_bytes(4) + b"\x08\x02\0\0\0IEND"
    with pytest.raises(NoPicture, match="too large to be shown"):
        picture_of(header)


def test_a_photo_that_is_too_large_is_refused(district, settings, tmp_path):
    from actions.services import photos

    settings.UPLOAD_DIR = tmp_path
    big = io.BytesIO(b"x")
    big.name, big.size = "a.png", 13 * 2**20
    with pytest.raises(ValidationError, match="larger than 12 MB"):
        photos.take(big)
    assert not StepPhoto.objects.exists()


# Never public


def test_nothing_of_it_is_public(client, district, settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path
    from PIL import Image

    word, step = "canarybird", district.steps[0]
    out = io.BytesIO()
    Image.new("RGB", (4, 3)).save(out, "png")
    photo_of(district, client, out.getvalue(), name=f"{word}.png")
    asks.say_not_mine(step=step, press=by(district), who=f"{word} person", sentence=f"{word} one")
    asks.say_blocked(step=step, press=by(district), who=f"{word} helper", sentence=f"{word} two")
    asks.change_due(step=step, press=by(district), due=date(2026, 6, 1), sentence=f"{word} three")
    notes.add_note(step=step, press=by(district), text=f"{word} four")
    notes.hand_over(step=step, press=by(district, "admin"), person=district.people["lead"], text=f"{word} five")
    base = "/meadow/devices/"
    pages = [
        "",
        "changes/?since=2020-01-01",
        "steps/1.1.1/",
        "goals/1/",
        "strategies/1.1/",
        "steps.csv",
        "steps.xlsx",
        "plan.json",
        "plan.md",
        "feed.atom",
    ]
    seen = 0
    for page in pages:
        answer = client.get(base + page)
        if answer.status_code == 404 and page == "feed.atom":
            continue
        assert answer.status_code == 200, page
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if page.endswith("xlsx"):
            import zipfile

            body = b"".join(zipfile.ZipFile(io.BytesIO(body)).read(n) for n in zipfile.ZipFile(io.BytesIO(body)).namelist())
        assert word.encode() not in body, page
        assert b"/photos/" not in body, page
        seen += b"June 1, 2026" in body or b"2026-06-01" in body
    assert seen >= 2, "the new due date itself is public"
    client.force_login(district.people["lead"])
    assert client.get(path(step)).text.count(word) >= 5
