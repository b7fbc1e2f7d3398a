"""Tables that are read and yet may be no survey: lists, logs of programs, measurements. What is certainly none is refused, the rest is a doubt."""

import re

from surveys.reading.draft import METADATA, SurveyDraft
from surveys.reading.issues import DOUBT, Issue, NotASurvey
from surveys.reading.persons import private_by_values

MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
LOGGED = re.compile(
    rf"[\[(<]?(?:\d{{4}}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|{MONTH}[a-z]* +\d{{1,2}} \d\d:\d\d:\d\d|(?:\d{{1,3}}\.){{3}}\d{{1,3}} \S+ \S+ \[|\d\d:\d\d:\d\d[.,]\d|(?:debug|info|warn(?:ing)?|error|trace)\b[:\] ])"
    r"\S* *\S+.*",
    re.I,
)
"""How a line of a program's log begins."""
ANOTHER = "Export the answers as CSV or XLSX, then bring that file."


def refuse_logs(top: list[list[str]], name: str) -> None:
    """Raises NotASurvey where the first rows, that of headings too, are lines of a log."""
    lines = [",".join(row).strip() for row in top[:50]]
    narrow = sum(len(row) <= 2 for row in top[:50]) >= 0.8 * len(lines)
    if narrow and LOGGED.fullmatch(lines[0]) and 10 * sum(bool(LOGGED.fullmatch(line)) for line in lines) >= 8 * len(lines):
        raise NotASurvey(
            f"“{name}” is the log of a program, not a table of answers: each line begins with a moment or a word such as “INFO”. {ANOTHER}"
        )
    if len(top[0]) == 2 and all(len(row) == 2 for row in top[:50]) and any(private_by_values({cell: 1}) for cell in top[0] if cell.strip()):
        raise NotASurvey(
            f"“{name}” has two columns and no headings: its first row is like those below. Put a row of headings in front, and bring it again."
        )


def doubt_lists(draft: SurveyDraft, name: str, *, given: bool) -> None:
    """A doubt where nothing says that it is a survey; NotASurvey where nothing is left that somebody answered and nobody corrected it."""
    asked = [question for question in draft.questions if question.kind != METADATA]
    if not asked and not given and draft.format == "plain":
        raise NotASurvey(
            f"“{name}” holds nothing that was answered: each of its columns names persons, devices or moments, or is blank. Look whether it is the file that you meant."
        )
    if given or (draft.format != "plain" and asked):
        return
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
