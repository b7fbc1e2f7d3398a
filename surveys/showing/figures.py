"""Published results in a shape that can be asked: groups, their tables, and what is known of each choice.

Unknown, zero and withheld are three things. Unknown: the choice is not in a published table, and was chosen by no more than the last one that is.
Zero: nobody chose it. Withheld: the figure is known and hidden, because a group is small.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import slugify

from surveys.reading.draft import NUMBER
from surveys.results import EVERYBODY

KNOWN, ZERO, UNKNOWN, WITHHELD = "known", "zero", "unknown", "withheld"
TOP_TEN = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """What is known of one choice in one group."""

    kind: str
    count: int | None = None
    percent: float | None = None
    rank: int | None = None
    at_most: float | None = None
    """Percent that it cannot exceed, where the figure itself is unknown or withheld."""
    at_least: float | None = None

    @property
    def percent_words(self) -> str:
        """ "58%", "22% or less", "not listed", "withheld"."""
        if self.percent is not None:
            return f"{self.percent:g}%"
        if self.at_most is not None:
            return f"{self.at_most:g}% or less"
        if self.at_least is not None:
            return f"{self.at_least:g}% or more"
        return {UNKNOWN: "not known", WITHHELD: "withheld"}.get(self.kind, "no percent")

    @property
    def words(self) -> str:
        """The kind in words, for files; empty where the figure stands there."""
        if self.kind == WITHHELD:
            return "withheld" if self.at_most is None and self.at_least is None else f"withheld: {self.percent_words}"
        return f"not listed: {self.percent_words}" if self.kind == UNKNOWN else ""


@dataclass(slots=True)
class Table:
    """The answers of one group, or of all respondents, to one question."""

    name: str
    """The group's name, or what is printed above a table that fits none."""
    printed: str
    """What is printed above it, where that is not the group's name."""
    base: int
    figures: dict[str, Figure]
    """Choice -> figure, in the order of the survey."""
    top: list[str]
    is_all: bool = False
    is_short: bool = False
    """Some choices are not in it: it is a published list of the first ones."""
    people: str = "all respondents"
    """Whom a sentence speaks of, where `is_all`."""

    def ranked(self) -> list[tuple[str, Figure]]:
        """Choices with a known count, most first; equal ones in the order of the source."""
        known = [(label, figure) for label, figure in self.figures.items() if figure.count]
        return sorted(known, key=lambda pair: (-(pair[1].count or 0), pair[1].rank or 0))

    @property
    def has_ranks(self) -> bool:
        """Not where a withheld figure could be the largest."""
        return any(figure.rank for figure in self.figures.values())

    @property
    def is_withheld(self) -> bool:
        """Not one figure of it is shown."""
        return all(figure.kind == WITHHELD for figure in self.figures.values())

    def first(self) -> list[str]:
        """The labels chosen most; more than one where they are equal."""
        return [label for label, figure in self.ranked() if figure.rank == 1]


@dataclass(slots=True)
class Question:
    text: str
    kind: str
    tables: list[Table] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    """Names of tables that are published and hidden."""
    without: list[str] = field(default_factory=list)
    """Groups that have no table among the published ones."""

    @property
    def groups(self) -> list[Table]:
        return [table for table in self.tables if not table.is_all]

    @property
    def everybody(self) -> Table | None:
        return next((table for table in self.tables if table.is_all), None)

    @property
    def labels(self) -> list[str]:
        return list(dict.fromkeys(label for table in self.tables for label in table.figures))

    def table_of(self, name: str) -> Table | None:
        return next((table for table in self.tables if table.name == name), None)


@dataclass(frozen=True, slots=True)
class Group:
    """A respondent group as pages name it. `respondents` is None where it is withheld."""

    name: str
    slug: str
    respondents: int | None


@dataclass(slots=True)
class Published:
    """All that is public of a survey."""

    title: str
    respondents: int | None
    minimum: int
    groups: list[Group]
    questions: list[Question]
    themes: list[dict[str, Any]]
    are_figures: bool
    """The figures were published as such; there are no answers behind them here."""

    @property
    def shown(self) -> list[Group]:
        """Groups that are not withheld."""
        return [group for group in self.groups if group.respondents is not None]

    @property
    def withheld(self) -> list[Group]:
        return [group for group in self.groups if group.respondents is None]

    def group(self, slug: str) -> Group | None:
        return next((group for group in self.groups if group.slug == slug), None)

    def size(self, name: str) -> int | None:
        return next((group.respondents for group in self.groups if group.name == name), None)

    def with_tables(self) -> list[Group]:
        """Groups with at least one table or list of themes, in their order; those whose table fits no known group come last."""
        names = {table.name for question in self.questions for table in question.groups}
        names |= {name for listed in self.themes if listed["themes"] for name in listed["groups"]}
        return [group for group in self.shown if group.name in names]

    def themes_of(self, name: str) -> list[dict[str, Any]]:
        return [listed for listed in self.themes if name in listed["groups"] and listed["themes"]]


