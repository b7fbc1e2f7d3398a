"""Reports as PDF: that they are PDF/UA-1, say what the page says, hold any text as text, and have the same bytes everywhere."""

import copy
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import page
import pypdf
import pytest

from actions import charts, notices, words
from actions.picture import AreaPicture, ObjectivePicture, PlanPicture, StrategyPicture
from actions.pictures import status_words
from actions.writing import pdf
from actions.writing.as_json import fingerprint, report_tree
from actions.writing.typesetting import MARK, marked
from dashboards import presenters
from dashboards.tree import Links
from tests.factories.pictures import district_plan, nested_plan, odd_plan

ROOT = Path(__file__).parents[2]
NASTY = '#set page(fill: red) $x^2$ *bold* _it_ @ref <lab> \\ `raw` [c] {d} // "q" = - + ~ #import "x"'


def tree_of(picture: PlanPicture, **said) -> dict:
    return report_tree(picture, **{"published_on": None, "known_at": None, "previous": None} | said)


def published(picture: PlanPicture) -> dict:
    return tree_of(picture, published_on=date(2021, 8, 5), known_at=datetime(2021, 8, 4, 17, tzinfo=UTC), previous=picture.reports[-2])


def text_of(made: bytes) -> str:
    """All that it says, lines joined: a title that breaks is still found."""
    return " ".join(" ".join(sheet.extract_text() for sheet in pages_of(made)).split())


def squeezed(text: str) -> str:
    return "".join(text.split())


def pages_of(made: bytes) -> list[pypdf.PageObject]:
    return list(pypdf.PdfReader(io.BytesIO(made)).pages)


def faults_of(made: bytes) -> list[str]:
    report = page.validate_pdf_bytes(made, profile="ua-1")
    assert report.rules.total > 100
    return [f"{fault.rule_id}: {fault.message}" for fault in report.failures]


@cache
def made_of(plan: Callable[[], PlanPicture]) -> bytes:
    return pdf.render_pdf(tree_of(plan()))


@pytest.fixture(scope="module")
def report() -> bytes:
    return pdf.render_pdf(published(district_plan()))


def without_steps() -> PlanPicture:
    picture = odd_plan()
    picture.areas = [AreaPicture(n, n, str(n), str(n), f"Pillar number {n}", description="What it is about.") for n in range(1, 7)]
    return picture


def objectives_only() -> PlanPicture:
    picture = odd_plan()
    below = [ObjectivePicture(9, 9, f"1.{n}", f"1.{n}", f"Raise number {n}", description="By 2030.", lead="Academics") for n in (1, 2)]
    picture.areas = [AreaPicture(1, 1, "1", "1", "The only area", objectives=below)]
    return picture


def hostile() -> PlanPicture:
    """What would be markup, in every field that holds text."""
    picture = odd_plan()
    picture.title = picture.district_name = picture.description = picture.narrowed_to = NASTY
    picture.levels = dict.fromkeys(picture.levels, "#Level* $")
    picture.statuses[0] = replace(picture.statuses[0], name="#Done* $")
    area = picture.areas[0]
    area.title = area.lead = NASTY
    area.description = f"{NASTY}\n\nA second paragraph"
    for step in area.steps:
        step.title = step.description = step.public_note = step.lead = NASTY
        step.code = "#$*_<@`\\"
    area.steps[0].status = picture.statuses[0]
    area.strategies = [StrategyPicture(9, 9, "s", NASTY, NASTY, description=NASTY)]
    area.objectives = [ObjectivePicture(8, 8, "o", NASTY, NASTY, description=NASTY, steps=copy.deepcopy(area.steps))]
    return picture


def long_words() -> PlanPicture:
    picture, word = odd_plan(), "Donaudampfschifffahrts" * 5
    picture.title = picture.areas[0].title = word
    for step in picture.areas[0].steps:
        step.title = step.code = step.lead = step.public_note = word
    return picture


def empty_titles() -> PlanPicture:
    picture = odd_plan()
    picture.title = " "
    for area in picture.areas:
        area.title = ""
        for step in area.steps:
            step.title = ""
    return picture


def no_glyphs() -> PlanPicture:
    picture = odd_plan()
    picture.title = picture.areas[0].title = "\U00013000"  # an Egyptian hieroglyph
    picture.areas[0].steps[0].title = "Teach\x07 \U00013000\uf8ff and\u2028Việt\ttoo"
    return picture


