"""S02: what browsers are told, with every answer: pages, errors, redirects, downloads, static files."""

import pytest

from tests.security.test_url_matrix import NAMES, address
from tests.security.urls_table import TABLE

pytestmark = pytest.mark.once
EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def check(answer, path):
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers.get("Content-Security-Policy", "").split(";"))
    assert policy.get("default-src") == "'none'", path
    for name in ("object-src", "base-uri", "frame-ancestors"):
        assert policy.get(name) == "'none'", f"{path}: {name}"
    assert policy.get("form-action") == "'self'", path
    assert policy.get("script-src") == "'self'", path
    assert policy.get("style-src") == "'self'", path
    assert "unsafe" not in str(policy), path
    for name, value in EXPECTED.items():
        if name == "Referrer-Policy" and path.partition(" ")[2].startswith(("/u/", "/accounts/address/")) and answer.status_code != 405:
            value = "strict-origin"  # the address of a mail's link goes nowhere, not even to ourselves
        assert answer.headers.get(name) == value, f"{path}: {name}"


@pytest.mark.parametrize("visitor", ["nobody", "viewer", "admin"])
def test_every_answer_carries_the_headers(world, db, client, visitor):
    client.raise_request_exception = False
    if world.people[visitor]:
        client.force_login(world.people[visitor], backend="allauth.account.auth_backends.AuthenticationBackend")
    tried = 0
    for name, row in TABLE.items():
        if name not in NAMES or name == "account_logout":
            continue
        for place in ("own", "missing", "half"):
            url = address(name, row, world.own, place)
            if url is None:
                continue
            for method in ("get", "post", "put") if place == "own" else ("get",):
                check(getattr(client, method)(url), f"{method} {url}")
                tried += 1
    assert tried > 60


@pytest.mark.parametrize(
    "path",
    ["/static/css/base.css", "/static/img/icon.svg", "/static/no-such-file.css", "/..%2f..%2fetc/passwd", "/a%00b/", "/" + "x" * 5000],
)
def test_static_files_and_odd_paths_carry_them_too(client, db, path):
    answer = client.get(path)
    if path.startswith("/static/") and answer.status_code == 200:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.getvalue()  # read to its end, so that the file is closed
        return
    check(answer, path)


def test_a_host_that_is_not_ours_is_refused(client, db):
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    check(answer, "/")
