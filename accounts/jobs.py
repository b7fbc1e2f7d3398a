"""Work that waits for a worker. The row is the truth: a message that is lost, late or doubled changes nothing.

A job is claimed with a lease by the database's clock. Whoever has the lease moves the position in the transaction of the work itself, so that a
worker that was thought dead and comes back finds its lease gone and can write nothing. The sweeper sends again what nobody took.
"""

import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import F, Q
from django.utils.module_loading import import_string

from accounts import audit, uploads
from accounts.audit import Press
from accounts.models import Job, Organization, StoredFile
from accounts.uploads import FileLost, Kept
from planner.lib.db import Clock, ClockIn

log = logging.getLogger(__name__)

LEASE = 60
"""Seconds that a worker may be silent before another may take its job."""
RESEND = 10
"""Seconds after which a waiting job is sent again."""
TRIES = 3
TASK = "accounts.tasks.run_job"
KINDS: dict[str, str] = {}
"""Kind of a job -> dotted name of the function that does it. Apps add theirs in AppConfig.ready()."""

_broker_away_until = 0.0


class Refused(Exception):
    """The job cannot be done and trying again would not help. The text is for people."""


class LostLease(Exception):
    """The job is another worker's by now, or was canceled: what was being written must be rolled back."""


@dataclass(slots=True)
class Work:
    """A claimed job in the hands of one worker."""

    job: Job
    lease: uuid.UUID

    def advance(self, position: int, *, total: int, message: str) -> None:
        """Say how far it is and keep the lease. Called in the transaction of the work; raises LostLease where that must not count."""
        self._write(position=position, total=total, message=message, leased_until=ClockIn(LEASE))

    @contextmanager
    def finishing(self, message: str) -> Iterator[dict[str, Any]]:
        """The last piece of work and the job's end in one transaction. What is put into the dict becomes the job's result."""
        with transaction.atomic():
            result: dict[str, Any] = {}
            yield result
            self._write(state=Job.DONE, result=result, message=message, lease=None, leased_until=None, finished_at=Clock())

    def _write(self, **new: Any) -> None:
        if not Job.objects.filter(pk=self.job.pk, state=Job.RUNNING, lease=self.lease).update(**new):
            raise LostLease(f"job {self.job.pk}")


def create(
    *, kind: str, organization: Organization, press: Press, settings: dict, kept: Kept | None = None, name: str = ""
) -> tuple[Job, bool]:
    """The job and the row of its file, or the open one for the same file and settings: (job, whether it is new).

    The hint to the workers goes out after the commit; a broker that is away changes nothing, the sweeper sends it later.
    """
    fingerprint = kept.sha256 if kept else ""
    with transaction.atomic():
        # Two people with the same file in the same second: the second waits here and then sees the first one's job.
        Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        same = Job.objects.filter(
            organization=organization, kind=kind, fingerprint=fingerprint, state__in=[Job.WAITING, Job.RUNNING, Job.DONE]
        )
        for job in same.select_related("file").defer("result").order_by("-pk")[:50]:
            if job.settings == settings:
                return job, False
        file = None
        if kept:
            file = StoredFile.objects.create(
                organization=organization, name=name[:255], path=kept.path, size=kept.size, sha256=kept.sha256, by=press.by
            )
        job = Job.objects.create(
            kind=kind,
            organization=organization,
            file=file,
            fingerprint=fingerprint,
            settings=settings,
            by=press.by,
            message="Waiting for a worker.",
            leased_until=ClockIn(RESEND),
        )
        audit.record(
            press=press, verb=f"start {kind}".replace("_", " "), what=job, organization=organization, new={"file": name, **settings}
        )
        transaction.on_commit(lambda: hint(job.pk), robust=True)
    return job, True


def hint(pk: int) -> None:
    """Tell the workers that there is something. Never raises and never waits long: after a failure nobody tries for some seconds."""
    global _broker_away_until
    if time.monotonic() < _broker_away_until:
        return
    try:
        current_app.send_task(TASK, [pk], retry=False)
    except Exception as error:
        _broker_away_until = time.monotonic() + RESEND
        log.warning("The broker cannot be reached (%s): job %s waits for the sweeper.", type(error).__name__, pk)


