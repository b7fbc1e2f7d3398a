"""Where a document and staff word a part of a plan differently: what the document only repeats from before their change does not take it away.

See docs/decisions/0016-documents-and-edited-wordings.md.
"""

from collections import defaultdict
from datetime import date

from django.db.models import QuerySet

from actions.matching import fold
from actions.reading.draft import Issue
from actions.services.weighed import STAFF, Change, Part, Standing, wording_of, words_of
from goals.models import ACTION_STEP, LEVEL_WORDS, Wording
from planner.lib.dates import us_date


def reworded_in(wordings: QuerySet[Wording]) -> dict[int, list[Wording]]:
    """Of nodes that staff reworded all wordings, oldest first."""
    by_hand = wordings.filter(channel__in=STAFF).order_by().values("node")
    found: dict[int, list[Wording]] = defaultdict(list)
    for version in wordings.filter(node__in=by_hand).order_by("as_of", "recorded_at", "pk"):
        found[version.node_id].append(version)
    return dict(found)


def by_hand_of(node: int, standing: Standing) -> tuple[Wording, list[Wording]] | None:
    """The version in which staff gave a node the wording that it has on the day, and those before it; None where a document gave it."""
    said, stands = standing.reworded.get(node, []), standing.wording.get(node)
    for n, version in enumerate(said):
        if stands and version.channel in STAFF and words_of(version) == words_of(stands):
            return version, said[:n]
    return None


def judge_words(part: Part, standing: Standing, day: date, changes: list[Change]) -> list[Issue]:
    """Staff's wording against the document's. What the document repeats from before their change, or says on the same day, does not replace it."""
    found = by_hand_of(part.node, standing) if part.node and part.wording else None
    if found is None:
        return []
    stands, item = standing.wording[part.node or 0], part.item
    _, *words = wording_of(part, stands)
    if tuple(words) == words_of(stands):  # another code alone
        return []
    by_hand, earlier = found
    name, on = item.code or f"“{item.title[:60]}”", us_date(by_hand.as_of)
    name = name if part.kind == ACTION_STEP else f"{LEVEL_WORDS[part.kind]} {name}"
    is_repeated = any(fold(item.title) == fold(v.title) and item.description in ("", v.description) for v in earlier)
    if not is_repeated and by_hand.as_of != day:
        said = f"{name}: staff changed the wording on {on}. The document has another one again, which takes its place; theirs stays in the history."
        return [Issue(item.line, "reworded-again", "warn", said)]
    part.keeps_words = True
    part.wording = stands.code != item.code
    why = "the document still has the one from before" if is_repeated else "the document has another one for the same day"
    said = f"{name}: staff changed the wording on {on} to “{stands.title[:200]}”, and {why}. Theirs is kept; change it by hand if it is not right."
    changes.append(Change("conflict", name, stands.title, said, part.node, item.line))
    return [Issue(item.line, "wording-conflict", "warn", said)]
