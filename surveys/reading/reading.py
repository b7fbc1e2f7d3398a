"""The one door for files: published figures or a table of answers, whatever the file says it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from surveys.reading import published
from surveys.reading.draft import SurveyDraft
from surveys.reading.issues import NotASurvey
from surveys.reading.mapping import checked
from surveys.reading.published import PublishedDraft
from surveys.reading.source import Source, opened
from surveys.reading.understanding import understand

MOST_TEXT = 4 * 2**20
"""Bytes of a deck's text; what is larger is a table."""


@contextmanager
def read(
    path: Path, *, name: str = "", mapping: dict | None = None, told: Callable[[int, int], None] | None = None
) -> Iterator[tuple[SurveyDraft | PublishedDraft, Source]]:
    """What a file holds, and its rows while the block lasts. `told` hears, batch by batch, how many rows were read and left out.

    Raises NotASurvey with one sentence.
    """
    mapping = checked(mapping or {})
    encoding = {"mac-roman": "mac_roman", "xlsx": ""}.get(mapping.get("encoding", ""), mapping.get("encoding", ""))
    with opened(path, name, encoding=encoding, delimiter=mapping.get("delimiter", ""), sheet=mapping.get("sheet", "")) as source:
        try:
            yield _understood(source, mapping, told), source
        finally:
            if source.kept:
                source.kept.close()


def _understood(source: Source, mapping: dict, told: Callable[[int, int], None] | None) -> SurveyDraft | PublishedDraft:
    draft = None if mapping.get("format") not in (None, "", "published") else find_published(source)
    if draft is not None:
        draft.encoding = source.original_encoding
        return draft
    if mapping.get("format") == "published":
        raise NotASurvey(NO_FIGURES)
    return understand(source, mapping=mapping, told=told)


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
    rows = (row for row in source.rows() if any(cell.strip() for cell in row))
    heads = next(rows, [])
    return published.recognise_table([heads, *islice(rows, 5000)]) if published.may_be_figures(heads) else None
