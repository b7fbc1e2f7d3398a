"""C10: each way to write changes what it says and leaves exactly one audit entry for each changed object. What changed is read from all tables."""

import io
import re
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from celery import current_app
from django.core.management import call_command, get_commands
from django.db import connection, transaction
from django.utils.module_loading import import_string

from accounts import audit, jobs
from accounts.audit import Press
from accounts.models import AuditEntry, Job
from actions.services import reviewing
from actions.services.cycles import set_rhythm
from goals.services import change_plan
from planner import triggers
from tests.security import world as worlds
from tests.security.changes import Changed, objections, snapshot
from tests.security.presses import (
    ANSWERED,
    FIGURES,
    LOOKING,
    PLAN,
    PRESSES,
    SIGNING_IN,
    TAKES_POST,
    Ready,
    answers,
    file,
    make_ready,
    own,
    presses,
    send,
    undone,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def ready(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_ready(worlds.make())
        transaction.set_rollback(True)


def last_entry() -> int:
    return AuditEntry.objects.order_by("pk").values_list("pk", flat=True).last() or 0


def seen(do: Callable[[], Any]) -> tuple[Changed, list[AuditEntry], Any]:
    """What was changed, the entries that were left, and what it gave back."""
    before, last = snapshot(), last_entry()
    answer = do()
    return Changed(before, snapshot()), list(AuditEntry.objects.filter(pk__gt=last)), answer


def walk(ready: Ready, name: str) -> list[str]:
    """What is wrong with the presses of an address."""
    found = []
    for n in range(len(PRESSES[name]) if isinstance(PRESSES[name], list) else 1):
        with undone(ready):
            url, said = presses(name, ready)[n]
            changed, entries, answer = seen(partial(send, ready, url, said))
            odd = objections(changed, entries, ready.admin.pk)
            if answer.status_code != (200 if name in ANSWERED else 302):
                odd.append(f"answered {answer.status_code}")
            if not changed.objects():
                odd.append("changed nothing")
            found += [f"{name} ({n}): {one}" for one in odd]
    return found


def test_every_address_that_takes_a_post_has_a_press():
    assert sorted(set(TAKES_POST) - set(PRESSES) - set(SIGNING_IN) - set(LOOKING)) == [], "add a line to tests/security/presses.py"
    assert not set(PRESSES) & set(SIGNING_IN)


def test_every_press_leaves_one_entry_for_each_changed_object(ready):
    odd = [one for name in TAKES_POST if name in PRESSES for one in walk(ready, name)]
    assert not odd, "\n".join(odd)


def test_signing_in_and_out_says_nothing_of_a_plan(ready):
    for name in SIGNING_IN:
        with undone(ready):
            [(url, said)] = presses(name, ready)
            changed, entries, _ = seen(partial(send, ready, url, said))
            assert (changed.objects(), entries) == (set(), []), name


def test_taking_answers_along_is_told_and_changes_nothing(ready):
    for name, made in LOOKING.items():
        with undone(ready):
            said = made(ready) if callable(made) else made
            changed, entries, answer = seen(partial(send, ready, own(name, ready, {}), said))
            assert (answer.status_code in (200, 302), changed.objects(), len(entries)) == (True, set(), 1), name


@pytest.mark.parametrize("harm", ["none", "two", "of another", "by nobody", "without old and new"])
def test_the_walk_sees_what_is_wrong_with_entries(ready, monkeypatch, harm):
    """Each fault of an audit, made on purpose, is one that the walk names."""
    entry = audit.entry

    def broken(**said):
        if harm == "two":
            entry(**said).save(force_insert=True)
        if harm == "of another":
            said["what"] = ready.plan
        if harm == "by nobody":
            said["press"] = Press("web", None, said["press"].id)
        if harm == "without old and new":
            said |= {"old": {}, "new": {}}
        row = entry(**said)
        if harm == "none":
            row.save = lambda **_: None
        return row

    monkeypatch.setattr(audit, "entry", broken)
    words = {
        "none": "no entry says so",
        "two": "has 2 entries",
        "of another": "did not change",
        "by nobody": "by None",
        "without old and new": "neither old nor new",
    }
    for name in ("actions:break-add", "accounts:person-remove", "actions:step-update"):
        assert any(words[harm] in one for one in walk(ready, name)), name


# Workers


def waiting(ready: Ready, kind: str) -> Job:
    """A job of this kind that no worker took yet."""
    if kind == "read_plan":
        said = {"file": file(PLAN + "\n", "read.txt"), "title": "To read", "slug": "to-read"}
        assert ready.client.post(own("actions:import-list", ready, {}), said | new_press()).status_code == 302
    elif kind == "read_survey":
        said = {"file": file(answers(31), "read.csv"), "title": "To read"}
        assert ready.client.post(own("surveys:import-new", ready, {}), said | new_press()).status_code == 302
    else:
        name, pk = {
            "write_plan": ("actions:import-accept", ready.jobs["accept"]),
            "write_survey": ("surveys:import-accept", ready.jobs["survey-accept"]),
        }[kind]
        assert ready.client.post(own(name, ready, {"pk": pk}), new_press()).status_code == 302
    return Job.objects.get(kind=kind, state=Job.WAITING)


def new_press() -> dict[str, str]:
    return {"press": str(Press("web").id)}


@pytest.mark.parametrize("kind", sorted(jobs.KINDS))
def test_what_a_worker_writes_has_its_entries(ready, monkeypatch, kind):
    monkeypatch.setattr(reviewing, "AT_ONCE", 1)
    with undone(ready):
        job = waiting(ready, kind)
        changed, entries, _ = seen(lambda: jobs.run(job.pk))
        job.refresh_from_db()
        assert (job.state, job.message) == (Job.DONE, job.message), job.message
        assert objections(changed.without_worker(), entries, ready.admin.pk) == []
        assert bool(entries) == kind.startswith("write")


def test_a_survey_that_takes_the_place_of_another_names_it(ready):
    with undone(ready):
        first = waiting(ready, "write_survey")
        jobs.run(first.pk)
        said = {"file": file(answers(45), "second.csv"), "survey": "to-accept"} | new_press()
        reading = ready.client.post(own("surveys:import-new", ready, {}), said).url
        jobs.run(int(reading.split("/")[-2]))
        ready.client.post(f"{reading}accept/", {"how": "replace"} | new_press())
        changed, entries, _ = seen(lambda: jobs.run(Job.objects.get(kind="write_survey", state=Job.WAITING).pk))
        assert objections(changed.without_worker(), entries, ready.admin.pk) == []
        first.refresh_from_db()
        assert entries[-1].new["replaces"] == [first.result["import"]]


def run_rhythm(ready: Ready) -> None:
    """A plan whose cycle is over and whose next one is due."""
    change_plan(plan=ready.plan, press=Press("command"), stage="adopted")
    begins = ready.organization.today() - timedelta(days=40)
    said = {"unit": "days", "every_days": 30, "begins_on": begins}
    set_rhythm(plan=ready.plan, press=Press("command"), on=begins + timedelta(days=1), **said)


TASKS = {
    "accounts.tasks.heartbeat": {},
    "accounts.tasks.run_job": {"pk": 0},
    "accounts.tasks.sweep_jobs": {},
    "actions.tasks.send_reminders": {},
    "surveys.tasks.delete_old_answers": {},
}


def test_every_task_is_known():
    current_app.loader.import_default_modules()
    ours = {name for name in current_app.tasks if not name.startswith("celery.")}
    assert ours == set(TASKS), "add a line to TASKS"


@pytest.mark.parametrize("task", sorted(TASKS))
def test_what_the_scheduler_does_has_its_entries(ready, task):
    with undone(ready):
        run_rhythm(ready)
        changed, entries, _ = seen(lambda: import_string(task)(**TASKS[task]))
        odd = [one for one in objections(changed.without_worker(), entries, None) if "several ids" not in one]
        assert odd == []


# Commands

COMMANDS = {
    "create_district": lambda folder: ["fresh", "--name", "Fresh"],
    "create_person": lambda folder: [
        "ada@example.org",
        "--district",
        "meadow",
        "--role",
        "editor",
        "--plan",
        "devices",
        "--leads",
        "steps/1.1.1",
    ],
    "import_plan": lambda folder: [str(folder / "plan.txt"), "--district", "meadow", "--plan", "brought"],
    "publish_plan": lambda folder: ["meadow/secret", "--live"],
    "import_survey": lambda folder: [str(folder / "figures.txt"), "--district", "meadow", "--survey", "brought"],
    "send_reminders": lambda folder: [],
    "delete_old_answers": lambda folder: ["--on", "2040-01-01"],
}
WITHOUT = {
    "export_plan": "reads",
    "survey_results": "reads; what it shows of small groups has its own entry",
    "migrate": "is Django's",
    "simulate_year": "plays in a database that holds nothing real, through the services",
    "load_samples": "makes a whole sample district under one entry",
}


def test_every_command_is_known():
    ours = {name for name, app in get_commands().items() if app in ("planner", "accounts", "goals", "actions", "surveys", "dashboards")}
    assert ours == set(COMMANDS) | set(WITHOUT), "add a line to COMMANDS"


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_what_a_command_writes_has_its_entries(ready, tmp_path, capsys, command):
    (tmp_path / "plan.txt").write_text(PLAN)
    (tmp_path / "figures.txt").write_text(FIGURES)
    with undone(ready):
        run_rhythm(ready)
        changed, entries, _ = seen(lambda: call_command(command, *COMMANDS[command](tmp_path)))
        assert objections(changed, entries, None) == []
        assert entries
        assert {entry.channel for entry in entries} == {"command"}


def test_a_password_from_standard_input_has_its_entry(ready, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("another four plain words\n"))
    with undone(ready):
        call = ["create_person", "ada@example.org", "--district", "meadow", "--role", "editor", "--password-stdin"]
        _, entries, _ = seen(lambda: call_command(*call))
        assert [entry.verb for entry in entries] == ["create person", "add member", "set password"]
        assert "plain words" not in str([(entry.old, entry.new) for entry in entries])


# The database


def refused(sql: str) -> str:
    """The words with which the database refuses; empty where it does not."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def filled(ready: Ready) -> list[str]:
    """The append-only tables that have rows to be changed."""
    with connection.cursor() as cursor:
        return [table for table in triggers.APPEND_ONLY if (cursor.execute(f"SELECT 1 FROM {table} LIMIT 1"), cursor.fetchone())[1]]


def test_what_is_only_added_to_refuses_a_role_that_neither_owns_it_nor_is_superuser(ready):
    """With every right that can be granted. On SQLite there are no roles: the triggers refuse the connection itself, REPLACE included."""
    tables = filled(ready)
    assert {"accounts_auditentry", "goals_wording", "goals_lead", "actions_statusupdate", "actions_progressreport"} <= set(tables)
    attacks = ["UPDATE {t} SET id = id", "DELETE FROM {t}"]
    if connection.vendor == "sqlite":
        attacks.append("REPLACE INTO {t} SELECT * FROM {t}")
    else:
        attacks += [
            "TRUNCATE {t} CASCADE",
            "ALTER TABLE {t} DISABLE TRIGGER ALL",
            "DROP TRIGGER {t}_keeps ON {t}",
            "DROP TABLE {t} CASCADE",
        ]
        attacks += ["INSERT INTO {t} SELECT * FROM {t} ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id"]
    with transaction.atomic():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                for sql in (
                    "CREATE ROLE clerk_of_tests",
                    "GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk_of_tests",
                    "SET CONSTRAINTS ALL IMMEDIATE",
                ):
                    cursor.execute(sql)
                cursor.execute("SET LOCAL ROLE clerk_of_tests")
        for table in tables:
            for attack in attacks:
                assert re.search("append-only|must be owner", refused(attack.format(t=table))), (table, attack)
        if connection.vendor == "postgresql":
            assert "permission denied" in refused("SET session_replication_role = replica")
            function = "accounts_auditentry_keeps() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
            assert re.search("must be owner|permission denied", refused(f"CREATE OR REPLACE FUNCTION {function}"))
        transaction.set_rollback(True)


def test_the_database_would_take_such_a_change_of_another_table(ready):
    """So that the refusals above are those of append-only tables, and not of everything."""
    with undone(ready):
        assert refused("UPDATE accounts_department SET id = id") == ""
        assert refused("DELETE FROM accounts_department WHERE false") == ""
