"""What the database itself refuses, each with a row that passes and one that fails."""

import pytest
from django.db import Error, transaction

from surveys.models import Choice, GroupSize, Question, RespondentGroup, ResponseBlock, SurveyImport, Table, Tally
from tests.factories.surveys import SurveyFactory

pytestmark = pytest.mark.django_db


def refused(match, call, *args, **kwargs):
    with pytest.raises(Error, match=match), transaction.atomic():
        call(*args, **kwargs)


class World:
    def __init__(self):
        self.survey = SurveyFactory()
        self.question = Question.objects.create(survey=self.survey, position=0, key="q", text="Q", kind="multi")
        self.choice = Choice.objects.create(question=self.question, position=0, label="C", key="c")
        self.group = RespondentGroup.objects.create(survey=self.survey, position=0, name="G")
        self.source = self.bring("a")

    def bring(self, fingerprint, **more):
        said = {"kind": "raw", "name": "x", "format": "plain", "channel": "web", "press": "0" * 32, "state": "counted"}
        return SurveyImport.objects.create(survey=self.survey, fingerprint=fingerprint, **said | more)

    def table(self, **more):
        return Table.objects.create(**{"source": self.source, "question": self.question, "group": self.group, "base": 1} | more)


@pytest.fixture
def here():
    return World()


@pytest.fixture
def there():
    return World()


def test_a_table_speaks_of_its_own_survey(here, there):
    here.table()
    here.table(group=None)
    refused("another survey", here.table, question=there.question)
    refused("another survey", here.table, group=there.group)


def test_a_tally_speaks_of_its_own_question(here, there):
    table = here.table()
    Tally.objects.create(table=table, choice=here.choice, count=1)
    refused("another question", Tally.objects.create, table=table, choice=there.choice, count=1)
    refused("tally_once|UNIQUE", Tally.objects.create, table=table, choice=here.choice, count=2)


def test_sizes_are_of_its_own_groups_and_once(here, there):
    GroupSize.objects.create(source=here.source, group=here.group, respondents=4)
    GroupSize.objects.create(source=here.source, group=None, respondents=4)
    refused("another survey", GroupSize.objects.create, source=here.source, group=there.group, respondents=4)
    refused("group_size_once|UNIQUE", GroupSize.objects.create, source=here.source, group=here.group, respondents=5)
    refused("size_of_no_group_once|UNIQUE", GroupSize.objects.create, source=here.source, group=None, respondents=5)
    GroupSize.objects.create(source=here.bring("b"), group=None, respondents=4)


def test_figures_are_never_changed(here):
    table = here.table()
    tally = Tally.objects.create(table=table, choice=here.choice, count=1)
    size = GroupSize.objects.create(source=here.source, group=here.group, respondents=4)
    refused("never changed", Table.objects.filter(pk=table.pk).update, base=2)
    refused("never changed", Tally.objects.filter(pk=tally.pk).update, count=2)
    refused("never changed", GroupSize.objects.filter(pk=size.pk).update, respondents=5)
    here.survey.delete()
    assert not Tally.objects.exists(), "a survey that is deleted takes them along"


def test_one_file_counts_once_and_one_import_is_stored_at_a_time(here):
    refused("survey_file_counted_once|UNIQUE", here.bring, "a")
    here.bring("a", state="replaced")
    here.bring("b", state="storing")
    refused("survey_one_storing|UNIQUE", here.bring, "c", state="storing")
    refused("state_known|CHECK", here.bring, "d", state="odd")
    refused("kind_known|CHECK", here.bring, "e", kind="odd")


def test_names_and_bounds(here):
    refused("survey_slug_once|UNIQUE", SurveyFactory, organization=here.survey.organization, slug=here.survey.slug)
    SurveyFactory(slug=here.survey.slug)
    refused("minimum_group|CHECK", SurveyFactory, minimum_group=2)
    refused("minimum_group|CHECK", SurveyFactory, minimum_group=31)
    SurveyFactory(minimum_group=30)
    refused("respondent_group_once|UNIQUE", RespondentGroup.objects.create, survey=here.survey, position=1, name="G")
    refused("question_once|UNIQUE", Question.objects.create, survey=here.survey, position=1, key="q", text="x", kind="text")
    refused("question_kind|CHECK", Question.objects.create, survey=here.survey, position=1, key="r", text="x", kind="metadata")
    Question.objects.create(survey=here.survey, position=1, key="g", text="x", kind="group")
    refused("question_of_group|UNIQUE", Question.objects.create, survey=here.survey, position=1, key="h", text="x", kind="group")
    refused("choice_once|UNIQUE", Choice.objects.create, question=here.question, position=1, label="C", key="c")


def test_blocks_have_rows_and_a_place_of_their_own(here):
    said = {"source": here.source, "first": 0, "fingerprints": b"", "answers": b""}
    ResponseBlock.objects.create(rows=1, **said)
    refused("response_block_once|UNIQUE", ResponseBlock.objects.create, rows=1, **said)
    refused("has_rows|CHECK", ResponseBlock.objects.create, rows=0, **said | {"first": 5})
