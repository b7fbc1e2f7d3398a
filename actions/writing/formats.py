"""The formats that a plan can be taken away in: one table for the command, the pages and the tests."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from actions.picture import PlanPicture


@dataclass(frozen=True, slots=True)
class Format:
    """`write(picture, out, bom=)` puts the file into `out`; only CSV looks at `bom`."""

    name: str
    """In words for people."""
    content_type: str
    file_name: str
    """Its address below the plan's."""
    write: Callable[..., None]


def _csv(picture: PlanPicture, out: BinaryIO, *, bom: bool = False) -> None:
    from actions.writing.as_csv import write_csv

    write_csv(picture, out, bom=bom)


def _xlsx(picture: PlanPicture, out: BinaryIO, *, bom: bool = False) -> None:
    from actions.writing.as_xlsx import write_xlsx

    write_xlsx(picture, out)


def _json(picture: PlanPicture, out: BinaryIO, *, bom: bool = False) -> None:
    from actions.writing.as_json import write_json

    write_json(picture, out)


def _markdown(picture: PlanPicture, out: BinaryIO, *, bom: bool = False) -> None:
    from actions.writing.as_markdown import write_markdown

    write_markdown(picture, out)


def _pdf(picture: PlanPicture, out: BinaryIO, *, bom: bool = False) -> None:
    from actions.writing.as_json import report_tree
    from actions.writing.pdf import render_pdf

    before = [mark for mark in picture.reports if mark.day < picture.as_of and not mark.is_withdrawn]
    out.write(render_pdf(report_tree(picture, published_on=None, known_at=None, previous=before[-1] if before else None)))


# The libraries are imported when they are needed: a page that only links to a spreadsheet does not load its writer.
FORMATS = {
    "pdf": Format("PDF", "application/pdf", "report.pdf", _pdf),
    "xlsx": Format("Spreadsheet (XLSX)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "steps.xlsx", _xlsx),
    "csv": Format("CSV", "text/csv; charset=utf-8", "steps.csv", _csv),
    "json": Format("JSON", "application/json", "plan.json", _json),
    "md": Format("Markdown", "text/markdown; charset=utf-8", "plan.md", _markdown),
}
