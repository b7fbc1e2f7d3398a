"""A survey beside an earlier one: pairs suggested by words, changed by a person; points of difference; two bases."""

import csv
import io
import re
import uuid

import openpyxl
import pytest

from accounts.audit import Press
from accounts.models import AuditEntry
from surveys.comparing import bases, compared, headline, nearest, suggested
from surveys.models import Comparison, Survey
from surveys.results import as_json, results_of
from surveys.services.importing import import_file
from surveys.services.publications import match_surveys
from surveys.showing.figures import read
from tests.factories.people import MembershipFactory, OrganizationFactory

AT = "/manage/meadow/surveys/spring/earlier/"


@pytest.mark.parametrize(
    ("wording", "others", "wanted"),
    [
        ("Safe schools", ["safe  SCHOOLS!", "Music"], "safe  SCHOOLS!"),
        ("Escuelas seguras", ["Escuélas seguras"], "Escuélas seguras"),
        ("Safer schools", ["Safe schools", "Music"], "Safe schools"),
        ("Music", ["Mathematics", "Sports"], ""),
        ("Agree", ["Disagree", "Strongly agree"], ""),
        ("Safe school", ["Safe schools", "Safe schoolz"], ""),
        ("Safe", [], ""),
    ],
)
def test_nearest(wording, others, wanted):
    assert nearest(wording, others) == wanted


def test_bases_say_what_can_be_compared():
    assert "Now 100 people, then 100." in bases(100, 100)
    said = bases(8399, 41)
    assert "8,399" in said
    assert "the counts cannot" in said
    assert "one answer is 2.4 points" in said


NOW = {"Parent": ["Safety"] * 30 + ["Music"] * 10, "Student": ["Music"] * 15 + ["Art"] * 15}
THEN = {"Parents": ["Safety!"] * 12 + ["Music"] * 12, "Student": ["Music"] * 20 + ["Dance"] * 10}


def bring(organization, tmp_path, slug, people, group="Which group are you in?", asked="What matters most?"):
    lines = [f"ID,{group},{asked}"]
    lines += [f"{slug}{name}{n},{name},{said}" for name, given in people.items() for n, said in enumerate(given)]
    path = tmp_path / f"{slug}.csv"
    path.write_text("\n".join(lines))
    import_file(path, organization=organization, slug=slug, press=Press("command"))
    return Survey.objects.select_related("organization").get(slug=slug)


@pytest.fixture
def both(db, tmp_path):
    meadow = OrganizationFactory(slug="meadow")
    return bring(meadow, tmp_path, "spring", NOW), bring(meadow, tmp_path, "autumn", THEN, asked="What matters MOST to you?")


@pytest.fixture
def desk(client, both):
    client.force_login(MembershipFactory(organization=both[0].organization, role="editor").person)
    return client


def published(survey):
    return read(as_json(results_of(survey), address="x"))


def test_what_changed_is_the_difference_of_the_printed_percents(both):
    now, then = map(published, both)
    said = {"questions": {"What matters most?": "What matters MOST to you?"}, "groups": {"Parent": "Parents"}}
    pairs = suggested(now, then, said)
    assert pairs.choices["What matters most?"] == {"Safety": "Safety!", "Music": "Music", "Art": ""}
    found = compared(now.questions[0], then.questions[0], pairs, None)
    rows = {row.label: (row.then.count if row.then else None, row.now.count, row.change, row.change_words) for row in found.rows}
    # 30 of 70 are 43 %, 12 of 54 are 22 %; 25 of 70 are 36 %, 32 of 54 are 59 %
    assert rows == {"Safety": (12, 30, 21, "+21"), "Music": (32, 25, -23, "−23"), "Art": (None, 15, None, "not offered then")}
    assert found.gone == ("Dance",)
    assert "safety rose by 21 points, from 22% to 43%; music fell by 23 points, from 59% to 36%" in found.headline
    parents = compared(now.questions[0], then.questions[0], pairs, "Parent")
    assert (parents.base, parents.base_then) == (40, 24)
    assert compared(now.questions[0], then.questions[0], suggested(now, then, said | {"groups": {"Parent": ""}}), "Parent") is None


def test_small_movements_are_not_called_changes(both):
    now = published(both[0])
    rows = compared(now.questions[0], now.questions[0], suggested(now, now), None).rows
    assert headline(rows, "All respondents") == "Among all respondents, nothing moved."
    assert "can be compared" in headline([row for row in rows if False], "Parent")


