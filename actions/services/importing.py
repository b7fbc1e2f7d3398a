"""Writes a document into a plan, as a whole or not at all. `weighing` says what that would change."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from accounts import audit
from accounts.audit import Press
from accounts.models import Department, Organization, StoredFile
from actions.models import ActionStep, StatusUpdate
from actions.reading.draft import Draft, DraftStatus, DraftStep
from actions.services.weighed import Part, Weighed, wording_of
from actions.services.weighing import weigh
from goals.addresses import free_address, path_of
from goals.models import (
    ACTION_STEP,
    GOAL_AREA,
    PERFORMANCE_OBJECTIVE,
    STRATEGY,
    DueDate,
    Edition,
    GoalArea,
    Lead,
    Level,
    NodeRedirect,
    PerformanceObjective,
    Place,
    Plan,
    PlanNode,
    Status,
    Strategy,
    Version,
    Wording,
)
from goals.services import add_status, create_plan, moment, raise_generation, refresh_copies, rows_of, template_of

MODELS: dict[str, type[Level]] = {
    GOAL_AREA: GoalArea,
    PERFORMANCE_OBJECTIVE: PerformanceObjective,
    STRATEGY: Strategy,
    ACTION_STEP: ActionStep,
}


@dataclass(slots=True)
class Imported:
    """What came of an import. `plan` is None after a dry run into a plan that does not exist."""

    plan: Plan | None
    weighed: Weighed
    edition: Edition | None
    """None where nothing was written."""


@dataclass(slots=True)
class _Writing:
    """What one import has in hand while it writes."""

    weighed: Weighed
    plan: Plan
    press: Press
    edition: Edition
    at: datetime
    versions: dict[type[Version], list[Any]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[int, Level] = field(default_factory=dict)

    def add(self, model: type[Version], node: int, as_of: date, line: int | None, **said) -> None:
        said |= {
            "by": self.press.by,
            "channel": self.press.channel,
            "press": self.press.id,
            "edition": self.edition,
            "recorded_at": self.at,
            "line": line,
        }
        self.versions[model].append(model(node_id=node, as_of=as_of, **said))


def known_statuses(organization: Organization, slug: str) -> list[DraftStatus]:
    """The scale that a document for this plan may use without saying so: its own, or for a plan to be made the organization's template."""
    plan = Plan.objects.select_related("scale").filter(organization=organization, slug=slug).first()
    if plan is None:
        return [DraftStatus(*said) for said in template_of(organization)]
    return [DraftStatus(s.name, s.rank, s.meaning) for s in plan.scale.statuses.filter(is_retired=False)]


def preview_import(draft: Draft, *, organization: Organization, slug: str, as_of: date | None = None) -> Imported:
    """What `import_plan` would do, with nothing written. Raises ValueError with a sentence for a day after today."""
    plan = Plan.objects.select_related("organization", "scale").filter(organization=organization, slug=slug).first()
    return Imported(plan, weigh(draft, plan=plan, today=organization.today(), as_of=as_of), None)


@transaction.atomic
def import_plan(
    draft: Draft,
    *,
    organization: Organization,
    slug: str,
    press: Press,
    title: str = "",
    as_of: date | None = None,
    name: str = "",
    sha256: str = "",
    file: StoredFile | None = None,
) -> Imported:
    """Write a document into a plan, which is made as a private draft where it does not exist. All of it or nothing.

    The steps and then the plan are locked, as updates lock them, and the document is weighed again: what staff said meanwhile is kept.
    Raises ValueError or ValidationError with a sentence; nothing is written then.
    """
    plan = Plan.objects.filter(organization=organization, slug=slug).first()
    if plan is not None:
        if earlier := Edition.objects.filter(plan=plan, press=press.id).first():  # the same press again
            return Imported(plan, weigh(draft, plan=plan, today=organization.today(), as_of=as_of), earlier)
        list(ActionStep.objects.select_for_update().filter(plan=plan).order_by("pk").values_list("pk"))
        plan = Plan.objects.select_for_update(of=("self",)).select_related("organization", "scale").get(pk=plan.pk)
    weighed = weigh(draft, plan=plan, today=organization.today(), as_of=as_of)
    if plan is None:
        plan = create_plan(
            organization=organization,
            slug=slug,
            title=title or draft.title or slug,
            description=draft.description,
            press=press,
            levels={key: word for key, word in draft.levels.items() if word},
            statuses=[(s.name, s.rank, s.meaning) for s in weighed.new_statuses],
        )
    else:
        for status in weighed.new_statuses:
            add_status(plan=plan, name=status.name, rank=status.rank, meaning=status.meaning, press=press)
    if weighed.is_nothing and Edition.objects.filter(plan=plan, as_of=weighed.as_of).exists():
        return Imported(plan, weighed, None)
    edition = _write(weighed, plan, press=press, name=name, sha256=sha256, file=file)
    return Imported(plan, weighed, edition)


