"""Published figures without answers behind them, in the layout of a deck, in our own words; and what does not add up in them."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.audit import Press
from accounts.models import AuditEntry, Organization
from surveys.models import Survey, SurveyImport, Table, Tally
from surveys.reading import published
from surveys.reading.reading import read
from surveys.results import as_json, results_of
from surveys.services.importing import import_file
from tests.surveys import exports

DECK = """
Meadow Plan

What people told us

Group\tNumber of Respondents
Family\t1200
Learner\t400
Neighbor\t150
Worker + Family\t90
School Worker (Not Teaching)\t210
Office Worker\t75
Total\t2125

Top 4 Priorities by Group- Workers

Priority\tCount\tPercentage
Calm/kind schools\t130\t62%
New buses, later starts, and warm meals (soup, bread)\t87\t41%
Small classes\t86\t41%
Music\t21\t10%

Top 3

1. Calm / kind schools
2. New buses, later starts, and warm meals
3. Small Classes

What shall Meadow begin? (Open answer)

Families Top 3 Trends

Sleep: They ask for a later bell. It would help the mornings.

Gardens: A bed for each class.

Quiet: One room where nobody talks.

What shall Meadow begin? (Open answer)

Office and School Worker Top 3

Trends

Tools: Keys that work.

Time: Fewer meetings: one a week is enough.

Top 4 Priorities by Group- Families

Priority\tCount\tPercentage
Small classes\t1,020\t85%
Music\t606\t51%
Calm/kind schools\t600\t50%
New buses, later starts, and warm meals (soup, bread)\t480\t40%

Top 3

1. Small classes
2. Music
3. Calm / kind schools
4. New buses, later starts, and warm meals

Worker Families Top 3 Trends

Care: Before and after school.

Next Steps

