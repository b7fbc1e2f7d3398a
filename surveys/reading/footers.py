"""Rows that no respondent gave: sums and means, what a tool or a person wrote below the answers, and the headings once more.

Only the end of a table is looked at closely: what stands there is compared with the rows above it. A row that may be either stays, with a doubt.
"""

import re
from collections.abc import Sequence
from statistics import median

from surveys.reading.issues import DOUBT, Issue
from surveys.reading.labels import plain

SUMS = "a line of sums below the answers"
BELOW = "a line below the answers that no respondent gave"
AGAIN = "the headings once more"
SUMS_BEGIN = ("total", "total:", "totals", "totales", "gesamt", "summe", "sum")
LOOKED_AT = 200
"""Characters of a cell."""
TAIL = 40
"""Rows at the end of a table that are looked at one by one."""

Row = tuple[int, list[str]]
"""Number in the file, and cells."""

NUMBER = re.compile(r"[<>~=±]?\s*-?[$€£]?[\d.,' ]*\d\s*%?(\s*/\s*[\d.,]+)?(\s*\([\d.,% /=n]+\))?|[-–—]|#\w+[/!]?\w*[!?]?|n/?a", re.I)
SUMMARY = re.compile(
    r"(?:(?:grand|sub|overall|column|row|class|arithmetic)[ -]?)?"
    r"(?:totale?s?|sum|sums|averages?|avg|mean|median|mode|min(?:imum)?|max(?:imum)?|counts?|n|range|variance|std\.?(?: ?dev\.?)?|stdev|standard deviation"
    r"|(?:response|completion|participation) rate|percent(?:age)?s?|%|(?:number|nr|no\.?|count|total|sum|average|mean) of .{1,60}|responses|respondents"
    r"|gesamt|summe|mittelwert|durchschnitt|anzahl|promedio|media|suma|recuento|cuenta|moyenne|somme|nombre|effectif|média|soma|contagem|somma|gemiddelde|totaal)"
    r"(?:(?: score| rating| responses?| respondents?| answers?| rows?| submissions?| records?| participants?| \([^()]*\)))*\s*[:=]?\s*-?[\d.,]*\s*%?"
)
WRITTEN = re.compile(
    r"(?:(?:report |file |data |survey |list )?(?:generated|exported|created|printed|downloaded|prepared|compiled|produced|retrieved)\b"
    r"|(?:data )?source:|powered by|©|\(c\) |copyright|page \d+|filters?(?: applied)?\b\s*:|(?:no )?filters? applied|end of (?:the )?(?:report|file|data|table|list|survey|export)"
    r"|(?:foot)?notes?\s*[:.]|n\.b\.|\*+\s?\w|confidential|last (?:updated|modified)|as of \S*\d|date of (?:export|report)|this (?:report|file|export|list|table)\b"
    r"|(?:total|number)\b.{0,40}[:=]\s*\d|(?:response|completion) rate|n\s*=\s*\d|\d[\d,.]* (?:responses|respondents|rows|records|answers|submissions)\b"
    r"|for internal use|showing \d|erstellt (?:am|mit|von)|exportiert|quelle:|stand:|generado|exportado|creado|fuente:|nota:|généré|exporté|créé|source :|gerado|fonte:)"
)


def is_sums(row: Sequence[str]) -> bool:
    """Whether the first cell says that sums follow, and nothing but numbers stands behind it."""
    rest = [cell.strip() for cell in row[1:] if cell.strip()]
    return row[0].strip().casefold() in SUMS_BEGIN and bool(rest) and all(re.fullmatch(r"-?[\d.,]+ ?%?", cell) for cell in rest)


def may_be_none(cells: Sequence[str]) -> bool:
    """Whether one of these first cells of rows may begin a row of blanks or a line of sums; without a look at each, which would be felt."""
    low = "\x1e".join(cells).casefold()
    return min(cells) < "!" or any(f"\x1e{word}\x1e" in f"\x1e{low}\x1e" for word in SUMS_BEGIN if word in low)


