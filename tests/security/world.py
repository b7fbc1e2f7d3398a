"""Three districts with the same plans in them, and a cast of visitors. `secret` is the plan that visitors must not see."""

import tempfile
import uuid
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from accounts.audit import Press
from accounts.models import Job, Organization, Person, StoredFile
from accounts.roles import LADDER
from accounts.uploads import keep
from actions.models import ActionStep, CalendarFeed, ReviewItem, ReviewTask, StatusUpdate
from actions.photos import picture_of
from actions.services.asks import say_blocked
from actions.services.cycles import add_break, set_rhythm
from actions.services.feeds import make_feed, token_of
from actions.services.notes import add_note
from actions.services.photos import Taken, add_photo
from actions.services.publishing import publish_report
from actions.services.review_tasks import add_task
from actions.services.reviews import Took, decide, hold_review, open_review, write_review
from actions.services.updates import record_status
from goals.models import GoalArea, Lead, PerformanceObjective, Place, Plan, PlanNode, Strategy, Wording
from goals.services import change_plan, create_plan, set_lead
from surveys.comparing import suggested
from surveys.models import AnswerTheme, Question, Survey, SurveyImport
from surveys.services.importing import import_file
from surveys.services.publications import match_surveys, offered, publish_tables
from surveys.services.surveys import change_survey, create_survey
from surveys.services.themes import create_theme
from surveys.showing.figures import read
from tests.factories.people import MembershipFactory, OrganizationFactory, PersonFactory

DAY = date(2021, 8, 3)
CAST = ["nobody", "foreign admin", *LADDER, "operator"]
CANARY = "canary-of-a-secret-plan"


@dataclass
class World:
    own: Organization
    foreign: Organization
    people: dict[str, Person | None]


def part(model, plan, code, title, above=None, **more):
    """A part of a plan with its node and the versions that pages of past days are made of."""
    node = PlanNode.objects.create(plan=plan, kind=model.kind, address=code)
    said = {"node": node, "as_of": DAY, "channel": "import"}
    Wording.objects.create(code=code, title=title, **said)
    Place.objects.create(parent=above.node if above else None, position=1, **said)
    return model.objects.create(node=node, plan=plan, code=code, title=title, position=1, **more)


def add_plan(organization: Organization, slug: str, words: str) -> Plan:
    """A plan with one part of each level."""
    scale = [("Waiting", 1, "not_started"), ("Done", 2, "complete")]
    plan = create_plan(
        organization=organization,
        slug=slug,
        title=f"{words} plan",
        description=f"{words} description",
        statuses=scale,
        press=Press("command"),
    )
    area = part(GoalArea, plan, "1", f"{words} area")
    objective = part(PerformanceObjective, plan, "A", f"{words} objective", area, goal_area=area)
    strategy = part(Strategy, plan, "1.1", f"{words} strategy", area, goal_area=area)
    part(Strategy, plan, "1.2", f"{words} further strategy", objective, goal_area=area, objective=objective)
    step = part(ActionStep, plan, "1.1.1", f"{words} step", strategy, goal_area=area, strategy=strategy)
    part(ActionStep, plan, "1.1.2", f"{words} other step", strategy, goal_area=area, strategy=strategy)
    done = plan.scale.statuses.get(name="Done")
    record_status(step=step, status=done, as_of=DAY, public_note=f"{words} note", note=f"{CANARY} internal note", press=Press("command"))
    add_reviews(plan, words)
    add_talk(step)
    return plan


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000a49444154789c63000100000500010d0a2db40000000049454e44ae426082"
)


def add_talk(step: ActionStep) -> None:
    """What staff say to each other about a step, with canaries: it is on no page that visitors see."""
    by = Press("link", PersonFactory(name=f"{CANARY} colleague"))
    say_blocked(step=step, press=by, sentence=f"{CANARY} waits for parts", who=f"{CANARY} supplier")
    add_note(step=step, press=by, text=f"{CANARY} note among staff")
    add_photo(step=step, press=by, taken=Taken(keep([PIXEL], folder="photos"), picture_of(PIXEL), f"{CANARY}.png"))