def _write(weighed: Weighed, plan: Plan, *, press: Press, name: str, sha256: str, file: StoredFile | None) -> Edition:
    said = StatusUpdate.objects.filter(step__plan=plan).aggregate(last=Max("recorded_at"))["last"]
    at = max(moment(plan), said) if said else moment(plan)
    edition = Edition.objects.create(
        plan=plan,
        as_of=weighed.as_of,
        recorded_at=at,
        by=press.by,
        channel=press.channel,
        press=press.id,
        name=name[:255],
        sha256=sha256,
        file=file,
        summary={"counts": weighed.draft.counts(), "changes": weighed.counts(), "lines": weighed.draft.lines()},
    )
    writing = _Writing(weighed, plan, press, edition, at)
    writing.rows = rows_of(part.node for part in weighed.parts if part.node)
    _make_nodes(writing)
    _say_versions(writing)
    _say_gone(writing)
    for model, rows in writing.versions.items():
        model.objects.bulk_create(rows, batch_size=500)
    _refresh(writing)
    _say_statuses(writing)
    raise_generation(plan)
    audit.record(
        press=press,
        verb="import plan",
        what=edition,
        organization=plan.organization_id,
        new={"plan": plan.slug, "as_of": edition.as_of.isoformat(), "name": edition.name, **edition.summary},
    )
    return edition


def _make_nodes(writing: _Writing) -> None:
    """Identities and rows of what is new, level by level so that each finds what it hangs under; new addresses of what was renumbered."""
    plan, weighed = writing.plan, writing.weighed
    taken: dict[str, set[str]] = defaultdict(set)
    for kind, address in [
        *PlanNode.objects.filter(plan=plan).values_list("kind", "address"),
        *NodeRedirect.objects.filter(plan=plan).values_list("kind", "address"),
    ]:
        taken[kind].add(address)
    addresses = {pk: node.address for pk, node in weighed.standing.nodes.items()}
    for generation in _generations(weighed.parts):
        fresh = []
        for part in generation:
            path = _path(part, addresses)
            if part.node is None:
                node = PlanNode(plan=plan, kind=part.kind, address=free_address(path, taken[part.kind]))
                taken[part.kind].add(node.address)
                fresh.append((part, node))
            elif _was_renumbered(part, weighed):
                _readdress(part, path, writing, taken, addresses)
        PlanNode.objects.bulk_create([node for _, node in fresh], batch_size=500)
        rows: dict[type[Level], list[Level]] = defaultdict(list)
        for part, node in fresh:
            part.node = node.pk
            addresses[node.pk] = node.address
            row = MODELS[part.kind](
                node=node, plan=plan, code=part.item.code, title=part.item.title, description=part.item.description, position=part.position
            )
            row.hang_under(writing.rows[part.above.node] if part.above else None)  # type: ignore[index]  # those above were made before
            writing.rows[node.pk] = row
            rows[type(row)].append(row)
        for model, made in rows.items():
            model._default_manager.bulk_create(made, batch_size=200)


def _generations(parts: Sequence[Part]) -> list[list[Part]]:
    """Parts by how deep they hang, the goal areas first."""
    found: dict[int, list[Part]] = defaultdict(list)
    depth: dict[int, int] = {}
    for part in parts:
        depth[id(part)] = depth[id(part.above)] + 1 if part.above else 0
        found[depth[id(part)]].append(part)
    return [found[level] for level in sorted(found)]


def _path(part: Part, addresses: dict[int, str]) -> str:
    """The address before a second use is counted; goal areas are not part of the path of what hangs below them."""
    above = part.above
    if above is None or above.kind == GOAL_AREA:
        return path_of(part.item.code, "", part.index)
    return path_of(part.item.code, addresses[above.node], part.index)  # type: ignore[index]


def _was_renumbered(part: Part, weighed: Weighed) -> bool:
    before = weighed.standing.wording.get(part.node or 0)
    return bool(weighed.standing.is_newest and before and part.item.code and before.code != part.item.code)


def _readdress(part: Part, path: str, writing: _Writing, taken: dict[str, set[str]], addresses: dict[int, str]) -> None:
    """A renumbered node gets the address of its new code; the old one leads there."""
    node = writing.weighed.standing.nodes[part.node or 0]
    if node.address.partition("~")[0] == path:
        return
    NodeRedirect.objects.create(plan=writing.plan, kind=node.kind, address=node.address, node=node)
    node.address = addresses[node.pk] = free_address(path, taken[node.kind])
    taken[node.kind].add(node.address)
    node.save(update_fields=["address"])


