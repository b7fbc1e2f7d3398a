"""What an import stores: all of it once, or nothing; a later export adds what is new; replacing is one switch."""

import json
import random
import threading
from collections import Counter
from contextlib import contextmanager
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from accounts import jobs, uploads
from accounts.audit import Press
from accounts.jobs import LostLease
from accounts.models import AuditEntry, Job, Organization
from surveys import packing
from surveys.models import OpenAnswer, ResponseBlock, Survey, SurveyImport, Tally
from surveys.packing import Block
from surveys.reading import draft as drafts
from surveys.reading.issues import NotASurvey
from surveys.results import as_json, results_of
from surveys.services import blocks, importing, storing
from surveys.services.importing import import_file
from surveys.services.surveys import change_survey, delete_answers, delete_survey
from tests.surveys import exports
from tests.surveys.test_child import crashes

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return Organization.objects.create(slug="meadow", name="Meadow")


def bring(district, path, slug="spring", **more):
    return import_file(path, organization=district, slug=slug, press=Press(AuditEntry.COMMAND), **more)


def results(slug="spring", **more):
    survey = Survey.objects.get(slug=slug)
    return as_json(results_of(survey), address=f"meadow/{slug}", **more)


def blocks_of_seven(monkeypatch):
    """Rows are taken at once and stored at once by seven."""
    monkeypatch.setattr(drafts, "BATCH", 7)
    monkeypatch.setattr(blocks, "BLOCK", 7)


def tallies(found, text, group):
    table = next(t for q in found["questions"] if q["text"] == text for t in q["groups"] if t["name"] == group)
    return {c["label"]: c["count"] for c in table["choices"] if c["count"]}


def wanted(people, group):
    return dict(Counter(c for r in people if group in (r.group, "*") or r.group == group for c in r.chosen))


@pytest.mark.parametrize("name", ["google-forms", "microsoft-forms", "surveymonkey", "qualtrics"])
def test_what_comes_out_is_what_went_in(district, tmp_path, name):
    people = exports.few(90)
    made = bring(district, exports.write(tmp_path / "export.csv", exports.FORMATS[name](people)))
    assert made.source.respondents == 90
    found = results()
    assert found["respondents"] == 90
    for group in ("Parent", "Student", "Teacher"):
        assert tallies(found, exports.CHOOSE, group) == wanted(people, group)
    assert tallies(found, exports.CHOOSE, "All respondents") == dict(Counter(c for r in people for c in r.chosen))
    assert OpenAnswer.objects.count() == sum(bool(r.says) for r in people)
    assert "203.0.113.7" not in json.dumps(made.source.mapping)
    texts = set(OpenAnswer.objects.values_list("text", flat=True))
    assert texts == {r.says for r in people if r.says}


def test_answers_that_look_like_gaps_are_answers(district, tmp_path):
    people = exports.few(90)
    bring(district, exports.write(tmp_path / "export.csv", exports.google(people)))
    assert tallies(results(), exports.COMING, "All respondents") == dict(Counter(r.way for r in people))


def test_the_same_file_again_adds_nothing(district, tmp_path):
    path = exports.write(tmp_path / "export.csv", exports.google(exports.few()))
    assert bring(district, path).is_new
    before = AuditEntry.objects.count(), Tally.objects.count(), ResponseBlock.objects.count()
    again = bring(district, path)
    assert not again.is_new
    assert (AuditEntry.objects.count(), Tally.objects.count(), ResponseBlock.objects.count()) == before
    assert results()["respondents"] == 60


def test_a_later_export_adds_only_what_is_new_and_drops_no_equal_row(district, tmp_path):
    rows = exports.plain(exports.few())  # without time stamps some rows are equal
    head, body = rows[0], [*rows[1:], *rows[1:11]]
    bring(district, exports.write(tmp_path / "one.csv", [head, *body[:50]]))
    random.Random(1).shuffle(body)
    later = bring(district, exports.write(tmp_path / "two.csv", [head, *body]))
    assert results()["respondents"] == 70
    assert later.source.respondents == 20
    assert later.source.known == 50
    chosen = Counter(c for row in body for c in row[1].split(" | ") if c)
    assert tallies(results(unsuppressed=True), exports.CHOOSE, "All respondents") == dict(chosen)