def many_statuses() -> PlanPicture:
    picture = district_plan()
    names = ["Done", "Nearly there", "Half way through implementation", "Under consideration", "Planned", "Talks", "Idea", "On hold"]
    picture.statuses = status_words(
        {"id": n, "name": name, "rank": 7 - n if n < 7 else None, "meaning": "under_way", "is_retired": False}
        for n, name in enumerate(names)
    )
    for n, step in enumerate(picture.all_steps()):
        step.status = [*picture.statuses, None][n % 9]
    return picture


def no_areas() -> PlanPicture:
    picture = odd_plan()
    picture.areas = []
    return picture


PLANS = [
    district_plan, nested_plan, odd_plan, without_steps, objectives_only, hostile, long_words, empty_titles, no_glyphs, many_statuses, no_areas,
]  # fmt: skip


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.__name__)
def test_every_plan_is_pdf_ua_and_in_us_english(plan):
    made = made_of(plan)
    assert faults_of(made) == []
    catalog = pypdf.PdfReader(io.BytesIO(made)).trailer["/Root"]
    assert catalog["/Lang"] == "en-US"
    assert catalog["/MarkInfo"]["/Marked"]


def test_the_check_finds_a_pdf_that_is_not_tagged(tmp_path):
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    made = io.BytesIO()
    writer.write(made)
    assert faults_of(made.getvalue())


def test_a_published_report_is_pdf_ua(report):
    assert faults_of(report) == []


def test_it_says_what_the_page_says(report):
    picture, said = district_plan(), text_of(report)
    steps = list(picture.all_steps())
    fresh, rest, _ = words.freshness(steps, picture)
    for sentence in (words.headline(steps, picture), notices.behind_sentence(picture), fresh, rest, notices.SAMPLE):
        assert sentence
        assert sentence in said
    for area in picture.areas:
        assert words.headline(list(area.all_steps()), picture) in said
    assert "Progress through August 3, 2021" in said
    assert "published on August 5, 2021, holds what was recorded until August 4, 2021, 5:00 PM UTC" in said
    was = "Fully Implemented rose from 4 to 5, Implementation in Progress rose from 22 to 24, Planning in Progress stayed at 22 and Not Started fell"
    assert f"Since the report of June 15, 2021: {was} from 32 to 29." in said
    for count, percent, name in ((5, 6, "Fully Implemented"), (24, 30, "Implementation in Progress"), (22, 28, "Planning in Progress")):
        assert f"{count} {percent}% {name}" in said


def test_page_and_paper_name_the_same_as_furthest_behind():
    tied = nested_plan()
    tied.areas.append(copy.deepcopy(tied.areas[0]))
    for picture in (district_plan(), odd_plan(), nested_plan(), tied):
        assert notices.behind_sentence(picture) == "".join(piece.words for piece in presenters.behind_words(picture, Links("/x/")))


@pytest.mark.parametrize("plan", [district_plan, nested_plan, objectives_only])
def test_every_code_and_title_is_there(plan):
    picture = plan()
    said = squeezed(text_of(made_of(plan)))
    for area in picture.areas:
        for shape in (area, *area.objectives, *area.all_strategies(), *area.all_steps()):
            assert squeezed(shape.code) in said
            assert squeezed(shape.title) in said
            assert squeezed(shape.lead) in said
    for step in picture.all_steps():
        assert squeezed(f"{step.code}{step.title}") in said


def test_every_page_names_plan_day_number_and_fingerprint(report):
    mark = fingerprint(published(district_plan()))
    pages = pages_of(report)
    for n, sheet in enumerate(pages, 1):
        said = " ".join(sheet.extract_text().split())
        assert "Strategic Technology Plan" in said
        assert "Progress through August 3, 2021" in said
        assert f"Page {n} of {len(pages)}" in said
        assert " ".join(re.findall("....", mark[:16])) in said
    assert mark in text_of(report)


def test_a_fingerprint_that_the_tree_has_is_the_one_that_is_printed():
    assert "ab" * 32 in text_of(pdf.render_pdf(tree_of(nested_plan()) | {"fingerprint": "ab" * 32}))


def test_each_goal_area_starts_a_page(report):
    starts = [sheet.extract_text() for sheet in pages_of(report)]
    for area in district_plan().areas:
        assert sum(f"{area.title}\n" in said and f"Goal {area.code} · " in " ".join(said.split()) for said in starts) == 1


def test_heads_repeat_where_a_table_goes_on(report):
    going_on = [sheet.extract_text() for sheet in pages_of(report)[1:] if " of 7" not in sheet.extract_text()]
    assert going_on
    for said in going_on:
        assert "What was promised" in said
        assert "Last confirmed" in said


