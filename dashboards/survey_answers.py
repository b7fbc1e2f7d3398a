"""You said, we did: which part of a plan answers a priority, and how far it is today. And from the plan's side: who asked for a part of it.

It stands here because surveys and actions do not know each other. Only live plans are shown; a link to a private one is as if it were not there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from actions import charts
from actions.charts import tally_parts
from actions.picture import LEVELS, PlanPicture
from actions.pictures import read_plan_picture
from dashboards import words
from dashboards.pages import base_of, links_of
from goals.models import Plan
from surveys.models import PriorityLink, SurveyPublication
from surveys.percents import percent_of
from surveys.showing import words as survey_words
from surveys.showing.figures import Published, Question, Table, read
from surveys.showing.words import group as group_words

Key = tuple[str, str]
"""(wording of the question, label of the choice)"""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a plan that answers a priority."""

    area: str
    area_href: str
    rest: str
    """ ", objective “Feelings and friendships”"; empty where it is the whole goal area."""
    href: str
    cells: SafeString
    says: str
    fresh: str
    is_silent: bool


@dataclass(frozen=True, slots=True)
class Answer:
    rank: str
    said: str
    share: str
    parts: tuple[Part, ...]
    none: str
    """What is said where nothing answers it."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What one group asked for, in its order."""

    id: str
    name: str
    intro: str
    rows: tuple[Answer, ...]
    has_nothing: bool
    """No plan of the district answers anything of this survey yet."""


def links_of_survey(survey: int) -> dict[Key, list[Part]]:
    """Priority -> parts of live plans that answer it. One statement, and the pictures of those plans."""
    rows = (
        PriorityLink.objects.filter(choice__question__survey=survey, node__plan__visibility=Plan.LIVE)
        .order_by("node__plan", "pk")
        .values_list("choice__question__text", "choice__label", "node", "node__plan__organization__slug", "node__plan__slug")
    )
    found: dict[Key, list[Part]] = {}
    parts: dict[tuple[str, str], dict[int, Part]] = {}
    for text, label, node, district, slug in rows:
        if (district, slug) not in parts:
            picture = read_plan_picture(district, slug)
            parts[district, slug] = parts_of(picture) if picture else {}
        if part := parts[district, slug].get(node):
            found.setdefault((text, label), []).append(part)
    return found


def parts_of(picture: PlanPicture) -> dict[int, Part]:
    """Every part of a plan by its node, as an answer shows it."""
    found: dict[int, Part] = {}
    for area in picture.areas:
        found[area.node] = _part(picture, "goal_area", area, area)
        for objective in area.objectives:
            found[objective.node] = _part(picture, "performance_objective", objective, area)
        for strategy in area.all_strategies():
            found[strategy.node] = _part(picture, "strategy", strategy, area)
        for step in area.all_steps():
            found[step.node] = _part(picture, "action_step", step, area)
    return found


def _part(picture: PlanPicture, kind: str, shape: Any, area: Any) -> Part:
    links = links_of(picture)
    steps = list(shape.walk()) if kind == "action_step" else list(shape.all_steps())
    level = picture.levels[kind].lower()
    rest = (
        f"the whole {level}" if kind == "goal_area" else f"{level} {shape.code}, {shape.title}" if shape.code else f"{level} {shape.title}"
    )
    said = [one.as_of for one in steps if one.as_of]
    last = max(said) if said else None
    is_silent = bool(steps) and not any(one.is_confirmed for one in steps)
    return Part(
        f"{area.code} {area.title}".strip(),
        links.to("goal_area", area.address),
        rest,
        links.to(kind, shape.address),
        charts.cells(tally_parts(steps, picture.statuses), subject=shape.title).svg if steps else SafeString(),
        words.headline(steps, picture),
        "" if last is None else f"{'Not confirmed since' if is_silent else 'Last confirmed'} {words.day(last)}",
        is_silent,
    )


