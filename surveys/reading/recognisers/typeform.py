"""Typeform: “#” in front, dates and Network ID at the end; a choice's column is headed by the choice alone and repeats it."""

from surveys.reading.draft import METADATA, Column
from surveys.reading.issues import Issue
from surveys.reading.labels import tidy
from surveys.reading.recognisers.layout import Layout, lone

NAMES = frozenset(
    [
        "#", "start date (utc)", "submit date (utc)", "stage date (utc)", "network id", "response type", "tags", "ending", "start date", "submit date", "token",
        "response id", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "fbclid", "gclid",
    ]
)  # fmt: skip
CONTACT = frozenset(["address line 2", "city/town", "state/region/province", "zip/post code"])
"""Fields of the tool's question for an address."""
COMPANY = frozenset(["company"])
"""And of that for a contact."""


def recognise(top: list[list[str]]) -> Layout | None:
    header_rows = 2 if len(top) > 2 and not top[0][0].strip() and top[1][:1] == ["#"] else 1
    headers = [header.strip() for header in top[header_rows - 1]]
    low = [header.casefold() for header in headers]
    if low[:1] != ["#"] or not {"network id", "submit date (utc)", "start date (utc)"} & set(low):
        return None
    above = [tidy(cell) for cell in top[0]] if header_rows == 2 else []
    above += [""] * (len(headers) - len(above))
    own = NAMES | (CONTACT if "address" in low else frozenset()) | (COMPANY if {"first name", "last name"} <= set(low) else frozenset())
    columns = [lone(n, header, names=own, key="#") for n, header in enumerate(headers)]
    layout = Layout("typeform", "“#” in front and the dates in UTC at the end are Typeform's.", header_rows, columns)
    said = [{row[n].strip() for row in top[header_rows:] if n < len(row)} - {""} for n in range(len(headers))]
    for run in runs(columns, headers, said, above):
        named = above[run[0]] or f"Choices from “{headers[run[0]]}” to “{headers[run[-1]]}”"
        if not above[run[0]]:
            told = f"Typeform does not write to which question the choices from “{headers[run[0]]}” to “{headers[run[-1]]}” belong. They are taken as those of one."
            layout.issues.append(Issue("question_unnamed", told, column=headers[run[0]]))
        for m in run:
            columns[m].question, columns[m].choice = named, headers[m]
    rows_below(columns, headers, said, above)
    return layout


def runs(columns: list[Column], headers: list[str], said: list[set[str]], above: list[str]) -> list[list[int]]:
    """Neighbors that are choices of one question. A field for another answer is the last of them."""
    found: list[list[int]] = []
    run: list[int] = []
    for n, header in enumerate(headers):
        own = columns[n].kind != METADATA
        if run and above[n]:
            found.append(run)
            run = []
        repeats = own and said[n] == {header}
        # A choice that nobody took in the first rows, or the column of other answers, belongs to its neighbors.
        other = header.casefold() == "other"
        if repeats or (run and own and (not said[n] or other)):
            run.append(n)
            if not other:
                continue
        found.append(run)
        run = []
    return [run for run in [*found, run] if len(run) > 1]


def rows_below(columns: list[Column], headers: list[str], said: list[set[str]], above: list[str]) -> None:
    """Rows of a matrix: they have the question above the first of them and answers in common."""
    for first, question in enumerate(above):
        if not question or columns[first].choice or columns[first].kind:
            continue
        end = first + 1
        while end < len(columns) and not above[end] and not columns[end].choice and not columns[end].kind and said[end] & said[first]:
            end += 1
        for column in columns[first:end] if end > first + 1 else []:
            column.question, column.choice = question, headers[column.index]
