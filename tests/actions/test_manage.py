"""The first page of a district's staff, the statuses of a plan in the browser, and who leads its parts."""

import html
import re
import uuid
from datetime import date

import pytest

from accounts.audit import Press
from accounts.models import AuditEntry, Job, StoredFile
from actions.models import ActionStep
from actions.services.publishing import publish_report
from actions.services.updates import record_status
from goals.models import Lead, Plan, Status
from goals.services import create_plan
from tests.factories.people import DepartmentFactory, MembershipFactory, OrganizationFactory, PersonFactory
from tests.factories.plans import small_plan

pytestmark = pytest.mark.django_db

HOME = "/manage/meadow/"
BASE = "/manage/meadow/devices/"


@pytest.fixture
def made():
    return small_plan()


@pytest.fixture
def plan(made):
    return made[0]


@pytest.fixture
def desk(client, plan):
    client.force_login(MembershipFactory(organization=plan.organization, role="cabinet").person)
    return client


def text_of(response):
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split()))


def send(client, path, **said):
    return client.post(f"{BASE}{path}", {"press": str(uuid.uuid4())} | said)


def command():
    return Press(AuditEntry.COMMAND)


# the first page


def test_each_plan_in_a_sentence(desk, made):
    plan, steps = made
    record_status(step=steps[0], status=plan.scale.statuses.get(name="Complete"), as_of=date(2021, 7, 1), press=command())
    record_status(step=steps[1], status=plan.scale.statuses.get(name="On hold"), as_of=date(2021, 2, 1), press=command())
    publish_report(plan=plan, through=date(2021, 7, 2), press=command())
    said = text_of(desk.get(HOME))
    assert "1 of 2 action steps is complete and 1 is on hold." in said
    assert "July 1, 2021 . 1 action step was not confirmed since May 6, 2021." in said
    assert "Progress through July 2, 2021" in said
    assert "Visitors see it as it is." in said
    assert "Adopted" in said


def test_the_sentence_is_that_of_the_public_page(desk, made):
    plan, steps = made
    record_status(step=steps[0], status=plan.scale.statuses.get(name="In progress"), as_of=date(2021, 7, 1), press=command())
    headline = re.search(r'class="headline[^"]*">([^<]+)', desk.get(HOME).content.decode())[1]
    assert headline in desk.get("/meadow/devices/").content.decode()


def test_a_step_without_a_status_and_a_plan_without_steps_are_said(desk, plan):
    create_plan(organization=plan.organization, slug="empty", title="Empty plan", press=command())
    said = text_of(desk.get(HOME))
    assert "None of the 2 action steps has a status yet." in said
    assert "It has no action step yet." in said
    assert "Nobody has said anything yet." in said


def test_steps_that_are_gone_are_not_counted(desk, made):
    ActionStep.objects.filter(pk=made[1][1].pk).update(is_present=False)
    assert "The only action step has no status yet." in text_of(desk.get(HOME))


def job(plan, *, name="plan.txt", **more):
    file = StoredFile.objects.create(organization=plan.organization, name=name, path=name, size=1, sha256="0" * 64)
    return Job.objects.create(
        **({"kind": "read_plan", "organization": plan.organization, "file": file, "settings": {"slug": "devices"}} | more)
    )


def test_imports_that_wait_for_somebody_are_named(desk, plan):
    ready = job(plan, name="ready.txt", state=Job.DONE)
    job(plan, name="failed.txt", state=Job.FAILED, message="This file is not a plan.")
    job(plan, name="accepted.txt", state=Job.DONE, settings={"slug": "devices", "accepted": {}})
    job(plan, name="gone.txt", state=Job.CANCELLED)
    said = text_of(desk.get(HOME))
    assert "ready.txt is ready to be looked at" in said
    assert "failed.txt This file is not a plan." in said
    assert "accepted.txt" not in said
    assert "gone.txt" not in said
    assert f"/manage/meadow/imports/{ready.pk}/" in desk.get(HOME).content.decode()


