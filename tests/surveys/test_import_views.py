"""Bringing a survey file in from the browser, up to the yes."""

import csv
import io
import json
import uuid
from collections import Counter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import jobs
from accounts.audit import Press
from accounts.models import AuditEntry, Job, StoredFile
from surveys.models import OpenAnswer, ResponseBlock, Survey, SurveyImport
from surveys.results import as_json, results_of
from surveys.services import importing, reviewing
from surveys.services.importing import import_file
from tests.factories.people import MembershipFactory, OrganizationFactory, PersonFactory
from tests.surveys import exports

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sent(monkeypatch):
    """No worker runs here: the test is the worker, with `jobs.run`."""
    told: list[int] = []
    monkeypatch.setattr(jobs, "hint", told.append)
    return told


@pytest.fixture
def meadow():
    return OrganizationFactory(slug="meadow")


@pytest.fixture
def editor(meadow):
    return MembershipFactory(organization=meadow, role="editor").person


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


PEOPLE = exports.few(90)
AT = "/manage/meadow/surveys/"


def upload(client, content=None, name="export.csv", follow=False, **said):
    content = exports.as_csv(exports.google(PEOPLE)) if content is None else content
    said = {"file": SimpleUploadedFile(name, content), "press": str(uuid.uuid4()), "title": "Spring survey"} | said
    return client.post(f"{AT}imports/new/", said, follow=follow)


def work():
    """Be the worker until nothing waits."""
    while job := Job.objects.filter(state="waiting").order_by("pk").first():
        jobs.run(job.pk)


def newest():
    return Job.objects.filter(kind="read_survey").latest("pk")


def read(client, *args, **said):
    """An import that was read: its job."""
    answer = upload(client, *args, **said)
    assert answer.status_code == 302, answer.content.decode()
    work()
    return newest()


def page(client, job, what="", **more):
    return client.get(f"{AT}imports/{job.pk}/{what}", **more)


def press(client, job, what, **said):
    return client.post(f"{AT}imports/{job.pk}/{what}/", {"press": str(uuid.uuid4())} | said)


def results(slug="spring-survey"):
    survey = Survey.objects.get(slug=slug)
    return as_json(results_of(survey), address=f"meadow/{slug}", unsuppressed=True)


def tallies(text, group="All respondents", slug="spring-survey"):
    table = next(t for q in results(slug)["questions"] if q["text"] == text for t in q["groups"] if t["name"] == group)
    return {c["label"]: c["count"] for c in table["choices"] if c["count"]}


def test_upload_makes_a_job_with_its_file_and_stores_nothing(desk, editor):
    answer = upload(desk, note="English form")
    job = Job.objects.get()
    assert answer.url == f"{AT}imports/{job.pk}/"
    assert (job.state, job.by, job.file.name) == ("waiting", editor, "export.csv")
    assert job.settings["survey"] == "spring-survey"
    assert job.settings["about"] | {"press": ""} == {"title": "Spring survey", "note": "English form", "press": ""}
    assert not Survey.objects.exists()


def test_a_workbook_is_read_too(desk, tmp_path):
    """It is kept under its fingerprint, without .xlsx at the end of its name."""
    job = read(desk, exports.write(tmp_path / "a.xlsx", exports.google(PEOPLE)).read_bytes(), name="export.xlsx")
    assert (job.state, job.message) == ("done", "Ready to be looked at.")
    assert "90 respondents and 5 questions were understood." in page(desk, job).content.decode()


def test_from_the_file_to_results(desk):
    job = read(desk, note="English form")
    answer = page(desk, job)
    shown = answer.content.decode()
    assert "90 respondents and 5 questions were understood." in shown
    assert "Google Forms" in shown
    assert "as Google Forms writes it" in shown
    assert not Survey.objects.exists()
    assert press(desk, job, "accept").url == f"{AT}imports/{job.pk}/"
    assert "The answers are being stored" in page(desk, job).content.decode()
    work()
    assert "90 respondents were added." in page(desk, job).content.decode()
    survey = Survey.objects.get()
    assert (survey.title, survey.slug) == ("Spring survey", "spring-survey")
    assert results()["respondents"] == 90
    assert tallies(exports.CHOOSE) == dict(Counter(c for r in PEOPLE for c in r.chosen))
    assert tallies(exports.CHOOSE, "Parent") == dict(Counter(c for r in PEOPLE if r.group == "Parent" for c in r.chosen))
    assert "English form" in desk.get(AT).content.decode()


