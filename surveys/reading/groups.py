"""Which respondent group a printed name means. Decks name one group in several ways; figures decide before words do."""

import re
from typing import TYPE_CHECKING

from surveys.reading.issues import DOUBT, WARNING, Issue
from surveys.reading.labels import stems

if TYPE_CHECKING:
    from surveys.reading.published import PublishedDraft, PublishedTable


def match_groups(draft: "PublishedDraft") -> None:
    """Give each table the group whose size its percents fit, and each list of themes the groups that its name means."""
    names = {name: stems(name) for name in draft.groups}
    aliases = dict(names)
    for table in draft.tables:
        table.group = group_of_table(table, draft, names)
        table.base = draft.groups.get(table.group) if table.group else None
        if table.group:
            aliases.setdefault(table.name, stems(table.name))
    meaning: dict[str, str | None] = dict(zip(names, names, strict=True))
    meaning |= {table.name: table.group for table in draft.tables if table.group}
    for listed in draft.themes:
        listed.groups = groups_of_name(listed.name, names, aliases, meaning)
        if not listed.groups:
            said = f"The themes of “{listed.name}” (line {listed.line}) belong to no group that was counted: no name is alike."
            draft.issues.append(Issue("themes_without_group", said, WARNING, line=listed.line))
        elif len(listed.groups) > 1:
            together = " and ".join(f"“{name}”" for name in listed.groups)
            said = f"The themes of “{listed.name}” (line {listed.line}) are for {len(listed.groups)} groups together: {together}."
            draft.issues.append(Issue("themes_for_several", said, line=listed.line))


def group_of_table(table: "PublishedTable", draft: "PublishedDraft", names: dict[str, frozenset[str]]) -> str | None:
    fitting = [name for name, size in draft.groups.items() if table.fits(size)]
    has_percents = any(row.percent is not None for row in table.rows)
    same = [name for name in names if names[name] == stems(table.name)]
    if not has_percents:
        return same[0] if same else _nearest(stems(table.name), names)
    if len(fitting) == 1:
        _say_if_wider(table, fitting[0], draft, names)
        return fitting[0]
    if fitting:
        chosen = next((n for n in same if n in fitting), None) or _nearest(stems(table.name), {n: names[n] for n in fitting})
        if chosen is None:
            said = (
                f"The percents of “{table.name}” (line {table.line}) fit several groups: {', '.join(fitting)}. Its name decides for none."
            )
            draft.issues.append(Issue("base_of_several", said, DOUBT, line=table.line, taken="none", other=fitting[0]))
        return chosen
    if draft.groups:
        said = f"The percents of “{table.name}” (line {table.line}) fit the size of no group that is given ({', '.join(f'{n} {s}' for n, s in draft.groups.items())})."
        draft.issues.append(Issue("base_of_none", said, WARNING, line=table.line))
    return None


def _say_if_wider(table: "PublishedTable", fits: str, draft: "PublishedDraft", names: dict[str, frozenset[str]]) -> None:
    """The name of a table may mean several groups while its figures are those of one."""
    words = stems(table.name)
    meant = [name for name, said in names.items() if words <= said]
    size = draft.groups[fits]
    if len(meant) > 1 and names[fits] != words:
        others = ", ".join(f"“{name}” ({draft.groups[name]})" for name in meant if name != fits)
        said = f"The table called “{table.name}” (line {table.line}) has the base {size}: its percents are those of “{fits}” alone, though its name could also mean {others}."
        draft.issues.append(Issue("base_of_another", said, DOUBT, line=table.line, taken=fits, other=", ".join(meant)))
    elif not words & names[fits]:
        said = (
            f"The table called “{table.name}” (line {table.line}) has the base {size} of another group: its percents are those of “{fits}”."
        )
        draft.issues.append(Issue("base_of_another", said, DOUBT, line=table.line, taken=fits, other=table.name))


def groups_of_name(
    name: str, names: dict[str, frozenset[str]], aliases: dict[str, frozenset[str]], meaning: dict[str, str | None]
) -> list[str]:
    """The groups that a printed name means: one known by that name, the parts of an “A and B”, or the nearest one."""
    words = stems(name)
    for alias, said in aliases.items():
        if said == words and meaning[alias]:
            return [str(meaning[alias])]
    parts = [part for part in re.split(r"\s+(?:and|&)\s+", name) if stems(part)]
    if len(parts) > 1:
        head = stems(parts[-1].split()[-1])
        found = [_covering(stems(part) | head, names) or _covering(stems(part), names) for part in parts]
        if all(found):
            return list(dict.fromkeys(str(group) for group in found))
    nearest = _nearest(words, names)
    return [nearest] if nearest else []


def _covering(words: frozenset[str], names: dict[str, frozenset[str]]) -> str | None:
    """The one group whose name holds all these words; the shortest of several."""
    holding = sorted((len(said), name) for name, said in names.items() if words <= said)
    return holding[0][1] if holding and (len(holding) == 1 or holding[0][0] < holding[1][0]) else None


def _nearest(words: frozenset[str], names: dict[str, frozenset[str]]) -> str | None:
    ranked = sorted(((len(words & said) / len(words | said), name) for name, said in names.items() if words | said), reverse=True)
    if not ranked or ranked[0][0] < 0.5 or (len(ranked) > 1 and ranked[1][0] == ranked[0][0]):
        return None
    return ranked[0][1]
