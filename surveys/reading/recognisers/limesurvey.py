"""LimeSurvey: Response ID, date submitted, last page and start language in front; a column for each choice with Yes (Y) or nothing."""

from surveys.reading.recognisers.layout import FAMILY, Layout, families, known, lone

NAMES = frozenset(
    [
        "response id", "id", "date submitted", "submitdate", "last page", "lastpage", "start language", "startlanguage", "seed", "date started", "startdate",
        "date last action", "datestamp", "ip address", "ipaddr", "referrer url", "refurl", "token", "access code", "total time", "interviewtime",
        "antwort id", "datum abgeschickt", "letzte seite", "start-sprache", "zufallsstartwert",
    ]
)  # fmt: skip
MARKS = frozenset(
    ["last page", "lastpage", "start language", "startlanguage", "seed", "submitdate", "date submitted", "letzte seite", "start-sprache"]
)


def recognise(top: list[list[str]]) -> Layout | None:
    headers = [bare(header) for header in top[0]]
    marks = known(headers, MARKS)
    if len(marks) < 2:
        return None
    columns = [
        lone(n, header, names=NAMES, key="response id" if "response id" in [h.casefold() for h in headers] else "id")
        for n, header in enumerate(headers)
    ]
    for column in columns:
        if column.header.casefold().startswith(("question time", "group time", "questiontime", "grouptime")):
            column.kind, column.why = "metadata", "The tool writes this column by itself."
    families(columns, FAMILY[:1])
    return Layout("limesurvey", f"The columns {', '.join(marks)} are LimeSurvey's.", 1, columns)


def bare(header: str) -> str:
    """“id. Response ID” is what it writes where codes and texts are both asked for."""
    code, _, text = header.strip().partition(". ")
    return text if text.casefold() in NAMES and code.casefold() in NAMES else header.strip()
