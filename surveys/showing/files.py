"""Tables as rows for CSV and XLSX: numbers as numbers, and words where a figure is unknown or withheld. Pure."""

from collections.abc import Iterator

from surveys.showing.figures import Published, Question, Table
from surveys.showing.matrix import order, spread, withheld_words

Cell = str | int | float | None
HEAD = ("Rank", "Choice", "Count", "Percent", "Base", "Group", "Question", "Remark")


def table_rows(question: Question, table: Table) -> Iterator[list[Cell]]:
    """The whole table of a group, what is not listed at its end."""
    known = table.ranked()
    rest = [(label, figure) for label, figure in table.figures.items() if not figure.count]
    for label, figure in [*known, *rest]:
        yield [figure.rank, label, figure.count, figure.percent, table.base, table.name, question.text, figure.words]


def group_rows(published: Published, name: str | None) -> Iterator[list[Cell]]:
    """All tables of a group, or those of all respondents together; with the heads in front."""
    yield list(HEAD)
    for question in published.questions:
        for table in question.tables:
            if (table.is_all and name is None) or (name is not None and table.name == name and not table.is_all):
                yield from table_rows(question, table)


def matrix_rows(question: Question, published: Published) -> Iterator[list[Cell]]:
    """One row for each choice, three columns for each group."""
    head: list[Cell] = ["Choice"]
    for table in question.groups:
        head += [f"{table.name} (of {table.base:,}): rank", f"{table.name}: percent", f"{table.name}: remark"]
    missing = [name for name in question.without if published.size(name) is not None]
    hidden = [group.name for group in published.withheld if group.name not in question.without]
    yield [*head, "Spread in points", "Remark on the spread", *missing, *hidden]
    for label in order(question):
        row: list[Cell] = [label]
        for table in question.groups:
            figure = table.figures.get(label)
            row += [figure.rank, figure.percent, figure.words] if figure else [None, None, "not listed"]
        apart = spread(question, label)
        remark = "unknown" if apart.points is None else "at least" if apart.is_least else ""
        yield [*row, apart.points, remark, *(["no table: unknown"] * len(missing)), *([withheld_words(published)] * len(hidden))]


def theme_rows(published: Published) -> Iterator[list[Cell]]:
    yield ["Groups", "Question", "Place", "Theme", "Description"]
    for listed in published.themes:
        for n, theme in enumerate(listed["themes"], 1):
            yield [", ".join(listed["groups"]) or listed["name"], listed["question"], n, theme["title"], theme["text"]]


def group_size_rows(published: Published) -> Iterator[list[Cell]]:
    yield ["Group", "Respondents", "Remark"]
    for group in published.groups:
        yield [group.name, group.respondents, withheld_words(published) if group.respondents is None else ""]
    yield ["All", published.respondents, "" if published.respondents is not None else f"fewer than {published.minimum}"]