def answers(question: Question, table: Table, links: dict[Key, list[Part]], published: Published, *, id: str = "said") -> Answers:
    """What a group asked for, most first, each with what answers it."""
    rows = []
    for label, figure in table.ranked():
        parts = tuple(links.get((question.text, label), ()))
        share = f"{figure.percent_words} of {'all' if table.is_all else 'this group'}"
        rows.append(Answer(str(figure.rank or ""), label, share, parts, "" if parts else asked_by(question, label, table)))
    done = sum(1 for row in rows if row.parts)
    who = "all respondents" if table.is_all else group_words(table.name)
    intro = f"What {who} asked for, in that order, and the part of the plan that answers it today. {_how_many(done, len(rows))}"
    return Answers(id, table.name, intro, tuple(rows), not links)


def _how_many(done: int, total: int) -> str:
    if done == total:
        return "Each of these priorities is answered."
    if not done:
        return "None of these priorities is answered yet."
    missing = total - done
    return f"{survey_words.sentence(survey_words.number(done))[:-1]} of {survey_words.number(total)} are answered, {survey_words.number(missing)} {'is' if missing == 1 else 'are'} not."


def asked_by(question: Question, label: str, table: Table) -> str:
    """ "Asked for by 29% of this group, and by 29% of students and 32% of community members." """
    own = table.figures[label].percent_words
    others = [
        survey_words.of_group(other.figures[label].percent_words, other.name)
        for other in question.groups
        if other is not table and label in other.figures and other.figures[label].count
    ]
    said = f"Asked for by {own} of {'all' if table.is_all else 'this group'}"
    return f"{said}, and by {survey_words.joined(others)}." if others else f"{said}."


@dataclass(frozen=True, slots=True)
class Asked:
    """A priority that a part of the plan answers, and who asked for it."""

    label: str
    says: str
    part: str
    """Of the goal area the part that is meant; empty where it is the page's own."""
    href: str
    survey: str


def asked_for(picture: PlanPicture, kind: str, shape: Any) -> list[Asked]:
    """Who asked for a part of the plan or for something in it, in published surveys. Two statements."""
    names = _nodes(picture, kind, shape)
    links = list(
        PriorityLink.objects.filter(node__in=names, choice__question__survey__publications__withdrawn_at__isnull=True)
        .filter(choice__question__survey__publications__isnull=False)
        .order_by("choice__question__position", "choice__position")
        .values_list("node", "choice__label", "choice__question__text", "choice__question__survey")
        .distinct()
    )
    if not links:
        return []
    newest = newest_of({survey for *_, survey in links})
    found = []
    for node, label, text, survey in links:
        publication = newest.get(survey)
        question = next((q for q in read(publication.tree).questions if q.text == text), None) if publication else None
        if publication is None or question is None or not (says := shares(question, label)):
            continue
        href = f"/{publication.survey.organization.slug}/surveys/{publication.survey.slug}/"
        found.append(Asked(label, says, "" if node == shape.node else names[node], href, publication.survey.title))
    return found


def _nodes(picture: PlanPicture, kind: str, shape: Any) -> dict[int, str]:
    """Nodes of a part and of what hangs below it, with their names."""
    found = {shape.node: ""}
    for below_kind, key in (("performance_objective", "objectives"), ("strategy", "strategies"), ("action_step", "steps")):
        if LEVELS.index(below_kind) < LEVELS.index(kind):
            continue
        for below in getattr(shape, key, ()):
            found |= _nodes(picture, below_kind, below)
            found[below.node] = f"{picture.levels[below_kind].lower()} {below.code}".strip()
    return found


def newest_of(surveys: Iterable[int]) -> dict[int, SurveyPublication]:
    """Of each survey what is public now."""
    rows = SurveyPublication.objects.standing().filter(survey__in=set(surveys)).select_related("survey__organization").order_by("pk")
    return {row.survey_id: row for row in rows}


def shares(question: Question, label: str) -> str:
    """ "58% of parents and guardians and 61% of students"; empty where no group's figure may be shown."""
    tables: Sequence[Table] = sorted(
        (t for t in question.groups if label in t.figures and t.figures[label].count),
        key=lambda table: -(table.figures[label].percent or 0),
    )
    if not tables and (everybody := question.everybody) and label in everybody.figures and everybody.figures[label].count:
        return f"{percent_of(everybody.figures[label].count or 0, everybody.base)}% of all respondents"
    return survey_words.joined([survey_words.of_group(t.figures[label].percent_words, t.name) for t in tables])


__all__ = ["Answer", "Answers", "Asked", "Part", "answers", "asked_for", "base_of", "links_of_survey", "newest_of"]