def test_respondents_are_known_by_their_mark_even_in_other_columns(district, tmp_path):
    rows = exports.surveymonkey(exports.few())
    bring(district, exports.write(tmp_path / "one.csv", rows[:42]))
    changed = [[*row[:4], "198.51.100.9", *row[5:]] for row in rows[2:]]
    later = bring(district, exports.write(tmp_path / "two.csv", [*rows[:2], *changed]))
    assert (later.source.known, later.source.respondents) == (40, 20)
    assert results()["respondents"] == 60


def test_replacing_is_one_switch(district, tmp_path):
    people = exports.few()
    first = bring(district, exports.write(tmp_path / "one.csv", exports.google(people)))
    bring(district, exports.write(tmp_path / "two.csv", exports.google(people[:30])), replace=True)
    first.source.refresh_from_db()
    assert first.source.state == SurveyImport.REPLACED
    assert results(unsuppressed=True)["respondents"] == 30
    assert not ResponseBlock.objects.filter(source=first.source).exists()
    assert not OpenAnswer.objects.filter(source=first.source.pk).exists()


def test_a_changed_form_without_a_mark_is_said(district, tmp_path):
    rows = exports.plain(exports.few())
    bring(district, exports.write(tmp_path / "one.csv", rows))
    rows[0][3] = "I feel at home at school."
    issues = bring(district, exports.write(tmp_path / "two.csv", rows)).draft.issues
    assert any(issue.code == "other_headings" and "replace" in issue.other for issue in issues)


def test_many_blocks_count_like_one(district, tmp_path, monkeypatch):
    blocks_of_seven(monkeypatch)
    people = exports.few(90)
    bring(district, exports.write(tmp_path / "export.csv", exports.google(people)))
    assert ResponseBlock.objects.count() == 13
    assert tallies(results(), exports.CHOOSE, "Parent") == wanted(people, "Parent")
    rows = sorted(OpenAnswer.objects.values_list("row", "text"))
    assert rows == [(n, r.says) for n, r in enumerate(people) if r.says]


def test_a_block_comes_back_as_it_was():
    block = Block(11, {(3, 7): 0b10000000001, (3, 8): 0, (4, 1): 0b11111111111}, {5: ["1.5", ""]})
    back = Block.unpack(block.pack())
    assert (back.rows, back.bits, back.values) == (11, {(3, 7): 0b10000000001, (4, 1): 0b11111111111}, {5: ["1.5", ""]})
    assert packing.places(back.bits[3, 7], 11) == [0, 10]


def test_a_block_is_made_of_smaller_ones():
    whole = Block(0)
    for part in (
        Block(3, {(1, 1): 0b101, (1, 2): 0b010}),
        Block(2, {(1, 1): 0b01, (2, 5): 0b11}, {7: ["4", ""]}),
        Block(1, {}, {7: ["5"]}),
    ):
        whole.append(part)
    assert whole == Block(6, {(1, 1): 0b101010, (1, 2): 0b010000, (2, 5): 0b000110}, {7: ["", "", "", "4", "", "5"]})


def test_small_groups_are_hidden_and_their_neighbor_too(district, tmp_path):
    people = [r for r in exports.few(120) if r.group != "Student"] + [r for r in exports.few() if r.group == "Student"][:4]
    bring(district, exports.write(tmp_path / "export.csv", exports.google(people)))
    found = results()
    hidden = {g["name"] for g in found["groups"] if g.get("suppressed")}
    assert hidden == {"Student", "Teacher"}
    for question in found["questions"]:
        for table in question["groups"]:
            if table["name"] in hidden:
                assert table == {"name": table["name"], "group": table["name"], "suppressed": True}
    assert {g["name"]: g["respondents"] for g in results(unsuppressed=True)["groups"]}["Student"] == 4


def test_what_fails_in_the_middle_leaves_nothing(district, tmp_path, monkeypatch):
    def fails(*args):
        raise RuntimeError("power cut")

    monkeypatch.setattr(storing, "write_tallies", fails)
    with pytest.raises(RuntimeError):
        bring(district, exports.write(tmp_path / "export.csv", exports.google(exports.few())))
    assert not Survey.objects.exists()
    assert not OpenAnswer.objects.exists()


