"""A file becomes part of a survey: answers row by row, or published figures. One door for the command and for the worker."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts import jobs
from accounts.audit import Press
from accounts.jobs import Refused, Work
from accounts.models import AuditEntry, Job, Organization, StoredFile
from accounts.uploads import FileLost, Kept
from planner.lib.commands import sentence
from surveys.models import Survey, SurveyImport
from surveys.reading import mapping as mappings
from surveys.reading.child import read_in_child
from surveys.reading.draft import SurveyDraft
from surveys.reading.issues import INFO, WARNING, Issue, NotASurvey
from surveys.reading.kept_rows import Gathered
from surveys.reading.published import PublishedDraft
from surveys.reading.source import uncollected
from surveys.services import blocks, previewing, storing
from surveys.services.publishing import store_published
from surveys.services.same_people import doubt_same_numbers
from surveys.services.surveys import create_survey

READ, WRITE = "read_survey", "write_survey"


@dataclass(slots=True)
class Imported:
    """What came of an import. `source` is None after a dry run."""

    draft: SurveyDraft | PublishedDraft
    source: SurveyImport | None
    is_new: bool
    """False where this very file counts already: nothing was written."""


def fingerprint_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def survey_of(organization: Organization, slug: str) -> Survey | None:
    return Survey.objects.filter(organization=organization, slug=slug).first()


def preview(path: Path, *, name: str = "", mapping: dict | None = None) -> SurveyDraft | PublishedDraft:
    """What `import_file` would understand, with nothing written. Raises NotASurvey with a sentence."""
    with read_in_child(path, name=name, mapping=mapping) as (draft, _):
        return draft


def import_file(
    path: Path, *, organization: Organization, slug: str, press: Press, name: str = "", mapping: dict | None = None, replace: bool = False
) -> Imported:
    """Bring a file into a survey, which is made where it does not exist: all of it or nothing. The same file again adds nothing.

    Raises NotASurvey or ValidationError with a sentence; nothing is written then.
    """
    name = name or path.name
    fingerprint = fingerprint_of(path)
    with read_in_child(path, name=name, mapping=mapping) as (draft, gathered), transaction.atomic():
        survey = survey_of(organization, slug) or create_survey(organization=organization, slug=slug, press=press)
        if same := storing.counted_before(survey, fingerprint):
            draft.issues.append(already(same))
            return Imported(draft, same, False)
        if isinstance(draft, PublishedDraft):
            return Imported(draft, store_published(draft, survey=survey, press=press, name=name, fingerprint=fingerprint), True)
        if not replace:
            warn_about_other_headings(draft, gathered, survey)
        work = storing.begin(draft, survey=survey, press=press, name=name, fingerprint=fingerprint, replace=replace)
        with uncollected():
            blocks.store(work, gathered.answers())
        made = storing.finish(work)
        if made.known:
            draft.issues.append(known_rows(made))
        return Imported(draft, made, True)


def already(same: SurveyImport) -> Issue:
    return Issue("already_imported", f"This file was imported before, as “{same.name}”: nothing was added.", INFO)


def known_rows(made: SurveyImport) -> Issue:
    return Issue(
        "known_rows", f"{made.known} of its rows were in an earlier file already; {made.respondents} are new and were added.", INFO
    )


def warn_about_other_headings(draft: SurveyDraft, gathered: Gathered, survey: Survey) -> None:
    """Without a respondent's key, rows of a changed form cannot be recognised as ones that are there already; with one, those of another form may seem to be."""
    earlier = survey.imports.counted().filter(kind=SurveyImport.RAW).values_list("header", flat=True)
    if draft.key is not None:
        doubt_same_numbers(draft, gathered, survey, same_headings=storing.header_key(draft) in earlier)
    elif earlier and storing.header_key(draft) not in earlier:
        said = "Its headings are others than those of the file before, and no column names the respondent: every row is taken as a new respondent. Replace the earlier file if this is the same survey exported otherwise."
        draft.issues.append(Issue("other_headings", said, WARNING, taken="every row is new", other="replace the earlier file"))


