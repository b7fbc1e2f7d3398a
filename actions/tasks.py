"""What a worker does for this app, by the kind of the job; accounts.tasks.run_job calls it with a claimed job."""

from accounts.jobs import Work
from actions.services import reviewing


def read_plan(work: Work) -> None:
    reviewing.read(work)


def write_plan(work: Work) -> None:
    reviewing.write(work)