def test_number_of_statements_does_not_grow_with_respondents(district, tmp_path, django_assert_num_queries):
    def statements(count):
        bring(district, exports.write(tmp_path / f"{count}.csv", exports.google(exports.few(count))), slug=f"s{count}")
        with connection.execute_wrapper(lambda run, *args: (seen.append(1), run(*args))[1]):
            results(f"s{count}")

    seen: list[int] = []
    statements(60)
    first = len(seen)
    seen.clear()
    statements(600)
    assert len(seen) == first <= 12


def test_deleting_answers_keeps_the_tallies(district, tmp_path):
    source = bring(district, exports.write(tmp_path / "export.csv", exports.google(exports.few()))).source
    before = results()["questions"]
    assert delete_answers(source=source, press=Press(AuditEntry.COMMAND))
    assert not delete_answers(source=source, press=Press(AuditEntry.COMMAND))
    assert not ResponseBlock.objects.exists()
    assert not OpenAnswer.objects.exists()
    assert results()["questions"] == before


def test_the_minimum_is_a_setting_within_bounds(district, tmp_path):
    bring(district, exports.write(tmp_path / "export.csv", exports.google(exports.few())))
    survey = Survey.objects.get()
    change_survey(survey=survey, press=Press(AuditEntry.WEB), minimum_group=25)
    assert [g["name"] for g in results()["groups"] if g.get("suppressed")] == ["Student", "Teacher"]
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        change_survey(survey=survey, press=Press(AuditEntry.WEB), minimum_group=2)


# Commands


def command(*words):
    out, err = StringIO(), StringIO()
    call_command(*words, stdout=out, stderr=err)
    return json.loads(out.getvalue()) if out.getvalue() else None, err.getvalue()


def test_commands_print_what_the_contract_says(district, tmp_path):
    path = str(exports.write(tmp_path / "export.csv", exports.google(exports.few(90))))
    into = ["--district", "meadow", "--survey", "spring"]
    found, said = command("import_survey", path, *into, "--dry-run", "--json")
    assert "Nothing was written." in said
    assert not Survey.objects.exists()
    assert found["responses"] == 90
    found, _ = command("import_survey", path, *into, "--json")
    assert {"outcome", "format", "encoding", "header_rows", "responses", "questions", "mapping", "issues"} <= set(found)
    assert {q["kind"] for q in found["questions"]} == {"metadata", "group", "multi", "single", "scale", "text"}
    found, _ = command("survey_results", "meadow/spring", "--json")
    assert {"survey", "respondents", "groups", "questions", "themes", "issues"} <= set(found)
    multi = next(q for q in found["questions"] if q["kind"] == "multi")
    assert all(len(table["top"]) <= 5 for table in multi["groups"])
    base = {table["name"]: table["base"] for table in multi["groups"]}
    assert base == {"Parent": 45, "Student": 30, "Teacher": 15, "All respondents": 90}
    command("survey_results", "meadow/spring", "--json", "--unsuppressed")
    assert AuditEntry.objects.filter(verb="look at small groups").count() == 1


def test_commands_refuse_in_a_sentence(district, tmp_path):
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF-1.7 ...")
    for words, says in (
        (["import_survey", str(letter), "--district", "meadow", "--survey", "s"], "a PDF"),
        (["import_survey", str(tmp_path / "none.csv"), "--district", "meadow", "--survey", "s"], "cannot be read"),
        (["import_survey", str(letter), "--district", "nowhere", "--survey", "s"], "There is no district “nowhere”"),
        (["survey_results", "meadow/none", "--json"], "There is no survey “meadow/none”"),
    ):
        with pytest.raises(CommandError, match=says):
            call_command(*words)


