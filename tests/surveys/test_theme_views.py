"""The pages on which staff read open answers and give them themes."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from surveys.models import AnswerTheme, Survey, ThemeMark
from surveys.services.surveys import change_survey
from tests.factories.people import MembershipFactory, OrganizationFactory
from tests.surveys.test_themes import ASKED, PRESS, TEXTS, bring, mark

pytestmark = pytest.mark.django_db
AT = "/manage/meadow/surveys/spring/open-answers/"


@pytest.fixture
def meadow():
    return OrganizationFactory(slug="meadow")


@pytest.fixture
def question(meadow, tmp_path):
    bring(meadow, tmp_path)
    return Survey.objects.get(slug="spring").questions.get(text=ASKED)


@pytest.fixture
def desk(client, meadow):
    client.force_login(MembershipFactory(organization=meadow, role="editor").person)
    return client


def body(desk, at):
    answer = desk.get(at)
    assert answer.status_code == 200, at
    return answer.content.decode()


def press(desk, at, **said):
    return desk.post(at, {"press": str(uuid.uuid4())} | said)


def test_answers_are_read_searched_and_named_with_their_group(desk, question):
    page = body(desk, AT)
    assert all(text in page for texts in TEXTS.values() for text in texts)
    assert "8 answers." in page
    page = body(desk, f"{AT}?q=musica&group={question.survey.groups.get(name='Parent').pk}")
    assert "1 answer fits." in page
    assert "Más clases de música" in page
    assert "Music lessons!" not in page


def test_a_small_group_is_not_named_beside_an_answer(desk, question, meadow):
    assert '<p class="meta">Teacher' in body(desk, f"{AT}?q=smaller")
    change_survey(survey=question.survey, press=PRESS, minimum_group=30)
    page = body(desk, f"{AT}?q=smaller")
    assert "Smaller classes" in page
    assert "Teacher" not in page
    assert desk.get(f"{AT}?group={question.survey.groups.get(name='Teacher').pk}").status_code == 404


def test_marking_the_ticked_and_all_that_were_found(desk, question):
    page = body(desk, f"{AT}?q=late&title=Late+buses")
    assert 'name="new" value="Late buses"' in page
    first = re.search(r'name="answer" value="(\d+)"', page)[1]
    done = press(desk, f"{AT}mark/", question=question.pk, answer=[first], new="Late buses", do="give", back="q=late")
    assert done.headers["Location"] == f"{AT}?q=late"
    theme = AnswerTheme.objects.get(title="Late buses")
    assert theme.marks.count() == 1
    press(desk, f"{AT}mark/", question=question.pk, give=[theme.pk], all="yes", q="late", do="give")
    assert theme.marks.count() == 3
    press(desk, f"{AT}mark/", question=question.pk, give=[theme.pk], all="yes", q="cold", do="take")
    assert theme.marks.count() == 2
    for said in (
        {"do": "give", "answer": [first]},
        {"do": "give", "give": [theme.pk]},
        {"do": "give", "answer": ["x"], "give": ["9" * 40]},
    ):
        answer = desk.post(f"{AT}mark/", {"press": str(uuid.uuid4()), "question": question.pk} | said, follow=True)
        assert "nothing was changed" in answer.content.decode()
    assert theme.marks.count() == 2
    assert desk.post(f"{AT}mark/", {"question": question.pk, "answer": [first], "give": [theme.pk]}).status_code == 400, "no press"


def test_a_refused_new_theme_marks_nothing(desk, question):
    mark(question, "Late buses", "late")
    before = ThemeMark.objects.count()
    answer = desk.post(
        f"{AT}mark/", {"press": str(uuid.uuid4()), "question": question.pk, "all": "yes", "q": "music", "new": "late buses"}, follow=True
    )
    assert "There is a theme “Late buses” already" in answer.content.decode()
    assert ThemeMark.objects.count() == before


def test_themes_are_made_renamed_merged_deleted_and_counted(desk, question):
    assert press(desk, f"{AT}themes/", title="Late buses", text="They come late.").status_code == 302
    assert press(desk, f"{AT}themes/", title="LATE buses").status_code == 422
    assert press(desk, f"{AT}themes/", title="").status_code == 422
    late, music = AnswerTheme.objects.get(), mark(question, "Music", "music")
    mark(question, "Late buses", "late")
    page = body(desk, f"{AT}themes/")
    assert "6 of 8 answers have a theme." in page
    assert "Few spoke of it" in page
    assert re.search(r"<th scope=\"row\">Music</th>.*?<b>5%</b>", page, re.S)
    at = f"{AT}themes/{late.pk}/"
    assert press(desk, at, do="change", title="Buses", text="").status_code == 302
    assert press(desk, at, do="change", title="music", text="").status_code == 422
    assert press(desk, at, do="merge", into="").status_code == 422
    assert press(desk, at, do="merge", into=music.pk).status_code == 302
    assert music.marks.count() == 6
    assert desk.get(at).status_code == 404
    assert press(desk, f"{AT}themes/{music.pk}/", do="delete").status_code == 302
    assert not AnswerTheme.objects.exists()


def test_the_switch_for_counts(desk, question):
    mark(question, "Late buses", "late")
    assert "kept for staff" in body(desk, f"{AT}themes/")
    press(desk, f"{AT}themes/", counts="on")
    question.refresh_from_db()
    assert question.counts_themes
    assert "offered for publishing too" in body(desk, f"{AT}themes/")


def test_suggestions_lead_to_answers_and_accept_nothing_by_themselves(desk, question):
    page = body(desk, f"{AT}suggestions/")
    assert "theme=none&amp;q=%22late%22&amp;title=Late" in page
    theme = mark(question, "Late buses", '"late bus"')
    page = body(desk, f"{AT}suggestions/?theme={theme.pk}")
    assert "The buses come late" in page
    assert "suggested because of: " in page
    assert theme.marks.count() == 2
    assert desk.get(f"{AT}suggestions/?theme=999999").status_code == 404


def test_statements_do_not_grow_with_answers(desk, question, meadow, tmp_path, django_assert_num_queries):
    mark(question, "Late buses", "late")
    at = f"{AT}?q=late"
    with CaptureQueriesContext(connection) as seen:
        desk.get(at)
    more = {group: [f"{text} {n}" for n in range(20) for text in texts][:20] for group, texts in TEXTS.items()}
    bring(meadow, tmp_path, rows=more)
    mark(question, "Late buses", "late")
    with django_assert_num_queries(len(seen)):
        desk.get(at)


def test_what_is_not_there(desk, question, client, meadow):
    for part in ("?question=1x", "?question=999999", "?theme=999", "?theme=x", "?group=999", "?group=x", "themes/999999/"):
        assert desk.get(AT + part).status_code == 404, part
    assert desk.get(f"{AT}?after=1-x&q=%00").status_code in (200, 400)
    client.force_login(MembershipFactory(organization=meadow, role="contributor").person)
    assert client.get(AT).status_code == 403
    assert client.post(f"{AT}mark/").status_code == 403
