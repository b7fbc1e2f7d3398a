"""What visitors see of a plan, what it calls things, and its reports: decided in the browser, once, and by those who may."""

import html
import re
import uuid
from datetime import date

import pytest

from accounts.audit import Press
from accounts.models import AuditEntry
from actions.models import ProgressReport, ReportNotice
from actions.services.publishing import publish_report
from actions.services.updates import record_status
from goals.models import Plan
from tests.factories.people import MembershipFactory, OrganizationFactory
from tests.factories.plans import small_plan

pytestmark = pytest.mark.django_db

BASE = "/manage/meadow/devices/publish/"
MARCH = date(2021, 3, 1)
JUNE = date(2021, 6, 15)


@pytest.fixture
def made():
    """A private plan with two steps; one was done in March."""
    plan, steps = small_plan(Plan.PRIVATE)
    done = plan.scale.statuses.get(name="Complete")
    record_status(step=steps[0], status=done, as_of=MARCH, press=Press(AuditEntry.COMMAND))
    return plan, steps


@pytest.fixture
def plan(made):
    return made[0]


@pytest.fixture
def desk(client, plan):
    client.force_login(MembershipFactory(organization=plan.organization, role="cabinet").person)
    return client


def send(client, path, **said):
    return client.post(f"{BASE}{path}", {"press": str(uuid.uuid4())} | said)


def text_of(response):
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split()))


def hidden(response, name):
    return re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())[1]


def look(client, day):
    return client.get(f"{BASE}report/", {"through": day.isoformat()})


def publish(client, day, **said):
    """Look, then press."""
    seen = look(client, day)
    return send(client, "report/", **({"through": day.isoformat(), "seen": hidden(seen, "seen")} | said))


def now(plan):
    return Plan.objects.get(pk=plan.pk)


def report(plan, day, **more):
    return publish_report(plan=plan, through=day, press=Press(AuditEntry.COMMAND), **more)


# what visitors see


@pytest.mark.parametrize(
    ("visibility", "words"),
    [
        ("private", "Visitors see nothing of this plan"),
        ("reports", "Visitors see an empty list of reports"),
        ("live", "Visitors see the whole plan, as it is at every moment"),
    ],
)
def test_what_visitors_see_is_said_in_words(desk, plan, visibility, words):
    Plan.objects.filter(pk=plan.pk).update(visibility=visibility)
    assert words in text_of(desk.get(BASE))


def test_reports_alone_are_named_with_the_last_one(desk, plan):
    report(plan, MARCH)
    assert "Visitors see the one published report and nothing else" in text_of(desk.get(BASE))
    report(plan, JUNE)
    said = text_of(desk.get(BASE))
    assert "Visitors see 2 published reports and nothing else" in said
    assert "The plan’s address shows progress through June 15, 2021." in said


@pytest.mark.parametrize(("before", "after"), [("private", "live"), ("live", "private"), ("live", "reports"), ("private", "reports")])
def test_another_visibility_is_asked_about_first(desk, plan, before, after):
    Plan.objects.filter(pk=plan.pk).update(visibility=before)
    asked = send(desk, "visibility/", stage="adopted", visibility=after)
    assert asked.status_code == 200
    assert "Before this is so" in text_of(asked)
    assert now(plan).visibility == before
    answer = send(desk, "visibility/", stage="adopted", visibility=after, confirm=hidden(asked, "confirm"), press=hidden(asked, "press"))
    assert (answer.status_code, answer.url) == (302, BASE)
    assert now(plan).visibility == after
    entry = AuditEntry.objects.filter(verb="change plan").latest("pk")
    assert (entry.old["visibility"], entry.new["visibility"], entry.channel) == (before, after, "web")


def test_a_yes_to_one_thing_is_no_yes_to_another(desk, plan):
    answer = send(desk, "visibility/", stage="adopted", visibility="live", confirm="reports")
    assert answer.status_code == 200
    assert now(plan).visibility == "private"


