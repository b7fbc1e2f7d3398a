"""Starts the services before Django reads its settings. Named by `-p` in addopts: a conftest.py would be too late, and the suite would run on
SQLite without a word.

`PLANNER_TEST_DB=sqlite` runs what touches the database on SQLite instead; what needs none, needs a browser, or asks nothing that the database answers
(marked `once`) is left out of that second run.
"""

import os
import shutil
from pathlib import Path

import pytest

from tests.support import guard, services

DATABASE = os.environ.get("PLANNER_TEST_DB", "postgresql")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
FOLDER = "PLANNER_TEST_FOLDER"
STARTED: list[services.Postgres | services.Valkey] = []
ENVIRONMENT = pytest.StashKey[dict[str, str]]()
# What the shell of a developer may hold must not reach the suite.
OURS = (
    "PLANNER_ENV",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "ALLOWED_HOSTS",
    "DEBUG",
    "HTTPS",
    "TRUSTED_PROXIES",
    "TRUSTED_ORIGINS",
    "FROM_EMAIL",
)


def start() -> None:
    if DATABASE not in ("postgresql", "sqlite"):
        raise pytest.UsageError(f"PLANNER_TEST_DB is “{DATABASE}”: say postgresql or sqlite.")
    folder = services.new_folder()
    os.environ[FOLDER] = str(folder)
    try:
        valkey = services.Valkey(folder)
        STARTED.append(valkey)
        valkey.start()
        if DATABASE == "postgresql":
            postgres = services.Postgres(folder)
            STARTED.append(postgres)
            os.environ["DATABASE_URL"] = postgres.start()
    except BaseException:
        stop()
        raise


def stop() -> None:
    while STARTED:
        STARTED.pop().stop()
    shutil.rmtree(os.environ.pop(FOLDER, "/nowhere"), ignore_errors=True)


def configure() -> None:
    """The environment of this process: a worker of xdist has a data folder and Redis databases of its own."""
    folder = Path(os.environ[FOLDER])
    data = folder / f"data{WORKER}"
    data.mkdir()
    number = 2 * (int(WORKER.removeprefix("gw")) + 1) if WORKER else 0
    if DATABASE == "sqlite":
        os.environ["DATABASE_URL"] = f"sqlite:///{data / 'db.sqlite3'}"
    os.environ |= {
        "DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "planner.settings",
        "CELERY_BROKER_URL": f"redis+socket://{folder / 'valkey.sock'}?virtual_host={number}",
        "REDIS_URL": f"unix://{folder / 'valkey.sock'}?db={number + 1}",
        "EMAIL_URL": f"filemail://{data / 'mail'}",
        "LOG_LEVEL": "WARNING",
        # Playwright's synchronous interface runs an event loop in this thread, which Django takes for a mistake.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    }
    for name in OURS:
        os.environ.pop(name, None)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config, parser, args):
    if not WORKER:
        start()
    configure()
    guard.install()
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    if not WORKER:
        stop()


def touches_database(item: pytest.Item) -> bool:
    names = set(getattr(item, "fixturenames", ()))
    return bool(names & {"db", "transactional_db"}) or item.get_closest_marker("django_db") is not None


LONG = ("planner/test_demo", "planner/test_compose", "security/test_markup_browser", "faults/", "security/")
"""Where tests are that take ten seconds and more: they come first, those that mostly wait before all others, or at the end one processor waits for
another."""


def rank(item: pytest.Item) -> int:
    return next((n for n, name in enumerate(LONG) if f"tests/{name}" in item.nodeid), len(LONG))


def pytest_collection_modifyitems(config, items):
    items.sort(key=rank)
    if DATABASE == "sqlite":
        kept = [item for item in items if touches_database(item) and not any(map(item.get_closest_marker, ("browser", "once")))]
        if dropped := [item for item in items if item not in set(kept)]:
            config.hook.pytest_deselected(items=dropped)
            items[:] = kept


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    item.stash[ENVIRONMENT] = dict(os.environ)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item):
    """Whoever leaves the environment changed would break a later test: a worker started then looks for another broker. This looks when all
    fixtures of the test have tidied up, `monkeypatch` among them, which no fixture can wait for."""
    done = yield
    before, after = item.stash[ENVIRONMENT], dict(os.environ)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} - {"PYTEST_CURRENT_TEST"}
    for name in changed:
        os.environ.pop(name, None)
    os.environ.update({name: before[name] for name in changed & before.keys()})
    assert not changed, f"this test left the environment changed: {sorted(changed)}"
    return done


@pytest.fixture(autouse=True, scope="session")
def _passwords_are_quick():
    """Hashing one takes half a second on purpose, wherever somebody signs in. The same hasher with fewer rounds does here."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1000)
        yield


@pytest.fixture(autouse=True, scope="session")
def _quick_emptying():
    """After a transactional test."""
    from django.test import TransactionTestCase

    from tests.support import databases

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: databases.empty(Path(os.environ[FOLDER])))
        yield


@pytest.fixture(autouse=True, scope="session")
def _files_are_read_here():
    """In this process: a child takes a third of a second to start. Tests of children call them by name, workers have theirs, and `real_child` asks for one."""
    from actions.management.commands import import_plan
    from actions.reading import files
    from actions.reading.stored import from_json, to_json
    from actions.services import reviewing
    from surveys.reading import reading
    from surveys.services import importing

    def read_plan(data, name, **more):
        return from_json(to_json(files.read(data, name, **more)))

    with pytest.MonkeyPatch.context() as patch:
        for module, read in ((import_plan, read_plan), (reviewing, read_plan), (importing, reading.read)):
            patch.setattr(module, "read_in_child", read)
        yield
