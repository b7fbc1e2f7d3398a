"""What a file is, published figures or a table of answers, whatever it says it is. Services ask `surveys.reading.child`, which calls this in a process of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from surveys.reading import published
from surveys.reading.draft import SurveyDraft
from surveys.reading.issues import NotASurvey
from surveys.reading.kept_rows import Gathered
from surveys.reading.mapping import checked
from surveys.reading.published import PublishedDraft
from surveys.reading.source import Source, opened
from surveys.reading.understanding import understand

ROWS = "rows"
MOST_TEXT = 4 * 2**20
"""Bytes of a deck's text; what is larger is a table."""


@contextmanager
def read(
    path: Path, *, name: str = "", mapping: dict | None = None, told: Callable[[int, int], None] | None = None, folder: Path | None = None
) -> Iterator[tuple[SurveyDraft | PublishedDraft, Gathered]]:
    """What a file holds, and its rows while the block lasts. `told` hears, batch by batch, how many rows were read and left out.

    The rows are written into `folder`, into a file that has no name any more. Raises NotASurvey with one sentence.
    """
    if folder is None:
        with TemporaryDirectory(prefix="survey-") as made, read(path, name=name, mapping=mapping, told=told, folder=Path(made)) as found:
            yield found
        return
    mapping = checked(mapping or {})
    encoding = {"mac-roman": "mac_roman", "xlsx": ""}.get(mapping.get("encoding", ""), mapping.get("encoding", ""))
    source = opened(path, folder, name, encoding=encoding, delimiter=mapping.get("delimiter", ""), sheet=mapping.get("sheet", ""))
    with (folder / ROWS).open("w+b") as rows:
        (folder / ROWS).unlink()
        yield _understood(source, rows, mapping, told), source.gathered


def _understood(source: Source, rows: IO[bytes], mapping: dict, told: Callable[[int, int], None] | None) -> SurveyDraft | PublishedDraft:
    draft = None if mapping.get("format") not in (None, "", "published") else find_published(source)
    if draft is not None:
        draft.encoding = source.original_encoding
        return draft
    if mapping.get("format") == "published":
        raise NotASurvey(NO_FIGURES)
    return understand(source, rows, mapping=mapping, told=told)


NO_FIGURES = (
    "No published figures were found in it. Give the size of each group, and for each table a line “Choice, Count, Percent” "
    "with the choices below it, the cells apart by tabs; or a table with the columns Group, Respondents, Choice, Count and Percent."
)


def find_published(source: Source) -> PublishedDraft | None:
    """Published figures, where the file holds some: as the text of a deck, or as a small table."""
    if source.path.stat().st_size > MOST_TEXT:
        return None
    if source.kind != "xlsx":
        text = source.text(MOST_TEXT)
        head = text[:2000]
        if "count" in text.casefold() or "respondents" in head.casefold():
            lines = text.splitlines()
            if len(lines) < 20_000 and (found := published.recognise(lines)):
                return found
    rows = source.filled_rows()
    heads = next(rows, [])
    return published.recognise_table([heads, *islice(rows, 5000)]) if published.may_be_figures(heads) else None
