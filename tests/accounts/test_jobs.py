"""A job survives doubled messages, dead workers, lost files and a broker that is away."""

import errno
import os
import threading
import time
import uuid

import pytest
from django.conf import settings
from django.db import connection, transaction

from accounts import jobs, tasks, uploads
from accounts.audit import Press
from accounts.jobs import LostLease, Refused
from accounts.models import AuditEntry, Heartbeat, Job, Organization, StoredFile
from accounts.uploads import FileLost, UploadRefused
from planner.lib.db import Clock, ClockIn

DONE: list[int] = []


def counted(work):
    """A kind of work that notes how often it was done."""
    with work.finishing("Counted.") as result:
        DONE.append(work.job.pk)
        result["times"] = len(DONE)


def crashing(work):
    raise RuntimeError("crash")


def refusing(work):
    raise Refused("This is a letter, not a plan.")


def reading(work):
    with work.finishing("Read.") as result:
        result["size"] = len(uploads.content_of(work.job.file))


def interrupted(work):
    """While it works, somebody else gets the job: what it wrote must not stay."""
    Job.objects.filter(pk=work.job.pk).update(lease=uuid.uuid4())
    with work.finishing("Written.") as result:
        Organization.objects.filter(pk=work.job.organization_id).update(name="Written by the one who lost it")
        result["ok"] = True


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    DONE.clear()
    for kind in (counted, crashing, refusing, reading, interrupted):
        monkeypatch.setitem(jobs.KINDS, kind.__name__, kind)
    monkeypatch.setattr(jobs, "import_string", lambda found: found)


@pytest.fixture
def sent(monkeypatch):
    """Numbers of the jobs that workers were told of."""
    told: list[int] = []
    monkeypatch.setattr(jobs, "hint", told.append)
    return told


@pytest.fixture
def district(db):
    return Organization.objects.create(slug="meadow", name="Meadow")


def start(district, kind="counted", **more):
    return jobs.create(kind=kind, organization=district, press=Press(AuditEntry.WEB), settings={}, **more)[0]


def expire(job):
    Job.objects.filter(pk=job.pk).update(leased_until=ClockIn(-1))


def again(job):
    job.refresh_from_db()
    return job


def test_a_job_is_done_and_says_so(district, sent):
    job = start(district)
    jobs.run(job.pk)
    assert again(job).state == Job.DONE
    assert job.result == {"times": 1}
    assert job.finished_at
    assert job.lease is None


def test_message_that_comes_five_times_is_one_delivery(district, sent):
    job = start(district)
    for _ in range(5):
        tasks.run_job(job.pk)
    assert [job.pk] == DONE
    assert again(job).tries == 1


def test_a_leased_job_is_nobody_elses_until_the_lease_ran_out(district, sent):
    job = start(district)
    first = jobs.claim(job.pk)
    assert first
    assert jobs.claim(job.pk) is None
    expire(job)
    second = jobs.claim(job.pk)
    assert second
    assert second.lease != first.lease
    with pytest.raises(LostLease):
        first.advance(1, total=2, message="late")
    second.advance(1, total=2, message="on time")
    assert again(job).message == "on time"


def test_lease_is_of_the_databases_clock(district, sent, monkeypatch):
    """F16: a worker whose clock is five minutes ahead takes nothing from another."""
    job = start(district)
    jobs.claim(job.pk)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 300)
    assert jobs.claim(job.pk) is None
    assert jobs.sweep() == 0


def test_what_was_written_under_a_lost_lease_is_rolled_back(district, sent):
    job = start(district, "interrupted")
    jobs.run(job.pk)
    district.refresh_from_db()
    assert district.name == "Meadow"
    assert again(job).state == Job.RUNNING


def test_a_crash_is_tried_three_times_and_then_failed_with_a_reason(district, sent):
    job = start(district, "crashing")
    for _ in range(3):
        jobs.run(job.pk)
    assert again(job).state == Job.FAILED
    assert "tried 3 times" in job.message
    jobs.run(job.pk)
    assert again(job).tries == 3
    assert sent == [job.pk, job.pk]


def test_a_refusal_is_not_tried_again(district, sent):
    job = start(district, "refusing")
    jobs.run(job.pk)
    assert (again(job).state, job.message, job.tries) == (Job.FAILED, "This is a letter, not a plan.", 1)


