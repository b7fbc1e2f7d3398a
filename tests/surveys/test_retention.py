"""Answers go after their time with the files that they came in; tallies, counts of themes and what was published stay."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts import jobs, uploads
from accounts.audit import Press
from accounts.models import AuditEntry, Job
from surveys import tasks
from surveys.models import OpenAnswer, ResponseBlock, Survey, SurveyImport, ThemeTally
from surveys.results import as_json, results_of
from surveys.services import retention
from surveys.services.publications import offered, publish_tables
from surveys.services.reviewing import accept, bring
from surveys.services.surveys import change_survey, delete_answers
from tests.factories.people import OrganizationFactory
from tests.surveys import exports
from tests.surveys.test_themes import PRESS, mark

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "hint", lambda pk: None)
    monkeypatch.setattr(settings, "UPLOAD_DIR", tmp_path / "uploads")


def upload(organization, people, *, yes=True, slug="spring"):
    """Through the door of the browser: a file on disk, a preview with rows, and where it is accepted an import."""
    kept = uploads.keep([exports.as_csv(exports.google(people))], folder=str(organization.pk))
    job, _ = bring(organization=organization, kept=kept, name="answers.csv", slug=slug, press=Press("import"), about={})
    jobs.run(job.pk)
    if yes:
        job.refresh_from_db()
        writing, _ = accept(job=job, press=Press("import"), replace=False)
        jobs.run(writing.pk)
    job.refresh_from_db()
    return job


@pytest.fixture
def meadow():
    return OrganizationFactory(slug="meadow")


@pytest.fixture
def survey(meadow, django_capture_on_commit_callbacks):
    upload(meadow, exports.few(90))
    return Survey.objects.select_related("organization").get()


def files():
    return [path for path in settings.UPLOAD_DIR.glob("*/*") if path.is_file()]


def on(survey, days):
    return survey.organization.today() + timedelta(days=days)


def test_without_a_time_everything_stays(survey):
    assert list(retention.due(on(survey, 20_000))) == []


def test_after_its_time_answers_file_and_preview_are_gone_and_all_figures_stand(survey, django_capture_on_commit_callbacks):
    question = survey.questions.get(text=exports.SAY)
    mark(question, "Projects", "project")
    tree = offered(survey)
    publication = publish_tables(survey=survey, chosen=[t["key"] for q in tree["questions"] for t in q["groups"]], press=PRESS)
    change_survey(survey=survey, keep_answers_days=30, press=PRESS)
    before = as_json(results_of(survey), address="x")
    assert len(files()) == 1
    assert list(retention.due(on(survey, 30))) == [], "kept so many days, the last of them too"
    with django_capture_on_commit_callbacks(execute=True):
        call_command("delete_old_answers", on=on(survey, 31))
    assert not ResponseBlock.objects.exists()
    assert not OpenAnswer.objects.exists()
    assert files() == []
    assert Job.objects.get(kind="read_survey").result["rows"] == []
    assert as_json(results_of(survey), address="x") == before
    assert sum(ThemeTally.objects.values_list("count", flat=True)) == 30
    publication.refresh_from_db()
    assert publication.is_standing
    assert not SurveyImport.objects.get().answers_kept
    assert {"delete answers", "delete uploaded file"} <= set(AuditEntry.objects.values_list("verb", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.delete_due(press=PRESS, on=on(survey, 32)) == [], "done once"


def test_a_dry_run_says_what_and_deletes_nothing(survey, capsys):
    change_survey(survey=survey, keep_answers_days=30, press=PRESS)
    call_command("delete_old_answers", on=on(survey, 31), dry_run=True)
    assert "meadow/spring: the answers of 90 respondents in 1 import and 1 uploaded file would be deleted." in capsys.readouterr().err
    assert ResponseBlock.objects.exists()
    assert files()
    assert AuditEntry.objects.filter(verb="delete answers").count() == 0
    call_command("delete_old_answers", on=on(survey, 0))
    assert "Nothing is past its time." in capsys.readouterr().err


def test_uploads_that_were_never_stored_go_too(survey, meadow, django_capture_on_commit_callbacks):
    upload(meadow, exports.few(60), yes=False)
    change_survey(survey=survey, keep_answers_days=1, press=PRESS)
    assert len(files()) == 2
    with django_capture_on_commit_callbacks(execute=True):
        retention.delete_due(press=PRESS, on=on(survey, 2))
    assert files() == []


def test_a_file_that_another_survey_needs_stays(survey, meadow, django_capture_on_commit_callbacks):
    upload(meadow, exports.few(90), slug="autumn")
    assert len(files()) == 1, "the same content is one file"
    with django_capture_on_commit_callbacks(execute=True):
        delete_answers(source=survey.imports.get(), press=PRESS)
    assert len(files()) == 1
    with django_capture_on_commit_callbacks(execute=True):
        delete_answers(source=SurveyImport.objects.get(survey__slug="autumn"), press=PRESS)
    assert files() == []


def test_the_scheduler_asks_every_hour(survey, monkeypatch):
    entry = settings.CELERY["beat_schedule"]["delete old answers"]
    assert entry["task"] == "surveys.tasks.delete_old_answers"
    assert entry["schedule"].run_every == timedelta(hours=1)
    change_survey(survey=survey, keep_answers_days=1, press=PRESS)
    SurveyImport.objects.update(created_at=survey.created_at - timedelta(days=3))
    tasks.delete_old_answers()
    assert not ResponseBlock.objects.exists()


def test_a_file_whose_removal_was_killed_is_found_again(survey, django_capture_on_commit_callbacks):
    change_survey(survey=survey, keep_answers_days=1, press=PRESS)
    retention.delete_due(press=PRESS, on=on(survey, 5))  # what follows the commit does not happen: the process was killed
    assert not ResponseBlock.objects.exists()
    assert len(files()) == 1
    assert [(one.imports, len(one.uploads)) for one in retention.due(on(survey, 5))] == [([], 1)]
    with django_capture_on_commit_callbacks(execute=True):
        retention.delete_due(press=PRESS, on=on(survey, 5))
    assert files() == []


def test_trouble_with_one_survey_keeps_no_answers_of_another(meadow, survey, monkeypatch):
    upload(meadow, exports.few(40), slug="fall")
    for one in Survey.objects.all():
        change_survey(survey=one, keep_answers_days=1, press=PRESS)
    first, second = Survey.objects.order_by("pk")

    def fails(*, source, press):
        if source.survey_id == first.pk:
            raise OSError("disk away")
        return delete_answers(source=source, press=press)

    monkeypatch.setattr(retention, "delete_answers", fails)
    with pytest.raises(OSError, match="disk away"):
        retention.delete_due(press=PRESS, on=on(survey, 5))
    assert not second.imports.get().answers_kept
    assert first.imports.get().answers_kept