def test_a_document_that_was_not_written_stands_there_once_as_failed(desk, plan):
    reading = job(plan, name="large.txt", state=Job.DONE)
    job(plan, kind="write_plan", file=None, settings={"job": reading.pk}, state=Job.FAILED, message="The plan changed.")
    page = text_of(desk.get(HOME))
    assert page.count("large.txt") == 1
    assert "Failed large.txt The plan changed." in page


def test_those_who_may_not_import_see_no_imports(client, plan):
    job(plan, name="ready.txt", state=Job.DONE)
    client.force_login(MembershipFactory(organization=plan.organization, role="viewer").person)
    page = client.get(HOME)
    assert "ready.txt" not in text_of(page)
    assert "Device plan" in text_of(page)
    for path in ("imports/", "people/", "devices/publish/", "devices/statuses/"):
        assert f'href="{HOME}{path}"' not in page.content.decode()


def test_imports_and_plans_of_others_are_not_shown(desk, plan):
    other = OrganizationFactory(slug="lakes")
    create_plan(organization=other, slug="secret", title="Plan of others", press=command())
    Job.objects.create(kind="read_plan", organization=other, state=Job.FAILED, message="Failure of others", settings={"slug": "x"})
    said = text_of(desk.get(HOME))
    assert "of others" not in said


def test_a_district_without_a_plan_leads_to_the_import(client):
    client.force_login(MembershipFactory(organization=OrganizationFactory(slug="lakes"), role="editor").person)
    page = client.get("/manage/lakes/")
    assert "There is no plan here yet" in text_of(page)
    assert 'href="/manage/lakes/imports/"' in page.content.decode()


def test_schools_below_are_listed_with_their_plans(desk, plan):
    school = OrganizationFactory(slug="meadow-oak", name="Oak School", kind="school", parent=plan.organization)
    OrganizationFactory(slug="meadow-elm", name="Elm School", kind="school", parent=plan.organization)
    create_plan(organization=school, slug="plan", title="Plan", press=command())
    said = text_of(desk.get(HOME))
    assert "Oak School 1 plan" in said
    assert "Elm School no plan yet" in said
    assert desk.get("/manage/meadow-oak/").status_code == 200


def test_queries_do_not_grow_with_plans_steps_or_schools(desk, plan, django_assert_max_num_queries):
    desk.get(HOME)
    with django_assert_max_num_queries(14) as few:
        desk.get(HOME)
    for n in range(4):
        create_plan(organization=plan.organization, slug=f"plan-{n}", title=f"Plan {n}", press=command())
        OrganizationFactory(slug=f"meadow-{n}", kind="school", parent=plan.organization)
        job(plan, name=f"{n}.txt", state=Job.DONE)
    Plan.objects.filter(slug="plan-1").update(review_interval_days=30)
    with django_assert_max_num_queries(14) as many:
        desk.get(HOME)
    assert len(many) == len(few)


def test_manage_leads_home_or_asks_where(client):
    person = PersonFactory()
    client.force_login(person)
    assert client.get("/manage/").url == "/my/"
    MembershipFactory(person=person, organization=OrganizationFactory(slug="meadow"), role="viewer")
    assert client.get("/manage/").url == "/manage/meadow/"
    MembershipFactory(person=person, organization=OrganizationFactory(slug="lakes", name="Lakes"), role="viewer")
    OrganizationFactory(slug="hills", name="Hills of others")
    choice = client.get("/manage/")
    assert choice.status_code == 200
    assert "Where do you want to work?" in text_of(choice)
    assert 'href="/manage/lakes/"' in choice.content.decode()
    assert "Hills" not in text_of(choice)


# statuses


def ladder(plan):
    return list(
        Status.objects.filter(scale__plan=plan, is_retired=False, rank__isnull=False).order_by("-rank").values_list("name", flat=True)
    )