def at_the_end(rows: list[Row], issues: list[Issue]) -> dict[int, str]:
    """Number of each row at the end of a table that is no respondent's -> why. `rows` are those that are not blank, as wide as the headings.

    What may be none is told of in `issues`.
    """
    start = max(1, len(rows) - TAIL)
    if len(rows) < 3:
        return {}
    found = behind_a_gap(rows, start)
    at = len(rows) - 1 - len(found)
    while at >= start and (why := alone(rows[at][1], [row for _, row in rows[:at]])):
        found[rows[at][0]] = why
        at -= 1
    if at >= start and is_odd(rows[at][1], [row for _, row in rows[:at]]):
        number, _ = rows[at]
        said = f"Row {number}, the last one, has one cell, and that is like nothing above it. It is counted as a respondent; it may be a note below the answers."
        issues.append(Issue("last_row", said, DOUBT, line=number, taken="a respondent", other="a note"))
    return found


def behind_a_gap(rows: list[Row], start: int) -> dict[int, str]:
    """The same for all rows behind a blank one, where each has few cells and not those that every respondent has."""
    gaps = [n for n in range(start, len(rows)) if rows[n][0] > rows[n - 1][0] + 1]
    for gap in gaps:
        above = [row for _, row in rows[:gap]]
        if len(rows) - gap <= max(3, len(above)) and all(is_short(row, above) for _, row in rows[gap:]):
            return {number: SUMS if alone(row, above) == SUMS else BELOW for number, row in rows[gap:]}
    return {}


def always_filled(above: list[list[str]]) -> list[int]:
    """Columns in which every respondent has something; what stands below may be no respondent, so the first half of the rows decides."""
    first = above[: max(3, (len(above) + 1) // 2)]
    return [n for n in range(len(above[0])) if all(row[n].strip() for row in first)]


def is_short(row: list[str], above: list[list[str]]) -> bool:
    """Whether a row has few cells and not all of those that every respondent has, or is unlike all respondents in most of these."""
    usual = median(sum(bool(cell.strip()) for cell in other) for other in above)
    filled = [n for n, cell in enumerate(row) if cell.strip()]
    always = always_filled(above)
    if not always:
        return len(filled) == 1 and shape(row[filled[0]]) not in {shape(other[filled[0]]) for other in above}
    alike = sum(shape(row[n]) in {shape(other[n]) for other in above} for n in always)
    return (len(filled) <= max(1, usual / 2) and not set(always) <= set(filled)) or 2 * alike < len(always)


def alone(row: list[str], above: list[list[str]]) -> str:
    """Why a row is no respondent's by what stands in it; empty where it may be one."""
    filled = [n for n, cell in enumerate(row) if cell.strip()]
    first, rest = row[filled[0]].strip(), [row[n].strip()[:LOOKED_AT] for n in filled[1:]]
    said = plain(first[:LOOKED_AT])
    if any(other[filled[0]].strip() == first for other in above):
        return ""
    always = always_filled(above)
    lacking = [n for n in always if n not in filled]
    if SUMMARY.fullmatch(said) and all(NUMBER.fullmatch(cell) or SUMMARY.fullmatch(plain(cell)) for cell in rest):
        is_word = len(said) > 2 or "=" in said  # a lone “n” or “%” may be an answer
        return SUMS if lacking or len(row) < 3 or (rest and is_word) else ""
    if (
        lacking[:1] == always[:1] != []
        and all(NUMBER.fullmatch(row[n].strip()[:LOOKED_AT]) or SUMMARY.fullmatch(plain(row[n][:LOOKED_AT])) for n in filled)
        and are_figures(filled, row, above)
    ):
        return SUMS
    if WRITTEN.match(said) and len(filled) <= 2 and (lacking or (len(row) < 3 and len(filled) < len(row))):
        return BELOW
    return ""


def are_figures(filled: list[int], row: list[str], above: list[list[str]]) -> bool:
    """Whether a row of numbers without a word holds what was counted from those above: none of it is an answer that somebody gave."""
    return not any(row[n].strip() == other[n].strip() for n in filled for other in above)


def is_odd(row: list[str], above: list[list[str]]) -> bool:
    """Whether the last row has one cell of several, and that is like nothing above it."""
    filled = [n for n, cell in enumerate(row) if cell.strip()]
    return len(row) > 2 and len(filled) == 1 and shape(row[filled[0]]) not in {shape(other[filled[0]]) for other in above}


def shape(cell: str) -> str:
    """A cell with a sign for each number and each run of letters."""
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "a", cell[:LOOKED_AT].strip()))