def test_the_question_says_what_a_draft_will_carry(desk, plan):
    assert "not adopted" not in text_of(send(desk, "visibility/", stage="adopted", visibility="live"))
    assert "It will say at the top that it is not adopted" in text_of(send(desk, "visibility/", stage="draft", visibility="live"))


def test_the_stage_changes_without_a_question(desk, plan):
    assert send(desk, "visibility/", stage="review", visibility="private").status_code == 302
    assert (now(plan).stage, now(plan).visibility) == ("review", "private")


@pytest.mark.parametrize(
    "said", [{}, {"stage": "adopted"}, {"stage": "adopted", "visibility": "everywhere"}, {"stage": "x", "visibility": "live"}]
)
def test_a_choice_that_is_none_comes_back_with_a_sentence(desk, plan, said):
    answer = send(desk, "visibility/", **said)
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert now(plan).visibility == "private"


# words and rules

WORDS = {
    "title": " Devices  for all ",
    "description": "What we lend.",
    "word_goal_area": "Priority",
    "word_performance_objective": "",
    "word_strategy": "Strategy",
    "word_action_step": "Task",
    "review_interval_days": "30",
    "names_are_public": "on",
}


def test_words_and_rules_are_kept(desk, plan):
    generation = now(plan).generation
    assert send(desk, "details/", **WORDS).status_code == 302
    plan = now(plan)
    assert (plan.title, plan.review_interval_days, plan.names_are_public) == ("Devices for all", 30, True)
    assert plan.levels == {"goal_area": "Priority", "strategy": "Strategy", "action_step": "Task"}
    assert plan.word("performance_objective") == "Performance objective"
    assert plan.generation > generation
    page = text_of(desk.get(BASE))
    assert "Priority" in page
    assert "30 days" in page


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"title": ""}, "Give the plan a title."),
        ({"review_interval_days": "0"}, "from 1 to 3650"),
        ({"review_interval_days": "99999"}, "3650"),
        ({"review_interval_days": "soon"}, "whole number of days"),
        ({"word_goal_area": "x" * 41}, "40 characters"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(desk, plan, said, words):
    answer = send(desk, "details/", **(WORDS | {"description": "Something long that was typed"} | said))
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert "Something long that was typed" in answer.content.decode()
    assert now(plan).title == "Device plan"
    assert "Device plan" in re.search(r'aria-label="Breadcrumb".*?</nav>', answer.content.decode(), re.S)[0]


# reports


def test_a_report_is_looked_at_before_it_is_published(desk, made):
    plan, steps = made
    report(plan, MARCH)
    done = plan.scale.statuses.get(name="Complete")
    record_status(step=steps[1], status=done, as_of=JUNE, press=Press(AuditEntry.COMMAND))
    said = text_of(look(desk, JUNE))
    assert "All 2 action steps are complete." in said
    assert "1 of 2 action steps was confirmed since March 18, 2021" in said
    assert "1 action step changed status otherwise." in said
    assert "The last report is of March 1, 2021" in said
    assert "Publish “Progress through June 15, 2021”?" in said
    assert ProgressReport.objects.count() == 1


def test_publishing_makes_a_private_plan_visible_as_its_reports(desk, client, plan):
    assert "This plan is private" in text_of(look(desk, JUNE))
    answer = publish(desk, JUNE)
    assert answer.url == BASE
    assert now(plan).visibility == "reports"
    client.logout()
    assert "Progress through June 15, 2021" in text_of(client.get("/meadow/devices/reports/2021-06-15/"))


@pytest.mark.parametrize("visibility", ["live", "reports"])
def test_publishing_changes_nothing_else_of_what_is_visible(desk, plan, visibility):
    Plan.objects.filter(pk=plan.pk).update(visibility=visibility)
    publish(desk, JUNE)
    assert now(plan).visibility == visibility


def test_pressed_twice_it_is_one_report(desk, plan):
    once = str(uuid.uuid4())
    seen = hidden(look(desk, JUNE), "seen")
    for _ in range(2):
        assert send(desk, "report/", through="2021-06-15", seen=seen, press=once).status_code == 302
    assert ProgressReport.objects.count() == 1
    assert AuditEntry.objects.filter(verb="publish report").count() == 1


def test_a_report_that_would_say_the_same_is_not_offered(desk, plan):
    publish(desk, JUNE)
    page = text_of(look(desk, JUNE))
    assert "This report is published already" in page
    assert "Publish for good" not in page


def test_the_same_day_again_replaces_with_a_reason(desk, made):
    plan, steps = made
    publish(desk, JUNE)
    record_status(step=steps[1], status=plan.scale.statuses.get(name="In progress"), as_of=JUNE, press=Press(AuditEntry.COMMAND))
    assert "It replaces the report of this day" in text_of(look(desk, JUNE))
    without = publish(desk, JUNE)
    assert without.status_code == 422
    assert "Say in a sentence why" in text_of(without)
    assert ProgressReport.objects.count() == 1
    publish(desk, JUNE, reason="A step was forgotten.")
    assert set(plan.reports.values_list("address", flat=True)) == {"2021-06-15", "2021-06-15~2"}
    notice = ReportNotice.objects.get()
    assert (notice.report.address, notice.replacement.address, notice.reason) == ("2021-06-15", "2021-06-15~2", "A step was forgotten.")
    assert "Replaced A step was forgotten." in text_of(desk.get(BASE))


def test_a_replacement_pressed_twice_is_one(desk, made):
    plan, steps = made
    publish(desk, JUNE)
    record_status(step=steps[1], status=plan.scale.statuses.get(name="In progress"), as_of=JUNE, press=Press(AuditEntry.COMMAND))
    said = {"through": "2021-06-15", "seen": hidden(look(desk, JUNE), "seen"), "reason": "Forgotten.", "press": str(uuid.uuid4())}
    for _ in range(2):
        assert send(desk, "report/", **said).status_code == 302
    assert ProgressReport.objects.count() == 2
    assert ReportNotice.objects.count() == 1


def test_nothing_is_published_that_was_not_looked_at(desk, made):
    plan, steps = made
    seen = hidden(look(desk, JUNE), "seen")
    record_status(step=steps[1], status=plan.scale.statuses.get(name="On hold"), as_of=JUNE, press=Press(AuditEntry.COMMAND))
    answer = send(desk, "report/", through="2021-06-15", seen=seen)
    assert answer.status_code == 409
    assert "Somebody recorded something meanwhile" in text_of(answer)
    assert ProgressReport.objects.count() == 0
    assert send(desk, "report/", through="2021-06-15", seen=hidden(answer, "seen")).status_code == 302
    assert ProgressReport.objects.count() == 1


def test_what_is_recorded_for_a_later_day_stops_no_report(desk, made):
    plan, steps = made
    seen = hidden(look(desk, JUNE), "seen")
    record_status(step=steps[1], status=plan.scale.statuses.get(name="On hold"), press=Press(AuditEntry.COMMAND))
    assert send(desk, "report/", through="2021-06-15", seen=seen).status_code == 302


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2021-08-04", "August 4, 2021 is after today. Enter today, August 3, 2021, or an earlier day."),
        ("2020-01-01", "Nothing is known of this plan on January 1, 2020"),
        ("soon", "Write the day as 2021-08-03."),
        ("", "Choose a day."),
    ],
)
def test_a_day_that_cannot_be_is_said_beside_it_and_kept(desk, plan, day, words):
    for answer in (desk.get(f"{BASE}report/", {"through": day}), send(desk, "report/", through=day, seen="x")):
        assert words in text_of(answer)
        assert f'value="{day}"' in answer.content.decode() or not day
        assert "Publish for good" not in text_of(answer)
    assert ProgressReport.objects.count() == 0


