"""Scales as bars that part in the middle, on the page and on paper."""

import re
from datetime import date
from types import SimpleNamespace

import page
import pytest

from dashboards.survey_pdf import contents, render_survey
from surveys.percents import percent_of
from surveys.showing import tables
from surveys.showing.figures import read
from surveys.showing.scales import scale

AGREE = ["Agree", "Strongly disagree", "Not sure", "Strongly agree", "Disagree"]


def table(name, group, counts, base=100):
    choices = [
        {"label": label, "count": n, "percent": None if n is None else percent_of(n, base)} | ({"masked": True} if n is None else {})
        for label, n in counts.items()
    ]
    return {"name": name, "group": group, "base": base, "choices": choices, "top": []}


def survey(*questions):
    groups = [{"name": "Parents", "respondents": 100}, {"name": "Students", "respondents": 15}]
    asked = [{"text": f"Question {n}", "kind": kind, "groups": tables} for n, (kind, tables) in enumerate(questions)]
    return {"title": "Climate", "respondents": 115, "minimum_group": 10, "groups": groups, "questions": asked, "themes": []}


def drawn(kind, labels):
    question = read(survey((kind, [table("Parents", "Parents", dict.fromkeys(labels, 10))]))).questions[0]
    found = scale(question)
    return (found.labels, found.beside) if found else None


@pytest.mark.parametrize(
    ("kind", "labels", "wanted"),
    [
        ("scale", AGREE, (("Strongly disagree", "Disagree", "Agree", "Strongly agree"), ("Not sure",))),
        ("single", ["Agree", "Disagree", "Neutral"], (("Disagree", "Neutral", "Agree"), ())),
        ("scale", ["10", "2", "N/A"], (("2", "10"), ("N/A",))),
        ("single", ["1-5 years", "6-10 years", "11 years or more"], None),
        ("single", ["Yes", "No"], None),
        ("multi", AGREE, None),
    ],
)
def test_what_is_drawn_as_a_scale(kind, labels, wanted):
    assert drawn(kind, labels) == wanted


def test_a_withheld_figure_does_not_take_the_sentence_of_the_rest():
    parents = table("Parents", "Parents", dict(zip(AGREE, (40, 5, 5, 30, 20), strict=True)))
    everybody = table("All respondents", None, dict(zip(AGREE, (None, None, 8, 34, 25), strict=True)), base=115)
    students = table("Students", "Students", dict(zip(AGREE, (None, None, 3, 4, 5), strict=True)), base=15)
    said = scale(read(survey(("scale", [parents, students, everybody]))).questions[0]).headline
    assert said == "70% of parents chose the upper half, “Agree” or more; 25% the lower, “Disagree” or less."
    assert "withheld" in scale(read(survey(("scale", [students]))).questions[0]).headline


def test_on_the_page_of_a_group_a_scale_stands_in_its_order():
    parents = table("Parents", "Parents", dict(zip(AGREE, (40, 5, 5, 30, 20), strict=True)))
    asked = read(survey(("scale", [parents]))).questions[0]
    shown = tables.ranked(asked, asked.tables[0])
    assert [(line.label, line.rank) for line in shown.lines] == [
        ("Strongly disagree", ""), ("Disagree", ""), ("Agree", ""), ("Strongly agree", ""), ("Not sure", ""),
    ]  # fmt: skip
    assert shown.headline.startswith("70% of parents chose the upper half")


def test_the_paper_has_the_bars_of_the_page_and_is_tagged():
    parents = dict(zip(AGREE, (40, 5, 5, 30, 20), strict=True))
    students = dict(zip(AGREE, (None, None, 3, 4, 5), strict=True))
    asked = [table("Parents", "Parents", parents), table("Students", "Students", students, base=15)]
    tree = survey(("matrix", asked), ("single", [table("Parents", "Parents", {"Yes": 60, "No": 40})]))
    organization = SimpleNamespace(name="Meadow", accent="#27447f", is_sample=False)
    about = SimpleNamespace(title="Climate", organization=organization, slug="climate")
    publication = SimpleNamespace(survey=about, published_on=date(2026, 11, 1), fingerprint="ab" * 32, tree=tree)
    published = read(tree)
    first, second = contents(publication, published, [])["questions"]
    assert (first["rows"], first["all"], second["scale"]) == ([], None, None)
    assert second["rows"], "what is no scale keeps its matrix"
    lines = first["scale"]["lines"]
    assert [len(line["pieces"]) for line in lines] == [4, 0], "a bar with a withheld piece would tell it"
    low, high = lines[0]["pieces"][:2], lines[0]["pieces"][2:]
    assert low[0]["x"] == 50 - (5 + 20) / 2
    assert high[0]["x"] == 50
    assert sum(piece["width"] for piece in lines[0]["pieces"]) == pytest.approx((5 + 20 + 40 + 30) / 2)
    made = render_survey(publication, published, [])
    report = page.validate_pdf_bytes(made, profile="ua-1")
    assert not report.failures
    assert re.search(r"5%.*20%.*40%.*30%", lines[0]["words"])
