"""Valid presses: what is sent to each address that takes a POST, so that it does what it is for. One line per URL name of the table; an address
without one fails the suite (tests/faults/test_audit_walk.py). To add one:

    "app:name": Said({"field": "value"})                     sent to the table's own address by an administrator; `press` is added
    "app:name": lambda ready: Said({...}, args={"pk": 3})     where it needs what was made beforehand, or another address

`SIGNING_IN` are those that change nothing but who is signed in.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.cookies import SimpleCookie

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts import addresses, jobs
from accounts.audit import Press
from accounts.links import password_path
from accounts.models import AddressChange, Job, Organization, Person
from actions.models import ActionStep, Cycle, Reminder, ReminderLine, StatusUpdate, UpdateLink
from actions.services.asks import say_not_mine
from actions.services.assigning import give
from actions.services.cycles import advance_all
from actions.services.feeds import make_feed
from actions.services.links import new_link, record_by_link
from actions.services.notes import add_note
from actions.services.publishing import publish_report
from actions.services.updates import record_status
from goals.models import GoalArea, Lead, Plan, Status
from goals.services import change_plan, set_lead
from goals.wording_services import standing_wording
from planner.lib.db import insert_many
from surveys.models import Choice, Question
from surveys.services.publications import link_priority, offered, publish_tables
from surveys.services.themes import create_theme, mark_answers
from tests.factories.people import PASSWORD
from tests.security.test_url_matrix import NAMES, address, known_of
from tests.security.urls_table import TABLE
from tests.security.world import PIXEL, World
from tests.surveys import exports

PLAN = """\
Goal 1: Every family can reach us

Strategy 1.1: Answer on the day it is asked\tProgress through 8-3-21
Action Step 1.1.1: Publish one phone number\tDone
Action Step 1.1.2: Train two people in each office\tNot Started

| Status | Meaning |
| --- | --- |
| Done | All of it |
| Not Started | None of it |
"""
FIGURES = """
Group\tRespondents
Parents\t120
Total\t120

Priorities - Parents

Priority\tCount\tPercent
Safety\t60\t50%
Music\t30\t25%
"""


@dataclass(slots=True)
class Ready:
    """What presses need and the world does not have: imports that wait for a yes, a press that can be taken back."""

    organization: Organization
    plan: Plan
    step: ActionStep
    other_step: ActionStep
    admin: Person
    client: Client
    jobs: dict[str, int] = field(default_factory=dict)


@contextmanager
def undone(ready: Ready) -> Iterator[None]:
    """Everything is as it was afterwards: rows, and the browser's cookies."""
    cookies = {name: morsel.value for name, morsel in ready.client.cookies.items()}
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    ready.client.cookies = SimpleCookie(cookies)


@dataclass(frozen=True, slots=True)
class Said:
    """The data of a form; `args` are values of the address that differ from the table's."""

    data: dict
    args: dict = field(default_factory=dict)
    who: str = "admin"
    query: str = ""


