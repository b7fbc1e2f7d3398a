"""A plan as a table of text: the rows of `actions.resources`, in UTF-8, with nothing that a spreadsheet would run."""

import csv
import io
from typing import BinaryIO

from actions.picture import PlanPicture
from actions.reading.apostrophes import guarded
from actions.resources import COLUMNS, PlanRows, rows_of


def write_csv(picture: PlanPicture, out: BinaryIO, *, bom: bool = False) -> None:
    """Days as 2021-08-03, numbers as they are. `bom` begins with a byte-order mark, without which Excel takes UTF-8 for another encoding."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig" if bom else "utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for values in PlanRows().values(rows_of(picture)):
        writer.writerow([guarded(value) if isinstance(value, str) else value for value in values])
    text.detach()