def test_preview_shows_ten_rows_without_what_names_persons(desk):
    job = read(desk, exports.as_csv(exports.surveymonkey(PEOPLE)))
    shown = page(desk, job).content.decode()
    assert "203.0.113.7" not in shown
    assert "203.0.113.7" not in json.dumps(job.result)
    for name in ("Never stored", "IP Address", "Email Address", "First Name"):
        assert name in shown
    assert shown.count('<em class="masked">not stored</em>') == 10 * 8
    assert PEOPLE[0].says in shown or not PEOPLE[0].says


def test_accepted_twice_is_accepted_once(desk):
    job = read(desk)
    press(desk, job, "accept")
    press(desk, job, "accept")
    work()
    press(desk, job, "accept")
    work()
    assert Job.objects.filter(kind="write_survey").count() == 1
    assert results()["respondents"] == 90
    assert AuditEntry.objects.filter(verb="import survey").count() == 1


def test_the_same_file_twice_is_said_before_and_after_it_is_stored(desk):
    job = read(desk)
    again = upload(desk, follow=True)
    assert "This file is here already" in again.content.decode()
    assert Job.objects.count() == StoredFile.objects.count() == 1
    press(desk, job, "accept")
    work()
    later = read(desk, survey="spring-survey")
    assert later.pk != job.pk
    shown = page(desk, later).content.decode()
    assert "This very file counts in the survey already" in shown
    assert "Accept all" not in shown
    press(desk, later, "accept", how="add")
    work()
    assert results()["respondents"] == 90


def test_doubled_press_of_the_upload_is_one_import(desk):
    same = str(uuid.uuid4())
    assert upload(desk, press=same).url == upload(desk, press=same).url
    assert Job.objects.count() == 1


def test_a_later_export_adds_or_replaces_as_is_said(desk):
    rows = exports.google(PEOPLE)
    press(desk, read(desk, exports.as_csv(rows[:61])), "accept")
    work()
    job = read(desk, exports.as_csv(rows), survey="spring-survey")
    shown = page(desk, job).content.decode()
    assert "60 respondents count in this survey now" in shown
    assert "Add: 30 new respondents come to them, 60 rows are there already" in shown
    refused = press(desk, job, "accept")
    assert refused.status_code == 422
    assert "Say first whether" in refused.content.decode()
    press(desk, job, "accept", how="add")
    work()
    assert results()["respondents"] == 90
    other = read(desk, exports.as_csv(rows[:31]), survey="spring-survey")
    press(desk, other, "accept", how="replace")
    work()
    assert results()["respondents"] == 30
    assert "Replaced by a later one" in desk.get(f"{AT}spring-survey/settings/").content.decode()


def test_a_preview_older_than_the_survey_says_so_and_is_read_again(desk):
    rows = exports.google(PEOPLE)
    press(desk, read(desk, exports.as_csv(rows[:61])), "accept")
    work()
    job = read(desk, exports.as_csv(rows), survey="spring-survey")
    assert "has changed since" not in page(desk, job).content.decode()
    press(desk, read(desk, exports.as_csv(rows[:71]), survey="spring-survey"), "accept", how="add")
    work()
    assert "has changed since" in page(desk, job).content.decode()
    press(desk, job, "correct", again="yes")
    work()
    assert "Add: 20 new respondents come to them, 70 rows are there already" in page(desk, job).content.decode()


def test_progress_page_and_part_say_the_same(desk):
    upload(desk)
    job = newest()
    whole, part = page(desk, job).content.decode(), page(desk, job, "progress/").content.decode()
    assert part.strip() in whole
    assert "Waiting for a worker." in part
    assert 'role="status"' in whole
    assert page(desk, job, f"progress/?seen={job.pk}-waiting-0-0-0").status_code == 204
    work()
    assert page(desk, job, "progress/").headers["HX-Refresh"] == "true"


def test_reading_says_how_many_rows_are_read_and_doubtful(desk, monkeypatch):
    from surveys.reading import draft as drafts
    from surveys.services import previewing

    monkeypatch.setattr(drafts, "BATCH", 20)
    monkeypatch.setattr(previewing, "EVERY", -1)
    said = []
    monkeypatch.setattr(jobs.Work, "advance", lambda self, position, *, total, message: said.append(message))
    rows = exports.google(PEOPLE)
    rows[3] = [*rows[3], "one cell too many"]
    read(desk, exports.as_csv(rows))
    assert "20 rows read." not in said
    assert "19 rows read, 1 of them doubtful and left out." in said
    assert "89 rows read, 1 of them doubtful and left out." in said


