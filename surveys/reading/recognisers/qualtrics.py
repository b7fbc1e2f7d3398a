"""Qualtrics: three rows of headings - codes, questions, and {"ImportId": ...} in the third."""

import re
from collections import defaultdict

from surveys.reading.draft import METADATA, TEXT, Column
from surveys.reading.labels import tidy
from surveys.reading.recognisers.layout import NOT_JOINED, Layout, lone, numbered, shared_start

NAMES = frozenset(
    [
        "startdate", "enddate", "status", "ipaddress", "progress", "duration (in seconds)", "finished", "recordeddate", "responseid",
        "recipientlastname", "recipientfirstname", "recipientemail", "externalreference", "externaldatareference", "locationlatitude",
        "locationlongitude", "distributionchannel", "userlanguage", "responseset", "name", "emailaddress", "locationaccuracy",
        "duration", "_recordid", "surveyid", "panelid", "q_recaptchascore", "q_relevantidduplicate", "q_relevantidduplicatescore", "q_relevantidfraudscore", "q_ballotboxstuffing",
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
OWN = re.compile(
    r"_(First Click|Last Click|Page Submit|Click Count|DO(_.+)?|Browser|Version|Operating System|Resolution|NPS_GROUP)$| - (Topics|Parent Topics|Topic Hierarchy Level \d|Topic Sentiment.*|Sentiment.*|Actionability.*|Effort.*|Emotion.*)$|^SC\d+$"
)
"""Time on a page, in which order choices were shown, the browser."""


def recognise(top: list[list[str]]) -> Layout | None:
    header_rows = 3 if has_ids(top) else 2 if has_texts(top) or is_old(top) else 0
    if not header_rows:
        return codes_alone(top[0]) if top else None
    codes, texts = [tidy(cell) for cell in top[0]], [tidy(cell) for cell in top[1]]
    texts += [""] * (len(codes) - len(texts))
    texts = texts[: len(codes)]
    codes = [text if re.fullmatch(r"V\d+", code) and text else code for code, text in zip(codes, texts, strict=True)]
    texts = without_tags(codes, texts)
    typed = [n for n, cell in enumerate(top[2]) if '_TEXT"' in cell] if header_rows == 3 else []
    families: dict[str, list[int]] = defaultdict(list)
    columns: list[Column] = []
    for n, (code, text) in enumerate(zip(codes, texts, strict=True)):
        column = Column(n, code, text or code)
        columns.append(column)
        if code.casefold() in NAMES or code.casefold().startswith("q_") or (header_rows == 2 and text.casefold() in NAMES):
            column.kind, column.why = METADATA, "The tool writes this column by itself."
            column.is_key = code.casefold() in ("responseid", "_recordid")
        elif OWN.search(code):
            column.kind, column.why = METADATA, "The tool measures this by itself."
        elif (part := re.search(r"_(Id|Name|Size|Type)$", code)) and text.endswith(f" - {part[1]}"):
            column.kind, column.why = METADATA, "It names a file that was sent."
        elif code.upper().endswith("_TEXT"):
            column.kind, column.why = TEXT, "What was typed beside a choice."
        elif match := re.match(r"^(.+?)(?:_Part)?_(\d+|OTHER)(?:_\d+)?$", code):
            families[match[1]].append(n)
        if not column.kind:
            column.sign = NOT_JOINED if n in typed else ","
    for members in families.values():
        question = common_question([texts[n] for n in members])
        for n in members:
            if len(members) > 1 and question:
                columns[n].question = re.sub(r"\s+-\s+Selected Choice$", "", question)
                columns[n].choice = texts[n][len(question) :].removeprefix(" - ").removeprefix("-").strip() or codes[n]
    for column in columns:
        if not column.choice:
            column.question = re.sub(r"\s+-\s+Selected Choice$", "", column.question)
    skip = {n: TESTS for n, code in enumerate(codes) if code.casefold() == "status"}
    return Layout("qualtrics", WITH_IDS if header_rows == 3 else WITHOUT_IDS, header_rows, columns, skip)


def codes_alone(headers: list[str]) -> Layout | None:
    """Where somebody took the rows of questions and of import numbers away."""
    codes = [tidy(header) for header in headers]
    own = [code for code in codes if code.casefold() in NAMES]
    if len(own) < 4 or "responseid" not in [code.casefold() for code in own]:
        return None
    columns = [lone(n, code, names=NAMES, key="responseid") for n, code in enumerate(codes)]
    for column in columns:
        if OWN.search(column.header):
            column.kind, column.why = METADATA, "The tool measures this by itself."
        elif column.header.upper().endswith("_TEXT"):
            column.kind, column.why = TEXT, "What was typed beside a choice."
        elif not column.kind:
            column.sign = ","
    numbered(columns)
    return Layout("qualtrics", f"The columns {', '.join(own[:4])} are Qualtrics'; its rows of questions are missing.", 1, columns)


WITH_IDS = 'The third row holds {"ImportId": ...}, as Qualtrics writes it.'
WITHOUT_IDS = "The first row holds codes and the second what was asked, as Qualtrics writes them; its third row of headings is missing."


def without_tags(codes: list[str], texts: list[str]) -> list[str]:
    """The wordings without the code in front that Qualtrics writes where its import numbers stand in the first row: “Q1_2 - How ...”."""
    tags = [re.match(r"[\w.-]+ - ", text) for text in texts]
    own = [tag for tag, code in zip(tags, codes, strict=True) if code.casefold() not in NAMES and tag]
    asked = sum(code.casefold() not in NAMES for code in codes)
    if len(own) < 0.6 * asked or len({tag[0] for tag in own}) < 0.9 * len(own):
        return texts
    return [text[tag.end() :] if tag else text for tag, text in zip(tags, texts, strict=True)]


def is_old(top: list[list[str]]) -> bool:
    """Whether it is an export of the old kind: V1, V2, ... above the tool's own columns."""
    if len(top) < 3:
        return False
    own = sum(bool(re.fullmatch(r"V\d+", code.strip())) and text.strip().casefold() in NAMES for code, text in zip(*top[:2], strict=False))
    return own > 2


def has_ids(top: list[list[str]]) -> bool:
    return len(top) > 2 and sum('"importid"' in cell.casefold().replace(" ", "") for cell in top[2]) >= max(1, len(top[2]) // 2)


def has_texts(top: list[list[str]]) -> bool:
    """Whether the second row says in words what the codes of the first mean, and is no respondent."""
    if len(top) < 3:
        return False
    pairs = [(tidy(code), tidy(text)) for code, text in zip(*top[:2], strict=False)]
    named = sum(code.casefold() in NAMES and text.replace(" ", "").casefold() == code.casefold() for code, text in pairs)
    asked = [text for code, text in pairs if re.fullmatch(r"Q\d+(_\w+)?", code)]
    answers = {tidy(cell) for row in top[2:] for cell in row}
    in_words = len(asked) > 2 and 2 * len(asked) >= len(pairs) and all(text.count(" ") > 1 and text not in answers for text in asked)
    return named > 1 or in_words


def common_question(texts: list[str]) -> str:
    """What all begin with, up to a “ - ” between question and choice."""
    start = shared_start(min(texts), max(texts))
    cut = start.rfind(" - ")
    if cut <= 0 and start.endswith("-") and len(start) > 8:  # as exports of the old kind have it
        cut = len(start) - 1
    return start[:cut] if cut > 0 else ""