def test_a_report_without_what_was_seen_is_not_published(desk, plan):
    assert send(desk, "report/", through="2021-06-15").status_code == 422
    assert ProgressReport.objects.count() == 0


def test_withdrawn_with_a_reason_that_everybody_reads(desk, client, plan):
    report(plan, MARCH)
    report(plan, JUNE)
    path = "reports/2021-06-15/withdraw/"
    empty = send(desk, path, reason="  ")
    assert empty.status_code == 422
    assert "everybody will read it" in text_of(empty)
    for _ in range(2):
        assert send(desk, path, reason="Two schools were missing.").status_code == 302
    assert ReportNotice.objects.count() == 1
    assert AuditEntry.objects.filter(verb="withdraw report").count() == 1
    assert "Withdrawn Two schools were missing." in text_of(desk.get(BASE))
    client.logout()
    page = text_of(client.get("/meadow/devices/reports/2021-06-15/"))
    assert "This report was withdrawn Two schools were missing." in page
    assert "Progress through March 1, 2021" in text_of(client.get("/meadow/devices/"))


def test_only_a_report_that_stands_offers_to_be_withdrawn(desk, plan):
    report(plan, JUNE)
    assert "withdraw/" in desk.get(BASE).content.decode()
    send(desk, "reports/2021-06-15/withdraw/", reason="Wrong.")
    assert "withdraw/" not in desk.get(BASE).content.decode()