def test_try_again_counts_anew_and_only_once(district, sent):
    job = start(district, "refusing")
    jobs.run(job.pk)
    assert jobs.retry(job=job, press=Press(AuditEntry.WEB))
    assert not jobs.retry(job=job, press=Press(AuditEntry.WEB))
    assert (again(job).state, job.tries) == (Job.WAITING, 0)
    assert AuditEntry.objects.filter(verb="try again").count() == 1


def test_sweeper_sends_what_waits_too_long_and_not_with_every_tick(district, sent):
    job = start(district)
    assert jobs.sweep() == 0
    expire(job)
    assert jobs.sweep() == 1
    assert sent == [job.pk]
    assert jobs.sweep() == 0


def test_sweeper_frees_the_job_of_a_dead_worker(district, sent):
    job = start(district)
    jobs.claim(job.pk)
    assert jobs.sweep() == 0
    expire(job)
    assert jobs.sweep() == 1
    jobs.run(job.pk)
    assert again(job).state == Job.DONE
    assert [job.pk] == DONE


def test_sweeper_fails_what_killed_three_workers(district, sent):
    job = start(district)
    for _ in range(3):
        jobs.claim(job.pk)
        expire(job)
    jobs.sweep()
    assert again(job).state == Job.FAILED
    assert "3 times" in job.message


def test_a_canceled_job_is_not_finished(district, sent):
    job = start(district)
    work = jobs.claim(job.pk)
    assert jobs.cancel(job=job, press=Press(AuditEntry.WEB))
    assert not jobs.cancel(job=job, press=Press(AuditEntry.WEB))
    with pytest.raises(LostLease), work.finishing("Done."):
        pass
    assert again(job).state == Job.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_changes_nothing(monkeypatch):
    from planner.celery import app as celery_app

    def away(*args, **kwargs):
        raise ConnectionRefusedError("nobody there")

    district = Organization.objects.create(slug="meadow", name="Meadow")
    monkeypatch.setattr(jobs, "_broker_away_until", 0.0)
    monkeypatch.setattr(celery_app, "send_task", away)
    begun = time.monotonic()
    found = [start(district, name=str(n)) for n in range(3)]
    assert time.monotonic() - begun < 2
    assert again(found[0]).state == Job.WAITING


@pytest.mark.django_db(transaction=True)
def test_hint_to_a_socket_that_nobody_listens_at_returns_soon(monkeypatch, tmp_path):
    """The real client, with a real address where no server is."""
    from celery import Celery

    monkeypatch.delenv("CELERY_BROKER_URL")  # Celery itself reads it and prefers it
    app = Celery("away", set_as_current=False)
    app.conf.update(settings.CELERY | {"broker_url": f"redis+socket://{tmp_path}/none.sock"})
    monkeypatch.setattr(jobs, "current_app", app)
    monkeypatch.setattr(jobs, "_broker_away_until", 0.0)
    begun = time.monotonic()
    jobs.hint(1)
    jobs.hint(2)
    assert time.monotonic() - begun < 3
    assert jobs._broker_away_until > time.monotonic()


@pytest.mark.django_db(transaction=True)
def test_only_one_of_many_workers_gets_a_job(sent):
    """F08: the same message to five workers at once."""
    district = Organization.objects.create(slug="meadow", name="Meadow")
    job = start(district)
    barrier, got = threading.Barrier(5), []

    def worker():
        try:
            barrier.wait()
            if jobs.claim(job.pk):
                got.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(5)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert got == [1]


@pytest.mark.django_db(transaction=True)
def test_same_file_by_two_people_in_the_same_second_is_one_job(sent):
    """F09. Without the lock on the organization both would find nothing and both would make a job."""
    district = Organization.objects.create(slug="meadow", name="Meadow")
    kept = uploads.keep([b"Goal 1: Read"], folder=str(district.pk))
    barrier, made = threading.Barrier(2), []

    def person():
        try:
            barrier.wait()
            made.append(
                jobs.create(kind="reading", organization=district, press=Press(AuditEntry.WEB), settings={}, kept=kept, name="plan.txt")
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=person) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(is_new for _, is_new in made) == [False, True]
    assert Job.objects.count() == StoredFile.objects.count() == 1