def test_steps_say_status_day_lead_and_what_is_special():
    picture = district_plan()
    first = next(picture.all_steps())
    first.public_note, first.due = "Bids came in.\nThe board votes.", date(2022, 6, 30)
    said = text_of(pdf.render_pdf(tree_of(picture)))
    assert "Bids came in. The board votes." in said
    assert "Due June 30, 2022" in said
    assert "Reworded July 16, 2021" in said
    assert "Second action step with this code" in said
    assert "Not confirmed since Jan 12, 2021" in said
    assert "Planning in Progress Jul 28, 2021 Curriculum and Instruction" in said
    assert "No status yet Nobody has said anything yet" in text_of(made_of(odd_plan))
    assert "Its 4 steps follow" in text_of(made_of(nested_plan))


def test_an_export_says_that_it_is_none_and_a_part_says_what_it_holds():
    picture = district_plan()
    said = text_of(pdf.render_pdf(tree_of(picture, previous=picture.reports[-2])))
    assert "As of August 3, 2021" in said
    assert "an export, not a published report" in said
    assert "Since the report of June 15, 2021" in said
    picture.narrowed_to = "Department: Data Center"
    part = text_of(pdf.render_pdf(tree_of(picture, previous=picture.reports[-2])))
    assert "This is not the whole plan. It holds only these: Department: Data Center." in part
    assert "Since the report" not in part
    assert "Furthest behind" not in part


@pytest.mark.parametrize(("stage", "notice"), [("draft", "This plan is a draft."), ("review", "in review."), ("closed", "is closed.")])
def test_a_plan_that_is_not_adopted_says_so(stage, notice):
    picture = nested_plan()
    picture.stage = stage
    assert notice in text_of(pdf.render_pdf(tree_of(picture)))
    picture.stage = "adopted"
    assert notice not in text_of(pdf.render_pdf(tree_of(picture)))


def test_what_looks_like_markup_comes_out_as_text():
    picture = hostile()
    said = squeezed(text_of(made_of(hostile)))
    assert said.count(squeezed(NASTY)) >= 4 * len(picture.areas[0].steps) + 5
    assert "#Done*$" in said
    assert "#$*_<@`\\" in said


def test_long_words_stay_on_the_page_and_whole():
    made = made_of(long_words)
    assert "Donaudampfschifffahrts" * 5 in squeezed(text_of(made))
    places: list[float] = []

    def note(text, matrix, text_matrix, font, size):
        if text.strip():
            places.append(text_matrix[4] * matrix[0] + matrix[4])

    for sheet in pages_of(made):
        sheet.extract_text(visitor_text=note)
    assert places
    assert max(places) < 612 - 40


def test_plans_without_steps_say_what_they_have():
    made = made_of(without_steps)
    said = text_of(made)
    assert "This plan has 6 priorities." in said
    assert "There are no tasks here." in said
    assert said.count("What it is about.") == 6
    assert len(pages_of(made)) == 2  # nothing but goal areas fills no page each
    assert "This plan has 1 priority and 2 performance objectives." in text_of(made_of(objectives_only))


def test_what_no_font_has_is_marked_and_said():
    made = made_of(no_glyphs)
    said = text_of(made)
    assert f"Teach {MARK}{MARK} and Việt too" in said
    assert "A □ stands for a character that no font of this paper has: number F8FF, egyptian hieroglyph a001." in said
    assert "stands for a character" not in text_of(made_of(odd_plan))


def test_what_is_not_latin_is_shown():
    picture = odd_plan()
    words = ["中文", "日本語", "한국어", "العربية", "עברית", "हिन्दी", "ไทย", "አማርኛ", "Ελληνικά", "Кириллица", "🎓"]
    picture.areas[0].steps[0].title = " ".join(words)
    made = pdf.render_pdf(tree_of(picture))
    assert MARK not in text_of(made)
    assert all(word in text_of(made) for word in ("中文", "日本語", "한국어", "አማርኛ", "Ελληνικά", "Кириллица", "🎓"))
    assert faults_of(made) == []


ZONES = [
    ("", "5:00 PM UTC, and"),  # as stored before the JSON named a zone
    ("America/Los_Angeles", "10:00 AM PDT (America/Los_Angeles), and"),
    ("America/Sao_Paulo", "2:00 PM UTC-03 (America/Sao_Paulo), and"),
]


@pytest.mark.parametrize(("zone", "moment"), ZONES)
def test_the_moment_of_recording_is_told_by_the_clock_of_the_district(zone, moment):
    picture = district_plan()
    picture.time_zone = zone
    said = pdf.contents(published(picture))["reading"][0]["text"]
    assert f"recorded until August 4, 2021, {moment}" in said


