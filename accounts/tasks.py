"""What the worker is told to do. Ids alone come in; the rows say the rest."""

from celery import shared_task

from accounts import jobs
from accounts.models import Heartbeat
from planner.lib.db import Clock


@shared_task
def run_job(pk: int) -> None:
    jobs.run(pk)


@shared_task
def sweep_jobs() -> None:
    jobs.sweep()


@shared_task
def heartbeat() -> None:
    """Sent by the scheduler and done by a worker: the row says that both are alive."""
    Heartbeat.objects.update_or_create(name="worker and scheduler", defaults={"at": Clock()})
