"""What the database itself refuses and keeps, declared once for SQLite and PostgreSQL.

SQLite drops a table's triggers without a word when a migration remakes the table: there they are taken away before a migrate and made again
after it. On PostgreSQL they stay, and are replaced in one transaction after the migrations where the declaration changed. A start with one
missing is refused. `lifted` takes them away for a test's flush, and for nothing else.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from textwrap import dedent

from django.db import connection as default_connection
from django.db import transaction

from actions.counting import newest

APPEND_ONLY = (
    "accounts_auditentry",
    "goals_edition",
    "goals_wording",
    "goals_place",
    "goals_lead",
    "goals_duedate",
    "actions_statusupdate",
    "actions_evidence",
    "actions_progressreport",
    "actions_reportnotice",
    "actions_reminderline",
    "actions_ask",
    "actions_askanswer",
    "actions_stepnote",
    "actions_stepphoto",
)
VERSIONS = ("goals_wording", "goals_place", "goals_lead", "goals_duedate")
LEVELS = {
    "goals_goalarea": "goal_area",
    "goals_performanceobjective": "performance_objective",
    "goals_strategy": "strategy",
    "actions_actionstep": "action_step",
}
STEP = "actions_actionstep"
UPDATE = "actions_statusupdate"


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition under which a change is refused. `bad` is SQL over NEW (and OLD); both databases understand it."""

    bad: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """`when` is "BEFORE INSERT", "BEFORE UPDATE OF a, b", ... Refuses by `rules`, then does `statements`."""

    name: str
    table: str
    when: str
    rules: tuple[Rule, ...] = ()
    statements: tuple[str, ...] = ()
    lock: str = ""
    """A statement that PostgreSQL runs first, so that what follows sees what others committed."""
    condition: str = ""
    each: str = "ROW"
    vendors: tuple[str, ...] = ("sqlite", "postgresql")

    def sqlite(self) -> str:
        body = [f"SELECT RAISE(ABORT, {quote(rule.sentence)}) WHERE {rule.bad};" for rule in self.rules] + [
            f"{s};" for s in self.statements
        ]
        when = f" WHEN {self.condition}" if self.condition else ""
        lines = "\n".join(f"  {line}" for line in body)
        return f"CREATE TRIGGER {self.name} {self.when} ON {self.table} FOR EACH ROW{when} BEGIN\n{lines}\nEND"

    def function(self) -> str:
        """Body of the PostgreSQL function."""
        lines = [f"  {self.lock};"] if self.lock else []
        lines += [
            f"  IF {rule.bad} THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = {quote(rule.sentence)}; END IF;"
            for rule in self.rules
        ]
        lines += [f"  {s};" for s in self.statements]
        result = (
            "NULL"
            if self.when.startswith("AFTER") or self.each == "STATEMENT"
            else "coalesce(NEW, OLD)"
            if "DELETE" in self.when
            else "NEW"
        )
        return "\nBEGIN\n" + "\n".join(lines) + f"\n  RETURN {result};\nEND\n"

    def postgresql(self) -> str:
        when = f" WHEN ({self.condition})" if self.condition else ""
        return f"CREATE TRIGGER {self.name} {self.when} ON {self.table} FOR EACH {self.each}{when} EXECUTE FUNCTION {self.name}()"


def quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def sql(text: str) -> str:
    return " ".join(dedent(text).split())


def differs(a: str, b: str, vendor: str) -> str:
    return f"{a} IS NOT {b}" if vendor == "sqlite" else f"{a} IS DISTINCT FROM {b}"


def tomorrow(vendor: str) -> str:
    """The latest day that is today somewhere on earth. The district's own today is checked by the services."""
    return "date('now', '+1 day')" if vendor == "sqlite" else "((clock_timestamp() AT TIME ZONE 'UTC')::date + 1)"


