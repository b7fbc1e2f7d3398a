"""Cycles open, close and keep what was confirmed; the database holds them apart; pages count by them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry, Organization
from actions.models import Cycle, ReviewRhythm, SchoolBreak
from actions.pictures import cycle_starts, read_plan_picture
from actions.services import cycles
from actions.services.updates import confirm_status, record_status
from goals.models import Plan
from goals.services import change_plan
from tests.factories.people import OrganizationFactory
from tests.factories.reviews import MONDAY, add_plan, make_district, press

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def district():
    return make_district()


def stand(organization, on):
    """The organization's calendar stands on a day from here on."""
    Organization.objects.filter(pk=organization.pk).update(is_sample=True, calendar_on=on)


def spans(plan):
    return [(c.starts_on, c.ends_on) for c in Cycle.objects.filter(plan=plan)]


def advance(district, on):
    return cycles.advance_all(organization=district.organization, on=on, press=press())


def refused(sentence, do):
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        do()


def test_the_first_cycle_is_opened_with_the_rhythm_and_the_next_when_it_is_over(district):
    assert spans(district.plan) == [(date(2026, 2, 2), date(2026, 3, 1))]
    assert advance(district, date(2026, 3, 1)) == []
    (opened,) = advance(district, date(2026, 3, 2))
    assert (opened.starts_on, opened.ends_on, opened.opened_on) == (date(2026, 3, 2), date(2026, 4, 1), date(2026, 3, 2))
    assert [c.is_open for c in Cycle.objects.filter(plan=district.plan)] == [False, True]
    assert advance(district, date(2026, 3, 2)) == []
    assert AuditEntry.objects.filter(verb__in=["open cycle", "close cycle"]).count() == 3


def test_cycles_that_nobody_opened_are_made_up_for_and_closed(district):
    (opened,) = advance(district, date(2026, 6, 20))
    assert [start for start, _ in spans(district.plan)] == [date(2026, m, 2) for m in range(2, 7)]
    assert Cycle.objects.open().get() == opened


def test_no_cycle_before_the_first_day_and_none_for_a_draft(district):
    plan, *_ = add_plan(district.organization, "later")
    cycles.set_rhythm(plan=plan, press=press(), on=MONDAY, unit="yearly", begins_on=MONDAY + DAY)
    assert spans(plan) == []
    change_plan(plan=plan, press=press(), stage=Plan.REVIEW)
    advance(district, MONDAY + DAY)
    assert spans(plan) == []
    change_plan(plan=plan, press=press(), stage=Plan.ADOPTED)
    advance(district, MONDAY + DAY)
    assert spans(plan) == [(MONDAY + DAY, date(2027, 2, 2))]


def test_another_rhythm_ends_the_present_cycle_before_its_next_start(district):
    cycles.set_rhythm(plan=district.plan, press=press(), on=date(2026, 2, 10), unit="days", every_days=10, begins_on=date(2026, 2, 20))
    assert spans(district.plan) == [(date(2026, 2, 2), date(2026, 2, 19))]
    advance(district, date(2026, 3, 1))
    assert spans(district.plan)[1:] == [(date(2026, 2, 20), date(2026, 3, 1))]
    cycles.set_rhythm(plan=district.plan, press=press(), on=date(2026, 3, 1), unit="yearly", every_days=None, begins_on=date(2026, 7, 1))
    assert spans(district.plan)[-1] == (date(2026, 2, 20), date(2026, 6, 30))


def test_a_rhythm_that_was_off_makes_up_for_nothing(district):
    cycles.set_rhythm(plan=district.plan, press=press(), on=MONDAY, is_on=False)
    assert advance(district, date(2026, 8, 10)) == []
    assert not Cycle.objects.open().exists()
    cycles.set_rhythm(plan=district.plan, press=press(), on=date(2026, 8, 10), is_on=True)
    assert spans(district.plan)[1:] == [(date(2026, 8, 2), date(2026, 9, 1))]


