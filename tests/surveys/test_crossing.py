"""Tables of any two questions with filters, against counts made in Python."""

import csv
import io
import re
import uuid
from collections import Counter

import openpyxl
import pytest
from django.urls import reverse

from accounts.audit import Press
from accounts.models import AuditEntry
from surveys.crossing import closed_questions, cross
from surveys.models import Survey
from surveys.results import as_json
from surveys.services.importing import import_file
from surveys.services.surveys import change_survey, delete_answers
from tests.factories.people import MembershipFactory, OrganizationFactory
from tests.surveys import exports

pytestmark = pytest.mark.django_db
PEOPLE = exports.few(240)
AT = "/manage/meadow/surveys/spring/results/"


@pytest.fixture
def meadow():
    return OrganizationFactory(slug="meadow")


def bring(meadow, tmp_path, people=PEOPLE, slug="spring", **more):
    path = tmp_path / f"{slug}.csv"
    path.write_bytes(exports.as_csv(exports.google(people)))
    import_file(path, organization=meadow, slug=slug, press=Press("command"), **more)
    return Survey.objects.select_related("organization").get(slug=slug)


@pytest.fixture
def survey(meadow, tmp_path):
    return bring(meadow, tmp_path)


@pytest.fixture
def desk(client, meadow):
    client.force_login(MembershipFactory(organization=meadow, role="editor").person)
    return client


def ask(survey, rows, by=None, **only):
    """The table as JSON, with questions and choices by their words."""
    questions = {q.text: q for q in closed_questions(survey).values()}
    wanted = {}
    for text, labels in only.items():
        question = questions[NAMES[text]]
        wanted[question.pk] = [pk for pk, label in question.choices.items() if label in labels]
    return cross(survey, questions[rows], questions[by] if by else None, wanted)


NAMES = {"group": exports.GROUP, "agree": exports.AGREE, "coming": exports.COMING, "choose": exports.CHOOSE}


def counts(found):
    tree = as_json(found.results, address="x", unsuppressed=True)
    return {
        t["name"]: {c["label"]: c["count"] for c in t["choices"] if c["count"]} | {"base": t["base"]}
        for t in tree["questions"][0]["groups"]
    }


def test_every_cell_is_what_the_rows_say(survey):
    """Rows of several choices, columns of one, a filter of two choices of a third question and one of a fourth."""
    left = [r for r in PEOPLE if r.group in ("Parent", "Teacher") and exports.SAFE in r.chosen]
    found = counts(ask(survey, exports.CHOOSE, exports.AGREE, group=["Parent", "Teacher"], choose=[exports.SAFE]))
    wanted = {"All respondents": Counter(c for r in left for c in r.chosen) | {"base": len(left)}}
    for r in left:
        column = wanted.setdefault(r.agree or "No answer", Counter())
        column.update(["base", *r.chosen])
    assert found == {name: dict(said) for name, said in wanted.items()}
    assert len(found) == 5
    assert found["All respondents"]["base"] > 20


def test_columns_of_several_choices_share_people(survey):
    found = counts(ask(survey, exports.COMING, exports.CHOOSE))
    for choice in exports.CHOICES:
        mine = [r for r in PEOPLE if choice in r.chosen]
        assert found[choice] == dict(Counter(r.way for r in mine if r.way)) | {"base": len(mine)}
    assert found["All respondents"]["base"] == len(PEOPLE) < sum(found[c]["base"] for c in exports.CHOICES)


def test_without_filters_the_groups_are_those_of_the_results(survey):
    """Counted from the answers and read from the tallies it is the same table."""
    by_tally = counts(ask(survey, exports.AGREE, exports.GROUP))
    everyone = [label for q in closed_questions(survey).values() if q.kind == "group" for label in q.choices.values()]
    by_answers = counts(ask(survey, exports.AGREE, exports.GROUP, group=everyone))
    assert by_tally == by_answers != {}


