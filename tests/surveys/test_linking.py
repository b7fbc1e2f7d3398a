"""You said, we did: parts of plans suggested by words, chosen by the cabinet, public at once."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goals.models import Plan
from surveys.linking import Part, parts_of, suggestions
from surveys.models import PriorityLink, Survey
from tests.factories.people import MembershipFactory, OrganizationFactory
from tests.security.world import add_open_survey, add_plans

AT = "/manage/meadow/surveys/open/we-did/"


def part(node, words):
    return Part(node, "Plan", "Objective", words, f" {words} ")


def test_suggestions_say_which_words_are_shared():
    parts = [part(1, "buses that come on time"), part(2, "music for every child"), part(3, "safe crossings and safe buses")]
    found = suggestions("Safe schools", parts)
    assert [(one.part.node, one.because) for one in found] == [(3, "safe")]
    assert suggestions("Safe schools", parts, but=[3]) == []
    assert suggestions("Ünknown", parts) == []


@pytest.fixture
def survey(db):
    meadow = OrganizationFactory(slug="meadow")
    add_plans(meadow)
    add_open_survey(meadow)
    return Survey.objects.select_related("organization").get(slug="open")


@pytest.fixture
def desk(client, survey):
    client.force_login(MembershipFactory(organization=survey.organization, role="cabinet").person)
    return client


def press(desk, **said):
    return desk.post(AT, {"press": str(uuid.uuid4())} | said, follow=True).content.decode()


def test_a_part_is_chosen_is_public_and_is_taken_away(desk, survey):
    parts = parts_of(survey.organization)
    assert len(parts) >= 4
    choice = survey.questions.get(kind="multi").choices.get(label="Safety")
    page = desk.get(f"{AT}?choice={choice.pk}").content.decode()
    assert "Nothing is said to answer it yet." in page
    assert all(f'value="{one.node}"' in page for one in parts)
    goal = next(one for one in parts if Plan.objects.get(nodes=one.node).visibility == Plan.LIVE)
    assert "Said: it answers “Safety”." in press(desk, choice=choice.pk, node=goal.node)
    assert PriorityLink.objects.get().node_id == goal.node
    press(desk, choice=choice.pk, node=goal.node)
    assert PriorityLink.objects.count() == 1, "pressed twice is pressed once"
    assert "is-none" in desk.get("/meadow/surveys/open/we-did/").content.decode()
    assert goal.name.split(" ", 1)[-1] in desk.get("/meadow/surveys/open/we-did/").content.decode()
    assert "not said to answer this any more" in press(desk, take=PriorityLink.objects.get().pk)
    assert not PriorityLink.objects.exists()


def test_what_is_not_there_changes_nothing(desk, survey):
    lakes = OrganizationFactory(slug="lakes")
    add_plans(lakes)
    choice = survey.questions.get(kind="multi").choices.first()
    foreign = parts_of(lakes)[0].node
    assert "nothing was changed" in press(desk)
    assert "not there any more" in press(desk, choice=choice.pk, node=foreign)
    assert "not there any more" in press(desk, choice="999999", node=foreign)
    press(desk, take="999999")
    assert not PriorityLink.objects.exists()


def test_statements_do_not_grow_with_priorities(desk, survey, django_assert_num_queries):
    with CaptureQueriesContext(connection) as seen:
        desk.get(AT)
    question = survey.questions.get(kind="multi")
    for n in range(8):
        question.choices.create(label=f"More {n}", key=str(n), position=50 + n)
    with django_assert_num_queries(len(seen)):
        desk.get(AT)


def test_editors_do_not_decide_it(client, survey):
    client.force_login(MembershipFactory(organization=survey.organization, role="editor").person)
    assert client.get(AT).status_code == 403
