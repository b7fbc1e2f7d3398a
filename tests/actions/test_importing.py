"""What an import writes, in which order ever the editions come."""

import itertools
import random
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from accounts.audit import Press
from accounts.models import AuditEntry, Organization
from actions.models import ActionStep, StatusUpdate
from actions.pictures import read_plan_picture
from actions.reading.draft import Draft, DraftArea, DraftObjective, DraftStatus, DraftStep, DraftStrategy
from actions.services import importing
from actions.services.importing import import_plan, preview_import, summary
from actions.services.updates import record_status
from goals.models import Edition, NodeRedirect, Plan, PlanNode

pytestmark = pytest.mark.django_db

SCALE = [DraftStatus("Waiting", 1, "not_started"), DraftStatus("Moving", 2, "under_way"), DraftStatus("Done", 3, "complete")]
JANUARY, MAY, AUGUST = date(2021, 1, 12), date(2021, 5, 4), date(2021, 8, 3)


@pytest.fixture
def district():
    return Organization.objects.create(slug="meadow", name="Meadow", time_zone="America/Chicago")


def step(code, title, status="Waiting", **more):
    return DraftStep(code, title, status=status, **more)


def edition(day, *steps, strategy="Lend every pupil a device"):
    area = DraftArea("1", "Access for all", "Nobody is left out.", strategies=[DraftStrategy("1.1", strategy, steps=list(steps))])
    return Draft("text", title="Device plan", areas=[area], statuses=SCALE, as_of=day, levels={"goal_area": "Goal"})


BASE = (
    ("1.1.1", "Count the devices that we have", "Moving"),
    ("1.1.2", "Order what is missing for each school", "Waiting"),
    ("1.1.2", "Repair broken screens over the summer", "Waiting"),
    ("1.1.3", "Open a help desk at the library", "Done"),
)


def base(day=AUGUST, **status):
    return edition(day, *(step(code, title, status.get(f"s{n}", said)) for n, (code, title, said) in enumerate(BASE, 1)))


def press(channel=AuditEntry.COMMAND, by=None):
    return Press(channel, by)


def bring(district, draft, **more):
    return import_plan(draft, organization=district, slug="devices", press=press(), **more)


def shape(day=None):
    """What a picture shows of each node, without numbers and addresses."""

    def of(item, path=()):
        here = (*path, item.code)
        status = getattr(item, "status", None)
        yield (here, item.title, item.description, status and status.name, getattr(item, "as_of", None))
        for key in ("objectives", "strategies", "steps"):
            for below in getattr(item, key, ()):
                yield from of(below, here)

    picture = read_plan_picture("meadow", "devices", as_of=day)
    return [row for area in picture.areas for row in of(area)]


def titles(day=None):
    return [s.title for s in read_plan_picture("meadow", "devices", as_of=day).all_steps()]


def statuses(day=None):
    return {s.title: s.status and s.status.name for s in read_plan_picture("meadow", "devices", as_of=day).all_steps()}


def test_a_plan_goes_in_whole_as_a_private_draft(district):
    found = summary(bring(district, base()), district="meadow", slug="devices")
    assert found["counts"] == {"goal_areas": 1, "objectives": 0, "strategies": 1, "action_steps": 4}
    assert found["changes"] == {"added": 4, "changed": 0, "moved": 0, "removed": 0}
    assert found["statuses"] == {"Waiting": 2, "Moving": 1, "Done": 1}
    assert found["as_of"] == "2021-08-03"
    plan = Plan.objects.get()
    assert (plan.visibility, plan.stage, plan.levels["goal_area"]) == (Plan.PRIVATE, Plan.DRAFT, "Goal")
    assert titles() == [title for _, title, _ in BASE]
    assert [a for (a,) in PlanNode.objects.filter(kind="action_step").order_by("pk").values_list("address")] == [
        "1.1.1",
        "1.1.2",
        "1.1.2~2",
        "1.1.3",
    ]


def test_the_second_time_nothing_is_written(district):
    bring(district, base())
    before = (Edition.objects.count(), StatusUpdate.objects.count(), AuditEntry.objects.count(), Plan.objects.get().generation)
    again = bring(district, base())
    assert again.edition is None
    assert not any(summary(again, district="meadow", slug="devices")["changes"].values())
    assert before == (Edition.objects.count(), StatusUpdate.objects.count(), AuditEntry.objects.count(), Plan.objects.get().generation)


def test_the_same_press_is_one_import(district):
    once = press()
    import_plan(base(), organization=district, slug="devices", press=once)
    import_plan(base(s1="Done"), organization=district, slug="devices", press=once)
    assert Edition.objects.count() == 1
    assert statuses()["Count the devices that we have"] == "Moving"


def test_a_preview_says_the_same_and_writes_nothing(district):
    preview = preview_import(base(), organization=district, slug="devices")
    assert not Plan.objects.exists()
    assert preview.weighed.counts() == bring(district, base()).weighed.counts()


