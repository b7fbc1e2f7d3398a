"""Publishing: what visitors see of a plan, and progress reports that stay what they were."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.audit import Press
from actions.models import ActionStep, ProgressReport, ReportNotice
from actions.picture import PlanPicture, ReportMark
from actions.pictures import read_plan_picture
from actions.writing.as_json import canonical, fingerprint, report_tree
from goals.models import Plan
from goals.services import change_plan, moment, raise_generation
from planner.lib.dates import us_date


class MovedOn(Exception):
    """Since somebody looked at what a report would say, something was recorded that changes it. Nothing was published."""


@transaction.atomic
def publish_report(*, plan: Plan, through: date, press: Press, reason: str = "", seen: str = "") -> ProgressReport:
    """Publish "Progress through a day" and give the report; a private plan becomes visible as its reports.

    The steps and the plan are locked first, so that nothing that is being written belongs to the moment and is not in it. Where a report of the same
    day stands that says the same, it is given back; where it says something else, the new one replaces it with a visible notice.
    `seen` is the `content_of` what a person looked at before the press: `MovedOn` where the report would say something else by now.
    Raises ValidationError with a sentence.
    """
    list(ActionStep.objects.select_for_update().filter(plan=plan).order_by("pk").values_list("pk"))
    plan = Plan.objects.select_for_update(of=("self",)).select_related("organization").get(pk=plan.pk)
    if earlier := ProgressReport.objects.filter(plan=plan, press=press.id).first():
        return earlier
    today = plan.organization.today()
    known_at = moment(plan)
    picture = picture_to_report(plan, through)
    tree = report_tree(picture, published_on=today, known_at=known_at, previous=report_before(picture))
    if seen and seen != content_of(tree):
        raise MovedOn
    same_day = list(ProgressReport.objects.filter(plan=plan, through=through).order_by("pk"))
    standing = next((r for r in same_day if r.is_standing), None)
    if standing and standing.says_the_same(tree):
        return standing
    report = ProgressReport.objects.create(
        plan=plan,
        through=through,
        address=through.isoformat() if not same_day else f"{through.isoformat()}~{len(same_day) + 1}",
        known_at=known_at,
        published_on=today,
        by=press.by,
        channel=press.channel,
        press=press.id,
        canonical=canonical(tree).decode(),
        fingerprint=fingerprint(tree),
        counts=counts_of(picture),
    )
    if standing:
        _notice(standing, press=press, reason=reason or "It was published again with corrections.", replacement=report)
    if plan.visibility == Plan.PRIVATE:
        change_plan(plan=plan, press=press, visibility=Plan.REPORTS_ONLY)
    raise_generation(plan)
    audit.record(
        press=press,
        verb="publish report",
        what=report,
        organization=plan.organization_id,
        new={"plan": plan.slug, "through": through.isoformat(), "address": report.address, "fingerprint": report.fingerprint},
    )
    return report


def picture_to_report(plan: Plan, through: date) -> PlanPicture:
    """What the plan says on a day, as known now. Raises ValidationError with a sentence where that is nothing to report."""
    today = plan.organization.today()
    if through > today:
        raise ValidationError(f"{us_date(through)} is after today. A report can be true for today, {us_date(today)}, or an earlier day.")
    picture = read_plan_picture(plan.organization.slug, plan.slug, as_of=through)
    if picture is None or not picture.areas:
        raise ValidationError(f"Nothing is known of this plan on {us_date(through)}, so there is nothing to report. Choose a later day.")
    return picture


def report_before(picture: PlanPicture) -> ReportMark | None:
    """The last report that stands of an earlier day."""
    return next((mark for mark in reversed(picture.reports) if mark.day < picture.as_of and not mark.is_withdrawn), None)


def content_of(tree: dict) -> str:
    """A fingerprint of what a report says, whenever it is published."""
    return fingerprint({key: value for key, value in tree.items() if key not in ProgressReport.CLOCKS})


def counts_of(picture: PlanPicture) -> dict[str, int]:
    """Status name -> steps, every status of the scale named; the empty name: steps without a status, where there are any."""
    found = {status.name: 0 for status in picture.statuses}
    for step in picture.all_steps():
        name = step.status.name if step.status else ""
        found[name] = found.get(name, 0) + 1
    return found


@transaction.atomic
def withdraw_report(*, report: ProgressReport, press: Press, reason: str) -> ProgressReport:
    """Say on a report's page that it no longer holds, and why. The page stays. Nothing happens where that was said already.

    Raises ValidationError where no reason is given.
    """
    if not reason.strip():
        raise ValidationError({"reason": "Say in a sentence why the report no longer holds; everybody will read it."})
    Plan.objects.select_for_update().get(pk=report.plan_id)
    if ReportNotice.objects.filter(report=report).exists():
        return report
    _notice(report, press=press, reason=reason.strip(), replacement=None)
    raise_generation(report.plan_id)
    return report


def _notice(report: ProgressReport, *, press: Press, reason: str, replacement: ProgressReport | None) -> None:
    ReportNotice.objects.create(report=report, replacement=replacement, reason=reason, by=press.by)
    verb = "replace report" if replacement else "withdraw report"
    audit.record(
        press=press,
        verb=verb,
        what=report,
        organization=report.plan.organization_id,
        new={"reason": reason, "replacement": replacement and replacement.address},
    )