def claim(pk: int) -> Work | None:
    """Take a waiting job, or one whose lease ran out. None where there is nothing to take: a doubled message ends here."""
    lease = uuid.uuid4()
    free = Q(state=Job.WAITING) | Q(state=Job.RUNNING, leased_until__lt=Clock())
    taken = Job.objects.filter(free, pk=pk, tries__lt=TRIES).update(
        state=Job.RUNNING, lease=lease, leased_until=ClockIn(LEASE), tries=F("tries") + 1, message="A worker has taken it."
    )
    if not taken:
        return None
    return Work(Job.objects.select_related("organization", "file", "by").get(pk=pk), lease)


def run(pk: int) -> None:
    """Claim a job and do it. What it raises becomes its state: Refused and FileLost fail it, LostLease is silent, all else is tried again."""
    work = claim(pk)
    if work is None:
        return
    try:
        import_string(KINDS[work.job.kind])(work)
    except LostLease:
        log.info("Job %s went to another worker or was canceled.", pk)
    except (Refused, FileLost) as error:
        fail(work, str(error))
    except Exception as error:
        log.exception("Job %s failed at try %s.", pk, work.job.tries)
        again_or_fail(work, getattr(error, "sentence", "") or "Something in the program went wrong while it worked on this.")


def fail(work: Work, reason: str) -> None:
    """For good, until somebody presses “Try again”."""
    _mine(work).update(state=Job.FAILED, message=reason, lease=None, leased_until=None, finished_at=Clock())


def again_or_fail(work: Work, reason: str) -> None:
    """Back to waiting, or failed after the last try."""
    if work.job.tries >= TRIES:
        fail(work, f"{reason} It was tried {TRIES} times; nothing was changed.")
    elif _mine(work).update(state=Job.WAITING, message=f"{reason} It is tried again.", lease=None, leased_until=ClockIn(RESEND)):
        hint(work.job.pk)


def _mine(work: Work):
    return Job.objects.filter(pk=work.job.pk, state=Job.RUNNING, lease=work.lease)


def retry(*, job: Job, press: Press) -> bool:
    """A failed job waits again. False where it is not failed (any more): pressed twice is pressed once."""
    with transaction.atomic():
        found = Job.objects.filter(pk=job.pk, state=Job.FAILED).update(
            state=Job.WAITING, tries=0, position=0, message="Waiting for a worker.", finished_at=None, leased_until=ClockIn(RESEND)
        )
        if found:
            old, new = {"state": Job.FAILED}, {"state": Job.WAITING}
            audit.record(press=press, verb="try again", what=job, organization=job.organization_id, old=old, new=new)
            transaction.on_commit(lambda: hint(job.pk), robust=True)
    return bool(found)


def cancel(*, job: Job, press: Press) -> bool:
    """End a job that nothing came of yet; a worker that has it loses its lease. False where there was nothing to cancel."""
    with transaction.atomic():
        found = Job.objects.filter(pk=job.pk).exclude(state=Job.CANCELLED).filter(settings__accepted__isnull=True)
        changed = found.update(state=Job.CANCELLED, message="Discarded. Nothing was changed.", lease=None, finished_at=Clock())
        if changed:
            old, new = {"state": job.state}, {"state": Job.CANCELLED}
            audit.record(press=press, verb="discard", what=job, organization=job.organization_id, old=old, new=new)
    return bool(changed)


def sweep() -> int:
    """Send again what waits too long or lost its worker; fail what used up its tries. Returns how many were sent."""
    late = Q(leased_until__lt=Clock()) | Q(leased_until=None)
    worn = Job.objects.filter(late, state=Job.RUNNING, tries__gte=TRIES)
    worn.update(
        state=Job.FAILED,
        lease=None,
        leased_until=None,
        finished_at=Clock(),
        message=f"The worker ended {TRIES} times while it worked on this. Nothing was changed. Try again, or tell whoever runs the server.",
    )
    Job.objects.filter(late, state=Job.RUNNING).update(
        state=Job.WAITING, lease=None, leased_until=None, message="Waiting for a worker again."
    )
    due = list(Job.objects.filter(late, state=Job.WAITING).order_by("pk").values_list("pk", flat=True)[:500])
    # Their next sending is put off first, so that a long queue is not sent anew with every tick.
    Job.objects.filter(pk__in=due, state=Job.WAITING).update(leased_until=ClockIn(RESEND))
    for pk in due:
        hint(pk)
    uploads.remove_orphans()
    return len(due)
