"""Qualtrics: three rows of headings - codes, questions, and {"ImportId": ...} in the third."""

import re
from collections import defaultdict

from surveys.reading.draft import METADATA, TEXT, Column
from surveys.reading.labels import tidy
from surveys.reading.recognisers.layout import Layout

NAMES = frozenset(
    [
        "startdate", "enddate", "status", "ipaddress", "progress", "duration (in seconds)", "finished", "recordeddate", "responseid",
        "recipientlastname", "recipientfirstname", "recipientemail", "externalreference", "externaldatareference", "locationlatitude",
        "locationlongitude", "distributionchannel", "userlanguage", "responseset", "name", "emailaddress", "locationaccuracy",
        "q_recaptchascore", "q_relevantidduplicate", "q_relevantidduplicatescore", "q_relevantidfraudscore", "q_ballotboxstuffing",
    ]
)  # fmt: skip
TESTS = {
    "survey preview": "a preview of the survey, not an answer",
    "preview": "a preview of the survey, not an answer",
    "survey test": "a test response made by the tool",
    "spam": "marked as spam by the tool",
    "1": "a preview of the survey, not an answer",
    "2": "a test response made by the tool",
    "8": "marked as spam by the tool",
}
OWN = re.compile(r"_(First Click|Last Click|Page Submit|Click Count|DO(_.+)?|Browser|Version|Operating System|Resolution)$")
"""Time on a page, in which order choices were shown, the browser."""


def recognise(top: list[list[str]]) -> Layout | None:
    if len(top) < 3 or sum('"importid"' in cell.casefold().replace(" ", "") for cell in top[2]) < max(1, len(top[2]) // 2):
        return None
    codes, texts = [tidy(cell) for cell in top[0]], [tidy(cell) for cell in top[1]]
    texts += [""] * (len(codes) - len(texts))
    families: dict[str, list[int]] = defaultdict(list)
    columns: list[Column] = []
    for n, (code, text) in enumerate(zip(codes, texts, strict=True)):
        column = Column(n, code, text or code)
        columns.append(column)
        if code.casefold() in NAMES or code.casefold().startswith("q_"):
            column.kind, column.why = METADATA, "The tool writes this column by itself."
            column.is_key = code.casefold() == "responseid"
        elif OWN.search(code):
            column.kind, column.why = METADATA, "The tool measures this by itself."
        elif code.upper().endswith("_TEXT"):
            column.kind, column.why = TEXT, "What was typed beside a choice."
        elif match := re.match(r"^(.+?)_(\d+)(?:_\d+)?$", code):
            families[match[1]].append(n)
        if not column.kind:
            column.sign = ","
    for members in families.values():
        question = common_question([texts[n] for n in members])
        for n in members:
            if len(members) > 1 and question:
                columns[n].question = re.sub(r"\s+-\s+Selected Choice$", "", question)
                columns[n].choice = texts[n][len(question) :].removeprefix(" - ").strip() or codes[n]
    for column in columns:
        if not column.choice:
            column.question = re.sub(r"\s+-\s+Selected Choice$", "", column.question)
    skip = {n: TESTS for n, code in enumerate(codes) if code.casefold() == "status"}
    return Layout("qualtrics", 'The third row holds {"ImportId": ...}, as Qualtrics writes it.', 3, columns, skip)


def common_question(texts: list[str]) -> str:
    """What all begin with, up to a “ - ” between question and choice."""
    start = texts[0]
    for text in texts[1:]:
        while not text.startswith(start):
            start = start[:-1]
    cut = start.rfind(" - ")
    return start[:cut] if cut > 0 else ""
