"""How the columns were understood, as JSON that can be given back corrected."""

import re
from collections import Counter
from typing import Any

from surveys.reading.draft import KINDS, MATRIX, METADATA, MULTI, NUMBER, OTHERS, QuestionDraft, SurveyDraft
from surveys.reading.issues import NotASurvey
from surveys.reading.labels import tidy
from surveys.reading.recognisers.layout import Layout
from surveys.reading.splitting import Splitter

ROW_OF_MATRIX = re.compile(r".\s\[[^\[\]]+\]$")
"""The text of such a question: what is asked, and the row in brackets."""


def as_json(draft: SurveyDraft) -> dict[str, Any]:
    """`columns` are numbered from 1. Correct `kind`, `question`, `split`, `choices`, `join`, `typed` or `header_rows`, and give it back.

    `typed` is the column of what was typed beside a single choice: who typed something and chose nothing counts as one choice more. `key` says whether a
    column names the respondent, the same in every export.
    """
    columns = []
    for question in draft.questions:
        for n, column in enumerate(question.columns):
            said: dict[str, Any] = {"column": column + 1, "header": draft.headers[column], "question": question.text, "kind": question.kind}
            if question.ticks:
                said["choice"] = question.choices[n]
            if question.splitter:
                said |= {"split": question.splitter.sign, "choices": question.choices}
            if question.relabel:
                said["join"] = question.relabel
            if question.is_key or column in draft.no_keys:
                said["key"] = question.is_key
            if question.typed is not None:
                said["typed"] = question.typed + 1
            columns.append(said | {"why": question.why})
    return {
        "format": draft.format,
        "reason": draft.reason,
        "encoding": draft.encoding,
        "delimiter": draft.delimiter,
        "header_rows": draft.header_rows,
        "columns": columns,
    }


def checked(mapping: Any) -> dict:
    """A mapping that somebody gave. Raises NotASurvey with what is odd about it."""
    if not isinstance(mapping, dict) or not isinstance(mapping.get("columns", []), list):
        raise NotASurvey("The mapping is not what import_survey prints under “mapping”: an object with a list of “columns”.")
    for entry in mapping.get("columns", []):
        if not isinstance(entry, dict) or not isinstance(entry.get("column"), int) or entry["column"] < 1:
            raise NotASurvey("Each entry of “columns” in the mapping needs its “column”, a number from 1.")
        if entry.get("kind", "single") not in KINDS:
            raise NotASurvey(f"Column {entry['column']} of the mapping has the kind “{entry['kind']}”. Use one of {', '.join(KINDS)}.")
    return mapping


def kinds(mapping: dict) -> dict[int, str]:
    """Column -> the kind that somebody gave it."""
    return {entry["column"] - 1: entry["kind"] for entry in mapping.get("columns", []) if entry.get("kind")}


def apply_to_columns(layout: Layout, mapping: dict) -> None:
    """What a mapping says of single columns, before kinds are decided."""
    for entry in mapping.get("columns", []):
        at = entry["column"] - 1
        if at >= len(layout.columns):
            raise NotASurvey(f"The mapping speaks of column {at + 1}, and the file has {len(layout.columns)}.")
        column = layout.columns[at]
        said = tidy(str(entry.get("header") or column.header))
        if said != column.header:
            raise NotASurvey(
                f"The mapping calls column {at + 1} “{said}”, in the file it is “{column.header}”. It belongs to another file."
            )
        kind = entry.get("kind", "")
        column.question = entry.get("question") or column.question
        if kind == METADATA:
            column.kind, column.why, column.choice = METADATA, "The mapping says so.", ""
        elif kind:
            column.kind = ""
            if "choice" in entry:
                column.choice = entry["choice"]
            elif kind not in ("matrix", "text") or not column.choice or (column.guessed and not column.question.endswith("]")):
                if column.guessed:
                    column.question = entry.get("question") or column.header
                column.choice = ""
            elif column.question.endswith(f"[{column.choice}]"):
                column.question = column.question[: -len(column.choice) - 2].strip()
        column.is_key = entry.get("key", column.is_key)


def apply_to_questions(draft: SurveyDraft, mapping: dict, stats: list) -> None:
    """Splitting, choices and joined labels, after kinds are decided."""
    entries = {entry["column"] - 1: entry for entry in mapping.get("columns", [])}
    for question in draft.questions:
        entry = entries.get(question.columns[0], {})
        if question.kind == MATRIX and ROW_OF_MATRIX.search(whole := tidy(str(entry.get("question", "")))):
            question.text = whole  # a row of a matrix of another survey, in the words of that one
        if question.kind == MULTI and not question.ticks and ("choices" in entry or entry.get("split")):
            sign = entry.get("split") or (question.splitter.sign if question.splitter else ", ")
            question.splitter = Splitter(sign, choices=[tidy(c) for c in entry.get("choices", [])])
            draft.issues = [i for i in draft.issues if not (i.code in ("split", "combined") and i.column == question.header)]
        if join := entry.get("join"):
            question.relabel = {tidy(a): tidy(b) for a, b in join.items()}
            draft.issues = [i for i in draft.issues if not (i.code == "look_alike" and i.column == question.header)]
        if ("choices" in entry or join or entry.get("split")) and (question.is_closed or question.kind == NUMBER) and not question.ticks:
            _recount(question, stats[question.columns[0]].values)


def _recount(question: QuestionDraft, values: Counter) -> None:
    counts: Counter = Counter()
    for value, times in values.items():
        for label in question.choices_of([value]):
            counts[label] += times
    question.choices = [label for label in question.choices if label in counts and label != OTHERS]
    question.choices += sorted((label for label in counts if label not in question.choices), key=lambda label: -counts[label])
    question.counts = {label: counts[label] for label in question.choices}
