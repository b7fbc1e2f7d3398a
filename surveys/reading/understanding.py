"""A table becomes a SurveyDraft: the rows are read once and kept, what stands in each column is counted, then each column's kind is decided."""

from collections import Counter
from collections.abc import Callable
from itertools import islice
from typing import IO

from surveys.reading import mapping as mappings
from surveys.reading import named
from surveys.reading.coded import (
    doubt_branches,
    doubt_coded_group,
    doubt_errors,
    doubt_missing,
    doubt_weights,
    tell_of_codes,
    tell_of_unfinished,
)
from surveys.reading.columns import ALL_THAT_APPLY, OTHER, Stats, family, lone, says_yes_and_no
from surveys.reading.draft import GROUP, METADATA, MULTI, NUMBER, OTHERS, SINGLE, TOO_LONG, Column, QuestionDraft, SurveyDraft
from surveys.reading.footers import AGAIN, BELOW, SUMS
from surveys.reading.guessing import are_numbered, fits, marked_alone, named_by_answers
from surveys.reading.issues import DOUBT, INFO, WARNING, Issue, NotASurvey
from surveys.reading.kept_rows import KeptRows
from surveys.reading.kinds import NUMERAL, OPEN_BY_HEADING, group_rank
from surveys.reading.labels import look_alikes, plain
from surveys.reading.no_survey import doubt_lists, refuse_logs, refuse_summaries
from surveys.reading.persons import holds
from surveys.reading.recognisers import ALL, recognise
from surveys.reading.recognisers.layout import Layout
from surveys.reading.source import MOST_COLUMNS, NAMES, Source, uncollected
from surveys.reading.splitting import LIST, are_compound
from surveys.reading.typed import typed_beside, typed_instead

MOST_VALUES = 20_000
"""Different values of a column that are kept; a column with more is open text, a mark, or is judged by those."""
LONGEST_HEADING = 20_000
"""Characters. Some tools write a whole letter of consent above its “I agree”."""
MOST_LEFT_OUT = 1000
"""Rows that are left out and shown as they are, and characters of each of their cells."""
LONGEST_LEFT_OUT = 300


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
    if not wanted:
        refuse_logs(top, source.name)
        refuse_summaries(top, source.name)
    titles = titles_above(top)
    del top[:titles]
    if (longest := max(map(len, top[0]))) > LONGEST_HEADING:
        raise NotASurvey(
            f"“{source.name}” has a heading of {longest:,} characters: a quotation mark in its first row probably never closes. Export it again."
        )
    layout = recognise(top, wanted=wanted)
    header_rows = int(mapping.get("header_rows") or titles + layout.header_rows)
    if len(layout.columns) > MOST_COLUMNS:
        raise NotASurvey(
            f"“{source.name}” has {len(layout.columns)} columns; up to {MOST_COLUMNS} are read. Export fewer questions at once."
        )
    draft = SurveyDraft(
        layout.format, layout.reason, source.original_encoding, source.delimiter if source.kind != "xlsx" else "", header_rows,
        [column.header for column in layout.columns], [], skip={str(n): said for n, said in layout.skip.items()},
    )  # fmt: skip
    draft.issues += layout.issues
    if titles:
        said = f"{'A row above the headings was' if titles == 1 else f'{titles} rows above the headings were'} taken as a title and passed over."
        draft.issues.append(Issue("title", said))
    with uncollected():
        stats = count(source, rows, draft, told=told)
    if (odd := draft.left_out.get(TOO_LONG, 0)) > max(5, 0.15 * (draft.rows + odd)):
        raise NotASurvey(
            f"{odd} of {draft.rows + odd} rows of “{source.name}” have more cells than the first row has headings: it is no table of answers, or its delimiter is wrong. Export it again."
        )
    if not draft.rows:
        raise NotASurvey(f"“{source.name}” has headings and no row of answers. Export it again after the first answers have come.")
    mappings.apply_to_columns(layout, mapping)
    decide(layout, stats, draft, mapping)
    mappings.apply_to_questions(draft, mapping, stats)
    doubt_lists(draft, source.name, given=bool(mapping.get("columns")))
    assert source.gathered.kept is not None
    typed_instead(draft, source.gathered.kept, mapping)
    doubt_branches(draft, source.gathered.kept)
    tell_of_codes(draft)
    tell_of_unfinished(draft, stats)
    doubt_missing(draft)
    doubt_errors(draft)
    doubt_weights(draft)
    if len(source.tables) > 1:
        read, *others = (f"“{name}”" for name in source.tables)
        said = (
            f"The workbook has several sheets with tables. {read} is read, because it holds most; it could also be {' or '.join(others)}."
        )
        draft.issues.append(Issue("sheet", said, DOUBT, taken=source.tables[0], other=source.tables[1]))
    if source.original_encoding not in ("utf-8", "utf-16", "xlsx"):
        draft.issues.append(
            Issue("encoding", f"The file is not UTF-8; it was read as {source.original_encoding}, because that gives letters. Look whether accents are right.", DOUBT,
                  taken=source.original_encoding, other="mac_roman" if source.original_encoding == "cp1252" else "cp1252")
        )  # fmt: skip
    return draft