def test_the_same_rhythm_again_changes_nothing(district):
    before = AuditEntry.objects.count()
    cycles.set_rhythm(plan=district.plan, press=press(), unit="monthly")
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"unit": "days"}, "how many days"),
        ({"unit": "monthly", "every_days": 3}, "how many days"),
        ({"unit": "weekly"}, "weekly"),
        ({"unit": "monthly", "second_after_days": 9, "lead_after_days": 3}, "days that do not fall"),
    ],
)
def test_what_is_no_rhythm_is_refused_with_a_sentence(district, said, sentence):
    with pytest.raises(ValidationError, match=sentence):
        cycles.set_rhythm(plan=district.plan, press=press(), **said)


def test_the_summary_is_frozen_at_the_close(district):
    one, two, *_ = district.steps
    record_status(step=one, status=district.status, press=press(), as_of=date(2026, 2, 3))
    record_status(step=two, status=district.status, press=press(), as_of=date(2026, 1, 20))
    stand(district.organization, date(2026, 3, 2))
    advance(district, date(2026, 3, 2))
    kept = Cycle.objects.exclude(closed_at=None).get().summary
    assert (kept["total"], kept["confirmed"]) == (4, 1)
    assert [(a["code"], a["total"], a["confirmed"]) for a in kept["goal_areas"]] == [("1", 4, 1)]
    two.refresh_from_db()
    confirm_status(step=two, press=press(), as_of=date(2026, 2, 20))
    assert Cycle.objects.exclude(closed_at=None).get().summary == kept


def test_freshness_is_counted_for_departments_and_people_by_who_led_then(district):
    from goals.services import set_lead

    one, two, *_ = district.steps
    department = two.lead_department
    type(one).objects.update(lead_person=None, lead_department=None, lead_words="")
    set_lead(row=type(one).objects.get(pk=one.pk), press=press(), as_of=date(2021, 1, 1), person=district.people["owner"])
    set_lead(row=type(two).objects.get(pk=two.pk), press=press(), as_of=date(2021, 1, 1), department=department)
    record_status(step=two, status=district.status, press=press(), as_of=date(2026, 2, 3))
    found = cycles.freshness_of(district.plan, Cycle.objects.get(plan=district.plan))
    assert found["departments"] == [{"id": department.pk, "name": department.name, "total": 1, "confirmed": 1}]
    assert found["people"] == [{"id": district.people["owner"].pk, "total": 1, "confirmed": 0}]
    assert found["nobody"] == {"total": 2, "confirmed": 0}


# What the database keeps


def test_cycles_of_a_plan_share_no_day(district):
    said = {"plan": district.plan, "opened_on": MONDAY}
    Cycle.objects.create(starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 31), **said)
    refused("no day in common", lambda: Cycle.objects.create(starts_on=date(2026, 3, 31), ends_on=date(2026, 4, 30), **said))
    refused("no day in common", lambda: Cycle.objects.filter(starts_on=MONDAY).update(ends_on=date(2026, 3, 2)))
    Cycle.objects.filter(starts_on=MONDAY).update(ends_on=date(2026, 2, 20))
    plan, *_ = add_plan(district.organization, "other")
    Cycle.objects.create(plan=plan, starts_on=date(2026, 3, 31), ends_on=date(2026, 4, 30), opened_on=MONDAY)


def test_a_cycle_keeps_its_first_day_and_a_closed_one_everything(district):
    refused("keeps its plan and its first day", lambda: Cycle.objects.update(starts_on=MONDAY - DAY))
    refused("never deleted", lambda: Cycle.objects.all().delete())
    advance(district, date(2026, 3, 2))
    refused("one that was closed never changes", lambda: Cycle.objects.filter(starts_on=MONDAY).update(ends_on=date(2026, 2, 20)))
    refused("one that was closed never changes", lambda: Cycle.objects.filter(starts_on=MONDAY).update(closed_at=None, summary=None))


@pytest.mark.parametrize(
    "row",
    [
        {"starts_on": date(2027, 1, 2), "ends_on": date(2027, 1, 1)},
        {"starts_on": date(2027, 1, 2), "ends_on": date(2027, 1, 2), "summary": {}},
        {"starts_on": MONDAY, "ends_on": MONDAY},
    ],
)
def test_odd_cycles_are_refused(district, row):
    refused("(?i)constraint|no day in common", lambda: Cycle.objects.create(plan=district.plan, opened_on=MONDAY, **row))


