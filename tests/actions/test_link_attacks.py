"""T03, T05, S09: links in mails guessed, altered, over, forwarded, opened by scanners, used twice, ended; of people who left and plans that closed."""

import logging
import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client

from accounts.audit import Press
from accounts.models import AuditEntry, Membership
from accounts.services import deactivate_person
from actions.models import Ask, AskAnswer, Cycle, NoteMention, ReminderPreference, StatusUpdate, StepNote, StepPhoto, UpdateLink
from actions.services import links
from actions.services.asks import answer_ask
from actions.services.updates import record_status
from goals.models import DueDate, Lead, Plan
from goals.services import change_plan
from planner.lib.logs import WithoutTokens
from tests.actions.test_cycles import stand
from tests.actions.test_links import token
from tests.factories.links import asked_district, fields, home_of
from tests.factories.reviews import MONDAY, leads, make_district, press

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WRITTEN = (StatusUpdate, Ask, AskAnswer, StepNote, NoteMention, StepPhoto, ReminderPreference, DueDate, Lead, AuditEntry)


@pytest.fixture(scope="module")
def made(kept_rows):
    return asked_district()


@pytest.fixture
def district(as_made):
    return as_made


@pytest.fixture
def home(district):
    return home_of(district)


def state():
    """All that a link could change."""
    return [model.objects.count() for model in WRITTEN] + list(
        UpdateLink.objects.order_by("pk").values_list("pk", "revoked_at", "expires_on")
    )


def addresses(home, step):
    return [
        home,
        f"{home}all/",
        f"{home}undo/",
        f"{home}end/",
        *(f"{home}ask/{k}/{step}/" for k in ("not-mine", "blocked", "later", "due")),
    ]


def press_everything(client, home, step, version=1):
    """Every press that there is, with what a real page would send. Gives the statuses of the answers."""
    form = {"press": str(uuid.uuid4()), "step": step, "version": version, "say": "same"}
    bodies = {
        home: form,
        f"{home}all/": form | {"step": f"{step}:{version}"},
        f"{home}undo/": form | {"update": 1},
        f"{home}end/": form,
        f"{home}ask/not-mine/{step}/": form,
        f"{home}ask/blocked/{step}/": form | {"sentence": "x"},
        f"{home}ask/later/{step}/": form | {"on": (MONDAY + DAY).isoformat()},
        f"{home}ask/due/{step}/": form | {"due": (MONDAY + 30 * DAY).isoformat()},
        f"{home}unsubscribe/": {"List-Unsubscribe": "One-Click"},
    }
    return {client.post(address, body).status_code for address, body in bodies.items()}


def is_dead(client, home, step):
    before = state()
    answers = {client.get(address).status_code for address in addresses(home, step) if "undo" not in address}
    return answers == {404} and press_everything(client, home, step) == {404} and state() == before


# Opened by scanners


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("agent", [{}, {"Sec-Purpose": "prefetch"}, {"Purpose": "preview"}, {"HX-Request": "true"}])
def test_looking_at_everything_changes_nothing(client, district, home, method, agent):
    step, before = district.steps[0].pk, state()
    stop = f"/u/{token(district, purpose=UpdateLink.UNSUBSCRIBE)}/unsubscribe/"
    done = district.plan.scale.statuses.get(meaning="complete").pk
    for address in [*addresses(home, step), stop, f"{home}?step={step}&say=same", f"{home}?step={step}&say={done}"]:
        answer = getattr(client, method)(address, headers=agent)
        assert answer.status_code == (405 if "undo" in address else 200), address
    assert state() == before
    assert not client.session.keys()


def test_what_the_pages_tell_browsers(client, district, home):
    stop = f"/u/{token(district, purpose=UpdateLink.UNSUBSCRIBE)}/unsubscribe/"
    for address in (home, f"{home}all/", f"{home}ask/due/{district.steps[0].pk}/", f"{home}end/", stop, home[:-9] + "x/"):
        answer = client.get(address)
        assert "no-store" in answer.headers["Cache-Control"], address
        assert "private" in answer.headers["Cache-Control"]
        assert answer.headers["Referrer-Policy"] == "strict-origin", "the address goes nowhere, the origin is enough for the check of forms"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "Cookie" in answer.headers["Vary"]
        assert '<meta name="robots" content="noindex' in answer.text
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', answer.text), "nothing from elsewhere, nothing to elsewhere"
        assert "<script" not in answer.text


# T03: guessed, altered, of another purpose, over, ended


def test_what_is_guessed_or_altered_is_nothing_to_anybody(client, district, home):
    good, step = token(district), district.steps[0].pk
    mine, theirs = good, token(district, "member")
    for bad in (good[:-1] + ("A" if good[-1] != "A" else "B"), good[:22] + theirs[22:], mine.swapcase(), "x" * 65, "x", str(uuid.uuid4())):
        assert is_dead(client, f"/u/{bad}/", step)
    assert client.get("/u/" + "%00" * 65 + "/").status_code == 404
    assert client.get("/u/" + "é" * 65 + "/").status_code == 404


