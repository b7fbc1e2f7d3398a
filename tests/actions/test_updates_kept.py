"""What was typed is kept: the session ended, or somebody signed in in another tab, before the form was sent."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from actions import drafts
from actions.models import StatusUpdate
from tests.factories.people import PASSWORD
from tests.factories.plans import small_plan
from tests.factories.updating import form, leads, path, said, staff, status

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def plan(db):
    return small_plan()[0]


@pytest.fixture
def step(plan):
    return plan.actionstep_set.get(code="1.1.1")


@pytest.fixture
def person(plan):
    return staff(plan, "editor")


@pytest.fixture
def browser(person):
    """Checks CSRF, as a browser meets it."""
    client = Client(enforce_csrf_checks=True)
    sign_in(client, person)
    return client


def sign_in(client, person, next_="/my/"):
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.get("/accounts/login/").content.decode()).group(1)
    values = {"login": person.email, "password": PASSWORD, "next": next_, "csrfmiddlewaretoken": token}
    return client.post("/accounts/login/", values)


def open_form(client, step, **more):
    """All that the browser would send of the open form, with its token and the name of its person."""
    html = client.get(path(step, "update")).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html[html.index('class="work__edit"') :]))
    return form(step, "Complete", public_note="Half a page of text", evidence_url="https://example.org/minutes") | hidden | more


def end_session(client):
    Session.objects.filter(session_key=client.cookies["session"].value).delete()


def next_of(answer):
    return parse_qs(urlsplit(answer.url).query)["next"][0]


def test_session_ended_and_the_text_comes_back(browser, step, person):
    values = open_form(browser, step, back="/manage/meadow/devices/")
    end_session(browser)
    answer = browser.post(path(step, "update"), values)
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/?next=")
    assert "Half a page" not in answer.url
    came_back = sign_in(browser, person, next_of(answer))
    assert urlsplit(came_back.url).path == path(step, "update")
    html = browser.get(came_back.url).content.decode()
    assert "Half a page of text" in html
    assert "https://example.org/minutes" in html
    assert "Your text is here, and it is not saved yet" in html
    assert re.search(rf'value="{status(step.plan, "Complete").pk}" checked', html)
    assert not StatusUpdate.objects.exists()
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html[html.index('class="work__edit"') :]))
    saved = browser.post(path(step, "update"), values | again)
    assert saved.url == f"/manage/meadow/devices/#step-{step.pk}"
    assert StatusUpdate.objects.get().public_note == "Half a page of text"
    assert "Half a page" not in browser.get(came_back.url).content.decode(), "saved, and no longer a draft"


def test_what_changed_meanwhile_is_not_overwritten(browser, step, person):
    values = open_form(browser, step)
    end_session(browser)
    answer = browser.post(path(step, "update"), values)
    said(step, "On hold")
    html = browser.get(sign_in(browser, person, next_of(answer)).url).content.decode()
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html[html.index('class="work__edit"') :]))
    assert browser.post(path(step, "update"), values | again).status_code == 409
    step.refresh_from_db()
    assert step.status.name == "On hold"


def test_by_htmx_the_window_goes_to_sign_in(browser, step):
    values = open_form(browser, step)
    end_session(browser)
    answer = browser.post(path(step, "update"), values, headers=HX)
    assert answer.status_code == 302
    arrived = browser.get(answer.url, headers=HX)  # the browser follows by itself, with the same head
    assert arrived.headers["HX-Redirect"] == answer.url
    assert arrived.content == b""


def test_another_person_does_not_read_it(browser, plan, step):
    values = open_form(browser, step)
    end_session(browser)
    answer = browser.post(path(step, "update"), values)
    html = browser.get(sign_in(browser, staff(plan, "editor"), next_of(answer)).url).content.decode()
    assert "Half a page" not in html
    other = Client()
    other.force_login(staff(plan, "editor"))
    assert "Half a page" not in other.get(next_of(answer)).content.decode()


def test_signed_in_anew_in_another_tab(browser, step, person):
    """Signing in changes the token, so that the form of the old tab is refused; its text is not lost."""
    values = open_form(browser, step)
    browser.post("/accounts/logout/", {"csrfmiddlewaretoken": values["csrfmiddlewaretoken"]})
    sign_in(browser, person)
    for headers in ({}, HX):
        answer = browser.post(path(step, "update"), values, headers=headers)
        address = answer.headers["HX-Redirect"] if headers else answer.url
        html = browser.get(address).content.decode()
        assert "Half a page of text" in html
        assert "not saved yet" in html
    assert not StatusUpdate.objects.exists()


def test_a_press_with_an_old_token_is_refused_with_a_sentence(browser, step):
    said(step, "In progress")
    values = {"press": "3f0f4f54-5c1a-4a77-8a09-0d6f8c3f2a11", "version": 1, "back": "/my/", "csrfmiddlewaretoken": "x" * 64}
    plain = browser.post(path(step, "confirm"), values)
    assert plain.status_code == 403
    part = browser.post(path(step, "confirm"), values, headers=HX)
    assert (part.status_code, part.headers["HX-Retarget"]) == (409, "#toasts")
    assert "Nothing was changed." in part.content.decode()
    assert StatusUpdate.objects.count() == 1


def test_a_form_that_another_site_made_is_not_kept(browser, step):
    values = open_form(browser, step, csrfmiddlewaretoken="x" * 64)
    for odd in ("", "1", "1:forged"):
        answer = browser.post(path(step, "update"), values | {"typed_by": odd})
        assert answer.status_code == 403
    assert drafts.KEY not in browser.session


def test_sending_back_where_a_button_was_pressed(browser, plan, step, person):
    leads(person, step)
    said(step, "In progress")
    values = open_form(browser, step)
    end_session(browser)
    confirm = browser.post(path(step, "confirm"), values)
    assert next_of(confirm) == path(step)
    many = browser.post("/manage/meadow/devices/many/", values | {"step": [f"{step.pk}:1"], "back": "/manage/meadow/devices/?show=need"})
    assert next_of(many) == f"/manage/meadow/devices/?show=need&picked={step.pk}"
    sign_in(browser, person)
    assert "checked" in browser.get(f"/manage/meadow/devices/?picked={step.pk}").content.decode()


def test_drafts_are_few_and_go_by_themselves(browser, step, monkeypatch, person):
    values = open_form(browser, step)
    end_session(browser)
    answers = [browser.post(path(step, "update"), values | {"public_note": f"Text {n}"}) for n in range(8)]
    assert len(browser.session[drafts.KEY]) == drafts.MOST
    sign_in(browser, person)
    assert "Text 7" in browser.get(next_of(answers[7])).content.decode()
    assert "Text 0" not in browser.get(next_of(answers[0])).content.decode()
    later = time.time() + drafts.SECONDS + 1
    monkeypatch.setattr(drafts.time, "time", lambda: later)
    assert "Text 7" not in browser.get(next_of(answers[7])).content.decode()


def test_signing_out_leaves_nothing(browser, step, person):
    values = open_form(browser, step)
    end_session(browser)
    answer = browser.post(path(step, "update"), values)
    sign_in(browser, person)
    browser.logout()
    sign_in(browser, person)
    assert "Half a page" not in browser.get(next_of(answer)).content.decode()


def test_a_wording_that_came_too_late_comes_back_unsaved(browser, plan, person):
    page = "/manage/meadow/devices/wording/strategies/1.1/"
    html = browser.get(page).content.decode()
    values = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)) | {
        "seen": re.search(r'name="seen" value="(\d+)"', html)[1],
        "title": "A whole new sentence",
        "description": "",
        "as_of": "2021-08-03",
    }
    end_session(browser)
    came_back = sign_in(browser, person, next_of(browser.post(page, values)))
    html = browser.get(came_back.url).content.decode()
    assert "A whole new sentence" in html
    assert "it is not saved yet" in html
    assert plan.strategy_set.get().title == "Lend every student a device"