def read(tree: dict[str, Any]) -> Published:
    """Published results as pages ask them. `tree` is a stored publication, or what `survey_results --json` prints."""
    slugs: set[str] = set()
    groups = [Group(one["name"], _slug(one["name"], slugs), one.get("respondents")) for one in tree["groups"]]
    known = {group.name for group in groups}
    for question in tree["questions"]:
        for table in question["groups"]:
            name = table["group"] or table["name"]
            if name not in known and not _is_all(table) and "suppressed" not in table:
                known.add(name)
                groups.append(Group(name, _slug(name, slugs), table["base"]))
    questions = [_question(one, groups) for one in tree["questions"]]
    return Published(
        tree.get("title", ""),
        tree["respondents"],
        tree["minimum_group"],
        groups,
        [question for question in questions if question.tables or question.withheld],
        tree["themes"],
        bool(tree.get("published_figures")),
    )


def _slug(name: str, taken: set[str]) -> str:
    base = slugify(name) or "group"
    found, n = base, 1
    while found in taken or found == "all":
        n += 1
        found = f"{base}-{n}"
    taken.add(found)
    return found


def _is_all(table: dict[str, Any]) -> bool:
    return table["group"] is None and table["name"] == EVERYBODY


def _question(said: dict[str, Any], groups: list[Group]) -> Question:
    found = Question(said["text"], said["kind"])
    there = set()
    for table in said["groups"]:
        name = table["group"] or table["name"]
        there.add(name)
        if table.get("suppressed"):
            found.withheld.append(name)
        elif table["choices"]:
            found.tables.append(_table(table, name, is_ranked=found.kind != NUMBER))
    order = {group.name: n for n, group in enumerate(groups)}
    found.tables.sort(key=lambda table: order.get(table.name, len(order)))
    found.without = [group.name for group in groups if group.name not in there and group.respondents is not None]
    return found


def _table(said: dict[str, Any], name: str, *, is_ranked: bool) -> Table:
    choices = said["choices"]
    counts = sorted((choice["count"] for choice in choices if choice["count"] is not None), reverse=True)
    is_short = any(choice["count"] is None and not choice.get("masked") for choice in choices)
    bound = min((c["percent"] for c in choices if c["count"] is not None and c["percent"] is not None), default=None) if is_short else None
    places = _places(choices, counts, is_listed=is_short) if is_ranked else {}
    figures = {choice["label"]: _figure(choice, places.get(n), bound) for n, choice in enumerate(choices)}
    printed = said["name"] if said["name"] != name else ""
    return Table(name, printed, said["base"] or 0, figures, list(said["top"]), _is_all(said), is_short)


def _places(choices: list[dict[str, Any]], counts: list[int], *, is_listed: bool) -> dict[int, int]:
    """Rank by count, never by percent (two that round to the same are not equal). A published list keeps its order where counts are equal.

    Where a withheld count could be above a shown one, nothing has a rank.
    """
    if any(choice.get("masked") and "at_most" not in choice for choice in choices):
        return {}
    if not is_listed:
        return {n: 1 + counts.index(choice["count"]) for n, choice in enumerate(choices) if choice["count"]}
    order = sorted((n for n, choice in enumerate(choices) if choice["count"]), key=lambda n: (-choices[n]["count"], n))
    return {n: place for place, n in enumerate(order, 1)}


def _figure(choice: dict[str, Any], rank: int | None, bound: float | None) -> Figure:
    if choice.get("masked"):
        return Figure(WITHHELD, at_most=choice.get("at_most"), at_least=choice.get("at_least"))
    if choice["count"] is None:
        return Figure(UNKNOWN, at_most=bound)
    return Figure(KNOWN if choice["count"] else ZERO, choice["count"], choice["percent"], rank)


def rows(published: Published) -> Iterator[tuple[Question, Table]]:
    """Every published table with its question."""
    for question in published.questions:
        for table in question.tables:
            yield question, table