def test_two_files_count_together(survey, meadow, tmp_path):
    more = exports.few(60)
    path = tmp_path / "second.csv"
    path.write_bytes(exports.as_csv(exports.microsoft(more)))
    import_file(path, organization=meadow, slug="spring", press=Press("command"))
    found = counts(ask(survey, exports.COMING, exports.AGREE))
    assert found["All respondents"]["base"] == len(PEOPLE) + len(more)


def test_small_columns_are_withheld_and_what_would_give_them_away(meadow, tmp_path):
    people = [r for r in exports.few(240) if r.agree != "Disagree"] + [r for r in exports.few(240) if r.agree == "Disagree"][:4]
    survey = bring(meadow, tmp_path, people)
    tree = as_json(ask(survey, exports.COMING, exports.AGREE).results, address="x")
    by_name = {t["name"]: t for t in tree["questions"][0]["groups"]}
    assert by_name["Disagree"] == {"name": "Disagree", "group": "Disagree", "suppressed": True}
    assert sum("suppressed" in t for t in by_name.values()) >= 2, "one alone follows from the total"


def test_too_few_left_or_taken_away_is_no_table(survey):
    assert not ask(survey, exports.COMING, None, group=["Parent"]).is_small
    change_survey(survey=survey, press=Press("command"), minimum_group=30)
    survey.refresh_from_db()
    assert ask(survey, exports.COMING, None, agree=["Disagree"]).base >= 30
    few = [r for r in PEOPLE if r.way == "Bus" and r.agree == "Disagree" and r.group == "Student"]
    assert len(few) < 30
    assert ask(survey, exports.CHOOSE, None, coming=["Bus"], agree=["Disagree"], group=["Student"]).is_small


def test_a_filter_that_takes_few_away_is_no_table(meadow, tmp_path):
    people = [r for r in PEOPLE if r.way != "Bus"] + [r for r in PEOPLE if r.way == "Bus"][:3]
    survey = bring(meadow, tmp_path, people)
    others = [way for way in exports.WAYS if way != "Bus"]
    found = ask(survey, exports.AGREE, None, coming=others)
    assert found.base == len(people) - 3
    assert found.is_small, "all less these are three persons"


def test_twelve_people_without_groups_have_no_percent_of_all_or_none(meadow, tmp_path):
    path = tmp_path / "few.csv"
    path.write_text("Is it safe?,Is it warm?\n" + "\n".join(f"Yes,{'Yes' if n % 2 else 'No'}" for n in range(12)))
    import_file(path, organization=meadow, slug="few", press=Press("command"))
    from surveys.results import results_of

    tree = as_json(results_of(Survey.objects.get(slug="few")), address="x")
    said = tree["questions"][0]["groups"][0]["choices"]
    assert said == [{"label": "Yes", "count": None, "percent": None, "masked": True, "at_least": 83}]


# the pages


def test_a_table_has_an_address_and_says_what_it_is(desk, survey):
    by = {q.text: q for q in closed_questions(survey).values()}
    bus = next(pk for pk, label in by[exports.COMING].choices.items() if label == "Bus")
    at = f"{AT}?rows={by[exports.CHOOSE].pk}&by={by[exports.AGREE].pk}&only={bus}"
    page = desk.get(at)
    assert page.status_code == 200
    body = page.content.decode()
    base = sum(r.way == "Bus" for r in PEOPLE)
    assert f"{base} respondents fit the filters" in body
    assert "For staff." in body
    assert "no-store" in page.headers["Cache-Control"]
    files = re.findall(r'href="([^"]*table\.(?:csv|xlsx)\?[^"]*)"', body)
    assert len(files) == 2
    lines = list(csv.reader(io.StringIO(desk.get(files[0].replace("&amp;", "&")).content.decode("utf-8-sig"))))
    head = next(n for n, line in enumerate(lines) if line[0] == exports.CHOOSE)
    assert any("Bus" in line[0] for line in lines[:head])
    rows = {line[0]: line for line in lines[head + 1 :]}
    for choice in exports.CHOICES:
        assert rows[choice][1] == str(sum(r.way == "Bus" and choice in r.chosen for r in PEOPLE))
    book = openpyxl.load_workbook(io.BytesIO(desk.get(files[1].replace("&amp;", "&")).content))
    assert [cell.value for cell in book.active[head + 1]][:2] == lines[head][:2]
    assert book.active.cell(head + 2, 2).value == int(lines[head + 1][1])


