"""The staff page of a goal area, objective or strategy; the wording of any part in the browser; and the note when a part is handed over."""

import html
import re
import uuid
from datetime import date

import pytest

from accounts.audit import Press
from accounts.models import AuditEntry
from actions.models import ActionStep, LeadNote
from actions.services.notes import hand_over_part
from goals.models import GoalArea, Lead, Strategy, Wording
from goals.wording_services import reword, standing_wording
from tests.factories.people import DepartmentFactory, MembershipFactory
from tests.factories.plans import small_plan

pytestmark = pytest.mark.django_db
BASE, DAY = "/manage/meadow/devices/", "2021-08-03"


@pytest.fixture
def plan():
    return small_plan()[0]


@pytest.fixture
def editor(client, plan):
    client.force_login(MembershipFactory(organization=plan.organization, role="editor").person)
    return client


def text_of(response):
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split()))


def send(client, path, **said):
    return client.post(f"{BASE}{path}", {"press": str(uuid.uuid4()), "as_of": DAY} | said)


@pytest.mark.parametrize(("model", "path"), [(GoalArea, "goals/1"), (Strategy, "strategies/1.1"), (ActionStep, "steps/1.1.1")])
def test_an_editor_rewords_a_part_and_everybody_sees_old_beside_new(editor, client, plan, model, path):
    row = model.objects.order_by("pk").first()
    answer = send(editor, f"wording/{path}/", title="Said anew", description="With more.", seen=standing_wording(row.pk).pk)
    assert answer.url == f"{BASE}{path if model is ActionStep else f'parts/{path}'}/"
    said = text_of(editor.get(answer.url))
    assert "The wording changed once." in said
    assert "Until August 2, 2021" in said
    client.logout()
    public = text_of(client.get(f"/meadow/devices/{path}/"))
    assert "Said anew" in public
    assert "The wording changed once." in public
    by = Wording.objects.filter(node=row.pk).last().by
    assert by.name not in public
    past = client.get(f"/meadow/devices/{path}/?as_of=2021-08-02").content.decode()
    assert row.title in re.search(r"<h1[^>]*>([^<]+)", past)[1]


def test_two_editors_at_once_are_shown_both_wordings(editor, plan):
    step = ActionStep.objects.order_by("pk").first()
    seen = standing_wording(step.pk).pk
    reword(row=step, press=Press(AuditEntry.WEB), as_of=date(2021, 8, 3), title="Theirs, sooner")
    answer = send(editor, "wording/steps/1.1.1/", title="Mine, later", seen=seen)
    assert answer.status_code == 409
    said = text_of(answer)
    assert "Theirs, sooner" in said
    assert "Mine, later" in said
    fresh = re.search(r'name="seen" value="(\d+)"', answer.content.decode())[1]
    assert send(editor, "wording/steps/1.1.1/", title="Mine, later", seen=fresh).status_code == 302
    step.refresh_from_db()
    assert step.title == "Mine, later"


def test_an_old_form_out_of_the_back_button_is_no_repeat_of_its_press(editor, plan):
    step = ActionStep.objects.order_by("pk").first()
    form = {"press": str(uuid.uuid4()), "seen": standing_wording(step.pk).pk}
    assert send(editor, "wording/steps/1.1.1/", title="First", **form).status_code == 302
    assert send(editor, "wording/steps/1.1.1/", title="First", **form).status_code == 302
    assert send(editor, "wording/steps/1.1.1/", title="Second", **form).status_code == 409
    assert Wording.objects.filter(node=step.pk).count() == 2


@pytest.mark.parametrize(
    ("said", "words"), [({"title": " "}, "Give the wording."), ({"as_of": "2021-08-04"}, "is after today"), ({"seen": ""}, "")]
)
def test_what_is_refused_stands_at_the_form_with_what_was_typed(editor, plan, said, words):
    seen = standing_wording(ActionStep.objects.order_by("pk").first().pk).pk
    answer = send(editor, "wording/steps/1.1.1/", **({"title": "Typed", "description": "Kept", "seen": seen} | said))
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert ">\nKept</textarea>" in answer.content.decode()


def test_who_may_not_edit_reads_the_page_without_its_buttons(client, plan):
    client.force_login(MembershipFactory(organization=plan.organization, role="contributor").person)
    page = client.get(f"{BASE}parts/goals/1/")
    assert page.status_code == 200
    assert "Change the wording" not in page.content.decode()
    assert client.get(f"{BASE}wording/goals/1/").status_code == 403
    assert client.get(f"{BASE}parts/steps/1.1.1/").url == f"{BASE}steps/1.1.1/"


def test_a_part_is_handed_over_with_a_note_that_its_new_lead_finds_and_visitors_do_not(editor, client, plan):
    member = MembershipFactory(organization=plan.organization, role="contributor").person
    said = {"person": member.pk, "text": "You built the last one", "press": str(uuid.uuid4())}
    assert send(editor, "lead/strategies/1.1/", **said).url == f"{BASE}parts/strategies/1.1/"
    send(editor, "lead/strategies/1.1/", **said)
    note = LeadNote.objects.get()
    assert note.lead == Lead.objects.get(person=member)
    assert "You built the last one" in text_of(editor.get(f"{BASE}parts/strategies/1.1/"))
    assert "You built" not in text_of(editor.get("/my/asks/"))  # who wrote it is not told
    client.force_login(member)
    assert "You built the last one" in text_of(client.get("/my/asks/"))
    client.post("/my/asks/", {"handed": note.pk})
    assert "You built" not in text_of(client.get("/my/asks/"))
    client.logout()
    for path in ("", "strategies/1.1/", "plan.json", "steps.csv"):
        assert "You built" not in client.get(f"/meadow/devices/{path}").content.decode()


def test_a_step_says_who_leads_it_and_who_did(editor, plan):
    assert "Nobody leads it." in text_of(editor.get(f"{BASE}steps/1.1.1/"))
    send(editor, "lead/strategies/1.1/", words="Board of Education")
    assert "Led by Board of Education, as strategy 1.1 is." in text_of(editor.get(f"{BASE}steps/1.1.1/"))
    send(editor, "lead/steps/1.1.1/", words="Network team", as_of="2021-07-01")
    said = text_of(editor.get(f"{BASE}steps/1.1.1/"))
    assert "Led by Network team." in said
    assert "Who led it" in said
    assert "July 1, 2021 Network team" in said


def test_a_note_needs_somebody_who_did_not_lead_it_before(editor, plan):
    department = DepartmentFactory(organization=plan.organization)
    said = {"department": department.pk, "text": "Yours"}
    assert send(editor, "lead/goals/1/", text="Yours").status_code == 422
    assert send(editor, "lead/goals/1/", **said).status_code == 302
    answer = send(editor, "lead/goals/1/", **said)
    assert answer.status_code == 422
    assert "They lead it already." in text_of(answer)
    assert LeadNote.objects.count() == 1


def test_what_was_handed_over_waits_in_as_many_statements_for_many_as_for_one(editor, client, plan, django_assert_max_num_queries):
    member = MembershipFactory(organization=plan.organization, role="contributor").person
    for row in (GoalArea.objects.get(), Strategy.objects.get()):
        hand_over_part(row=row, press=Press(AuditEntry.WEB), text="Yours", as_of=date(2021, 8, 3), person=member)
    client.force_login(member)
    with django_assert_max_num_queries(16):
        page = text_of(client.get("/my/asks/"))
    assert page.count("Handed over to you") == 2
    assert "I have seen these 2" in page