def test_marks_leave_the_rest_of_the_data_alone():
    assert json.loads(marked('{"a": "x🎓y\\"", "small": []}', {"🎓", "\u200d"}, "why")) == {"a": f'x{MARK}y"', "small": ["why"]}


def test_forty_three_pages_and_more():
    picture = district_plan()
    picture.areas = [copy.deepcopy(picture.areas[n % 7]) for n in range(43)]
    made = pdf.render_pdf(tree_of(picture))
    pages = pages_of(made)
    assert len(pages) >= 45
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1].extract_text()
    assert faults_of(made) == []


def test_its_date_is_that_of_publication_else_the_day_that_it_is_true_for(report):
    assert str(pypdf.PdfReader(io.BytesIO(report)).metadata["/CreationDate"]).startswith("D:20210805")
    exported = pypdf.PdfReader(io.BytesIO(made_of(district_plan))).metadata
    assert str(exported["/CreationDate"]).startswith("D:20210803")
    assert exported.title == "Strategic Technology Plan: as of August 3, 2021"
    assert exported.author == "Mt. Diablo Unified School District"


def test_the_same_report_has_the_same_bytes_here_and_in_another_process(report):
    tree = published(district_plan())
    assert pdf.render_pdf(tree) == report
    program = "import json, sys, django; django.setup(); from actions.writing.pdf import render_pdf; sys.stdout.buffer.write(render_pdf(json.load(sys.stdin)))"
    other = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(tree).encode(),
        capture_output=True,
        check=True,
        cwd=ROOT,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "planner.settings", "TZ": "Asia/Tokyo", "LC_ALL": "C", "PATH": "/nowhere", "PYTHONHASHSEED": "7"},
    )
    assert other.stdout == report


def test_letter_and_a4():
    for paper, width in (("us-letter", 612), ("a4", 595)):
        assert round(pages_of(pdf.render_pdf(tree_of(nested_plan()), paper=paper))[0].mediabox.width) == width
    with pytest.raises(ValueError, match="us-letter, a4"):
        pdf.render_pdf(tree_of(nested_plan()), paper="napkin")


def test_an_accent_that_is_no_color_is_replaced():
    tree = tree_of(nested_plan()) | {"accent": "red; }"}
    assert pdf.contents(tree)["accent"] == pdf.ACCENT
    assert pdf.render_pdf(tree).startswith(b"%PDF-")


def test_too_slow_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setattr(pdf, "SECONDS", 0.01)
    with pytest.raises(pdf.PdfFailed, match=r"was not ready after 0\.01 seconds"):
        pdf.render_pdf(tree_of(nested_plan()))


def test_too_large_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setattr(pdf, "MEMORY", 60 << 20)
    with pytest.raises(pdf.PdfFailed, match="could not be made"):
        pdf.render_pdf(tree_of(nested_plan()))


def test_what_the_typesetter_said_is_kept_for_those_who_run_it(monkeypatch, tmp_path):
    broken = tmp_path / "report.typ"
    broken.write_text('#panic("out of ink")')
    monkeypatch.setattr(pdf, "SOURCE", broken)
    with pytest.raises(pdf.PdfFailed) as failed:
        pdf.render_pdf(tree_of(nested_plan()))
    assert "out of ink" in failed.value.detail
    assert "out of ink" not in str(failed.value)


def test_colors_glyphs_and_hatches_are_those_of_the_pages():
    source = pdf.SOURCE.read_text()
    tokens = (ROOT / "static/css/tokens.css").read_text()
    lights = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}), #\w{6}\)", tokens))
    looks = re.findall(
        r'^  (st\w+): \(fill: rgb\("(#\w+)"\), on: rgb\("(#\w+)"\), edge: rgb\("(#\w+)"\), eighths: (\w+)\)', source, re.MULTILINE
    )
    assert {look for look, *_ in looks} == set(charts.HATCHES)
    for look, fill, on, edge, _ in looks:
        assert (fill, on, edge) == tuple(lights[f"{look}-{part}"] for part in ("fill", "on", "edge")), look
    for name, token in (("ink", "ink"), ("muted", "muted"), ("hair", "line"), ("rule", "line-strong"), ("warn", "warn"), ("paper", "page")):
        assert f'#let {name} = rgb("{lights[token]}")' in source
    sides = {"hatch-page": "paper", "hatch-edge": "looks.st1.edge", "hatch-mid": "looks.st2.edge", "hatch-deep": "looks.st2a.edge"}
    for look, hatch in charts.HATCHES.items():
        assert re.search(rf"\b{look}: {re.escape(sides[hatch])}[,\n]", source), look
    assert [eighths for *_, eighths in looks] == ["0", "1", "2", "3", "4", "6", "8", "none", "none"]