def test_a_canceled_reading_ends_and_leaves_nothing(desk, monkeypatch):
    from surveys.services import previewing

    monkeypatch.setattr(previewing, "EVERY", -1)
    upload(desk)
    job = newest()
    found = importing.read_in_child

    def cancels(*args, **more):
        press(desk, job, "discard")
        return found(*args, **more)

    monkeypatch.setattr(importing, "read_in_child", cancels)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == ("cancelled", None)
    assert "This import was discarded" in page(desk, job).content.decode()


def test_discarding_while_it_is_stored_takes_away_what_was_written(desk, monkeypatch):
    job = read(desk)
    press(desk, job, "accept")
    writing = reviewing.writing_of(job)
    store = importing.blocks.store

    def cancels(*args, **more):
        store(*args, **more)
        assert ResponseBlock.objects.exists()
        press(desk, job, "discard")

    monkeypatch.setattr(importing.blocks, "store", cancels)
    jobs.run(writing.pk)
    writing.refresh_from_db()
    assert writing.state == "cancelled"
    assert not ResponseBlock.objects.exists()
    assert not OpenAnswer.objects.exists()
    assert results()["respondents"] == 0
    assert SurveyImport.objects.get().state == "dropped"


def test_what_is_stored_cannot_be_discarded_or_corrected(desk):
    job = read(desk)
    press(desk, job, "accept")
    work()
    press(desk, job, "discard")
    press(desk, job, "correct", again="yes")
    work()
    job.refresh_from_db()
    assert job.state == "done"
    assert results()["respondents"] == 90
    assert page(desk, job, "columns/3/").status_code == 302


def test_a_failed_storing_is_said_and_can_be_tried_again(desk, monkeypatch):
    job = read(desk)
    press(desk, job, "accept")
    finish = importing.storing.finish
    monkeypatch.setattr(importing.storing, "finish", lambda begun: 1 / 0)
    work()
    work()
    shown = page(desk, job).content.decode()
    assert "The import was not stored" in shown
    monkeypatch.setattr(importing.storing, "finish", finish)
    press(desk, job, "retry")
    work()
    assert results()["respondents"] == 90


def test_rows_left_out_are_counted_and_downloaded_with_their_reason(desk):
    rows = exports.google(PEOPLE)
    rows[3] = [*rows[3], "=HYPERLINK(1)", "somebody@example.org"]
    job = read(desk, exports.as_csv(rows))
    assert "1 row, because: more cells than headings" in page(desk, job).content.decode()
    answer = page(desk, job, "left-out-rows.csv")
    assert "attachment" in answer["Content-Disposition"]
    text = b"".join(answer.streaming_content).decode()
    found = list(csv.reader(io.StringIO(text)))
    assert found[1][:2] == ["4", "more cells than headings"]
    assert "'=HYPERLINK(1)" in found[1]
    assert "somebody@example.org" not in text
    assert rows[3][0] not in text
    press(desk, job, "accept")
    work()
    assert "1 row, because: more cells than headings" in page(desk, job).content.decode()
    assert results()["respondents"] == 89


# Corrections


def column_of(job, text):
    return next(q["columns"][0] for q in job.result["summary"]["questions"] if q["text"] == text)


def form_of(client, job, column):
    """What a browser would send for the form of a question as it stands."""
    form = page(client, job, f"columns/{column}/").context["form"]
    sent = {}
    for field in form:
        value = field.value()
        if isinstance(value, bool) or value is None:
            continue
        sent[field.html_name] = value
    return sent


def correct(client, job, column, **said):
    answer = client.post(f"{AT}imports/{job.pk}/columns/{column}/", form_of(client, job, column) | {"press": str(uuid.uuid4())} | said)
    assert answer.status_code == 302, answer.content.decode()
    work()
    job.refresh_from_db()
    assert job.state == "done", job.message


def question(job, text):
    return next(q for q in job.result["summary"]["questions"] if q["text"] == text)


def test_a_form_sent_as_it_stands_corrects_nothing(desk):
    for make in (exports.google, exports.surveymonkey):
        job = read(desk, exports.as_csv(make(PEOPLE)), title=make.__name__)
        before = job.result["summary"]["questions"]
        for asked in before:
            correct(desk, job, asked["columns"][0])
            assert not job.settings["mapping"].get("columns")
        assert job.result["summary"]["questions"] == before


