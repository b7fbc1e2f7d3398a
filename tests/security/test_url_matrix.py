"""T01: every URL name of the resolver, opened by every kind of visitor, of the own district, of a foreign one and of none, with every method."""

import logging
import re
from http.cookies import SimpleCookie

import pytest
from django.db import transaction
from django.urls import URLPattern, get_resolver, reverse

from accounts.roles import ABLE_FROM, LADDER, may
from tests.security import world as worlds
from tests.security.urls_table import TABLE, Row

ALWAYS = [("GET", False), ("POST", False)]
OTHERS = [("GET", True), ("HEAD", False), ("POST", True), ("PUT", False), ("DELETE", False)]
PLACES = ["own", "foreign", "missing", "half"]
"""`half`: the own district, and in it a thing that does not exist."""
CHANGING = re.compile(rb'(name="csrfmiddlewaretoken" value="|X-CSRFToken": ")\w+|nonce="[^"]*"')


def named(patterns, prefix="", outer=()):
    """(name, [(parameter, converter)]) of every address."""
    for pattern in patterns:
        inner = (*outer, *pattern.pattern.converters.items())
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", [(name, type(c).__name__.removesuffix("Converter").lower()) for name, c in inner]
        else:
            yield from named(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix, inner)


NAMES = dict(named(get_resolver().url_patterns))


def test_every_address_has_a_name_and_a_line_in_the_table():
    assert not [name for name in NAMES if name.endswith("None")], "an address without a name"
    assert sorted(set(NAMES) - set(TABLE) - {"dashboards:gallery"}) == [], "add a line to tests/security/urls_table.py"


def known_of(organization) -> dict[str, object]:
    """What may stand in its addresses; asked once, since a world is always as it was made."""
    if not hasattr(organization, "known_in_tests"):
        organization.known_in_tests = worlds.values(organization)
    return organization.known_in_tests


def address(name: str, row: Row, organization, place: str) -> str | None:
    """The address; None where there is no such place for it."""
    known = known_of(organization)
    filled = {}
    for parameter, _ in NAMES[name]:
        value = known.get(row.args.get(parameter, parameter), row.args.get(parameter))
        if isinstance(value, dict):
            value = value[row.part]
        filled[parameter] = value.removeprefix("=") if isinstance(value, str) else value
    filled = {k: v for k, v in filled.items() if v is not None} or dict(row.args)
    for parameter, value in row.args.items():
        filled.setdefault(parameter, value)
    if place in ("missing", "half"):
        changed = [(p, k) for p, k in NAMES[name] if p not in ("color",)]
        if not changed or (place == "half" and len(changed) < 2):
            return None
        parameter, kind = changed[0 if place == "missing" else -1]
        filled[parameter] = worlds.MISSING.get(kind, "no-such-thing")
    return reverse(name, kwargs=filled)


def is_scoped(name: str) -> bool:
    return any(parameter in ("district", "organization", "org") for parameter, _ in NAMES[name])


def place_of_half(name: str) -> str:
    """The parameter that `half` fills with what does not exist."""
    return [parameter for parameter, _ in NAMES[name] if parameter != "color"][-1]


def expected(name: str, row: Row, visitor: str, place: str, method: str, *, scoped: bool) -> tuple[int, ...]:
    """The statuses that are right. 405 may come before who asks is looked at, where no one may use the method."""
    signed_in, is_public = visitor != "nobody", row.who == "everybody"
    if not is_public and not signed_in:
        return (302,)
    allowed = {"GET": row.get, "HEAD": row.get + (405,) * (not is_public), "POST": row.post or (405,)}.get(method, (405,))
    closed = (405,) if 405 in allowed else ()
    if scoped and place in ("missing", "half"):
        outsider = visitor in ("foreign admin",) or (place == "missing" and visitor != "operator")
        if not is_public and not outsider and place == "half" and not may_here(row, visitor):
            # A plan is fetched before anybody asks what may be done with it; below it the role comes first.
            return (404 if place_of_half(name) == "plan" else 403, *closed)
        return (404, *closed)
    if not scoped or is_public:
        return allowed
    if visitor == "operator":
        return allowed
    if place == "foreign" or visitor == "foreign admin":
        return (404, *closed)
    return allowed if may_here(row, visitor) else (403, *closed)


