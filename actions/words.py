"""What pages and reports say of a plan in sentences: headline, what is furthest behind, freshness. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from actions.difference import Difference
from actions.picture import AreaPicture, PlanPicture, StatusWord, StepPicture
from planner.lib.dates import us_date

day = us_date


@dataclass(frozen=True, slots=True)
class Behind:
    areas: tuple[AreaPicture, ...]
    """Those with the largest share of steps not started; more than one where their shares are equal."""
    sentence: str = ""
    """Said instead where there is no such area."""
    rest: str = ""
    """What follows the names of the areas."""


def short_day(on: date) -> str:
    return f"{on:%b} {on.day}, {on.year}"


def percent(count: int, total: int) -> int:
    """Whole percent, half up: 1 of 8 is 13."""
    return (200 * count + total) // (2 * total) if total else 0


def many(word: str) -> str:
    """The plural of a level's word: goals, strategies, priorities, focus areas."""
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


def step(picture: PlanPicture) -> str:
    return picture.levels["action_step"].lower()


def a_step(picture: PlanPicture) -> str:
    """With its article: "an action step", "a task"."""
    word = step(picture)
    return f"{'an' if word[:1] in 'aeiou' else 'a'} {word}"


def steps(picture: PlanPicture, count: int) -> str:
    return step(picture) if count == 1 else many(step(picture))


def counted(count: int, picture: PlanPicture) -> str:
    return counted_of(count, step(picture))


def counted_of(count: int, word: str) -> str:
    """ "1 goal", "2 goals" """
    return f"{count} {word if count == 1 else many(word)}"


def lowered(name: str) -> str:
    """A status inside a sentence. Abbreviations stay: "on hold", but "waits for RFP"."""
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in name.split())


def joined(parts: Sequence[str]) -> str:
    """ "a, b and c" """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def ladder(picture: PlanPicture) -> list[StatusWord]:
    """Statuses on the ladder, highest first."""
    return [status for status in picture.statuses if status.rank is not None and not status.is_retired and status.meaning != "stopped"]


def headline(of: Sequence[StepPicture], picture: PlanPicture) -> str:
    """ "5 of 80 action steps are fully implemented, 46 are under way and 29 have not started." """
    counts: dict[str, int] = {}
    for one in of:
        name = one.status.name if one.status else ""
        counts[name] = counts.get(name, 0) + 1
    return headline_of(counts, picture)


def headline_of(counts: Mapping[str, int], picture: PlanPicture) -> str:
    """The same of counts alone: status name -> steps, the empty name: without a status. Only levels and statuses of the picture are asked."""
    total = sum(counts.values())
    if not total:
        return f"There are no {steps(picture, 0)} here."
    if total == 1:
        name = next(name for name, count in counts.items() if count)
        return f"The only {step(picture)} is {lowered(name)}." if name else f"The only {step(picture)} has no status yet."
    if counts.get("") == total:
        return f"None of the {counted(total, picture)} has a status yet."
    rungs = ladder(picture)
    if not rungs:
        named = [f"{count} {_are(count)} {lowered(name)}" for name, count in counts.items() if name and count]
        return f"Of {counted(total, picture)} {joined(named + _without(counts))}."
    top, bottom = rungs[0], rungs[-1]
    done = counts.get(top.name, 0)
    if done == total:
        return f"All {counted(total, picture)} are {lowered(top.name)}."
    if done:
        said = [f"{done} of {counted(total, picture)} {_are(done)} {lowered(top.name)}"]
    else:
        said = [f"None of the {counted(total, picture)} is {lowered(top.name)}"]
    between = sum(counts.get(status.name, 0) for status in rungs[1:-1])
    if between:
        said.append(f"{between} {_are(between)} under way")
    low = counts.get(bottom.name, 0) if bottom is not top else 0
    if low:
        said.append(f"{low} {_is_low(low, bottom)}")
    on_ladder = {status.name for status in rungs}
    said += [
        f"{counts[status.name]} {_are(counts[status.name])} {lowered(status.name)}"
        for status in picture.statuses
        if status.name not in on_ladder and counts.get(status.name)
    ]
    return f"{joined(said + _without(counts))}."


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _is_low(count: int, status: StatusWord) -> str:
    if lowered(status.name) == "not started":
        return "has not started" if count == 1 else "have not started"
    return f"{_are(count)} {lowered(status.name)}"


def _without(counts: Mapping[str, int]) -> list[str]:
    count = counts.get("", 0)
    return [f"{count} {'has' if count == 1 else 'have'} no status yet"] if count else []


def is_not_started(one: StepPicture) -> bool:
    return one.status is not None and one.status.meaning == "not_started"