def _say_versions(writing: _Writing) -> None:
    """Wording, place, lead and due day of each part, as of the document's day, and what must be said again on the next edition's day."""
    weighed = writing.weighed
    day, then = weighed.as_of, weighed.standing.next_edition
    departments = {d.name.casefold(): d for d in Department.objects.filter(organization=writing.plan.organization_id)}
    for part in weighed.parts:
        node, item = part.node, part.item
        assert node is not None
        above = part.above.node if part.above else None
        if part.wording:
            before = weighed.standing.wording.get(node)
            code, title, description = wording_of(part, before)
            writing.add(Wording, node, day, item.line, code=code[:60], title=title, description=description)
            later = weighed.standing.later_wording.get(node)
            if then and before and (later is None or later.as_of > then):
                writing.add(Wording, node, then, before.line, code=before.code, title=before.title, description=before.description)
        if part.place:
            writing.add(Place, node, day, item.line, parent_id=above, position=part.position, is_present=True)
            stood, follows = (weighed.standing.place.get(node), weighed.standing.later_place.get(node))
            if then and (follows is None or follows.as_of > then):
                _say_place_again(writing, node, then, stood, above, part.position)
        if part.lead:
            department = departments.get(item.lead.casefold())
            writing.add(Lead, node, day, item.line, department=department, words="" if department else item.lead[:200])
        if part.due and isinstance(item, DraftStep):
            writing.add(DueDate, node, day, item.line, due=item.due)


def _say_place_again(writing: _Writing, node: int, then: date, stood: Place | None, above: int | None, position: int) -> None:
    """What a later edition left unsaid because it had not changed: the place that stood before, or that there is no such part."""
    if stood is None:
        writing.add(Place, node, then, None, parent_id=above, position=position, is_present=False)
    else:
        writing.add(Place, node, then, stood.line, parent_id=stood.parent_id, position=stood.position, is_present=stood.is_present)


def _say_gone(writing: _Writing) -> None:
    standing, then = writing.weighed.standing, writing.weighed.standing.next_edition
    for node in writing.weighed.gone:
        place, follows = standing.place[node], standing.later_place.get(node)
        writing.add(Place, node, writing.weighed.as_of, None, parent_id=place.parent_id, position=place.position, is_present=False)
        if then and (follows is None or follows.as_of > then):
            writing.add(Place, node, then, place.line, parent_id=place.parent_id, position=place.position, is_present=True)


def _refresh(writing: _Writing) -> None:
    """The copies of the present, from the top; only of nodes that something was said of."""
    said = {version.node_id for rows in writing.versions.values() for version in rows}
    kinds = {pk: node.kind for pk, node in writing.weighed.standing.nodes.items()} | {
        part.node: part.kind for part in writing.weighed.parts
    }
    order = {part.node: index for index, part in enumerate(writing.weighed.parts)}
    for kind, model in MODELS.items():
        if nodes := sorted((node for node in said if kinds[node] == kind), key=lambda node: order.get(node, len(order))):
            refresh_copies(model, nodes)


def _say_statuses(writing: _Writing) -> None:
    plan = writing.plan
    statuses = {s.name: s for s in Status.objects.filter(scale__plan=plan)}
    rows = []
    for part in writing.weighed.parts:
        if part.status and isinstance(part.item, DraftStep):
            rows.append(
                StatusUpdate(
                    step_id=part.node,
                    status=statuses[part.status],
                    as_of=part.status_on,  # type: ignore[misc]  # a part with a status has its day
                    recorded_at=writing.at,
                    by=writing.press.by,
                    channel=writing.press.channel,
                    press=writing.press.id,
                    public_note=part.item.public_note,
                    edition=writing.edition,
                    line=part.item.line,
                )
            )
    StatusUpdate.objects.bulk_create(rows, batch_size=500)


def summary(imported: Imported, *, district: str, slug: str) -> dict[str, Any]:
    """The contract of `import_plan --json`."""
    draft, weighed = imported.weighed.draft, imported.weighed
    said: dict[str, int] = {}
    for step in draft.all_steps():
        if step.status:
            said[step.status] = said.get(step.status, 0) + 1
    found = {
        "outcome": "warn" if any(issue.severity == "warn" for issue in weighed.issues) else "ok",
        "plan": f"{district}/{slug}",
        "format": draft.format,
        "counts": draft.counts(),
        "statuses": {s.name: said.get(s.name, 0) for s in draft.statuses} | said,
        "as_of": weighed.as_of.isoformat(),
        "changes": weighed.counts(),
        "issues": [{"line": i.line, "code": i.code, "severity": i.severity, "message": i.message} for i in weighed.issues],
        "lines": draft.lines(),
    }
    if draft.parts:
        found["parts"] = draft.parts
    return found


def sentences_of(error: ValidationError | ValueError) -> str:
    """The reason of a refusal in one sentence or two."""
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
