"""T06: what is private leaves no trace on public addresses, and public pages carry neither cookies nor tokens."""

import io
import zipfile
from functools import cache

import pypdf
import pytest

from accounts.audit import Press
from dashboards.fragments import fragments
from goals.models import Plan
from goals.services import change_plan
from tests.security import world as worlds
from tests.security.test_url_matrix import NAMES, address
from tests.security.urls_table import TABLE

PUBLIC = [name for name, row in TABLE.items() if name.startswith("dashboards:") and name in NAMES]


def pages(world):
    for name in PUBLIC:
        yield name, address(name, TABLE[name], world.own, "own")


def bytes_of(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def said_in(answer) -> bytes:
    """What can be read in an answer: of a PDF its text and properties, of a workbook all its parts, since both are packed."""
    return unpacked(bytes_of(answer))


@cache
def unpacked(body: bytes) -> bytes:
    if body.startswith(b"PK"):
        packed = zipfile.ZipFile(io.BytesIO(body))
        return b"".join(packed.read(name) for name in packed.namelist())
    if body.startswith(b"%PDF-"):
        read = pypdf.PdfReader(io.BytesIO(body))
        return " ".join(" ".join(f"{sheet.extract_text()} {read.metadata}" for sheet in read.pages).split()).encode()
    return body


@pytest.mark.once
@pytest.mark.parametrize("visitor", ["nobody", "admin"])
def test_public_pages_carry_no_cookie_no_token_and_nothing_private(world, db, client, visitor):
    if world.people[visitor]:
        client.force_login(world.people[visitor], backend="allauth.account.auth_backends.AuthenticationBackend")
    for name, url in pages(world):
        for path in (url, f"{url}?as_of=2021-08-03", f"{url}?q=canary&status=&since=2021-01-01"):
            answer = client.get(path)
            body = said_in(answer)
            assert not answer.cookies, f"{path} sets a cookie"
            assert b"csrfmiddlewaretoken" not in body, path
            assert b"X-CSRFToken" not in body, path
            assert worlds.CANARY.encode() not in body.replace(b"canary&amp;", b""), f"{name}: {path} shows something private"
            assert b"example.org" not in body, f"{path} shows an address of a person"


def test_what_cannot_be_read_at_once_is_looked_into(world, db, client):
    """The walk above would find nothing in packed files if it did not unpack them."""
    for name in ("dashboards:steps-xlsx", "dashboards:report-of-plan", "dashboards:report-pdf"):
        answer = client.get(address(name, TABLE[name], world.own, "own"))
        assert b"Public step" not in bytes_of(answer), name
        assert b"Public step" in said_in(answer), name


HELD = {"HTTP_IF_NONE_MATCH": "*", "HTTP_IF_MODIFIED_SINCE": "Fri, 01 Jan 2100 00:00:00 GMT"}
"""What a browser sends that has a page already, made as tempting as can be."""


@pytest.mark.parametrize("stage", ["adopted", "closed"])
def test_what_was_public_and_is_no_more_leaves_no_trace(world, db, client, stage):
    plan = Plan.objects.get(organization=world.own, slug="devices")
    before = {url: client.get(url) for _, url in pages(world)}  # and what is kept in memory is full of it
    assert sum(b"Public step" in said_in(answer) for answer in before.values()) > 10
    change_plan(plan=plan, press=Press("command"), visibility=Plan.PRIVATE, stage=stage)
    for name, url in pages(world):
        held = HELD | ({"HTTP_IF_NONE_MATCH": before[url]["ETag"]} if "ETag" in before[url] else {})
        for path in (url, f"{url}?q=Public", f"{url}?as_of=2021-08-03", f"{url}?as=published"):
            answer = client.get(path, **held)
            if "plan" in dict(NAMES[name]):
                assert answer.status_code == 404, path
            assert answer.status_code in (200, 302, 404), path
            assert not answer.cookies, path
            assert b"Public" not in said_in(answer) or name == "dashboards:home", (
                path
            )  # there the other district's plan is the only one now
            assert b"/meadow/devices" not in said_in(answer), path


@pytest.mark.once
def test_public_pages_are_the_same_for_everybody_and_depend_on_nobody(world, db, client):
    """A cache in front may keep them: the same bytes whoever asks, and nothing says that they vary with who it is."""
    seen = {}
    for visitor in ("nobody", "viewer", "admin"):
        if world.people[visitor]:
            client.force_login(world.people[visitor], backend="allauth.account.auth_backends.AuthenticationBackend")
        for name, url in pages(world):
            answer = client.get(url)
            if answer.status_code == 200:
                assert "cookie" not in answer.get("Vary", "").lower(), name
                assert said_in(answer) == seen.setdefault(url, said_in(answer)), f"{url} is another for {visitor}"


@pytest.mark.once
def test_what_is_kept_in_memory_never_mixes_districts(world, db, client):
    """Both districts have the same plan, word for word; only the district differs."""
    fragments.clear()
    others = {"meadow": (b"lakes", world.foreign.name.encode()), "lakes": (b"meadow", world.own.name.encode())}
    tried = 0
    for name in PUBLIC:
        if "organization" not in dict(NAMES[name]):
            continue
        for one in (world.own, world.foreign, world.own):
            url = address(name, TABLE[name], one, "own")
            for path in (url, f"{url}?open=all", f"{url}?q=step"):
                body = said_in(client.get(path))
                for other in others[one.slug]:
                    assert other not in body, f"{path} speaks of {other.decode()}"
                tried += 1
    assert tried > 60


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