def status(plan, name):
    return Status.objects.get(scale__plan=plan, name=name)


def test_each_status_shows_look_meaning_and_use(desk, made):
    plan, steps = made
    record_status(step=steps[0], status=status(plan, "Complete"), press=command())
    page = desk.get(f"{BASE}statuses/")
    said = text_of(page)
    assert "Complete Complete 1 action step" in said
    assert "On hold Stopped 0 action steps" in said
    assert "Two of each: 2 Complete, 2 In progress, 2 Not started, 2 On hold, 2 No status yet; 5 not confirmed" in html.unescape(
        page.content.decode()
    )
    for look in ("st4", "st2a", "st1", "stx", "st0"):
        assert f'class="{look}"' in page.content.decode()


def test_a_status_is_added_where_it_belongs(desk, plan):
    assert send(desk, "statuses/add/", name="Planned", place="2", meaning="under_way").status_code == 302
    assert ladder(plan) == ["Complete", "In progress", "Planned", "Not started"]
    assert send(desk, "statuses/add/", name="Given up", place="off", meaning="stopped").status_code == 302
    assert status(plan, "Given up").rank is None


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": "complete"}, "This plan has a status “Complete” already."),
        ({"name": ""}, "Give the status a name"),
        ({"meaning": ""}, "Choose what the status means."),
        ({"place": "nowhere"}, "Select a valid choice"),
    ],
)
def test_a_status_that_cannot_be_comes_back_with_its_sentence(desk, plan, said, words):
    answer = send(desk, "statuses/add/", **({"name": "Typed in full", "place": "1", "meaning": "under_way"} | said))
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert (said.get("name") or ("" if "name" in said else "Typed in full")) in answer.content.decode()
    assert Status.objects.filter(scale__plan=plan).count() == 4


@pytest.mark.parametrize(
    ("name", "place", "wanted"),
    [
        ("Not started", "2", ["Complete", "Not started", "In progress"]),
        ("Complete", "2", ["In progress", "Complete", "Not started"]),
        ("In progress", "off", ["Complete", "Not started"]),
        ("On hold", "4", ["On hold", "Complete", "In progress", "Not started"]),
        ("Complete", "retired", ["In progress", "Not started"]),
    ],
)
def test_one_press_moves_a_status_and_pressed_twice_it_is_there_once(desk, plan, name, place, wanted):
    press = str(uuid.uuid4())
    for _ in range(2):
        assert send(desk, f"statuses/{status(plan, name).pk}/place/", place=place, press=press).status_code == 302
    assert ladder(plan) == wanted


def test_up_and_down_are_offered_where_there_is_room(desk, plan):
    page = desk.get(f"{BASE}statuses/").content.decode()
    assert page.count("Up<span") == 2
    assert page.count("Down<span") == 2
    assert page.count("On the ladder<span") == 1
    assert page.count("Off the ladder<span") == 3


def test_a_status_in_use_is_retired_kept_and_taken_back(desk, made):
    plan, steps = made
    record_status(step=steps[0], status=status(plan, "Complete"), press=command())
    row = status(plan, "Complete")
    send(desk, f"statuses/{row.pk}/place/", place="retired")
    page = text_of(desk.get(f"{BASE}statuses/"))
    assert "Retired Nobody can choose them. Steps and history keep them. Complete Complete 1 action step" in page
    assert ActionStep.objects.get(pk=steps[0].pk).status == row
    assert "Complete" in text_of(desk.get("/meadow/devices/"))
    send(desk, f"statuses/{row.pk}/place/", place="used")
    assert ladder(plan)[0] == "Complete"


def test_the_last_status_stays_and_says_why(desk, plan):
    for name in ("Complete", "In progress", "On hold"):
        send(desk, f"statuses/{status(plan, name).pk}/place/", place="retired")
    answer = desk.post(
        f"{BASE}statuses/{status(plan, 'Not started').pk}/place/", {"press": str(uuid.uuid4()), "place": "retired"}, follow=True
    )
    assert "is the last status of this plan" in text_of(answer)
    assert ladder(plan) == ["Not started"]


