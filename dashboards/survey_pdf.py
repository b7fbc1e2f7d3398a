"""A published survey as PDF/UA-1: cover, a page for each group, matrix, themes, and what answers them. From the publication alone, but for the answers."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from actions.writing.pdf import ACCENT, MARKED, clean, typeset
from dashboards.survey_answers import Answers
from planner.lib.dates import us_date
from surveys.beside import Beside
from surveys.comparing import Row
from surveys.models import SurveyPublication
from surveys.showing import matrix as matrices
from surveys.showing import sentences, tables, words
from surveys.showing.figures import Published, Question, Table
from surveys.showing.scales import Scale, scale

SOURCE = Path(__file__).with_name("survey.typ")
INSTEAD = "Take the spreadsheet instead; it holds the same tables."
MOST = 60
"""Questions on paper; beyond them the workbook has all."""


def render_survey(publication: SurveyPublication, published: Published, answers: Sequence[Answers], beside: Beside | None = None) -> bytes:
    """Raises PdfFailed."""
    return typeset(clean(contents(publication, published, answers, beside)), source=SOURCE, instead=INSTEAD)


def contents(
    publication: SurveyPublication, published: Published, answers: Sequence[Answers], beside: Beside | None = None
) -> dict[str, Any]:
    """All that survey.typ draws, every sentence ready."""
    survey = publication.survey
    organization = survey.organization
    day = publication.published_on
    said = f"{published.respondents:,} people took part" if published.respondents is not None else "Few people took part"
    many = published.questions[:MOST]
    return {
        "paper": "us-letter",
        "accent": organization.accent if re.fullmatch("#[0-9a-fA-F]{6}", organization.accent) else ACCENT,
        "document": {
            "title": survey.title,
            "description": f"Results of a survey of {organization.name}, published {us_date(day)}",
            "keywords": ["survey", organization.name],
            "date": {"year": day.year, "month": day.month, "day": day.day},
        },
        "district": organization.name,
        "title": survey.title,
        "day": f"Published {us_date(day)}",
        "lede": f"{said}{f' in {words.number(len(published.groups))} groups' if len(published.groups) > 1 else ''}.",
        "notices": _notices(publication, published),
        "groups": [_group_line(one.name, one.respondents, published) for one in published.groups],
        "questions": [_question(question, published) for question in many],
        "pages": [page for group in published.shown if (page := _page(group.name, published, answers))],
        "changes": _changes(beside) if beside else None,
        "themes": [
            {"name": words.joined(listed["groups"] or [listed["name"]]), "question": listed["question"], "rows": listed["themes"]}
            for listed in published.themes
            if listed["themes"]
        ],
        "small": [
            "Percents are of all who took part in a group, to the nearest whole one, halves up. They are not forced to add up to 100."
        ],
        "fingerprint": publication.fingerprint,
        "short": " ".join(publication.fingerprint[n : n + 4] for n in range(0, 16, 4)),
        "marked": MARKED,
    }


def _notices(publication: SurveyPublication, published: Published) -> list[dict[str, str]]:
    found = []
    if publication.survey.organization.is_sample:
        found.append({"title": "Sample data", "text": "Names are short words of ours, and the plan that answers is made up."})
    if said := matrices.too_small(published):
        found.append({"title": "Some groups are too small to be shown", "text": said})
    return found


def _group_line(name: str, respondents: int | None, published: Published) -> dict[str, str]:
    return {"name": name, "n": f"{respondents:,}" if respondents is not None else matrices.withheld_words(published)}


def _question(question: Question, published: Published) -> dict[str, Any]:
    """As on the page: a scale as bars that part in the middle, other questions as the table of all and the matrix of the groups."""
    bars = scale(question)
    found = matrices.matrix(question, published) if question.groups and not bars else None
    everybody = question.everybody if not bars else None
    headline = bars.headline if bars else sentences.compared(question) or (tables.headline(question, everybody) if everybody else "")
    return {
        "text": question.text,
        "headline": headline or question.text,
        "scale": _scale(bars) if bars else None,
        "agree": sentences.agreements(question) if found else [],
        "differ": sentences.differences(question) if found else [],
        "title": found.title if found else "",
        "has_spread": found is not None and found.has_spread,
        "columns": [{"name": column.name, "base": column.base} for column in found.columns] if found else [],
        "rows": [_row(row) for row in found.rows] if found else [],
        "note": found.note if found else "",
        "no_table": matrices.no_table(question, published),
        "all": _table(question, everybody) if everybody and not everybody.is_withheld else None,
    }


def _scale(bars: Scale) -> dict[str, Any]:
    lines = [
        {
            "name": line.name,
            "base": line.base,
            "percents": line.percents,
            "words": line.words,
            "pieces": [{"look": piece.look, "x": float(piece.x), "width": float(piece.width)} for piece in line.pieces],
        }
        for line in bars.lines
    ]
    return {"key": bars.key, "labels": [*bars.labels, *bars.beside], "lines": lines, "note": bars.note}


def _row(row: matrices.Row) -> dict[str, Any]:
    cells = [{"kind": cell.kind, "rank": cell.rank, "look": cell.look, "percent": cell.percent} for cell in row.cells]
    return {"label": row.label, "cells": cells, "spread": row.spread, "is_split": row.is_split}


def _table(question: Question, table: Table) -> dict[str, Any]:
    found = tables.ranked(question, table)
    lines = [
        {
            "rank": line.rank,
            "label": line.label,
            "kind": line.kind,
            "count": line.count,
            "percent": line.percent,
            "width": float(line.width or 0),
        }
        for line in (*found.lines, *found.more)
    ]
    return {"text": question.text, "headline": found.headline, "lede": found.lede, "base": found.base, "lines": lines, "note": found.note}


def _changes(beside: Beside) -> dict[str, Any]:
    """All respondents first, then each group that both surveys have."""
    earlier = beside.earlier
    found = [
        {
            "group": one.group,
            "text": one.text if one.text == one.text_then else f"{one.text} (then: {one.text_then})",
            "headline": one.headline,
            "bases": one.bases,
            "numbers": one.numbers,
            "rows": [_change(row) for row in one.rows],
            "gone": f"Offered then and not now: {'; '.join(one.gone)}." if one.gone else "",
        }
        for one in beside.sides.everything()[:MOST]
    ]
    return {"intro": f"Beside “{earlier.survey.title}”, published {us_date(earlier.published_on)}.", "compared": found}


def _change(row: Row) -> dict[str, Any]:
    label = row.label if row.label_then in ("", row.label) else f"{row.label} (then: {row.label_then})"
    return {"label": label, "then": row.then.percent_words if row.then else "", "now": row.now.percent_words, "change": row.change_words}


def _page(name: str, published: Published, answers: Sequence[Answers]) -> dict[str, Any] | None:
    """A group's page; None where it has no table."""
    own = [_table(question, table) for question in published.questions[:MOST] if (table := question.table_of(name))]
    if not own:
        return None
    said = [
        {
            "intro": one.intro,
            "rows": [
                {
                    "rank": row.rank,
                    "said": row.said,
                    "parts": [{"where": f"{part.area}, {part.rest}", "says": f"{part.says} {part.fresh}".strip()} for part in row.parts],
                    "none": row.none,
                }
                for row in one.rows
            ],
        }
        for one in answers
        if one.name == name and not one.has_nothing
    ]
    return {"name": name, "tables": own, "answers": said}