def test_kind_and_leaving_out_are_corrected(desk):
    job = read(desk)
    correct(desk, job, column_of(job, exports.AGREE), kind="single")
    assert question(job, exports.AGREE)["kind"] == "single"
    correct(desk, job, column_of(job, exports.SAY), kind="metadata")
    assert question(job, exports.SAY)["kind"] == "metadata"
    assert question(job, exports.AGREE)["kind"] == "single"
    press(desk, job, "accept")
    work()
    assert not OpenAnswer.objects.exists()
    assert exports.SAY not in [q["text"] for q in results()["questions"]]


def test_another_question_becomes_the_group(desk):
    job = read(desk)
    correct(desk, job, column_of(job, exports.COMING), kind="group")
    assert question(job, exports.COMING)["kind"] == "group"
    assert question(job, exports.GROUP)["kind"] == "single"
    correct(desk, job, column_of(job, exports.GROUP), kind="group")
    assert [q["text"] for q in job.result["summary"]["questions"] if q["kind"] == "group"] == [exports.GROUP]


def test_not_split_and_split_again(desk):
    job = read(desk)
    column = column_of(job, exports.CHOOSE)
    assert question(job, exports.CHOOSE)["kind"] == "multi"
    before = question(job, exports.CHOOSE)["choices"]
    correct(desk, job, column, kind="single")
    whole = question(job, exports.CHOOSE)["choices"]
    assert any(", " in label and label not in before for label in whole)
    answer = desk.post(f"{AT}imports/{job.pk}/columns/{column}/", {"press": str(uuid.uuid4()), "reset": "yes"})
    assert answer.status_code == 302
    work()
    job.refresh_from_db()
    assert question(job, exports.CHOOSE)["choices"] == before


def test_choices_are_given_where_the_file_does_not_show_them(desk):
    rows = [["Which group describes you best?", "Pick some"]]
    rows += [["Parent" if n % 3 else "Student", "Reading, writing; Sums" if n % 2 else "Reading, writing"] for n in range(30)]
    job = read(desk, exports.as_csv(rows))
    column = column_of(job, "Pick some")
    correct(desk, job, column, kind="multi", split="semicolon-space")
    assert question(job, "Pick some")["choices"] == {"Reading, writing": 30, "Sums": 15}


def test_labels_are_joined_and_taken_apart_again(desk):
    rows = [["Which group describes you best?", "Way to school"]]
    rows += [["Parent" if n % 3 else "Student", ["Bus", "bus", "On foot"][n % 3]] for n in range(60)]
    job = read(desk, exports.as_csv(rows))
    shown = page(desk, job).content.decode()
    assert "Take the other reading" in shown
    n = next(n for n, issue in enumerate(job.result["summary"]["issues"]) if issue["code"] == "look_alike")
    press(desk, job, "correct", swap=str(n))
    work()
    job.refresh_from_db()
    assert question(job, "Way to school")["choices"] == {"Bus": 40, "On foot": 20}
    column = column_of(job, "Way to school")
    correct(desk, job, column, label_0="By bus")
    assert question(job, "Way to school")["choices"] == {"By bus": 40, "On foot": 20}
    correct(desk, job, column, apart_0="on")
    assert sorted(question(job, "Way to school")["choices"].values()) == [20, 20, 20]


def test_the_other_reading_of_a_split_is_one_press(desk):
    rows = [["Which group describes you best?", "Pick some"]]
    for n in range(40):
        rows.append(["Parent" if n % 3 else "Student", ["Alpha, Beta", "Alpha, Beta, Gamma", "Gamma", "Gamma, Delta"][n % 4]])
    job = read(desk, exports.as_csv(rows))
    issues = job.result["summary"]["issues"]
    n = next(n for n, issue in enumerate(issues) if issue["code"] == "split")
    before = set(question(job, "Pick some")["choices"])
    press(desk, job, "correct", swap=str(n))
    work()
    job.refresh_from_db()
    after = set(question(job, "Pick some")["choices"])
    assert before ^ after == {"Alpha, Beta", "Alpha", "Beta"}


def test_choices_in_columns_of_their_own_are_renamed(desk):
    job = read(desk, exports.as_csv(exports.surveymonkey(PEOPLE)))
    column = column_of(job, exports.CHOOSE)
    before = question(job, exports.CHOOSE)["choices"]
    shown = [count.label for count, _ in page(desk, job, f"columns/{column}/").context["form"].table()]
    assert shown == exports.labels(PEOPLE), "in the order of the columns, whatever the database makes of JSON"
    correct(desk, job, column, label_1="New wording")
    after = question(job, exports.CHOOSE)["choices"]
    assert after.pop("New wording") == before.pop(shown[1])
    assert after == before