def test_renamed_everywhere_at_once(desk, made):
    plan, steps = made
    record_status(step=steps[0], status=status(plan, "Complete"), press=command())
    pk = status(plan, "Complete").pk
    assert send(desk, f"statuses/{pk}/", name="Achieved", meaning="complete").status_code == 302
    assert "Achieved" in text_of(desk.get("/meadow/devices/"))
    taken = send(desk, f"statuses/{pk}/", name="ON HOLD", meaning="complete")
    assert taken.status_code == 422
    assert "already" in text_of(taken)
    assert 'value="ON HOLD"' in taken.content.decode()
    assert "Change “Achieved”" in text_of(taken)


STATUS_PAGES = ["statuses/add/", "statuses/{pk}/", "statuses/{pk}/place/"]


@pytest.mark.parametrize(("role", "reads"), [("viewer", 403), ("contributor", 403), ("editor", 200)])
def test_editors_see_the_scale_and_change_nothing(client, plan, role, reads):
    client.force_login(MembershipFactory(organization=plan.organization, role=role).person)
    pk = status(plan, "Complete").pk
    page = client.get(f"{BASE}statuses/")
    assert page.status_code == reads
    assert b"place/" not in page.content
    for path in STATUS_PAGES:
        assert send(client, path.format(pk=pk), name="Other", meaning="complete", place="1").status_code == 403
    assert ladder(plan) == ["Complete", "In progress", "Not started"]


def test_statuses_of_others_and_odd_presses(desk, plan):
    other = create_plan(organization=OrganizationFactory(), slug="devices", title="Other", press=command())
    pk = status(other, "Complete").pk
    for path in STATUS_PAGES[1:]:
        assert send(desk, path.format(pk=pk), name="x", meaning="complete", place="off").status_code == 404
    own = status(plan, "Complete").pk
    for place in ("", "up", "-1", "1.5", "99999", "²"):
        assert send(desk, f"statuses/{own}/place/", place=place).status_code == 400, place
    assert send(desk, f"statuses/{own}/place/", place="1", press="x").status_code == 400
    assert desk.get(f"{BASE}statuses/add/").status_code == 405
    assert desk.get(f"{BASE}statuses/{own}/place/").status_code == 405
    assert desk.post(f"{BASE}statuses/").status_code == 405


def test_queries_of_the_scale_do_not_grow(desk, plan, django_assert_max_num_queries):
    desk.get(f"{BASE}statuses/")
    with django_assert_max_num_queries(10) as few:
        desk.get(f"{BASE}statuses/")
    for n in range(3):
        send(desk, "statuses/add/", name=f"Other {n}", place="off", meaning="stopped")
    desk.get(f"{BASE}statuses/")
    with django_assert_max_num_queries(10) as many:
        desk.get(f"{BASE}statuses/")
    assert len(many) == len(few)


# who leads


@pytest.fixture
def editor(client, plan):
    client.force_login(MembershipFactory(organization=plan.organization, role="editor").person)
    return client


@pytest.mark.parametrize("path", ["goals/1", "strategies/1.1", "steps/1.1.1"])
def test_a_department_leads_from_a_day_on(editor, plan, path):
    department = DepartmentFactory(organization=plan.organization, name="Network Services")
    answer = send(editor, f"lead/{path}/", department=department.pk, as_of="2021-07-01")
    assert (answer.status_code, answer.url) == (302, f"{BASE}{path if path.startswith('steps/') else f'parts/{path}'}/")
    lead = Lead.objects.get()
    assert (lead.department, lead.as_of, lead.by.memberships.get().role, lead.channel) == (department, date(2021, 7, 1), "editor", "web")
    assert AuditEntry.objects.filter(verb="set lead").count() == 1
    public = editor.get("/meadow/devices/steps/1.1.1/")
    assert "Network Services" in text_of(public)
    assert "Network Services" not in text_of(editor.get("/meadow/devices/steps/1.1.1/?as_of=2021-06-30"))