def titles_above(top: list[list[str]]) -> int:
    """How many rows in front are no headings: one cell each, where the rows behind them have several."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in top[:8]]
    titles = next((n for n, cells in enumerate(filled) if cells != 1), 0)
    if titles > 5 or len(top) < titles + 3:
        return 0
    return titles if titles and min(filled[titles : titles + 2]) > (1 if len(top[0]) <= 1 else 2) else 0


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
        column.has_blanks = column.filled < draft.rows
        del merged[""]
    draft.left_out = dict(left_out)
    for why, times in draft.left_out.items():
        said = f"{times} {'row was' if times == 1 else 'rows were'} left out: {why}"
        if why not in (SUMS, BELOW, AGAIN):
            draft.issues.append(Issue("left_out", f"{said}.", WARNING))
            continue
        named = [where(number, row) for number, reason, row in gathered.left_out if reason == why][:3]
        more = " and more" if len(named) < times else ""
        draft.issues.append(Issue("not_respondents", f"{said} - {', '.join(named)}{more}.", WARNING))
    return stats


def where(number: int, row: list[str]) -> str:
    """Which row it is: its number, and how it begins, unless that says how to reach somebody."""
    begins = next(filter(str.strip, row), "").strip()[:60]
    return f"row {number}" if holds(begins) else f"row {number}, “{begins}”"


def decide(layout: Layout, stats: list[Stats], draft: SurveyDraft, mapping: dict) -> None:
    """From columns with their values to questions with their kinds."""
    forced = mappings.kinds(mapping)
    at = 0
    columns = layout.columns
    if draft.format == "plain":
        marked_alone(columns, stats, forced)
    while at < len(columns):
        column = columns[at]
        if column.choice and not column.kind:
            end = at
            while end < len(columns) and columns[end].choice and columns[end].question == column.question:
                end += 1
            given = any(member.index in forced for member in columns[at:end])
            if (column.guessed and column.choice == column.header) or (not given and are_numbered(columns[at:end])):
                named_by_answers(columns[at:end], stats)
            if column.guessed and not given and not fits(columns[at:end], stats):
                for member in columns[at:end]:
                    member.question, member.choice, member.guessed = member.header, "", False
                continue
            draft.questions += family(columns[at:end], stats, draft, forced)
            tell_of_rows(columns[at:end], stats, draft, given=given)
            if column.guessed and column.choice == column.header and not given:
                said = f"Columns “{column.header}” to “{columns[end - 1].header}” hold nothing but marks, such as 0 and 1. They are taken as the choices of one question, of which several may be chosen; they could also be a question each."
                draft.issues.append(
                    Issue("columns_as_choices", said, DOUBT, column.header, taken="one question", other=f"{end - at} questions")
                )
            at = end
            continue
        draft.questions.append(lone(column, stats[column.index], forced.get(column.index, "")))
        at += 1
    typed_beside(draft, forced)
    find_group(draft, forced)
    named.look(draft, stats, forced)
    draft.no_keys = [entry["column"] - 1 for entry in mapping.get("columns", []) if entry.get("key") is False]
    keys = {column.index for column in columns if column.is_key}.difference(draft.no_keys)
    for question in draft.questions:
        question.is_key = question.columns[0] in keys
    several_rows(draft, stats)
    draft.key = next((q.columns[0] for q in draft.questions if q.is_key and stats[q.columns[0]].filled == draft.rows), None)
    for question in draft.questions:
        tell(question, draft)
    hidden = [q.header for q in draft.questions if q.kind == METADATA]
    if hidden:
        said = ", ".join(f"“{h}”" for h in hidden[:8]) + (" and more" if len(hidden) > 8 else "")
        draft.issues.append(Issue("metadata", f"Not stored, because they name persons, devices or moments: {said}."))


def tell_of_rows(columns: list[Column], stats: list[Stats], draft: SurveyDraft, *, given: bool) -> None:
    """Where “yes” and “no” stand in columns that were taken as choices, and the tool does not say whether they are."""
    question = draft.questions[-1]
    question = next((q for q in reversed(draft.questions) if q.ticks), question)
    if given or not question.ticks or question.columns[0] not in [c.index for c in columns] or not says_yes_and_no(columns, stats):
        return
    typed = len(question.columns) < len(columns) or any(OTHER.search(plain(c.choice)) for c in columns)
    if typed or ALL_THAT_APPLY.search(plain(question.text)) or any("n/a" in map(str.casefold, stats[n].values) for n in question.columns):
        return
    said = f"Columns “{columns[0].header}” to “{columns[-1].header}” say yes or no. Each yes is counted as a choice of one question; they could also be rows of a matrix, each with its yes and no."
    draft.issues.append(Issue("yes_no_rows", said, DOUBT, question.header, taken="choices of one question", other="rows of a matrix"))


def find_group(draft: SurveyDraft, forced: dict[int, str]) -> None:
    """At most one question says which group a respondent belongs to."""
    if draft.group:
        return
    open_to = [q for q in draft.questions if q.kind == SINGLE and q.columns[0] not in forced]
    ranked = sorted(((group_rank(q.text, q.counts), -n, q) for n, q in enumerate(open_to)), key=lambda x: x[:2], reverse=True)
    if not ranked or ranked[0][0] < 2:
        several = next((q for q in draft.questions if q.kind == MULTI and group_rank(q.text, q.counts) > 1), None)
        if several and not forced:
            said = f"Column “{several.header}” names groups, and one person could choose several: nobody is put into a group, all are counted together."
            draft.issues.append(
                Issue("several_groups", said, DOUBT, several.header, taken="no group", other="each combination as a group of its own")
            )
        if not forced:
            doubt_coded_group(draft)
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


def several_rows(draft: SurveyDraft, stats: list[Stats]) -> None:
    """Where a number of respondents stands in several rows: events, repeated forms, a table of what belongs to each."""
    for question in draft.questions:
        numbers = stats[question.columns[0]]
        if question.is_key and not numbers.overflowed and len(numbers.values) < 0.9 * numbers.filled:
            said = f"Column “{question.header}” has {len(numbers.values)} different numbers in {numbers.filled} rows, so one respondent may stand in several rows. Each row is counted as a respondent."
            draft.issues.append(
                Issue("several_rows", said, DOUBT, question.header, taken="each row a respondent", other="each number a respondent")
            )
            return


def tell(question: QuestionDraft, draft: SurveyDraft) -> None:
    """The doubts about one question that would change a tally."""
    if question.why == OPEN_BY_HEADING:
        said = f"Column “{question.header}” asks for people's own words, and few different ones were given. Taken as open text; they could also be choices of which each took one."
        draft.issues.append(Issue("open_by_heading", said, DOUBT, question.header, taken="open text", other="one choice each"))
    if question.splitter:
        for pair in [p for p in question.splitter.pairs if not p.joined][:5] + [p for p in question.splitter.pairs if p.joined][:5]:
            whole = f"{pair.first}{question.splitter.sign}{pair.second}"
            one, two = f"one choice “{whole}”", f"two choices “{pair.first}” and “{pair.second}”"
            taken, other = (one, two) if pair.joined else (two, one)
            said = f"Column “{question.header}”: “{pair.first}” and “{pair.second}” always stand together, in {pair.rows} rows. Taken as {taken}; it could also be {other}."
            draft.issues.append(Issue("split", said, DOUBT, question.header, taken=taken, other=other))
        if len(question.counts) > 2 and min(question.counts.values()) >= 0.9 * question.answered:
            said = f"Column “{question.header}”: nearly everybody gave all of its {len(question.counts)} choices, so it may be an order of preference. Each is counted as chosen; which one came first is not."
            draft.issues.append(Issue("ranking", said, DOUBT, question.header, taken="several choices", other="an order of preference"))
        if question.is_combined and question.splitter.sign != LIST:
            said = f"Column “{question.header}”: some answers are others put together, such as {example(question)}. They are taken as several choices in a cell; each could also be one choice."
            draft.issues.append(Issue("combined", said, DOUBT, question.header, taken="several choices", other="one choice each"))
    elif question.kind in (SINGLE, GROUP) and are_compound(question.counts, ","):
        said = f"Column “{question.header}” has commas in each answer, with other words before and behind. Taken as one choice each; it could also be several choices."
        draft.issues.append(Issue("split", said, DOUBT, question.header, taken="one choice each", other="several choices joined by commas"))
    elif question.kind == NUMBER and draft.delimiter in (",", "") and question.counts and not all(map(NUMERAL.fullmatch, question.counts)):
        said = f"Column “{question.header}” has numbers with a comma, such as “{next(n for n in question.counts if ',' in n)}”. Taken as numbers with tenths; they could also be several choices."
        draft.issues.append(Issue("tenths", said, DOUBT, question.header, taken="numbers", other="several choices joined by commas"))
    if not question.is_closed:
        return
    for labels in look_alikes(question.counts):
        listed = ", ".join(f"“{label}” ({question.counts[label]})" for label in labels)
        said = f"Column “{question.header}”: {listed} differ only by capitals, spaces, accents' form or dashes. They are counted apart; join them if they are one answer."
        draft.issues.append(Issue("look_alike", said, DOUBT, question.header, taken="counted apart", other=f"joined as “{labels[0]}”"))
    if question.counts.get(OTHERS):
        said = f"Column “{question.header}” has very many different answers: the rare ones are counted together as “{OTHERS}” ({question.counts[OTHERS]})."
        draft.issues.append(Issue("many_answers", said, DOUBT, question.header, taken=f"together as “{OTHERS}”", other="as open text"))


def example(question: QuestionDraft) -> str:
    """Two choices and how a cell joins them."""
    assert question.splitter
    first, second, *_ = question.choices
    return f"“{first}{question.splitter.sign}{second}”"


def in_words(draft: SurveyDraft, name: str) -> str:
    """One sentence: what the file is."""
    joined_by = f", {NAMES.get(draft.delimiter, 'spreadsheet')}" if draft.delimiter else ", spreadsheet"
    return f"{name}: {draft.format}, {draft.encoding}{joined_by}, {draft.header_rows} rows of headings, {draft.rows} respondents. {draft.reason}"


__all__ = ["INFO", "in_words", "understand"]