@cache
def declared(vendor: str) -> tuple[Trigger, ...]:
    """All triggers for a vendor, "sqlite" or "postgresql"."""

    def other(a: str, b: str) -> str:
        return differs(a, b, vendor)

    def of(table: str, key: str, column: str) -> str:
        return f"(SELECT {column} FROM {table} WHERE node_id = {key})"

    found = []
    for table in APPEND_ONLY:
        never = (Rule("true", f"{table} is append-only: its rows are never changed and never deleted."),)
        found.append(Trigger(f"{table}_keeps", table, "BEFORE UPDATE", never))
        found.append(Trigger(f"{table}_stays", table, "BEFORE DELETE", never))
        if vendor == "postgresql":
            found.append(Trigger(f"{table}_never_emptied", table, "BEFORE TRUNCATE", never, each="STATEMENT"))
    rules: tuple[Rule, ...]
    for table in VERSIONS:
        rules = (
            Rule(f"NEW.as_of > {tomorrow(vendor)}", "A version cannot be true from a day after today."),
            Rule(
                f"NEW.recorded_at < (SELECT max(recorded_at) FROM {table} WHERE node_id = NEW.node_id)",
                "A version cannot be recorded before the last one of the same thing.",
            ),
        )
        found.append(Trigger(f"{table}_in_time", table, "BEFORE INSERT", rules))
    for table, kind in LEVELS.items():
        node = Rule(
            f"NOT EXISTS (SELECT 1 FROM goals_plannode n WHERE n.id = NEW.node_id AND n.plan_id = NEW.plan_id AND n.kind = '{kind}')",
            "The node is of another plan or of another level.",
        )
        area = Rule(other("NEW.plan_id", of("goals_goalarea", "NEW.goal_area_id", "plan_id")), "The goal area belongs to another plan.")
        rules = (node,) if table == "goals_goalarea" else (node, area)
        if table in ("goals_strategy", STEP):
            rules += (
                Rule(
                    f"NEW.objective_id IS NOT NULL AND {other('NEW.goal_area_id', of('goals_performanceobjective', 'NEW.objective_id', 'goal_area_id'))}",
                    "The objective belongs to another goal area.",
                ),
            )
        if table == STEP:
            rules += (
                Rule(
                    f"NEW.strategy_id IS NOT NULL AND {other('NEW.goal_area_id', of('goals_strategy', 'NEW.strategy_id', 'goal_area_id'))}",
                    "The strategy belongs to another goal area.",
                ),
                Rule(
                    f"NEW.strategy_id IS NOT NULL AND {other('NEW.objective_id', of('goals_strategy', 'NEW.strategy_id', 'objective_id'))}",
                    "The strategy belongs to another objective.",
                ),
                *(
                    Rule(
                        f"NEW.parent_id IS NOT NULL AND {other(f'NEW.{key}', of(STEP, 'NEW.parent_id', key))}",
                        "The parent step hangs elsewhere.",
                    )
                    for key in ("goal_area_id", "objective_id", "strategy_id")
                ),
                Rule(
                    "NEW.parent_id IS NOT NULL AND EXISTS ("
                    + sql(f"""
                        SELECT 1 FROM {STEP} a LEFT JOIN {STEP} b ON b.node_id = a.parent_id LEFT JOIN {STEP} c ON c.node_id = b.parent_id
                        LEFT JOIN {STEP} d ON d.node_id = c.parent_id
                        WHERE a.node_id = NEW.parent_id AND (NEW.node_id IN (a.node_id, b.node_id, c.node_id, d.node_id) OR d.parent_id IS NOT NULL)
                    """)
                    + ")",
                    "Steps nest five deep at most, and none hangs under itself.",
                ),
            )
        found.append(Trigger(f"{table}_hangs_right", table, "BEFORE INSERT", rules))
        places = ["plan_id", "node_id"]
        places += ["goal_area_id"] if table != "goals_goalarea" else []
        places += ["objective_id"] if table in ("goals_strategy", STEP) else []
        places += ["strategy_id", "parent_id"] if table == STEP else []
        found.append(
            Trigger(
                f"{table}_still_hangs_right",
                table,
                f"BEFORE UPDATE OF {', '.join(places)}",
                (
                    Rule(
                        f"{other('NEW.plan_id', 'OLD.plan_id')} OR {other('NEW.node_id', 'OLD.node_id')}",
                        "A part of a plan stays in its plan.",
                    ),
                    *rules,
                ),
            )
        )
    found.append(
        Trigger(
            "goals_performanceobjective_carries",
            "goals_performanceobjective",
            "AFTER UPDATE OF goal_area_id",
            statements=(
                "UPDATE goals_strategy SET goal_area_id = NEW.goal_area_id WHERE objective_id = NEW.node_id",
                f"UPDATE {STEP} SET goal_area_id = NEW.goal_area_id WHERE objective_id = NEW.node_id AND strategy_id IS NULL AND parent_id IS NULL",
            ),
            condition=other("NEW.goal_area_id", "OLD.goal_area_id"),
        )
    )
    found.append(
        Trigger(
            "goals_strategy_carries",
            "goals_strategy",
            "AFTER UPDATE OF goal_area_id, objective_id",
            statements=(
                f"UPDATE {STEP} SET goal_area_id = NEW.goal_area_id, objective_id = NEW.objective_id WHERE strategy_id = NEW.node_id AND parent_id IS NULL",
            ),
            condition=f"{other('NEW.goal_area_id', 'OLD.goal_area_id')} OR {other('NEW.objective_id', 'OLD.objective_id')}",
        )
    )
    found.append(
        Trigger(
            "actions_actionstep_carries",
            STEP,
            "AFTER UPDATE OF goal_area_id, objective_id, strategy_id",
            statements=(
                f"UPDATE {STEP} SET goal_area_id = NEW.goal_area_id, objective_id = NEW.objective_id, strategy_id = NEW.strategy_id WHERE parent_id = NEW.node_id",
            ),
            condition=" OR ".join(other(f"NEW.{key}", f"OLD.{key}") for key in ("goal_area_id", "objective_id", "strategy_id")),
        )
    )
    found.append(
        Trigger(
            "actions_statusupdate_sound",
            UPDATE,
            "BEFORE INSERT",
            (
                Rule(f"NEW.as_of > {tomorrow(vendor)}", "A status cannot be true for a day after today."),
                Rule(
                    f"NEW.recorded_at < (SELECT max(recorded_at) FROM {UPDATE} WHERE step_id = NEW.step_id)",
                    "An update cannot be recorded before the last one of the same step.",
                ),
                Rule(
                    f"NEW.corrects_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {UPDATE} o WHERE o.id = NEW.corrects_id AND o.step_id = NEW.step_id AND o.status_id IS NOT NULL)",
                    "An update corrects one of the same step, and a withdrawal cannot be corrected.",
                ),
                Rule(
                    "NEW.status_id IS NOT NULL AND NOT EXISTS ("
                    + sql(f"""
                        SELECT 1 FROM goals_status s JOIN goals_statusscale q ON q.id = s.scale_id JOIN {STEP} a ON a.plan_id = q.plan_id
                        WHERE s.id = NEW.status_id AND a.node_id = NEW.step_id
                    """)
                    + ")",
                    "The status belongs to another plan.",
                ),
            ),
        )
    )
    counting = {
        column: newest("NEW.step_id", what)
        for column, what in (("status_id", "status_id"), ("status_as_of", "as_of"), ("status_update_id", "id"))
    }
    found.append(
        Trigger(
            "actions_statusupdate_counts",
            UPDATE,
            "AFTER INSERT",
            lock=f"PERFORM 1 FROM {STEP} WHERE node_id = NEW.step_id FOR UPDATE",
            statements=(
                f"UPDATE {STEP} SET {', '.join(f'{column} = {value}' for column, value in counting.items())}, version = version + 1 WHERE node_id = NEW.step_id",
                f"UPDATE goals_plan SET generation = generation + 1 WHERE id = (SELECT plan_id FROM {STEP} WHERE node_id = NEW.step_id)",
            ),
        )
    )
    copy = Rule(
        " OR ".join(
            other(f"NEW.{column}", newest("NEW.node_id", what))
            for column, what in (("status_update_id", "id"), ("status_id", "status_id"), ("status_as_of", "as_of"))
        ),
        "A step's current status is that of the newest update that counts.",
    )
    found.append(Trigger("actions_actionstep_copies", STEP, "BEFORE UPDATE OF status_id, status_as_of, status_update_id", (copy,)))
    found.append(
        Trigger(
            "actions_actionstep_begins",
            STEP,
            "BEFORE INSERT",
            (Rule("NEW.status_update_id IS NOT NULL OR NEW.status_id IS NOT NULL", copy.sentence),),
        )
    )
    found += reviews(other)
    found += held_reviews(other)
    found += asks(other)
    found += surveys(other)
    return tuple(found)


