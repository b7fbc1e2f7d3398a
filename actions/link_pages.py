"""What the pages behind links in mails say: of the last press, of each step at the end, in words and what undoes it."""

import uuid
from dataclasses import dataclass, field

from django.http import QueryDict

from accounts.models import AuditEntry
from actions import desk_rows
from actions.models import ActionStep, Ask, StatusUpdate, UpdateLink
from actions.picture import StatusWord
from actions.services import links
from actions.services.links import LinkStep, LinkSteps
from actions.services.mail_saying import NO_DEPARTMENT
from planner.lib.dates import us_date
from planner.lib.keys import key_of


@dataclass(frozen=True, slots=True)
class Button:
    """A status that may be pressed."""

    say: str
    status: StatusWord | None


@dataclass(frozen=True, slots=True)
class Toast:
    """What the last press did, and what undoes it: field and value of the form."""

    strong: str
    text: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Line:
    """One step on the last page, with what was said of it."""

    row: LinkStep
    name: str
    status: StatusWord | None
    says: str
    field: str = ""
    value: str = ""
    """Of the form that undoes it; empty where this link cannot."""


def words_of(shown: LinkSteps) -> dict[str, StatusWord]:
    """Key of a status -> its name and look, of all plans of the link; retired ones too, since a step may have one."""
    return {str(word.id): word for words in desk_rows.words_of(shown.statuses).values() for word in words}


def name_of(step: ActionStep) -> str:
    return step.code or f"“{desk_rows.short(step.title, 40)}”"


def toast_of(query: QueryDict, link: UpdateLink, shown: LinkSteps) -> Toast | None:
    """What the address says was done last, as far as it stands and can be undone through this link."""
    said = links.said_by_link(link, shown.steps)
    steps = {row.node: row.step for row in shown.steps}
    if update := next((one for one in said.values() if one.pk == key_of(query.get("said"))), None):
        return Toast(_said_words(steps[update.step_id], update), "Thank you.", "update", str(update.pk))
    if many := [one for one in said.values() if str(one.press) == query.get("all")]:
        return Toast(f"{len(many)} still true.", "Thank you.", "all", str(many[0].press))
    key = key_of(query.get("asked"))
    ask = Ask.objects.open().filter(pk=key, by=link.person_id, channel=AuditEntry.LINK, step__in=steps).first() if key else None
    return Toast(_ask_words(steps[ask.step_id], ask), "", "ask", str(ask.pk)) if ask else None


@dataclass(frozen=True, slots=True)
class Together:
    """Steps that one press says are still true, each with the status that it has."""

    home: str
    """Whose they are, in the planners' list; empty for the reader's own and where one press says all."""
    rows: list[tuple[LinkStep, StatusWord | None]]
    press: uuid.UUID = field(default_factory=uuid.uuid4)
    """Of its form: the same one sent twice is one press."""


def together(shown: LinkSteps) -> list[Together]:
    """What "all still true" says, press by press: all at once, but what planners say for others department by department."""
    known = words_of(shown)
    found: dict[tuple[bool, str], Together] = {}
    for row in sorted(shown.still, key=lambda row: shown.is_planners and row.is_others):
        apart = shown.is_planners and row.is_others
        home = row.home or NO_DEPARTMENT if apart else ""
        found.setdefault((apart, home), Together(home, [])).rows.append((row, known.get(str(row.step.status_id))))
    return list(found.values())


def said_before(update: StatusUpdate) -> StatusUpdate | None:
    """What counted of the step when it was said."""
    rows = StatusUpdate.objects.filter(step=update.step_id, pk__lt=update.pk, status__isnull=False, corrected_by=None)
    return rows.order_by("-as_of", "-pk").first()


def _said_words(step: ActionStep, update: StatusUpdate) -> str:
    before = said_before(update)
    if before and before.status_id == update.status_id:
        return f"{name_of(step)} still true."
    return f"{name_of(step)} is now {step.status.name if step.status else ''}."


def _ask_words(step: ActionStep, ask: Ask) -> str:
    if ask.kind == Ask.REMIND:
        return f"You are reminded of {name_of(step)} on {us_date(ask.remind_on)}." if ask.remind_on else ""
    if ask.kind == Ask.DUE:
        return f"{name_of(step)} is due on {us_date(ask.due_new)} now." if ask.due_new else ""
    return f"{name_of(step)}: {'not yours' if ask.kind == Ask.NOT_MINE else 'blocked'}. The lead will hear of it."


def _instead(ask: Ask) -> str:
    if ask.kind == Ask.REMIND and ask.remind_on:
        return f"You are reminded on {us_date(ask.remind_on)}"
    return f"{'Not yours' if ask.kind == Ask.NOT_MINE else 'Blocked'}: the lead will hear of it"


def _title(step: ActionStep) -> str:
    return desk_rows.short(f"{step.code} {step.title}".strip())


def _stands(row: LinkStep, status: StatusWord | None) -> str:
    day = row.step.status_as_of
    return f"{status.name}, as of {us_date(day)}" if status and day else ""


def lines_of(link: UpdateLink, shown: LinkSteps) -> list[Line]:
    """Each step with what was said of it, or is asked."""
    known, said = words_of(shown), links.said_by_link(link, shown.steps)
    lines = []
    for row in shown.steps:
        status, update = known.get(str(row.step.status_id)), said.get(row.node)
        if update:
            lines.append(Line(row, _title(row.step), status, _stands(row, status), "update", str(update.pk)))
        elif row.ask:
            undo = str(row.ask.pk) if row.ask.channel == AuditEntry.LINK else ""
            lines.append(Line(row, _title(row.step), status, _instead(row.ask), "ask" if undo else "", undo))
        else:
            lines.append(Line(row, _title(row.step), status, _stands(row, status)))
    return lines
