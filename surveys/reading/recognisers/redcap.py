"""REDCap: record_id in front; a column for each choice, “field___1” with 0 and 1, or “Question (choice=...)” with Checked and Unchecked."""

import re

from surveys.reading.draft import METADATA
from surveys.reading.labels import tidy
from surveys.reading.recognisers.layout import FAMILY, Layout, families, lone

NAMES = frozenset(
    ["record_id", "record id", "redcap_event_name", "redcap_survey_identifier", "redcap_repeat_instrument", "redcap_repeat_instance", "redcap_data_access_group",
     "event name", "survey identifier", "repeat instrument", "repeat instance", "data access group", "survey timestamp", "complete?", "study_id"]
)  # fmt: skip


WRITTEN = re.compile(r"\w+_(complete|timestamp)")


def recognise(top: list[list[str]]) -> Layout | None:
    headers = [header.strip() for header in top[0]]
    low = [header.casefold() for header in headers]
    # The first field names the record, however a project calls it.
    sure = [h for h in low if h.startswith("redcap_")] + [h for h in low if h in ("complete?", "survey timestamp", "repeat instrument")]
    ticks = [h for h in low if re.fullmatch(r"\w+___\w+", h) or "(choice=" in h]
    ends = [h for h in low if WRITTEN.fullmatch(h)]
    if low[:1] in (["record_id"], ["record id"], ["study_id"]):
        marks = sure + ticks + ends
    else:
        marks = sure + ticks + ends if (sure or (ticks and ends)) and ends + ticks + [h for h in low if h == "complete?"] else []
    if not marks:
        return None
    columns = [lone(n, header, names=NAMES) for n, header in enumerate(headers)]
    columns[0].kind, columns[0].why, columns[0].is_key = METADATA, "It numbers the records.", True
    for column in columns:
        if WRITTEN.fullmatch(column.header.casefold()):
            column.kind, column.why = METADATA, "The tool writes this column by itself."
        elif re.fullmatch(r"record_id_[0-9a-f]{6}", column.header):
            column.kind, column.why = METADATA, "It numbers the records."
    families(columns, FAMILY[1:3])
    for column in columns:
        match = next((found for pattern in FAMILY[1:3] if (found := pattern.match(column.header))), None)
        if match and not column.kind and not column.choice:  # a question with one choice
            column.question, column.choice = tidy(match["question"]), tidy(match["choice"])
    return Layout("redcap", f"“{headers[0]}” in front and “{marks[0]}” are REDCap's.", 1, columns)