def surveys(other) -> list[Trigger]:
    """A table speaks of a question and a group of its own survey, a tally of a choice of its own question; what was counted is not counted otherwise."""
    survey = "(SELECT survey_id FROM surveys_surveyimport WHERE id = NEW.source_id)"
    table = (
        Rule(
            other("(SELECT survey_id FROM surveys_question WHERE id = NEW.question_id)", survey), "The question belongs to another survey."
        ),
        Rule(
            f"NEW.group_id IS NOT NULL AND {other('(SELECT survey_id FROM surveys_respondentgroup WHERE id = NEW.group_id)', survey)}",
            "The group belongs to another survey.",
        ),
    )
    size = (
        Rule(
            f"NEW.group_id IS NOT NULL AND {other('(SELECT survey_id FROM surveys_respondentgroup WHERE id = NEW.group_id)', survey)}",
            table[1].sentence,
        ),
    )
    choice = other(
        "(SELECT question_id FROM surveys_choice WHERE id = NEW.choice_id)",
        "(SELECT question_id FROM surveys_table WHERE id = NEW.table_id)",
    )
    tally = (Rule(choice, "The choice belongs to another question."),)
    mark = Rule(
        other(
            "(SELECT question_id FROM surveys_answertheme WHERE id = NEW.theme_id)",
            "(SELECT question_id FROM surveys_openanswer WHERE id = NEW.answer_id)",
        ),
        "The theme belongs to another question.",
    )
    found = [Trigger("surveys_thememark_hangs_right", "surveys_thememark", "BEFORE INSERT", (mark,))]
    for name, rules in (("surveys_table", table), ("surveys_groupsize", size), ("surveys_tally", tally)):
        found.append(Trigger(f"{name}_hangs_right", name, "BEFORE INSERT", rules))
        found.append(
            Trigger(
                f"{name}_stands",
                name,
                "BEFORE UPDATE",
                (Rule("true", "What was counted or published is never changed: bring a corrected file."),),
            )
        )
    return found


