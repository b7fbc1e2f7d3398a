"""A document on its way into a plan: uploaded, read by a worker, looked at by somebody, then accepted as a whole or discarded."""

from datetime import date

from django.db import transaction

from accounts import jobs
from accounts.audit import Press
from accounts.jobs import Refused, Work
from accounts.models import AuditEntry, Job, Organization
from accounts.uploads import Kept, content_of
from actions.reading.child import read_in_child
from actions.reading.draft import Draft, NotAPlan
from actions.reading.stored import from_json, to_json
from actions.services.importing import Imported, import_plan, known_statuses, preview_import

READ, WRITE = "read_plan", "write_plan"
AT_ONCE = 1000
"""Plans with fewer steps are written while the person waits; larger ones by a worker."""


def start_reading(
    *, organization: Organization, kept: Kept, name: str, slug: str, title: str, as_of: date | None, press: Press
) -> tuple[Job, bool]:
    """The job that reads an uploaded file, and whether it is new: the same file for the same plan is read once while it waits for a yes."""
    said = {"slug": slug, "title": title, "as_of": as_of.isoformat() if as_of else None}
    return jobs.create(kind=READ, organization=organization, press=press, settings=said, kept=kept, name=name)


def read(work: Work) -> None:
    """Worker: the file becomes a draft, in a child process that a poisoned file may crash; nothing is written into the plan."""
    job = work.job
    assert job.file is not None
    data = content_of(job.file)
    slug = job.settings["slug"]
    work.advance(1, total=3, message="Reading the document.")
    try:
        draft = read_in_child(data, job.file.name, known_statuses=known_statuses(job.organization, slug))
    except NotAPlan as error:
        raise Refused(str(error)) from error
    work.advance(2, total=3, message=f"Comparing {draft.counts()['action_steps']} action steps with what stands.")
    try:
        preview_import(draft, organization=job.organization, slug=slug, as_of=day_of(job))
    except ValueError as error:
        raise Refused(str(error)) from error
    with work.finishing("Ready to be looked at.") as result:
        work.advance(3, total=3, message="Ready to be looked at.")
        result["draft"] = to_json(draft)


def write(work: Work) -> None:
    """Worker: what somebody accepted is written, as a whole, together with the end of this job."""
    work.advance(0, total=1, message="Writing the plan.")
    reading = Job.objects.get(pk=work.job.settings["job"])
    with work.finishing("Written.") as result:
        accept(job=reading, press=Press(AuditEntry.IMPORT, work.job.by))
        result["of"] = reading.pk


def day_of(job: Job) -> date | None:
    """The day that the person gave, if any."""
    return date.fromisoformat(job.settings["as_of"]) if job.settings.get("as_of") else None


def draft_of(job: Job) -> Draft:
    assert job.result is not None, "the job is done"
    return from_json(job.result["draft"])


def preview(job: Job) -> Imported:
    """What accepting would change, against the plan as it is at this moment."""
    return preview_import(draft_of(job), organization=job.organization, slug=job.settings["slug"], as_of=day_of(job))


@transaction.atomic
def accept(*, job: Job, press: Press) -> Imported | None:
    """Write what was read into the plan. Accepted twice is accepted once: None then. Raises Refused or ValidationError with a sentence."""
    job = Job.objects.select_for_update(of=("self",)).select_related("organization", "file").get(pk=job.pk)
    if "accepted" in job.settings:
        return None
    if job.state != Job.DONE:
        raise Refused("This import is not waiting for a yes any more: it was discarded. Upload the file again if it shall go in.")
    assert job.file is not None
    imported = import_plan(
        draft_of(job),
        organization=job.organization,
        slug=job.settings["slug"],
        press=press,
        title=job.settings["title"],
        as_of=day_of(job),
        name=job.file.name,
        sha256=job.file.sha256,
        file=job.file,
    )
    job.settings["accepted"] = {
        "edition": imported.edition.pk if imported.edition else None,
        "changes": imported.weighed.counts(),
        "by": press.by.pk if press.by else None,
    }
    job.message = "Accepted."
    job.save(update_fields=["settings", "message"])
    return imported


def start_writing(*, job: Job, press: Press) -> Job:
    """A job that accepts a large plan; the same one where somebody pressed before."""
    return jobs.create(kind=WRITE, organization=job.organization, press=press, settings={"job": job.pk})[0]


def writing_of(job: Job) -> Job | None:
    """The newest job that writes what this one read."""
    return Job.objects.filter(kind=WRITE, organization=job.organization_id, settings__job=job.pk).order_by("-pk").first()
