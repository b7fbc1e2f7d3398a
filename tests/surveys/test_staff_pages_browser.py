"""The staff pages of a survey in a real browser: seen by a machine in each variant, and one flow from a search to a public theme."""

import pytest

from surveys.models import Survey
from tests.factories.people import MembershipFactory, OrganizationFactory
from tests.support.looking import findings_everywhere
from tests.surveys.test_themes import ASKED, bring, mark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def survey(tmp_path):
    meadow = OrganizationFactory(slug="meadow")
    bring(meadow, tmp_path)
    bring(meadow, tmp_path, slug="autumn")
    return Survey.objects.select_related("organization").get(slug="spring")


@pytest.fixture
def signed_in(page, live_server, survey, client):
    person = MembershipFactory(organization=survey.organization, role="cabinet").person
    client.force_login(person)
    page.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}])
    return page


def test_from_a_search_to_a_public_theme(signed_in, live_server, survey):
    page, at = signed_in, f"{live_server.url}/manage/meadow/surveys/spring/"
    page.goto(f"{at}open-answers/suggestions/")
    page.get_by_role("link", name="Look at these answers with late").click()
    page.get_by_label("A new theme").fill("Late buses")
    page.get_by_label("All 3 that were found").check()
    page.get_by_role("button", name="Give themes").click()
    page.get_by_text("3 answers got “Late buses”.").wait_for()
    page.goto(f"{at}publish/")
    page.get_by_role("group", name="Themes of open answers").get_by_role("checkbox").check()
    page.get_by_role("button", name="Publish what is ticked").click()
    page.get_by_text("The tables are public now.").wait_for()
    page.goto(f"{live_server.url}/meadow/surveys/spring/themes/")
    assert page.get_by_text("Late buses").count() == 1
    assert page.get_by_text("late buses again").count() == 0


def test_every_staff_page_is_sound(signed_in, live_server, survey):
    theme = mark(survey.questions.get(text=ASKED), "Late buses", "late")
    at = f"{live_server.url}/manage/meadow/surveys/spring/"
    pages = [
        "results/", "open-answers/", f"open-answers/themes/{theme.pk}/", "open-answers/themes/", f"open-answers/suggestions/?theme={theme.pk}",
        "earlier/autumn/", "earlier/autumn/same/", "publish/",
    ]  # fmt: skip
    assert [one for part in pages for one in findings_everywhere(signed_in, at + part)] == []
