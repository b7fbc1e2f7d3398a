"""Tables that are read and yet may be no survey: lists, logs of programs, measurements. What is certainly none is refused, the rest is a doubt."""

import re

from surveys.reading.draft import METADATA, SurveyDraft
from surveys.reading.issues import DOUBT, Issue, NotASurvey
from surveys.reading.persons import private_by_values

MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
LOGGED = re.compile(
    rf"[\[(<]?(?:\d{{4}}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|{MONTH}[a-z]* \d{{1,2}} \d\d:\d\d:\d\d|(?:\d{{1,3}}\.){{3}}\d{{1,3}} \S+ \S+ \[|\d\d:\d\d:\d\d[.,]\d|(?:debug|info|warn(?:ing)?|error|trace)\b[:\] ])"
    r"\S* *\S+.*",
    re.I,
)
"""How a line of a program's log begins."""
ANOTHER = "Export the answers as CSV or XLSX, then bring that file."


def refuse_logs(top: list[list[str]], name: str) -> None:
    """Raises NotASurvey where the first rows, that of headings too, are lines of a log."""
    lines = [" ".join(",".join(row)[:300].split()) for row in top[:50]]
    narrow = sum(len(row) <= 2 for row in top[:50]) >= 0.8 * len(lines)
    if narrow and LOGGED.fullmatch(lines[0]) and 10 * sum(bool(LOGGED.fullmatch(line)) for line in lines) >= 8 * len(lines):
        raise NotASurvey(
            f"“{name}” is the log of a program, not a table of answers: each line begins with a moment or a word such as “INFO”. {ANOTHER}"
        )
    if len(top[0]) == 2 and all(len(row) == 2 for row in top[:50]) and any(private_by_values({cell: 1}) for cell in top[0] if cell.strip()):
        raise NotASurvey(
            f"“{name}” has two columns and no headings: its first row is like those below. Put a row of headings in front, and bring it again."
        )


ONE_EACH = re.compile(r"(respondent|response|participant|person|student|parent|teacher|submission|answer|record|r|p|s)[ _#.-]*\d+", re.I)
ASKED = frozenset([
    "statement", "question", "question text", "questions", "item", "variable", "field", "field_name", "field name", "attribute", "prompt",
    "pregunta", "frage"
])  # fmt: skip
ANSWERED = frozenset(
    ["answer", "answers", "answer text", "response", "response text", "value", "respuesta", "antwort", "score", "selected answer"]
)


ANSWERS = re.compile(r"\w*[ _]?(answer|response)s?")


def refuse_summaries(top: list[list[str]], name: str) -> None:
    """Raises NotASurvey where the first rows are the summary that a tool makes of the answers to each question."""
    rows = [[cell.strip().casefold() for cell in row if cell.strip()] for row in top]
    heads = sum(row[:2] == ["answer choices", "responses"] for row in rows)
    ends = sum(row[0] in ("answered", "skipped", "total") for row in rows if row)
    if heads and ends:
        raise NotASurvey(
            f"“{name}” is a summary with counts for each question, not the answers themselves. Export all individual responses (“All responses data”), or type the counts in as published figures."
        )


def doubt_turned(draft: SurveyDraft) -> None:
    """A doubt where rows and columns seem to have changed places, or each answer has a row of its own."""
    low = [header.strip().casefold() for header in draft.headers]
    said = ""
    if len(low) > 5 and sum(bool(ONE_EACH.fullmatch(header)) for header in low) >= 0.7 * len(low):
        said = f"The headings are numbered respondents, such as “{draft.headers[1]}”, so rows and columns seem to have changed places. Each row is taken as a respondent all the same: turn the table, and bring it again."
    elif len(low) <= 8 and ASKED.intersection(low) and any(header in ANSWERED or ANSWERS.fullmatch(header) for header in low):
        said = "One column names questions and another holds answers, so each respondent stands in several rows. Each row is taken as a respondent all the same: bring a table with a column for each question."
    if said:
        draft.issues.insert(0, Issue("turned", said, DOUBT, taken="each row a respondent", other="another shape"))


def doubt_lists(draft: SurveyDraft, name: str, *, given: bool) -> None:
    """A doubt where nothing says that it is a survey; NotASurvey where nothing is left that somebody answered and nobody corrected it."""
    asked = [question for question in draft.questions if question.kind != METADATA]
    if not asked and not given and draft.format == "plain":
        raise NotASurvey(
            f"“{name}” holds nothing that was answered: each of its columns names persons, devices or moments, or is blank. Look whether it is the file that you meant."
        )
    if given or (draft.format != "plain" and asked):
        return
    doubt_turned(draft)
    if not asked:
        said = "Nothing in it was answered: each column names persons, devices or moments, or is blank."
    elif draft.width == 1:
        said = "The file has one column, so it may be a list and no survey. Each line is taken as the answer of one respondent. If it should have more columns, another sign probably stands between them."
    elif not any(question.is_closed and question.kind != "number" for question in asked) and not any(map(asks, draft.headers)):
        said = "No heading asks something and no column has answers that are given again, so it may be a list and no survey. Each row is taken as a respondent."
    else:
        return
    draft.issues.insert(0, Issue("no_survey", said, DOUBT, taken="a survey", other="another kind of file"))


def asks(header: str) -> bool:
    """Whether a heading is a question or says more than a name of a field does."""
    return "?" in header or header.strip().count(" ") > 2
