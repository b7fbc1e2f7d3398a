"""Published figures without the answers behind them: the text of a slide deck, or a small table. Pure: lines in, PublishedDraft out.

A deck gives group sizes, tables of priorities with counts and percents, lists of what was chosen most, and themes of an open question. What is read
is what is printed; what does not add up is said and never changed.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from surveys.percents import percent_fits
from surveys.reading.checking import check
from surveys.reading.groups import match_groups
from surveys.reading.issues import Issue
from surveys.reading.labels import plain, tidy


@dataclass(slots=True)
class Row:
    """One line of a table. What the source does not give is None."""

    label: str
    count: int | None
    percent: float | None
    line: int


@dataclass(slots=True)
class PublishedTable:
    """What a group chose, as it is printed. `group` is the one whose size the percents fit."""

    name: str
    question: str
    line: int
    rows: list[Row] = field(default_factory=list)
    top: list[str] = field(default_factory=list)
    top_says: int | None = None
    top_line: int = 0
    rows_say: int | None = None
    base: int | None = None
    group: str | None = None

    def fits(self, base: int) -> bool:
        """Whether all printed percents are those of this base, by the one rule, in as many places as are printed."""
        return base > 0 and all(
            row.count <= base and percent_fits(row.count, base, row.percent)
            for row in self.rows
            if row.count is not None and row.percent is not None
        )


@dataclass(slots=True)
class PublishedThemes:
    """Themes of an open question as (title, text), under the name that is printed above them."""

    name: str
    question: str
    line: int
    themes: list[tuple[str, str]] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)


@dataclass(slots=True)
class PublishedDraft:
    """All published figures of one source."""

    groups: dict[str, int] = field(default_factory=dict)
    total: int | None = None
    tables: list[PublishedTable] = field(default_factory=list)
    themes: list[PublishedThemes] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    encoding: str = "utf-8"
    reason: str = ""

    @property
    def respondents(self) -> int:
        return self.total if self.total is not None else sum(self.groups.values())

    def choices(self, question: str) -> list[str]:
        """Labels of all tables of a question, in the order of their first appearance."""
        return list(dict.fromkeys(row.label for table in self.tables if table.question == question for row in table.rows))

    def as_json(self) -> dict[str, Any]:
        questions = [
            {"text": text, "kind": "multi", "choices": dict.fromkeys(self.choices(text))}
            for text in dict.fromkeys(t.question for t in self.tables)
        ]
        questions += [{"text": text, "kind": "text", "choices": {}} for text in dict.fromkeys(t.question for t in self.themes)]
        return {
            "format": "published",
            "reason": self.reason,
            "encoding": self.encoding,
            "header_rows": 0,
            "responses": self.respondents,
            "groups": self.groups,
            "tables": [
                {"name": t.name, "group": t.group, "base": t.base, "rows": len(t.rows), "top": t.top, "line": t.line} for t in self.tables
            ],
            "themes": [{"name": t.name, "groups": t.groups, "themes": len(t.themes), "line": t.line} for t in self.themes],
            "questions": questions,
        }


COUNT_WORD = r"(?:count|number|respondents|responses|votes|n|#|total|answers)"
GROUP_HEAD = re.compile(r"\b(group|groups|audience|role|stakeholders?|respondent type)\b", re.I)
SIZE_HEAD = re.compile(r"\b(respondents|responses|number|count|participants|n|surveys)\b", re.I)
COUNT_HEAD = re.compile(r"\b(count|number|votes|responses|n|total)\b|^#$", re.I)
PERCENT_HEAD = re.compile(r"percent|^%|%$|share", re.I)
NUMBER_WORDS = {
    word: n
    for n, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"])
}
TOP_LIST = re.compile(r"^top\s+(?P<n>\d+|" + "|".join(NUMBER_WORDS) + r")\s*:?$", re.I)
NUMBERED = re.compile(r"^\(?(\d{1,2})[.)]\s+(?P<label>\S.*)$")
THEMES = re.compile(r"^(?P<group>.*?)\s*\b(?:top\s+(?P<n>\d+)\s+)?(?P<word>trends|themes)\s*:?$", re.I)
BROKEN = re.compile(r"^(?P<group>.+?)\s+top\s+\d+$", re.I)
TABLE_NAME = re.compile(
    r"^(?P<question>.*?\bby\s+[\w ]*?group)\s*[-–—:]\s*(?P<name>.+)$|^(?P<question2>.+?)\s*(?:\s[-–—]|[-–—:]\s)\s*(?P<name2>.+)$", re.I
)
OPEN_QUESTION = re.compile(r"\?\s*(\(.*\))?$")


def number(text: str) -> int | None:
    """ "2,122" is 2122; what is no number is None."""
    text = text.strip().replace("\u00a0", "")
    return int(text.replace(",", "")) if re.fullmatch(r"\d{1,3}(,\d{3})+|\d+", text) else None


def percent(text: str) -> float | None:
    match = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*%?", text.strip())
    return float(match[1]) if match else None


def cells_of(line: str) -> list[str]:
    """Cells of a line of a table: between tabs, bars, or wide gaps."""
    if "\t" in line:
        return [tidy(cell) for cell in line.rstrip().split("\t")]
    if line.strip().startswith("|"):
        return [tidy(cell) for cell in line.strip().strip("|").split("|")]
    return [tidy(cell) for cell in re.split(r"\s{3,}", line.strip())]


def recognise(lines: list[str]) -> PublishedDraft | None:
    """The published figures in the text of a deck; None where there are none."""
    draft = PublishedDraft(
        reason="Tables of counts and percents for groups, lists of what was chosen most and themes, as a deck of results shows them."
    )
    heading, question = "", ""
    heading_line = 0
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if not line:
            at += 1
            continue
        cells = cells_of(lines[at])
        if len(cells) == 2 and GROUP_HEAD.search(cells[0]) and SIZE_HEAD.search(cells[1]):
            at = _sizes(lines, at + 1, draft)
        elif len(cells) == 3 and COUNT_HEAD.search(cells[1]) and PERCENT_HEAD.search(cells[2]):
            at = _table(lines, at, draft, heading, heading_line)
        elif (match := TOP_LIST.match(line)) and draft.tables and _next(lines, at + 1, NUMBERED):
            at = _top(lines, at, match["n"], draft)
        elif found := _theme_heading(lines, at):
            at = _themes(lines, found, question, draft)
        else:
            if OPEN_QUESTION.search(line):
                question = tidy(re.sub(r"\s*\([^()]*\)$", "", line))
            heading, heading_line = line, at + 1
            at += 1
    if not draft.tables and not (draft.groups and draft.themes):
        return None
    match_groups(draft)
    check(draft)
    return draft


def _next(lines: list[str], at: int, pattern: re.Pattern) -> re.Match | None:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return pattern.match(lines[at].strip()) if at < len(lines) else None


def _sizes(lines: list[str], at: int, draft: PublishedDraft) -> int:
    while at < len(lines) and lines[at].strip():
        cells = cells_of(lines[at])
        size = number(cells[1]) if len(cells) == 2 else None
        if size is None:
            break
        if plain(cells[0]) in ("total", "totals", "all", "all groups", "grand total"):
            draft.total = size
        else:
            draft.groups[cells[0]] = size
        at += 1
    return at


def _table(lines: list[str], at: int, draft: PublishedDraft, heading: str, heading_line: int) -> int:
    match = TABLE_NAME.match(heading)
    question, name = (match["question"] or match["question2"], match["name"] or match["name2"]) if match else (heading, "")
    table = PublishedTable(tidy(name), tidy(question) or "Priorities", heading_line or at + 1)
    says = re.search(r"\btop\s+(\d+|\w+)", heading, re.I)
    table.rows_say = _said(says[1]) if says else None
    at += 1
    while at < len(lines) and lines[at].strip():
        cells = cells_of(lines[at])
        if len(cells) != 3 or number(cells[1]) is None:
            break
        table.rows.append(Row(cells[0], number(cells[1]), percent(cells[2]), at + 1))
        at += 1
    if table.rows:
        draft.tables.append(table)
    return at


def _said(word: str) -> int | None:
    return int(word) if word.isdigit() else NUMBER_WORDS.get(word.casefold())


def _top(lines: list[str], at: int, says: str, draft: PublishedDraft) -> int:
    table = draft.tables[-1]
    table.top_says, table.top_line = _said(says), at + 1
    at += 1
    while at < len(lines):
        line = lines[at].strip()
        if line:
            match = NUMBERED.match(line)
            if not match:
                break
            table.top.append(tidy(match["label"]))
        at += 1
    return at


def _theme_heading(lines: list[str], at: int) -> tuple[str, int, int] | None:
    """(group as printed, line of the heading, where its themes begin). The heading may be broken over two lines."""
    line = lines[at].strip()
    if len(line) > 120:
        return None
    if (match := THEMES.match(line)) and match["group"]:
        return tidy(match["group"]), at + 1, at + 1
    if match := BROKEN.match(line):
        after = at + 1
        while after < len(lines) and not lines[after].strip():
            after += 1
        if after < len(lines) and re.fullmatch(r"trends|themes", lines[after].strip(), re.I):
            return tidy(match["group"]), at + 1, after + 1
    return None


def _themes(lines: list[str], found: tuple[str, int, int], question: str, draft: PublishedDraft) -> int:
    name, line, at = found
    listed = PublishedThemes(name, question, line)
    while at < len(lines):
        text = re.sub(r"^(?:[-•*]|\d{1,2}[.)])\s+", "", lines[at].strip())
        if text:
            title, colon, said = text.partition(":")
            if not colon or len(title) > 120 or not said.strip() or OPEN_QUESTION.search(text):
                break
            listed.themes.append((tidy(title), tidy(said)))
        at += 1
    if listed.themes:
        draft.themes.append(listed)
    return at


def may_be_figures(heads: list[str]) -> bool:
    """Whether headings could be those of a table of figures, before its rows are read."""
    return (
        2 <= len(heads) <= 8 and any(FIGURE_HEAD.search(plain(cell)) for cell in heads) and any(GROUP_HEAD.search(cell) for cell in heads)
    )


FIGURE_HEAD = re.compile(r"^(count|n|number|votes|responses|respondents|base|group size|number of respondents)$|\bcount$")


def recognise_table(rows: list[list[str]]) -> PublishedDraft | None:
    """Published figures as a table: a group, a choice, a count and perhaps a percent in each row; or group sizes alone. None for anything else."""
    heads = [plain(cell) for cell in rows[0]] if rows else []
    if not 2 <= len(heads) <= 8 or len(rows) > 5000:
        return None
    group = _head(heads, GROUP_HEAD)
    choice = next((n for n, head in enumerate(heads) if re.search(r"\b(priorit\w+|choices?|options?|answers?|labels?)$", head)), None)
    count = next((n for n, head in enumerate(heads) if re.search(r"^(count|n|number|votes|responses)$|\bcount$", head)), None)
    share = next((n for n, head in enumerate(heads) if PERCENT_HEAD.search(head)), None)
    size = next((n for n, head in enumerate(heads) if re.search(r"^(respondents|base|group size|number of respondents)$", head)), None)
    asked = next((n for n, head in enumerate(heads) if head == "question"), None)
    draft = PublishedDraft(reason="A row for each group and choice with its count, which are figures and no answers.")
    if group is None or (count is None and size is None):
        return None
    body = [(n, [*row, *[""] * (len(heads) - len(row))]) for n, row in enumerate(rows[1:], 2) if any(cell.strip() for cell in row)]
    figures = count if count is not None else size
    assert figures is not None
    numbers = [row[figures] for _, row in body]
    if not numbers or any(number(cell) is None and cell.strip() for cell in numbers):
        return None
    tables: dict[tuple[str, str], PublishedTable] = {}
    for n, row in body:
        name = tidy(row[group])
        if size is not None and (base := number(row[size])) is not None:
            if plain(name) in ("total", "all", "all groups"):
                draft.total = base
            else:
                draft.groups[name] = base
        if choice is None or count is None or not row[choice].strip():
            continue
        question = tidy(row[asked]) if asked is not None else tidy(rows[0][choice])
        table = tables.setdefault((question, name), PublishedTable(name, question, n))
        table.rows.append(Row(tidy(row[choice]), number(row[count]), percent(row[share]) if share is not None else None, n))
    draft.tables = list(tables.values())
    if not draft.tables and (choice is not None or not draft.groups or len(heads) > 3):
        return None
    match_groups(draft)
    check(draft)
    return draft


def _head(heads: list[str], pattern: re.Pattern) -> int | None:
    return next((n for n, head in enumerate(heads) if pattern.search(head) and len(head) <= 40), None)
