"""A plan out of the rows of a table, whatever file they stood in. Columns may stand in any order; others than ours are left out and named."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from django.core.exceptions import ValidationError

from actions.picture import LEVELS
from actions.reading.draft import Draft, DraftArea, DraftObjective, DraftStatus, DraftStep, DraftStrategy, Issue, NotAPlan
from actions.reading.from_json import DEEPEST
from actions.resources import COLUMNS, CONTINUED, KINDS, PlanRow, PlanRows

MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_SAID = 30
"""Cells that could not be read are named one by one up to here."""
AREA, OBJECTIVE, STRATEGY, STEP = LEVELS
HOLDS = {AREA: DraftArea, OBJECTIVE: DraftObjective, STRATEGY: DraftStrategy, STEP: DraftStep}
MAY_HANG_UNDER = {AREA: (), OBJECTIVE: (AREA,), STRATEGY: (AREA, OBJECTIVE), STEP: LEVELS}
PLACE = {OBJECTIVE: "objectives", STRATEGY: "strategies", STEP: "steps"}
USUAL = {"goal": AREA, "objective": OBJECTIVE, "step": STEP, "action": STEP}
"""Words for levels that stand without a list of the plan's own."""
RUNG = re.compile(r"(off|[1-9]\d{0,2})\s*,\s*(not started|under way|complete|stopped|)\s*,\s*(.+)", re.IGNORECASE)
TEXTS = tuple(one.name for one in fields(PlanRow) if one.type is str)


@dataclass(slots=True)
class Entry:
    """A row that is a part of the plan."""

    row: PlanRow
    n: int
    """As a spreadsheet numbers it, the header is 1."""
    line: int
    """Of the file: in a CSV a cell may hold several lines."""
    kind: str = ""
    above: "Entry | None" = None
    item: Any = None


@dataclass(slots=True)
class Table:
    """What is in hand while a table is read."""

    draft: Draft
    columns: dict[int, str]
    rows: list[Entry] = field(default_factory=list)
    unread: int = 0

    def warn(self, entry: Entry, code: str, message: str, severity: str = "warn") -> None:
        self.draft.issues.append(Issue(entry.line, code, severity, f"Row {entry.n}{message}"))


def fold(text: Any) -> str:
    return " ".join(str(text or "").split()).casefold()


OURS = {fold(name): name for name in COLUMNS}


def is_header(cells: Iterable[Any]) -> bool:
    """Whether a row names our columns: a title, what each part is, and two more."""
    names = {OURS[said] for cell in cells if (said := fold(cell)) in OURS}
    return "Title" in names and bool(names & {"Level", "Kind"}) and len(names) >= 4


def part_of_a_plan(narrowed_to: str) -> Issue:
    said = f"This file holds only some of the plan's steps ({narrowed_to}); those that are not in it would leave the plan. Bring the whole plan."
    return Issue(None, "part-of-a-plan", "warn", said)


def read_rows(
    form: str, header: Sequence[Any], rows: Iterable[tuple[int, int, Sequence[Any]]], *, known_statuses: Sequence[DraftStatus] = ()
) -> Draft:
    """The draft that a table holds. `rows` gives (row from 1, line of the file, cells). Raises NotAPlan with a sentence."""
    table = Table(Draft(form), {})
    table.columns = _columns(header, table.draft)
    parts = _parts(table, rows)
    table.draft.levels = _levels(parts)
    entries = [entry for entry in parts if _find_kind(entry, table)]
    if not entries:
        raise NotAPlan(
            "The table has a header, but no row below it that is a part of a plan. Bring a table that was saved from a plan here."
        )
    entries = _in_order(entries, table)
    _hang(entries, table)
    _build(entries, table)
    _say_head(parts, table)
    table.draft.statuses = _statuses(parts, entries, table, known_statuses)
    return table.draft


