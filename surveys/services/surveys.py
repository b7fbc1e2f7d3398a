"""The only doors by which a survey itself changes. All raise ValidationError with a sentence for people."""

import secrets
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F

from accounts import audit
from accounts.audit import Press
from accounts.models import Job, Organization, StoredFile
from planner.lib.db import Clock
from surveys.models import OpenAnswer, ResponseBlock, Survey, SurveyImport, ThemeMark, ThemeTally

CHANGEABLE = frozenset(["title", "minimum_group", "asks_minors", "consent_on", "keep_answers_days"])


@transaction.atomic
def create_survey(*, organization: Organization, slug: str, press: Press, title: str = "", **more: Any) -> Survey:
    """A survey without questions. Raises ValidationError for a slug that cannot be one or is taken."""
    title = title or slug.replace("-", " ").capitalize()
    survey = Survey(organization=organization, slug=slug, title=title[:300], salt=secrets.token_bytes(16), **more)
    survey.full_clean(exclude=["salt"])
    survey.save(force_insert=True)
    audit.record(press=press, verb="create survey", what=survey, organization=organization, new={"slug": slug, "title": survey.title})
    return survey


@transaction.atomic
def change_survey(*, survey: Survey, press: Press, **new: Any) -> Survey:
    """Set fields of the survey itself. Nothing happens where they are so already."""
    if odd := set(new) - CHANGEABLE:
        raise TypeError(f"{', '.join(sorted(odd))} cannot be changed.")
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    old = {key: getattr(survey, key) for key in new}
    if old == new:
        return survey
    for key, value in new.items():
        setattr(survey, key, value)
    survey.full_clean(exclude=["salt"])
    survey.save(update_fields=list(new))
    raise_generation(survey)
    audit.record(press=press, verb="change survey", what=survey, organization=survey.organization_id, old=_plain(old), new=_plain(new))
    return survey


@transaction.atomic
def delete_survey(*, survey: Survey, press: Press) -> None:
    """Take a survey away with all that was brought in for it. An import that runs loses its lease and can write nothing more."""
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    jobs = Job.objects.filter(kind__in=["read_survey", "write_survey"], organization=survey.organization_id, settings__survey=survey.slug)
    jobs.filter(state__in=[Job.WAITING, Job.RUNNING]).update(
        state=Job.CANCELLED, message="The survey was deleted.", lease=None, finished_at=Clock()
    )
    imports = list(survey.imports.values_list("pk", flat=True))
    audit.record(
        press=press, verb="delete survey", what=survey, organization=survey.organization_id, old={"slug": survey.slug, "imports": imports}
    )
    ThemeMark.objects.filter(theme__question__survey=survey).delete()
    OpenAnswer.objects.filter(source__in=imports)._raw_delete("default")
    survey.delete()


@transaction.atomic
def delete_answers(*, source: SurveyImport, press: Press) -> bool:
    """Take what respondents said row by row away, with the file that it came in; the tallies stay. False where it was done already."""
    source = SurveyImport.objects.select_for_update(of=("self",)).select_related("survey", "file").get(pk=source.pk)
    if source.state == SurveyImport.STORING:
        raise ValidationError("This import is not finished. Wait until it is, or cancel it.")
    if not source.answers_kept:
        return False
    drop_answers([source.pk])
    source.answers_kept = False
    source.save(update_fields=["answers_kept"])
    if file := source.file:
        forget_files(files=[file], survey=source.survey, press=press)
    audit.record(
        press=press, verb="delete answers", what=source, organization=source.survey.organization_id, old={"rows": source.respondents}
    )
    return True


FORGOTTEN = "deleted"
"""What the settings of a job say of its file then."""


@transaction.atomic
def forget_files(*, files: list[StoredFile], survey: Survey, press: Press) -> int:
    """Delete uploaded files and the rows that their previews show; how many files. A file that something else still needs stays."""
    by_path = {file.path: file for file in files}
    needed = set(
        SurveyImport.objects.filter(file__path__in=by_path, answers_kept=True)
        .filter(state__in=[SurveyImport.STORING, SurveyImport.COUNTED])
        .values_list("file__path", flat=True)
    )
    jobs = Job.objects.filter(file__path__in=by_path)
    needed |= set(jobs.filter(state__in=[Job.WAITING, Job.RUNNING]).values_list("file__path", flat=True))
    needed |= set(jobs.exclude(kind="read_survey").values_list("file__path", flat=True))
    gone = [path for path in by_path if path not in needed]
    for job in jobs.select_for_update(of=("self",)).select_related("file").filter(file__path__in=gone):
        result = job.result and job.result | {"rows": [], "left_out": []}
        if job.settings.get("file") != FORGOTTEN or result != job.result:
            job.settings, job.result = job.settings | {"file": FORGOTTEN}, result
            job.save(update_fields=["settings", "result"])
            old = {"file": job.file.name if job.file else ""}
            audit.record(press=press, verb="delete uploaded file", what=job, organization=survey.organization_id, old=old)
    transaction.on_commit(lambda: _unlink(gone), robust=True)
    return len(gone)


def _unlink(paths: list[str]) -> None:
    for path in paths:
        (settings.UPLOAD_DIR / path).unlink(missing_ok=True)


def drop_answers(imports: list[int]) -> None:
    """Rows alone, without asking: for services that say so in the audit. How many spoke of each theme is kept."""
    marks = ThemeMark.objects.filter(answer__source__in=imports)
    counts = marks.order_by().values_list("theme", "answer__source", "answer__group").annotate(n=Count("pk"))
    ThemeTally.objects.bulk_create(
        ThemeTally(theme_id=theme, source_id=source, group_id=group, count=n) for theme, source, group, n in counts
    )
    ThemeMark.objects.filter(answer__in=OpenAnswer.objects.filter(source__in=imports).values("pk")).delete()
    ResponseBlock.objects.filter(source__in=imports).delete()
    OpenAnswer.objects.filter(source__in=imports)._raw_delete("default")


def raise_generation(survey: Survey) -> None:
    """Say, in the transaction of the change, that pages made before are old."""
    Survey.objects.filter(pk=survey.pk).update(generation=F("generation") + 1)


def _plain(said: dict) -> dict:
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in said.items()}
