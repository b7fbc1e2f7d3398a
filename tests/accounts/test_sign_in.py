import re

import pytest
from django.core import mail

from tests.factories.people import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return PersonFactory(email="ada@example.org")


def sign_in(client, next_page="", password=PASSWORD, email="ada@example.org", **more):
    return client.post("/accounts/login/", {"login": email, "password": password, "next": next_page}, **more)


def test_sign_in_goes_to_my_steps_or_to_where_one_wanted(client, person):
    assert sign_in(client).headers["Location"] == "/my/"
    client.logout()
    assert sign_in(client, "/manage/").headers["Location"] == "/manage/"


def test_the_page_keeps_where_one_wanted_to_go(client):
    html = client.get("/accounts/login/?next=/manage/x/people/").content.decode()
    assert 'name="next" value="/manage/x/people/"' in html
    assert 'autocomplete="email"' in html
    assert 'autocomplete="current-password"' in html


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "https:evil.example"])
def test_nobody_is_sent_to_another_site(client, person, to):
    assert sign_in(client, to).headers["Location"] == "/my/"
    assert client.post("/accounts/logout/", {"next": to}).headers["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_say_the_same(client, person):
    wrong = sign_in(client, password="not the password").content.decode()
    unknown = sign_in(client, email="eve@example.org").content.decode()
    mask = re.compile(r'(name="csrfmiddlewaretoken" value="|X-CSRFToken": ")\w+|value="\w+@example.org"')
    assert mask.sub("", wrong) == mask.sub("", unknown)
    assert "notice--error" in wrong


def test_the_session_gets_a_new_key_when_somebody_signs_in(client, person):
    session = client.session
    session["theirs"] = 1
    session.save()
    before = client.cookies["session"].value
    sign_in(client)
    assert client.cookies["session"].value != before
    assert client.cookies["session"]["httponly"]
    assert client.cookies["session"]["samesite"] == "Lax"


def test_strangers_cannot_make_an_account(client):
    assert "by invitation" in client.get("/accounts/signup/").content.decode()
    said = {"email": "eve@example.org", "password1": PASSWORD, "password2": PASSWORD}
    assert "by invitation" in client.post("/accounts/signup/", said).content.decode()
    assert not PersonFactory._meta.model.objects.filter(email="eve@example.org").exists()


def test_a_new_password_is_chosen_through_a_link_that_works_once(client, person):
    client.post("/accounts/password/reset/", {"email": "ada@example.org"})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": "another four plain words", "password2": "another four plain words"})
    person.refresh_from_db()
    assert person.check_password("another four plain words")
    assert "does not work any more" in client.get(link, follow=True).content.decode()


def test_an_unknown_address_gets_the_same_page_and_no_mail(client, person):
    known = client.post("/accounts/password/reset/", {"email": "ada@example.org"}, follow=True)
    unknown = client.post("/accounts/password/reset/", {"email": "eve@example.org"}, follow=True)
    assert (known.status_code, known.redirect_chain) == (unknown.status_code, unknown.redirect_chain)
    assert [m.to for m in mail.outbox] == [["ada@example.org"]]


def test_a_foreign_host_cannot_get_into_the_mail(client, person, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    answer = client.post("/accounts/password/reset/", {"email": "ada@example.org"}, headers={"host": "evil.example"})
    assert answer.status_code == 400
    answer = client.post("/accounts/password/reset/", {"email": "ada@example.org"}, headers={"x-forwarded-host": "evil.example"})
    assert "evil" not in mail.outbox[0].body


def test_guessing_is_slowed_down_with_429_and_a_time_to_wait(client, person):
    answers = [sign_in(client, password=f"wrong password {n}") for n in range(12)]
    last = answers[-1]
    assert last.status_code == 429 or "Too many" in last.content.decode()
    assert sign_in(client).status_code != 302, "the limit does not stop at the right password"