def may_here(row: Row, visitor: str) -> bool:
    return may({"operator": "admin"}.get(visitor, visitor), row.who)


def ask(client, cookies, method, url, is_htmx):
    """The answer, with everything undone that it changed: rows, the session among them, and cookies."""
    client.cookies = SimpleCookie(cookies)
    with transaction.atomic():
        answer = getattr(client, method.lower())(url, headers={"HX-Request": "true"} if is_htmx else None)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return answer.status_code, answer.headers.get("Location", ""), CHANGING.sub(b"", body)


VISITORS = [pytest.param(name, marks=[] if name == "admin" else pytest.mark.once) for name in worlds.CAST]
"""Who may does not depend on the database; that each page can be made on it, the administrator sees on both."""


def counts(row: Row, visitor: str) -> bool:
    """Not of a role whose neighbors on the ladder may the same as it."""
    if visitor not in LADDER[:-1]:
        return True
    if row.who not in ABLE_FROM:
        return False
    able = [False, *(may(role, row.who) for role in LADDER)]
    at = LADDER.index(visitor)
    return len(set(able[at : at + 3])) > 1


@pytest.mark.parametrize("visitor", VISITORS)
def test_every_address_answers_each_visitor_as_the_table_says(world, db, client, caplog, visitor):
    """GET and POST of every visitor at every address where it is theirs to ask, and one of the other ways; in foreign and missing places, and of roles
    that differ from their neighbors in nothing there, one way for each visitor and address. They come in turn, so that every address is asked in
    every way by somebody. `make faults` asks in all of them."""
    first, rows = list(worlds.CAST).index(visitor), list(TABLE.values())

    def methods(number: int, place: str) -> list[tuple[str, bool]]:
        if place == "own" and counts(rows[number], visitor):
            return [*ALWAYS, OTHERS[(first + number) % len(OTHERS)]]
        return [(ALWAYS + OTHERS)[(first + number) % len(ALWAYS + OTHERS)]]

    walk(world, client, caplog, visitor, methods)


@pytest.mark.faults
@pytest.mark.parametrize("visitor", VISITORS)
def test_every_address_answers_each_visitor_in_every_way(world, db, client, caplog, visitor):
    walk(world, client, caplog, visitor, lambda number, place: ALWAYS + OTHERS)


def walk(world, client, caplog, visitor, methods) -> None:
    """`methods` says which (method, by HTMX) the address number n is asked with in a place."""
    client.raise_request_exception = False
    caplog.set_level(logging.ERROR, logger="django.request")  # what fails is told below, in order
    if person := world.people[visitor]:
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    cookies, odd, tried = {name: morsel.value for name, morsel in client.cookies.items()}, [], 0
    for number, (name, row) in enumerate(TABLE.items()):
        if name not in NAMES:
            continue
        scoped = is_scoped(name)
        seen = {}
        asked = [(place, *way) for place in (PLACES if scoped else ["own"]) for way in methods(number, place)]
        for place, method, is_htmx in asked:
            url = address(name, row, world.foreign if place == "foreign" else world.own, place)
            if url is None:
                continue
            status, location, body = ask(client, cookies, method, url, is_htmx)
            tried += 1
            right = expected(name, row, visitor, place, method, scoped=scoped)
            if status not in right:
                odd.append(f"{method}{' hx' * is_htmx} {name} ({place}, {url}): {status}, not {right}")
            if status == 302 and row.who != "everybody" and visitor == "nobody" and not location.startswith("/accounts/login/?next="):
                odd.append(f"{method} {name}: sent to {location}, not to sign in")
            seen[place, method, is_htmx] = (status, body.replace(url.encode(), b""))
        for method, is_htmx in methods(number, "foreign") if scoped and row.who != "everybody" and visitor != "operator" else ():
            if seen["foreign", method, is_htmx] != seen["missing", method, is_htmx]:
                odd.append(f"{method} {name}: foreign and missing can be told apart")
    assert tried > 100
    assert not odd, f"{len(odd)} of {tried}:\n" + "\n".join(odd)
