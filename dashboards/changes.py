"""The page of what became different between two days: each change listed, linked and in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.safestring import SafeString

from actions import wording
from actions.difference import Change, Difference
from actions.picture import PlanPicture, StatusWord
from dashboards import presenters, words
from dashboards.pages import links_of, shell_of
from dashboards.tree import Links, status_html

TITLES = {
    "up": "Moved up",
    "back": "Moved back",
    "other": "Changed status otherwise",
    "reworded": "Reworded",
    "placed": "Moved or renumbered",
    "added": "Added",
    "removed": "Removed",
}


@dataclass(frozen=True, slots=True)
class Line:
    code: str
    title: str
    href: str
    word: str = ""
    from_html: SafeString | str = ""
    to_html: SafeString | str = ""
    says: str = ""
    old: Sequence[wording.Piece] = ()
    new: Sequence[wording.Piece] = ()


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    title: str
    rows: Sequence[Line]


def _status(status: StatusWord | None) -> SafeString:
    return status_html(status.look, status.name) if status else status_html("", "")


def line(change: Change, picture: PlanPicture, links: Links) -> Line:
    entry = change.entry
    more: dict[str, Any] = {}
    before, after = change.before, change.after
    if change.kind in ("up", "back", "other") and before and after:
        more = {"from_html": _status(before.status), "to_html": _status(after.status)}
    elif change.kind == "reworded" and before and after:
        left, right = wording.sides(f"{before.title}\n{before.description}".strip(), f"{after.title}\n{after.description}".strip())
        more = {"old": left, "new": right}
    elif change.kind == "placed" and before and after:
        was = []
        if before.code != after.code:
            was.append(f"Its code was {before.code}." if before.code else "It had no code.")
        if before.parent != after.parent:
            was.append("It hangs elsewhere in the plan now.")
        more = {"says": " ".join(was)}
    elif entry.kind == "action_step":
        status = f"{entry.status.name}" if entry.status else "without a status"
        more = {
            "says": f"Last seen as {status}." if change.kind == "removed" and entry.status else f"Now {status}." if entry.status else ""
        }
    word = "" if entry.kind == "action_step" else picture.levels[entry.kind]
    return Line(entry.code, entry.title, links.to(entry.kind, entry.address), word, **more)


def changes_page(before: PlanPicture, after: PlanPicture, found: Difference) -> dict[str, Any]:
    """Context of the page that compares `before` with `after`, the later one."""
    links = links_of(after)
    until = "" if after.as_of == after.today else after.as_of.isoformat()
    said = "".join(piece.words for piece in words.difference(found, after, ""))
    groups = []
    for kind, title in TITLES.items():
        rows = [line(change, after, links) for change in found.changes if change.kind == kind]
        if rows:
            groups.append(Group(kind, f"{title} ({len(rows)})", rows))
    page = {
        "plan_title": after.title,
        "crumbs": [("Plans", f"/{after.district}/"), (after.title, links.plan()), ("Changes", "")],
        "since": words.day(before.as_of),
        "since_iso": before.as_of.isoformat(),
        "until": words.day(after.as_of),
        "until_iso": after.as_of.isoformat(),
        "latest": after.as_of.isoformat(),
        "notices": [],
        "headline": f"{said[:1].upper()}{said[1:]}",
        "days": _days(before, after, links.base, until),
        "kept": [("as_of", until)] if until else [],
        "groups": groups,
        "footer": f"Compared as of {words.day(before.as_of)} and {words.day(after.as_of)}.",
        "footer_rest": "Both days are shown with what is known now.",
    }
    return {"page": page, "shell": shell_of(after, "changes")}


def _days(before: PlanPicture, after: PlanPicture, base: str, until: str) -> list[presenters.Day]:
    marks = [mark.day for mark in presenters.standing(after.reports, after.as_of) if mark.day < after.as_of][-presenters.MOST_DAYS :]
    days: list[date] = sorted({*marks, before.as_of}, reverse=True)
    more = f"&as_of={until}" if until else ""
    return [presenters.Day(words.day(day), f"{base}changes/?since={day.isoformat()}{more}", day == before.as_of) for day in days]
