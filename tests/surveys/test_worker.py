"""F01, F08: a survey file through a real worker and a real broker, killed in the middle and told five times."""

import os
import signal
import subprocess

import pytest

from accounts import jobs, uploads
from accounts.audit import Press
from accounts.models import AuditEntry, Job, Organization
from planner.celery import app as celery_app
from planner.lib.db import ClockIn
from surveys.models import OpenAnswer, ResponseBlock, Survey
from surveys.results import results_of
from surveys.services import importing
from tests.support import services
from tests.support.fixtures import start_worker, wait_for
from tests.surveys import exports

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def broker_is_there(monkeypatch):
    monkeypatch.setattr(jobs, "_broker_away_until", 0.0)


@pytest.fixture
def district():
    return Organization.objects.create(slug="meadow", name="Meadow")


def upload(district, rows):
    kept = uploads.keep([exports.as_csv(rows)], folder=str(district.pk))
    return importing.start_reading(organization=district, kept=kept, name="export.csv", slug="spring", press=Press(AuditEntry.WEB))[0]


def end_of(job, seconds=60):
    def closed():
        job.refresh_from_db()
        return not job.is_open

    wait_for(closed, seconds)
    return job


def test_f08_every_message_five_times(district, celery_worker_process, monkeypatch):
    def five_times(pk):
        for _ in range(5):
            celery_app.send_task(jobs.TASK, [pk], retry=False)

    monkeypatch.setattr(jobs, "hint", five_times)
    people = exports.few(90)
    assert os.getpriority(os.PRIO_PROCESS, celery_worker_process.pid) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10), (
        "readers come first"
    )
    job = end_of(upload(district, exports.google(people)))
    assert job.state == Job.DONE, job.message
    writing = end_of(importing.accept(job=job, press=Press(AuditEntry.WEB))[0])
    assert (writing.state, writing.tries) == (Job.DONE, 1), writing.message
    assert results_of(Survey.objects.get()).respondents == 90
    assert OpenAnswer.objects.count() == sum(bool(r.says) for r in people)
    assert AuditEntry.objects.filter(verb="import survey").count() == 1


def test_f01_a_worker_killed_in_the_middle_loses_and_doubles_nothing(district, tmp_path, monkeypatch):
    """Killed as soon as the first block is there; another worker goes on."""
    monkeypatch.setattr(jobs, "hint", lambda pk: None)
    people = exports.deck_respondents() * 4
    rows = exports.google(people)
    for n, row in enumerate(rows[1:]):
        row[0] = f"2024-03-{1 + n % 28:02d} {n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}"
    job = upload(district, rows)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.DONE, job.message
    writing = importing.accept(job=job, press=Press(AuditEntry.WEB))[0]
    program = f"import django; django.setup(); from accounts import jobs; jobs.run({writing.pk})"
    from tests.support.fixtures import ROOT, database_url

    killed = subprocess.Popen(
        [__import__("sys").executable, "-c", program], cwd=ROOT, env=os.environ | {"DATABASE_URL": database_url()}, start_new_session=True
    )
    wait_for(lambda: ResponseBlock.objects.exists() or killed.poll() is not None, 90, every=0.005)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    writing.refresh_from_db()
    assert writing.state == Job.RUNNING, "it was killed before its end"
    assert 0 < writing.position < len(people)
    assert results_of(Survey.objects.get()).respondents == 0
    Job.objects.filter(pk=writing.pk).update(leased_until=ClockIn(-1))
    worker = start_worker(log=tmp_path / "worker.log")
    try:
        celery_app.send_task(jobs.TASK, [writing.pk], retry=False)
        end_of(writing, 90)
    finally:
        services.stop(worker)
    assert (writing.state, writing.tries) == (Job.DONE, 2), writing.message
    results = results_of(Survey.objects.get())
    assert results.respondents == len(people)
    assert results.sizes == {group: 4 * n for group, n in exports.SIZES.items()}
    assert OpenAnswer.objects.count() == sum(bool(r.says) for r in people)
    assert OpenAnswer.objects.values("row").distinct().count() == OpenAnswer.objects.count()