def test_a_later_edition_keeps_the_old_day_as_it_was(district):
    bring(district, base())
    before = shape(AUGUST)
    later = edition(
        date(2022, 2, 1),
        step("1.1.1", "Count the devices that we have", "Done"),
        step("1.1.2", "Order what is missing for each school", "Waiting"),
        step("1.1.3", "Open a help desk at the main library", "Done"),
        step("1.1.4", "Publish a yearly summary", "Waiting"),
    )
    counted = preview_import(later, organization=district, slug="devices").weighed.counts()
    found = bring(district, later)
    assert counted == found.weighed.counts() == {"added": 1, "changed": 2, "moved": 0, "removed": 1}
    assert shape(AUGUST) == before
    assert titles(date(2022, 1, 31)) == [title for _, title, _ in BASE]
    assert titles() == [
        "Count the devices that we have",
        "Order what is missing for each school",
        "Open a help desk at the main library",
        "Publish a yearly summary",
    ]
    assert ActionStep.objects.filter(is_present=False).get().title == "Repair broken screens over the summer"


def test_an_earlier_edition_adds_history_and_leaves_the_present(district):
    bring(district, base())
    present, august = shape(), shape(AUGUST)
    early = edition(
        JANUARY,
        step("1.1.1", "Count devices", "Waiting"),
        step("1.1.9", "Ask families what they own", "Moving"),
        step("1.1.3", "Open a help desk at the library", "Waiting"),
        strategy="Lend pupils devices",
    )
    bring(district, early)
    assert shape() == present
    assert shape(AUGUST) == august
    assert titles(JANUARY) == titles(date(2021, 8, 2)) == ["Count devices", "Ask families what they own", "Open a help desk at the library"]
    assert statuses(MAY)["Open a help desk at the library"] == "Waiting"


def test_a_step_that_staff_touched_later_is_not_removed(district, django_user_model):
    bring(district, base())
    person = django_user_model.objects.create(email="a@meadow.example")
    repair = ActionStep.objects.get(title__startswith="Repair")
    status = repair.plan.scale.statuses.get(name="Moving")
    record_status(step=repair, status=status, as_of=date(2022, 3, 1), press=press(AuditEntry.WEB, person), expected_version=repair.version)
    later = edition(date(2022, 2, 1), *(step(code, title) for code, title, _ in BASE if not title.startswith("Repair")))
    found = bring(district, later)
    assert found.weighed.counts()["removed"] == 0
    assert [i.code for i in found.weighed.issues] == ["removed-but-newer"]
    assert "Repair broken screens over the summer" in titles()
    assert statuses()["Repair broken screens over the summer"] == "Moving"


def test_what_staff_said_on_the_documents_day_is_kept(district, django_user_model):
    bring(district, base(MAY))
    person = django_user_model.objects.create(email="a@meadow.example")
    count = ActionStep.objects.get(title__startswith="Count")
    done = count.plan.scale.statuses.get(name="Done")
    record_status(step=count, status=done, as_of=AUGUST, press=press(AuditEntry.WEB, person), expected_version=count.version)
    found = bring(district, base(AUGUST))
    assert [i.code for i in found.weighed.issues] == ["status-conflict"]
    assert statuses()["Count the devices that we have"] == "Done"


def test_a_renumbered_step_keeps_its_history_and_its_old_address_leads_to_it(district):
    bring(district, base(MAY))
    rows = [step(code, title, said) for code, title, said in BASE]
    rows[3].code = "1.1.7"
    found = bring(district, edition(AUGUST, *rows))
    assert found.weighed.counts() == {"added": 0, "changed": 0, "moved": 1, "removed": 0}
    help_desk = ActionStep.objects.get(code="1.1.7")
    assert help_desk.node.address == "1.1.7"
    assert NodeRedirect.objects.get(kind="action_step", address="1.1.3").node_id == help_desk.pk
    assert help_desk.updates.count() == 2


def test_steps_that_change_places_are_moved(district):
    bring(district, base(MAY))
    rows = [step(code, title, said) for code, title, said in BASE]
    found = bring(district, edition(AUGUST, rows[3], *rows[:3]))
    assert found.weighed.counts()["moved"] == 1
    assert titles()[0] == "Open a help desk at the library"
    assert titles(MAY)[0] == "Count the devices that we have"


def test_a_step_that_moves_under_another_strategy_takes_its_nested_steps_along(district):
    nested = step("a", "Ask the neighbors first", "Moving")
    first, second = DraftStrategy("1.1", "Lend devices"), DraftStrategy("1.2", "Teach families")
    parent = step("A", "Hold open evenings", "Waiting", steps=[nested])
    first.steps.append(parent)
    area = DraftArea("1", "Access", strategies=[first, second])
    bring(district, Draft("text", areas=[area], statuses=SCALE, as_of=MAY))
    first.steps.remove(parent)
    second.steps.append(parent)
    found = bring(district, Draft("text", areas=[area], statuses=SCALE, as_of=AUGUST))
    assert found.weighed.counts() == {"added": 0, "changed": 0, "moved": 1, "removed": 0}
    assert ActionStep.objects.get(code="a").strategy.code == "1.2"
    strategies = read_plan_picture("meadow", "devices", as_of=MAY).areas[0].strategies
    assert [len(list(s.all_steps())) for s in strategies] == [2, 0]