def _columns(header: Sequence[Any], draft: Draft) -> dict[int, str]:
    found: dict[int, str] = {}
    others = []
    for index, cell in enumerate(header[:MOST_COLUMNS]):
        name = OURS.get(fold(cell))
        if name and name in found.values():
            said = f"The column “{name}” stands twice; the first one was read. Take the other one out if it holds something else."
            draft.issues.append(Issue(None, "column-twice", "warn", said))
        elif name:
            found[index] = name
        elif fold(cell):
            others.append(f"“{str(cell).strip()[:40]}”")
    if others:
        named = ", ".join(others[:5]) + (f" and {len(others) - 5} more" if len(others) > 5 else "")
        said = f"{'A column is' if len(others) == 1 else 'Columns are'} none of a plan's, and left out: {named}."
        draft.issues.append(Issue(None, "other-column", "info", said))
    return found


def _parts(table: Table, rows: Iterable[tuple[int, int, Sequence[Any]]]) -> list[Entry]:
    """Each row that says something, long texts put together again."""
    resource = PlanRows()
    found: list[Entry] = []
    more: list[Entry] = []
    for n, line, cells in rows:
        if not any(cells):
            continue
        values = {name: cells[index] for index, name in table.columns.items() if index < len(cells)}
        if not any(fold(value) for value in values.values()):
            if any(fold(cell) for cell in cells[:MOST_COLUMNS]):
                table.draft.fates[line] = "known"  # only in columns that are not ours, which was said
            continue
        if len(found) + len(more) >= MOST_ROWS:
            raise NotAPlan(
                f"The table has more than {MOST_ROWS:,} rows, which no plan has. Take out what is not the plan, then bring it again."
            )
        entry = Entry(PlanRow(), n, line)
        try:
            resource.import_instance(entry.row, values)
        except ValidationError as error:
            _say_unread(entry, error, resource, table)
        table.draft.fates[line] = "used"
        (more if fold(entry.row.kind) == CONTINUED else found).append(entry)
    _go_on(found, more, table)
    return found


def _say_unread(entry: Entry, error: ValidationError, resource: PlanRows, table: Table) -> None:
    names = {one.attribute: one.column_name for one in resource.fields.values()}
    for attribute, said in error.message_dict.items():
        table.unread += 1
        if table.unread <= MOST_SAID:
            table.warn(entry, "cell", f", column “{names[attribute]}”: {said[0]}. The cell was left out.")
    if table.unread == MOST_SAID + 1:
        table.warn(entry, "cell", " and rows after it hold more cells that could not be read; they are not named one by one.")


def _go_on(found: list[Entry], more: list[Entry], table: Table) -> None:
    numbered = {entry.row.number: entry.row for entry in reversed(found)}
    for entry in sorted(more, key=lambda entry: (entry.row.under or 0, entry.row.number or 0)):
        whole = numbered.get(entry.row.under)
        if whole is None:
            table.warn(
                entry, "goes-on", f" goes on with row no. {entry.row.under or 'nothing'}, which is not in the table; it was left out."
            )
            table.draft.fates[entry.line] = "unexplained"
            continue
        for name in TEXTS:
            if name != "kind":
                setattr(whole, name, getattr(whole, name) + getattr(entry.row, name))


def _levels(parts: Sequence[Entry]) -> dict[str, str]:
    """The plan's own words for its levels: as they are listed, else as the rows have them."""
    listed = next((entry.row.words for entry in parts if entry.row.words), "")
    kinds = {kind: level for level, kind in KINDS.items()}
    found: dict[str, str] = {}
    for line in listed.split("\n"):
        kind, _, word = line.partition("=")
        if fold(kind) in kinds and word.strip():
            found[kinds[fold(kind)]] = word.strip()
    for entry in parts:
        level = kinds.get(fold(entry.row.kind))
        if level and level not in found and entry.row.level:
            found[level] = entry.row.level
    return {level: found[level] for level in LEVELS if level in found}