def add_reviews(plan: Plan, words: str) -> None:
    """A review that was held, which everybody may know of where the plan is live, and one that is being prepared."""
    press, on = Press("command"), plan.organization.today()
    set_rhythm(plan=plan, press=press, unit="monthly", begins_on=DAY, reviews_are_public=True, freshness_is_public=True)
    somebody = PersonFactory(name=f"{CANARY} person")
    for kind in ("regular", "yearly"):
        review = open_review(plan=plan, kind=kind, press=press)
        took = [Took("Board of Education", 3), Took("Cabinet", person=somebody)]
        write_review(review=review, press=press, on=on, summary=f"{words} summary", note=f"{CANARY} note of a review", participants=took)
        for item in review.items.all():
            decide(item=item, press=press, finding=f"{CANARY} finding", decision="keep", decided=f"{words} decision")
        add_task(review=review, press=press, text=f"{CANARY} task", due_on=on, person=somebody)
        if kind == "regular":
            hold_review(review=review, press=press)


def add_plans(organization: Organization) -> None:
    """A live plan with a report, a private one with canaries in it, and an import that failed."""
    plan = add_plan(organization, "devices", "Public")
    add_plan(organization, "secret", CANARY)
    change_plan(plan=plan, press=Press("command"), visibility=Plan.LIVE)
    publish_report(plan=plan, through=organization.today(), press=Press("command"))
    Job.objects.create(kind="read_plan", organization=organization, state=Job.FAILED, settings={"slug": "devices", "title": ""})
    add_break(organization=organization, name=f"{CANARY} break", starts_on=DAY, ends_on=DAY, press=Press("command"))


QUESTION = "Which group describes you best?"
SUMMARY = {
    "outcome": "ok",
    "format": "plain",
    "reason": "",
    "encoding": "utf-8",
    "delimiter": ",",
    "header_rows": 1,
    "responses": 1,
    "left_out": {},
    "questions": [{"text": QUESTION, "kind": "group", "choices": {CANARY: 1}, "columns": [1], "why": ""}],
    "mapping": {"columns": [{"column": 1, "header": QUESTION, "question": QUESTION, "kind": "group", "why": ""}]},
    "issues": [],
}


def add_survey(organization: Organization) -> None:
    """A survey that nothing of is published, with one import that counts, and a file that waits for a yes."""
    survey = create_survey(organization=organization, slug="spring", title=f"{CANARY} survey", press=Press("command"))
    survey.imports.create(state="counted", kind="raw", name=CANARY, fingerprint="0", format="plain", channel="command", press=uuid.uuid4())
    file = StoredFile.objects.create(organization=organization, name=f"{CANARY}.csv", path=f"{organization.pk}/none", size=1, sha256="0")
    said = {"survey": "spring"}
    result = {"summary": SUMMARY, "rows": [[CANARY]], "sheets": [], "left_out": []}
    Job.objects.create(kind="read_survey", organization=organization, state=Job.DONE, file=file, settings=said, result=result)


OPEN_SURVEY = """
Group\tRespondents
Parents\t120
Students\t80
Total\t200

Priorities - Parents

Priority\tCount\tPercent
Safety\t60\t50%
Music\t30\t25%

Priorities - Students

Priority\tCount\tPercent
Safety\t40\t50%
Music\t20\t25%

What else?

Parents themes

Buses: They come late.
"""


def add_open_survey(organization: Organization) -> None:
    """A survey whose tables are public beside those of an earlier one, in another one of which nothing is."""
    before = published_figures(organization, "before", OPEN_SURVEY.replace("60\t50%", "30\t25%"))
    survey = published_figures(organization, "open", OPEN_SURVEY)
    now, then = read(survey.publications.get().tree), read(before.publications.get().tree)
    match_surveys(survey=survey, earlier=before, matches=suggested(now, then).as_json(), press=Press("command"))
    publish_all(survey, beside="before")


def published_figures(organization: Organization, slug: str, text: str) -> Survey:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{slug}.txt"
        path.write_text(text)
        import_file(path, organization=organization, slug=slug, press=Press("command"))
    survey = organization.surveys.get(slug=slug)
    publish_all(survey)
    return survey


def publish_all(survey: Survey, beside: str = "") -> None:
    tree = offered(survey)
    chosen = [table["key"] for question in tree["questions"] for table in question["groups"]] + [one["key"] for one in tree["themes"]]
    publish_tables(survey=survey, chosen=chosen, beside=beside, press=Press("command"))