def test_when_it_fails_half_way_nothing_is_there(district, monkeypatch):
    bring(district, base(MAY))
    before = shape()

    def fail(writing):
        raise RuntimeError("power cut")

    monkeypatch.setattr(importing, "_say_statuses", fail)
    with pytest.raises(RuntimeError):
        bring(district, base(AUGUST, s1="Done"))
    assert shape() == before
    assert Edition.objects.count() == 1


def test_a_day_after_today_is_refused_in_a_sentence(district):
    with pytest.raises(ValueError, match="after today"):
        bring(district, base(date(2999, 1, 1)))
    assert not Plan.objects.exists()


def test_a_slug_that_would_hide_an_address_is_refused(district):
    with pytest.raises(ValidationError):
        import_plan(base(), organization=district, slug="surveys", press=press())


def test_without_a_day_today_is_taken_and_said(district):
    found = bring(district, base(None))
    assert [i.code for i in found.weighed.issues] == ["no-day"]
    assert found.weighed.as_of == district.today()


def test_the_day_asked_for_wins(district):
    assert bring(district, base(AUGUST), as_of=MAY).weighed.as_of == MAY


WORDS = [
    "count",
    "order",
    "repair",
    "open",
    "lend",
    "teach",
    "ask",
    "plan",
    "write",
    "test",
    "move",
    "paint",
    "fund",
    "train",
    "hire",
    "map",
]


def random_edition(chance, day, pool):
    """A plan of some of the pool's steps in a random order and nesting, each with a status."""
    areas = []
    chosen = chance.sample(pool, chance.randint(len(pool) // 2, len(pool)))
    for a in range(1, chance.randint(2, 3)):
        area = DraftArea(str(a), f"Goal number {a} of the meadow", "Said.")
        area.strategies = [DraftStrategy(f"{a}.{s}", f"Strategy {s} of goal {a}") for s in range(1, chance.randint(2, 3))]
        if chance.random() < 0.4:
            area.objectives = [DraftObjective(f"{a}A", f"Objective of goal {a}")]
        areas.append(area)
    homes = [*areas, *(s for a in areas for s in a.strategies), *(o for a in areas for o in a.objectives)]
    for title in chosen:
        home = chance.choice(homes)
        row = step(f"{chance.randint(1, 4)}", title, chance.choice(SCALE).name)
        home.steps.append(row)
        if chance.random() < 0.3:
            homes.append(row)
    return Draft("text", areas=areas, statuses=SCALE, as_of=day)


def drawn(draft):
    """The same as `shape`, of a draft."""

    def of(item, path=()):
        here = (*path, item.code)
        yield (here, item.title, item.description, getattr(item, "status", None), draft.as_of if hasattr(item, "status") else None)
        for key in ("objectives", "strategies", "steps"):
            for below in getattr(item, key, ()):
                yield from of(below, here)

    return [row for area in draft.areas for row in of(area)]


def named_as_kept(found):
    """Titles of steps that the document lacks and that stay, since a later day speaks of them or of what hangs under them."""
    titles = {row.pk: row.title for row in ActionStep.objects.all()}
    named = [change.node for change in found.weighed.changes if change.what == "conflict"]
    above = {row.pk: row.parent_id for row in ActionStep.objects.all()}
    return {titles[node] for start in named for node in (start, above[start], above.get(above[start])) if node}


@pytest.mark.parametrize("seed", range(6))
def test_editions_in_any_order_give_each_day_as_its_document_says(district, seed):
    """The heart of the two clocks: what is recorded later about an earlier day never disturbs what is known of other days."""
    chance = random.Random(seed)
    pool = [f"{a} the {b} {n}" for n, (a, b) in enumerate(itertools.islice(itertools.permutations(WORDS, 2), 0, 70, 7))]
    drafts = [random_edition(chance, day, pool) for day in (JANUARY, MAY, AUGUST)]
    chance.shuffle(drafts)
    kept = {draft.as_of: named_as_kept(bring(district, draft)) for draft in drafts}
    for draft in drafts:
        found, said = shape(draft.as_of), drawn(draft)
        assert [row for row in found if row in said] == said, draft.as_of
        extra = {title for _, title, _, status, _ in found if status} - {title for _, title, _, status, _ in said if status}
        assert extra <= kept[draft.as_of], draft.as_of
    newest = max(drafts, key=lambda d: d.as_of)
    assert shape() == drawn(newest), "the copies of the present"
    assert shape(district.today()) == shape(AUGUST)
