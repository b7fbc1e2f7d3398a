"""Typeform: “#” in front, dates and Network ID at the end; a choice's column is headed by the choice alone and repeats it."""

from surveys.reading.draft import METADATA
from surveys.reading.recognisers.layout import Layout, lone

NAMES = frozenset(
    [
        "#",
        "start date (utc)",
        "submit date (utc)",
        "stage date (utc)",
        "network id",
        "response type",
        "tags",
        "ending",
        "start date",
        "submit date",
        "token",
        "response id",
    ]
)


def recognise(top: list[list[str]]) -> Layout | None:
    headers = [header.strip() for header in top[0]]
    low = [header.casefold() for header in headers]
    if low[:1] != ["#"] or not {"network id", "submit date (utc)", "start date (utc)"} & set(low):
        return None
    columns = [lone(n, header, names=NAMES, key="#") for n, header in enumerate(headers)]
    answers = top[1:]
    run: list[int] = []
    for n in range(len(headers) + 1):
        said = {row[n].strip() for row in answers if n < len(row) and row[n].strip()} if n < len(headers) else set()
        repeats = n < len(headers) and columns[n].kind != METADATA and said == {headers[n]}
        # A choice that nobody took in the first rows, or the column of other answers, belongs to its neighbors.
        empty = run and n < len(headers) and columns[n].kind != METADATA and (not said or low[n] == "other")
        if repeats or empty:
            run.append(n)
            continue
        if len(run) > 1:
            named = f"Choices from “{headers[run[0]]}” to “{headers[run[-1]]}”"
            for m in run:
                columns[m].question, columns[m].choice = named, headers[m]
        run = []
    return Layout("typeform", "“#” in front and the dates in UTC at the end are Typeform's.", 1, columns)