def test_a_form_in_another_language_counts_with_the_first(desk):
    press(desk, read(desk), "accept")
    work()
    spanish = {"Parent": "Padre", "Student": "Estudiante"}
    rows = [["Marca temporal", "¿A qué grupo pertenece usted?", "¿Cómo viene a la escuela?"]]
    rows += [[f"2024-03-01 08:{n:02d}:00", list(spanish.values())[n % 2], "Autobús" if n % 3 else "NA"] for n in range(30)]
    job = read(desk, exports.as_csv(rows), survey="spring-survey", note="Spanish form")
    column = column_of(job, "¿A qué grupo pertenece usted?")
    if question(job, "¿A qué grupo pertenece usted?")["kind"] != "group":
        correct(desk, job, column, kind="group")
    shown = [count.label for count, _ in page(desk, job, f"columns/{column}/").context["form"].table()]
    correct(desk, job, column, **{f"label_{shown.index(other)}": own for own, other in spanish.items()})
    column = column_of(job, "¿Cómo viene a la escuela?")
    shown = [count.label for count, _ in page(desk, job, f"columns/{column}/").context["form"].table()]
    correct(desk, job, column, wording=exports.COMING, **{f"label_{shown.index('Autobús')}": "Bus"})
    press(desk, job, "accept", how="add")
    work()
    assert {g["name"]: g["respondents"] for g in results()["groups"]} == {"Parent": 60, "Student": 45, "Teacher": 15}
    before = Counter(r.way for r in PEOPLE)
    assert tallies(exports.COMING)["Bus"] == before["Bus"] + 20
    assert tallies(exports.COMING)["NA"] == before["NA"] + 10
    assert sum(q["text"] == exports.COMING for q in results()["questions"]) == 1


def test_the_file_as_a_whole_is_read_otherwise_and_that_is_taken_back(desk):
    job = read(desk)
    press(desk, job, "correct", format="plain", header_rows="2")
    work()
    job.refresh_from_db()
    assert (job.result["summary"]["format"], job.result["summary"]["responses"]) == ("plain", 89)
    press(desk, job, "correct", back="yes")
    work()
    job.refresh_from_db()
    assert (job.result["summary"]["format"], job.result["summary"]["responses"]) == ("google-forms", 90)


def test_a_correction_that_cannot_be_read_is_taken_back(desk):
    job = read(desk, exports.as_csv(exports.google(PEOPLE)[:2]))
    press(desk, job, "correct", header_rows="2")
    work()
    job.refresh_from_db()
    assert job.state == "failed"
    assert "Take the last correction back" in page(desk, job).content.decode()
    press(desk, job, "correct", back="yes")
    work()
    assert "1 respondent and" in page(desk, job).content.decode()


@pytest.mark.parametrize("said", [{"swap": "99"}, {"swap": "x"}, {"header_rows": "77"}, {"format": "no-such"}])
def test_an_odd_correction_is_refused_in_a_sentence(desk, said):
    job = read(desk)
    answer = press(desk, job, "correct", **said)
    assert answer.status_code == 422
    job.refresh_from_db()
    assert job.state == "done"


def test_two_corrections_at_once_do_not_overwrite_each_other(desk):
    job = read(desk)
    press(desk, job, "correct", header_rows="2")
    answer = press(desk, job, "correct", format="plain")
    assert answer.status_code == 302
    job.refresh_from_db()
    assert job.settings["mapping"] == {"header_rows": 2}


def test_mapping_is_what_the_command_takes(desk, meadow, tmp_path):
    job = read(desk)
    correct(desk, job, column_of(job, exports.AGREE), kind="single")
    answer = page(desk, job, "mapping.json")
    assert "attachment" in answer["Content-Disposition"]
    (tmp_path / "mapping.json").write_bytes(answer.content)
    mapping = importing.mapping_from(tmp_path / "mapping.json")
    path = exports.write(tmp_path / "export.csv", exports.google(PEOPLE))
    made = import_file(path, organization=meadow, slug="other", press=importing.Press("command"), mapping=mapping)
    assert next(q.kind for q in made.draft.questions if q.text == exports.AGREE) == "single"


# What else is said of a survey


def test_minors_ask_for_a_word_about_their_parents(desk):
    job = read(desk, asks_minors="on")
    answer = press(desk, job, "accept")
    assert answer.status_code == 422
    assert "Say first that parents were told" in answer.content.decode()
    press(desk, job, "accept", notice="yes")
    work()
    assert Survey.objects.get().asks_minors