def reviews(other: Callable[[str, str], str]) -> list[Trigger]:
    """Of cycles and reminders: what was closed or sent stays what it was, and no two cycles of a plan share a day."""
    shared = Rule(
        sql("""
            EXISTS (SELECT 1 FROM actions_cycle c WHERE c.plan_id = NEW.plan_id AND c.starts_on <= NEW.ends_on AND c.ends_on >= NEW.starts_on
            AND c.starts_on <> NEW.starts_on)
        """),
        "Two cycles of a plan have no day in common.",
    )
    its = {column: f"(SELECT {column} FROM actions_reminder WHERE id = NEW.reminder_id)" for column in ("kind", "person_id")}
    of_its_reminder = (
        f"{other('NEW.person_id', its['person_id'])}"
        f" OR {other('NEW.kind', its['kind'])} AND NOT (NEW.kind = 'again' AND {its['kind']} = 'update')"
    )
    moved = " OR ".join(other(f"NEW.{column}", f"OLD.{column}") for column in ("plan_id", "starts_on", "opened_on", "opened_at"))
    key = " OR ".join(
        other(f"NEW.{column}", f"OLD.{column}") for column in ("kind", "person_id", "organization_id", "due_on", "rung", "message_id")
    )
    return [
        Trigger("actions_cycle_apart", "actions_cycle", "BEFORE INSERT", (shared,)),
        Trigger("actions_cycle_still_apart", "actions_cycle", "BEFORE UPDATE OF ends_on", (shared,)),
        Trigger(
            "actions_cycle_keeps",
            "actions_cycle",
            "BEFORE UPDATE",
            (Rule("true", "A cycle keeps its plan and its first day, and one that was closed never changes."),),
            condition=f"OLD.closed_at IS NOT NULL OR {moved}",
        ),
        Trigger("actions_cycle_stays", "actions_cycle", "BEFORE DELETE", (Rule("true", "A cycle is never deleted."),)),
        Trigger(
            "actions_reminder_keeps",
            "actions_reminder",
            "BEFORE UPDATE",
            (Rule("true", "A reminder keeps its key, and one that has ended never changes."),),
            condition=f"OLD.ended_at IS NOT NULL OR {key}",
        ),
        Trigger("actions_reminder_stays", "actions_reminder", "BEFORE DELETE", (Rule("true", "A reminder is never deleted."),)),
        Trigger(
            "actions_reminderline_fits",
            "actions_reminderline",
            "BEFORE INSERT",
            (Rule(of_its_reminder, "A line is of the person and kind of its reminder, or a second list in the mail about own steps."),),
        ),
    ]


