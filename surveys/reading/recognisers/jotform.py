"""Jotform: submission date in front, submission IP and ID at the end; several choices one below the other in a cell."""

from surveys.reading.recognisers.layout import Layout, known, lone

NAMES = frozenset(
    [
        "submission date",
        "submission url",
        "submission edit url",
        "submission ip",
        "submission id",
        "ip",
        "edit link",
        "last update date",
        "flag",
        "form id",
        "approval status",
    ]
)


def recognise(top: list[list[str]]) -> Layout | None:
    headers = [header.strip() for header in top[0]]
    marks = known(headers, frozenset(["submission date", "submission ip", "submission id", "last update date"]))
    if "submission date" not in [mark.casefold() for mark in marks] or (len(marks) < 2 and headers[0].casefold() != "submission date"):
        return None
    columns = [lone(n, header, names=NAMES, key="submission id") for n, header in enumerate(headers)]
    for column in columns:
        if " >> " in column.header:
            question, _, row = column.header.partition(" >> ")
            column.question, column.choice = question, row
    return Layout("jotform", f"The columns {', '.join(marks)} are Jotform's.", 1, columns)
