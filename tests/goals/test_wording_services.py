"""Another wording of a part of a plan: the one door, for each level; days before it keep what stood."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from accounts.audit import Press
from accounts.models import AuditEntry
from actions.models import ActionStep
from actions.pictures import read_plan_picture
from goals.models import PERFORMANCE_OBJECTIVE, GoalArea, PerformanceObjective, Plan, Strategy, Wording
from goals.wording_services import Reworded, reword, standing_wording
from tests.factories.people import PersonFactory
from tests.factories.plans import BEGIN, MODELS, add_node, small_plan

pytestmark = pytest.mark.django_db
TODAY = date(2021, 8, 3)


@pytest.fixture
def plan():
    return small_plan()[0]


def web():
    return Press(AuditEntry.WEB, PersonFactory())


def shown(plan, day):
    picture = read_plan_picture(plan.organization.slug, plan.slug, as_of=day)
    area = picture.areas[0]
    strategies = [strategy for home in (area, *area.objectives) for strategy in home.strategies]
    parts = [area, *area.objectives, *strategies, *picture.all_steps()]
    return {part.code: (part.title, part.description) for part in parts}


@pytest.mark.parametrize("model", [GoalArea, PerformanceObjective, Strategy, ActionStep])
def test_a_part_of_any_level_says_it_otherwise_from_a_day_on(plan, model, monkeypatch):
    if model is PerformanceObjective:
        monkeypatch.setitem(MODELS, PERFORMANCE_OBJECTIVE, PerformanceObjective)
        add_node(plan, PERFORMANCE_OBJECTIVE, "1.A", "Nine of ten have one", GoalArea.objects.get().node)
    row = model.objects.order_by("pk").first()
    before, generation = shown(plan, TODAY), Plan.objects.get().generation
    press = web()
    version = reword(row=row, press=press, as_of=date(2021, 7, 1), title=" Said  otherwise ", description="First.\r\nSecond. ")
    row.refresh_from_db()
    assert (row.title, row.description, row.reworded_on) == ("Said otherwise", "First.\nSecond.", date(2021, 7, 1))
    assert shown(plan, TODAY) == before | {row.code: ("Said otherwise", "First.\nSecond.")}
    assert shown(plan, date(2021, 6, 30)) == before
    assert (version.code, version.by, version.channel) == (row.code, press.by, "web")
    assert Plan.objects.get().generation == generation + 1
    entry = AuditEntry.objects.get(verb="reword")
    assert (entry.old["title"], entry.new["title"], entry.new["as_of"]) == (before[row.code][0], "Said otherwise", "2021-07-01")


def test_the_same_press_is_one_change_and_what_stands_already_is_none(plan):
    step, press = ActionStep.objects.order_by("pk").first(), web()
    first = reword(row=step, press=press, as_of=TODAY, title="Otherwise")
    assert reword(row=step, press=press, as_of=TODAY, title="Otherwise") == first
    assert reword(row=step, press=web(), as_of=TODAY, title="Otherwise", seen=0) is None
    assert Wording.objects.filter(node=step.pk).count() == 2
    assert AuditEntry.objects.filter(verb="reword").count() == 1


def test_whoever_was_slower_sees_what_stands_and_nothing_is_overwritten(plan):
    step = ActionStep.objects.order_by("pk").first()
    seen = standing_wording(step.pk).pk
    reword(row=step, press=web(), as_of=TODAY, title="Theirs", seen=seen)
    with pytest.raises(Reworded) as slower:
        reword(row=step, press=web(), as_of=TODAY, title="Mine", seen=seen)
    assert slower.value.standing.title == "Theirs"
    reword(row=step, press=web(), as_of=TODAY, title="Mine", seen=slower.value.standing.pk)
    assert [v.title for v in Wording.objects.filter(node=step.pk).order_by("pk")] == ["Task number 1", "Theirs", "Mine"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": " "}, "title"),
        ({"as_of": date(2021, 8, 4)}, "as_of"),
        ({"as_of": date(2021, 1, 11)}, "as_of"),  # the wording that stands came the day after
        ({"description": "x" * 50_001}, "description"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(plan, said, field):
    step = ActionStep.objects.order_by("pk").first()
    with pytest.raises(ValidationError) as refusal:
        reword(row=step, press=web(), **({"as_of": BEGIN, "title": "Otherwise"} | said))
    assert list(refusal.value.message_dict) == [field]
    assert Wording.objects.filter(node=step.pk).count() == 1


def test_what_is_gone_is_not_reworded(plan):
    step = ActionStep.objects.order_by("pk").first()
    ActionStep.objects.filter(pk=step.pk).update(is_present=False)
    with pytest.raises(ValidationError, match="no longer in the plan"):
        reword(row=step, press=web(), as_of=TODAY, title="Otherwise")
