"""What a worker does for this app, by the kind of the job; accounts.tasks.run_job calls it with a claimed job."""

from celery import shared_task

from accounts.audit import Press
from accounts.jobs import Work
from accounts.models import AuditEntry
from surveys.reading import child
from surveys.services import importing, retention


def read_survey(work: Work) -> None:
    importing.read_job(work)
    child.prepare()


def write_survey(work: Work) -> None:
    importing.write_job(work)
    child.prepare()


@shared_task
def delete_old_answers() -> None:
    """Sent by the scheduler every hour: answers whose time is over in their district go."""
    retention.delete_due(press=Press(AuditEntry.COMMAND))
