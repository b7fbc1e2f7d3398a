"""What everybody reads of a survey, tried on the sample that ships: the fixed list of tables that was published, and which part of the plan answers."""

import csv
import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.audit import Press
from dashboards.samples import load_answered_survey
from goals.models import Plan
from surveys.models import Survey
from surveys.services.publications import withdraw_publications

BASE = "/dekalb/surveys/strategic-plan/"
TABLES = ("groups.csv", "groups.xlsx", "questions/1.csv", "questions/1.xlsx", "themes.csv", "themes.xlsx", "we-did.csv", "we-did.xlsx")


@pytest.fixture
def survey(db) -> Survey:
    load_answered_survey()
    return Survey.objects.get()


def text_of(response) -> str:
    assert response.status_code == 200, response
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_district_leads_to_its_survey_and_says_what_it_has(client, survey):
    page = client.get("/dekalb/")
    assert "one public plan and one public survey" in text_of(page)
    assert f'href="{BASE}"' in page.content.decode()
    assert "8,399 people in seven groups took part" in text_of(client.get("/dekalb/surveys/"))
    Plan.objects.update(visibility=Plan.PRIVATE)
    page = text_of(client.get("/dekalb/"))
    assert "one public survey" in page
    assert "Strategic plan" not in page
    assert "Surveys of DeKalb (sample)" in text_of(client.get("/"))


def test_every_page_of_it_opens_with_the_published_figures(client, survey):
    page = client.get(BASE)
    assert "8,399 people in seven groups" in text_of(page)
    groups = sorted(set(re.findall(r"\?group=([a-z0-9-]+)", page.content.decode())))
    assert len(groups) == 7
    tables = [group for group in groups if "%" in text_of(client.get(f"{BASE}?group={group}"))]
    assert len(tables) == 5, "two groups have themes alone"
    for group in groups:
        assert client.get(f"{BASE}group/{group}.csv").status_code == 200
    assert client.get(f"{BASE}?group=nobody").status_code == 404
    for address in ("themes/", "we-did/"):
        text_of(client.get(BASE + address))


def test_a_part_of_the_plan_says_who_asked_for_it(client, survey):
    day = survey.organization.today() - timedelta(days=1)
    area = text_of(client.get("/dekalb/plan/goals/06/"))
    assert "Who asked for this State of the buildings performance objective 6.1" in area
    assert "Asked for by 47% of school staff who do not teach, 44% of parents and guardians" in area
    assert f'href="{BASE}we-did/"' in client.get("/dekalb/plan/goals/06/").text
    assert "Who asked for this State of the buildings Asked for by" in text_of(client.get("/dekalb/plan/objectives/6.1/"))
    assert "Who asked for this" not in text_of(client.get("/dekalb/plan/objectives/6.3/")), "nobody did"
    assert "Who asked for this" not in text_of(client.get(f"/dekalb/plan/goals/06/?as_of={day}")), "the survey came later"
    withdraw_publications(survey=survey, reason="A figure was wrong", press=Press("web"))
    assert "Who asked for this" not in text_of(client.get("/dekalb/plan/goals/06/"))


def test_its_tables_go_along_as_files(client, survey):
    for name in TABLES:
        response = client.get(BASE + name)
        assert response.status_code == 200, name
        body = b"".join(response.streaming_content) if response.streaming else response.content
        if name.endswith(".csv"):
            rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
        else:
            rows = list(load_workbook(io.BytesIO(body)).active.values)
        assert len(rows) > 5, name
    rows = list(csv.reader(io.StringIO(client.get(f"{BASE}groups.csv").content.decode("utf-8-sig"))))
    assert sum(int(row[1]) for row in rows[1:-1]) == int(rows[-1][1]) == 8399


def test_the_whole_goes_along_as_a_tagged_pdf(client, survey):
    response = client.get(f"{BASE}report.pdf")
    assert response.status_code == 200
    read = PdfReader(io.BytesIO(response.content))
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "8,399" in read.pages[0].extract_text()
    assert len(read.pages) >= 7, "a cover, a page for each group with a table, and the matrix"


def test_what_answers_a_priority_is_shown_only_while_its_plan_is_live(client, survey):
    page = client.get(f"{BASE}we-did/").content.decode()
    linked = set(re.findall(r'href="(/dekalb/plan/[^"]+)"', page))
    assert linked
    for address in linked:
        assert client.get(address.partition("#")[0]).status_code == 200
    Plan.objects.update(visibility=Plan.PRIVATE)
    assert "/dekalb/plan/" not in client.get(f"{BASE}we-did/").content.decode()


def test_what_is_withdrawn_does_not_exist(client, survey):
    withdraw_publications(survey=survey, reason="A table was of another year.", press=Press("web"))
    for address in ("", "themes/", "we-did/", "report.pdf", *TABLES, "results.xlsx"):
        assert client.get(BASE + address).status_code == 404, address
    assert client.get("/dekalb/surveys/").status_code == 404
    assert "survey" not in text_of(client.get("/dekalb/")).lower().replace("strategic plan", "")
