"""Any table: one row of headings, or two where the first groups the second or holds codes for it."""

import re

from surveys.reading.draft import Column
from surveys.reading.issues import DOUBT, Issue
from surveys.reading.kinds import NUMERAL
from surveys.reading.labels import plain, tidy
from surveys.reading.persons import REFUSALS, private_by_values
from surveys.reading.recognisers.layout import Layout, begun_alike, families, lone, numbered, prefixed

NOTHING = "No mark of a survey tool was found, so "

UNNAMED = re.compile(r"Unnamed: \d+(_level_\d+)?")
"""What pandas writes where a heading is blank."""


def recognise(top: list[list[str]]) -> Layout:
    headers = top[0] if top else []
    if groups_second(top):
        columns = in_groups(*top[:2])
        return Layout(
            "plain", f"{NOTHING}the first two rows are taken as headings: questions above, their choices or rows below.", 2, columns
        )
    if names_second(top):
        columns = [lone(n, text or code, names=frozenset()) for n, (code, text) in enumerate(zip(*filled_up(*top[:2]), strict=True))]
        _find_families(columns)
        rows = 3 if adds_to_first(top[1:]) else 2
        return Layout("plain", f"{NOTHING}the first {rows} rows are taken as headings: codes above, what was asked below.", rows, columns)
    columns = [lone(n, header, names=frozenset()) for n, header in enumerate(headers)]
    _find_families(columns)
    if adds_to_first(top):
        said = f"{NOTHING}the first row is taken as headings; the second one holds units, kinds or codes of what is asked, and no answers."
        return Layout("plain", said, 2, columns)
    layout = Layout("plain", f"{NOTHING}the first row is taken as headings and each further one as a respondent.", 1, columns)
    if is_an_answer(top):
        said = "The first row looks like somebody's answers, and is taken as headings all the same: each question has one. If the headings were lost, export the file again, or put a row of headings in front."
        layout.issues.append(Issue("no_headings", said, DOUBT, taken="headings", other="a respondent"))
    return layout


def _find_families(columns: list[Column]) -> None:
    families(columns)
    begun_alike(columns)
    prefixed(columns)
    numbered(columns)


def filled_up(first: list[str], second: list[str]) -> tuple[list[str], list[str]]:
    """Both rows, equally wide."""
    width = max(len(first), len(second))
    first = ["" if UNNAMED.fullmatch(cell.strip()) else cell for cell in first]
    return [tidy(cell) for cell in first] + [""] * (width - len(first)), [tidy(cell) for cell in second] + [""] * (width - len(second))


def groups_second(top: list[list[str]]) -> bool:
    """Whether the first row names groups of columns - a question with blanks behind it - and the second what stands in each."""
    if len(top) < 4:
        return False
    above, below = filled_up(*top[:2])
    first = next((n for n, cell in enumerate(above) if cell), len(above))
    gaps = sum(not cell for cell in above[first:])
    named = sum(bool(under or over) for over, under in zip(above, below, strict=True))
    under_gaps = sum(bool(under) for over, under in zip(above, below, strict=True) if not over)  # cells may be merged downward too
    if (not gaps or own_columns(above, below, top[2:]) < 3) and (gaps < 2 or gaps < len(above) // 4):
        return False
    return (
        len(above) > 3
        and named >= 0.8 * len(below)
        and under_gaps >= 0.8 * sum(not over for over in above)
        and are_headings(below, top[2:], ticks=True)
    )


def own_columns(above: list[str], below: list[str], answers: list[list[str]]) -> int:
    """How many columns have a heading, nothing under it, and something in every answer: a tool's own, above which no question stands."""
    always = [all(n < len(row) and row[n].strip() for row in answers) for n in range(len(above))]
    return sum(bool(over) and not under and filled for over, under, filled in zip(above, below, always, strict=True))


def names_second(top: list[list[str]]) -> bool:
    """Whether the first row holds codes and the second what was asked in words."""
    if len(top) < 4:
        return False
    codes, texts = filled_up(*top[:2])
    asked = [text for text in texts if text]
    bare = sum(" " not in code for code in codes)
    below = [cell for row in top[2:] for cell in row if cell.strip()]
    return len(asked) > 2 and bare == len(codes) and in_words(asked) >= 0.6 > 2 * in_words(below) and are_headings(texts, top[2:])


CODE = re.compile(r"[a-z]{1,8}_?\d+([_.-]?\w{1,4})?", re.I)


def adds_to_first(top: list[list[str]]) -> bool:
    """Whether the second row says more of the headings and is no respondent: no numbers where all below it are, or nothing but codes that are given once."""
    if len(top) < 5:
        return False
    second = {n: cell.strip() for n, cell in enumerate(top[1]) if cell.strip()}
    below = {n: {row[n].strip() for row in top[2:] if n < len(row)} - {""} for n in second}
    numbers = [n for n, cells in below.items() if cells and all(map(NUMERAL.fullmatch, cells))]
    if (
        len(numbers) > 1
        and not any(NUMERAL.fullmatch(second[n]) or plain(second[n]) in REFUSALS for n in numbers)
        and not any(second[n] in below[n] for n in second)
    ):
        return True
    return (
        len(second) > 2
        and len(set(second.values())) == len(second)
        and all(CODE.fullmatch(cell) and cell not in below[n] for n, cell in second.items())
    )


def in_words(cells: list[str]) -> float:
    """The share of cells that ask or say something."""
    return sum("?" in cell or cell.strip().count(" ") > 2 for cell in cells) / max(1, len(cells))


def are_headings(row: list[str], answers: list[list[str]], *, ticks: bool = False) -> bool:
    """Whether what stands in a row is no answer: none is a number, nearly none is given again. The column of a choice may say that choice and nothing else."""
    odd = 0
    for n, cell in enumerate(row):
        said = {tidy(answer[n]) for answer in answers if n < len(answer)} - {""}
        odd += bool(cell) and (bool(re.fullmatch(r"[\d.,:/\s-]+", cell)) or (cell in said and not (ticks and len(said) == 1)))
    return odd <= len(row) // 20


def in_groups(above: list[str], below: list[str]) -> list[Column]:
    """A column for each heading of the second row, with the question that stands above it or to the left of that."""
    above, below = filled_up(above, below)
    columns, question = [], ""
    for n, (over, under) in enumerate(zip(above, below, strict=True)):
        question = over or question
        stands_alone = over and (n + 1 == len(above) or above[n + 1])
        if not question or not under or stands_alone or under.casefold() in ("response", "open-ended response"):
            columns.append(lone(n, question if stands_alone or not under else under, names=frozenset()))
        else:
            columns.append(Column(n, f"{question} [{under}]", question, under))
    return columns


def is_an_answer(top: list[list[str]]) -> bool:
    """Whether the first row is like those below: a moment, an address or a number stands in it, or much that is given again."""
    headers = [cell.strip() for cell in top[0]] if top else []
    if len(top) < 4 or len(headers) < 3:
        return False
    if any(private_by_values({cell: 1}) for cell in headers if cell):
        return True
    again = sum(bool(cell) and sum(cell == row[n].strip() for row in top[1:] if n < len(row)) > 1 for n, cell in enumerate(headers))
    return again >= 0.5 * len(headers)
