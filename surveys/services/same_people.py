"""Numbers of respondents that two files of a survey have in common: the same people, or two forms that both count from 1."""

from itertools import islice

from surveys.models import ResponseBlock, Survey, SurveyImport
from surveys.packing import MARK, fingerprints, marks
from surveys.reading.draft import SurveyDraft
from surveys.reading.issues import DOUBT, Issue
from surveys.reading.kept_rows import Gathered

DOUBT_OF_NUMBERS = "same_numbers"
LONGEST = 7
"""Digits of a number that a form counts by itself; longer ones, and marks with letters, are the same nowhere else."""
BLOCKS, BATCHES = 4, 40
"""Of what is there and of the file: so many are compared, whatever their size."""


def doubt_same_numbers(draft: SurveyDraft, gathered: Gathered, survey: Survey, *, same_headings: bool) -> None:
    """A doubt where numbers that count from 1 are there already, and the rows that have them are other ones."""
    if draft.key is None:
        return
    half = MARK // 2
    packed = ResponseBlock.objects.filter(source__survey=survey, source__state=SurveyImport.COUNTED).order_by("pk")
    there = {mark[:half]: mark[half:] for block in packed.values_list("fingerprints", flat=True)[:BLOCKS] for mark in marks(bytes(block))}
    common = equal = looked_at = 0
    for batch in islice(gathered.answers(), BATCHES if there else 0):
        if any(not cell.strip().isdigit() or len(cell.strip()) > LONGEST for cell in batch.columns[draft.key]):
            return
        for mark in fingerprints(draft, batch, bytes(survey.salt)):
            common += mark[:half] in there
            equal += there.get(mark[:half]) == mark[half:]
        looked_at += len(batch)
    if not common or (same_headings and 2 * equal >= common):
        return
    header = draft.headers[draft.key]
    said = (
        f"Column “{header}” numbers the respondents, and {common:,} of the first {looked_at:,} rows have a number that is in the survey already, with other answers. "
        "They are taken as the same respondents and not added; they could also be other ones, of another form that counts from 1 too."
    )
    draft.issues.append(Issue(DOUBT_OF_NUMBERS, said, DOUBT, header, taken="the same respondents", other="other respondents"))
