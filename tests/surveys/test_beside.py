"""A published survey beside an earlier one: chosen by the cabinet, made from what is public of both and nothing else."""

import csv
import io
import random
import re
import uuid
from types import SimpleNamespace

import openpyxl
import pytest
from pypdf import PdfReader

from accounts.audit import Press
from surveys.comparing import NOTHING, Sides, decided, suggested
from surveys.publication_audit import OTHERWISE, SamePeople, objections
from surveys.results import EVERYBODY, Answer, Asking, GroupTable, Results, as_json
from surveys.services.publications import match_surveys, offered, publish_tables, withdraw_publications
from surveys.showing.figures import read
from surveys.suppression import Asked, Figures
from tests.factories.people import MembershipFactory
from tests.surveys.test_comparing import both  # noqa: F401

PRESS = Press("command")
STAFF = "/manage/meadow/surveys/spring/publish/"
PUBLIC = "/meadow/surveys/spring/earlier/"
SAID = {
    "groups": {"Parent": "Parents", "Student": "Student"},
    "questions": {"What matters most?": "What matters MOST to you?"},
    "choices": {"What matters most?": {"Safety": "Safety!", "Music": "Music", "Art": ""}},
}


def keys(survey, *names):
    return [t["key"] for q in offered(survey)["questions"] for t in q["groups"] if not names or t["name"] in names]


@pytest.fixture
def desk(client, both):  # noqa: F811
    client.force_login(MembershipFactory(organization=both[0].organization, role="cabinet").person)
    return client


def press(desk, **said):
    return desk.post(STAFF, {"press": str(uuid.uuid4())} | said)


def test_the_cabinet_chooses_an_earlier_survey_of_which_something_is_public(desk, both):  # noqa: F811
    spring, autumn = both
    assert "Beside an earlier survey" not in desk.get(STAFF).content.decode()
    answer = press(desk, table=keys(spring), beside="autumn")
    assert answer.status_code == 422
    assert "Nothing of the earlier survey is public" in answer.content.decode()
    publish_tables(survey=autumn, chosen=keys(autumn), press=PRESS)
    page = desk.get(STAFF).content.decode()
    assert "say first what is the same" in page
    assert 'value="autumn"' not in page
    assert press(desk, table=keys(spring), beside="autumn").status_code == 422, "a form made by hand is no way around"
    match_surveys(survey=spring, earlier=autumn, matches=SAID, press=PRESS)
    assert 'value="autumn"' in desk.get(STAFF).content.decode()
    assert press(desk, table=keys(spring), beside="autumn").status_code == 302
    assert re.search(r'value="autumn" checked', desk.get(STAFF).content.decode())

    assert PUBLIC in desk.get("/meadow/surveys/spring/").content.decode()
    page = desk.get(PUBLIC).content.decode()
    assert "safety rose by 21 points, from 22% to 43%" in page
    assert "Offered then and not now: Dance." in page
    assert "75%" in desk.get(f"{PUBLIC}?group=parent").content.decode()
    rows = list(csv.reader(io.StringIO(desk.get("/meadow/surveys/spring/earlier.csv").content.decode("utf-8-sig"))))
    assert {row[1] for row in rows[1:]} == {"All respondents", "Parent", "Student"}
    safety = next(row for row in rows if row[1:4] == ["All respondents", "Safety", "Safety!"])
    assert safety[4:11] == ["12", "54", "22", "30", "70", "43", "21"]
    book = openpyxl.load_workbook(io.BytesIO(desk.get("/meadow/surveys/spring/results.xlsx").content))
    assert "Since then" in book.sheetnames
    paper = PdfReader(io.BytesIO(desk.get("/meadow/surveys/spring/report.pdf").content))
    assert "from 22% to 43%" in re.sub(r"\s+", " ", " ".join(one.extract_text() for one in paper.pages))


def published_beside(spring, autumn, *names):
    publish_tables(survey=autumn, chosen=keys(autumn, *names), press=PRESS)
    match_surveys(survey=spring, earlier=autumn, matches=SAID, press=PRESS)
    return publish_tables(survey=spring, chosen=keys(spring), beside="autumn", press=PRESS)


def test_only_what_is_public_of_both_is_compared(client, both):  # noqa: F811
    published_beside(*both, "Parents")
    page = client.get(PUBLIC).content.decode()
    assert "Nothing can be compared here" in page, "there is no public table of all respondents of then"
    assert "?group=parent" in page
    assert "?group=student" not in page
    rows = list(csv.reader(io.StringIO(client.get("/meadow/surveys/spring/earlier.csv").content.decode("utf-8-sig"))))
    assert {row[1] for row in rows[1:]} == {"Parent"}


