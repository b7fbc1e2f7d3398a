"""What was ever said of a step: read from the database, in words that may be public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import Membership, Organization
from accounts.roles import ROLES
from actions.models import ActionStep, Evidence, StatusUpdate
from actions.picture import PlanPicture
from actions.services.updates import CHANNEL_WORDS, history_of
from dashboards import words
from goals.models import Plan, PlanNode
from planner.lib.dates import moment_words

ROLE_WORDS = dict(ROLES)


@dataclass(frozen=True, slots=True)
class Entry:
    """One update. `counts`: it was neither corrected nor withdrawn."""

    id: int
    name: str
    look: str
    day_: date
    says: str
    counts: bool
    recorded: str
    by: str
    note: str = ""
    mark: str = ""
    mark_href: str = ""
    is_changed: bool = False

    @property
    def day(self) -> date:
        return self.day_

    @property
    def iso(self) -> str:
        return self.day_.isoformat()

    @property
    def in_words(self) -> str:
        return words.day(self.day_)

    @property
    def is_corrected(self) -> bool:
        return not self.counts


@dataclass(frozen=True, slots=True)
class Shown:
    url: str
    title: str
    says: str


def who(person, organization: Organization, *, names_are_public: bool, roles: dict[int, str]) -> str:
    """Department or role; a person's name only where the plan allows it."""
    if person is None:
        return ""
    if names_are_public and person.name:
        return person.name
    return roles.get(person.pk, "The district")


def roles_of(people: Sequence[int], organization: Organization) -> dict[int, str]:
    rows = Membership.objects.filter(person__in=people, organization=organization).select_related("department")
    return {row.person_id: row.department.name if row.department else ROLE_WORDS[row.role] for row in rows}


def history(plan: Plan, node: int, picture: PlanPicture) -> list[Entry]:
    """Updates of a step, newest day first; corrections and withdrawals beside what they took back."""
    looks = {status.id: status.look for status in picture.statuses}
    updates: list[StatusUpdate] = list(history_of(ActionStep(pk=node)))
    people = {key for update in updates for key in (update.by_id, update.said_for and update.said_for.person_id) if key}
    roles = roles_of(sorted(people), plan.organization)
    return [_entry(update, plan, looks, roles, updates[n + 1 :]) for n, update in enumerate(updates)]


def _entry(update: StatusUpdate, plan: Plan, looks: dict[int, str], roles: dict[int, str], older: Sequence[StatusUpdate]) -> Entry:
    correction = getattr(update, "corrected_by", None)
    status = update.status
    mark, href = "", ""
    if correction is not None:
        mark = "Withdrawn" if correction.is_withdrawal else "Corrected"
        href = f"#entry-{correction.pk}"
    elif update.corrects is not None:
        mark, href = ("Withdraws an entry" if update.is_withdrawal else "Correction"), f"#entry-{update.corrects_id}"
    if status is None:
        says = "Taken back: what was said before counts again"
    else:
        before = next((one for one in older if one.status_id and getattr(one, "corrected_by", None) is None), None)
        says = f"{status.name}, confirmed" if before and before.status_id == update.status_id and not update.corrects_id else status.name
    source = f", from {update.edition.name}" if update.edition else ""
    by = who(update.by, plan.organization, names_are_public=plan.names_are_public, roles=roles)
    if lead := update.said_for:
        person = who(lead.person, plan.organization, names_are_public=plan.names_are_public, roles=roles)
        theirs = person or (lead.department.name if lead.department else "")
        by += f", for {theirs}" if theirs and theirs != by else ""
    return Entry(
        id=update.pk,
        name=status.name if status else "",
        look=looks.get(status.pk, "stx") if status else "st0",
        day_=update.as_of,
        says=says,
        counts=correction is None,
        recorded=f"Recorded {moment_words(update.recorded_at, plan.organization.time_zone)}, {CHANNEL_WORDS[update.channel]}{source}",
        by=by,
        note=update.public_note,
        mark=mark,
        mark_href=href,
        is_changed=correction is None and update.corrects_id is not None,
    )


def evidence(node: int) -> list[Shown]:
    return [
        Shown(one.url, one.title or one.url, f"for {words.day(one.as_of)}")
        for one in Evidence.objects.filter(node=node).order_by("-as_of", "-pk")
    ]


def node_of(plan: Plan, kind: str, address: str) -> PlanNode | None:
    """The node behind an address, or behind one that it had before it was renumbered."""
    found = PlanNode.objects.filter(plan=plan, kind=kind, address=address).first()
    return found or PlanNode.objects.filter(redirects__plan=plan, redirects__kind=kind, redirects__address=address).first()


def day_after(day: date) -> date:
    return day + timedelta(days=1)


def last_day(node: PlanNode, until: date) -> date | None:
    """The last day up to `until` on which it was in the plan; None where it had not come yet."""
    places = list(node.place_versions.filter(as_of__lte=until).order_by("-as_of", "-recorded_at", "-pk"))
    gone = None
    for place in places:
        if place.is_present:
            return day_before(gone) if gone else until
        gone = place.as_of
    return None


def day_before(day: date) -> date:
    return day - timedelta(days=1)
