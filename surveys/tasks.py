"""What a worker does for this app, by the kind of the job; accounts.tasks.run_job calls it with a claimed job."""

from accounts.jobs import Work
from surveys.services import importing


def read_survey(work: Work) -> None:
    importing.read_job(work)


def write_survey(work: Work) -> None:
    importing.write_job(work)
