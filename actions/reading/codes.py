"""What is odd about the codes of a plan. Pure; a code is never identity, so nothing here changes a plan."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from actions.reading.draft import Draft, Issue

NUMBERED = re.compile(r"(?P<before>(?:.*[^0-9])?)(?P<number>\d{1,6})$")
MOST_NAMED = 5


def odd_codes(draft: Draft) -> list[Issue]:
    """Codes that are used twice among what hangs side by side, numbers that are left out, and codes that do not hold the code of what they hang under."""
    issues: list[Issue] = []
    _look("goal_area", draft.areas, "", draft, issues)
    return sorted(issues, key=lambda issue: issue.line or 0)


def _look(level: str, siblings: Sequence[Any], above: str, draft: Draft, issues: list[Issue]) -> None:
    word = draft.levels.get(level) or level.replace("_", " ")
    issues += _twice(word, siblings)
    issues += _gaps(word, siblings)
    issues += _elsewhere(word, siblings, above)
    for one in siblings:
        for below, key in (("performance_objective", "objectives"), ("strategy", "strategies"), ("action_step", "steps")):
            if level != "action_step" or key == "steps":
                _look(below, getattr(one, key, ()), one.code, draft, issues)


def _twice(word: str, siblings: Iterable[Any]) -> list[Issue]:
    seen: dict[str, int | None] = {}
    found = []
    for one in siblings:
        if not one.code:
            continue
        if one.code in seen:
            first = f" (the first is on line {seen[one.code]})" if seen[one.code] else ""
            said = f"{word} {one.code} stands here a second time{first}. Both are kept; each has its own history."
            found.append(Issue(one.line, "duplicate-code", "warn", said))
        seen.setdefault(one.code, one.line)
    return found


def _gaps(word: str, siblings: Iterable[Any]) -> list[Issue]:
    """Numbers that are left out between two that follow each other."""
    found, before, last = [], None, 0
    for one in siblings:
        parts = NUMBERED.fullmatch(one.code) if one.code else None
        if parts is None:
            before = None
            continue
        number = int(parts["number"])
        if before == parts["before"] and number > last + 1:
            missing = [f"{parts['before']}{n}" for n in range(last + 1, min(number, last + 1 + MOST_NAMED))]
            more = " and more" if number - last - 1 > MOST_NAMED else ""
            said = f"Before {word} {one.code}, {_joined(missing)}{more} {'is' if len(missing) == 1 else 'are'} not in the document."
            found.append(Issue(one.line, "gap-in-codes", "info", f"{said} If nothing was lost, there is nothing to do."))
        before, last = parts["before"], number
    return found


def _elsewhere(word: str, siblings: Iterable[Any], above: str) -> list[Issue]:
    """A code such as 4.1.5 that hangs under 4.2. Codes that hold no path (A, 12, a) say nothing of their place."""
    found = []
    for one in siblings:
        if above and "." in one.code and "." in above and not one.code.startswith(f"{above}."):
            said = f"{word} {one.code} stands under {above}, which its code does not say. It is kept where it stands."
            found.append(Issue(one.line, "code-elsewhere", "warn", said))
    return found


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
