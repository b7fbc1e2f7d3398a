"""Columns that are taken as one question by a guess: whether their answers fit it, and those that only their marks put together."""

import re
from collections.abc import Mapping

from surveys.reading.columns import OTHER, Stats, repeats
from surveys.reading.draft import TICKED, UNTICKED, Column
from surveys.reading.labels import plain, tidy


def named_by_answers(columns: list[Column], stats: list[Stats]) -> None:
    """Columns “q5_1”, “q5_2” of which each holds one label or nothing: the label is the choice."""
    said = [{value for value in stats[c.index].values if value.casefold() not in UNTICKED} for c in columns]
    labels = [next(iter(values)) for values in said if len(values) == 1]
    if all(len(values) < 2 for values in said) and 2 * len(labels) >= len(columns) and len(set(map(plain, labels))) == len(labels) > 1:
        for column, values in zip(columns, said, strict=True):
            column.choice = tidy(next(iter(values), column.choice))


def are_numbered(columns: list[Column]) -> bool:
    """Whether choices are called by a number or a letter alone: “Use [1]”, “Use [2]”."""
    return all(NUMBER.fullmatch(column.choice) for column in columns)


NUMBER = re.compile(r"\d{1,3}|[a-z]", re.I)


def fits(columns: list[Column], stats: list[Stats]) -> bool:
    """Whether columns that look like one question by their headings have answers of one question: marks in all, or some answers in common."""
    columns = [c for c in columns if not OTHER.search(plain(c.choice))] or columns
    values = [{v.casefold() for v in stats[c.index].values} for c in columns]
    if any(stats[c.index].overflowed for c in columns) or not any(values):
        return False
    if all(
        said <= TICKED | UNTICKED or all(v in UNTICKED or repeats(v, c.choice) for v in said)
        for c, said in zip(columns, values, strict=True)
    ):
        if all(stats[c.index].has_blanks and not said & NOS for c, said in zip(columns, values, strict=True)):
            return True
        return not all(said <= {"yes", "no", "ja", "nein", "sí", "si", "oui", "non"} for said in values)
    if MARKED.search(columns[0].header) and columns[0].choice == columns[0].header:
        return False
    answered = [said for said in values if said]
    return all(len(said) <= 12 and any(said & other for m, other in enumerate(answered) if m != n) for n, said in enumerate(answered))


MARKED = re.compile(r"_\w{1,4}$")
NOS = UNTICKED - {""}
LETTERED = re.compile(r"(?P<question>.*\d)[a-z]$", re.I)
LEAST = 3
"""Columns with nothing but marks that are one question without a heading for it."""


def marked_alone(columns: list[Column], stats: list[Stats], forced: Mapping[int, str]) -> None:
    """Give question and choice to neighbors in which some have a mark and the rest nothing: headings are the choices then. A guess, and a doubt."""
    run: list[Column] = []
    for column in [*columns, None]:
        free = column and not column.kind and not column.choice and column.index not in forced and is_marked(stats[column.index])
        if run and not (free and column and stem_of(column) == stem_of(run[0])):
            name = stem_of(run[0]) or f"Choices from “{run[0].header}” to “{run[-1].header}”"
            for member in run if len(run) >= LEAST else ():
                member.question, member.choice, member.guessed = name, member.header, True
            run = []
        if free and column:
            run.append(column)


def stem_of(column: Column) -> str:
    """ "q3" of “q3a”; empty for other headings."""
    match = LETTERED.fullmatch(column.header)
    return match["question"] if match else ""


def is_marked(own: Stats) -> bool:
    said = {value.casefold() for value in own.values}
    return own.has_blanks and not own.overflowed and bool(said) and said <= TICKED
