"""Which part of a plan may answer what people asked for: suggested by the words that both share, decided by a person."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Organization
from goals.models import Place, Plan, PlanNode, Wording
from surveys.folding import folded
from surveys.models import Choice, PriorityLink, Survey
from surveys.phrases import nearest
from surveys.reading.draft import MULTI

MOST = 3
"""Suggestions for one priority."""
LEAST = 0.12


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a plan that stands today, as it is called there."""

    node: int
    plan: str
    level: str
    name: str
    words: str
    """Title and description, folded."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    part: Part
    because: str


@dataclass(slots=True)
class Priority:
    """A choice of a question of priorities, what is said to answer it, and what could."""

    choice: Choice
    links: list[tuple[PriorityLink, Part | None]]
    suggestions: list[Suggestion]


def parts_of(organization: Organization) -> list[Part]:
    """Every part of every plan of an organization that is not gone, plan by plan. Two statements."""
    plans = {plan.pk: plan for plan in Plan.objects.filter(organization=organization)}
    present = Place.objects.newest().filter(is_present=True, node__plan__in=plans)
    rows = Wording.objects.newest().filter(node__plan__in=plans, node__in=present.values("node"))
    found = []
    for node, plan, kind, code, title, description in rows.order_by("node__plan", "node").values_list(
        "node", "node__plan", "node__kind", "code", "title", "description"
    ):
        name = f"{code} {title}".strip()
        found.append(Part(node, plans[plan].title, plans[plan].word(kind), name, folded(f"{title} {description}")))
    return found


def suggestions(label: str, parts: Iterable[Part], but: Iterable[int] = ()) -> list[Suggestion]:
    """The parts whose words are most like those of a priority; each with the words that they share."""
    by_node = {part.node: part for part in parts if part.node not in set(but)}
    near = nearest([(0, folded(label))], [(node, part.words) for node, part in by_node.items()], most=MOST, least=LEAST)
    return [Suggestion(by_node[one.pk], ", ".join(one.because)) for one in near]


def priorities(survey: Survey, parts: list[Part]) -> list[tuple[str, list[Priority]]]:
    """(question, its priorities) of each question of several choices. Two statements."""
    by_node = {part.node: part for part in parts}
    links: dict[int, list[PriorityLink]] = {}
    for link in PriorityLink.objects.filter(choice__question__survey=survey).select_related("choice__question__survey"):
        links.setdefault(link.choice_id, []).append(link)
    found: dict[str, list[Priority]] = {}
    choices = Choice.objects.filter(question__survey=survey, question__kind=MULTI).select_related("question")
    for choice in choices.order_by("question__position", "position"):
        mine = links.get(choice.pk, [])
        offered = suggestions(choice.label, parts, [link.node_id for link in mine])
        found.setdefault(choice.question.text, []).append(Priority(choice, [(link, by_node.get(link.node_id)) for link in mine], offered))
    return list(found.items())


def node_of(organization: Organization, pk: int) -> PlanNode | None:
    return PlanNode.objects.filter(plan__organization=organization, pk=pk).select_related("plan").first()
