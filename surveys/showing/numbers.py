"""Answers that are numbers: in their order, with the middle one, instead of what was given most. Pure."""

import math
from collections.abc import Iterable

from surveys.showing.figures import Question, Table

KIND = "number"
NO_MIDDLE = "So much is withheld, because groups are small, that no middle answer can be told."


def value(label: str) -> float:
    """ "1,200" is 1200.0; without end where it is no number, as the choice that holds the rare ones."""
    try:
        return float(label.replace(",", ""))
    except ValueError:
        return math.inf


def by_size(labels: Iterable[str]) -> list[str]:
    return sorted(labels, key=value)


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