def test_a_given_consent_day_is_kept(desk):
    job = read(desk, asks_minors="on", consent_on="2024-02-28")
    press(desk, job, "accept")
    work()
    assert str(Survey.objects.get().consent_on) == "2024-02-28"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"consent_on": "2999-01-01"}, "is after today"),
        ({"slug": "Bad Slug"}, "Use lower-case letters"),
        ({"slug": "imports"}, "is an address of the product itself"),
        ({"file": ""}, "Choose the file first."),
        ({"survey": "no-such"}, "Select a valid choice"),
    ],
)
def test_upload_is_refused_in_a_sentence(desk, said, sentence):
    answer = upload(desk, **said)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Job.objects.exists()


def test_an_empty_and_a_too_large_file_are_refused(desk, settings):
    assert upload(desk, b"").status_code == 422
    settings.MAX_UPLOAD_MB = 0
    answer = upload(desk)
    assert answer.status_code == 413
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("content", [b"%PDF-1.4 no table", b"PK\x03\x04broken", b"one column\n", b"\x00\x01\x02" * 100])
def test_what_is_no_table_is_said_and_can_be_discarded(desk, content):
    job = read(desk, content)
    assert job.state == "failed"
    shown = page(desk, job).content.decode()
    assert "This file was not read" in shown
    press(desk, job, "discard")
    assert "This import was discarded" in page(desk, job).content.decode()


def test_a_slug_that_is_taken_is_said(desk):
    press(desk, read(desk), "accept")
    work()
    answer = upload(desk, b"a,b\n1,2\n")
    assert answer.status_code == 422
    assert "There is a survey" in answer.content.decode()


# Published figures


def paste(client, text, **said):
    form = {"way": "pasted", "press": str(uuid.uuid4()), "title": "Spring survey", "source": "Board, March 2023", "text": text} | said
    return client.post(f"{AT}imports/figures/", form)


def type_in(client, group, respondents, rows, **said):
    form = {
        "way": "typed",
        "press": str(uuid.uuid4()),
        "title": "Spring survey",
        "source": "Board, March 2023",
        "question": "Which matter most?",
        "group": group,
        "respondents": str(respondents),
    }
    for n, (choice, count, percent) in enumerate(rows, 1):
        form |= {f"choice_{n}": choice, f"count_{n}": count, f"percent_{n}": percent}
    return client.post(f"{AT}imports/figures/", form | said)


def accept_newest(client, **said):
    work()
    job = newest()
    assert job.state == "done", job.message
    answer = press(client, job, "accept", **said)
    assert answer.status_code == 302, answer.content.decode()
    work()
    return job


TEXT = "Group\tRespondents\nParents\t200\nPupils\t100\n\nPriorities by group - Parents\nPriority\tCount\tPercent\nSafe schools\t120\t60%\nReading\t50\t25%\n"


def test_a_pasted_text_becomes_published_figures(desk):
    assert paste(desk, TEXT).status_code == 302
    work()
    shown = page(desk, newest()).content.decode()
    assert "1 table of 300 respondents was understood." in shown
    assert "60" in shown
    accept_newest(desk)
    found = results()
    assert found["published_figures"]
    assert SurveyImport.objects.get().name.startswith("Board, March 2023")
    table = next(t for q in found["questions"] for t in q["groups"] if t["group"] == "Parents")
    assert [(c["label"], c["count"], c["percent"]) for c in table["choices"]] == [("Safe schools", 120, 60), ("Reading", 50, 25)]


def test_a_pasted_text_without_figures_is_said(desk):
    paste(desk, "Nothing of the kind\nhere at all\n")
    work()
    assert "No published figures were found" in page(desk, newest()).content.decode()
    assert paste(desk, "  ").status_code == 422


def test_typed_tables_of_two_groups_stand_beside_each_other(desk):
    assert type_in(desk, "Parents", 200, [("Safe schools", "120", "60"), ("Reading", "50", "")]).status_code == 302
    accept_newest(desk)
    type_in(desk, "Pupils", 100, [("Reading", "70", "70"), ("Safe schools", "30", "30")], survey="spring-survey")
    accept_newest(desk)
    assert tallies("Which matter most?", "Parents") == {"Safe schools": 120, "Reading": 50}
    assert tallies("Which matter most?", "Pupils") == {"Safe schools": 30, "Reading": 70}
    type_in(desk, "Parents", 200, [("Safe schools", "121", "")], survey="spring-survey")
    accept_newest(desk)
    assert tallies("Which matter most?", "Parents") == {"Safe schools": 121}
    assert tallies("Which matter most?", "Pupils") == {"Safe schools": 30, "Reading": 70}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("", "5", "")], "has a figure and no choice"),
        ([("Reading", "", "")], "has no count"),
        ([("Reading", "500", "")], "is more than the 100 respondents"),
        ([("Reading", "5", ""), ("Reading", "6", "")], "stands twice"),
        ([], "Write at least one choice"),
        ([("Reading", "x", "")], "Enter a whole number"),
    ],
)
def test_an_odd_typed_row_is_refused_in_a_sentence(desk, rows, sentence):
    answer = type_in(desk, "Pupils", 100, rows)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Job.objects.exists()


