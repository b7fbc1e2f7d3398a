"""Whether a list of tables may be published beside all that was published before: what two of them tell together must not tell of a few. Pure.

Each publication by itself is safe (surveys.suppression). Together they may not be: where three parents answered after the first one, the difference of
the two is what these three said. And where the smallest group that is shown was changed between them, what one hides the other may show.

What is read are the published trees, since they are what a reader has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from surveys.results import EVERYBODY as TOTAL
from surveys.suppression import ALL, Figures, Hidden, determined, tells_of_one

Tree = dict[str, Any]
REST = "the groups that are not shown"
EVERYBODY = "all respondents together"


@dataclass(frozen=True, slots=True)
class SamePeople:
    """What was published of another survey that the same people answered, who may be grouped otherwise there, and the figures that it is of."""

    trees: Sequence[Tree]
    figures: Figures
    texts: Sequence[str]
    minimum: int


def objections(
    new: Tree, earlier: Sequence[Tree], figures: Figures, *, texts: Sequence[str], minimum: int, others: Sequence[SamePeople] = ()
) -> list[str]:
    """A sentence for each thing that stands against publishing `new`; empty: it may be published. `figures` are those that `new` is made of,
    `texts` the wordings of their questions."""
    found: dict[str, None] = {}
    same = [new]
    for before in earlier:
        if _bases(before) == _bases(new) and not _corrected(before, new):
            same.append(before)
        else:
            found |= dict.fromkeys(_few_more(before, new, minimum))
    # with one minimum throughout, all of them are parts of one list that is safe as a whole
    if len({tree["minimum_group"] for tree in same}) > 1 and (said := _together(same, figures, texts, minimum)):
        found[said] = None
    for other in others:
        aside = [tree for tree in other.trees if tree["respondents"] == new["respondents"] and not _corrected(tree, new)]
        for tree in other.trees:
            if tree not in aside:
                found |= dict.fromkeys(_few_more(tree, new, minimum))
        all_of = [*same, *aside]
        if aside and (_together(all_of, figures, texts, minimum) or _together(all_of, other.figures, other.texts, other.minimum)):
            found[OTHERWISE] = None
    return list(found)


OTHERWISE = (
    "Another survey holds the same file. Together with what was published of that one, a group that is too small could be computed. "
    "Leave tables out, or group the people as they are grouped there."
)


def _bases(tree: Tree) -> dict[str, int]:
    """Respondents of all that is shown, of everybody, and of what is left between them."""
    groups = {group["name"]: group["respondents"] for group in tree["groups"] if "respondents" in group}
    if tree["respondents"] is not None:
        rest = tree["respondents"] - sum(groups.values())
        groups[EVERYBODY] = tree["respondents"]
        if rest:
            groups[REST] = rest
    return groups


def _few_more(before: Tree, new: Tree, minimum: int) -> list[str]:
    old, now = _bases(before), _bases(new)
    said = []
    for name in old.keys() & now.keys():
        gap = abs(now[name] - old[name])
        if 0 < gap < minimum:
            said.append(
                f"Since an earlier publication {name} became fewer than {minimum} more or fewer: the two together would tell what these few said. "
                "Publish when more have answered, or leave the figures as they are."
            )
    return sorted(said)


def _cells(tree: Tree) -> dict[tuple[str, str | None, str], int]:
    return {
        (question["text"], table["group"] or table["name"], choice["label"]): choice["count"]
        for question in tree["questions"]
        for table in question["groups"]
        for choice in table.get("choices", ())
        if choice["count"] is not None
    }


def _corrected(before: Tree, new: Tree) -> bool:
    """Whether a figure that both show differs."""
    old, now = _cells(before), _cells(new)
    return any(old[key] != now[key] for key in old.keys() & now.keys())


def _together(trees: Sequence[Tree], figures: Figures, texts: Sequence[str], minimum: int) -> str:
    """What is hidden in all of them must stay hidden for who has all of them."""
    shown = {group["name"] for tree in trees for group in tree["groups"] if "respondents" in group}
    hidden = Hidden({name for name in figures.sizes if name not in shown and name != TOTAL})
    cells = set().union(*(_cells(tree) for tree in trees))
    if hidden.groups and tells_of_one(hidden.groups, figures.sizes, minimum):
        return _says(minimum)
    for n, (text, asked) in enumerate(zip(texts, figures.questions, strict=True)):
        for group, row in asked.counts.items():
            for label, count in row.items():
                if count is not None and (text, group, label) not in cells:
                    hidden.cells.add((n, group, label))
                if asked.has_all and (text, TOTAL, label) not in cells:
                    hidden.cells.add((n, ALL, label))
        if any(
            group in hidden.groups or figures.sizes.get(group, minimum) < 20 for group, _ in determined(n, asked, figures.sizes, hidden)
        ):
            return _says(minimum)
    return ""


def _says(minimum: int) -> str:
    return (
        f"Together with what was published before, a group with fewer than {minimum} respondents could be computed. "
        "Set the smallest group that is shown back to what it was then, or leave tables out."
    )
