"""Answers row by row are deleted after their time, with the file that they came in; tallies, themes' counts and what was published stay."""

import logging
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from accounts.audit import Press
from accounts.models import Job, Organization
from surveys.models import Survey, SurveyImport
from surveys.services.surveys import delete_answers, forget_files

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Due:
    """What of a survey is past its time."""

    survey: Survey
    imports: list[SurveyImport]
    uploads: list[Job]
    """Files that were brought for it and hold answers still, stored or not."""


def day_of(organization: Organization, moment: datetime) -> date:
    return moment.astimezone(zoneinfo.ZoneInfo(organization.time_zone)).date()


def due(on: date | None = None) -> Iterator[Due]:
    """Survey by survey; `on` is the day that it is to be, by default today in each district. Kept so many days: gone on the day after the last of them."""
    for survey in Survey.objects.filter(keep_answers_days__isnull=False).select_related("organization").order_by("pk"):
        assert survey.keep_answers_days is not None
        last = (on or survey.organization.today()) - timedelta(days=survey.keep_answers_days)

        kept = survey.imports.filter(answers_kept=True, kind=SurveyImport.RAW, state__in=[SurveyImport.COUNTED, SurveyImport.REPLACED])
        reading = Job.objects.filter(kind="read_survey", organization=survey.organization_id, settings__survey=survey.slug)
        closed = reading.exclude(state__in=[Job.WAITING, Job.RUNNING]).filter(file__isnull=False).select_related("file")
        found = Due(
            survey,
            [row for row in kept if day_of(survey.organization, row.created_at) < last],
            [job for job in closed if day_of(survey.organization, job.created_at) < last and holds_answers(job)],
        )
        if found.imports or found.uploads:
            yield found


def holds_answers(job: Job) -> bool:
    """Whether the file is there, or the preview has rows of it."""
    result = job.result or {}
    assert job.file is not None
    return bool(result.get("rows") or result.get("left_out")) or Path(settings.UPLOAD_DIR / job.file.path).exists()


def delete_due(*, press: Press, on: date | None = None) -> list[Due]:
    """Delete what is past its time, each import by itself: what fails or is killed half way is found again the next time.

    What is wrong with one survey keeps no other's answers longer; the first error is raised when all others are done.
    """
    done, failed = [], []
    for found in due(on):
        try:
            for source in found.imports:
                delete_answers(source=source, press=press)
            forget_files(files=[job.file for job in found.uploads if job.file], survey=found.survey, press=press)
        except Exception as error:
            log.exception("Answers of survey %s could not be deleted after their time.", found.survey.pk)
            failed.append(error)
        else:
            done.append(found)
    if failed:
        raise failed[0]
    return done