def test_a_typed_table_does_not_take_themes_away(desk):
    themes = TEXT + "\nWhat should we begin?\n\nParents Top 2 Trends\nBuses: earlier ones\nMeals: warm ones\n"
    paste(desk, themes)
    accept_newest(desk)
    assert results()["themes"]
    answer = type_in(desk, "Pupils", 100, [("Reading", "5", "")], survey="spring-survey")
    assert answer.status_code == 422
    assert "came with themes" in answer.content.decode()


# Surveys as a whole


def test_settings_are_changed_and_answers_deleted_after_a_question(desk):
    press(desk, read(desk), "accept")
    work()
    at = f"{AT}spring-survey/settings/"
    said = {"press": str(uuid.uuid4()), "title": "Spring", "minimum_group": "12", "keep_answers_days": "365"}
    assert desk.post(at, said).status_code == 302
    survey = Survey.objects.get()
    assert (survey.title, survey.minimum_group, survey.keep_answers_days) == ("Spring", 12, 365)
    assert desk.post(at, said | {"minimum_group": "2"}).status_code == 422
    before = tallies(exports.CHOOSE)
    there = f"{AT}spring-survey/imports/{SurveyImport.objects.get().pk}/delete/"
    assert "cannot be brought back" in desk.get(there).content.decode()
    assert ResponseBlock.objects.exists()
    for _ in range(2):
        assert desk.post(there, {"press": str(uuid.uuid4())}).status_code == 302
    assert not ResponseBlock.objects.exists()
    assert tallies(exports.CHOOSE) == before
    assert "deleted" in desk.get(at).content.decode()