def _find_kind(entry: Entry, table: Table) -> bool:
    """What a row is: by the word in Level where only one level is called so, else by Kind, else by our own names of the levels."""
    row, levels = entry.row, table.draft.levels
    said, kind = fold(row.level), next((level for level, name in KINDS.items() if name == fold(row.kind)), "")
    called = [level for level, word in levels.items() if fold(word) == said] if said else []
    if kind and (kind in called or len(called) != 1):
        entry.kind = kind
    elif len(called) == 1:
        entry.kind = called[0]
    else:
        entry.kind = next((level for level, name in KINDS.items() if name == said), USUAL.get(said, ""))
    if not entry.kind:
        names = ", ".join(levels.get(level) or name.capitalize() for level, name in KINDS.items())
        what = f"“{row.level[:40]}” in Level" if row.level else "nothing in Level"
        table.warn(entry, "no-level", f" has {what}, so nobody knows what it is, and it was left out. Write one of {names} there.")
        table.draft.fates[entry.line] = "unexplained"
        return False
    if row.level:
        levels.setdefault(entry.kind, row.level)
    if not row.title and not row.code:
        raise NotAPlan(
            f"Row {entry.n} has neither a title nor a code. Give it a title, or empty the whole row, then bring the table again."
        )
    row.title = row.title or row.code
    return True


def _in_order(entries: list[Entry], table: Table) -> list[Entry]:
    """As the rows are numbered, whatever the table was sorted by; a row without a number, or with one used before, follows the one above it."""
    seen: set[int] = set()
    keys: list[tuple[int, int]] = []
    before = 0
    for place, entry in enumerate(entries):
        if entry.row.number is not None:
            before = entry.row.number
            if before in seen:
                entry.row.number = None  # copied from another row: it is a part of its own
            seen.add(before)
        keys.append((before, place))
    if keys != sorted(keys):
        said = "The rows stand in another order than they are numbered; the numbers in “No.” were followed."
        table.draft.issues.append(Issue(None, "row-order", "info", said))
    return [entries[place] for _, place in sorted(keys)]


def _hang(entries: list[Entry], table: Table) -> None:
    """What each part hangs under: the row that it names, else the nearest one above that it can hang under."""
    numbered = {entry.row.number: entry for entry in entries if entry.row.number is not None}
    last: dict[str, Entry] = {}
    for entry in entries:
        if entry.kind != AREA:
            named = numbered.get(entry.row.under) if entry.row.under is not None else None
            if named is not None and named is not entry and named.kind in MAY_HANG_UNDER[entry.kind]:
                entry.above = named
            else:
                entry.above = _nearest(entry, last)
                if entry.row.under is not None:
                    what = f"row no. {entry.row.under}, which {'is not in the table' if named is None else 'cannot hold it'}"
                    table.warn(entry, "place", f" stands under {what}; it was hung under “{entry.above.row.title[:60]}” above it.")
        if entry.kind != STEP:
            for lower in LEVELS[LEVELS.index(entry.kind) :]:
                last.pop(lower, None)
            last[entry.kind] = entry
    for entry in entries:
        _climb(entry)


def _nearest(entry: Entry, last: dict[str, Entry]) -> Entry:
    allowed = [level for level in reversed(LEVELS) if level in MAY_HANG_UNDER[entry.kind] and level in last]
    if not allowed:
        raise NotAPlan(
            f"Row {entry.n} (“{entry.row.title[:60]}”) stands before anything that it could hang under. Put it below its goal area, then bring it again."
        )
    return last[allowed[0]]


def _climb(entry: Entry) -> None:
    above, depth = entry, 0
    while above.kind == STEP:
        depth += 1
        if depth > DEEPEST:
            raise NotAPlan(
                f"Row {entry.n} (“{entry.row.title[:60]}”) hangs deeper than {DEEPEST} steps under one another, which is the most, or under itself."
                " Hang it higher, then bring it again."
            )
        assert above.above is not None
        above = above.above


