"""What a mail says: the context of its templates, made of what was read for it."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.urls import reverse

from actions import words
from actions.models import Ask, LeadNote, StepNote, UpdateLink
from actions.picture import SEGMENTS
from actions.reminding.duties import Duty
from actions.reminding.ladder import AGAIN, ANSWER, MENTION, ON_THE_DAY, REVIEW, SECOND
from actions.reminding.lines import one_line
from actions.services import links
from actions.services.mail_reading import Draft, Part, Place
from actions.services.sheets import HOLES
from goals.models import Level, Plan
from planner.lib.dates import us_date

SHOWN = 12
"""Steps that a mail shows one by one; the page of the link has them all."""


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Row:
    """One step in a mail."""

    code: str
    title: str
    now: str
    """What was said of it last, and for which day."""
    choices: list[Choice]
    """ "Still true" first, then the other statuses. Links that open the page with the choice made; nothing is saved before a press there."""
    leader: str = ""
    plan: str = ""
    """Its title, where rows of several plans stand together."""
    href: str = ""
    """Opens it."""


def _row(duty: Duty, part: Part, link: str = "", leader: str = "", plan: str = "") -> Row:
    names = part.now.names
    choices = []
    if link:
        if duty.status:
            choices.append(Choice("Still true", f"{link}?step={duty.node}&say=same"))
        choices += [
            Choice(names[status.pk], f"{link}?step={duty.node}&say={status.pk}")
            for status in part.now.statuses
            if status.pk != duty.status and not status.is_retired
        ]
    now = f"{names.get(duty.status, '')}, as of {us_date(duty.as_of)}" if duty.status and duty.as_of else "Nothing has been said of it yet"
    return Row(one_line(duty.code, 60), one_line(duty.title, 300), now, choices, leader, plan)


@dataclass(frozen=True, slots=True)
class Group:
    """A plan's rows in one part of a mail, or a department's."""

    name: str
    rows: list[Row]
    more: int
    """Rows that are not shown."""
    note: str = ""
    """What is true of each row, said once."""


def _groups(parts: list[Part], key: str, make) -> list[Group]:
    found = []
    for part in parts:
        if duties := getattr(part, key):
            found.append(Group(one_line(part.now.plan.title), [make(duty, part) for duty in duties[:SHOWN]], max(0, len(duties) - SHOWN)))
    return found


OF_A_DEPARTMENT = 6
"""Steps of each department in the list of the last week."""
NO_DEPARTMENT, NOBODY = "People without a department", "Led by nobody"


def _departments(draft: Draft, place: Place, link: str) -> list[Group]:
    """What nobody said anything of, by the department to call: the one with most first, and what nobody leads at the end."""
    found: dict[str, list[Row]] = {}
    several = len({part.now.plan.pk for part in draft.parts if part.missing}) > 1
    for part in draft.parts:
        for duty in part.missing:
            home = place.home(duty) or (NO_DEPARTMENT if place.staff.members.led_by(duty.lead) else NOBODY)
            row = _row(duty, part, leader=_why_silent(duty, draft, place), plan=one_line(part.now.plan.title) if several else "")
            found.setdefault(home, []).append(replace(row, href=f"{link}?step={duty.node}"))
    groups = [_department(name, rows) for name, rows in found.items()]
    return sorted(groups, key=lambda group: (group.name.startswith(NOBODY), -len(group.rows) - group.more, group.name))


def _department(name: str, rows: list[Row]) -> Group:
    alike = rows[0].leader if len(rows) > 1 and len({row.leader for row in rows}) == 1 else ""
    shown = [replace(row, leader="") for row in rows] if alike else rows
    return Group(f"{name}: {len(rows)}", shown[:OF_A_DEPARTMENT], max(0, len(rows) - OF_A_DEPARTMENT), alike)


def _why_silent(duty: Duty, draft: Draft, place: Place) -> str:
    """What is known of why no word came; empty: nothing."""
    if place.staff.members.reached(duty.lead):
        return place.asked_for(duty, draft.reminder.due_on)
    nobody = "Nobody there has an account, so nobody was asked" if duty.lead else ""
    return place.why_nobody(duty) or nobody


def _ends(parts: list[Part]) -> str:
    """ "the cycle ends on ...", of those parts that something is missing in."""
    days = {part.until for part in parts if part.missing}
    return f"the {'cycle' if len(days) == 1 else 'first of their cycles'} ends on {us_date(min(days))}" if days else ""


def _step_words(parts: list[Part], count: int) -> str:
    """ "6 action steps", or what the plans call them where they agree."""
    names = {part.now.plan.word("action_step").lower() for part in parts}
    word = one_line(names.pop(), 40) if len(names) == 1 else "step"
    return f"{count} {word if count == 1 else words.many(word)}"


def _above(below: int, alone: int) -> str:
    """Why the steps of a list are in it."""
    if not alone:
        return "that you or your department lead the way for"
    return "that nobody leads the way for" if alone == below else "that you or your department, or nobody, lead the way for"


def said_in(draft: Draft, place: Place, site: str) -> dict:
    """The context of the templates."""
    parts = draft.parts
    link = f"{site}{links.path_of(HOLES[UpdateLink.UPDATE])}" if UpdateLink.UPDATE in draft.purposes else ""
    own, missing, below, nobodys = (sum(len(getattr(part, key)) for part in parts) for key in ("own", "missing", "below", "nobodys"))
    silent, total = sum(part.silent for part in parts), sum(part.total for part in parts if part.silent)
    contact = place.contact(parts[0].now.rhythm)
    said = {
        "organization": one_line(place.organization.name),
        "site": site,
        "own": _groups(parts, "own", lambda duty, part: _row(duty, part, link)),
        "missing": _departments(draft, place, link),
        "missing_words": _step_words(parts, missing),
        "missing_count": missing,
        "ends": _ends(parts),
        "below": _groups(parts, "below", lambda duty, part: _row(duty, part, leader=place.leader(duty))),
        "nobodys": _groups(parts, "nobodys", lambda duty, part: _row(duty, part, leader=place.why_nobody(duty))),
        "own_words": _step_words(parts, own),
        "own_count": own,
        "below_words": _step_words(parts, below),
        "below_count": below,
        "above": _above(below, sum(part.alone for part in parts)),
        "nobodys_words": _step_words(parts, nobodys),
        "nobodys_count": nobodys,
        "silent": silent,
        "total_words": _step_words(parts, total),
        "is_second": any(SECOND in part.rungs for part in parts),
        "is_again": draft.reminder.kind == AGAIN and not any(SECOND in part.rungs for part in parts),
        "has_many_plans": len({part.now.plan.pk for part in parts}) > 1,
        "link": link,
        "department": f"{site}{reverse('actions:my-department')}" if below and place.staff.members.under(draft.person.pk) else "",
        "today": f"{site}{reverse('actions:today', args=[place.organization.slug])}",
        "until": us_date(draft.until),
        "unsubscribe": f"{site}{links.path_of(HOLES[UpdateLink.UNSUBSCRIBE], UpdateLink.UNSUBSCRIBE)}",
        "contact": one_line(contact.name, 80) if contact else "",
        "is_sample": place.organization.is_sample,
    }
    if draft.reminder.kind == REVIEW:
        return said | _review(draft, place, site)
    if draft.reminder.kind == ANSWER:
        return said | _answer(parts, site)
    if draft.reminder.kind == MENTION:
        return said | _mention(parts, place, site)
    if own and said["is_again"]:
        said["subject"] = f"you asked to be reminded of {said['own_words'] if own > 1 else 'a step'}"
    elif own:
        said["subject"] = _own_subject(parts, own, is_second=bool(said["is_second"]))
    elif missing:
        said["subject"] = f"no word yet of {said['missing_words']}, and {said['ends']}"
    elif below:
        who = "nobody leads" if all(part.alone == len(part.below) for part in parts) else "you lead"
        said["subject"] = f"{said['below_words']} that {who} the way for wait{'s' if below == 1 else ''} for a word"
    elif nobodys:
        said["subject"] = f"nobody answers for {said['nobodys_words']}"
    else:
        said["subject"] = f"{silent} of {said['total_words']} {'is' if silent == 1 else 'are'} not confirmed yet"
    return said


def _own_subject(parts: list[Part], count: int, *, is_second: bool) -> str:
    counted = _step_words(parts, count)
    if is_second:
        return f"{counted} still wait{'s' if count == 1 else ''} for your word"
    return f"is your {counted.removeprefix('1 ')} still true?" if count == 1 else f"are your {counted} still true?"


def _answer(parts: list[Part], site: str) -> dict:
    """What a mail about asks says: who said what of which step, and where to answer."""
    count = sum(len(part.asks) for part in parts)
    groups = [
        (one_line(part.now.plan.title), [_ask_row(ask) for ask in part.asks[:SHOWN]], max(0, len(part.asks) - SHOWN)) for part in parts
    ]
    subject = "a colleague waits for your answer" if count == 1 else f"{count} questions from colleagues wait for your answer"
    return {"subject": subject, "asks": groups, "asks_count": count, "answer": f"{site}{reverse('actions:my-asks')}"}


def _mention(parts: list[Part], place: Place, site: str) -> dict:
    """What a mail about notes says: who wrote what of which step or part, with a link to each."""
    base = f"{site}/manage/{place.organization.slug}"
    groups, found = [], []
    for part in parts:
        here = f"{base}/{part.now.plan.slug}"
        rows = [_note_row(one.note, here) for one in part.mentions] + [
            _handed_row(one, place.rows[one.lead.node_id], here) for one in part.handed
        ]
        groups.append((one_line(part.now.plan.title), rows[:SHOWN], max(0, len(rows) - SHOWN)))
        found += rows
    subject = _note_subject(found[0]) if len(found) == 1 else f"{len(found)} notes from colleagues to you"
    return {"subject": subject, "notes": groups, "notes_count": len(found), "all": f"{site}{reverse('actions:my-asks')}"}


def _note_subject(row: dict) -> str:
    return f"{row['who']} hands over to you, with a note: {row['step']}" if row["is_handed"] else f"{row['who']} wrote a note to you"


def _note_row(note: StepNote, base: str) -> dict[str, str | bool]:
    step = note.step
    return {
        "step": one_line(f"{step.code} {step.title}", 300),
        "who": one_line(str(note.by), 80),
        "words": one_line(note.text, 400),
        "is_handed": note.lead_id is not None,
        "href": f"{base}/steps/{step.node.address}/#talk",
    }


def _handed_row(note: LeadNote, row: Level, base: str) -> dict[str, str | bool]:
    node = note.lead.node
    return {
        "step": one_line(f"{row.code} {row.title}", 300),
        "who": one_line(str(note.lead.by), 80) if note.lead.by else "A colleague",
        "words": one_line(note.text, 400),
        "is_handed": True,
        "href": f"{base}/parts/{SEGMENTS[node.kind]}/{node.address}/",
    }


def _ask_row(ask: Ask) -> dict[str, str]:
    said = "says that this step is somebody else's" if ask.kind == Ask.NOT_MINE else "says that this step is blocked"
    who = f"{'Perhaps' if ask.kind == Ask.NOT_MINE else 'Who can help:'} {one_line(ask.who)}." if ask.who else ""
    return {
        "step": one_line(f"{ask.step.code} {ask.step.title}", 300),
        "said": f"{one_line(str(ask.by), 80)} {said}.",
        "words": one_line(ask.sentence, 400),
        "who": who,
    }


def _review(draft: Draft, place: Place, site: str) -> dict:
    """What a mail about yearly reviews says: the day, and what there is to look at in each plan."""
    on = draft.reminder.due_on
    plans = []
    for part in draft.parts:
        assert part.review_on is not None
        year_ago = part.review_on - timedelta(days=365)
        duties, plan = part.now.duties.all, part.now.plan
        late = [duty for duty in duties if duty.due and duty.due < on and not _is_over(duty, part)]
        quiet = [duty for duty in duties if not duty.is_confirmed(year_ago)]
        nobodys = [duty for duty in duties if not duty.lead]
        plans.append(
            {
                "title": one_line(plan.title),
                "day": us_date(part.review_on),
                "is_before": on < part.review_on,
                "is_over": on > part.review_on and ON_THE_DAY not in part.rungs,
                "total": _step_words([part], len(duties)),
                "late": len(late),
                "quiet": len(quiet),
                "nobodys": len(nobodys),
                "href": site + _review_path(place, plan),
                "is_open": plan.pk in place.reviews,
            }
        )
    first = plans[0]
    if first["is_before"]:
        subject = f"the yearly review of {first['title']} is on {first['day']}"
    elif first["is_over"]:
        subject = f"what came of the yearly review of {first['title']}?"
    else:
        subject = f"the yearly review of {first['title']} is due"
    return {"subject": subject, "plans": plans}


def _review_path(place: Place, plan: Plan) -> str:
    """The review's own page where somebody opened it, else the page on which it is opened."""
    here = (place.organization.slug, plan.slug)
    if review := place.reviews.get(plan.pk):
        return reverse("actions:review-detail", args=[*here, review])
    return reverse("actions:review-list", args=here)


def _is_over(duty: Duty, part: Part) -> bool:
    """Complete or stopped: nothing is late any more."""
    return any(status.pk == duty.status and status.meaning in ("complete", "stopped") for status in part.now.statuses)
