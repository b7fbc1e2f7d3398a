"""A table becomes a SurveyDraft: the rows are read once and kept, what stands in each column is counted, then each column's kind is decided."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import IO

from surveys.reading import mapping as mappings
from surveys.reading.draft import (
    GROUP,
    MATRIX,
    METADATA,
    MULTI,
    NUMBER,
    OTHERS,
    SCALE,
    SINGLE,
    TEXT,
    TICKED,
    TOO_LONG,
    UNTICKED,
    Column,
    QuestionDraft,
    SurveyDraft,
)  # fmt: skip
from surveys.reading.issues import DOUBT, INFO, WARNING, Issue, NotASurvey
from surveys.reading.kept_rows import KeptRows
from surveys.reading.kinds import (
    KEY_HEADINGS,
    closed_or_open,
    group_rank,
    in_order,
    is_scale,
    private_by_heading,
    private_by_values,
)  # fmt: skip
from surveys.reading.labels import look_alikes, plain, tidy
from surveys.reading.recognisers import ALL, recognise
from surveys.reading.recognisers.layout import Layout
from surveys.reading.source import MOST_COLUMNS, NAMES, Source, uncollected
from surveys.reading.splitting import SIGNS, is_text, learn, looks_joined, many_without

MOST_VALUES = 20_000
"""Different values of a column that are kept; a column with more is open text, a mark, or is judged by those."""
MOST_LEFT_OUT = 1000
"""Rows that are left out and shown as they are, and characters of each of their cells."""
LONGEST_LEFT_OUT = 300


@dataclass(slots=True)
class Stats:
    """What stands in one column."""

    values: Counter = field(default_factory=Counter)
    filled: int = 0
    overflowed: bool = False


def understand(
    source: Source, rows: IO[bytes], *, mapping: dict | None = None, told: Callable[[int, int], None] | None = None
) -> SurveyDraft:
    """Read a table; its rows are kept in `rows`. `mapping` is what an earlier reading gave, corrected by somebody; it wins over what the file shows.

    Raises NotASurvey where there is no heading or no answer.
    """
    mapping = mapping or {}
    wanted = mapping.get("format", "")
    if wanted and wanted not in ALL:
        raise NotASurvey(f"The mapping names the format “{wanted}”, which is not known. Use one of {', '.join(ALL)}.")
    top = list(islice(source.filled_rows(), 200))
    if len(top) < 2:
        raise NotASurvey(
            f"“{source.name}” has {len(top)} rows that are not blank: a row of headings and at least one of answers are needed."
        )
    while len(top) > 2 and is_title(top):
        raise NotASurvey(
            f"The first row of “{source.name}” has one cell and the next has {len(top[1])}: it is a title. Remove the rows above the headings, then bring the file again."
        )
    layout = recognise(top, wanted=wanted)
    header_rows = int(mapping.get("header_rows") or layout.header_rows)
    if len(layout.columns) > MOST_COLUMNS:
        raise NotASurvey(
            f"“{source.name}” has {len(layout.columns)} columns; up to {MOST_COLUMNS} are read. Export fewer questions at once."
        )
    draft = SurveyDraft(
        layout.format, layout.reason, source.original_encoding, source.delimiter if source.kind != "xlsx" else "", header_rows,
        [column.header for column in layout.columns], [], skip={str(n): said for n, said in layout.skip.items()},
    )  # fmt: skip
    with uncollected():
        stats = count(source, rows, draft, told=told)
    if not draft.rows:
        raise NotASurvey(f"“{source.name}” has headings and no row of answers. Export it again after the first answers have come.")
    mappings.apply_to_columns(layout, mapping)
    decide(layout, stats, draft, mapping)
    mappings.apply_to_questions(draft, mapping, stats)
    if source.original_encoding not in ("utf-8", "utf-16", "xlsx"):
        draft.issues.append(
            Issue("encoding", f"The file is not UTF-8; it was read as {source.original_encoding}, because that gives letters. Look whether accents are right.", DOUBT,
                  taken=source.original_encoding, other="mac_roman" if source.original_encoding == "cp1252" else "cp1252")
        )  # fmt: skip
    return draft


def is_title(top: list[list[str]]) -> bool:
    filled = [sum(bool(cell.strip()) for cell in row) for row in top[:3]]
    return filled[0] == 1 and filled[1] > 1 and filled[2] > 1 and len(top[0]) <= 1


def count(source: Source, rows: IO[bytes], draft: SurveyDraft, *, told: Callable[[int, int], None] | None = None) -> list[Stats]:
    """Read all rows once and keep them. Memory does not grow with them: of each column only so many different values are counted."""
    gathered, kept = source.gathered, KeptRows(draft.headers, rows)
    stats = [Stats() for _ in range(draft.width)]
    left_out: Counter = Counter()

    def tell(number: int, row: list[str], why: str) -> None:
        left_out[why] += 1
        if len(gathered.left_out) < MOST_LEFT_OUT:
            gathered.left_out.append((number, why, [cell[:LONGEST_LEFT_OUT] for cell in row[: draft.width + 10]]))
        if why == TOO_LONG and left_out[why] <= 20:
            said = f"Row {number} has {len(row)} cells and the headings {draft.width}, so it was left out: a quotation mark or a delimiter is probably wrong in it."
            draft.issues.append(Issue("row_too_long", said, WARNING, line=number))

    gathered.kept = kept
    for columns in draft.batches(source.rows(), tell=tell):
        draft.rows += len(columns[0])
        if told:
            told(draft.rows, left_out.total())
        kept.put(columns)
        for column, values in zip(stats, columns, strict=True):
            if not column.overflowed:
                column.values.update(values)
                column.overflowed = len(column.values) > MOST_VALUES
                if not column.overflowed:
                    continue
            column.filled += len(values) - values.count("")
    for column in stats:
        merged: Counter = Counter()
        for value, times in column.values.items():
            merged[value.strip()] += times
        column.values = merged
        if not column.overflowed:
            column.filled = draft.rows - merged[""]
        del merged[""]
    draft.left_out = dict(left_out)
    for why, times in draft.left_out.items():
        draft.issues.append(Issue("left_out", f"{times} {'row was' if times == 1 else 'rows were'} left out: {why}.", WARNING))
    return stats


def decide(layout: Layout, stats: list[Stats], draft: SurveyDraft, mapping: dict) -> None:
    """From columns with their values to questions with their kinds."""
    forced = mappings.kinds(mapping)
    at = 0
    columns = layout.columns
    while at < len(columns):
        column = columns[at]
        if column.choice and not column.kind:
            end = at
            while end < len(columns) and columns[end].choice and columns[end].question == column.question:
                end += 1
            draft.questions += family(columns[at:end], stats, draft)
            at = end
            continue
        draft.questions.append(lone(column, stats[column.index], draft, forced.get(column.index, "")))
        at += 1
    find_group(draft, forced)
    keys = [column for column in columns if (column.is_key and not stats[column.index].overflowed) or column.is_key]
    for question in draft.questions:
        question.is_key = question.columns[0] in [column.index for column in keys]
    draft.key = next((q.columns[0] for q in draft.questions if q.is_key and stats[q.columns[0]].filled == draft.rows), None)
    for question in draft.questions:
        tell(question, draft)
    hidden = [q.header for q in draft.questions if q.kind == METADATA]
    if hidden:
        said = ", ".join(f"“{h}”" for h in hidden[:8]) + (" and more" if len(hidden) > 8 else "")
        draft.issues.append(Issue("metadata", f"Not stored, because they name persons, devices or moments: {said}."))


def lone(column: Column, stats: Stats, draft: SurveyDraft, forced: str) -> QuestionDraft:
    """The question of a column that stands for itself."""
    values, kind, why = stats.values, column.kind, column.why
    question = QuestionDraft(column.question, kind, [column.index], column.header, answered=stats.filled)
    if forced:
        kind, why = forced, "The mapping says so."
    elif not kind and (why := private_by_heading(column.header) or private_by_values(values)):
        kind = METADATA
    elif not kind and KEY_HEADINGS.search(plain(column.header)) and (stats.overflowed or all(n == 1 for n in values.values())):
        kind, why = METADATA, "It numbers the respondents."
        column.is_key = True
    if kind in ("", MULTI):
        counts = joined(question, column, stats, forced=kind == MULTI)
        if counts is not None:
            assert question.splitter is not None
            question.kind, question.why = (
                MULTI,
                why or f"Several choices in a cell, joined by “{question.splitter.sign.strip() or 'a space'}”.",
            )
            if forced:
                question.why = why
            fix_choices(question, counts)
            return question
        if kind == MULTI:
            kind = SINGLE
    if not kind:
        kind, why = closed_or_open(column.header, values, stats.filled, overflowed=stats.overflowed)
    question.kind, question.why = kind, why
    if kind in (SINGLE, SCALE, GROUP, MATRIX) or (kind == NUMBER and len(values) <= 101 and not stats.overflowed):
        counts = Counter()
        for value, times in values.items():
            counts[tidy(value)] += times
        fix_choices(question, counts)
    return question


def joined(question: QuestionDraft, column: Column, stats: Stats, *, forced: bool) -> Counter | None:
    """Whether several choices stand in the cells; then with what they are joined."""
    if stats.overflowed and not any(sign in value for value in list(stats.values)[:500] for sign in SIGNS):
        return None
    for sign in [column.sign] if column.sign and column.sign in (";", " ") else SIGNS:
        if not any(sign in value for value in stats.values):
            continue
        if not forced and (is_text(stats.values, sign) or many_without(stats.values, sign)):
            continue
        splitter, counts = learn(stats.values, sign)
        if looks_joined(stats.values, counts) or (forced and len(counts) > 1):
            question.splitter = splitter
            return counts
    return None


def fix_choices(question: QuestionDraft, counts: Counter) -> None:
    """The labels in their order. Of very many, the rare ones are taken together."""
    labels = in_order(counts, question.kind)
    if len(labels) > 200:
        kept = sorted(counts, key=lambda label: -counts[label])[:150]
        rest = sum(counts.values()) - sum(counts[label] for label in kept)
        counts = Counter({label: counts[label] for label in kept} | {OTHERS: rest})
        labels = [*kept, OTHERS]
    question.choices, question.counts = labels, {label: counts[label] for label in labels}


def family(columns: list[Column], stats: list[Stats], draft: SurveyDraft) -> list[QuestionDraft]:
    """Columns of one question: a choice each (several may be chosen), or a row of a matrix each."""
    texts = [c for c in columns if is_other_text(c, stats[c.index])]
    rest = [c for c in columns if c not in texts]
    found: list[QuestionDraft] = []
    if rest and all(is_tick(c, stats[c.index]) for c in rest) and len(columns) > 1:
        question = QuestionDraft(columns[0].question, MULTI, [c.index for c in columns], columns[0].header, ticks=True)
        question.choices = distinct([tidy(c.choice) for c in columns])
        question.counts = {label: ticked(stats[c.index]) for label, c in zip(question.choices, columns, strict=True)}
        question.why = f"{len(columns)} columns, one for each choice."
        found.append(question)
    else:
        ladder = len(rest) > 1 and any(is_scale(stats[c.index].values) for c in rest)
        for column in rest:
            text = f"{column.question} [{column.choice}]"
            values = stats[column.index].values
            kind, why = closed_or_open(text, values, stats[column.index].filled, overflowed=stats[column.index].overflowed)
            question = QuestionDraft(text, kind, [column.index], column.header, answered=stats[column.index].filled, why=why)
            if kind in (SINGLE, SCALE) or (ladder and is_scale(values)) or not values:
                question.kind, question.why = (
                    MATRIX,
                    "One row of a matrix: the columns beside it have the same question and the same kind of answers.",
                )
                counts: Counter[str] = Counter()
                for value, times in values.items():
                    counts[tidy(value)] += times
                fix_choices(question, counts)
            elif kind == NUMBER and len(values) <= 101:
                fix_choices(question, Counter(values))
            found.append(question)
    for column in texts:
        text = f"{column.question} [{column.choice}]"
        found.append(
            QuestionDraft(
                text, TEXT, [column.index], column.header, answered=stats[column.index].filled, why="What was typed beside the choices."
            )
        )
    return found


def is_tick(column: Column, stats: Stats) -> bool:
    """Whether a column says no more than chosen or not: marks, its own label, or one number."""
    said = {value.casefold() for value in stats.values} - UNTICKED
    return not stats.overflowed and (
        said <= TICKED or (len(said) == 1 and (plain(next(iter(said))) == plain(column.choice) or next(iter(said)).isdigit()))
    )


def is_other_text(column: Column, stats: Stats) -> bool:
    return "other" in plain(column.choice) and not is_tick(column, stats)


def ticked(stats: Stats) -> int:
    return sum(times for value, times in stats.values.items() if value.casefold() not in UNTICKED) if not stats.overflowed else stats.filled


def distinct(labels: list[str]) -> list[str]:
    seen: Counter = Counter()
    found = []
    for label in labels:
        seen[label] += 1
        found.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return found


def find_group(draft: SurveyDraft, forced: dict[int, str]) -> None:
    """At most one question says which group a respondent belongs to."""
    if draft.group:
        return
    open_to = [q for q in draft.questions if q.kind == SINGLE and q.columns[0] not in forced]
    ranked = sorted(((group_rank(q.text, q.counts), -n, q) for n, q in enumerate(open_to)), key=lambda x: x[:2], reverse=True)
    if not ranked or ranked[0][0] < 2:
        draft.issues.append(
            Issue("no_group", "No question was found that says which group a respondent belongs to: all are counted together.")
        )
        return
    best = ranked[0][2]
    best.kind, best.why = GROUP, "Its heading or its answers name groups of respondents."
    if len(ranked) > 1 and ranked[1][0] == ranked[0][0]:
        other = ranked[1][2]
        said = f"“{best.text}” is taken as the question for the respondent's group; it could also be “{other.text}”."
        draft.issues.append(Issue("which_group", said, DOUBT, best.header, taken=best.text, other=other.text))


def tell(question: QuestionDraft, draft: SurveyDraft) -> None:
    """The doubts about one question that would change a tally."""
    if question.splitter:
        for pair in [p for p in question.splitter.pairs if not p.joined][:5] + [p for p in question.splitter.pairs if p.joined][:5]:
            whole = f"{pair.first}{question.splitter.sign}{pair.second}"
            one, two = f"one choice “{whole}”", f"two choices “{pair.first}” and “{pair.second}”"
            taken, other = (one, two) if pair.joined else (two, one)
            said = f"Column “{question.header}”: “{pair.first}” and “{pair.second}” always stand together, in {pair.rows} rows. Taken as {taken}; it could also be {other}."
            draft.issues.append(Issue("split", said, DOUBT, question.header, taken=taken, other=other))
    if not question.is_closed:
        return
    for labels in look_alikes(question.counts):
        listed = ", ".join(f"“{label}” ({question.counts[label]})" for label in labels)
        said = f"Column “{question.header}”: {listed} differ only by capitals, spaces, accents' form or dashes. They are counted apart; join them if they are one answer."
        draft.issues.append(Issue("look_alike", said, DOUBT, question.header, taken="counted apart", other=f"joined as “{labels[0]}”"))
    if question.counts.get(OTHERS):
        said = f"Column “{question.header}” has very many different answers: the rare ones are counted together as “{OTHERS}” ({question.counts[OTHERS]})."
        draft.issues.append(Issue("many_answers", said, DOUBT, question.header, taken=f"together as “{OTHERS}”", other="as open text"))


def in_words(draft: SurveyDraft, name: str) -> str:
    """One sentence: what the file is."""
    joined_by = f", {NAMES.get(draft.delimiter, 'spreadsheet')}" if draft.delimiter else ", spreadsheet"
    return f"{name}: {draft.format}, {draft.encoding}{joined_by}, {draft.header_rows} rows of headings, {draft.rows} respondents. {draft.reason}"


__all__ = ["INFO", "in_words", "understand"]