# who may

READ = [""]
CHANGE = ["visibility/", "details/", "report/", "reports/2021-03-01/withdraw/"]


@pytest.mark.parametrize(
    ("role", "reads", "changes"), [("viewer", 403, 403), ("contributor", 403, 403), ("editor", 200, 403), ("cabinet", 200, 200)]
)
def test_editors_look_and_the_cabinet_changes(client, plan, role, reads, changes):
    report(plan, MARCH)
    client.force_login(MembershipFactory(organization=plan.organization, role=role).person)
    assert client.get(BASE).status_code == reads
    for path in CHANGE:
        assert client.get(f"{BASE}{path}").status_code == changes, path
        if changes == 403:
            assert (
                send(client, path, **WORDS, stage="draft", visibility="live", confirm="live", through="2021-06-15", reason="x").status_code
                == 403
            )
    assert (now(plan).visibility, now(plan).title, ProgressReport.objects.count()) == ("reports", "Device plan", 1)


def test_an_editor_is_told_and_finds_no_button(client, plan):
    report(plan, MARCH)
    client.force_login(MembershipFactory(organization=plan.organization, role="editor").person)
    page = client.get(BASE)
    assert "You can look at this, not change it" in text_of(page)
    assert not any(f'href="{BASE}{path}' in page.content.decode() for path in CHANGE)


def test_outsiders_find_nothing_and_visitors_sign_in(client, plan):
    report(plan, MARCH)
    for path in READ + CHANGE:
        answer = client.get(f"{BASE}{path}")
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/login/")
    client.force_login(MembershipFactory(organization=OrganizationFactory(), role="admin").person)
    for path in READ + CHANGE:
        assert client.get(f"{BASE}{path}").status_code == 404
        assert send(client, path).status_code == (404 if path in CHANGE else 405)


def test_wrong_methods_and_odd_forms(desk, plan):
    report(plan, MARCH)
    assert desk.post(BASE).status_code == 405
    for path in CHANGE:
        assert desk.put(f"{BASE}{path}").status_code == 405
    assert send(desk, "details/", **WORDS, press="x").status_code == 400
    assert send(desk, "report/", through="2021-06-15", press="x").status_code == 400
    assert desk.get(f"{BASE}reports/2020-01-01/withdraw/").status_code == 404


def test_queries_do_not_grow_with_reports(desk, plan, django_assert_max_num_queries):
    report(plan, MARCH)
    desk.get(BASE)
    with django_assert_max_num_queries(10) as few:
        desk.get(BASE)
    for day in range(1, 6):
        report(plan, date(2021, 4, day))
    with django_assert_max_num_queries(10) as many:
        desk.get(BASE)
    assert len(many) == len(few)
