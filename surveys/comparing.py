"""A survey beside an earlier one: which questions, choices and groups are the same, and what became more or less. Pure.

What is compared are results as they may be shown. A change is the difference of the two percents as they are printed, in points, so that a reader can
check it; counts of two surveys are not comparable, since their bases differ.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz

from surveys.folding import folded
from surveys.results import EVERYBODY
from surveys.showing import words
from surveys.showing.figures import KNOWN, ZERO, Figure, Published, Question, Table
from surveys.showing.scales import scale

ALIKE = 88
"""Likeness of two wordings, of 100, from which one is suggested for the other."""
NOTHING = ""
"""Stands for “not asked then”."""
CONSIDERABLE = 3
"""Points under which a difference is not called one."""
Matches = dict[str, Any]


@dataclass(slots=True)
class Pairs:
    """What is the same as what: wording now -> wording then, or NOTHING."""

    groups: dict[str, str] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)
    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    """Question now -> its labels."""

    def as_json(self) -> Matches:
        return {"groups": self.groups, "questions": self.questions, "choices": self.choices}


def nearest(wording: str, others: Sequence[str]) -> str:
    """The other wording that says the same: equal without capitals, accents and punctuation, or nearly so; NOTHING where none or several are."""
    asked = folded(wording)
    same = [other for other in others if folded(other) == asked]
    if same:
        return same[0]
    ranked = sorted(((fuzz.token_sort_ratio(asked, folded(other)), other) for other in others), reverse=True)
    if not ranked or ranked[0][0] < ALIKE or (len(ranked) > 1 and ranked[1][0] == ranked[0][0]):
        return NOTHING
    return ranked[0][1]


def suggested(now: Published, then: Published, said: Matches | None = None) -> Pairs:
    """All pairs: those that a person said, and for what nobody has said anything those that are suggested. Nothing is paired twice."""
    said = said or {}
    found = Pairs()
    found.groups = _paired([g.name for g in now.groups], [g.name for g in then.groups], said.get("groups", {}))
    closed_then = [q for q in then.questions if q.tables or q.withheld]
    found.questions = _paired([q.text for q in now.questions], [q.text for q in closed_then], said.get("questions", {}))
    for question in now.questions:
        other = next((q for q in closed_then if q.text == found.questions[question.text]), None)
        if other:
            found.choices[question.text] = _paired(question.labels, other.labels, said.get("choices", {}).get(question.text, {}))
    return found


def _paired(wordings: Iterable[str], others: Sequence[str], said: dict[str, str]) -> dict[str, str]:
    wordings = list(wordings)
    found = {wording: said[wording] for wording in wordings if wording in said and said[wording] in (NOTHING, *others)}
    taken = set(found.values())
    # equal wordings first, so that a nearly equal one does not take what belongs to another
    for wording in sorted(wordings, key=lambda one: not any(folded(one) == folded(other) for other in others)):
        if wording not in found:
            found[wording] = nearest(wording, [other for other in others if other not in taken])
            taken.add(found[wording])
    return {wording: found[wording] for wording in wordings}


def decided(now: Published, then: Published, said: Matches) -> Pairs:
    """Of what a person said the pairs whose two sides are both there; nothing is suggested."""
    questions = {question.text: question for question in then.questions}
    found = Pairs(groups=_kept([g.name for g in now.groups], [g.name for g in then.groups], said.get("groups", {})))
    found.questions = _kept([q.text for q in now.questions], list(questions), said.get("questions", {}))
    for question in now.questions:
        if other := questions.get(found.questions[question.text]):
            found.choices[question.text] = _kept(question.labels, other.labels, said.get("choices", {}).get(question.text, {}))
    return found


def _kept(wordings: Iterable[str], others: Sequence[str], said: dict[str, str]) -> dict[str, str]:
    return {wording: said[wording] if said.get(wording) in others else NOTHING for wording in wordings}


def count_words(figure: Figure | None) -> str:
    return "" if figure is None or figure.count is None else f"{figure.count:,}"


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    label_then: str
    then: Figure | None
    now: Figure
    change: float | None
    """In points; None where one of the two is not known or not shown, or was not asked then."""

    @property
    def counts(self) -> tuple[str, str]:
        """(then, now) in words."""
        return count_words(self.then), count_words(self.now)

    @property
    def change_words(self) -> str:
        if self.then is None:
            return "not offered then"
        if self.change is None:
            return "not known"
        return f"{self.change:+g}".replace("-", "−") if self.change else "0"


@dataclass(frozen=True, slots=True)
class Compared:
    """One question of one group, now and then."""

    text: str
    text_then: str
    group: str
    base: int
    base_then: int
    headline: str
    bases: str
    rows: tuple[Row, ...]
    gone: tuple[str, ...]
    """Choices that were offered then and have no partner now."""

    @property
    def numbers(self) -> tuple[str, str]:
        """(then, now): how many people each percent is of."""
        return f"{self.base_then:,}", f"{self.base:,}"


def compared(now: Question, then: Question, pairs: Pairs, group: str | None) -> Compared | None:
    """`group` is a name of now, or None for all respondents together; None comes back where one of the two has no such table."""
    table, before = _table(now, group), _table(then, pairs.groups.get(group) if group is not None else None)
    if table is None or before is None:
        return None
    labels = pairs.choices.get(now.text, {})
    rows = []
    for label in _order(now, table):
        partner = labels.get(label, NOTHING)
        figure = table.figures[label]
        old = before.figures.get(partner) if partner else None
        rows.append(Row(label, partner, old, figure, _change(old, figure)))
    gone = tuple(label for label in before.figures if label not in labels.values())
    name = group or EVERYBODY
    return Compared(
        now.text,
        then.text,
        name,
        table.base,
        before.base,
        headline(rows, name, are_named=scale(now) is None),
        bases(table.base, before.base),
        tuple(rows),
        gone,
    )


@dataclass(frozen=True, slots=True)
class Sides:
    """Two surveys as they may be shown, and what of them is the same."""

    now: Published
    then: Published
    pairs: Pairs

    def compared(self, group: str | None) -> list[Compared]:
        """Each question that both asked of a group, or of all respondents together."""
        found = []
        for question in self.now.questions:
            other = next((q for q in self.then.questions if q.text == self.pairs.questions[question.text]), None)
            if other and (one := compared(question, other, self.pairs, group)):
                found.append(one)
        return found

    def everything(self) -> list[Compared]:
        """All respondents together, then each group that both have."""
        return [one for group in (None, *self.groups) for one in self.compared(group)]

    @property
    def groups(self) -> list[str]:
        return [name for name, then in self.pairs.groups.items() if then != NOTHING]

    @property
    def alone(self) -> list[str]:
        """Questions that were not asked then."""
        return [question.text for question in self.now.questions if self.pairs.questions[question.text] == NOTHING]


def _table(question: Question, group: str | None) -> Table | None:
    return question.everybody if group is None else next((t for t in question.groups if t.name == group), None) if group else None


def _order(question: Question, table: Table) -> list[str]:
    """A scale from its lowest step on; else what is chosen most now comes first, and what is not known comes last."""
    if found := scale(question):
        return [label for label in (*found.labels, *found.beside) if label in table.figures]
    known = [label for label, _ in table.ranked()]
    return known + [label for label in table.figures if label not in known]


def _change(then: Figure | None, now: Figure) -> float | None:
    if then is None or then.percent is None or now.percent is None or then.kind not in (KNOWN, ZERO):
        return None
    return round(now.percent - then.percent, 2)


def headline(rows: Sequence[Row], group: str, *, are_named: bool = True) -> str:
    """ "Among all respondents, school safety rose by 9 points, from 52% to 61%; music fell by 4 points, ..." `are_named`: choices such as “Agree” are no
    things that rise, and are quoted."""
    known = [row for row in rows if row.change is not None]
    if not known:
        return "Nothing of it can be compared: what one of the two surveys says is not known, or withheld."
    up = max(known, key=lambda row: row.change or 0)
    down = min(known, key=lambda row: row.change or 0)
    parts = [
        _moved(row, words.choice(row.label) if are_named else f"“{row.label}”")
        for row in (up, down)
        if abs(row.change or 0) >= CONSIDERABLE
    ]
    parts = list(dict.fromkeys(parts))
    who = "all respondents" if group == EVERYBODY else words.group(group)
    if not parts:
        most = max(abs(row.change or 0) for row in known)
        by = f" by more than {most:g} point{'s' if most != 1 else ''}" if most else ""
        return words.sentence(f"Among {who}, nothing moved{by}")
    return words.sentence(f"Among {who}, {'; '.join(parts)}")


def _moved(row: Row, label: str) -> str:
    assert row.then is not None
    change = row.change or 0
    noun = "point" if abs(change) == 1 else "points"
    direction = "rose" if change > 0 else "fell"
    return f"{label} {direction} by {abs(change):g} {noun}, from {row.then.percent_words} to {row.now.percent_words}"


def bases(now: int, then: int) -> str:
    """What a reader must know of two different numbers of people."""
    said = f"Now {now:,} people, then {then:,}."
    if now == then:
        return f"{said} Whether they are the same people is not known, so a change can come from who answered."
    few = min(now, then)
    said += " The percents are each of their own number, so that they can be compared; the counts cannot."
    said += " Other people may have answered, so a change can come from who answered and not from what people think."
    if few < 100:
        said += f" With {few:,} people one answer is {100 / few:.1f} points: small changes mean nothing." if few else ""
    return said


def rows_of(found: Iterable[Compared]) -> Iterable[list]:
    """For files."""
    yield [
        "Question",
        "Group",
        "Choice",
        "Choice then",
        "Count then",
        "Base then",
        "Percent then",
        "Count now",
        "Base now",
        "Percent now",
        "Change in points",
        "Remark",
    ]
    for one in found:
        for row in one.rows:
            old = row.then
            remark = row.now.words or (old.words if old else "")
            yield [
                one.text,
                one.group,
                row.label,
                row.label_then,
                old.count if old else None,
                one.base_then,
                old.percent if old else None,
            ] + [row.now.count, one.base, row.now.percent, row.change, remark if row.change is None else ""]


__all__ = ["Compared", "Pairs", "Sides", "bases", "compared", "decided", "headline", "nearest", "rows_of", "suggested"]
