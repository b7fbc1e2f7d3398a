"""What a worker does for this app, by the kind of the job; accounts.tasks.run_job calls it with a claimed job."""

from celery import shared_task

from accounts.jobs import Work
from accounts.models import Heartbeat
from actions.services import reminders, reviewing, sending
from planner.lib.db import Clock


def read_plan(work: Work) -> None:
    reviewing.read(work)


def write_plan(work: Work) -> None:
    reviewing.write(work)


@shared_task
def send_reminders() -> None:
    """Sent by the scheduler again and again: each organization's day is planned once, and what waits is sent for a slice of time."""
    reminders.run_due()
    sending.send_due(seconds=sending.SLICE)
    Heartbeat.objects.update_or_create(name="reminders", defaults={"at": Clock()})