def test_a_person_leads_and_visitors_see_no_name(editor, plan):
    member = MembershipFactory(organization=plan.organization, role="contributor", person__name="Kim Example")
    send(editor, "lead/steps/1.1.1/", person=member.person.pk, as_of="2021-08-03")
    assert ActionStep.objects.get(code="1.1.1").lead_person == member.person
    assert "Kim Example" not in text_of(editor.get("/meadow/devices/steps/1.1.1/"))


def test_words_lead_and_nobody_leads_again(editor, plan):
    send(editor, "lead/goals/1/", words="  Board of   Education ", as_of="2021-08-01")
    assert Lead.objects.get().words == "Board of Education"
    assert 'value="Board of Education"' in editor.get(f"{BASE}lead/goals/1/").content.decode()
    send(editor, "lead/goals/1/", as_of="2021-08-03")
    assert Lead.objects.count() == 2
    assert "Board of Education" not in text_of(editor.get("/meadow/devices/"))


def test_pressed_twice_or_for_an_earlier_day_it_is_said_once(editor, plan):
    department, press = DepartmentFactory(organization=plan.organization), str(uuid.uuid4())
    send(editor, "lead/goals/1/", words="Board", as_of="2021-08-01")
    for _ in range(2):
        send(editor, "lead/goals/1/", department=department.pk, as_of="2021-07-01", press=press)
    assert Lead.objects.count() == 2


def test_what_cannot_be_is_said_beside_its_field(editor, plan):
    department = DepartmentFactory(organization=plan.organization)
    foreign = DepartmentFactory()
    outsider = PersonFactory()
    both = send(editor, "lead/goals/1/", department=department.pk, words="Board", as_of="2021-08-03")
    assert both.status_code == 422
    assert "would never be seen" in text_of(both)
    assert 'value="Board"' in both.content.decode()
    late = send(editor, "lead/goals/1/", words="Board", as_of="2021-08-04")
    assert "August 4, 2021 is after today. Enter today, August 3, 2021, or an earlier day." in text_of(late)
    for said in ({"department": foreign.pk}, {"person": outsider.pk}, {"as_of": ""}, {"words": "x" * 201}):
        assert send(editor, "lead/goals/1/", **({"as_of": "2021-08-03"} | said)).status_code == 422
    assert Lead.objects.count() == 0


@pytest.mark.parametrize(("role", "code"), [("viewer", 403), ("contributor", 403), ("editor", 200), (None, 404)])
def test_who_may_say_who_leads(client, plan, role, code):
    organization = plan.organization if role else OrganizationFactory()
    client.force_login(MembershipFactory(organization=organization, role=role or "admin").person)
    assert client.get(f"{BASE}lead/goals/1/").status_code == code
    assert send(client, "lead/goals/1/", words="Board", as_of="2021-08-03").status_code == (302 if code == 200 else code)


def test_parts_that_are_not_there(editor, plan):
    for path in ("goals/9", "steps/1", "nothing/1", "objectives/1"):
        assert editor.get(f"{BASE}lead/{path}/").status_code == 404, path
    ActionStep.objects.filter(code="1.1.2").update(is_present=False)
    assert editor.get(f"{BASE}lead/steps/1.1.2/").status_code == 404
    assert send(editor, "lead/goals/1/", words="Board", as_of="2021-08-03", press="x").status_code == 400
    assert editor.put(f"{BASE}lead/goals/1/").status_code == 405


def test_visitors_sign_in_first(client, plan):
    for path in ("", "devices/statuses/", "devices/lead/goals/1/"):
        assert client.get(f"{HOME}{path}").url.startswith("/accounts/login/"), path