def test_number_of_statements_does_not_grow_with_surveys_and_imports(desk, meadow, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def statements():
        with CaptureQueriesContext(connection) as found:
            assert desk.get(AT).status_code == 200
        return len(found)

    press(desk, read(desk), "accept")
    work()
    first = statements()
    for n in range(3):
        press(desk, read(desk, exports.as_csv(exports.google(PEOPLE[n:])), title=f"Survey {n}"), "accept")
    work()
    assert statements() == first


# Who may


EVERY = ["", "imports/new/", "imports/figures/", "imports/{pk}/", "imports/{pk}/progress/", "imports/{pk}/columns/2/", "imports/{pk}/mapping.json",
         "imports/{pk}/left-out-rows.csv"]  # fmt: skip
POSTED = ["imports/{pk}/accept/", "imports/{pk}/discard/", "imports/{pk}/retry/", "imports/{pk}/correct/"]


def test_visitors_sign_in_outsiders_find_nothing_and_low_roles_are_refused(client, desk, meadow):
    job = read(desk)
    for what in EVERY + POSTED:
        at = AT + what.format(pk=job.pk)
        ask = client.post if what in POSTED else client.get
        client.logout()
        assert ask(at).status_code == 302
        client.force_login(PersonFactory())
        assert ask(at).status_code == 404
        client.force_login(MembershipFactory(organization=meadow, role="contributor").person)
        assert ask(at).status_code == (200 if what == "" else 403)
    assert b"Files brought in" not in client.get(AT).content


def test_an_import_of_another_district_or_of_another_kind_is_not_found(desk, meadow):
    job = read(desk)
    Job.objects.filter(pk=job.pk).update(organization=OrganizationFactory(slug="lakes"))
    assert page(desk, job).status_code == 404
    plan = Job.objects.create(kind="read_plan", organization=meadow)
    assert page(desk, plan).status_code == 404
    assert desk.get(f"{AT}imports/99999999/").status_code == 404
    assert desk.get(f"{AT}no-such/settings/").status_code == 404


def test_wrong_methods_and_a_form_without_its_press(desk):
    job = read(desk)
    for what in POSTED:
        assert desk.get(AT + what.format(pk=job.pk)).status_code == 405
    assert desk.post(f"{AT}imports/{job.pk}/").status_code == 405
    assert desk.post(f"{AT}imports/{job.pk}/accept/", {}).status_code == 400
    assert desk.get(f"{AT}imports/{job.pk}/columns/77/").status_code == 404


SPANISH = [["ID", "¿A qué grupo pertenece usted?", "¿Cómo viene a la escuela?", "Valore [Autobuses]", "Valore [Comida]", "¿Qué más?"]]
SPANISH += [
    [f"es{n}", ["Padre", "Estudiante"][n % 2], "Autobús" if n % 3 else "NA", ["Bueno", "Malo"][n % 2], "Malo", f"música {n}"]
    for n in range(30)
]
ENGLISH = [["ID", exports.GROUP, exports.COMING, "Rate these [Buses]", "Rate these [Food]", "What else?"]]
ENGLISH += [
    [f"en{n}", ["Parent", "Student"][n % 2], "Bus" if n % 3 else "NA", ["Good", "Bad"][n % 2], "Bad", f"music {n}"] for n in range(30)
]
SAME = {"Padre": "Parent", "Estudiante": "Student", "Autobús": "Bus", "Bueno": "Good", "Malo": "Bad"}


def matched(desk, job, **said):
    """What the table of the whole file sends when each choice is given its partner."""
    form = page(desk, job, "matching/").context["form"]
    sent = {field.html_name: field.value() or "" for field in form}
    for _, _, choices in form.questions():
        for field in choices:
            offered = {label: value for value, label in field.field.choices}
            if partner := SAME.get(field.label):
                sent[field.html_name] = offered[partner]
    return desk.post(f"{AT}imports/{job.pk}/matching/", sent | {"press": str(uuid.uuid4())} | said)


def test_a_file_in_another_language_is_matched_in_one_table(desk):
    press(desk, read(desk, exports.as_csv(ENGLISH)), "accept")
    work()
    job = read(desk, exports.as_csv(SPANISH), survey="spring-survey", note="Spanish form")
    assert "5 questions or their choices are not in the survey yet" in page(desk, job).content.decode()
    shown = page(desk, job, "matching/").content.decode()
    assert "Some are paired by their place alone" in shown
    assert matched(desk, job).status_code == 302
    work()
    job.refresh_from_db()
    assert "Every question and choice is in the survey already" in page(desk, job).content.decode()
    again = json.loads(page(desk, job, "mapping.json").content)
    press(desk, job, "accept", how="add")
    work()
    found = results()
    assert [q["text"] for q in found["questions"]] == [*ENGLISH[0][2:]]
    assert {g["name"]: g["respondents"] for g in found["groups"]} == {"Parent": 30, "Student": 30}
    assert tallies(exports.COMING) == {"Bus": 40, "NA": 20}
    assert tallies("Rate these [Buses]") == {"Good": 30, "Bad": 30}
    assert tallies("Rate these [Food]") == {"Bad": 60}
    assert OpenAnswer.objects.filter(question__text="What else?").count() == 60
    assert again["columns"][3]["question"] == "Rate these [Buses]"


def test_a_mapping_that_the_table_made_works_on_the_command_line(desk, tmp_path):
    press(desk, read(desk, exports.as_csv(ENGLISH)), "accept")
    work()
    job = read(desk, exports.as_csv(SPANISH), survey="spring-survey")
    matched(desk, job)
    work()
    job.refresh_from_db()
    mapping = json.loads(page(desk, job, "mapping.json").content)
    path = tmp_path / "later.csv"
    path.write_bytes(exports.as_csv(SPANISH[:1] + [[f"x{row[0]}", *row[1:]] for row in SPANISH[1:]]))
    import_file(path, organization=Survey.objects.get().organization, slug="spring-survey", press=Press("command"), mapping=mapping)
    assert tallies("Rate these [Buses]") == {"Good": 30, "Bad": 30}
    assert tallies(exports.COMING) == {"Bus": 40, "NA": 20}


def test_one_question_is_the_partner_of_one(desk):
    press(desk, read(desk, exports.as_csv(ENGLISH)), "accept")
    work()
    job = read(desk, exports.as_csv(SPANISH), survey="spring-survey")
    form = page(desk, job, "matching/").context["form"]
    answer = matched(desk, job, question_1=form["question_2"].value())
    assert answer.status_code == 422
    assert "asks each question once" in answer.content.decode()


def test_a_first_file_has_nothing_to_be_matched_with(desk):
    job = read(desk)
    assert "matching" not in page(desk, job).content.decode()
    assert page(desk, job, "matching/").status_code == 302
