"""Fixtures of the suite that are more than rows: a real worker, a real browser, and Redis emptied between tests."""

import copy
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import browser as browsers
from tests.support import services

ROOT = Path(__file__).resolve().parent.parent.parent


def database_url() -> str:
    """Of the database that this test runs on, for programs that the test starts."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"postgresql://{connection.settings_dict['USER']}@/{name}?host={connection.settings_dict['HOST']}"


def start_worker(*flags: str, log: Path, env: dict[str, str] | None = None) -> subprocess.Popen:
    """A Celery worker on this test's database and Valkey, ready to take work. End it with `services.stop`."""
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "planner",
        "worker",
        "-P",
        "prefork",
        "-c",
        "1",
        "--without-mingle",
        "--without-gossip",
        "-l",
        "INFO",
        *flags,
    ]
    environment = os.environ | {"DATABASE_URL": database_url(), "LOG_LEVEL": "INFO"} | (env or {})
    with log.open("w") as out:
        worker = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=out, preexec_fn=services.end_with_parent, start_new_session=True
        )
    services.wait_until(lambda: " ready." in log.read_text(errors="replace"), worker, log)
    return worker


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker) -> None:
    """In place of pytest-django's, which migrates for each worker. Nothing is taken down: all of it is thrown away with the folder of the run."""
    from tests.support import databases

    with django_db_blocker.unblock():
        databases.make(Path(os.environ["PLANNER_TEST_FOLDER"]), os.environ.get("PYTEST_XDIST_WORKER", ""))


@pytest.fixture(scope="module")
def kept_rows(django_db_setup, django_db_blocker) -> Iterator[None]:
    """For a fixture of a module whose rows all tests of that module begin with, `made`: it asks for this, and each test for `as_made`. What a test
    changes is taken back after it; a module with transactional tests cannot have it."""
    from django.core import mail
    from django.db import transaction

    mail.outbox.clear()
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def rows_and_mails(made):
    """What the module's `made` gave back, and the mails that it sent."""
    from django.core import mail

    return made, list(mail.outbox)


@pytest.fixture
def as_made(rows_and_mails, db):
    """What `made` gave back, as it was when it was made."""
    from django.core import mail

    made, sent = copy.deepcopy(rows_and_mails)
    mail.outbox[:] = sent
    return made


@pytest.fixture
def real_child(monkeypatch) -> None:
    """Files are read in a process of their own, as outside of the suite."""
    from actions.reading.child import read_in_child as read_plan
    from actions.services import reviewing
    from surveys.reading.child import read_in_child as read_survey
    from surveys.services import importing

    monkeypatch.setattr(reviewing, "read_in_child", read_plan)
    monkeypatch.setattr(importing, "read_in_child", read_survey)


@pytest.fixture
def celery_worker_process(transactional_db, tmp_path) -> Iterator[subprocess.Popen]:
    """A real worker with a real pool. Its log is `tmp_path / "worker.log"`."""
    worker = start_worker(log=tmp_path / "worker.log")
    yield worker
    services.stop(worker)


@pytest.fixture(autouse=True)
def clean_shared_things(request) -> Iterator[None]:
    """What outlives a transaction - the cache, the queue - is emptied after each test that touches the database."""
    yield
    if {"db", "transactional_db"} & set(request.fixturenames) or request.node.get_closest_marker("django_db"):
        import redis
        from django.conf import settings

        for url in (settings.REDIS_URL, settings.CELERY_BROKER_URL.replace("redis+socket", "unix").replace("virtual_host", "db")):
            client = redis.Redis.from_url(url)
            client.flushdb()
            client.close()


def wait_for(condition, seconds: float = 60, every: float = 0.05):
    """The first true answer of `condition()`. Raises AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"Waited {seconds} s in vain.")
        time.sleep(every)
    return answer


@pytest.fixture(scope="session")
def launch():
    """Starts a browser."""
    from playwright.sync_api import sync_playwright

    found = browsers.find()
    with sync_playwright() as playwright:
        yield lambda: playwright.chromium.launch(executable_path=found, args=browsers.FLAGS)


@pytest.fixture(scope="session")
def chromium(launch):
    """The browser, one for the whole run."""
    launched = launch()
    yield launched
    launched.close()


@pytest.fixture
def own_chromium(launch):
    """A browser in which no window of another test is just closing, which can take the focus with it: keys pressed then get lost."""
    launched = launch()
    yield launched
    launched.close()


@pytest.fixture
def page(request, live_server):
    """A page at 1280 x 800 whose relative addresses are the live server's. The test fails where the page broke a rule that holds for all pages:
    a script that failed, something that the content security policy stopped, or a request to another server."""
    browser = request.getfixturevalue("own_chromium" if request.node.get_closest_marker("keyboard") else "chromium")
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(f"script failed: {error}"))
    page.on("console", lambda message: broken.append(message.text) if "Content Security Policy" in message.text else None)
    page.on(
        "dialog",
        lambda dialog: (broken.append(f"dialog: {dialog.message}"), dialog.dismiss()) if dialog.type == "alert" else dialog.accept(),
    )
    page.on(
        "request",
        lambda sent: broken.append(f"request to another server: {sent.url}") if not sent.url.startswith(live_server.url) else None,
    )
    yield page
    context.close()
    assert not broken, broken