# Through the browser: a job reads and shows, another stores what somebody accepted.


def start_reading(
    *,
    organization: Organization,
    kept: Kept,
    name: str,
    slug: str,
    press: Press,
    mapping: dict | None = None,
    about: dict[str, Any] | None = None,
) -> tuple[Job, bool]:
    """The job that reads an uploaded file, and whether it is new. `about` is what the person said: see `new_survey`."""
    said: dict[str, Any] = {"survey": slug}
    if about:
        said["about"] = about
    if mapping:
        said["mapping"] = mapping
    return jobs.create(kind=READ, organization=organization, press=press, settings=said, kept=kept, name=name)


def read_job(work: Work) -> None:
    """Worker: the file is understood and the preview kept with the job; nothing is stored."""
    job = work.job
    assert job.file is not None
    work.advance(0, total=0, message="Reading the file.")
    with refusing(), file_of(job.file) as path:
        told = previewing.teller(work)
        with read_in_child(path, name=job.file.name, mapping=job.settings.get("mapping"), told=told) as (draft, gathered):
            found: dict[str, Any] = {"sheets": gathered.sheets}
            if isinstance(draft, SurveyDraft):
                found["rows"] = sample(draft, gathered)
                found["left_out"] = previewing.left_out_rows(draft, gathered)
                if survey := survey_of(job.organization, job.settings["survey"]):
                    warn_about_other_headings(draft, gathered, survey)
                    telling = previewing.teller(work, "{rows} rows compared with those that are there")
                    found["stands"] = previewing.compared(draft, gathered, survey, telling)
            else:
                found["rows"], found["figures"] = [], previewing.figures(draft)
            found["summary"] = summary(draft)
            found["order"] = previewing.order_of(found["summary"])
            with work.finishing("Ready to be looked at.") as result:
                work.advance(1, total=1, message="Ready to be looked at.")
                result |= found


def sample(draft: SurveyDraft, gathered: Gathered, most: int = 10) -> list[list[str]]:
    """The first respondents as they stand, without what is not stored."""
    shown = sorted(column for q in draft.questions if q.kind != "metadata" for column in q.columns)
    first = next(gathered.answers()).columns
    return [list(row) for row in zip(*[[cell[:300] for cell in first[n][:most]] for n in shown], strict=True)]


def accept(*, job: Job, press: Press, mapping: dict | None = None, replace: bool = False) -> tuple[Job, bool]:
    """Let a worker store what a job has read, as it was understood or corrected. Pressed twice is pressed once."""
    if job.kind != READ or job.state != Job.DONE:
        raise Refused("This import is not waiting for a yes any more. Bring the file again if it shall go in.")
    said: dict[str, Any] = {"job": job.pk, "survey": job.settings["survey"], "replace": replace}
    if mapping or job.settings.get("mapping"):
        said["mapping"] = mapping or job.settings["mapping"]
    return jobs.create(kind=WRITE, organization=job.organization, press=press, settings=said)