def test_a_scale_is_drawn_as_bars_that_part(desk, survey):
    by = {q.text: q for q in closed_questions(survey).values()}
    body = desk.get(f"{AT}?rows={by[exports.AGREE].pk}").content.decode()
    assert 'class="diverging"' in body
    assert "chose the upper half" in body


def test_a_filter_is_said_in_the_sentence_and_its_own_group_is_no_second_column(desk, survey):
    by = {q.text: q for q in closed_questions(survey).values()}
    student = next(pk for pk, label in by[exports.GROUP].choices.items() if label == "Student")
    body = desk.get(f"{AT}?rows={by[exports.CHOOSE].pk}&by=groups&only={student}").content.decode()
    assert "of those who fit the filters named" in body
    assert "of all respondents named" not in body
    assert not re.search(r'<th scope="col"[^>]*>\s*Student', body)
    assert re.search(r'<th scope="col"[^>]*>\s*Student', desk.get(f"{AT}?rows={by[exports.CHOOSE].pk}").content.decode())


def test_odd_addresses_are_told_apart_from_empty_ones(desk, survey):
    assert desk.get(f"{AT}?rows=999999").status_code == 404
    assert desk.get(f"{AT}?only=abc").status_code == 404
    assert desk.get(f"{AT}?only=&by=&rows=").status_code == 200