def test_no_hint_for_what_was_rolled_back(district, sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        start(district)
        transaction.set_rollback(True)
    assert sent == []
    assert Job.objects.count() == 0


# Files


def test_a_file_is_kept_whole_and_private(tmp_path):
    kept = uploads.keep([b"Goal 1: ", b"Read"], folder="1")
    path = settings.UPLOAD_DIR / kept.path
    assert path.read_bytes() == b"Goal 1: Read"
    assert path.name == kept.sha256
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def unfinished():
    return list(settings.UPLOAD_DIR.glob("*/.new-*"))


def test_a_file_that_is_too_large_leaves_nothing_behind(settings):
    settings.MAX_UPLOAD_MB = 1
    with pytest.raises(UploadRefused, match="larger than 1 MB") as refused:
        uploads.keep([b"x" * 2**20, b"y"], folder="1")
    assert refused.value.status == 413
    assert not unfinished()


def test_a_full_disk_leaves_nothing_behind(monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UploadRefused, match="no room left") as refused:
        uploads.keep([b"Goal 1: Read"], folder="1")
    assert refused.value.status == 507
    assert not unfinished()


def test_an_empty_file_is_refused():
    with pytest.raises(UploadRefused, match="empty"):
        uploads.keep([], folder="1")


@pytest.mark.parametrize(("harm", "word"), [("remove", "missing"), ("change", "changed")])
def test_a_file_that_was_lost_fails_its_job_until_it_is_there_again(district, sent, harm, word):
    """F12."""
    content = f"Goal 1: {harm}".encode()
    kept = uploads.keep([content], folder=str(district.pk))
    job = start(district, "reading", kept=kept, name="plan.txt")
    path = settings.UPLOAD_DIR / kept.path
    path.unlink() if harm == "remove" else path.write_bytes(b"something else")
    jobs.run(job.pk)
    assert again(job).state == Job.FAILED
    assert word in job.message
    uploads.keep([content], folder=str(district.pk))
    jobs.retry(job=job, press=Press(AuditEntry.WEB))
    jobs.run(job.pk)
    assert again(job).result == {"size": len(content)}


def test_files_without_a_row_are_taken_away_and_others_stay(district, sent):
    """F02: killed between the file and its row."""
    known = uploads.keep([b"known"], folder=str(district.pk))
    start(district, "reading", kept=known, name="plan.txt")
    orphan = uploads.keep([b"orphan"], folder=str(district.pk))
    assert uploads.remove_orphans(older_than=3600) == 0
    for kept in (known, orphan):
        os.utime(settings.UPLOAD_DIR / kept.path, (1, 1))
    assert uploads.remove_orphans(older_than=3600) == 1
    assert (settings.UPLOAD_DIR / known.path).exists()
    assert not (settings.UPLOAD_DIR / orphan.path).exists()


def test_content_is_what_was_uploaded(district, sent):
    kept = uploads.keep([b"one"], folder=str(district.pk))
    job = start(district, "reading", kept=kept, name="plan.txt")
    assert uploads.content_of(job.file) == b"one"
    (settings.UPLOAD_DIR / kept.path).unlink()
    with pytest.raises(FileLost):
        uploads.content_of(job.file)


def test_a_body_that_says_it_is_too_large_is_refused_unread(client, settings):
    settings.MAX_UPLOAD_MB = 1
    answer = client.post("/accounts/login/", b"x" * 10, content_type="application/octet-stream", headers={"content-length": str(3 * 2**20)})
    assert answer.status_code == 413
    assert b"larger than 1 MB" in answer.content


def test_ready_says_whether_workers_were_seen(client, db):
    assert client.get("/health/ready/").json()["workers"] is False
    tasks.heartbeat()
    assert client.get("/health/ready/").json()["workers"] is True
    Heartbeat.objects.update(at=ClockIn(-600))
    answer = client.get("/health/ready/")
    assert (answer.status_code, answer.json()["workers"]) == (200, False)


def test_clocks_of_the_database_agree(district, sent):
    job = start(district)
    Job.objects.filter(pk=job.pk).update(leased_until=ClockIn(60), finished_at=Clock())
    again(job)
    assert 59 < (job.leased_until - job.finished_at).total_seconds() < 61
