"""T06: what is private leaves no trace on public addresses, and public pages carry neither cookies nor tokens."""

import pytest

from tests.security import world as worlds
from tests.security.test_url_matrix import NAMES, address
from tests.security.urls_table import TABLE

PUBLIC = [name for name, row in TABLE.items() if name.startswith("dashboards:") and name in NAMES]


def pages(world):
    for name in PUBLIC:
        yield name, address(name, TABLE[name], world.own, "own")


def bytes_of(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("visitor", ["nobody", "admin"])
def test_public_pages_carry_no_cookie_no_token_and_nothing_private(world, db, client, visitor):
    if world.people[visitor]:
        client.force_login(world.people[visitor], backend="allauth.account.auth_backends.AuthenticationBackend")
    for name, url in pages(world):
        for path in (url, f"{url}?as_of=2021-08-03", f"{url}?q=canary&status=&since=2021-01-01"):
            answer = client.get(path)
            body = bytes_of(answer)
            assert not answer.cookies, f"{path} sets a cookie"
            assert b"csrfmiddlewaretoken" not in body, path
            assert b"X-CSRFToken" not in body, path
            assert worlds.CANARY.encode() not in body.replace(b"canary&amp;", b""), f"{name}: {path} shows something private"
            assert b"example.org" not in body, f"{path} shows an address of a person"


def test_a_private_plan_is_as_missing_as_one_that_never_was(world, db, client):
    tried = 0
    for name in PUBLIC:
        if "plan" not in dict(NAMES[name]):
            continue
        url = address(name, TABLE[name], world.own, "own")
        private, missing = (client.get(url.replace("/devices/", f"/{slug}/")) for slug in ("secret", "never-was"))
        assert private.status_code == missing.status_code == 404, url
        assert bytes_of(private) == bytes_of(missing), url
        kept = {k: v for k, v in private.headers.items() if k not in ("Date", "Content-Length")}
        assert kept == {k: v for k, v in missing.headers.items() if k not in ("Date", "Content-Length")}, url
        tried += 1
    assert tried > 5


def test_an_error_page_shows_nothing_of_the_inside(client, settings, monkeypatch, db):
    client.raise_request_exception = False

    def broken(*args, **kwargs):
        raise RuntimeError("inside-of-the-program")

    monkeypatch.setattr(
        "planner.health.live.__wrapped__" if hasattr(__import__("planner.health").health.live, "__wrapped__") else "accounts.views.resolve",
        broken,
    )
    for path in ("/no/such/page/at/all/", "/%00/", "/health/live/"):
        body = client.get(path).content
        assert b"inside-of-the-program" not in body
        assert b"Traceback" not in body
        assert b"urlpatterns" not in body
