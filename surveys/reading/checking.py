"""What does not add up in published figures. Each thing is said with its line; no figure is ever changed."""

from typing import TYPE_CHECKING

from surveys.percents import percent_fits, percent_of
from surveys.reading.issues import INFO, WARNING, Issue
from surveys.reading.labels import first_with, plain

if TYPE_CHECKING:
    from surveys.reading.published import PublishedDraft, PublishedTable

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def in_words(n: int) -> str:
    return WORDS[n] if n < len(WORDS) else str(n)


def check(draft: "PublishedDraft") -> None:
    """Add an issue for each thing that does not add up."""
    added = sum(draft.groups.values())
    if draft.total is not None and draft.groups and added != draft.total:
        said = f"The groups add up to {added:,}, and the total is printed as {draft.total:,}."
        draft.issues.append(Issue("total", said, WARNING))
    for table in draft.tables:
        check_table(table, draft)
    with_table = {table.group for table in draft.tables}
    if draft.tables and (without := [name for name in draft.groups if name not in with_table]):
        size = sum(draft.groups[name] for name in without)
        share = f", {percent_of(size, added)}% of all" if added else ""
        said = f"No table is given for {', '.join(f'“{name}”' for name in without)}: what {size:,} respondents{share} chose is not known."
        draft.issues.append(Issue("group_without_table", said, INFO))


def check_table(table: "PublishedTable", draft: "PublishedDraft") -> None:
    name = f"“{table.name or table.question}”"
    if table.base:
        for row in table.rows:
            if row.count is not None and row.percent is not None and not percent_fits(row.count, table.base, row.percent):
                said = f"{name}, line {row.line}: {row.count:,} of {table.base:,} is {percent_of(row.count, table.base)}%, and {row.percent:g}% is printed."
                draft.issues.append(Issue("percent", said, WARNING, line=row.line))
            if row.count is not None and row.count > table.base:
                said = f"{name}, line {row.line}: {row.count:,} is more than the {table.base:,} respondents of the group."
                draft.issues.append(Issue("more_than_base", said, WARNING, line=row.line))
    if table.rows_say and len(table.rows) != table.rows_say:
        said = f"{name} (line {table.line}) is called a top {table.rows_say} and has {in_words(len(table.rows))} rows."
        draft.issues.append(Issue("rows", said, WARNING, line=table.line))
    labels = [plain(row.label) for row in table.rows]
    for label in dict.fromkeys(label for label in labels if labels.count(label) > 1):
        draft.issues.append(Issue("twice", f"{name} (line {table.line}) names “{label}” more than once.", WARNING, line=table.line))
    if table.top:
        check_top(table, draft, name)


def check_top(table: "PublishedTable", draft: "PublishedDraft", name: str) -> None:
    if table.top_says and len(table.top) != table.top_says:
        said = f"The top {in_words(table.top_says)} of {name} (line {table.top_line}) has {in_words(len(table.top))} entries."
        draft.issues.append(Issue("top_length", said, WARNING, line=table.top_line))
    counts = {row.label: row.count for row in table.rows if row.count is not None}
    listed = [first_with(counts, label) for label in table.top]
    if missing := [label for label, found in zip(table.top, listed, strict=True) if found is None]:
        said = (
            f"The top list of {name} (line {table.top_line}) names {', '.join(f'“{m}”' for m in missing)}, which its table does not have."
        )
        draft.issues.append(Issue("top_unknown", said, WARNING, line=table.top_line))
    else:
        found = [counts[label] for label in listed if label]
        if found != sorted(found, reverse=True):
            said = f"The top list of {name} (line {table.top_line}) is not in the order of the counts."
            draft.issues.append(Issue("top_order", said, WARNING, line=table.top_line))
        elif found and any(n > found[-1] for label, n in counts.items() if label not in listed):
            said = f"The top list of {name} (line {table.top_line}) leaves out a choice that has more."
            draft.issues.append(Issue("top_leaves_out", said, WARNING, line=table.top_line))