def test_a_scale_keeps_its_order_and_its_steps_are_quoted():
    def asked(*shares):
        choices = [{"label": label, "count": n, "percent": n} for label, n in zip(("Agree", "Disagree", "Neutral"), shares, strict=True)]
        tables = [{"name": "All respondents", "group": None, "base": 100, "choices": choices, "top": []}]
        tree = {"respondents": 100, "minimum_group": 10, "groups": [], "themes": []}
        return read(tree | {"questions": [{"text": "Safe?", "kind": "scale", "groups": tables}]})

    now, then = asked(60, 10, 30), asked(50, 20, 30)
    found = compared(now.questions[0], then.questions[0], suggested(now, then), None)
    assert [row.label for row in found.rows] == ["Disagree", "Neutral", "Agree"]
    assert "“Agree” rose by 10 points, from 50% to 60%; “Disagree” fell" in found.headline


def test_a_person_says_what_is_the_same(desk, both):
    page = desk.get(f"{AT}autumn/").content.decode()
    assert "Nobody has looked at the pairs yet" in page
    page = desk.get(f"{AT}autumn/same/").content.decode()
    said = {name: value or "" for name, value in selected(page).items()}
    assert len(said) >= 3
    answer = desk.post(f"{AT}autumn/same/", said | {"press": str(uuid.uuid4()), "question_0": "0"})
    assert answer.status_code == 302, re.findall(r"field__error[^>]*>([^<]*)", answer.content.decode()) + [said]
    matches = Comparison.objects.get().matches
    assert matches["questions"] == {"What matters most?": "What matters MOST to you?"}
    assert matches["groups"]["Parent"] == "Parents"
    page = desk.get(f"{AT}autumn/?group=Parent").content.decode()
    assert "Nobody has looked" not in page
    assert "Now 40 people, then 24." in page
    assert re.search(r"Safety.*?then: Safety!.*?<b>50%</b>.*?<b>75%</b>.*?\+25", page, re.S)
    assert AuditEntry.objects.filter(verb="match surveys").count() == 1


def selected(page):
    """Select -> the value that is chosen in it."""
    found = {}
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="(\d*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def test_a_partner_belongs_to_one(desk, both):
    answer = desk.post(f"{AT}autumn/same/", {"press": str(uuid.uuid4()), "group_0": "0", "group_1": "0"})
    assert answer.status_code == 422
    assert "Two groups have this partner" in answer.content.decode()
    assert not Comparison.objects.exists()


def test_the_files_hold_all_groups(desk, both):
    match_surveys(
        survey=both[0], earlier=both[1], press=Press("command"),
        matches={"questions": {"What matters most?": "What matters MOST to you?"}, "groups": {"Parent": "Parents"}, "choices": {}},
    )  # fmt: skip
    lines = list(csv.reader(io.StringIO(desk.get(f"{AT}autumn/changes.csv").content.decode("utf-8-sig"))))
    rows = {(line[1], line[2]): line for line in lines}
    assert rows["All respondents", "Safety"][3:11] == ["Safety!", "12", "54", "22", "30", "70", "43", "21"]
    assert ("Parent", "Music") in rows
    assert ("Student", "Music") in rows
    book = openpyxl.load_workbook(io.BytesIO(desk.get(f"{AT}autumn/changes.xlsx").content)).active
    assert [cell.value for cell in book[2]][:3] == lines[1][:3]


def test_surveys_of_others_are_not_there(desk, both, tmp_path):
    lakes = OrganizationFactory(slug="lakes")
    bring(lakes, tmp_path, "foreign", NOW)
    for part in ("foreign/", "spring/", "none/", "autumn/?group=Nobody", "foreign/same/"):
        assert desk.get(AT + part).status_code == 404, part
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="same district"):
        match_surveys(survey=both[0], earlier=Survey.objects.get(slug="foreign"), matches={}, press=Press("command"))


def test_published_figures_are_compared_too(desk, both, tmp_path):
    from surveys.samples import FILE

    import_file(FILE, organization=both[0].organization, slug="deck", press=Press("command"))
    at = "/manage/meadow/surveys/deck/earlier/"
    assert "Nothing can be compared" in desk.get(f"{at}autumn/").content.decode()
    import_file(FILE, organization=both[0].organization, slug="deck-2", press=Press("command"))
    page = desk.get(f"{at}deck-2/?group=Students").content.decode()
    assert "nothing moved." in page
    assert "not known" in page, "what is not in a top ten has no change"
