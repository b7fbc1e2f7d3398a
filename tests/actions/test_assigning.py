"""Who is proposed to lead a step on the morning page: given with one press, taken back with one."""

import html
import re
import uuid
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from accounts.audit import Press
from accounts.models import AuditEntry, Membership
from actions.models import ActionStep, Ask
from actions.mornings import morning
from actions.services.asks import say_not_mine
from actions.services.assigning import give, take_back
from goals.models import Lead
from goals.services import set_lead
from tests.actions.test_today import ON, stand_on
from tests.factories.people import DepartmentFactory
from tests.factories.reviews import leads, make_district, press, work

pytestmark = pytest.mark.django_db
TODAY = "/manage/meadow/today/"


@pytest.fixture
def district(db):
    found = make_district()
    stand_on(found, ON)
    return found


@pytest.fixture
def cabinet(client, district):
    client.force_login(district.people["cabinet"])
    return client


def web(person):
    return Press(AuditEntry.WEB, person)


def rows(district, key):
    lists = {one.key: one.rows for one in morning(district.organization, district.people["cabinet"]).lists}
    return {row.node: (row.give, row.give_name) for row in lists.get(key, ())}


def text_of(answer):
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split()))


def send(client, step, whom):
    return client.post(f"{TODAY}give/", {"press": str(uuid.uuid4()), "give": f"{step.pk} {whom}"}, follow=True)


def now(step):
    step = ActionStep.objects.get(pk=step.pk)
    return step.lead_person, step.lead_department, step.lead_words


def test_a_step_of_nobody_who_works_here_is_given_to_who_leads_above_and_taken_back(cabinet, district):
    step, lead = district.steps[2], district.people["lead"]
    set_lead(row=step, press=press(), as_of=date(2026, 2, 2), words="Whoever it was")
    assert rows(district, "nobodys") == {step.pk: (f"person:{lead.pk}", str(lead))}
    page = send(cabinet, step, f"person:{lead.pk}")
    assert now(step) == (lead, None, "")
    assert f"{lead} leads 1.1.3 from today on." in text_of(page)
    undo = re.search(r'action="([^"]+/undo/)"', page.content.decode())[1]
    for _ in range(2):
        assert "Taken back" in text_of(cabinet.post(undo, follow=True))
    assert now(step) == (None, None, "Whoever it was")
    assert Lead.objects.filter(node=step.pk).count() == 3


def test_whom_somebody_named_who_said_not_mine_is_proposed_and_the_answer_taken_back_asks_again(cabinet, district):
    step, owner, member = district.steps[3], district.people["owner"], district.people["member"]
    set_lead(row=step, press=press(), as_of=date(2026, 2, 2), person=owner)
    assert rows(district, "not_mine") == {}
    say_not_mine(step=step, press=web(owner), who=member.name, sentence="Theirs since June")
    assert rows(district, "not_mine") == {step.pk: (f"person:{member.pk}", str(member))}
    assert f"{owner} says so. Perhaps {member}." in text_of(cabinet.get(TODAY))
    given = give(step=step, to=("person", member.pk), press=web(district.people["cabinet"]))
    assert now(step)[0] == member
    assert not Ask.objects.open().exists()
    take_back(lead=given, press=web(district.people["cabinet"]))
    again = Ask.objects.open().get()
    assert (now(step)[0], again.by, again.person, again.sentence) == (owner, owner, member, "Theirs since June")
    assert AuditEntry.objects.filter(verb="ask again").count() == 1


def test_the_department_of_somebody_who_left_is_proposed_where_nobody_leads_above(district):
    step, owner = district.steps[0], district.people["owner"]
    leads(step.strategy, lead_person=None)
    department = DepartmentFactory(organization=district.organization, name="Buildings")
    Membership.objects.filter(person=owner).update(department=department)
    owner.is_active = False
    owner.save()
    assert rows(district, "nobodys")[step.pk] == ("", "")  # nobody else works in it
    leads(district.steps[3], lead_department=department)
    said = next(one for one in morning(district.organization, district.people["cabinet"]).lists if one.key == "nobodys")
    assert said.says.startswith("In these departments nobody has an account: Buildings (1). ")
    assert [row.fact for row in said.rows] == [
        f"{owner} does not work here any more",
        "No account goes with these words",
        "Nobody with an account works there",
    ]
    work(district.organization, "contributor", department)
    assert rows(district, "nobodys")[step.pk] == (f"department:{department.pk}", "Buildings")


def test_nothing_is_given_that_is_not_proposed_any_more(cabinet, district):
    step, lead = district.steps[2], district.people["lead"]
    before = now(step)
    assert "is another than when the page was loaded" in text_of(send(cabinet, step, f"person:{district.people['owner'].pk}"))
    assert now(step) == before
    send(cabinet, step, f"person:{lead.pk}")
    assert "is another than when the page was loaded" in text_of(send(cabinet, step, f"person:{lead.pk}"))
    assert Lead.objects.filter(node=step.pk).count() == 1


def test_one_press_is_one_and_what_was_changed_since_is_not_taken_back(cabinet, district):
    step, lead, pressed = district.steps[2], district.people["lead"], web(district.people["cabinet"])
    given = give(step=step, to=("person", lead.pk), press=pressed)
    assert give(step=step, to=("person", lead.pk), press=pressed) == given
    set_lead(row=step, press=press(), as_of=ON, person=district.people["owner"])
    with pytest.raises(ValidationError, match="changed again since"):
        take_back(lead=given, press=web(district.people["cabinet"]))
    assert now(step)[0] == district.people["owner"]


@pytest.mark.parametrize("said", ["", "1", "x person:1", "1 person:", "1 somebody:2", "1 person:9999999999999999999"])
def test_a_broken_form_is_refused(cabinet, said):
    assert cabinet.post(f"{TODAY}give/", {"press": str(uuid.uuid4()), "give": said}).status_code == 400


def test_the_step_of_another_district_does_not_exist(cabinet, district):
    other = make_district("valley")
    assert send(cabinet, other.steps[2], f"person:{other.people['lead'].pk}").status_code == 404


def test_what_nobody_can_be_asked_about_is_counted_beside_those_who_can(cabinet, district):
    assert morning(district.organization, district.people["cabinet"]).unasked.startswith("Of 1 more nobody who works here can be asked")
    assert "nobody answers for it. See which" in text_of(cabinet.get(TODAY))
