"""What the preview of a survey file shows, ready for the template, and what a correction makes of its mapping. Pure: the job's JSON in and out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from surveys.percents import percent_of
from surveys.reading.draft import (
    CLOSED,
    DOUBT_OF_PERSONS,
    DOUBT_OF_TYPED,
    GROUP,
    MATRIX,
    METADATA,
    MULTI,
    NUMBER,
    OTHERS,
    SCALE,
    SINGLE,
    TEXT,
)
from surveys.reading.labels import look_alikes, tidy
from surveys.reading.source import NAMES

Json = dict[str, Any]

KIND_WORDS = {
    SINGLE: "One choice",
    MULTI: "Several choices",
    MATRIX: "Row of a matrix",
    SCALE: "Scale",
    NUMBER: "Number",
    TEXT: "Open text",
    GROUP: "The respondent's group",
    METADATA: "Leave out: it is never stored",
}
FORMAT_WORDS = {
    "google-forms": "Google Forms",
    "microsoft-forms": "Microsoft Forms",
    "surveymonkey": "SurveyMonkey",
    "qualtrics": "Qualtrics",
    "limesurvey": "LimeSurvey",
    "kobotoolbox": "KoBoToolbox or ODK",
    "redcap": "REDCap",
    "alchemer": "Alchemer",
    "typeform": "Typeform",
    "jotform": "Jotform",
    "plain": "A plain table",
    "published": "Published figures",
}
SIGNS = {
    "comma-space": (", ", "Comma and space"),
    "comma": (",", "Comma"),
    "semicolon-space": ("; ", "Semicolon and space"),
    "semicolon": (";", "Semicolon"),
    "bar-space": ("| ", "Bar and space"),
    "bar": ("|", "Bar"),
    "line": ("\n", "New line"),
    "space": (" ", "Space"),
    "slash-space": (" / ", "Slash between spaces"),
    "slash": ("/", "Slash"),
    "plus-space": (" + ", "Plus between spaces"),
    "list": ("[]", "A list in square brackets"),
}
"""Name in forms -> (sign, words)."""
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows, Western (cp1252)",
    "mac_roman": "Macintosh, Western",
    "cp1250": "Windows, Central European (cp1250)",
    "latin-1": "ISO 8859-1",
}
SHOWN = 12
"""Choices of a question that the preview shows unless more are asked for."""
ONE_CHOICE = re.compile(r"one choice “(?P<whole>.*)”", re.S)
TWO_CHOICES = re.compile(r"two choices “(?P<first>.*)” and “(?P<second>.*)”", re.S)


@dataclass(frozen=True, slots=True)
class Count:
    """A choice as it would be counted, of all respondents of the file."""

    label: str
    count: int
    percent: int | None


@dataclass(slots=True)
class Question:
    """One question and the columns that it comes from, as it was understood."""

    column: int
    """Number of its first column, from 1: its name in addresses."""
    columns: list[int]
    headers: list[str]
    text: str
    kind: str
    why: str
    counts: list[Count]
    sign: str
    ticks: bool
    join: dict[str, str]
    doubts: list[Json] = field(default_factory=list)
    is_corrected: bool = False

    @property
    def kind_words(self) -> str:
        return KIND_WORDS[self.kind]

    @property
    def is_closed(self) -> bool:
        return bool(self.counts)

    @property
    def shown(self) -> list[Count]:
        return self.counts[:SHOWN]

    @property
    def hidden(self) -> int:
        return max(len(self.counts) - SHOWN, 0)

    @property
    def place(self) -> str:
        return f"Column {self.columns[0]}" if len(self.columns) == 1 else f"{len(self.columns)} columns, from {self.columns[0]}"


def questions(summary: Json, mapping: Json) -> list[Question]:
    """Those that would be stored and those that are left out, in the order of the file."""
    entries = {entry["column"]: entry for entry in summary["mapping"].get("columns", [])}
    corrected = {entry["column"] for entry in mapping.get("columns", [])}
    found = []
    for said in summary["questions"]:
        columns = said.get("columns")
        if not columns:
            continue
        first = entries[columns[0]]
        counts = [Count(label, n, percent_of(n, summary["responses"])) for label, n in said["choices"].items()]
        question = Question(
            columns[0], columns, [entries[n]["header"] for n in columns], said["text"], said["kind"], said["why"],
            counts if said["kind"] in CLOSED or said["kind"] == NUMBER else [],
            first.get("split", ""), "choice" in first and len(columns) > 1, first.get("join", {}),
            is_corrected=bool(corrected & set(columns)),
        )  # fmt: skip
        question.doubts = [
            issue for issue in summary["issues"] if issue.get("column") == question.headers[0] and issue["severity"] == "doubt"
        ]
        found.append(question)
    return found


def never_stored(asked: Sequence[Question]) -> list[Question]:
    """Columns that name persons, devices or moments, and those that somebody left out."""
    return [question for question in asked if question.kind == METADATA]


def facts(summary: Json) -> list[tuple[str, str]]:
    """What kind of file it is, as (what, words)."""
    name: str = summary["format"]
    found = [("Format", FORMAT_WORDS.get(name, name)), ("Encoding", encoding_words(summary["encoding"]))]
    if summary.get("delimiter"):
        found.append(("Cells are apart by", f"a {NAMES.get(summary['delimiter'], summary['delimiter'])}"))
    if summary["format"] != "published":
        found.append(("Rows of headings", str(summary["header_rows"])))
    return found


def encoding_words(encoding: str) -> str:
    return "Excel workbook" if encoding == "xlsx" else ENCODINGS.get(encoding.replace("-sig", ""), encoding)


def headline(summary: Json) -> str:
    """What was understood, in one sentence or two."""
    doubts = sum(issue["severity"] == "doubt" for issue in summary["issues"])
    warnings = sum(issue["severity"] == "warning" and issue["code"] != "left_out" for issue in summary["issues"])
    if summary["format"] == "published":
        tables, themes = len(summary["tables"]), len(summary["themes"])
        listed = f" and {_n(themes, 'list of themes', 'lists of themes')}" if themes else ""
        said = f"{_n(tables, 'table', 'tables')}{listed} of {summary['responses']:,} respondents {'was' if tables == 1 and not themes else 'were'} understood."
    else:
        asked = sum(question["kind"] != METADATA for question in summary["questions"])
        said = f"{_n(summary['responses'], 'respondent', 'respondents')} and {_n(asked, 'question', 'questions')} were understood."
    odd = [_n(doubts, "doubt", "doubts")] * bool(doubts) + [_n(warnings, "warning", "warnings")] * bool(warnings)
    return f"{said} {' and '.join(odd)} to look at." if odd else f"{said} Nothing in it looks odd."


def worth_a_look(summary: Json) -> list[Json]:
    """Doubts in front, then warnings, then what is only to be known; each with its number, by which its other reading is taken."""
    order = {"doubt": 0, "warning": 1, "info": 2}
    found = [
        {**issue, "n": n, "can_swap": issue["severity"] == "doubt" and swapped({}, summary, n) is not None}
        for n, issue in enumerate(summary["issues"])
        if issue["code"] not in ("metadata", "left_out")
    ]
    return sorted(found, key=lambda issue: order.get(issue["severity"], 3))


def left_out(summary: Json) -> list[tuple[str, int]]:
    """Why rows are left out, and how many."""
    return sorted(summary.get("left_out", {}).items(), key=lambda said: -said[1])


def sample(summary: Json, rows: list[list[str]], asked: Sequence[Question]) -> tuple[list[str], list[list[str | None]]]:
    """(headings, rows) of the first respondents; None stands for what is not stored."""
    shown = sorted(n for question in asked if question.kind != METADATA for n in question.columns)
    place = {n: at for at, n in enumerate(shown)}
    every = [entry["column"] for entry in sorted(summary["mapping"].get("columns", []), key=lambda entry: entry["column"])]
    heads = {entry["column"]: entry.get("choice") or entry["header"] for entry in summary["mapping"].get("columns", [])}
    return [heads[n] for n in every], [[row[place[n]] if n in place else None for n in every] for row in rows]


# Corrections: a sparse mapping, which says only what somebody corrected.


def swapped(mapping: Json, summary: Json, n: int) -> Json | None:
    """The mapping with the other reading of the n-th issue; None where it has none that can be taken by a press."""
    issue = summary["issues"][n]
    if issue["code"] == "encoding":
        return {**mapping, "encoding": issue["other"]}
    asked = questions(summary, mapping)
    if issue["code"] == "which_group":
        other = next((q for q in asked if q.text == issue["other"]), None)
        return as_group(mapping, summary, asked, other) if other else None
    if issue["code"] in ("columns_as_choices", "yes_no_rows"):
        kind = SINGLE if issue["code"] == "columns_as_choices" else MATRIX
        ticks = next((q for q in asked if q.headers[0] == issue.get("column") and q.ticks), None)
        return with_entry(mapping, summary, ticks, kind=kind) if ticks else None
    question = next((q for q in asked if q.headers[0] == issue.get("column") and not q.ticks), None)
    if question is None:
        return None
    if issue["code"] == "coded_group":
        return as_group(mapping, summary, asked, question)
    labels = [count.label for count in question.counts if count.label != OTHERS]
    if issue["code"] == "split":
        whole = ONE_CHOICE.search(issue["taken"]) or ONE_CHOICE.search(issue["other"])
        two = TWO_CHOICES.search(issue["taken"]) or TWO_CHOICES.search(issue["other"])
        if not whole or not two:
            return None
        if ONE_CHOICE.fullmatch(issue["taken"]):
            choices = [label for label in labels if label != tidy(whole["whole"])] + [two["first"], two["second"]]
        else:
            choices = [tidy(whole["whole"]), *labels]
        return with_entry(mapping, summary, question, split=question.sign, choices=list(dict.fromkeys(choices)))
    if issue["code"] == "look_alike":
        said = re.search(r"“(.*)”$", issue["other"], re.S)
        same = next((group for group in look_alikes({c.label: c.count for c in question.counts}) if said and said[1] in group), [])
        return with_entry(mapping, summary, question, join=joined(question.join, dict.fromkeys(same[1:], same[0]))) if same else None
    if issue["code"] == "many_answers":
        return with_entry(mapping, summary, question, kind=TEXT)
    if issue["code"] == "open_by_heading":
        return with_entry(mapping, summary, question, kind=SINGLE)
    if issue["code"] == "combined":
        return with_entry(mapping, summary, question, kind=SINGLE)
    if issue["code"] == "tenths":
        return with_entry(mapping, summary, question, kind=MULTI)
    if issue["code"] == "same_numbers":
        return with_entry(mapping, summary, question, key=False)
    if issue["code"] == DOUBT_OF_PERSONS:
        return with_entry(mapping, summary, question, kind=METADATA if issue["other"] == "not stored" else TEXT)
    if issue["code"] == DOUBT_OF_TYPED:
        label = issue["other"].removeprefix("counted as a choice “").removesuffix("”")
        typed = next((q for q in asked if q.text == f"{question.text} [{label}]"), None)
        return with_entry(mapping, summary, question, typed=typed.column) if typed else None
    return None


def as_group(mapping: Json, summary: Json, asked: Sequence[Question], group: Question) -> Json:
    """One question says which group a respondent belongs to; another that was said to is a single choice then."""
    forced = {entry["column"] for entry in mapping.get("columns", []) if entry.get("kind") == GROUP}
    for other in asked:
        if other.column in forced and other.column != group.column:
            mapping = with_entry(mapping, summary, other, kind=SINGLE)
    return with_entry(mapping, summary, group, kind=GROUP)


def joined(before: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """What stands in the file -> label, after labels were renamed once more."""
    return {raw: new.get(label, label) for raw, label in before.items()} | dict(new)


def with_entry(mapping: Json, summary: Json, question: Question, /, **said: Any) -> Json:
    """The mapping with something more said of all columns of a question."""
    entries = {entry["column"]: entry for entry in mapping.get("columns", [])}
    for column, header in zip(question.columns, question.headers, strict=True):
        entry = {**entries.get(column, {"column": column, "header": header}), **said}
        if said.get("kind") not in (None, MULTI):
            entry = {key: value for key, value in entry.items() if key not in ("split", "choices")}
        if "kind" in said and question.kind == MATRIX and said["kind"] not in (MATRIX, METADATA):
            entry["question"] = question.text
        entries[column] = entry
    return {**mapping, "columns": [entries[column] for column in sorted(entries)]}


def without_entry(mapping: Json, question: Question) -> Json:
    """The mapping without any correction of a question: it is read as the file shows it."""
    return {**mapping, "columns": [entry for entry in mapping.get("columns", []) if entry["column"] not in question.columns]}


def kinds_of(question: Question) -> list[tuple[str, str]]:
    """What a question may be taken for."""
    if question.ticks:
        return [(MULTI, KIND_WORDS[MULTI]), (METADATA, KIND_WORDS[METADATA])]
    other = TEXT if question.kind == MATRIX else MATRIX
    return [(kind, words) for kind, words in KIND_WORDS.items() if kind != other]


def name_of_sign(sign: str) -> str:
    return next((name for name, (known, _) in SIGNS.items() if known == sign), "")


def corrected(mapping: Json, summary: Json, question: Question, said: Json) -> Json:
    """The mapping after the form of one question: `said` is its cleaned data (kind, wording, split, choices, labels)."""
    asked = questions(summary, mapping)
    new = mapping
    if said["kind"] != question.kind:
        new = as_group(new, summary, asked, question) if said["kind"] == GROUP else with_entry(new, summary, question, kind=said["kind"])
    if said.get("wording") and said["wording"] != question.text:
        new = with_entry(new, summary, question, question=said["wording"])
    if said["kind"] == MULTI and not question.ticks:
        sign, choices = SIGNS.get(said.get("split", ""), ("",))[0], said.get("choices", [])
        if sign and sign != question.sign:
            new = with_entry(new, summary, question, kind=MULTI, split=sign)
            choices = [] if choices == [count.label for count in question.counts] else choices
        if choices and choices != [count.label for count in question.counts]:
            new = with_entry(new, summary, question, split=sign or question.sign or ", ", choices=choices)
    labels = {old: label for old, label in said.get("labels", {}).items() if label and label != old}
    apart = {raw for raw in question.join if raw in said.get("apart", ())}
    if question.ticks and labels:
        new = relabeled(new, summary, question, labels)
    elif labels or apart:
        kept = {raw: label for raw, label in question.join.items() if raw not in apart}
        new = with_entry(new, summary, question, join=joined(kept, labels))
    return new


def relabeled(mapping: Json, summary: Json, question: Question, labels: Mapping[str, str]) -> Json:
    """The same for choices that have a column each: the label is the column's."""
    entries = {entry["column"]: entry for entry in mapping.get("columns", [])}
    for column, header, count in zip(question.columns, question.headers, question.counts, strict=True):
        if new := labels.get(count.label):
            entries[column] = {**entries.get(column, {"column": column, "header": header}), "kind": MULTI, "choice": new}
    return {**mapping, "columns": [entries[column] for column in sorted(entries)]}


def _n(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
