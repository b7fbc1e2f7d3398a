"""What a preview tells besides what was understood: rows that are left out, and how many of the respondents are there already."""

import time
from collections.abc import Callable
from typing import Any

from django.db.models import Sum

from accounts.jobs import Work
from surveys.models import Survey, SurveyImport
from surveys.packing import fingerprints
from surveys.reading.draft import METADATA, SurveyDraft
from surveys.reading.kept_rows import Gathered
from surveys.reading.persons import private_by_values
from surveys.reading.published import PublishedDraft
from surveys.services import blocks, storing

EVERY = 0.5
"""Seconds between two words about how far it is."""
NOT_STORED = "(not stored)"


def teller(work: Work, words: str = "{rows} rows read") -> Callable[[int, int], None]:
    """Says how many rows are read and how many of them are doubtful, and keeps the lease. Raises LostLease where the job was canceled."""
    last = time.monotonic()

    def told(rows: int, doubtful: int = 0) -> None:
        nonlocal last
        if time.monotonic() - last < EVERY:
            return
        last = time.monotonic()
        odd = f", {doubtful:,} of them doubtful and left out" if doubtful else ""
        work.advance(rows, total=0, message=f"{words.format(rows=f'{rows:,}')}{odd}.")

    return told


def left_out_rows(draft: SurveyDraft, gathered: Gathered) -> list[dict[str, Any]]:
    """The first rows that are left out, each with its number, its reason and its cells; what names persons is masked."""
    hidden = {column for question in draft.questions if question.kind == METADATA for column in question.columns}
    return [
        {"row": number, "why": why, "cells": [_masked(cell) if n not in hidden or not cell else NOT_STORED for n, cell in enumerate(cells)]}
        for number, why, cells in gathered.left_out
    ]


def _masked(cell: str) -> str:
    """A cell of a row that does not fit its headings may stand under a wrong one, so its value is looked at too."""
    return NOT_STORED if cell.strip() and private_by_values({cell: 1}) else cell


def compared(draft: SurveyDraft, gathered: Gathered, survey: Survey, told: Callable[[int, int], None]) -> dict[str, int]:
    """How many rows of the file the survey has already, by the rule by which they will be stored."""
    known = storing.known_marks(survey, None, draft)
    salt, rows, there = bytes(survey.salt), 0, 0
    for batch in gathered.answers() if known else ():
        for mark in blocks.compared(fingerprints(draft, batch, salt), draft):
            if known.get(mark, 0):
                known[mark] -= 1
                there += 1
        rows += len(batch)
        told(rows, 0)
    return {"known": there, "fresh": draft.rows - there, "generation": survey.generation}


def figures(draft: PublishedDraft) -> list[dict[str, Any]]:
    """Each published table as it is printed, and the group that it fits."""
    return [
        {
            "name": table.name,
            "question": table.question,
            "group": table.group,
            "base": table.base,
            "rows": [[row.label, row.count, row.percent] for row in table.rows],
            "top": table.top,
        }
        for table in draft.tables
    ]


def order_of(summary: dict[str, Any]) -> dict[str, Any]:
    """Labels in their order: PostgreSQL keeps the keys of JSON in an order of its own."""
    return {"choices": [list(question["choices"]) for question in summary["questions"]], "groups": list(summary.get("groups", {}))}


def in_order(result: dict[str, Any]) -> dict[str, Any]:
    """The summary that a job keeps, with its labels in the order in which they were read."""
    summary, order = result["summary"], result.get("order", {})
    for question, labels in zip(summary["questions"], order.get("choices", []), strict=False):
        question["choices"] = {label: question["choices"][label] for label in labels}
    if "groups" in summary:
        summary["groups"] = {name: summary["groups"][name] for name in order.get("groups", summary["groups"])}
    return summary


def respondents_now(survey: Survey) -> int:
    """Respondents of all files whose answers count."""
    return survey.imports.counted().filter(kind=SurveyImport.RAW).aggregate(n=Sum("respondents"))["n"] or 0
