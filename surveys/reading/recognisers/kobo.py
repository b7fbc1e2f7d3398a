"""KoBoToolbox and ODK: “question/choice” columns with 0 and 1 beside a column in which the choices are joined by spaces."""

import re
from collections.abc import Collection, Mapping

from surveys.reading.combining import SPACED
from surveys.reading.draft import METADATA, Column
from surveys.reading.recognisers.layout import Layout, known, lone

NAMES = frozenset(
    [
        "start", "end", "today", "deviceid", "username", "simserial", "subscriberid", "phonenumber", "_id", "_uuid", "_submission_time",
        "_validation_status", "_notes", "_status", "_submitted_by", "__version__", "_tags", "_index", "_geolocation", "_attachments", "meta/instanceid",
        "submissiondate", "key", "instanceid", "submitterid", "submittername", "attachmentspresent", "attachmentsexpected", "reviewstate", "edits", "formversion",
        "meta-instanceid", "status", "formhub/uuid", "meta/rootuuid", "_xform_id_string",
        "_version_", "_root_uuid", "starttime", "endtime", "audit", "devicephonenum", "imei", "meta/deprecatedid", "meta/instancename", "_parent_index", "_parent_table_name",
        "uuid", "unnamed: 0", "simid", "formdef_version", "caseid", "duration", "text_audit", "audio_audit", "review_status", "review_quality", "review_comments", "review_corrections",
    ]
)  # fmt: skip
MARKS = frozenset(
    ["_id", "_uuid", "_submission_time", "_index", "__version__", "key", "submissiondate", "instanceid", "formversion", "meta/instanceid"]
)


def recognise(top: list[list[str]]) -> Layout | None:
    headers = top[0]
    marks = known([header.strip() for header in headers], MARKS)
    if len(marks) < 2 or "response id" in [header.strip().casefold() for header in headers]:
        return None
    columns = [lone(n, header, names=NAMES) for n, header in enumerate(headers)]
    for name in ("_uuid", "meta/instanceid", "instanceid", "key", "_id"):
        if found := [column for column in columns if column.header.casefold() == name]:
            found[0].is_key = True
            break
    whole = {column.header: column for column in columns}
    places = {column.header for column in columns if is_place(column.header, whole)}
    for column in columns:
        if column.header in places:
            column.kind, column.why = METADATA, "Coordinates."
        if column.header.startswith(("meta/", "_")):
            column.kind, column.why = METADATA, column.why or "The tool writes this column by itself."
        if column.kind or "/" not in column.header:
            continue
        question = parent_of(column.header, whole)
        if question and not whole[question].is_key:
            column.question, column.choice = question, column.header[len(question) + 1 :]
            parent = whole[question]
            if not parent.kind:
                parent.kind, parent.why = METADATA, "The same answers as in the columns of its choices beside it."
    beside_codes(columns, whole, top[1:])
    without_parents(columns, top[1:])
    for column in columns:
        column.question = column.question.rpartition("/")[2] or column.question
        if not column.kind and not column.choice:  # where headings are labels, so are the answers
            column.sign = SPACED if " " in column.header else " "
        if re.search(r"[_-](latitude|longitude|altitude|precision|accuracy)$", column.header, re.I):
            column.kind, column.why = METADATA, "Coordinates."
    return Layout("kobotoolbox", f"The columns {', '.join(marks[:3])} are those of KoBoToolbox or ODK.", 1, columns)


def parent_of(header: str, headers: Collection[str]) -> str:
    """The column whose choice this one is: the longest beginning, up to a slash, that is a heading itself. Choices may have slashes too."""
    cuts = [n for n, sign in enumerate(header) if sign == "/"]
    return next((header[:cut] for cut in reversed(cuts) if header[:cut] in headers), "")


def beside_codes(columns: list[Column], whole: Mapping[str, Column], answers: list[list[str]]) -> None:
    """Choices that SurveyCTO writes: “ways_1” with 0 and 1 beside “ways”, in which the codes are joined by spaces."""
    for column in columns:
        name, _, code = column.header.rpartition("_")
        parent = whole.get(name)
        if parent is None or column.kind or column.choice or parent.is_key:
            continue
        pairs = [(row[column.index].strip(), row[parent.index].split()) for row in answers if max(column.index, parent.index) < len(row)]
        if any(mark for mark, _ in pairs) and all(mark in ("", "0", "1") and (mark == "1") == (code in codes) for mark, codes in pairs):
            column.question, column.choice = name, code
            parent.kind, parent.why = METADATA, "The same answers as in the columns of its choices beside it."


def without_parents(columns: list[Column], answers: list[list[str]]) -> None:
    """Choices whose question has no column of its own, as one may choose when exporting: neighbors with the same beginning and nothing but 0 and 1."""
    run: list[Column] = []
    for column in [*columns, None]:
        start = column.header.rpartition("/")[0] if column and not column.kind and not column.choice else ""
        said = {row[column.index].strip().casefold() for row in answers if column.index < len(row)} if column and start else set()
        fits = bool(start) and said <= {"", "0", "1", "0.0", "1.0", "true", "false"}
        if run and not (fits and start == run[0].header.rpartition("/")[0]):
            if len(run) > 1:
                for member in run:
                    member.question, _, member.choice = member.header.rpartition("/")
            run = []
        if fits and column:
            run.append(column)


def is_place(header: str, headers: Collection[str]) -> bool:
    """Whether a column “about/where” has its “about/_where_latitude” or “_about/where_latitude” beside it."""
    group, slash, name = header.rpartition("/")
    return any(f"{beside}_latitude" in headers for beside in (f"_{header}", f"{group}{slash}_{name}", header))