def file(content: str | bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def answers(few: int = 60) -> bytes:
    return exports.as_csv(exports.google(exports.few(few)))


def make_ready(world: World) -> Ready:
    """Everything that presses need, in `world.own`."""
    known_of(world.own)  # before there are more jobs than the one that the table means
    plan = Plan.objects.get(organization=world.own, slug="devices")
    first, second = ActionStep.objects.filter(plan=plan).order_by("pk")
    client = Client()
    client.force_login(world.people["admin"], backend="allauth.account.auth_backends.AuthenticationBackend")
    ready = Ready(world.own, plan, first, second, world.people["admin"], client)
    for name in ("accept", "discard"):
        ready.jobs[name] = upload(ready, "actions:import-list", file=file(PLAN, f"{name}.txt"), title=f"To {name}", slug=f"to-{name}")
        ready.jobs[f"survey-{name}"] = upload(ready, "surveys:import-new", file=file(answers(), f"{name}.csv"), title=f"To {name}")
    broken = Job.objects.get(pk=upload(ready, "surveys:import-new", file=file("nothing", "broken.csv"), title="Broken"))
    assert broken.state == Job.FAILED
    ready.jobs["survey-retry"] = broken.pk
    ready.jobs["survey-match"] = upload(ready, "surveys:import-new", file=file(answers(), "match.csv"), survey="answers")
    return ready


def upload(ready: Ready, name: str, **said) -> int:
    """The job of an uploaded file, after a worker has read it."""
    answer = ready.client.post(reverse(name, args=[ready.organization.slug]), said | {"press": str(uuid.uuid4())})
    assert answer.status_code == 302, answer.content.decode()
    pk = int(answer.url.split("/")[-2])
    jobs.run(pk)
    return pk


def own(name: str, ready: Ready, args: dict) -> str:
    """The address of the table in the own district, with other values where the press says so."""
    if not args:
        return address(name, TABLE[name], ready.organization, "own")
    known = {"district": ready.organization.slug, "plan": ready.plan.slug} | args
    return reverse(name, kwargs={parameter: known[parameter] for parameter, _ in NAMES[name]} or args)


def step_said(ready: Ready, **more) -> dict:
    ready.step.refresh_from_db()
    return {"version": ready.step.version, "back": f"/manage/{ready.organization.slug}/devices/"} | more


def status(ready: Ready, name: str) -> int:
    return Status.objects.get(scale__plan=ready.plan, name=name).pk


def update_step(ready: Ready) -> Said:
    said = {"status": status(ready, "Waiting"), "public_note": "Moved", "note": "Inside", "evidence_url": "https://example.org/minutes"}
    return Said(step_said(ready, **said))


def many(ready: Ready, **more) -> Said:
    rows = ActionStep.objects.filter(plan=ready.plan).values_list("pk", "version")
    said = {"step": [f"{pk}:{version}" for pk, version in rows], "do": "set", "to": status(ready, "Done")}
    return Said(said | {"back": f"/manage/{ready.organization.slug}/devices/"} | more)


def undo(ready: Ready) -> Said:
    """Something that the administrator said on the web, to be taken back."""
    said = update_step(ready).data | {"press": str(uuid.uuid4())}
    assert ready.client.post(own("actions:step-update", ready, {}), said).status_code == 302
    return Said({}, args={"press": StatusUpdate.objects.latest("pk").press})


def through(ready: Ready) -> Said:
    """A report of today in the place of the one that stands, as it was looked at; somebody said something since that one."""
    undo(ready)
    day = ready.organization.today().isoformat()
    page = ready.client.get(own("actions:publish-through", ready, {}), {"through": day}).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    return Said({"through": day, "seen": seen, "reason": "A step was missing."})


def first_report(ready: Ready) -> Said:
    """The first report of a private plan, which shows it as its reports."""
    plan = Plan.objects.get(organization=ready.organization, slug="secret")
    day, args = ready.organization.today().isoformat(), {"plan": "secret"}
    page = ready.client.get(own("actions:publish-through", ready, args), {"through": day}).content.decode()
    assert not plan.reports.exists()
    return Said({"through": day, "seen": re.search(r'name="seen" value="(\w+)"', page)[1]}, args=args)


def own_report(ready: Ready) -> Said:
    report = publish_report(plan=ready.plan, through=date(2021, 8, 3), press=Press("command"))
    return Said({"reason": "It named a wrong day."}, args={"address": report.address})


def reset(ready: Ready) -> Said:
    """The form behind the link of the mail, in a browser in which nobody is signed in."""
    ready.client.logout()
    page = ready.client.get(password_path(ready.admin), follow=True)
    uidb36, _, key = page.request["PATH_INFO"].strip("/").rpartition("/")[2].partition("-")
    new = "another four plain words"
    return Said({"password1": new, "password2": new}, args={"uidb36": uidb36, "key": key}, who="this browser")


def question(ready: Ready) -> Said:
    """Another wording of the first question of choice of the file that waits."""
    job = Job.objects.get(pk=ready.jobs["survey-accept"])
    asked = next(q for q in job.result["summary"]["questions"] if q["kind"] in ("multi", "single"))
    args = {"pk": job.pk, "column": asked["columns"][0]}
    return Said({"kind": asked["kind"], "wording": "Said in other words"}, args=args)


def typed(ready: Ready) -> Said:
    said = {
        "way": "typed",
        "title": "Typed figures",
        "source": "Slide 5",
        "group": "Parents",
        "respondents": "120",
        "question": "What first?",
    }
    return Said(said | {"choice_1": "Safety", "count_1": "60", "percent_1": "50"})


def match(ready: Ready) -> Said:
    """The first question of a further file is one of the survey's."""
    args = {"pk": ready.jobs["survey-match"]}
    form = ready.client.get(own("surveys:import-matching", ready, args)).context["form"]
    sent = {field.html_name: field.value() or "" for field in form}
    name = next(f"question_{n}" for n, pair in enumerate(form.pairs) if pair.question.kind != "group" and pair.partners)
    return Said(sent | {name: "0"}, args=args)


def open_answers(ready: Ready, do: str) -> Said:
    """Two answers get a theme that there is and a new one; or a theme is taken from all that have it."""
    question = Question.objects.get(survey__organization=ready.organization, survey__slug="answers", kind="text")
    theme = question.answer_themes.get()
    chosen = list(question.open_answers.order_by("pk").values_list("pk", flat=True)[:2])
    if do == "take":
        mark_answers(question=question, answers=chosen, themes=[theme], press=Press("command"))
        return Said({"question": question.pk, "all": "yes", "theme": theme.pk, "give": [theme.pk], "do": do})
    return Said({"question": question.pk, "answer": chosen, "give": [theme.pk], "new": "Buses", "do": do})


def two_themes(ready: Ready) -> Said:
    """One is merged with another, and an answer has both."""
    question = Question.objects.get(survey__organization=ready.organization, survey__slug="answers", kind="text")
    other = create_theme(question=question, title="Other", press=Press("command"))
    chosen = list(question.open_answers.order_by("pk").values_list("pk", flat=True)[:2])
    mark_answers(question=question, answers=chosen, themes=[question.answer_themes.first()], press=Press("command"))
    mark_answers(question=question, answers=chosen[:1], themes=[other], press=Press("command"))
    return Said({"do": "merge", "into": other.pk})


def table(ready: Ready) -> Said:
    tree = offered(ready.organization.surveys.get(slug="answers"))
    return Said({"table": [tree["questions"][0]["groups"][0]["key"]]})


def link(ready: Ready) -> Said:
    choice = Choice.objects.filter(question__survey__organization=ready.organization, question__survey__slug="open").first()
    return Said({"choice": choice.pk, "node": ready.step.node_id})


def taken_link(ready: Ready) -> Said:
    choice = Choice.objects.filter(question__survey__organization=ready.organization, question__survey__slug="open").last()
    return Said({"take": link_priority(choice=choice, node=ready.step.node, press=Press("command")).pk})


def withdrawn(ready: Ready) -> Said:
    publish_tables(survey=ready.organization.surveys.get(slug="answers"), chosen=table(ready).data["table"], press=Press("command"))
    return Said({"reason": "A wrong file"})


def job(name: str, **data) -> Callable[[Ready], Said]:
    return lambda ready: Said(data, args={"pk": ready.jobs[name]})


WORDS = {f"word_{level}": "" for level in ("goal_area", "performance_objective", "strategy", "action_step")}
RHYTHM = {
    "is_on": "on", "unit": "days", "every_days": "30", "begins_on": "2026-09-01", "second_after_days": "7", "lead_after_days": "14",
    "cabinet_after_days": "21", "review_before_days": "21", "review_after_days": "14",
}  # fmt: skip

RECORD = {"on": "2099-01-01", "summary": "We met.", "note": "Inside", "took-TOTAL_FORMS": "3", "took-INITIAL_FORMS": "0"}


def corrected(ready: Ready, *, own: bool = False) -> AddressChange:
    """The address of the first who works there waits to be confirmed, or that of the administrator."""
    members = ready.organization.memberships.order_by("pk")
    member = members.get(person=ready.admin) if own else members.first()
    press = Press("web", Person.objects.filter(is_operator=True).first() if own else ready.admin)
    return addresses.correct_address(membership=member, email="right@example.org", press=press)[0]


def feed(ready: Ready) -> Said:
    """A calendar that is there, to be ended."""
    make_feed(person=ready.admin, press=Press("command"))
    return Said({"do": "end"})


def reworded(ready: Ready) -> Said:
    """Something changed since the agenda was made."""
    record_status(step=ready.other_step, status=Status.objects.get(pk=status(ready, "Done")), press=Press("command"))
    return Said({})


def far(ready: Ready) -> str:
    return (ready.organization.today() + timedelta(days=30)).isoformat()


def given(ready: Ready) -> Said:
    """Whose step it is: somebody says "not mine" and names the administrator."""
    other = Person.objects.filter(memberships__organization=ready.organization).exclude(pk=ready.admin.pk).first()
    say_not_mine(step=ready.step, press=Press("link", other), person=ready.admin)
    return Said({"give": f"{ready.step.pk} person:{ready.admin.pk}"})


def given_lead(ready: Ready) -> Lead:
    given(ready)
    return give(step=ready.step, to=("person", ready.admin.pk), press=Press("web", ready.admin))


SIGNING_IN = {
    "account_login": Said({"login": "person0@example.org", "password": PASSWORD}, who="nobody"),
    "account_logout": Said({}),
    "account_reset_password": Said({"email": "person0@example.org"}, who="nobody"),
    "actions:today-seen": Said({"until": "2026-01-01T00:00:00+00:00"}),
    "account_signup": Said({"email": "eve@example.org", "password1": PASSWORD, "password2": PASSWORD}, who="nobody"),
}
"""Addresses that write sessions and send mails, and until when somebody has looked."""


def nudge(ready: Ready) -> Said:
    """A step that its lead has not confirmed in the present cycle."""
    press, today = Press("command"), ready.organization.today()
    set_lead(row=ready.step, person=ready.admin, as_of=today, press=press)
    change_plan(plan=ready.plan, press=press, stage=Plan.ADOPTED)
    advance_all(organization=ready.organization, on=today, press=press)
    return Said({"who": f"person:{ready.admin.pk}"})


LOOKING: dict[str, Said | Callable[[Ready], Said]] = {
    **{f"surveys:answers-{kind}": Said({}) for kind in ("csv", "xlsx")},
    "actions:today-nudge": nudge,
}
"""Addresses that change nothing that is said, and whose press the audit keeps all the same: what they give tells of single persons, or mails go out."""

PRESSES: dict[str, Said | Callable[[Ready], Said] | list] = {
    "account_change_password": Said(
        {"oldpassword": PASSWORD, "password1": "another four plain words", "password2": "another four plain words"}
    ),
    "account_reset_password_from_key": reset,
    "accounts:people": Said({"email": "ada@example.org", "name": "Ada", "role": "editor", "new_department": "Technology"}),
    "accounts:person": Said({"role": "editor", "new_department": "Buildings"}),
    "accounts:person-remove": Said({}),
    "accounts:person-address": [Said({"email": "right@example.org"}), lambda ready: corrected(ready) and Said({"take_back": "1"})],
    "accounts:address-confirm": lambda ready: Said({}, args={"token": addresses.token_of(corrected(ready, own=True))}),
    "actions:import-list": lambda ready: Said({"file": file(PLAN, "new.txt"), "title": "Brought in", "slug": "brought-in"}),
    "actions:import-accept": job("accept"),
    "actions:import-discard": job("discard"),
    "actions:import-retry": Said({}),
    "surveys:import-new": lambda ready: Said({"file": file(answers(30), "new.csv"), "title": "Brought in"}),
    "surveys:import-figures": [typed, Said({"way": "pasted", "title": "Pasted figures", "source": "Slide 6", "text": FIGURES})],
    "surveys:import-accept": job("survey-accept"),
    "surveys:import-discard": job("survey-discard"),
    "surveys:import-retry": job("survey-retry"),
    "surveys:import-correct": job("survey-accept", again="1"),
    "surveys:import-question": question,
    "surveys:import-matching": match,
    "surveys:answers-mark": [lambda ready: open_answers(ready, "give"), lambda ready: open_answers(ready, "take")],
    "surveys:theme-list": [Said({"title": "Late buses", "text": "They come late."}), Said({"counts": "on"})],
    "surveys:theme": [Said({"title": "Renamed", "text": "Said otherwise."}), two_themes, Said({"do": "delete"})],
    "surveys:survey-links": [link, taken_link],
    "surveys:survey-publish": table,
    "surveys:survey-withdraw": withdrawn,
    "surveys:comparison-matches": Said({}),
    "surveys:survey-settings": Said(
        {"title": "Another title", "minimum_group": "12", "consent_on": "2024-03-01", "keep_answers_days": "90"}
    ),
    "surveys:answers-delete": Said({}),
    "actions:publish-visibility": [
        Said({"stage": "adopted", "visibility": "reports", "confirm": "reports"}),
        Said({"stage": "adopted", "visibility": "live"}),
    ],
    "actions:publish-details": Said(
        {"title": "Another title", "description": "", "review_interval_days": "60", "names_are_public": "on", **WORDS}
    ),
    "actions:publish-through": [through, first_report],
    "actions:publish-withdraw": own_report,
    "actions:status-add": Said({"name": "On hold", "meaning": "stopped", "place": "1"}),
    "actions:status-change": Said({"name": "Ahead of us", "meaning": "not_started"}),
    "actions:status-place": [Said({"place": "2"}), Said({"place": "off"}), Said({"place": "retired"})],
    "actions:manage-lead": [
        Said({"words": "Board of Education", "as_of": "2021-09-01"}),
        lambda ready: Said(
            {"person": ready.admin.pk, "as_of": "2021-09-01", "text": "Yours from now on"},
            args={"kind": "goals", "address": GoalArea.objects.get(plan=ready.plan).node.address},
        ),
    ],
    "actions:today-give": given,
    "actions:today-take-back": lambda ready: Said({}, args={"lead": given_lead(ready).pk}),
    "actions:part-wording": lambda ready: Said(
        {"title": "In other words", "as_of": ready.organization.today().isoformat(), "seen": standing_wording(ready.step.pk).pk}
    ),
    "actions:rhythm-set": Said(RHYTHM),
    "actions:break-add": Said({"name": "Winter break", "starts_on": "2026-12-21", "ends_on": "2027-01-01"}),
    "actions:break-remove": Said({}),
    "actions:my-dates": [Said({"do": "make"}), feed],
    "actions:review-list": [Said({"kind": "regular"})],
    "actions:review-edit": Said({**RECORD, "took-0-role": "Cabinet", "took-0-count": "2"}),
    "actions:review-refresh": reworded,
    "actions:review-item": [
        Said({"decision": "change", "decided": "Begin earlier", "finding": "Late", "version": "1"}),
        Said({"quick": "stop"}),
    ],
    "actions:review-put-on": lambda ready: Said({"part": GoalArea.objects.get(plan=ready.plan).pk}),
    "actions:task-add": lambda ready: Said({"text": "Call them", "who": f"person:{ready.admin.pk}", "due_on": far(ready)}),
    "actions:task-done": Said({"done": "yes"}),
    "actions:task-remove": Said({}),
    "actions:review-hold": Said({}),
    "actions:review-discard": Said({}),
    "actions:my-steps": many,
    "actions:my-department": many,
    "actions:press-undo": undo,
    "actions:steps-many": [many, lambda ready: many(ready, do="set", to=status(ready, "Waiting"))],
    "actions:step-update": update_step,
    "actions:step-confirm": lambda ready: Said(step_said(ready)),
    "actions:update-undo": Said({}),
    "actions:update-correct": lambda ready: Said(
        step_said(ready, status=status(ready, "Waiting"), as_of="2021-08-01", public_note="So it was")
    ),
}


# Links in mails, asks and notes


def mailed(ready: Ready, purpose: str = "update") -> str:
    """The token of a link in a mail to the administrator, who leads the second step of a plan with an open cycle."""
    press, today = Press("command"), ready.organization.today()
    plan = change_plan(plan=ready.plan, press=press, stage=Plan.ADOPTED)
    set_lead(row=ready.other_step, person=ready.admin, as_of=today, press=press)
    record_status(step=ready.other_step, status=plan.scale.statuses.get(name="Waiting"), as_of=date(2021, 8, 3), press=press)
    advance_all(organization=ready.organization, on=today, press=press)
    cycle = Cycle.objects.open().containing(today).get(plan=plan)
    said = {"kind": "update", "person": ready.admin, "due_on": today, "rung": 1}
    new = {"message_id": f"<{uuid.uuid4()}@localhost>"}
    reminder, _ = Reminder.objects.get_or_create(organization=ready.organization, **said, defaults=new)
    ReminderLine.objects.get_or_create(reminder=reminder, plan=plan, cycle=cycle, about_on=cycle.starts_on, **said)
    row, token = new_link(reminder=reminder, purpose=purpose, expires_on=today)
    insert_many(UpdateLink, [row])
    ready.other_step.refresh_from_db()
    return token


def by_link(make: Callable[[Ready], dict], purpose: str = "update", **args) -> Callable[[Ready], Said]:
    """A press behind a link; `make` gives its form once the link is there."""

    def said(ready: Ready) -> Said:
        token = mailed(ready, purpose)
        step = {"step": ready.other_step.pk} if "kind" in args else {}
        return Said(make(ready), args={"token": token} | args | step)

    return said


def said_by_link(ready: Ready) -> dict:
    """An update of the link that was made last, to be taken back."""
    done = record_by_link(link=UpdateLink.objects.latest("pk"), node=ready.other_step.pk, form=uuid.uuid4())
    return {"update": done.update.pk}


def beside(ready: Ready, data: dict, **args) -> Said:
    """A press on the page of the first step."""
    return Said(data, args={"address": ready.step.node.address} | args)


def own_ask(ready: Ready) -> Said:
    ask = say_not_mine(step=ready.step, press=Press("web", ready.admin)).ask
    return beside(ready, {}, ask=ask.pk)


def not_mine(ready: Ready) -> Said:
    other = Person.objects.filter(memberships__organization=ready.organization).exclude(pk=ready.admin.pk).first()
    ask = say_not_mine(step=ready.step, press=Press("link", other)).ask
    return beside(ready, {"kind": "assigned", "person": ready.admin.pk, "sentence": "I take it"}, ask=ask.pk)


def mention(ready: Ready) -> Said:
    other = Person.objects.filter(memberships__organization=ready.organization).exclude(pk=ready.admin.pk).first()
    note = add_note(step=ready.step, press=Press("web", other), text="Look", to=[ready.admin])
    return Said({"mention": note.mentions.get().pk})


def ended(ready: Ready) -> Said:
    mailed(ready)
    return Said({"end": "links"})


PRESSES |= {
    "actions:link-steps": by_link(
        lambda ready: {
            "step": ready.other_step.pk,
            "version": ready.other_step.version,
            "say": status(ready, "Done"),
            "public_note": "Moved",
            "evidence_url": "https://example.org/minutes",
            "photo": file(PIXEL, "photo.png"),
        }
    ),
    "actions:link-all": by_link(lambda ready: {"step": f"{ready.other_step.pk}:{ready.other_step.version}"}),
    "actions:link-undo": by_link(said_by_link),
    "actions:link-ask": [
        by_link(lambda ready: {"who": "Somebody"}, kind="not-mine"),
        by_link(lambda ready: {"sentence": "No parts"}, kind="blocked"),
        by_link(lambda ready: {"due": ready.organization.today().isoformat()}, kind="due"),
    ],
    "actions:link-end": by_link(lambda ready: {}),
    "actions:link-unsubscribe": by_link(lambda ready: {"List-Unsubscribe": "One-Click"}, purpose="unsubscribe"),
    "actions:step-ask": [
        lambda ready: beside(ready, {"sentence": "Theirs"}, kind="not-mine"),
        lambda ready: beside(ready, {"sentence": "No parts"}, kind="blocked"),
        lambda ready: beside(ready, {"due": ready.organization.today().isoformat()}, kind="due"),
    ],
    "actions:ask-withdraw": own_ask,
    "actions:ask-answer": [Said({"kind": "settled", "sentence": "They came"}), not_mine],
    "actions:step-note": lambda ready: beside(ready, {"text": "All is well", "to": ready.admin.pk}),
    "actions:step-hand-over": lambda ready: beside(ready, {"person": ready.admin.pk, "text": "Yours now"}),
    "actions:my-asks": mention,
    "actions:my-reminders": [lambda ready: Said({"organization": ready.organization.slug, "wanted": "no"}), ended],
}
ANSWERED = {"actions:link-end", "actions:link-unsubscribe", "accounts:address-confirm"}
"""Presses that end what their address is for: they are answered with a page, not sent on."""


def presses(name: str, ready: Ready) -> list[tuple[str, Said]]:
    """(address, what is sent) of an address that takes a POST."""
    said = PRESSES.get(name) or SIGNING_IN[name]
    found = []
    for one in said if isinstance(said, list) else [said]:
        made = one(ready) if callable(one) else one
        found.append((own(name, ready, made.args), made))
    return found


def plain_data(name: str) -> dict:
    """A form for the table's own address that needs nothing beforehand, with a press; empty where there is none."""
    said = PRESSES.get(name)
    data = said.data if isinstance(said, Said) else {}
    return {"press": "00000000-0000-0000-0000-000000000001", "version": "0", **data}


OFF = {"actions:demo-calendar"}
"""Nothing is there where SHOW_MAILS is off; tests/actions/test_demo_mails.py switches it on."""
TAKES_POST = [name for name, row in TABLE.items() if row.post and name in NAMES and name not in OFF]


def send(ready: Ready, url: str, said: Said, **headers: str):
    """The answer to a press; its files are read from their beginning."""
    if said.who == "nobody":
        ready.client.logout()
    for value in said.data.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    return ready.client.post(url, {"press": str(uuid.uuid4()), **said.data}, headers=headers)