def test_odd_rhythms_and_breaks_are_refused_by_the_database(district):
    for said in ({"unit": "weekly"}, {"unit": "days"}, {"every_days": 4}, {"lead_after_days": 1}):
        refused("(?i)constraint", lambda said=said: ReviewRhythm.objects.update(**said))
    refused(
        "(?i)constraint",
        lambda: SchoolBreak.objects.create(organization=district.organization, name="x", starts_on=MONDAY, ends_on=MONDAY - DAY),
    )


# Breaks


def test_breaks_come_down_from_the_district_to_its_schools(district):
    school = OrganizationFactory(kind=Organization.SCHOOL, parent=district.organization)
    off = cycles.add_break(organization=district.organization, name="Winter break", starts_on=MONDAY, ends_on=MONDAY + DAY, press=press())
    cycles.add_break(organization=school, name="Fair", starts_on=MONDAY + 2 * DAY, ends_on=MONDAY + 2 * DAY, press=press())
    assert cycles.breaks_of(district.organization).working_day(MONDAY) == MONDAY + 2 * DAY
    assert cycles.breaks_of(school).working_day(MONDAY) == MONDAY + 3 * DAY
    cycles.remove_break(school_break=off, press=press())
    assert cycles.breaks_of(school).working_day(MONDAY) == MONDAY
    with pytest.raises(ValidationError, match="first or a later one"):
        cycles.add_break(organization=school, name="x", starts_on=MONDAY, ends_on=MONDAY - DAY, press=press())


# What pages count by


def picture(district, as_of=None):
    return read_plan_picture(district.organization.slug, district.plan.slug, as_of=as_of)


def test_pages_count_from_the_start_of_the_cycle_today_and_on_past_days(district, django_assert_num_queries):
    one = district.steps[0]
    record_status(step=one, status=district.status, press=press(), as_of=date(2026, 2, 3))
    advance(district, date(2026, 3, 2))
    stand(district.organization, date(2026, 3, 10))
    assert picture(district).cycle_start == date(2026, 3, 2)
    assert not next(s for s in picture(district).all_steps() if s.node == one.pk).is_confirmed
    with django_assert_num_queries(2):
        before = picture(district, date(2026, 2, 20))
    assert before.cycle_start == MONDAY
    assert next(s for s in before.all_steps() if s.node == one.pk).is_confirmed
    assert picture(district, date(2026, 1, 31)).cycle_start == date(2026, 1, 31) - 89 * DAY


def test_the_next_cycle_counts_before_the_scheduler_has_opened_it(district):
    stand(district.organization, date(2026, 3, 2))
    assert picture(district).cycle_start == date(2026, 3, 2)
    cycles.set_rhythm(plan=district.plan, press=press(), is_on=False)
    assert picture(district).cycle_start == date(2026, 3, 2) - 89 * DAY


def test_what_was_known_at_a_moment_does_not_know_later_cycles(district):
    moment = Cycle.objects.get().opened_at
    advance(district, date(2026, 3, 2))
    stand(district.organization, date(2026, 5, 10))
    found = read_plan_picture("meadow", "devices", as_of=date(2026, 3, 20), known_at=moment)
    assert found.cycle_start == date(2026, 3, 2)  # the day after the only cycle that was known then
    assert (
        read_plan_picture("meadow", "devices", as_of=date(2026, 3, 20), known_at=moment - DAY).cycle_start == date(2026, 3, 20) - 89 * DAY
    )


def test_starts_of_many_plans_are_one_statement(district, django_assert_num_queries):
    other, *_ = add_plan(district.organization, "other")
    stand(district.organization, date(2026, 2, 10))
    plans = list(Plan.objects.filter(pk__in=[district.plan.pk, other.pk]).select_related("organization__parent"))
    with django_assert_num_queries(1):
        found = cycle_starts(plans)
    assert found == {district.plan.pk: MONDAY, other.pk: date(2026, 2, 10) - 89 * DAY}


def test_a_new_cycle_makes_kept_pages_old(district):
    before = Plan.objects.get(pk=district.plan.pk).generation
    advance(district, date(2026, 3, 2))
    assert Plan.objects.get(pk=district.plan.pk).generation > before