def test_a_mapping_comes_back_and_can_be_corrected(district, tmp_path):
    people = exports.few()
    rows = exports.google(people)
    path = exports.write(tmp_path / "export.csv", rows)
    found, _ = command("import_survey", str(path), "--district", "meadow", "--survey", "s", "--dry-run", "--json")
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps(found))
    again, _ = command(
        "import_survey", str(path), "--district", "meadow", "--survey", "s", "--dry-run", "--json", "--mapping", str(mapping)
    )
    assert again["questions"] == found["questions"] or [q["choices"] for q in again["questions"]] == [
        q["choices"] for q in found["questions"]
    ]
    column = next(c for c in found["mapping"]["columns"] if c["header"] == exports.COMING)
    column |= {"kind": "single", "join": {"NA": "None"}}
    mapping.write_text(json.dumps(found["mapping"]))
    corrected, _ = command("import_survey", str(path), "--district", "meadow", "--survey", "s", "--json", "--mapping", str(mapping))
    ways = Counter(r.way for r in people)
    choices = next(q["choices"] for q in corrected["questions"] if q["text"] == exports.COMING)
    assert choices["None"] == ways["None"] + ways["NA"]
    assert tallies(results("s"), exports.COMING, "All respondents")["None"] == ways["None"] + ways["NA"]
    mapping.write_text('{"columns": [{"column": 1, "kind": "guess"}]}')
    with pytest.raises(CommandError, match="guess"):
        command("import_survey", str(path), "--district", "meadow", "--survey", "s", "--mapping", str(mapping))


# Through the worker


@pytest.fixture
def sent(monkeypatch):
    told: list[int] = []
    monkeypatch.setattr(jobs, "hint", told.append)
    return told


@contextmanager
def before_each_block(monkeypatch, what):
    """Somebody else does something before a block's transaction begins."""

    write = blocks._write_block

    def first(*args):
        what()
        write(*args)

    with monkeypatch.context() as patch:
        patch.setattr(blocks, "_write_block", first)
        yield


def upload(district, rows, slug="spring"):
    kept = uploads.keep([exports.as_csv(rows)], folder=str(district.pk))
    return importing.start_reading(organization=district, kept=kept, name="export.csv", slug=slug, press=Press(AuditEntry.WEB))[0]


def accepted(district, rows, slug="spring", **more):
    job = upload(district, rows, slug)
    jobs.run(job.pk)
    job.refresh_from_db()
    return importing.accept(job=job, press=Press(AuditEntry.WEB), **more)[0]


def test_a_job_reads_shows_and_stores(district, sent):
    people = exports.few()
    job = upload(district, exports.google(people))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.DONE, job.message
    assert job.result["summary"]["responses"] == 60
    assert len(job.result["rows"]) == 10
    assert exports.moment(people[0]) not in json.dumps(job.result["rows"]), "the preview shows no time stamps"
    assert not Survey.objects.exists()
    writing, is_new = importing.accept(job=job, press=Press(AuditEntry.WEB))
    assert is_new
    assert not importing.accept(job=job, press=Press(AuditEntry.WEB))[1], "pressed twice"
    jobs.run(writing.pk)
    writing.refresh_from_db()
    assert (writing.state, writing.result["added"], writing.position, writing.total) == (Job.DONE, 60, 60, 60)
    assert results()["respondents"] == 60
    assert AuditEntry.objects.filter(verb="import survey").count() == 1


@pytest.mark.parametrize("killed_after", [0, 1, 4, 8])
def test_f01_a_worker_that_dies_between_blocks_is_gone_on_from_there(district, sent, monkeypatch, killed_after):
    blocks_of_seven(monkeypatch)
    people = exports.few()
    job = accepted(district, exports.google(people))
    work = jobs.claim(job.pk)
    written = []

    def dies(*args, **more):
        if len(written) == killed_after:
            raise KeyboardInterrupt
        written.append(1)
        return whole(*args, **more)

    whole = blocks._write_block
    monkeypatch.setattr(blocks, "_write_block", dies)
    with pytest.raises(KeyboardInterrupt):
        importing.write_job(work)
    assert results_of(Survey.objects.get()).respondents == 0, "what is half there counts for nobody"
    monkeypatch.setattr(blocks, "_write_block", whole)
    Job.objects.filter(pk=job.pk).update(state=Job.WAITING, lease=None)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.DONE, job.message
    assert results()["respondents"] == 60
    assert tallies(results(), exports.CHOOSE, "Parent") == wanted(people, "Parent")
    assert OpenAnswer.objects.count() == sum(bool(r.says) for r in people)


def test_f05_who_lost_the_lease_writes_nothing_more(district, sent, monkeypatch):
    blocks_of_seven(monkeypatch)
    job = accepted(district, exports.google(exports.few()))
    first = jobs.claim(job.pk)

    def overtaken():
        if ResponseBlock.objects.count() == 2:
            Job.objects.filter(pk=job.pk).update(state=Job.WAITING, lease=None)

    with before_each_block(monkeypatch, overtaken), pytest.raises(LostLease):
        importing.write_job(first)
    assert ResponseBlock.objects.count() == 2, "the third was rolled back with its position"
    jobs.run(job.pk)
    with pytest.raises(LostLease):
        importing.write_job(first)
    assert results()["respondents"] == 60
    assert AuditEntry.objects.filter(verb="import survey").count() == 1


