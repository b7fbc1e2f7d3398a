"""A file on its way into a survey: uploaded, read by a worker, looked at and corrected by somebody, then stored as a whole or discarded."""

from typing import Any

from django.db import transaction

from accounts import audit, jobs
from accounts.audit import Press
from accounts.jobs import RESEND, Refused
from accounts.models import Job, Organization
from accounts.uploads import Kept
from planner.lib.db import ClockIn
from surveys.crossing import closed_questions
from surveys.file_matching import Known
from surveys.models import Survey, SurveyImport
from surveys.services import importing, previewing, storing
from surveys.services.surveys import drop_answers

STORED_ALREADY = "This import is stored already, or is being stored. Bring the file again if it shall be read otherwise."


def bring(
    *, organization: Organization, kept: Kept, name: str, slug: str, press: Press, about: dict[str, Any], mapping: dict | None = None
) -> tuple[Job, bool]:
    """The job that reads a file, and whether it is new: the same file for the same survey is read once while it waits for a yes."""
    with transaction.atomic():
        Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        same = Job.objects.filter(
            organization=organization, kind=importing.READ, fingerprint=kept.sha256, settings__survey=slug,
            state__in=[Job.WAITING, Job.RUNNING, Job.DONE],
        )  # fmt: skip
        for job in same.select_related("file").defer("result").order_by("-pk")[:20]:
            if not is_taken(writing_of(job)):
                return job, False
        # What was stored may be brought again after it was replaced, so uploads are told apart by their press.
        return importing.start_reading(
            organization=organization, kept=kept, name=name, slug=slug, press=press, mapping=mapping, about=about | {"press": str(press.id)}
        )


def writing_of(job: Job) -> Job | None:
    """The newest job that stores what this one read."""
    found = Job.objects.filter(kind=importing.WRITE, organization=job.organization_id, settings__job=job.pk)
    return found.select_related("file", "organization").order_by("-pk").first()


def is_taken(writing: Job | None) -> bool:
    """Whether what was read is stored, or about to be."""
    return writing is not None and writing.state in (Job.WAITING, Job.RUNNING, Job.DONE)


@transaction.atomic
def read_again(*, job: Job, mapping: dict, press: Press) -> bool:
    """Let a worker read the file once more as somebody corrected it. The preview before it stays until then.

    False where it is read so already: pressed twice is pressed once. Raises Refused where it is too late.
    """
    job = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
    old = job.settings.get("mapping", {})
    if job.state == Job.CANCELLED or is_taken(writing_of(job)):
        raise Refused(STORED_ALREADY if job.state != Job.CANCELLED else "This import was discarded. Bring the file again.")
    if job.is_open:
        if mapping == old:
            return False
        raise Refused("The file is being read. Wait until that has ended, then correct it.")
    job.settings = {**job.settings, "mapping": mapping, "before": old}
    job.state, job.position, job.total, job.tries = Job.WAITING, 0, 0, 0
    job.message, job.finished_at = "Waiting for a worker.", None
    job.leased_until = ClockIn(RESEND)
    job.save(update_fields=["settings", "state", "position", "total", "tries", "message", "finished_at", "leased_until"])
    audit.record(
        press=press, verb="correct reading", what=job, organization=job.organization_id, old={"mapping": old}, new={"mapping": mapping}
    )
    transaction.on_commit(lambda: jobs.hint(job.pk), robust=True)
    return True


@transaction.atomic
def accept(*, job: Job, press: Press, replace: bool) -> tuple[Job, bool]:
    """The job that stores what was read, and whether it is new. Accepted twice is accepted once. Raises Refused with a sentence."""
    job = Job.objects.select_for_update(of=("self",)).select_related("organization").get(pk=job.pk)
    writing = writing_of(job)
    if is_taken(writing):
        assert writing is not None
        return writing, False
    return importing.accept(job=job, press=press, replace=replace)


@transaction.atomic
def give_up(*, job: Job, press: Press) -> bool:
    """End an import that is not stored yet, together with what of it was written. False where there was nothing to end."""
    job = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
    writing = writing_of(job)
    if writing and writing.state == Job.DONE:
        return False
    if writing and writing.state != Job.CANCELLED:
        # The import's row before the job's, as its worker takes them. After the cancel no block can come: each asks for the lease.
        begun = list(SurveyImport.objects.select_for_update(of=("self",)).filter(job=writing, state=SurveyImport.STORING))
        jobs.cancel(job=writing, press=press)
        drop_answers([source.pk for source in begun])
        SurveyImport.objects.filter(pk__in=[source.pk for source in begun]).update(state=SurveyImport.DROPPED, answers_kept=False)
    return jobs.cancel(job=job, press=press)


def stands(survey: Survey | None, job: Job) -> dict[str, Any]:
    """What accepting meets: respondents and figures that count now, and whether this very file is among them."""
    if survey is None:
        return {"respondents": 0, "figures": None, "same": None}
    figures = survey.imports.counted().filter(kind=SurveyImport.PUBLISHED).first()
    return {"respondents": previewing.respondents_now(survey), "figures": figures, "same": storing.counted_before(survey, job.fingerprint)}


def known_questions(survey: Survey) -> list[Known]:
    """The questions of a survey in their order, with their labels. Two statements."""
    closed = closed_questions(survey)
    rows = survey.questions.order_by("position", "pk").values_list("pk", "text", "kind")
    return [Known(text, kind, list(closed[pk].choices.values()) if pk in closed else []) for pk, text, kind in rows]


def elsewhere(job: Job) -> Survey | None:
    """Another survey of the district in which the very same file counts."""
    found = Survey.objects.filter(
        organization=job.organization_id, imports__fingerprint=job.fingerprint, imports__state=SurveyImport.COUNTED
    )
    return found.exclude(slug=job.settings["survey"]).first()