- Everybody writes one page
"""


def deck(text=DECK):
    return published.recognise(text.splitlines())


def codes(draft):
    return {issue.code for issue in draft.issues}


def said(draft, code):
    return next(issue.message for issue in draft.issues if issue.code == code)


def test_sizes_tables_lists_and_themes():
    draft = deck()
    assert draft.total == 2125
    assert list(draft.groups.items())[:2] == [("Family", 1200), ("Learner", 400)]
    assert [(t.name, t.group, t.base, len(t.rows)) for t in draft.tables] == [
        ("Workers", "School Worker (Not Teaching)", 210, 4),
        ("Families", "Family", 1200, 4),
    ]
    assert draft.tables[1].rows[0].count == 1020
    assert draft.tables[0].top == ["Calm / kind schools", "New buses, later starts, and warm meals", "Small Classes"]
    assert [(t.name, t.groups, len(t.themes)) for t in draft.themes] == [
        ("Families", ["Family"], 3),
        ("Office and School Worker", ["Office Worker", "School Worker (Not Teaching)"], 2),
        ("Worker Families", ["Worker + Family"], 1),
    ]
    assert draft.themes[1].themes[1] == ("Time", "Fewer meetings: one a week is enough."), "split at the first colon"
    assert {t.question for t in draft.themes} == {"What shall Meadow begin?"}


def test_what_does_not_add_up_is_said_and_not_changed():
    draft = deck()
    assert "has the base 210" in said(draft, "base_of_another")
    assert "The top three of “Families”" in said(draft, "top_length")
    assert "has four entries" in said(draft, "top_length")
    assert "for 2 groups together" in said(draft, "themes_for_several")
    assert "“Learner”" in said(draft, "group_without_table")
    assert codes(draft) == {"base_of_another", "top_length", "themes_for_several", "group_without_table"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("Total\t2125", "Total\t2126", "total"),
        ("Music\t21\t10%\n", "", "rows"),
        ("2. Music\n3. Calm / kind schools", "2. Calm / kind schools\n3. Music", "top_order"),
        ("2. Music\n", "2. Drumming\n", "top_unknown"),
        ("3. Calm / kind schools\n4. New", "3. New", "top_leaves_out"),
        ("Music\t606\t51%", "Small Classes\t606\t51%", "twice"),
        ("1,020\t85%", "1,020\t86%", "base_of_none"),
        ("Families Top 3 Trends\n\nSleep", "Visitors Top 3 Trends\n\nSleep", "themes_without_group"),
    ],
)
def test_each_check_finds_its_fault(old, new, code):
    assert old in DECK
    assert code not in codes(deck())
    assert code in codes(deck(DECK.replace(old, new, 1)))


def test_a_letter_is_no_deck():
    assert published.recognise(["Dear families,", "we count on you.", "Top 3", "1. one", "2. two"]) is None


def test_a_table_of_figures(tmp_path):
    rows = [
        ["Group", "Respondents", "Priority", "Count", "Percent"],
        ["Family", "200", "Calm", "150", "75%"],
        ["Family", "200", "Music", "51", "26%"],
    ]
    rows += [["Learner", "40", "Music", "30", "75%"], ["Learner", "40", "Calm", "", ""]]
    with read(exports.write(tmp_path / "figures.csv", rows)) as (draft, _):
        assert draft.groups == {"Family": 200, "Learner": 40}
        assert [(t.name, t.base, [(r.label, r.count) for r in t.rows]) for t in draft.tables] == [
            ("Family", 200, [("Calm", 150), ("Music", 51)]),
            ("Learner", 40, [("Music", 30), ("Calm", None)]),
        ]


def test_answers_are_not_taken_for_figures(tmp_path):
    rows = [["Which group?", "Choice", "How many children"], *[["Family", "Calm", str(n % 4)] for n in range(30)]]
    with read(exports.write(tmp_path / "answers.csv", rows)) as (draft, _):
        assert draft.rows == 30


# In the database


@pytest.fixture
def district(db):
    return Organization.objects.create(slug="meadow", name="Meadow")


def bring(district, tmp_path, text=DECK, name="deck.txt"):
    path = tmp_path / name
    path.write_text(text)
    return import_file(path, organization=district, slug="spring", press=Press(AuditEntry.COMMAND))


def results(**more):
    return as_json(results_of(Survey.objects.get()), address="meadow/spring", **more)


def test_figures_come_out_as_they_are_printed(district, tmp_path):
    assert bring(district, tmp_path).is_new
    found = results()
    assert found["respondents"] == 2125
    assert {g["name"]: g["respondents"] for g in found["groups"]}["Worker + Family"] == 90
    tables = [table for q in found["questions"] for table in q["groups"]]
    assert [(t["name"], t["group"], t["base"]) for t in tables] == [
        ("Workers", "School Worker (Not Teaching)", 210),
        ("Families", "Family", 1200),
    ]
    assert [(c["count"], c["percent"]) for c in tables[1]["choices"]] == [(600, 50), (480, 40), (1020, 85), (606, 51)]
    assert tables[1]["top"][3] == "New buses, later starts, and warm meals"
    assert [t["groups"] for t in found["themes"]] == [
        ["Family"],
        ["School Worker (Not Teaching)", "Office Worker"],
        ["Worker + Family"],
    ] or [sorted(t["groups"]) for t in found["themes"]][1] == ["Office Worker", "School Worker (Not Teaching)"]
    assert any("base 210" in issue["message"] for issue in found["issues"])
    assert found["published_figures"] is True


def test_a_choice_that_a_table_does_not_have_is_unknown(district, tmp_path):
    bring(district, tmp_path, DECK.replace("Music\t21\t10%", "Drums\t21\t10%"))
    table = results()["questions"][0]["groups"][0]
    assert next(c for c in table["choices"] if c["label"] == "Music") == {"label": "Music", "count": None, "percent": None}


def test_figures_again_add_nothing_and_corrected_ones_replace(district, tmp_path):
    bring(district, tmp_path)
    before = Tally.objects.count(), AuditEntry.objects.count()
    assert not bring(district, tmp_path, name="copy.txt").is_new
    assert (Tally.objects.count(), AuditEntry.objects.count()) == before
    bring(district, tmp_path, DECK.replace("1,020\t85%", "1,021\t85%"))
    assert SurveyImport.objects.counted().count() == 1
    assert 1021 in [c["count"] for t in results()["questions"][0]["groups"] for c in t["choices"]]
    assert Table.objects.filter(source__state=SurveyImport.REPLACED).exists(), "the earlier ones stay as they were"


def test_figures_of_a_small_group_are_hidden(district, tmp_path):
    text = DECK.replace("School Worker (Not Teaching)\t210", "School Worker (Not Teaching)\t8").replace("Total\t2125", "Total\t1923")
    rows = "Calm/kind schools\t5\t63%\nMusic\t3\t38%\nSmall classes\t2\t25%\nGames\t1\t13%\n"
    start, end = text.index("Calm/kind schools\t130"), text.index("\nTop 3")
    bring(district, tmp_path, text[:start] + rows + text[end:])
    found = results()
    hidden = {g["name"] for g in found["groups"] if g.get("suppressed")}
    assert hidden == {"School Worker (Not Teaching)", "Office Worker"}
    assert found["questions"][0]["groups"][0] == {"name": "Workers", "group": "School Worker (Not Teaching)", "suppressed": True}
    assert next(t for t in found["themes"] if t["name"] == "Office and School Worker")["themes"] == []
    assert not [issue for issue in found["issues"] if "School Worker" in issue["message"]]
    assert results(unsuppressed=True)["questions"][0]["groups"][0]["base"] == 8


def test_command_prints_published_figures(district, tmp_path):
    path = tmp_path / "deck.txt"
    path.write_text(DECK)
    out = StringIO()
    call_command("import_survey", str(path), "--district", "meadow", "--survey", "spring", "--json", stdout=out, stderr=StringIO())
    found = json.loads(out.getvalue())
    assert (found["outcome"], found["format"], found["responses"]) == ("warn", "published", 2125)
