"""Public pages over HTTP: what is shown, to whom, and with how little."""

import html
import re
from datetime import date

import pytest

from accounts.audit import Press
from accounts.models import AuditEntry, Membership, Organization, Person
from actions.wording_history import Wordings
from dashboards import views
from goals.models import Plan
from goals.services import create_plan
from tests.factories.pictures import district_plan, earlier_district_plan, nested_plan, odd_plan

TODAY = date(2021, 8, 3)


@pytest.fixture
def shown(monkeypatch):
    """The district's plan as if it were read, and what was asked of the reader."""
    asked = []

    def read(organization, plan, *, as_of=None, known_at=None):
        asked.append((organization, plan, as_of))
        found = {p.district: p for p in (district_plan(), nested_plan(), odd_plan())}.get(organization)
        if organization == "mdusd" and as_of and as_of < TODAY:
            found = earlier_district_plan()
        if found is None or found.slug != plan:
            return None
        found.today = TODAY if organization == "mdusd" else found.today
        found.visibility = "live"
        return found

    monkeypatch.setattr(views, "read_plan_picture", read)
    monkeypatch.setattr(views, "wordings_of", lambda node, zone: Wordings())
    monkeypatch.setattr(views, "asked_for", lambda *said: [])
    return asked


def text_of(response):
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split()))


def test_the_dashboard_says_how_far_the_plan_is(client, shown):
    response = client.get("/mdusd/technology/")
    said = text_of(response)
    assert response.status_code == 200
    assert "5 of 80 action steps are fully implemented, 46 are under way and 29 have not started." in said
    assert "Furthest behind is goal 4, Network and operations : 11 of its 20 action steps have not started." in said
    assert response.content.decode().count('<li class="step">') == 80


def test_public_pages_have_no_cookie_token_inline_style_or_script(client, shown):
    for address in ("", "changes/", "goals/4/", "?as_of=2021-06-15", "?status=not-started"):
        response = client.get(f"/mdusd/technology/{address}")
        page = response.content.decode()
        assert response.status_code == 200
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert "csrf" not in page.lower()
        assert not re.search(r"<[^>]*\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=|data:", page)
        assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", page)


def test_the_part_is_the_same_as_in_the_page(client, shown):
    address = "/mdusd/technology/?status=not-started&goal=4"
    page = client.get(address).content.decode()
    part = client.get(address, headers={"HX-Request": "true"})
    found = part.content.decode()
    assert found.startswith('<div id="found">')
    assert found[: found.index('<p id="result"')].strip() in page
    assert part["HX-Push-Url"] == "/mdusd/technology/?status=not-started&goal=4"
    assert "HX-Request" in part["Vary"]
    whole = client.get(address, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}).content.decode()
    assert whole.startswith("<!DOCTYPE html>")


def test_filters_narrow_the_tree_and_the_downloads_keep_them(client, shown):
    page = client.get("/mdusd/technology/?status=not-started&as_of=2021-08-03").content.decode()
    assert page.count('<li class="step">') == 29
    assert 'href="/mdusd/technology/steps.xlsx?status=not-started"' in page
    nothing = client.get("/mdusd/technology/?q=zebra")
    assert "No action step passes all of these filters" in text_of(nothing)


def test_a_past_day_says_so_and_what_happened_since(client, shown):
    said = text_of(client.get("/mdusd/technology/?as_of=2021-06-15"))
    assert "This is the plan as of June 15, 2021" in said
    assert "Since then: 8 action steps moved up , 1 moved back and 2 were reworded ." in said


def test_odd_days_are_said_and_never_an_error(client, shown):
    assert "“soon” is not a day" in text_of(client.get("/mdusd/technology/?as_of=soon"))
    assert "January 1, 2099 has not come yet" in text_of(client.get("/mdusd/technology/?as_of=2099-01-01"))


def test_words_of_a_plan_are_escaped(client, shown):
    page = client.get("/odd/plan/?open=all").content.decode()
    assert "One &lt;b&gt;bold&lt;/b&gt; task" in page
    assert "<b>bold</b>" not in page


def test_steps_inside_steps_are_drawn_inside(client, shown):
    page = client.get("/michigan/leadership/").content.decode()
    assert page.count('<ol class="steps">') == 3


def test_changes_list_each_step(client, shown):
    said = text_of(client.get("/mdusd/technology/changes/?since=2021-06-15"))
    assert "Moved up (8)" in said
    assert "Moved back (1)" in said
    assert "Reworded (2)" in said


def test_the_accent_is_a_stylesheet(client):
    assert client.get("/theme/27447f.css").content == b":root { --accent: #27447f; }\n"
    assert client.get("/theme/27447f;}.css").status_code == 404
    assert client.get("/theme/RED.css").status_code == 404


@pytest.mark.parametrize("address", ["/how/", "/accessibility/"])
def test_pages_about_the_pages(client, address):
    assert client.get(address).status_code == 200


def test_nothing_can_be_sent_to_public_pages(client):
    assert client.post("/mdusd/technology/").status_code == 405


@pytest.fixture
def small(db):
    """A plan of one step in the database."""
    district = Organization.objects.create(slug="meadow", name="Meadow", time_zone="America/Chicago")
    press = Press(AuditEntry.COMMAND)
    plan = create_plan(organization=district, slug="devices", title="Device plan", press=press)
    return plan


def test_private_plans_do_not_exist_for_visitors(client, small):
    for address in ("", "meadow/", "meadow/devices/", "meadow/devices/changes/", "meadow/devices/reports/", "meadow/devices/goals/1/"):
        response = client.get(f"/{address}")
        assert response.status_code == (200 if not address else 404)
        assert b"Device plan" not in response.content


def test_a_member_sees_a_private_plan_and_nobody_keeps_the_answer(client, small):
    person = Person.objects.create(email="a@meadow.example", name="A")
    outsider = Person.objects.create(email="b@other.example", name="B")
    Membership.objects.create(person=person, organization=small.organization, role="viewer")
    client.force_login(person)
    response = client.get("/meadow/devices/")
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert "Only members of the district see this page" in text_of(response)
    client.force_login(outsider)
    assert client.get("/meadow/devices/").status_code == 404


def test_the_only_public_plan_stands_on_the_front_page(client, small):
    Plan.objects.filter(pk=small.pk).update(visibility=Plan.LIVE)
    page = client.get("/").content.decode()
    assert '<link rel="canonical" href="/meadow/devices/">' in page
    assert client.get("/meadow/").status_code == 200


def test_a_few_districts_show_their_plans_on_the_front_page_and_many_their_names(client, small):
    Plan.objects.filter(pk=small.pk).update(visibility=Plan.LIVE)
    press = Press(AuditEntry.COMMAND)

    def another(slug: str) -> None:
        district = Organization.objects.create(slug=slug, name=slug.title(), time_zone="America/Chicago")
        create_plan(organization=district, slug="main", title=f"Plan of {slug}", press=press)
        Plan.objects.filter(organization=district).update(visibility=Plan.LIVE)

    another("hill")
    page = client.get("/").content.decode()
    assert 'href="/meadow/devices/">Device plan</a>' in page
    assert 'href="/hill/main/">Plan of hill</a>' in page
    another("dale")
    another("vale")
    page = client.get("/").content.decode()
    assert 'href="/vale/">Vale</a>' in page
    assert "Plan of vale" not in page, "many plans would make the page slow"
