"""The cabinet chooses what of a survey everybody may read."""

import re
import uuid

import pytest

from surveys.models import Survey, SurveyPublication
from surveys.services.themes import let_counts_show
from tests.factories.people import MembershipFactory, OrganizationFactory
from tests.surveys.test_themes import ASKED, PRESS, bring, mark

pytestmark = pytest.mark.django_db
AT = "/manage/meadow/surveys/spring/publish/"


@pytest.fixture
def survey(tmp_path):
    bring(OrganizationFactory(slug="meadow"), tmp_path)
    return Survey.objects.get(slug="spring")


@pytest.fixture
def desk(client, survey):
    client.force_login(MembershipFactory(organization=survey.organization, role="cabinet").person)
    return client


def keys(page, name):
    return re.findall(rf'value="(\w+)"[^>]*>{name} <', page)


def press(desk, at=AT, **said):
    return desk.post(at, {"press": str(uuid.uuid4())} | said)


def test_chosen_tables_are_public_and_the_others_are_not(desk, survey):
    mark(survey.questions.get(text=ASKED), "Late buses", "late")
    page = desk.get(AT).content.decode()
    assert "Nothing of it is public" in page
    assert "spring" not in desk.get("/meadow/").content.decode()
    parents, everybody = keys(page, "Parent"), keys(page, "All respondents")
    assert len(parents) == 1
    assert len(everybody) == 2, "the table of all, and the themes"
    assert press(desk, table=[*parents, everybody[-1]]).status_code == 302
    public = desk.get("/meadow/surveys/spring/").content.decode()
    assert "Parent" in public
    assert "Late buses" in desk.get("/meadow/surveys/spring/themes/").content.decode()
    tree = SurveyPublication.objects.get().tree
    assert [t["name"] for q in tree["questions"] for t in q["groups"]] == ["Parent"]
    page = desk.get(AT).content.decode()
    assert page.count(" checked>") == 2


def test_counts_of_themes_are_offered_when_they_are_switched_on(desk, survey):
    question = survey.questions.get(text=ASKED)
    mark(question, "Late buses", "late")
    assert "(themes)" not in desk.get(AT).content.decode()
    let_counts_show(question=question, shown=True, press=PRESS)
    page = desk.get(AT).content.decode()
    assert f"{ASKED} (themes)" in page
    press(desk, table=re.findall(r'name="table" value="(\w+)"', page))
    public = desk.get("/meadow/surveys/spring/").content.decode()
    assert "spoke of" in public or "late buses" in public
    assert "Late buses" not in desk.get("/meadow/surveys/spring/we-did/").content.decode(), "a theme is no priority"


def test_nothing_chosen_and_no_reason_are_told(desk, survey):
    answer = press(desk)
    assert answer.status_code == 422
    assert "Choose at least one table" in answer.content.decode()
    press(desk, table=keys(desk.get(AT).content.decode(), "Parent"))
    answer = press(desk, f"{AT}withdraw/", reason=" ")
    assert answer.status_code == 422
    assert "Say in a sentence why" in answer.content.decode()
    assert press(desk, f"{AT}withdraw/", reason="A wrong file").status_code == 302
    assert desk.get("/meadow/surveys/spring/").status_code == 404


def test_editors_see_no_way_to_publish(client, survey):
    client.force_login(MembershipFactory(organization=survey.organization, role="editor").person)
    assert client.get(AT).status_code == 403
    assert "/publish/" not in client.get("/manage/meadow/surveys/spring/results/").content.decode()