def test_a_canceled_import_makes_room_for_the_next(district, sent, monkeypatch):
    blocks_of_seven(monkeypatch)
    job = accepted(district, exports.google(exports.few()))
    work = jobs.claim(job.pk)
    with before_each_block(monkeypatch, lambda: jobs.cancel(job=job, press=Press(AuditEntry.WEB))), pytest.raises(LostLease):
        importing.write_job(work)
    other = accepted(district, exports.google(exports.few(90)))
    jobs.run(other.pk)
    other.refresh_from_db()
    assert other.state == Job.DONE, other.message
    assert results()["respondents"] == 90
    assert SurveyImport.objects.filter(state=SurveyImport.STORING).count() == 0


def test_f12_a_file_that_is_gone_is_said(district, sent):
    job = accepted(district, exports.google(exports.few()))
    read = Job.objects.get(pk=job.settings["job"])
    path = settings.UPLOAD_DIR / read.file.path
    whole = path.read_bytes()
    path.write_bytes(whole + b"x")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, "was changed on the server" in job.message) == (Job.FAILED, True)
    path.write_bytes(whole)
    jobs.retry(job=job, press=Press(AuditEntry.WEB))
    jobs.run(job.pk)
    assert results()["respondents"] == 60


def test_f13_a_survey_that_is_deleted_meanwhile_takes_the_import_along(district, sent, monkeypatch):
    blocks_of_seven(monkeypatch)
    job = accepted(district, exports.google(exports.few()))
    work = jobs.claim(job.pk)

    def deleted():
        if ResponseBlock.objects.count() == 2:
            delete_survey(survey=Survey.objects.get(), press=Press(AuditEntry.WEB))

    with before_each_block(monkeypatch, deleted), pytest.raises(LostLease):
        importing.write_job(work)
    job.refresh_from_db()
    assert job.state == Job.CANCELLED
    assert not ResponseBlock.objects.exists()
    assert not OpenAnswer.objects.exists()


def test_f10_a_file_that_crashes_the_reader_fails_after_three_tries_and_others_are_read(district, sent, monkeypatch, real_child):
    poison, good = upload(district, exports.google(exports.few(60))), upload(district, exports.google(exports.few(90)), slug="other")
    with monkeypatch.context() as patch:
        crashes(patch)
        for _ in range(5):
            jobs.run(poison.pk)
    jobs.run(good.pk)
    poison.refresh_from_db()
    good.refresh_from_db()
    assert (poison.state, poison.tries) == (Job.FAILED, 3)
    assert "signal 11" in poison.message
    assert "tried 3 times" in poison.message
    assert good.state == Job.DONE, good.message


def test_a_file_that_is_no_survey_fails_the_job_at_once(district, sent):
    kept = uploads.keep([b"%PDF-1.7"], folder=str(district.pk))
    job = importing.start_reading(organization=district, kept=kept, name="a.pdf", slug="s", press=Press(AuditEntry.WEB))[0]
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.tries) == (Job.FAILED, 1)
    assert "a PDF" in job.message


@pytest.mark.django_db(transaction=True)
def test_f09_the_same_file_from_two_people_at_once_counts_once(tmp_path):
    district = Organization.objects.create(slug="meadow", name="Meadow")
    path = exports.write(tmp_path / "export.csv", exports.google(exports.few()))
    bring(district, exports.write(tmp_path / "first.csv", exports.google(exports.few(30))))
    barrier, ended = threading.Barrier(2), []

    def person():
        try:
            barrier.wait()
            ended.append(bring(district, path).is_new)
        except Exception as error:
            ended.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=person) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert ended.count(True) == 1, ended
    assert SurveyImport.objects.counted().count() == 2


def test_a_file_of_blank_cells_is_refused(tmp_path):
    with pytest.raises(NotASurvey, match="rows that are not blank"):
        importing.preview(exports.write(tmp_path / "blank.csv", [["a", "b"], ["", ""]]))