def test_each_link_has_one_purpose(client, district, home):
    step, before = district.steps[0].pk, state()
    stop = f"/u/{token(district, purpose=UpdateLink.UNSUBSCRIBE)}/"
    assert {client.get(address).status_code for address in addresses(stop, step) if "undo" not in address} == {404}
    assert client.get(f"{home}unsubscribe/").status_code == 404
    assert client.post(f"{home}unsubscribe/").status_code == 404
    assert state() == before
    assert press_everything(client, stop, step) == {404, 200}, "200 is that of unsubscribing, which is its purpose"
    assert [before[n] - now for n, now in enumerate(state()) if before[n] != now] == [-1, -1], "one preference, one entry of the audit"


def test_a_link_is_over_with_its_cycle(client, district, home):
    end = Cycle.objects.get().ends_on
    stand(district.organization, end)
    assert client.get(home).status_code == 200
    stand(district.organization, end + DAY)
    assert is_dead(client, home, district.steps[0].pk)


def test_a_link_that_was_ended_is_over_even_for_an_open_page(client, district, home):
    page = client.get(home)
    links.revoke_links(person=district.people["owner"], press=press())
    assert client.post(home, fields(page, home) | {"say": "same"}).status_code == 404
    assert is_dead(client, home, district.steps[0].pk)


def test_foreign_steps_updates_and_asks_are_not_there(client, district, home):
    other = make_district("lakes", on=MONDAY)
    foreign = record_status(step=other.steps[0], status=other.status, press=press(), as_of=MONDAY).update
    theirs = record_status(step=district.steps[1], status=district.status, press=press(), as_of=MONDAY).update
    ask = Ask.objects.create(step=district.steps[0], kind="not_mine", as_of=MONDAY, by=district.people["owner"], channel="web")
    form, before = fields(client.get(home), home), state()
    for step in (other.steps[0].pk, district.steps[1].pk, 99_999_999, 0, -1):
        assert client.post(home, form | {"say": "same", "step": step}).status_code == 404
        assert client.post(f"{home}all/", form | {"step": f"{step}:1"}).status_code in (400, 404)
        if step >= 0:
            assert client.post(f"{home}ask/blocked/{step}/", form | {"sentence": "x"}).status_code == 404
    for update in (foreign.pk, theirs.pk, district.steps[0].status_update_id or 1):
        assert client.post(f"{home}undo/", form | {"update": update}).status_code == 404
    assert client.post(f"{home}undo/", form | {"ask": ask.pk}).status_code == 404, "what was asked when signed in is taken back there"
    assert client.post(f"{home}undo/", form | {"all": str(foreign.press)}).status_code == 404
    wrong = other.plan.scale.statuses.first().pk
    assert client.post(home, form | {"say": wrong}).status_code == 422, "a status of another plan"
    assert state() == before


def test_one_answer_of_a_mixed_list_is_none(client, district, home):
    form, before = fields(client.get(f"{home}all/"), f"{home}all/"), state()
    form["step"].append(f"{district.steps[1].pk}:0")
    assert client.post(f"{home}all/", form).status_code == 404
    assert state() == before


# T05: people who left, rights that were withdrawn, plans that closed, while a page is open


def test_who_left_is_refused_on_the_next_press(client, district, home):
    page = client.get(home)
    deactivate_person(membership=Membership.objects.get(person=district.people["owner"]), press=press())
    assert client.post(home, fields(page, home) | {"say": "same"}).status_code == 404
    assert is_dead(client, home, district.steps[0].pk)


def test_who_has_no_role_any_more_is_refused_on_the_next_press(client, district, home):
    page = client.get(home)
    Membership.objects.filter(person=district.people["owner"]).delete()
    assert client.post(home, fields(page, home) | {"say": "same"}).status_code == 404
    assert is_dead(client, home, district.steps[0].pk)


def test_who_may_only_read_now_is_asked_nothing(client, district, home):
    page, step = client.get(home), district.steps[0].pk
    Membership.objects.filter(person=district.people["owner"]).update(role="viewer")
    before = state()
    assert client.post(home, fields(page, home) | {"say": "same"}).status_code == 404
    assert "Nothing is asked of you" in client.get(home).text
    assert client.post(f"{home}ask/due/{step}/", fields(page, home) | {"due": "2026-06-01"}).status_code == 404
    assert state() == before


def test_a_plan_that_was_closed_takes_nothing_more(client, district, home):
    page = client.get(home)
    change_plan(plan=district.plan, press=press(), stage=Plan.CLOSED)
    before = state()
    assert client.post(home, fields(page, home) | {"say": "same"}).status_code == 404
    assert "Nothing is asked of you" in client.get(home).text
    assert state() == before


def test_a_step_that_others_lead_now_is_theirs(client, district, home):
    page = client.get(home)
    leads(district.steps[0], lead_person=district.people["lead"])
    assert client.post(home, fields(page, home) | {"say": "same"}).status_code == 404
    assert "Task number 1" not in client.get(home).text


# Forwarded