def add_answered_survey(organization: Organization) -> None:
    """A survey with answers row by row and open ones; nothing of it is published."""
    rows = [["Which group are you in?", "Is it safe?", "What should we begin?"]]
    rows += [["Parent" if n % 2 else "Student", "Yes" if n % 3 else "No", f"{CANARY} {n}"] for n in range(60)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.csv"
        path.write_text("\n".join(",".join(row) for row in rows))
        import_file(path, organization=organization, slug="answers", press=Press("command"))
    question = Question.objects.get(survey__organization=organization, survey__slug="answers", kind="text")
    create_theme(question=question, title=f"{CANARY} theme", press=Press("command"))
    change_survey(survey=question.survey, press=Press("command"), keep_answers_days=365)


def make() -> World:
    own, foreign, third = (OrganizationFactory(slug=slug) for slug in ("meadow", "lakes", "hills"))
    for organization in (own, foreign):
        add_plans(organization)
        add_survey(organization)
        add_open_survey(organization)
        add_answered_survey(organization)
        somebody = MembershipFactory(organization=organization, role="viewer", person__name=f"Somebody in {organization.slug}").person
        make_feed(person=somebody, press=Press("command", somebody))
    people: dict[str, Person | None] = {"nobody": None}
    people["foreign admin"] = MembershipFactory(organization=third, role="admin").person
    people |= {role: MembershipFactory(organization=own, role=role).person for role in LADDER}
    people["operator"] = PersonFactory(is_operator=True)
    for area in GoalArea.objects.filter(plan__organization=own):  # a contributor leads something, else every step would be closed to it
        set_lead(row=area, person=people["contributor"], as_of=DAY, press=Press("command"))
    return World(own, foreign, people)


MISSING = {
    "str": "no-such-thing",
    "slug": "no-such-thing",
    "int": 99_999_999,
    "uuid": "00000000-0000-0000-0000-00000000dead",
    "path": "no-such-thing",
}


def values(organization: Organization, plan_slug: str = "devices") -> dict[str, object]:
    """What stands in addresses, by the name that urls.py gives it."""
    plan = Plan.objects.get(organization=organization, slug=plan_slug)
    update = StatusUpdate.objects.filter(step__plan=plan).first()
    return {
        "district": organization.slug,
        "organization": organization.slug,
        "org": organization.slug,
        "plan": plan.slug,
        "address": dict(PlanNode.objects.filter(plan=plan).order_by("-pk").values_list("kind", "address")),
        "step": ActionStep.objects.filter(plan=plan).order_by("pk").first().pk,
        "update": update and update.pk,
        "status": plan.scale.statuses.order_by("pk").first().pk,
        "membership": organization.memberships.order_by("pk").first().pk,
        "job": organization.jobs.get(kind="read_plan").pk,
        "ask": plan.nodes.filter(actionstep__asks__isnull=False).values_list("actionstep__asks", flat=True).first(),
        "photo": plan.nodes.filter(actionstep__photos__isnull=False).values_list("actionstep__photos", flat=True).first(),
        "survey": "spring",
        "open_survey": "open",
        "survey_with_answers": "answers",
        "answer_theme": AnswerTheme.objects.get(question__survey__organization=organization).pk,
        "open_group": "parents",
        "survey_job": organization.jobs.get(kind="read_survey").pk,
        "survey_column": 1,
        "survey_source": SurveyImport.objects.get(survey__organization=organization, survey__slug="spring").pk,
        "school_break": organization.breaks.values_list("pk", flat=True).first(),
        "given_lead": Lead.objects.filter(node__plan=plan).values_list("pk", flat=True).first() or 1,
        "open_review": plan.reviews.open().values_list("pk", flat=True).first(),
        "review_item": ReviewItem.objects.filter(review__plan=plan, review__held_at=None).values_list("pk", flat=True).first(),
        "review_task": ReviewTask.objects.filter(review__plan=plan, review__held_at=None).values_list("pk", flat=True).first(),
        "review_day": plan.reviews.held().values_list("address", flat=True).first(),
        "calendar_token": token_of(CalendarFeed.objects.get(person__memberships__organization=organization)),
        "report_day": plan.reports.values_list("address", flat=True).first(),
    }