def test_statements_do_not_grow_with_answers(desk, survey, meadow, tmp_path, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    by = {q.text: q for q in closed_questions(survey).values()}
    at = f"{AT}?rows={by[exports.CHOOSE].pk}&by={by[exports.AGREE].pk}"
    with CaptureQueriesContext(connection) as seen:
        desk.get(at)
    path = tmp_path / "more.csv"
    path.write_bytes(exports.as_csv(exports.google(exports.few(2400))))
    import_file(path, organization=meadow, slug="spring", press=Press("command"))
    with django_assert_num_queries(len(seen)):
        desk.get(at)


def test_deleted_answers_are_said_to_be_missing(desk, survey):
    by = {q.text: q for q in closed_questions(survey).values()}
    delete_answers(source=survey.imports.get(), press=Press("command"))
    page = desk.get(f"{AT}?rows={by[exports.CHOOSE].pk}&by=groups").content.decode()
    assert f"{sum(exports.SAFE in r.chosen for r in PEOPLE)}" in page, "the tallies stay"
    page = desk.get(f"{AT}?rows={by[exports.CHOOSE].pk}&by={by[exports.AGREE].pk}").content.decode()
    assert "Their answers" in page or "were deleted" in page


def test_published_figures_have_a_table_too(desk, meadow):
    from surveys.samples import FILE

    import_file(FILE, organization=meadow, slug="spring", press=Press("command"))
    body = desk.get(AT).content.decode()
    assert "not listed" in body
    assert "22% or less" in body


def test_contributors_see_no_unpublished_results(client, meadow, survey):
    client.force_login(MembershipFactory(organization=meadow, role="contributor").person)
    assert client.get(reverse("surveys:survey-results", args=["meadow", "spring"])).status_code == 403


# all answers, one row each


def test_every_respondent_is_a_row_in_csv_and_xlsx(desk, survey):
    def take(kind):
        answer = desk.post(f"{AT}answers.{kind}", {"press": str(uuid.uuid4())})
        assert answer.status_code == 200
        return b"".join(answer.streaming_content)

    lines = list(csv.reader(io.StringIO(take("csv").decode("utf-8-sig"))))
    head, rows = lines[0], lines[1:]
    assert exports.SAY not in head, "open answers are not in it"
    at = {name: n for n, name in enumerate(head)}
    offered = [name for name in head if name.startswith(exports.CHOOSE)]
    said = Counter(
        (
            row[at[exports.GROUP]],
            row[at[exports.COMING]],
            row[at[exports.AGREE]],
            tuple(n[len(exports.CHOOSE) + 2 : -1] for n in offered if row[at[n]] == "1"),
        )
        for row in rows
    )
    order = [name[len(exports.CHOOSE) + 2 : -1] for name in offered]
    assert said == Counter((r.group, r.way, r.agree, tuple(c for c in order if c in r.chosen)) for r in PEOPLE)
    book = openpyxl.load_workbook(io.BytesIO(take("xlsx")), read_only=True)
    sheet = [["" if cell is None else str(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert sheet == lines
    entries = AuditEntry.objects.filter(verb="take answers along")
    assert [entry.new for entry in entries] == [{"kind": "csv"}, {"kind": "xlsx"}]


def test_a_label_is_no_formula_and_no_markup(meadow, desk, tmp_path):
    path = tmp_path / "odd.csv"
    labels = ["=1+1", "<b>&amp;</b>", "Ünï \u00a0", "@x", 'Art, "fine"']
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([["ID", "Which is it?", "How many children?"], *([n, labels[n % 5], n % 7] for n in range(80))])
    import_file(path, organization=meadow, slug="spring", press=Press("command"))
    body = b"".join(desk.post(f"{AT}answers.csv", {"press": str(uuid.uuid4())}).streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body)))
    assert {row[0] for row in rows[1:]} == {"'=1+1", "<b>&amp;</b>", "Ünï", "'@x", 'Art, "fine"'}
    assert {row[1] for row in rows[1:]} == {str(n) for n in range(7)}
    book = openpyxl.load_workbook(io.BytesIO(b"".join(desk.post(f"{AT}answers.xlsx", {"press": str(uuid.uuid4())}).streaming_content)))
    assert {row[0].value for row in book.active.iter_rows(min_row=2)} == {"=1+1", "<b>&amp;</b>", "Ünï", "@x", 'Art, "fine"'}
    assert {row[0].data_type for row in book.active.iter_rows(min_row=2)} == {"s"}


def test_who_answered_nothing_has_a_line_in_a_table_of_one_column_too(meadow, desk, tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("ID,Which is it?\n" + "\n".join(f"{n},{['Bus', 'Bike', ''][n % 3]}" for n in range(60)))
    import_file(path, organization=meadow, slug="spring", press=Press("command"))
    body = b"".join(desk.post(f"{AT}answers.csv", {"press": str(uuid.uuid4())}).streaming_content).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(body))) == [["Which is it?"], *([["Bus"], ["Bike"], [""]] * 20)]


def test_a_survey_with_nothing_but_texts_is_an_empty_sheet(meadow, desk, tmp_path):
    path = tmp_path / "texts.csv"
    path.write_text("ID,What should we begin?\n" + "\n".join(f"{n},Somebody wishes for the thing number {n}" for n in range(40)))
    import_file(path, organization=meadow, slug="spring", press=Press("command"))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(desk.post(f"{AT}answers.xlsx", {"press": str(uuid.uuid4())}).streaming_content)))
    assert [cell.value for row in book.active.iter_rows() for cell in row if cell.value] == []


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(desk, survey, monkeypatch):
    monkeypatch.setattr("surveys.answer_rows.MOST_ROWS", 8192)
    import_more = desk.post(f"{AT}answers.xlsx", {"press": str(uuid.uuid4())})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(import_more.streaming_content)))
    assert [len(list(sheet.iter_rows())) for sheet in book.worksheets] == [241, 1]