def write_job(work: Work) -> None:
    """Worker: store the file block by block. Each block, its position and the lease are one transaction; a crashed run goes on where it stopped."""
    job = work.job
    reading = Job.objects.select_related("file", "organization").get(pk=job.settings["job"])
    file = reading.file
    assert file is not None
    press = Press(AuditEntry.IMPORT, job.by)
    slug, replace = job.settings["survey"], job.settings["replace"]
    mapping, told = job.settings.get("mapping"), previewing.teller(work)
    with refusing(), file_of(file) as path, read_in_child(path, name=file.name, mapping=mapping, told=told) as (draft, gathered):
        survey = survey_of(job.organization, slug)
        if survey is None:
            with transaction.atomic():
                Organization.objects.select_for_update(no_key=True).get(pk=job.organization_id)
                survey = survey_of(job.organization, slug) or new_survey(reading, press=press)
        if same := storing.counted_before(survey, file.sha256):
            with work.finishing("This file was imported before: nothing was added.") as result:
                result |= {"import": same.pk, "added": 0}
            return
        if isinstance(draft, PublishedDraft):
            with work.finishing("Stored.") as result:
                made = store_published(draft, survey=survey, press=press, name=file.name, fingerprint=file.sha256, file=file)
                result |= {"import": made.pk, "added": made.respondents}
            return
        if not replace:
            warn_about_other_headings(draft, gathered, survey)
        begun = storing.begin(
            draft, survey=survey, press=press, name=file.name, fingerprint=file.sha256, file=file, job=job, replace=replace
        )
        total, left = draft.rows, sum(draft.left_out.values())
        doubtful = f", {left:,} doubtful ones are left out" if left else ""

        def moved(position: int) -> None:
            work.advance(position, total=total, message=f"{position:,} of {total:,} rows are stored{doubtful}.")

        with uncollected():
            blocks.store(begun, gathered.answers(), moved=moved)
        with work.finishing("Stored and counted.") as result:
            made = storing.finish(begun)
            result |= {"import": made.pk, "added": made.respondents, "known": made.known}


def new_survey(reading: Job, *, press: Press) -> Survey:
    """The survey that the upload described: its title, whether minors were asked, and the day of their parents' consent."""
    about = reading.settings.get("about", {})
    day = about.get("consent_on")
    return create_survey(
        organization=reading.organization,
        slug=reading.settings["survey"],
        press=press,
        title=about.get("title", ""),
        asks_minors=about.get("asks_minors", False),
        consent_on=date.fromisoformat(day) if day else None,
    )


@contextmanager
def refusing() -> Iterator[None]:
    """What a reader says against a file ends the job: trying again would not help."""
    try:
        yield
    except (NotASurvey, storing.AnotherIsRunning) as error:
        raise Refused(sentence(error)) from error


@contextmanager
def file_of(file: StoredFile) -> Iterator[Path]:
    """The uploaded file's path, after its bytes were compared with what was uploaded; they are not held in memory. Raises FileLost."""
    path: Path = settings.UPLOAD_DIR / file.path
    try:
        same = fingerprint_of(path) == file.sha256
    except FileNotFoundError as error:
        said = f"The file “{file.name}” is missing on the server: it was removed after the upload. Upload it again, then press “Try again”."
        raise FileLost(said) from error
    if not same:
        raise FileLost(
            f"The file “{file.name}” was changed on the server after the upload, so it was not read. Upload it again, then press “Try again”."
        )
    yield path


def summary(draft: SurveyDraft | PublishedDraft, *, outcome: str = "") -> dict[str, Any]:
    """What `import_survey --json` prints."""
    issues = [issue.as_json() for issue in draft.issues]
    found: dict[str, Any] = {"outcome": outcome or ("warn" if any(i.severity != INFO for i in draft.issues) else "ok")}
    if isinstance(draft, PublishedDraft):
        return found | draft.as_json() | {"mapping": {"format": "published"}, "issues": issues}
    return found | {
        "format": draft.format,
        "reason": draft.reason,
        "encoding": draft.encoding,
        "delimiter": draft.delimiter,
        "header_rows": draft.header_rows,
        "responses": draft.rows,
        "left_out": draft.left_out,
        "questions": [
            {"text": q.text, "kind": q.kind, "choices": q.counts, "columns": [n + 1 for n in q.columns], "why": q.why}
            for q in draft.questions
        ],
        "mapping": mappings.as_json(draft),
        "issues": issues,
    }


def mapping_from(path: Path) -> dict:
    """A mapping that somebody corrected: what `import_survey --json` printed as a whole, or its “mapping”."""
    try:
        found = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise NotASurvey(f"The mapping {path.name} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise NotASurvey(f"The mapping {path.name} is not JSON: {error}.") from error
    return mappings.checked(found.get("mapping", found) if isinstance(found, dict) else found)
