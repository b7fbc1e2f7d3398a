"""S09: nothing is written that its person did not press here: no token, no change; a GET changes nothing; nobody is sent to another site; no foreign
host gets into a page or a mail."""

import re
from functools import partial
from http.cookies import SimpleCookie
from itertools import product

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver

from actions.desks import safe_back
from tests.factories.people import PASSWORD
from tests.security.changes import snapshot
from tests.security.presses import ANSWERED, PRESSES, TAKES_POST, Ready, own, plain_data, presses, send, undone
from tests.security.test_url_matrix import NAMES, address
from tests.security.urls_table import TABLE

pytestmark = [pytest.mark.django_db, pytest.mark.once]

EXEMPT = {"actions:link-unsubscribe"}
"""The one-press unsubscribe of RFC 8058: the press comes from a mail program. It needs a link that only the mail has."""
OTHERS = ("PUT", "PATCH", "DELETE")
"""Unsafe methods that no page of ours uses."""
ELSEWHERE = (
    "https://evil.example/x",
    "//evil.example/x",
    "/\\evil.example/x",
    "https:evil.example/x",
    "\t//evil.example/x",
    "javascript:alert(1)",
)
WAYS = ("next", "back", "return", "return_to", "redirect", "redirect_to", "url", "to", "continue", "rd", "HTTP_REFERER")
HOSTS = {
    "x-forwarded-host": "evil-host.example", "x-host": "evil-host.example", "x-forwarded-server": "evil-host.example",
    "forwarded": "host=evil-host.example", "x-original-url": "//evil-host.example/", "x-rewrite-url": "//evil-host.example/",
}  # fmt: skip
OVERRIDES = {"x-http-method-override": "POST", "x-http-method": "POST", "x-method-override": "POST"}
OUTWARD = re.compile(rb"""(?:href|action|src|formaction|hx-[a-z-]+)\s*=\s*["']?\s*(?:https?:)?[/\\]*evil""", re.IGNORECASE)
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|TRUNCATE|ALTER|CREATE|DROP)\b", re.IGNORECASE)


