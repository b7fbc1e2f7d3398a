"""What pages and minutes say of a review: its agenda in a sentence, the facts of each item, decisions in counts. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from actions.reviewing.agenda import ASKED, REASONS
from actions.words import counted_of, joined, lowered
from planner.lib.dates import us_date

SAID_OF = {
    "blocked": ("is blocked", "are blocked"),
    "late": ("is late", "are late"),
    "stalled": ("is stalled", "are stalled"),
    "unconfirmed": ("is not confirmed", "are not confirmed"),
    "due_moved": ("has another due date", "have another due date"),
    "changed": ("changed", "changed"),
    "reworded": ("was reworded", "were reworded"),
    "added": ("is new", "are new"),
}


def agenda_sentence(reasons: Sequence[Sequence[str]], word: str, since: date) -> str:
    """ "12 steps are on the agenda since January 5, 2026: 2 are late and 10 are not confirmed." A step may have several reasons."""
    total = len(reasons)
    if not total:
        return f"No {word} has to be looked at: since {us_date(since)} none changed, and none is late, stalled, blocked or not confirmed."
    said = []
    for reason, (one, more) in SAID_OF.items():
        if count := sum(reason in found for found in reasons):
            said.append(f"{count} {one if count == 1 else more}")
    return f"{counted_of(total, word)} {'is' if total == 1 else 'are'} on the agenda since {us_date(since)}: {joined(said)}."


def decided_sentence(decisions: Sequence[str], *, is_held: bool = False) -> str:
    """ "3 of 12 are decided: 2 keep, 1 change." Of a review that is over in the past."""
    total, done = len(decisions), [decision for decision in decisions if decision]
    if not total:
        return ""
    if not done:
        if is_held:
            return f"None of {total} was decided." if total > 1 else "It was not decided."
        return f"None of {total} is decided yet." if total > 1 else "It is not decided yet."
    counts = [f"{done.count(what)} {what}" for what in ("keep", "change", "stop") if what in done]
    one, many = ("was", "were") if is_held else ("is", "are")
    return f"{len(done)} of {total} {one if len(done) == 1 else many} decided: {joined(counts)}."


def reason_words(reasons: Iterable[str]) -> list[str]:
    known = REASONS | {ASKED: "Put on the review"}
    return [known[reason] for reason in reasons if reason in known]


def _day(text: str | None) -> str:
    return us_date(date.fromisoformat(text)) if text else ""


def facts_words(section: str, facts: Mapping[str, Any], names: Mapping[int, str]) -> list[str]:
    """What the data said of an item, in sentences. `names` are those of persons, by their keys."""
    if section == "agenda":
        return _of_step(facts)
    if section == "strategy":
        return _of_strategy(facts)
    if section == "role":
        return _of_role(facts, names)
    return _of_due(facts)


def reworded(facts: Mapping[str, Any]) -> tuple[str, str] | None:
    """The wording before and now. None: it is as it was."""
    if not facts.get("is_reworded"):
        return None
    return _text(facts["title_before"], facts["description_before"]), _text(facts["title"], facts["description"])


def _text(title: str, description: str) -> str:
    return f"{title}\n{description}".strip()


def _of_step(facts: Mapping[str, Any]) -> list[str]:
    said = []
    status, before = facts["status"], facts["status_before"]
    if not status:
        said.append("It has no status yet.")
    elif facts["is_new"] or status == before:
        since = f" since {_day(facts['moved_on'])}" if facts["moved_on"] else ""
        said.append(f"{status}{since}.")
    else:
        said.append(f"{status}, before: {lowered(before) if before else 'no status'}.")
    if facts["as_of"]:
        said.append(f"Last confirmed {_day(facts['as_of'])}.")
    said += _due(facts)
    if facts["lead"]:
        said.append(f"Led by {facts['lead']}.")
    if facts["blocked"]:
        said.append(f"It waits: {facts['blocked']}")
    return said


def _due(facts: Mapping[str, Any]) -> list[str]:
    due, before = facts["due"], facts.get("due_first", facts["due_before"])
    if due == before or (facts.get("is_new") and "due_first" not in facts):
        return [f"Due {_day(due)}."] if due else []
    return [f"Due {_day(due) or 'no day'}, before: {_day(before) or 'no day'}."]


def _counts(counts: Mapping[str, int]) -> str:
    return joined([f"{count} {lowered(name) if name else 'without a status'}" for name, count in counts.items()])


def _of_strategy(facts: Mapping[str, Any]) -> list[str]:
    now, before = facts["steps"], facts["steps_before"]
    said = [f"Its steps: {_counts(now)}." if now else "It has no steps."]
    if before is None:
        said.append("It is new since then.")
    elif before != now:
        said.append(f"Before: {_counts(before)}." if before else "Before it had none.")
    if facts["lead"]:
        said.append(f"Led by {facts['lead']}.")
    return said


def _leading(lead: Mapping[str, Any], names: Mapping[int, str]) -> str:
    parts = [names.get(lead["person"], "somebody whose account is gone")] if lead["person"] else []
    parts += [part for part in (lead["department"], lead["words"]) if part]
    return ", ".join(parts) or "nobody by itself"


def _of_role(facts: Mapping[str, Any], names: Mapping[int, str]) -> list[str]:
    said = [f"Led by {_leading(facts['lead'], names)}."]
    if facts["is_changed"]:
        said.append(f"Before: {_leading(facts['lead_before'], names)}.")
    return said


def _of_due(facts: Mapping[str, Any]) -> list[str]:
    said = _due(facts)
    if facts["is_reworded"]:
        said.append("The wording changed.")
    return said or ["It has no due date, and the wording is as it was."]


def moved_due(facts: Mapping[str, Any]) -> str:
    """ "Due September 1, 2026, before: May 1, 2026." Empty where the day is as it was."""
    said = _due(facts)[0] if "due" in facts and _due(facts) else ""
    return said if ", before: " in said else ""


def people_in(facts: Iterable[Mapping[str, Any]]) -> set[int]:
    """Keys of the persons that facts speak of."""
    found = {lead["person"] for one in facts for key in ("lead", "lead_before") if isinstance(lead := one.get(key), dict)}
    return {key for key in found if key}
