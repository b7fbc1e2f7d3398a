"""Alchemer (SurveyGizmo): Response ID, time started, date submitted, status ... in front; a choice's column is headed “Choice:Question”."""

import re

from surveys.reading.recognisers.layout import Layout, families, known, lone

NAMES = frozenset(
    [
        "response id", "time started", "date submitted", "status", "contact id", "legacy comments", "comments", "language", "referer", "extended referer",
        "sessionid", "user agent", "extended user agent", "tags", "ip address", "longitude", "latitude", "country", "city", "state/region", "postal",
        "link name", "url redirect",
    ]
)  # fmt: skip
MARKS = frozenset(["time started", "sessionid", "user agent", "contact id", "legacy comments", "referer"])
CHOICE = (re.compile(r"^(?P<question>.+?):(?P<choice>[^:]{6,}:?)$", re.S),)


def recognise(top: list[list[str]]) -> Layout | None:
    headers = [header.strip() for header in top[0]]
    marks = known(headers, MARKS)
    if len(marks) < 2 or "response id" not in [header.casefold() for header in headers]:
        return None
    end = max(n for n, header in enumerate(headers) if header.casefold() in MARKS | {"postal", "ip address"})
    columns = [lone(n, header, names=NAMES if n <= end else frozenset(), key="response id") for n, header in enumerate(headers)]
    families(columns, CHOICE, swap=True)
    skip = {
        n: {"disqualified": "disqualified by the survey", "deleted": "deleted in the tool"}
        for n, h in enumerate(headers)
        if h.casefold() == "status" and n <= end
    }
    return Layout("alchemer", f"The columns {', '.join(marks)} are Alchemer's.", 1, columns, skip)
