"""What the database itself refuses: each trigger both ways, on the database that the suite runs on. Rows are made by hand, past every service."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEntry, Organization, Person, StoredFile
from actions.models import (
    ActionStep,
    Ask,
    AskAnswer,
    Cycle,
    Evidence,
    LeadNote,
    NoteMention,
    ProgressReport,
    Reminder,
    ReminderLine,
    ReportNotice,
    StatusUpdate,
    StepNote,
    StepPhoto,
)
from goals.models import (
    DueDate,
    Edition,
    GoalArea,
    Lead,
    PerformanceObjective,
    Place,
    Plan,
    PlanNode,
    Status,
    StatusScale,
    Strategy,
    Wording,
)
from planner import triggers

DAY = date(2021, 8, 3)
NEXT_WEEK = datetime.now(UTC).date() + timedelta(days=7)
APPENDED = (
    AuditEntry,
    Edition,
    Wording,
    Place,
    Lead,
    DueDate,
    StatusUpdate,
    Evidence,
    ProgressReport,
    ReportNotice,
    ReminderLine,
    Ask,
    AskAnswer,
    StepNote,
    StepPhoto,
)
VERSIONS = {Wording: {"title": "As it is"}, Place: {"position": 1}, Lead: {}, DueDate: {}}


def node(plan, kind, address):
    return PlanNode.objects.create(plan=plan, kind=kind, address=address)


def level(model, plan, address, **more):
    """A row of a level with a node of its own."""
    return model.objects.create(node=node(plan, model.kind, address), plan=plan, code=address, title=address, position=1, **more)


def make_plan(slug):
    organization, _ = Organization.objects.get_or_create(slug="meadow", defaults={"name": "Meadow"})
    plan = Plan.objects.create(organization=organization, slug=slug, title=slug)
    scale = StatusScale.objects.create(organization=organization, plan=plan)
    waiting, done = (
        Status.objects.create(scale=scale, name=name, rank=n, meaning=m)
        for n, (name, m) in enumerate([("Waiting", "not_started"), ("Done", "complete")], 1)
    )
    w = SimpleNamespace(plan=plan, waiting=waiting, done=done)
    w.area, w.other_area = level(GoalArea, plan, "1"), level(GoalArea, plan, "2")
    w.objective = level(PerformanceObjective, plan, "1", goal_area=w.area)
    w.strategy = level(Strategy, plan, "1.1", goal_area=w.area, objective=w.objective)
    w.loose = level(Strategy, plan, "1.2", goal_area=w.area)
    w.step = level(ActionStep, plan, "1.1.1", goal_area=w.area, objective=w.objective, strategy=w.strategy)
    w.child = level(ActionStep, plan, "1.1.1.a", goal_area=w.area, objective=w.objective, strategy=w.strategy, parent=w.step)
    return w


@pytest.fixture
def world(db):
    return make_plan("devices")


@pytest.fixture
def other(world):
    return make_plan("buildings")


def say(w, status=None, step=None, **more):
    return StatusUpdate.objects.create(step=step or w.step, status=status, **({"as_of": DAY, "channel": "web"} | more))


def refused(sentence, do, *args, **kwargs):
    """The database refuses with our sentence, and the transaction around it goes on."""
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        do(*args, **kwargs)


def raw(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def one_of_each(w):
    """One row in every table that is only ever added to."""
    n = w.step.node
    version = {"node": n, "as_of": DAY, "channel": "web"}
    report = {"plan": w.plan, "through": DAY, "known_at": datetime.now(UTC), "published_on": DAY, "press": w_press(), "counts": {}}
    first = ProgressReport.objects.create(address="2021-08-03", canonical="{}", fingerprint="0", channel="web", **report)
    return {
        AuditEntry: AuditEntry.objects.create(channel="web", verb="try", kind="x", key="1"),
        Edition: Edition.objects.create(plan=w.plan, as_of=DAY, channel="import", press=w_press()),
        **{model: model.objects.create(**version, **said) for model, said in VERSIONS.items()},
        StatusUpdate: say(w, w.waiting),
        Evidence: Evidence.objects.create(node=n, url="https://example.org/", as_of=DAY),
        ProgressReport: first,
        ReportNotice: ReportNotice.objects.create(report=first, reason="Withdrawn."),
        ReminderLine: one_line(w.plan),
        **beside(w.step),
    }


def beside(step):
    """What stands beside a step: an ask with its answer, a note, a photo."""
    said = {"by": Person.objects.create(email="two@example.org"), "channel": "link"}
    ask = Ask.objects.create(step=step, kind="not_mine", as_of=DAY, **said)
    file = StoredFile.objects.create(organization=step.plan.organization, name="a.png", path="photos/0", size=1, sha256="0")
    photo = {"file": file, "content_type": "image/png", "width": 1, "height": 1, "as_of": DAY}
    return {
        Ask: ask,
        AskAnswer: AskAnswer.objects.create(ask=ask, kind="left", **said),
        StepNote: StepNote.objects.create(step=step, text="Call the office.", **said),
        StepPhoto: StepPhoto.objects.create(step=step, **photo, **said),
    }


def one_line(plan):
    said = {"kind": "review", "person": Person.objects.create(email="one@example.org"), "rung": 1, "due_on": DAY}
    reminder = Reminder.objects.create(**said, organization=plan.organization, message_id="<1@localhost>")
    return ReminderLine.objects.create(**said, reminder=reminder, plan=plan, about_on=DAY)


def w_press():
    return "00000000-0000-0000-0000-000000000001"


def test_the_list_of_tables_here_is_the_declared_one():
    assert {m._meta.db_table for m in APPENDED} == set(triggers.APPEND_ONLY)


@pytest.mark.parametrize("model", APPENDED, ids=lambda m: m.__name__)
def test_what_is_only_added_to_takes_rows_and_keeps_them(world, model):
    row = one_of_each(world)[model]
    table, count = model._meta.db_table, model.objects.count()
    refused("append-only", raw, f"UPDATE {table} SET id = id WHERE id = %s", row.pk)
    refused("append-only", raw, f"DELETE FROM {table} WHERE id = %s", row.pk)
    refused("append-only", raw, f"DELETE FROM {table}")
    if connection.vendor == "postgresql":
        raw("SET CONSTRAINTS ALL IMMEDIATE")  # else the pending checks of foreign keys refuse first
        refused("append-only", raw, f"TRUNCATE {table} CASCADE")
    assert model.objects.count() == count


@pytest.mark.parametrize("model", VERSIONS, ids=lambda m: m.__name__)
def test_versions_come_in_time(world, model):
    said = {"node": world.step.node, "channel": "web", **VERSIONS[model]}
    first = model.objects.create(as_of=DAY, **said)
    first.refresh_from_db()
    model.objects.create(as_of=DAY - timedelta(days=400), **said)
    refused("day after today", model.objects.create, as_of=NEXT_WEEK, **said)
    early = first.recorded_at - timedelta(seconds=1)
    refused("before the last one", model.objects.create, as_of=DAY, recorded_at=early, **said)
    elsewhere = said | {"node": world.child.node}
    assert model.objects.create(as_of=DAY, recorded_at=early, **elsewhere).pk


@pytest.mark.parametrize("model", [GoalArea, PerformanceObjective, Strategy, ActionStep], ids=lambda m: m.__name__)
def test_a_row_is_of_its_nodes_plan_and_level(world, other, model):
    more = {} if model is GoalArea else {"goal_area": world.area}
    said = {"plan": world.plan, "title": "x", "position": 1, **more}
    assert model.objects.create(node=node(world.plan, model.kind, "9"), **said).pk
    wrong = "another plan or of another level"
    refused(wrong, model.objects.create, node=node(other.plan, model.kind, "9"), **said)
    kind = "strategy" if model is not Strategy else "goal_area"
    refused(wrong, model.objects.create, node=node(world.plan, kind, "19"), **said)


@pytest.mark.parametrize("model", [PerformanceObjective, Strategy, ActionStep], ids=lambda m: m.__name__)
def test_nothing_hangs_under_a_goal_area_of_another_plan(world, other, model):
    refused("goal area belongs to another plan", level, model, world.plan, "9", goal_area=other.area)


def test_nothing_hangs_under_an_objective_or_strategy_of_another_goal_area(world):
    plan, there = world.plan, {"goal_area": world.other_area}
    for model in (Strategy, ActionStep):
        refused("objective belongs to another goal area", level, model, plan, "9", objective=world.objective, **there)
    refused("strategy belongs to another goal area", level, ActionStep, plan, "9", strategy=world.loose, **there)
    refused("strategy belongs to another objective", level, ActionStep, plan, "9", strategy=world.strategy, goal_area=world.area)
    refused("parent step hangs elsewhere", level, ActionStep, plan, "9", parent=world.step, **there)
    assert level(Strategy, plan, "9", **there).pk


def test_steps_nest_five_deep_and_never_in_a_ring(world):
    above, place = world.child, {"goal_area": world.area, "objective": world.objective, "strategy": world.strategy}
    for depth in (3, 4, 5):
        above = level(ActionStep, world.plan, f"d{depth}", parent=above, **place)
    refused("five deep", level, ActionStep, world.plan, "d6", parent=above, **place)
    refused("under itself|step_not_its_own_parent", ActionStep.objects.filter(pk=world.step.pk).update, parent=world.child)


@pytest.mark.parametrize("name", ["area", "objective", "strategy", "step"])
def test_a_part_stays_in_its_plan(world, other, name):
    row = getattr(world, name)
    refused("stays in its plan", type(row).objects.filter(pk=row.pk).update, plan=other.plan)
    assert type(row).objects.filter(pk=row.pk).update(plan=world.plan) == 1


@pytest.mark.parametrize("name", ["objective", "strategy", "step"])
def test_a_part_moves_only_to_where_it_may_hang(world, other, name):
    row = getattr(world, name)
    refused("another plan|another goal area", type(row).objects.filter(pk=row.pk).update, goal_area=other.area)
    assert type(row).objects.filter(pk=row.pk).update(goal_area=world.area) == 1


def places():
    return {s.code: (s.goal_area_id, s.objective_id, s.strategy_id) for s in ActionStep.objects.all()}


def test_what_hangs_below_goes_along_with_an_objective(world):
    straight = level(ActionStep, world.plan, "1.9", goal_area=world.area, objective=world.objective)
    PerformanceObjective.objects.filter(pk=world.objective.pk).update(goal_area=world.other_area)
    world.strategy.refresh_from_db()
    assert world.strategy.goal_area == world.other_area
    expected = (world.other_area.pk, world.objective.pk, world.strategy.pk)
    assert places() == {"1.1.1": expected, "1.1.1.a": expected, straight.code: (world.other_area.pk, world.objective.pk, None)}


def test_what_hangs_below_goes_along_with_a_strategy(world):
    Strategy.objects.filter(pk=world.strategy.pk).update(goal_area=world.other_area, objective=None)
    assert set(places().values()) == {(world.other_area.pk, None, world.strategy.pk)}


def test_what_hangs_below_goes_along_with_a_step(world):
    ActionStep.objects.filter(pk=world.step.pk).update(strategy=world.loose, objective=None)
    assert set(places().values()) == {(world.area.pk, None, world.loose.pk)}


def test_an_update_is_sound_or_refused(world, other):
    first = say(world, world.waiting)
    first.refresh_from_db()
    refused("day after today", say, world, world.waiting, as_of=NEXT_WEEK)
    refused("before the last one", say, world, world.done, recorded_at=first.recorded_at - timedelta(seconds=1))
    refused("belongs to another plan", say, world, other.done)
    elsewhere = say(world, world.done, step=world.child)
    refused("corrects one of the same step", say, world, world.done, corrects=elsewhere)
    withdrawal = say(world, corrects=first)
    refused("withdrawal cannot be corrected", say, world, world.done, corrects=withdrawal)
    refused("update_says_or_withdraws", say, world)
    assert say(world, world.done).pk


def test_a_steps_status_is_that_of_the_update_that_counts(world):
    generation = Plan.objects.get(pk=world.plan.pk).generation

    def now():
        return ActionStep.objects.values_list("status__name", "status_as_of", "version").get(pk=world.step.pk)

    first = say(world, world.waiting)
    assert now() == ("Waiting", DAY, 1)
    say(world, world.done, as_of=DAY - timedelta(days=30))
    assert now() == ("Waiting", DAY, 2), "an older day does not count before a newer one"
    later = say(world, world.done, as_of=DAY + timedelta(days=30))
    assert now() == ("Done", DAY + timedelta(days=30), 3)
    say(world, corrects=later)
    assert now() == ("Waiting", DAY, 4), "after a withdrawal counts what counted before, with its old day"
    say(world, corrects=first)
    assert now() == ("Done", DAY - timedelta(days=30), 5)
    assert Plan.objects.get(pk=world.plan.pk).generation == generation + 5


def test_nothing_else_writes_a_steps_status(world):
    update = say(world, world.waiting)
    mine = ActionStep.objects.filter(pk=world.step.pk)
    sentence = "that of the newest update"
    refused(sentence, mine.update, status=world.done)
    refused(sentence, mine.update, status_as_of=DAY - timedelta(days=1))
    refused(sentence, mine.update, status=None, status_as_of=None, status_update=None)
    assert mine.update(status=world.waiting, status_as_of=DAY, status_update=update) == 1
    said = {"status": world.waiting, "status_as_of": DAY, "status_update": update, "goal_area": world.area}
    refused(sentence, level, ActionStep, world.plan, "9", **said)


def test_none_is_missing_and_a_dropped_one_is_noticed(world):
    assert triggers.missing() == []
    everything = {t.name for t in triggers.declared(connection.vendor)}
    for trigger in triggers.declared(connection.vendor):
        raw(f"DROP TRIGGER {trigger.name}" + ("" if connection.vendor == "sqlite" else f" ON {trigger.table}"))
        assert triggers.missing() == [trigger.name]
        with pytest.raises(SystemExit, match=r"manage\.py migrate"):
            triggers.refuse_start_without_them()
        triggers.install()
        assert triggers.missing() == []
    assert set(triggers.present(connection)) == everything


def test_one_that_was_switched_off_or_changed_is_noticed(world):
    name = "goals_wording_keeps"
    if connection.vendor == "postgresql":
        raw(f"ALTER TABLE goals_wording DISABLE TRIGGER {name}")
    else:
        raw(f"DROP TRIGGER {name}")
        raw(f"CREATE TRIGGER {name} BEFORE UPDATE ON goals_wording BEGIN SELECT 1; END")
    assert triggers.missing() == [name]
    triggers.install()
    assert triggers.missing() == []
    if connection.vendor == "postgresql":
        raw(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$")
        assert triggers.missing() == [name]
        triggers.install()
        assert triggers.missing() == []


@pytest.mark.django_db(transaction=True)
def test_migrate_puts_them_back():
    raw("DROP TRIGGER goals_wording_keeps" + ("" if connection.vendor == "sqlite" else " ON goals_wording"))
    assert triggers.missing() == ["goals_wording_keeps"]
    call_command("migrate", verbosity=0)
    assert triggers.missing() == []


def test_the_audit_trail_holds_against_a_role_that_neither_owns_it_nor_is_superuser(world):
    entry = AuditEntry.objects.create(channel="web", verb="try", kind="x", key="1")
    if connection.vendor == "sqlite":
        refused("append-only", raw, "REPLACE INTO accounts_auditentry SELECT * FROM accounts_auditentry WHERE id = %s", entry.pk)
        return
    raw("CREATE ROLE clerk")
    raw("GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk")
    raw("SET CONSTRAINTS ALL IMMEDIATE")
    raw("SET LOCAL ROLE clerk")
    refused("append-only", raw, "UPDATE accounts_auditentry SET verb = 'other' WHERE id = %s", entry.pk)
    refused("append-only", raw, "DELETE FROM accounts_auditentry WHERE id = %s", entry.pk)
    refused("append-only|permission", raw, "TRUNCATE accounts_auditentry CASCADE")
    raw(
        "INSERT INTO accounts_auditentry (press, at, channel, verb, kind, key, old, new) SELECT press, at, channel, verb, kind, key, old, new FROM accounts_auditentry WHERE false"
    )
    raw("RESET ROLE")
    assert AuditEntry.objects.get(pk=entry.pk).verb == "try"


# What hangs beside a step


def test_an_ask_names_a_cycle_of_its_own_plan(world, other):
    by = Person.objects.create(email="two@example.org")
    days = {"starts_on": DAY, "ends_on": DAY + timedelta(days=9), "opened_on": DAY}
    own, foreign = (Cycle.objects.create(plan=plan, **days) for plan in (world.plan, other.plan))
    said = {"step": world.step, "kind": "remind", "as_of": DAY, "remind_on": DAY + timedelta(days=3), "by": by, "channel": "link"}
    Ask.objects.create(cycle=own, **said)
    refused("belongs to another plan", Ask.objects.create, cycle=foreign, **said)


def test_a_note_hands_over_its_own_step_alone(world, other):
    by = Person.objects.create(email="two@example.org")
    own, foreign = (Lead.objects.create(node=w.step.node, as_of=DAY, channel="web") for w in (world, other))
    StepNote.objects.create(step=world.step, text="All yours.", lead=own, by=by, channel="web")
    refused("of another step", StepNote.objects.create, step=world.step, text="All yours.", lead=foreign, by=by, channel="web")


def test_a_note_of_a_hand_over_is_of_a_part_above_steps_and_stays(world):
    strategy, step = (Lead.objects.create(node=node, as_of=DAY, channel="web") for node in (world.strategy.node, world.step.node))
    note = LeadNote.objects.create(lead=strategy, text="All yours.")
    refused("a note of its own kind", LeadNote.objects.create, lead=step, text="All yours.")
    refused("never changes", raw, "UPDATE actions_leadnote SET text = 'Mine' WHERE lead_id = %s", note.pk)
    LeadNote.objects.filter(pk=note.pk).update(seen_at=datetime.now(UTC))
    refused("was seen when it was seen", raw, "UPDATE actions_leadnote SET seen_at = NULL WHERE lead_id = %s", note.pk)
    refused("never deleted", raw, "DELETE FROM actions_leadnote WHERE lead_id = %s", note.pk)


def test_a_mention_is_seen_once_and_stays(world):
    by = Person.objects.create(email="two@example.org")
    note = StepNote.objects.create(step=world.step, text="Look here.", by=by, channel="web")
    mention = NoteMention.objects.create(note=note, person=by)
    NoteMention.objects.filter(pk=mention.pk).update(seen_at=datetime.now(UTC))
    refused("was seen when it was seen", raw, "UPDATE actions_notemention SET seen_at = NULL WHERE id = %s", mention.pk)
    refused("never deleted", raw, "DELETE FROM actions_notemention WHERE id = %s", mention.pk)
