"""Imports with a real worker and a real broker, and what happens when either is taken away. F01, F03, F05, F08, F09, F10, F12 at the smallest N."""

import os
import signal
import subprocess
import threading
import uuid

import pytest
import redis
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from accounts import jobs, uploads
from accounts.models import AuditEntry, Job, StoredFile
from actions.models import ActionStep, StatusUpdate
from actions.services import reviewing
from goals.models import Edition, Plan
from planner.celery import app as celery_app
from planner.lib.db import ClockIn
from tests.factories.people import MembershipFactory, OrganizationFactory
from tests.support import services
from tests.support.fixtures import start_worker, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

PLAN = """\
Goal 1: Safe ways to school

Strategy 1.1: Quiet streets\tProgress through 8-3-21
Action Step 1.1.1: Count cars at every gate\tDone
Action Step 1.1.2: Ask the city for a lower speed\tNot Started

| Status | Meaning |
| --- | --- |
| Done | All of it |
| Not Started | None of it |
"""


@pytest.fixture(autouse=True)
def broker_is_there(monkeypatch):
    monkeypatch.setattr(jobs, "_broker_away_until", 0.0)


@pytest.fixture
def editor():
    return MembershipFactory(organization=OrganizationFactory(slug="meadow"), role="editor").person


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def upload(client, content=PLAN, slug="streets", name="streets.txt"):
    said = {"file": SimpleUploadedFile(name, content.encode()), "press": str(uuid.uuid4()), "title": "Streets", "slug": slug}
    answer = client.post("/manage/meadow/imports/", said)
    assert answer.status_code == 302
    return Job.objects.get(pk=int(answer.url.split("/")[-2]))


def end_of(job, seconds=20):
    def closed():
        job.refresh_from_db()
        return not job.is_open

    wait_for(closed, seconds)
    return job


def accept(client, job):
    return client.post(f"/manage/meadow/imports/{job.pk}/accept/", {"press": str(uuid.uuid4())})


def broker():
    return redis.Redis.from_url(settings.CELERY_BROKER_URL.replace("redis+socket", "unix").replace("virtual_host", "db"))


def expire_leases():
    Job.objects.filter(leased_until__isnull=False).update(leased_until=ClockIn(-1))


def test_from_upload_to_plan_with_a_real_worker(desk, celery_worker_process):
    job = end_of(upload(desk))
    assert (job.state, job.tries) == (Job.DONE, 1)
    assert b"2 action steps were understood" in desk.get(f"/manage/meadow/imports/{job.pk}/").content
    assert accept(desk, job).status_code == 302
    assert ActionStep.objects.count() == StatusUpdate.objects.count() == 2


def test_large_plan_is_written_by_the_real_worker(desk, celery_worker_process, monkeypatch):
    monkeypatch.setattr(reviewing, "AT_ONCE", 1)
    job = end_of(upload(desk))
    accept(desk, job)
    end_of(Job.objects.get(kind="write_plan"))
    assert Edition.objects.count() == 1
    assert ActionStep.objects.count() == 2


def test_f08_every_message_five_times_at_once(desk, celery_worker_process, monkeypatch):
    monkeypatch.setattr(reviewing, "AT_ONCE", 1)

    def five_times(pk):
        for _ in range(5):
            celery_app.send_task(jobs.TASK, [pk], retry=False)

    monkeypatch.setattr(jobs, "hint", five_times)
    job = end_of(upload(desk))
    accept(desk, job)
    writing = end_of(Job.objects.get(kind="write_plan"))
    wait_for(lambda: not broker().llen("planner"))
    assert (job.tries, writing.tries) == (1, 1)
    assert Edition.objects.count() == 1
    assert StatusUpdate.objects.count() == 2
    assert AuditEntry.objects.filter(verb="import plan").count() == 1


def test_f03_a_broker_that_forgot_everything(desk, tmp_path):
    """Messages are lost before any worker saw them: the sweeper sends them again."""
    found = [upload(desk, PLAN + "\n" * n, slug=f"streets-{n}") for n in range(3)]
    assert broker().llen("planner") == 3
    broker().flushdb()
    worker = start_worker(log=tmp_path / "again.log")
    try:
        expire_leases()
        assert jobs.sweep() == 3
        assert {end_of(job).state for job in found} == {Job.DONE}
    finally:
        services.stop(worker)