def furthest_behind(picture: PlanPicture) -> Behind:
    """Goal areas with the largest share of steps not started, compared as fractions, never as rounded percents."""
    best: tuple[int, int] = (0, 1)
    behind: list[AreaPicture] = []
    for area in picture.areas:
        of = list(area.all_steps())
        waiting = sum(map(is_not_started, of))
        if not waiting:
            continue
        here, there = waiting * best[1], best[0] * len(of)
        if here > there:
            best, behind = (waiting, len(of)), [area]
        elif here == there:
            behind.append(area)
    if not behind:
        goal = picture.levels["goal_area"].lower()
        said = [one for one in picture.all_steps() if one.status]
        return Behind((), f"No {goal} is furthest behind: no {step(picture)} is waiting to be started." if said else "")
    waiting, total = best
    if len(behind) > 1:
        return Behind(tuple(behind), rest=f": in each of them {percent(waiting, total)}% of the {steps(picture, 2)} have not started.")
    if total == 1:
        return Behind(tuple(behind), rest=f": its only {step(picture)} has not started.")
    if waiting == total:
        return Behind(tuple(behind), rest=f": none of its {counted(total, picture)} has started.")
    return Behind(tuple(behind), rest=f": {waiting} of its {counted(total, picture)} {'has' if waiting == 1 else 'have'} not started.")


def area_note(of: Sequence[StepPicture], picture: PlanPicture, *, is_behind: bool) -> str:
    """ "12 action steps, all confirmed"; "11 of 20 not started, 4 not confirmed" """
    if not of:
        return f"No {steps(picture, 0)} yet"
    silent = sum(not one.is_confirmed for one in of)
    start = f"{sum(map(is_not_started, of))} of {len(of)} not started" if is_behind else counted(len(of), picture)
    fresh = "all confirmed" if not silent else "none confirmed" if silent == len(of) else f"{silent} not confirmed"
    return f"{start}, {fresh if len(of) > 1 else 'confirmed' if not silent else 'not confirmed'}"


def freshness(of: Sequence[StepPicture], picture: PlanPicture) -> tuple[str, str, int]:
    """What was confirmed in this cycle, what of the others, and how many others there are."""
    silent = [one for one in of if not one.is_confirmed]
    total, confirmed = len(of), len(of) - len(silent)
    since = day(picture.cycle_start)
    if not total:
        return "", "", 0
    if not silent:
        return (f"All {counted(total, picture)} were confirmed since {since}." if total > 1 else f"It was confirmed since {since}."), "", 0
    if not confirmed:
        first = (
            f"None of the {counted(total, picture)} was confirmed since {since}." if total > 1 else f"It was not confirmed since {since}."
        )
    else:
        first = f"{confirmed} of {counted(total, picture)} {'was' if confirmed == 1 else 'were'} confirmed since {since}."
    return first, _oldest(silent, confirmed, picture), len(silent)


def _oldest(silent: Sequence[StepPicture], confirmed: int, picture: PlanPicture) -> str:
    unsaid = sum(one.as_of is None for one in silent)
    if len(silent) == 1:
        one = silent[0]
        name = _named(one, picture)
        others = f"The other one, {name}, is hatched" if confirmed else "It is hatched"
        return f"{others}; {_last(one)}."
    start = f"The {len(silent)} others are hatched" if confirmed else "All of them are hatched"
    if unsaid:
        return f"{start}; nobody has said anything of {unsaid} of them yet."
    oldest = min(silent, key=lambda one: one.as_of or date.max)
    return f"{start}; the oldest, {_named(oldest, picture)}, {_last(oldest).removeprefix('it ')}."


def _named(one: StepPicture, picture: PlanPicture) -> str:
    return f"{step(picture)} {one.code}" if one.code else f"“{one.title if len(one.title) < 60 else one.title[:57].rstrip() + '…'}”"


def _last(one: StepPicture) -> str:
    return f"it was last confirmed on {day(one.as_of)}" if one.as_of else "nobody has said anything of it yet"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a sentence; with an address they are a link."""

    words: str
    href: str = ""


def _was(count: int, verb: str) -> str:
    return f"{count} {'was' if count == 1 else 'were'} {verb}"


SAID = {
    "up": lambda n: f"{n} moved up",
    "back": lambda n: f"{n} moved back",
    "other": lambda n: f"{n} changed status otherwise",
    "reworded": lambda n: _was(n, "reworded"),
    "placed": lambda n: _was(n, "moved or renumbered"),
    "added": lambda n: _was(n, "added"),
    "removed": lambda n: _was(n, "removed"),
}


def difference(found: Difference, picture: PlanPicture, href: str) -> tuple[Piece, ...]:
    """ "12 action steps moved up, 3 moved back, 2 were reworded, 1 was removed." Each part links to its list."""
    said: list[Piece] = []
    for kind, words in SAID.items():
        if count := found.count(kind):
            text = words(count)
            if not said:
                text = text.replace(str(count), counted(count, picture), 1)
            said.append(Piece(text, f"{href}#{kind}"))
    if not said:
        if found:
            return (Piece(f"no {step(picture)} changed, but "), Piece("what they hang under did", href), Piece("."))
        return (Piece("nothing changed."),)
    pieces: list[Piece] = []
    for n, piece in enumerate(said):
        if n:
            pieces.append(Piece(" and " if n == len(said) - 1 else ", "))
        pieces.append(piece)
    return (*pieces, Piece("."))
