"""Staff who update the small plan, and the forms that they send."""

import re
import uuid
from datetime import date
from typing import Any

from accounts.audit import Press
from accounts.models import Department, Person
from actions.models import ActionStep
from actions.services.updates import record_status
from goals.models import Plan, Status
from goals.services import set_lead
from tests.factories.people import MembershipFactory

TODAY = date(2021, 8, 3)
"""On which the small plan's calendar stands."""


def staff(plan: Plan, role: str = "editor", department: Department | None = None, **person: Any) -> Person:
    return MembershipFactory(
        organization=plan.organization, role=role, department=department, **{f"person__{key}": value for key, value in person.items()}
    ).person


def leads(person: Person, *rows) -> None:
    for row in rows:
        set_lead(row=row, person=person, as_of=TODAY, press=Press("command"))


def status(plan: Plan, name: str) -> Status:
    return Status.objects.select_related("scale").get(scale__plan=plan, name=name)


def said(step: ActionStep, name: str, day: date = TODAY, by: Person | None = None, **more: Any):
    """Somebody said it, without a browser."""
    update = record_status(step=step, status=status(step.plan, name), as_of=day, press=Press("web", by), **more).update
    step.refresh_from_db()
    return update


def path(step: ActionStep, *more: str) -> str:
    return "/".join(["", "manage", step.plan.organization.slug, step.plan.slug, "steps", step.node.address, *more, ""])


def form(step: ActionStep, name: str = "Complete", **more: Any) -> dict[str, Any]:
    """What the browser sends for the open form of a step as it stands."""
    step.refresh_from_db()
    usual = {"status": status(step.plan, name).pk, "as_of": TODAY.isoformat(), "press": str(uuid.uuid4()), "version": step.version}
    return usual | {"public_note": "", "note": "", "evidence_url": "", "back": "/my/"} | more


CHANGING = re.compile(r'name="(csrfmiddlewaretoken|press|typed_by)" value="[^"]*"|"X-CSRFToken": "\w*"| autofocus')


def still(html: str) -> str:
    """HTML without what differs each time it is made, and without where the focus goes."""
    return re.sub(r"\s+", " ", CHANGING.sub("", html)).strip()


def element(html: str, id_: str, tag: str = "li") -> str:
    """The element with an id, with all that is in it."""
    start, depth = html.index(f'<{tag} id="{id_}"'), 0
    for found in re.finditer(rf"<(/?){tag}[ >]", html[start:]):
        depth += -1 if found.group(1) else 1
        if not depth:
            return still(html[start : start + found.end()])
    raise AssertionError(f"<{tag} id={id_}> has no end")
