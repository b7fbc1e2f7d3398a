"""What stage and visibility mean, in words: as they are, as they could be chosen, and as the question before a change. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from actions.models import ProgressReport
from goals.models import Plan
from planner.lib.dates import us_date

STAGE_SAYS = {
    Plan.DRAFT: "It has not been adopted. Where visitors see it, it says “draft” at the top.",
    Plan.REVIEW: "It is being looked at and may still change. Where visitors see it, it says so at the top.",
    Plan.ADOPTED: "The board has adopted it. It carries no notice.",
    Plan.CLOSED: "Work on it has ended. Where visitors see it, it says so, and stays to be read.",
}
VISIBILITY_SAYS = {
    Plan.PRIVATE: "For visitors it does not exist, and neither do its reports. Only members of the district see it.",
    Plan.REPORTS_ONLY: "Visitors see what was published as a progress report and nothing else. The plan’s address shows the last report.",
    Plan.LIVE: "Visitors see every status as soon as it is recorded, every past day, and all reports.",
}


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    name: str
    says: str
    is_chosen: bool


def stage_choices(chosen: str | None) -> list[Choice]:
    return [Choice(value, name, STAGE_SAYS[value], value == chosen) for value, name in Plan.STAGES]


def visibility_choices(chosen: str | None) -> list[Choice]:
    return [Choice(value, name, VISIBILITY_SAYS[value], value == chosen) for value, name in Plan.VISIBILITIES]


@dataclass(frozen=True, slots=True)
class Now:
    title: str
    says: str
    stage: str


def now_words(plan: Plan, standing: Sequence[ProgressReport]) -> Now:
    """What visitors see at this moment. `standing` are the reports that stand, newest first."""
    stage = f"{dict(Plan.STAGES)[plan.stage]}. {STAGE_SAYS[plan.stage]}"
    if plan.visibility == Plan.PRIVATE:
        return Now("Visitors see nothing of this plan", VISIBILITY_SAYS[Plan.PRIVATE], stage)
    if plan.visibility == Plan.LIVE:
        return Now("Visitors see the whole plan, as it is at every moment", VISIBILITY_SAYS[Plan.LIVE], stage)
    if not standing:
        return Now(
            "Visitors see an empty list of reports", "Nothing else of this plan is public, and no report stands. Publish one.", stage
        )
    which = "the one published report" if len(standing) == 1 else f"{len(standing)} published reports"
    last = f"The plan’s address shows progress through {us_date(standing[0].through)}."
    return Now(f"Visitors see {which} and nothing else", last, stage)


@dataclass(frozen=True, slots=True)
class Question:
    title: str
    says: str
    yes: str


def confirm_words(plan: Plan, stage: str, wanted: str, standing: int) -> Question:
    """The question before visitors see more or less than now. `stage` and `wanted` are chosen, `standing` reports stand."""
    reports = "one published report" if standing == 1 else f"{standing} published reports" if standing else "no published report"
    if wanted == Plan.LIVE:
        draft = " It will say at the top that it is not adopted." if stage in (Plan.DRAFT, Plan.REVIEW) else ""
        says = "Everybody will read every goal, step, status, public note and past day of it at once, and search engines may keep copies."
        return Question(f"Show {plan.title} to everybody?", says + draft, "Make it live")
    if wanted == Plan.PRIVATE:
        says = f"Visitors will find nothing at its addresses any more, and its reports disappear with it: {reports} now. Links that others have made to them end."
        return Question(f"Hide {plan.title} from everybody outside?", says, "Make it private")
    now = (
        "Visitors will no longer see the plan as it is."
        if plan.visibility == Plan.LIVE
        else "Visitors will see its reports and nothing else."
    )
    return Question(
        f"Show only the reports of {plan.title}?",
        f"{now} There is {reports} now." if standing < 2 else f"{now} There are {reports} now.",
        "Show reports only",
    )
