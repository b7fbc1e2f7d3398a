"""SurveyMonkey: two rows of headings, the question above and its choices (a column each) or “Response” below."""

import re

from surveys.reading.draft import METADATA, TEXT, Column
from surveys.reading.labels import tidy
from surveys.reading.recognisers.layout import Layout, begun_alike, families, lone

NAMES = frozenset(
    [
        "respondent id", "respondentid", "collector id", "collectorid", "start date", "startdate", "end date", "enddate", "date created",
        "date modified", "ip address", "email address", "first name", "last name", "custom data 1", "custom data", "custom variable 1", "language",
    ]
)  # fmt: skip


def recognise(top: list[list[str]]) -> Layout | None:
    if len(top) < 2:
        return None
    first, second = (
        [re.sub(r"^Unnamed: \d+(_level_\d+)?$", "", tidy(cell)) for cell in row] for row in top[:2]
    )  # as pandas calls blank ones
    second += [""] * (len(first) - len(second))
    first += [""] * (len(second) - len(first))
    low = [cell.casefold() for cell in first]
    own = sum(cell in NAMES for cell in low)
    key = next((n for n, cell in enumerate(low) if cell in ("respondent id", "respondentid")), None)
    if key is not None and own > 2 and second[key].isdigit():
        return one_row(first)
    said = any(cell.casefold() in ("response", "open-ended response") for cell in second)
    if key is None or own < (1 if said else 2) or any(second[n] for n, cell in enumerate(low) if cell in NAMES) or not any(second):
        return None
    columns, question = [], ""
    for n, (above, below) in enumerate(zip(first, second, strict=True)):
        question = above or question
        if above.casefold() in NAMES:
            columns.append(Column(n, above, above, kind=METADATA, is_key=n == key, why="The tool writes this column by itself."))
        elif question.casefold() in NAMES and below:  # a field without a question above it, as somebody deleted that
            columns.append(lone(n, below, names=NAMES))
        elif below.casefold() in ("response", ""):
            columns.append(Column(n, question, question))
        elif below.casefold() == "open-ended response":
            columns.append(Column(n, question, question, kind=TEXT, why="The second row says so."))
        else:
            columns.append(Column(n, f"{question} [{below}]", question, below))
    reason = "Two rows of headings with “Respondent ID” in front, questions above and choices below, as SurveyMonkey writes them."
    return Layout("surveymonkey", reason, 2, columns)


def one_row(headers: list[str]) -> Layout:
    """Where somebody took the second row of headings away."""
    columns = [lone(n, header, names=NAMES) for n, header in enumerate(headers)]
    for column in columns:
        column.is_key = column.header.casefold() in ("respondent id", "respondentid")
    families(columns)
    begun_alike(columns)
    return Layout(
        "surveymonkey", "“Respondent ID” and “Collector ID” are SurveyMonkey's; its second row of headings is missing.", 1, columns
    )
