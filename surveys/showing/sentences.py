"""What groups agree on and where they differ most, in sentences. Pure."""

from surveys.reading.draft import NUMBER
from surveys.showing import numbers, words
from surveys.showing.figures import KNOWN, UNKNOWN, Question, Table
from surveys.showing.matrix import order, split_most, spread


def compared(question: Question) -> str:
    """The headline over all groups: what leads, and over what they part. Where each puts something else first it is short, and `differences` has the rest."""
    tables = [table for table in question.groups if table.ranked()]
    if len(tables) < 2:
        return ""
    if question.kind == NUMBER:
        return numbers.compared(question)
    said = _leader(question, tables)
    if len(_firsts(tables)) > 2:
        return said
    over = [words.choice(label) for label in split_most(question, 2) if (spread(question, label).points or 0) >= 10]
    if over:
        said += f" They are furthest apart over {words.joined(over)}."
    return said


def _leader(question: Question, tables: list[Table]) -> str:
    """ "Mental health is first or second in all five groups." or who puts what first."""
    every = words.number(len(tables))
    # a group that chose nothing, or of which that is withheld, has no first place: then nothing is said of all groups
    for label in order(question) if len(tables) == len(question.groups) else ():
        ranks = [rank for table in tables if label in table.figures and (rank := table.figures[label].rank)]
        if len(ranks) == len(tables) and max(ranks) <= 2 and not any(len(table.first()) > 1 for table in tables):
            places = "first" if max(ranks) == 1 else "first or second"
            all_of = "both groups" if len(tables) == 2 else f"all {every} groups"
            return words.sentence(f"{words.choice(label)} is {places} in {all_of}")
    return first_places(tables)


def first_places(tables: list[Table]) -> str:
    """ "Students put school safety first, parents mental health." Of more than two how many come first alone, so that it stays a headline."""
    firsts = _firsts(tables)
    if not firsts:
        return "What comes first is withheld in every group."
    if len(firsts) > 2:
        return words.sentence(
            f"{words.number(sum(map(len, firsts.values())))} groups put {words.number(len(firsts))} different choices first"
        )
    return words.sentence("; ".join(_put_first(labels, names) for labels, names in firsts.items()))


def _firsts(tables: list[Table]) -> dict[str, list[str]]:
    """What comes first -> names of the groups where it does."""
    found: dict[str, list[str]] = {}
    for table in tables:
        if first := table.first():
            together = (
                words.joined([words.choice(label) for label in first]) if len(first) < 4 else f"{words.number(len(first))} choices equally"
            )
            found.setdefault(together, []).append(table.name)
    return found


def _put_first(labels: str, names: list[str]) -> str:
    return f"{words.groups(names)} put{'s' if words.is_one_group(names) else ''} {labels} first"


def agreements(question: Question) -> list[str]:
    tables = [table for table in question.groups if table.has_ranks]
    if len(tables) < 2 or len(tables) < len(question.groups):
        return []
    said = []
    every = "both groups" if len(tables) == 2 else f"all {words.number(len(tables))} groups"
    if any(table.is_short for table in tables):
        both = [label for label in question.labels if all(_rank(table, label) for table in tables)]
        if both:
            noun = "priority stands" if len(both) == 1 else "priorities stand"
            said.append(words.sentence(f"{words.number(len(both))} {noun} in every published list"))
    said += _exception(question, tables)
    top = min(5, len(question.labels) // 2)  # among the first five of six is nothing to agree on
    for label in order(question):
        ranks = [_rank(table, label) for table in tables]
        if all(ranks) and max(ranks) <= top and min(ranks) > 1:
            shares = sorted({table.figures[label].percent or 0 for table in tables})
            span = f"{shares[0]:g}%" if len(shares) == 1 else f"{shares[0]:g}% to {shares[-1]:g}%"
            said.append(words.sentence(f"{words.choice(label)} is among the first {words.number(top)} in {every}, chosen by {span}"))
    return said


def _rank(table: Table, label: str) -> int:
    figure = table.figures.get(label)
    return figure.rank or 0 if figure else 0


def _exception(question: Question, tables: list[Table]) -> list[str]:
    """ "Mental health leads everywhere but among students, who put school safety first: 63% against 61%." """
    for label in order(question):
        others = [table for table in tables if _rank(table, label) != 1]
        if any(len(table.first()) > 1 for table in tables):
            return []
        if len(others) == 0:
            return [words.sentence(f"{words.choice(label)} leads in every group")]
        if len(others) == 1 and len(tables) > 2:
            other = others[0]
            first = other.first()[0]
            said = f"{words.choice(label)} leads everywhere but among {words.group(other.name)}, where {words.choice(first)} comes first"
            own, theirs = other.figures.get(label), other.figures[first]
            if own and own.kind == KNOWN:
                said += f": {theirs.percent_words} against {own.percent_words}"
            return [words.sentence(said)]
    return []


def differences(question: Question) -> list[str]:
    """Who puts what first, where that is more than a headline can say; then the widest spreads: who chose it most often, who least often or not
    among their first ten."""
    if question.kind == NUMBER:
        return []
    firsts = _firsts(question.groups)
    said = [words.sentence(_put_first(labels, names)) for labels, names in firsts.items()] if len(firsts) > 2 else []
    for label in split_most(question):
        tables = [(table, table.figures[label]) for table in question.groups if label in table.figures]
        known = sorted(((t, f) for t, f in tables if f.percent is not None), key=lambda pair: -(pair[1].percent or 0))
        high, low = known[0], known[-1]
        unknown = [(t, f) for t, f in tables if f.kind == UNKNOWN and f.at_most is not None and f.at_most <= (low[1].percent or 0)]
        end = f"{label}: {words.of_group(high[1].percent_words, high[0].name)}"
        if unknown:
            table, figure = min(unknown, key=lambda pair: pair[1].at_most or 0)
            said.append(words.sentence(f"{end}, but it is not in the list of {words.group(table.name)} ({figure.percent_words})"))
        elif len(known) > 1:
            said.append(words.sentence(f"{end}, {words.of_group(low[1].percent_words, low[0].name)}"))
    return said


__all__ = ["agreements", "compared", "differences", "first_places"]
