"""REDCap: record_id in front; a column for each choice, “field___1” with 0 and 1, or “Question (choice=...)” with Checked and Unchecked."""

import re

from surveys.reading.draft import METADATA
from surveys.reading.recognisers.layout import FAMILY, Layout, families, lone

NAMES = frozenset(
    ["record_id", "record id", "redcap_event_name", "redcap_survey_identifier", "redcap_repeat_instrument", "redcap_repeat_instance", "redcap_data_access_group",
     "event name", "survey identifier", "repeat instrument", "repeat instance", "data access group", "survey timestamp", "complete?", "study_id"]
)  # fmt: skip


def recognise(top: list[list[str]]) -> Layout | None:
    headers = [header.strip() for header in top[0]]
    low = [header.casefold() for header in headers]
    begins = low[:1] in (["record_id"], ["record id"], ["study_id"])
    marks = [
        h
        for h in low
        if h.startswith("redcap_")
        or "___" in h
        or "(choice=" in h
        or h in ("complete?", "survey timestamp")
        or re.fullmatch(r"\w+_(complete|timestamp)", h)
    ]
    if not (begins and marks):
        return None
    columns = [lone(n, header, names=NAMES, key=low[0]) for n, header in enumerate(headers)]
    for column in columns:
        if re.fullmatch(r"\w+_(complete|timestamp)", column.header.casefold()):
            column.kind, column.why = METADATA, "The tool writes this column by itself."
    families(columns, FAMILY[1:3])
    return Layout("redcap", f"“{headers[0]}” in front and “{marks[0]}” are REDCap's.", 1, columns)