def test_f01_a_worker_that_is_killed_while_it_has_a_job(desk, tmp_path):
    """The worker is gone with its children and its lease stands: another takes over when the lease ran out, and rows are written once."""
    job = upload(desk)
    broker().flushdb()
    assert jobs.claim(job.pk)  # as the killed one had
    worker = start_worker(log=tmp_path / "killed.log")
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    worker = start_worker(log=tmp_path / "next.log")
    try:
        assert jobs.sweep() == 0
        expire_leases()
        jobs.sweep()
        assert end_of(job).state == Job.DONE
        assert job.tries == 2
        accept(desk, job)
        assert ActionStep.objects.count() == 2
    finally:
        services.stop(worker)


def test_f09_same_file_by_two_people_in_the_same_second(editor):
    other = MembershipFactory(organization=editor.memberships.get().organization, role="editor").person
    barrier, found = threading.Barrier(2), []

    def person(who):
        try:
            client = Client()
            client.force_login(who)
            barrier.wait()
            found.append(upload(client).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=person, args=[who]) for who in (editor, other)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(found) == 2
    assert len(set(found)) == 1
    assert Job.objects.count() == StoredFile.objects.count() == 1


def test_two_people_accept_at_once_and_it_is_one_import(editor, monkeypatch):
    client = Client()
    client.force_login(editor)
    job = upload(client)
    jobs.run(job.pk)
    barrier, answers = threading.Barrier(2), []

    def person():
        try:
            desk = Client()
            desk.force_login(editor)
            barrier.wait()
            answers.append(accept(desk, job).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=person) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert answers == [302, 302]
    assert Plan.objects.count() == Edition.objects.count() == 1


def test_f10_a_file_that_crashes_the_reader_is_failed_and_others_are_read(desk, monkeypatch):
    """The child that reads dies of SIGSEGV, as with a file that breaks a library written in C."""
    read = reviewing.read_in_child

    def crash(data, name, **more):
        if name != "poison.txt":
            return read(data, name, **more)
        subprocess.run(["/bin/sh", "-c", "kill -SEGV $$"], check=True)  # raises, as the child's end does
        raise AssertionError("not reached")

    monkeypatch.setattr(reviewing, "read_in_child", crash)
    monkeypatch.setattr(jobs, "hint", lambda pk: None)
    poison, good = upload(desk, name="poison.txt"), upload(desk, PLAN + "\n", slug="good")
    for _ in range(5):
        jobs.run(poison.pk)
    jobs.run(good.pk)
    poison.refresh_from_db()
    good.refresh_from_db()
    assert (poison.state, poison.tries) == (Job.FAILED, 3)
    assert "tried 3 times" in poison.message
    assert good.state == Job.DONE


@pytest.mark.parametrize("harm", ["remove", "change"])
def test_f12_the_file_is_gone_or_another_before_it_was_read(desk, celery_worker_process, monkeypatch, harm):
    monkeypatch.setattr(jobs, "hint", lambda pk: None)
    job = upload(desk, PLAN + "\n" * len(harm))
    path = settings.UPLOAD_DIR / job.file.path
    path.unlink() if harm == "remove" else path.write_text("Goal 1: Another\n")
    celery_app.send_task(jobs.TASK, [job.pk], retry=False)
    assert end_of(job).state == Job.FAILED
    text = desk.get(f"/manage/meadow/imports/{job.pk}/").content.decode()
    assert ("missing" if harm == "remove" else "was changed") in text
    assert "Try again" in text
    assert Plan.objects.count() == 0


def test_uploads_are_taken_while_the_broker_is_away(desk, monkeypatch):
    """F04: the page says that it waits, and the sweeper sends it when the broker is back."""

    def away(*args, **more):
        raise ConnectionRefusedError("away")

    with monkeypatch.context() as without:
        without.setattr(celery_app, "send_task", away)
        job = upload(desk)
        assert b"Waiting for a worker" in desk.get(f"/manage/meadow/imports/{job.pk}/").content
    monkeypatch.setattr(jobs, "_broker_away_until", 0.0)
    expire_leases()
    assert jobs.sweep() == 1
    assert broker().llen("planner") == 1


def test_a_killed_upload_leaves_a_file_that_is_taken_away_later(db):
    """F02: the file is saved, the process dies before its row."""
    kept = uploads.keep([b"never spoken of"], folder="99")
    path = settings.UPLOAD_DIR / kept.path
    os.utime(path, (1, 1))
    jobs.sweep()
    assert not path.exists()
