"""The table of one group: what was chosen most, with its sentence above it. Pure."""

from dataclasses import dataclass, replace

from surveys.reading.draft import NUMBER
from surveys.showing import numbers, scales, words
from surveys.showing.figures import KNOWN, TOP_TEN, UNKNOWN, WITHHELD, ZERO, Figure, Question, Table


@dataclass(frozen=True, slots=True)
class Line:
    """A row, ready for the page."""

    rank: str
    label: str
    kind: str
    count: str
    percent: str
    width: str
    """Length of the bar in percent of the whole width; empty where there is none."""
    is_top: bool


@dataclass(frozen=True, slots=True)
class Ranked:
    """A group's table with the sentence above it."""

    id: str
    name: str
    base: str
    headline: str
    lede: str
    lines: tuple[Line, ...]
    more: tuple[Line, ...]
    note: str
    printed: str


@dataclass(frozen=True, slots=True)
class Short:
    """The first five of a group."""

    name: str
    base: str
    lines: tuple[Line, ...]


def line(label: str, figure: Figure) -> Line:
    known = figure.kind in (KNOWN, ZERO)
    count = f"{figure.count:,}" if figure.count is not None else "withheld" if figure.kind == WITHHELD else "not listed"
    width = f"{min(figure.percent, 100):g}" if known and figure.percent is not None else ""
    return Line(
        str(figure.rank or ""), label, figure.kind, count, figure.percent_words, width, figure.rank is not None and figure.rank <= 5
    )


def ranked(question: Question, table: Table, *, id: str = "top") -> Ranked:
    """The first ten, and what comes after them: choices of few, none, and those that are withheld. Unknown ones are told in a sentence."""
    if (figures := _in_order(question, table)) is not None:
        lines = tuple(line(label, replace(figure, rank=None)) for label, figure in figures.items())
        return Ranked(
            id, table.name, f"{table.base:,}", headline(question, table), lede(question, table), lines, (), note(table), table.printed
        )
    order = table.ranked()
    tenth = order[TOP_TEN - 1][1].count or 0 if len(order) > TOP_TEN + 2 else 0
    first = [(label, figure) for label, figure in order if (figure.count or 0) >= tenth]
    shown = {label for label, _ in first}
    rest = [(label, f) for label, f in order if label not in shown]
    rest += [(label, f) for kind in (WITHHELD, ZERO) for label, f in table.figures.items() if f.kind == kind]
    in_front = [pair for pair in rest if pair[1].kind == WITHHELD or len(first) + len(rest) <= TOP_TEN + 2]
    lines = tuple(line(*pair) for pair in [*first, *in_front])
    more = tuple(line(*pair) for pair in rest if pair not in in_front)
    return Ranked(
        id, table.name, f"{table.base:,}", headline(question, table), lede(question, table), lines, more, note(table), table.printed
    )


def is_ordered(question: Question) -> bool:
    """Whether its answers have an order of their own: then nothing comes first."""
    return question.kind == NUMBER or scales.steps(question) is not None


def _in_order(question: Question, table: Table) -> dict[str, Figure] | None:
    """The figures of numbers and of a scale, which have an order of their own; None for all else."""
    if question.kind == NUMBER:
        figures = (numbers.in_spans(question).table_of(table.name) or table).figures
        return {label: figures[label] for label in numbers.by_size(figures)}
    if found := scales.steps(question):
        labels, beside = found
        return {label: table.figures[label] for label in [*labels, *beside] if label in table.figures}
    return None


def short(table: Table, most: int = 5) -> Short:
    return Short(table.name, f"{table.base:,}", tuple(line(*pair) for pair in table.ranked()[:most]))


def headline(question: Question, table: Table) -> str:
    """ "58% of parents and guardians named mental health, more than anything else; school safety follows with 52%." """
    if question.kind == NUMBER:
        return numbers.headline(table)
    if found := scales.steps(question):
        return scales.headline(table, found[0]) or scales.WITHHELD
    order = table.ranked()
    verb = words.verb(question.kind)
    if not order and all(figure.kind == ZERO for figure in table.figures.values()):
        return "Nobody in this group chose any of it." if not table.is_all else "Nobody chose any of it."
    if not order:
        return "What they chose is withheld, because the group is small."
    label, most = order[0]
    share = words.share_of(most.percent_words, table)
    above = "more than anything else" if table.has_ranks else "the most of what may be shown"
    equal = [words.choice(name) for name, figure in order if figure.count == most.count]
    if len(equal) > 1:
        return words.sentence(f"{share} {verb} {words.joined(equal)}, each as often")
    said = f"{share} {verb} {words.choice(label)}, {above}"
    if len(order) > 1:
        said += f"; {words.choice(order[1][0])} follows with {order[1][1].percent_words}"
    return words.sentence(said)


def lede(question: Question, table: Table) -> str:
    who = "respondents" if table.is_all else ("people in this group" if not words.is_plural(table.name) else words.within(table.name))
    said = f"Of {table.base:,} {who} who took part."
    if question.kind == "themes":
        said += " Their open answers were read and given themes; one answer can speak of several."
    if question.kind == "multi":
        said += " One person could name several, so the percents add up to more than 100."
    return said


def note(table: Table) -> str:
    """How to read it, and what is not there."""
    said = "A bar is as long as its percent of the whole width. Percents are of all who took part in this group, to the nearest whole one, halves up."
    if table.is_short and (last := table.ranked()):
        least = last[-1][1]
        said += (
            f" What stands below {words.place(least.rank or 0)} place was not published: at most {least.count:,} people, "
            f"{least.percent_words}, chose any of it."
        )
    if any(figure.kind == WITHHELD for figure in table.figures.values()):
        said += " Where a figure would tell what single persons said, it is withheld, or only its bound is shown."
    return said


__all__ = ["UNKNOWN", "Line", "Ranked", "Short", "headline", "line", "note", "ranked", "short"]