def asks(other: Callable[[str, str], str]) -> list[Trigger]:
    """What hangs beside a step hangs beside that one; a mention is of one person for ever."""
    plan = f"(SELECT plan_id FROM {STEP} WHERE node_id = NEW.step_id)"
    cycle = f"NEW.cycle_id IS NOT NULL AND {other('(SELECT plan_id FROM actions_cycle WHERE id = NEW.cycle_id)', plan)}"
    lead = f"NEW.lead_id IS NOT NULL AND {other('(SELECT node_id FROM goals_lead WHERE id = NEW.lead_id)', 'NEW.step_id')}"
    update = f"NEW.update_id IS NOT NULL AND {other(f'(SELECT step_id FROM {UPDATE} WHERE id = NEW.update_id)', 'NEW.step_id')}"
    mention = " OR ".join(other(f"NEW.{column}", f"OLD.{column}") for column in ("note_id", "person_id"))
    return [
        Trigger("actions_ask_hangs_right", "actions_ask", "BEFORE INSERT", (Rule(cycle, "The cycle belongs to another plan."),)),
        Trigger("actions_stepnote_hangs_right", "actions_stepnote", "BEFORE INSERT", (Rule(lead, "The hand-over is of another step."),)),
        Trigger("actions_stepphoto_hangs_right", "actions_stepphoto", "BEFORE INSERT", (Rule(update, "The update is of another step."),)),
        Trigger(
            "actions_notemention_keeps",
            "actions_notemention",
            "BEFORE UPDATE",
            (Rule("true", "A mention is of one note and one person, and was seen when it was seen."),),
            condition=f"OLD.seen_at IS NOT NULL OR {mention}",
        ),
        Trigger(
            "actions_leadnote_hangs_right",
            "actions_leadnote",
            "BEFORE INSERT",
            (
                Rule(
                    "(SELECT kind FROM goals_plannode n JOIN goals_lead l ON l.node_id = n.id WHERE l.id = NEW.lead_id) = 'action_step'",
                    "The hand-over of a step has a note of its own kind.",
                ),
            ),
        ),
        Trigger(
            "actions_leadnote_keeps",
            "actions_leadnote",
            "BEFORE UPDATE",
            (Rule("true", "A note of a hand-over never changes, and was seen when it was seen."),),
            condition=f"OLD.seen_at IS NOT NULL OR {other('NEW.lead_id', 'OLD.lead_id')} OR {other('NEW.text', 'OLD.text')}",
        ),
        Trigger("actions_leadnote_stays", "actions_leadnote", "BEFORE DELETE", (Rule("true", "A note is never deleted."),)),
        Trigger("actions_notemention_stays", "actions_notemention", "BEFORE DELETE", (Rule("true", "A mention is never deleted."),)),
    ]


