"""Answers that are numbers: in their order, with the middle one, instead of what was given most. Pure."""

import math
from collections.abc import Iterable
from dataclasses import replace

from surveys.percents import percent_of
from surveys.showing.figures import KNOWN, WITHHELD, ZERO, Figure, Question, Table
from surveys.suppression import SMALL

TO = "–"
MANY = 12
"""Different numbers; of more, spans are shown. Files have each."""
NO_MIDDLE = "So much is withheld, because groups are small, that no middle answer can be told."


def value(label: str) -> float:
    """ "1,200" is 1200.0, "5–9" is 5.0; without end where it is no number, as the choice that holds the rare ones."""
    try:
        return float(label.replace(",", "").partition(TO)[0])
    except ValueError:
        return math.inf


def by_size(labels: Iterable[str]) -> list[str]:
    return sorted(labels, key=value)


def in_spans(question: Question) -> Question:
    """The same with numbers that follow each other taken together, where there are many: 0-4, 5-9. A span with a withheld number is withheld."""
    labels = by_size(question.labels)
    whole = [value(label) for label in labels if value(label) < math.inf]
    if len(whole) <= MANY or whole[0] < 0 or any(number != int(number) for number in whole):
        return question
    step = _step(whole[-1] - whole[0] + 1)
    form = "{:,}" if any("," in label for label in labels) else "{}"
    spans: dict[str, list[str]] = {}
    for label in labels:
        if (number := value(label)) < math.inf:
            low = int(number // step) * step
            spans.setdefault(f"{form.format(low)}{TO}{form.format(low + step - 1)}", []).append(label)
        else:
            spans[label] = [label]
    return replace(question, tables=[replace(table, figures=_taken_together(table, spans)) for table in question.tables])


def _step(width: float) -> int:
    """How many numbers make a span: 2, 5, 10, 20, 50 ..., so that there are ten spans or fewer."""
    tens = 1
    while True:
        for step in (2 * tens, 5 * tens, 10 * tens):
            if width <= 10 * step:
                return step
        tens *= 10


def _taken_together(table: Table, spans: dict[str, list[str]]) -> dict[str, Figure]:
    found = {}
    for span, labels in spans.items():
        figures = [table.figures[label] for label in labels if label in table.figures]
        count = sum(figure.count or 0 for figure in figures)
        if any(figure.count is None for figure in figures) or (table.base < SMALL and count in (0, table.base)):
            found[span] = Figure(WITHHELD)
        else:
            found[span] = Figure(KNOWN if count else ZERO, count, percent_of(count, table.base) if table.base else None)
    return found


def middle(table: Table) -> str:
    """The number that half of those who answered gave or less; empty where a figure is withheld or an answer is no number."""
    counts = {label: figure.count for label, figure in table.figures.items()}
    total = sum(count or 0 for count in counts.values())
    if not total or any(count is None or value(label) == math.inf for label, count in counts.items()):
        return ""
    passed = 0
    for label in by_size(counts):
        passed += counts[label] or 0
        if 2 * passed >= total:
            return label
    return ""


def headline(table: Table) -> str:
    """ "The middle answer is 10: half of those who answered gave that or less." """
    found = middle(table)
    return f"The middle answer is {found}: half of those who answered gave that or less." if found else NO_MIDDLE


def compared(question: Question) -> str:
    """The middle of all, and from where to where it goes by group."""
    everybody = question.everybody
    said = headline(everybody) if everybody else NO_MIDDLE
    found = {table.name: label for table in question.groups if (label := middle(table))}
    if len(found) < 2:
        return said
    order = sorted(found, key=lambda name: value(found[name]))
    low, high = order[0], order[-1]
    if found[low] == found[high]:
        parts = f"It is {found[low]} in every group of which it can be told."
    else:
        parts = f"By group the middle answer goes from {found[low]} ({low}) to {found[high]} ({high})."
    return parts if said == NO_MIDDLE else f"{said} {parts}"