def callbacks(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", pattern.callback
        else:
            yield from callbacks(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)


CALLBACKS = dict(callbacks(get_resolver().url_patterns))


def own_address(name: str, ready: Ready) -> str | None:
    return address(name, TABLE[name], ready.organization, "own")


@pytest.fixture
def guarded(ready, db):
    """A browser of the administrator in which tokens are asked for."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(ready.admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def is_refused(answer, name: str) -> bool:
    """The page that says so, 405; or where typed text is kept, back to its form."""
    if answer.status_code in (403, 405):
        return True
    goes_back = answer.status_code in (302, 409) or "HX-Redirect" in answer.headers
    return goes_back and hasattr(CALLBACKS[name], "too_late")


def test_one_address_alone_takes_a_press_without_a_token():
    assert {name for name, view in CALLBACKS.items() if getattr(view, "csrf_exempt", False)} == EXEMPT & set(CALLBACKS)


@pytest.mark.parametrize("token", ["none", "of another browser", "from another site"])
def test_nothing_is_written_without_a_token(ready, guarded, token):
    """Every address, with a valid form where there is one, so that the token is all that is missing; the other unsafe methods in turn."""
    guarded.get("/my/")
    wrong = {
        "none": {},
        "of another browser": {"x-csrftoken": "a" * 64},
        "from another site": {"x-csrftoken": guarded.cookies["csrf"].value, "origin": "https://evil.example"},
    }[token]
    cookies, odd, tried = {name: morsel.value for name, morsel in guarded.cookies.items()}, [], 0
    before = snapshot()
    for number, name in enumerate(sorted(set(NAMES) & set(TABLE) - EXEMPT)):
        for method, hx in [*product(["POST"], ({}, {"hx-request": "true"})), *([(OTHERS[number % 3], {})] if token == "none" else [])]:
            guarded.cookies = SimpleCookie(cookies)
            ask = partial(getattr(guarded, method.lower()), own_address(name, ready), headers=wrong | hx)
            answer = ask(plain_data(name)) if method == "POST" else ask()
            tried += 1
            if not is_refused(answer, name):
                odd.append(f"{method}{' hx' * bool(hx)} {name}: {answer.status_code}")
    assert tried > 150
    assert odd == []
    assert snapshot() == before


def test_with_its_token_each_press_is_taken(ready, guarded, monkeypatch):
    """So that the refusals above are those of the token."""
    guarded.get("/my/")
    guarded.defaults["HTTP_X_CSRFTOKEN"] = guarded.cookies["csrf"].value
    monkeypatch.setattr(ready, "client", guarded)
    odd = []
    for name in TAKES_POST:
        if name in PRESSES and name != "account_reset_password_from_key":  # signs out first, where a token is another one
            with undone(ready):
                url, said = presses(name, ready)[0]
                answer = send(ready, url, said)
                odd += [f"{name}: {answer.status_code}"] if answer.status_code != (200 if name in ANSWERED else 302) else []
    assert odd == []


def written(do) -> tuple[list[str], object]:
    """The statements that write something other than the session, and the answer."""
    found: list[str] = []

    def watch(execute, sql, params, many, context):
        if WRITES.match(sql) and not re.search(r"django_session|SAVEPOINT", sql):
            found.append(sql[:120])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        answer = do()
    return found, answer


def body_of(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_looking_writes_nothing_whatever_method_is_asked_for_beside_it(ready, db):
    """GET, HEAD and OPTIONS, with a valid form in the address, with headers that ask for another method, and with hosts of somebody else."""
    client, odd, tried = ready.client, [], 0
    client.raise_request_exception = False
    for name in sorted(set(NAMES) & set(TABLE)):
        for method in ("get", "head", "options") if TABLE[name].who != "everybody" else ("get",):
            with undone(ready):
                said = {"_method": "POST", **plain_data(name)}
                writes, answer = written(
                    partial(getattr(client, method), own_address(name, ready), query_params=said, headers=OVERRIDES | HOSTS)
                )
                tried += 1
                body = body_of(answer)
            if writes:
                odd.append(f"{method} {name} writes: {writes}")
            if answer.status_code >= 500:
                odd.append(f"{method} {name}: {answer.status_code}")
            if TABLE[name].get == (405,) and answer.status_code != 405:
                odd.append(f"{method} {name} took another method: {answer.status_code}")
            if b"evil-host" in body or "evil-host" in str(answer.headers):
                odd.append(f"{method} {name} names a foreign host")
    assert tried > 150
    assert odd == []


def leads_outside(answer) -> str:
    """Where an answer sends its browser, if that is not here."""
    for header in ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url", "Refresh"):
        to = answer.headers.get(header, "")
        if to and not re.match(r"(http://testserver)?/(?![/\\])", to):
            return f"{header}: {to}"
    return ""


def test_nobody_is_sent_elsewhere(ready, db):
    """Every address with every name by which pages are told where to go on, as a GET and as a valid press."""
    client, odd, tried = ready.client, [], 0
    client.raise_request_exception = False
    for n, name in enumerate(sorted(set(NAMES) & set(TABLE))):
        to = ELSEWHERE[n % len(ELSEWHERE)]
        ways, url = dict.fromkeys(WAYS, to), own_address(name, ready)
        with undone(ready):
            answers = [client.get(url, ways, headers={"referer": to, "hx-current-url": to})]
            for hx in ({}, {"hx-request": "true"}) if TABLE[name].post else ():
                headers = {"referer": to, "hx-current-url": to} | hx
                answers.append(client.post(url, plain_data(name) | ways, query_params=ways, headers=headers))
            for answer in answers:
                tried += 1
                if outside := leads_outside(answer):
                    odd.append(f"{name}: {outside}")
                if found := OUTWARD.search(body_of(answer)):
                    odd.append(f"{name}: {found[0]}")
    assert tried > 100
    assert odd == []


@pytest.mark.parametrize(
    "to",
    [*ELSEWHERE, "////evil.example/my/", "/my/../..//evil.example", "/my/\r\nLocation: https://evil.example", "http://testserver/my/", ""],
)
def test_the_desk_that_a_press_came_from_is_one_of_ours(to):
    assert re.match(r"/(?![/\\])[^\s]*$", safe_back(to))
    assert "evil" not in safe_back(to)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:80",
        "testserver.evil.example",
        "testserver@evil.example",
        "testserver:80@evil.example",
        "evil.example#testserver",
    ],
)
def test_a_foreign_host_gets_no_page_and_no_mail(ready, db, host):
    client = ready.client
    for name in sorted(set(NAMES) & set(TABLE))[:: 1 if host == "evil.example" else 12]:
        assert client.get(own_address(name, ready), headers={"host": host}).status_code == 400, name
    with undone(ready):
        said = plain_data("accounts:people")
        assert client.post(own("accounts:people", ready, {}), said, headers={"host": host}).status_code == 400
        assert client.post("/accounts/password/reset/", {"email": ready.admin.email}, headers={"host": host}).status_code == 400
    assert mail.outbox == []


def test_links_in_mails_lead_here_whatever_a_proxy_is_said_to_have_seen(ready, db):
    with undone(ready):
        said = plain_data("accounts:people")
        assert ready.client.post(own("accounts:people", ready, {}), said, headers=HOSTS | {"x-forwarded-proto": "https"}).status_code == 302
        Client().post("/accounts/password/reset/", {"email": ready.admin.email}, headers=HOSTS | {"x-forwarded-proto": "https"})
    invitation, reset = mail.outbox
    for one in (invitation, reset):
        links = re.findall(r"\bhttps?://[^\s>]+", one.body)
        assert links
        assert all(link.startswith("http://testserver/") for link in links), links
        assert "evil" not in one.message().as_string()


@pytest.mark.parametrize("to", ELSEWHERE)
def test_signing_in_leads_nowhere_else(ready, db, to):
    """Also where the address, the form and the header all say so, and where somebody is signed in already."""
    browser = Client()
    said = {"login": ready.admin.email, "password": PASSWORD, "next": to, "redirect_to": to}
    answer = browser.post(f"/accounts/login/?next={to}", said, headers={"referer": to})
    assert answer.headers["Location"] == "/my/"
    assert browser.get("/accounts/login/", {"next": to}).headers["Location"] == "/my/"
    assert browser.post("/accounts/logout/", {"next": to}).headers["Location"] == "/"