def held_reviews(other: Callable[[str, str], str]) -> list[Trigger]:
    """A review that was held is frozen with all that belongs to it; of its tasks only whether they are done still changes."""
    said = "A review that was held is never changed and never deleted."

    def is_held(row: str) -> str:
        return f"(SELECT held_at FROM actions_review WHERE id = {row}.review_id) IS NOT NULL"

    frozen = Rule("OLD.held_at IS NOT NULL", said)
    moved = Rule(f"{other('NEW.plan_id', 'OLD.plan_id')} OR {other('NEW.kind', 'OLD.kind')}", "A review keeps its plan and its kind.")
    found = [
        Trigger("actions_review_keeps", "actions_review", "BEFORE UPDATE", (frozen, moved)),
        Trigger("actions_review_stays", "actions_review", "BEFORE DELETE", (frozen,)),
    ]
    foreign = Rule(
        other(
            "(SELECT plan_id FROM goals_plannode WHERE id = NEW.node_id)", "(SELECT plan_id FROM actions_review WHERE id = NEW.review_id)"
        ),
        "The part belongs to another plan.",
    )
    for table in ("actions_reviewitem", "actions_reviewparticipant", "actions_reviewtask"):
        own = (foreign,) if table == "actions_reviewitem" else ()
        found.append(Trigger(f"{table}_in_time", table, "BEFORE INSERT", (Rule(is_held("NEW"), said), *own)))
        found.append(Trigger(f"{table}_stays", table, "BEFORE DELETE", (Rule(is_held("OLD"), said),)))
        if table != "actions_reviewtask":
            stays = Rule(other("NEW.review_id", "OLD.review_id"), "It stays in its review.")
            found.append(Trigger(f"{table}_keeps", table, "BEFORE UPDATE", (Rule(is_held("OLD"), said), stays, *own)))
    task = " OR ".join(
        other(f"NEW.{column}", f"OLD.{column}")
        for column in ("review_id", "item_id", "text", "person_id", "department_id", "due_on", "press")
    )
    found.append(
        Trigger("actions_reviewtask_keeps", "actions_reviewtask", "BEFORE UPDATE", (Rule(f"({task}) AND {is_held('OLD')}", said),))
    )
    return found


def present(connection) -> dict[str, str]:
    """Name -> what the database holds of each trigger of ours, in the form that `wanted` gives."""
    names = tuple(t.name for t in declared(connection.vendor))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                "SELECT t.tgname, p.prosrc || '|' || obj_description(t.oid, 'pg_trigger') FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
                " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE NOT t.tgisinternal AND t.tgenabled = 'O' AND n.nspname = current_schema()"
            )
        return {name: text for name, text in cursor.fetchall() if name in names}


def wanted(trigger: Trigger, vendor: str) -> str:
    return trigger.sqlite() if vendor == "sqlite" else f"{trigger.function()}|{trigger.postgresql()}"


def missing(connection=None) -> list[str]:
    """Names of triggers that are not there as declared, of tables that exist."""
    connection = connection or default_connection
    there, tables = present(connection), set(connection.introspection.table_names())
    return [t.name for t in declared(connection.vendor) if t.table in tables and there.get(t.name) != wanted(t, connection.vendor)]


def take_away(connection=None) -> None:
    """Drop all of ours."""
    connection = connection or default_connection
    tables = {t.name: t.table for t in declared(connection.vendor)}
    with connection.cursor() as cursor:
        for name in present(connection):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + ("" if connection.vendor == "sqlite" else f" ON {tables[name]}"))


def install(connection=None) -> None:
    """Make those that are missing or differ, in one transaction."""
    connection = connection or default_connection
    short = set(missing(connection))
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for trigger in declared(connection.vendor):
            if trigger.name not in short:
                continue
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}")
                cursor.execute(trigger.sqlite())
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name} ON {trigger.table}")
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql AS $body${trigger.function()}$body$"
                )
                cursor.execute(trigger.postgresql())
                cursor.execute(f"COMMENT ON TRIGGER {trigger.name} ON {trigger.table} IS {quote(trigger.postgresql())}")


_were_there = False


def are_there() -> bool:
    """Whether none is missing; asked of the database until it was so once in this process."""
    global _were_there
    _were_there = _were_there or not missing()
    return _were_there


def refuse_start_without_them() -> None:
    """For the processes that serve: a database that does not keep its promises is not served. Raises SystemExit with a sentence."""
    short = missing()
    if short:
        raise SystemExit(
            f"The database lacks {len(short)} of its triggers ({', '.join(short[:3])} ...), so it cannot keep its promises. Run manage.py migrate, then start again."
        )


@contextmanager
def lifted(connection=None) -> Iterator[None]:
    """Without the triggers: for emptying tables between tests."""
    take_away(connection)
    try:
        yield
    finally:
        install(connection)