def _build(entries: Sequence[Entry], table: Table) -> None:
    for entry in entries:
        row = entry.row
        entry.item = HOLDS[entry.kind](row.code, row.title, row.description, line=entry.line, lead=row.lead)
        if entry.kind == STEP:
            entry.item.due, entry.item.public_note = row.due, row.public_note
            if row.status:
                entry.item.status, entry.item.as_of = row.status, row.as_of
        elif odd := [name for name, said in (("Status", row.status), ("Due", row.due), ("Public note", row.public_note)) if said]:
            word = table.draft.levels.get(STEP) or KINDS[STEP]
            table.warn(
                entry, "not-a-step", f" has something in {' and '.join(odd)}, which only a {word.lower()} can have; that was left out."
            )
    for entry in entries:
        if entry.above is None:
            table.draft.areas.append(entry.item)
        else:
            getattr(entry.above.item, PLACE[entry.kind]).append(entry.item)
    for entry in entries:
        if entry.above is not None and entry.row.lead == entry.above.row.lead:
            entry.item.lead = ""  # as whatever it hangs under


def _say_head(parts: Sequence[Entry], table: Table) -> None:
    """What the plan says once: title, description, day, and whether this is all of it."""
    draft = table.draft
    draft.title = next((entry.row.plan for entry in parts if entry.row.plan), "")
    draft.description = next((entry.row.about for entry in parts if entry.row.about), "")
    days = {entry.row.plan_as_of: entry for entry in reversed(parts) if entry.row.plan_as_of}
    draft.as_of = next((entry.row.plan_as_of for entry in parts if entry.row.plan_as_of), None)
    if len(days) > 1 and draft.as_of:
        other = next(entry for entry in parts if entry.row.plan_as_of not in (None, draft.as_of))
        said = f" says {other.row.plan_as_of} in “Plan as of”, a row above it {draft.as_of}; the first one was taken."
        table.warn(other, "two-days", said)
    if narrowed := next((entry.row.narrowed_to for entry in parts if entry.row.narrowed_to), ""):
        draft.issues.append(part_of_a_plan(narrowed))


def _statuses(parts: Sequence[Entry], entries: Sequence[Entry], table: Table, known_statuses: Sequence[DraftStatus]) -> list[DraftStatus]:
    scale = list(_listed(next((entry for entry in parts if entry.row.scale), None), table))[::-1]
    rows = (entry.row for entry in entries if entry.kind == STEP and entry.row.status)
    return with_used(scale, [DraftStatus(row.status, row.rank or None, _meaning(row.meaning)) for row in rows], known_statuses)


def with_used(scale: list[DraftStatus], used: Iterable[DraftStatus], known_statuses: Sequence[DraftStatus]) -> list[DraftStatus]:
    """The scale, lowest rank first: as it is listed, and what steps have besides, by its own rank or as the plan knows it."""
    told = {fold(status.name) for status in scale}
    known = {fold(status.name): status for status in known_statuses}
    besides: list[DraftStatus] = []
    for own in used:
        if fold(own.name) not in told:
            told.add(fold(own.name))
            like = known.get(fold(own.name))
            besides.append(DraftStatus(like.name, like.rank, like.meaning) if like and not (own.rank or own.meaning) else own)
    if not scale:
        besides.sort(key=lambda status: (status.rank is not None, status.rank or 0))
    return [*scale, *besides]


def _listed(entry: Entry | None, table: Table) -> Iterator[DraftStatus]:
    for line in entry.row.scale.split("\n") if entry else ():
        found = RUNG.fullmatch(line.strip())
        if found:
            rank, meaning, name = found.groups()
            yield DraftStatus(name.strip(), None if rank.lower() == "off" else int(rank), _meaning(meaning))
        elif entry and line.strip():
            said = f", column “Scale”: “{line.strip()[:60]}” was not understood and left out; write it as 4, complete, Name of the status."
            table.warn(entry, "cell", said)


def _meaning(said: str) -> str:
    meaning = fold(said).replace(" ", "_")
    return meaning if meaning in ("not_started", "under_way", "complete", "stopped") else ""