def test_figures_that_are_not_public_any_more_are_not_in_the_comparison(desk, both):  # noqa: F811
    spring, autumn = both
    made = published_beside(spring, autumn)
    assert "%" not in str(made.tree["beside"]), "pairs are kept, no figures"
    publish_tables(survey=autumn, chosen=keys(autumn, "Parents"), press=PRESS)
    assert "not shown any more" in desk.get(PUBLIC).content.decode()
    assert desk.get("/meadow/surveys/spring/earlier.csv").status_code == 404
    assert "The comparison is not shown any more" in desk.get(STAFF).content.decode()
    again = publish_tables(survey=spring, chosen=keys(spring), beside="autumn", press=PRESS)
    assert again.pk != made.pk
    assert desk.get("/meadow/surveys/spring/earlier.csv").status_code == 200
    withdraw_publications(survey=autumn, reason="A wrong file", press=PRESS)
    assert desk.get("/meadow/surveys/spring/earlier.csv").status_code == 404
    assert 'value="autumn"' not in desk.get(STAFF).content.decode()
    assert "22%" not in desk.get(PUBLIC).content.decode()


def test_a_survey_without_a_comparison_has_no_such_page(client, both):  # noqa: F811
    publish_tables(survey=both[0], chosen=keys(both[0]), press=PRESS)
    assert client.get(PUBLIC).status_code == 404
    assert "earlier" not in client.get("/meadow/surveys/spring/").content.decode()


@pytest.mark.parametrize("seed", range(40))
def test_a_comparison_shows_no_figure_that_is_not_in_the_two_publications(seed):
    """So what can be computed from all three is what can be computed from the two, which the exact audit of each covers."""
    rng = random.Random(seed)
    now, then = tree(rng), tree(rng)
    sides = Sides(read(now), read(then), suggested(read(now), read(then)))
    for one in sides.everything():
        for row in one.rows:
            for figure, of, label in ((row.now, now, row.label), (row.then, then, row.label_then)):
                if figure is not None:
                    said = cell(of, one.group, label)
                    assert (figure.count, figure.percent) == (said["count"], said["percent"])
            known = row.then is not None and None not in (row.then.percent, row.now.percent)
            assert (row.change is not None) == known
            assert not known or row.change == row.now.percent - row.then.percent


def tree(rng):
    """Results as they may be shown, of random groups, some of them small."""
    sizes = {name: rng.choice([3, 7, 12, 25, 80]) for name in ("Parents", "Students", "Staff", "Neighbors")}
    counts = {name: {label: rng.randint(0, size) for label in "abc"} for name, size in sizes.items()}
    tables = [GroupTable(name, name, size, [Answer(label, n) for label, n in counts[name].items()]) for name, size in sizes.items()]
    total = [Answer(label, sum(row[label] for row in counts.values())) for label in "abc"]
    tables.append(GroupTable(EVERYBODY, None, sum(sizes.values()), total))
    survey = SimpleNamespace(minimum_group=10, title="Random")
    return as_json(Results(survey, sum(sizes.values()), sizes, [Asking("What?", "multi", tables)], [], [], False), address="x")


def cell(of, group, label):
    table = next(t for t in of["questions"][0]["groups"] if t["name"] == group)
    return next(choice for choice in table["choices"] if choice["label"] == label)


def test_only_pairs_that_a_person_named_are_public():
    rng = random.Random(1)
    now, then = read(tree(rng)), read(tree(rng))
    assert decided(now, then, {}).questions == {"What?": NOTHING}
    said = {"questions": {"What?": "What?"}, "choices": {"What?": {"a": "b", "b": "gone"}}, "groups": {"Parents": "Students"}}
    found = decided(now, then, said)
    assert found.choices == {"What?": {"a": "b", "b": NOTHING, "c": NOTHING}}
    assert found.groups["Parents"] == "Students"


def test_the_same_file_in_another_survey_is_audited_with_this_one():
    """There the people are one group, so the total is shown; here a total would give a hidden group away."""
    few = {"A": 12, "B": 4, "C": 6}
    figures = Figures(few, [Asked({name: {"yes": n - 1} for name, n in few.items()})])
    shown = {"name": "A", "group": "A", "base": 12, "choices": [{"label": "yes", "count": 11}]}
    here = published([{"name": "A", "respondents": 12}, {"name": "B"}, {"name": "C"}], [shown])
    total = {"name": "All respondents", "group": None, "base": 22, "choices": [{"label": "yes", "count": 22 - 3}]}
    open_total = published([], [total])
    there = SamePeople([open_total], Figures({"All respondents": 22}, [Asked({"All respondents": {"yes": 19}}, has_all=False)]), ["Q"], 10)
    # nine of ten who are hidden said yes: both cells stay open; with all of them it does not
    assert objections(here, [], figures, texts=["Q"], minimum=10, others=[there]) == []
    everyone = Figures(few, [Asked({name: {"yes": n} for name, n in few.items()})])
    total["choices"][0]["count"], shown["choices"][0]["count"] = 22, 12
    assert objections(here, [], everyone, texts=["Q"], minimum=10) == []
    assert objections(here, [], everyone, texts=["Q"], minimum=10, others=[there]) == [OTHERWISE]


def published(groups, tables):
    questions = [{"text": "Q", "kind": "multi", "groups": tables}]
    return {"respondents": 22, "minimum_group": 10, "groups": groups, "questions": questions, "themes": []}
