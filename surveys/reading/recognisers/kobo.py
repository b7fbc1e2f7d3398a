"""KoBoToolbox and ODK: “question/choice” columns with 0 and 1 beside a column in which the choices are joined by spaces."""

from collections.abc import Collection

from surveys.reading.draft import METADATA
from surveys.reading.recognisers.layout import Layout, known, lone

NAMES = frozenset(
    [
        "start", "end", "today", "deviceid", "username", "simserial", "subscriberid", "phonenumber", "_id", "_uuid", "_submission_time",
        "_validation_status", "_notes", "_status", "_submitted_by", "__version__", "_tags", "_index", "_geolocation", "_attachments", "meta/instanceid",
        "submissiondate", "key", "instanceid", "submitterid", "submittername", "attachmentspresent", "attachmentsexpected", "reviewstate", "edits", "formversion",
        "meta-instanceid", "status", "formhub/uuid", "meta/rootuuid", "_xform_id_string",
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
        question, _, choice = column.header.rpartition("/")
        if column.kind or not question:
            continue
        if question in whole and not whole[question].is_key:
            column.question, column.choice = question, choice
            parent = whole[question]
            if not parent.kind:
                parent.kind, parent.why = METADATA, "The same answers as in the columns of its choices beside it."
        if column.header.startswith(("meta/", "_")):
            column.kind = METADATA
    for column in columns:
        column.question = column.question.rpartition("/")[2]
        if not column.kind and not column.choice and " " not in column.header:  # where headings are labels, so are the answers
            column.sign = " "
        if column.header.rpartition("_")[2] in ("latitude", "longitude", "altitude", "precision"):
            column.kind, column.why = METADATA, "Coordinates."
    return Layout("kobotoolbox", f"The columns {', '.join(marks[:3])} are those of KoBoToolbox or ODK.", 1, columns)


def is_place(header: str, headers: Collection[str]) -> bool:
    """Whether a column “about/where” has its “about/_where_latitude” or “_about/where_latitude” beside it."""
    group, slash, name = header.rpartition("/")
    return any(f"{beside}_latitude" in headers for beside in (f"_{header}", f"{group}{slash}_{name}", header))