def test_another_person_who_is_signed_in_says_nothing_in_a_wrong_name(client, district, home):
    page = client.get(home)
    client.force_login(district.people["admin"])
    before = state()
    for address in addresses(home, district.steps[0].pk):
        if "undo" not in address:
            assert client.get(address).status_code == 403
    assert "This link is for somebody else" in client.get(home).text
    assert district.people["owner"].email not in client.get(home).text
    assert client.post(home, fields(page, home) | {"say": "same"}).status_code == 403
    assert state() == before
    client.force_login(district.people["owner"])
    assert client.get(home).status_code == 200


def test_nothing_of_colleagues_is_told_to_whom_a_mail_was_forwarded(client, district, home):
    step = district.steps[0].pk
    for address in (home, f"{home}all/", *(f"{home}ask/{kind}/{step}/" for kind in ("not-mine", "blocked", "later", "due"))):
        html = client.get(address).text
        for name, person in district.people.items():
            assert person.email not in html
            assert name == "owner" or person.name not in html


def test_nor_by_what_was_said_or_answered_meanwhile(client, district, home):
    form, lead = fields(client.get(home), home), district.people["lead"]
    record_status(step=district.steps[0], status=district.status, press=Press("web", lead), as_of=MONDAY - DAY)
    late = client.post(home, form | {"say": "same"})
    assert late.status_code == 409
    assert "Somebody said In progress" in late.text
    address = f"{home}ask/not-mine/{district.steps[0].pk}/"
    client.post(address, fields(client.get(address)))
    answer_ask(ask=Ask.objects.get(), press=Press("web", lead), kind=AskAnswer.LEFT)
    undone = client.post(f"{home}undo/", {"press": str(uuid.uuid4()), "ask": Ask.objects.get().pk})
    assert undone.status_code == 409
    assert "Somebody has answered this already" in undone.text
    assert all(lead.name not in page.text and lead.email not in page.text for page in (late, undone))


# S09: forged presses


def test_every_press_but_the_one_of_rfc_8058_needs_its_token(district, home):
    strict, before = Client(enforce_csrf_checks=True), state()
    step = district.steps[0].pk
    strict.get(home)
    assert press_everything(strict, home, step) == {403, 404}, "404 is that of unsubscribing by a link of another purpose"
    assert state() == before
    page = strict.get(home)
    real = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.text)
    form = fields(page, home) | {"say": "same", "csrfmiddlewaretoken": real.group(1)}
    assert strict.post(home, form, headers={"origin": "https://evil.example"}).status_code == 403
    assert state() == before
    assert strict.post(home, form, headers={"origin": "http://testserver"}).status_code == 302


def test_over_https_the_bare_origin_is_enough(district, home):
    """What browsers send with the pages' Referrer-Policy: an Origin, or where an old one sends none, a Referer without the path."""
    strict = Client(enforce_csrf_checks=True)
    page = strict.get(home, secure=True)
    real = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.text)
    form = fields(page, home) | {"say": "same", "csrfmiddlewaretoken": real.group(1)}
    assert strict.post(home, form, secure=True).status_code == 403, "neither of the two"
    assert strict.post(home, form, secure=True, headers={"referer": "https://evil.example/"}).status_code == 403
    assert strict.post(home, form, secure=True, headers={"origin": "null"}).status_code == 403
    assert strict.post(home, form, secure=True, headers={"referer": "https://testserver/"}).status_code == 302
    assert strict.post(home, form, secure=True, headers={"origin": "https://testserver"}).status_code == 302


def test_only_that_one_view_is_exempt():
    from django.urls import get_resolver

    def views(patterns):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from views(pattern.url_patterns)
            else:
                yield pattern.name, pattern.callback

    assert [name for name, view in views(get_resolver().url_patterns) if getattr(view, "csrf_exempt", False)] == ["link-unsubscribe"]


# Nothing in logs


def test_tokens_are_not_written_down(client, district, home, settings):
    lines = []

    class Keep(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    (real,) = [one for one in logging.getLogger().handlers if isinstance(one.formatter, WithoutTokens)]
    handler = Keep()
    handler.setFormatter(real.formatter)
    assert settings.LOGGING["handlers"].keys() == {"stderr"}, "each handler needs this formatter"
    logger = logging.getLogger("django")
    logger.addHandler(handler)
    try:
        client.get(home[:-9] + "x/")
        client.post(home, {"press": "no"})
        Client(enforce_csrf_checks=True).post(home)
        client.put(home)
        links.revoke_links(person=district.people["owner"], press=press())
        client.get(home)
        try:
            raise ValueError(f"no page at {home}")
        except ValueError:
            logger.exception("Internal Server Error: %s", home)
    finally:
        logger.removeHandler(handler)
    assert len(lines) >= 4
    assert all("/u/***/" in line for line in lines), lines
    assert "Traceback" in lines[-1]
    assert token(district)[:12] not in "".join(lines)


def test_the_same_press_from_two_windows_at_once_is_one_change(client, district, home):
    one, two = client.get(home), client.get(home)
    first = client.post(home, fields(one, home) | {"say": "same"})
    assert client.post(home, fields(two, home) | {"say": "same"}).url == first.url, "another form of the same version, with the same word"
    assert StatusUpdate.objects.filter(channel="link").count() == 1
