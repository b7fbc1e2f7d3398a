"""What a request changed, found out from the database itself: every row of every table before and after.

A table or a service that is new is seen without anybody thinking of it. Declared here is only what a row is a part of: a status update of its
step, a tally of its import. A row of a model that is not named is an object of its own and needs an audit entry of its own.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from accounts.models import AuditEntry

Key = tuple[str, Any]
"""Label of a model, or "node" for a part of a plan of whatever level; primary key."""
Rows = dict[Key, dict[str, Any]]

NODES = {"goals.PlanNode", "goals.GoalArea", "goals.PerformanceObjective", "goals.Strategy", "actions.ActionStep"}
NOT_SAID = {
    "accounts.AuditEntry": "the audit itself",
    "account.EmailAddress": "the sign-in library's copy of a person's address",
    "accounts.Heartbeat": "that a worker lives",
    "actions.LastLook": "when somebody looked last: nothing that anybody said",
    "actions.MailTrouble": "that the mail server is away",
    "actions.Reminder": "the ledger of mails, which is its own record",
    "actions.ReminderLine": "of the same ledger",
    "actions.ReminderRun": "how far the ledger was looked through",
    "sessions.Session": "who is signed in",
}
"""Tables in which nothing is said. Each with its reason."""
COUNTERS = {
    ("goals.Plan", "generation"), ("surveys.Survey", "generation"),  # that pages made before are old
    ("actions.ActionStep", "version"), ("actions.ReviewItem", "version"),  # what forms are compared with
    ("accounts.Person", "last_login"),
    *(("accounts.Job", name) for name in ("position", "total", "tries", "lease", "leased_until", "message", "result", "finished_at")),
}  # fmt: skip
"""Columns that follow from what was said, or say how far a worker is."""
PART_OF = {
    "actions.StatusUpdate": ("node", "step_id"),
    "actions.Evidence": ("node", "node_id"),
    "actions.AskAnswer": ("actions.Ask", "ask_id"),
    "actions.NoteMention": ("actions.StepNote", "note_id"),
    "goals.Wording": ("node", "node_id"),
    "goals.Place": ("node", "node_id"),
    "goals.Lead": ("node", "node_id"),
    "goals.DueDate": ("node", "node_id"),
    "goals.NodeRedirect": ("node", "node_id"),
    "goals.StatusScale": ("goals.Plan", "plan_id"),
    "actions.ReportNotice": ("actions.ProgressReport", "report_id"),
    "actions.ReviewItem": ("actions.Review", "review_id"),
    "actions.ReviewParticipant": ("actions.Review", "review_id"),
    "actions.ReviewTask": ("actions.Review", "review_id"),
    "surveys.Choice": ("surveys.Question", "question_id"),
    "surveys.Question": ("surveys.Survey", "survey_id"),
    "surveys.RespondentGroup": ("surveys.Survey", "survey_id"),
    "surveys.GroupSize": ("surveys.SurveyImport", "source_id"),
    "surveys.Table": ("surveys.SurveyImport", "source_id"),
    "surveys.Tally": ("surveys.Table", "table_id"),
    "surveys.ThemeList": ("surveys.SurveyImport", "source_id"),
    "surveys.ThemeList_groups": ("surveys.ThemeList", "themelist_id"),
    "surveys.Theme": ("surveys.ThemeList", "list_id"),
    "surveys.ResponseBlock": ("surveys.SurveyImport", "source_id"),
    "surveys.OpenAnswer": ("surveys.SurveyImport", "source_id"),
    "surveys.ThemeTally": ("surveys.SurveyImport", "source_id"),
}
VERSIONS = ("goals.Wording", "goals.Place", "goals.Lead", "goals.DueDate", "actions.StatusUpdate")


def said_models() -> list[type[Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.label not in NOT_SAID]


_read: dict[tuple[str, str], Rows] = {}
"""What Django made of a table that the database says in the same words: between two snapshots most tables stay what they were."""


def snapshot() -> Rows:
    """Every row in which something is said, without its counters."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for model in said_models():
            whole = "t::text" if connection.vendor == "postgresql" else "*"
            cursor.execute(f"SELECT {whole} FROM {model._meta.db_table} t")
            key = model._meta.label, repr(cursor.fetchall())
            if key not in _read:
                _read[key] = rows_of(model)
            found |= _read[key]
    return found


def rows_of(model: type[Model]) -> Rows:
    label, pk = model._meta.label, model._meta.pk.attname
    columns = [f.attname for f in model._meta.concrete_fields if (label, f.attname) not in COUNTERS]
    rows = model._base_manager.order_by().values(*columns)
    return {(label, row[pk]): {name: bytes(it) if isinstance(it, memoryview) else it for name, it in row.items()} for row in rows}


@dataclass(frozen=True, slots=True)
class Changed:
    """Rows that differ, as they were and as they are; an empty dict where there is none."""

    old: Rows
    new: Rows

    def rows(self):
        for key in {**self.old, **self.new}:
            if self.old.get(key) != self.new.get(key):
                yield key, self.old.get(key, {}), self.new.get(key, {})

    def row(self, key: Key) -> dict[str, Any]:
        return self.new.get(key) or self.old.get(key) or {}

    def owner(self, key: Key) -> Key:
        """The object that a row is a part of."""
        label, pk = key
        if label in NODES:
            return "node", pk
        row = self.row(key)
        if label == "accounts.StoredFile":
            return self.holder(pk) or key
        if label == "actions.UpdateLink" and not self.old.get(key) and row["reminder_id"]:
            return "actions.Reminder", row["reminder_id"]  # the link in a mail is of the mail
        if label == "goals.Status" and ("goals.StatusScale", row["scale_id"]) not in self.old:
            return self.owner(("goals.StatusScale", row["scale_id"]))
        if label not in PART_OF:
            return key
        above, column = PART_OF[label]
        return ("node", row[column]) if above == "node" else self.owner((above, row[column]))

    def holder(self, file: int) -> Key | None:
        """The row that came with an uploaded file."""
        return next((self.owner(key) for key, _, new in self.rows() if new.get("file_id") == file), None)

    def instead(self) -> dict[Key, Key]:
        """Objects for which another one's entry speaks: what an import writes is told by the import's own entry."""
        found: dict[Key, Key] = {}
        for (label, pk), old, new in self.rows():
            if label in VERSIONS and new.get("edition_id"):
                found[self.owner((label, pk))] = "goals.Edition", new["edition_id"]
            if label == "surveys.SurveyImport" and new:
                found["surveys.Survey", new["survey_id"]] = label, pk
            if label == "surveys.ThemeMark" and old and ("surveys.AnswerTheme", old["theme_id"]) not in self.new:
                found[label, pk] = "surveys.AnswerTheme", old["theme_id"]  # merged or deleted: the theme's entry speaks for its marks
            if label == "accounts.Job" and "accepted" in new.get("settings", {}):
                found[label, pk] = "goals.Edition", new["settings"]["accepted"]["edition"]
        return found

    def without_worker(self) -> "Changed":
        """The same without how far the jobs are that were there before: that a worker took one and ended it, nobody said."""
        left = {key for key in self.old if key[0] == "accounts.Job"}
        return Changed(*({key: row for key, row in rows.items() if key not in left} for rows in (self.old, self.new)))

    def objects(self) -> set[Key]:
        """What was changed, as people would count it."""
        instead, found = self.instead(), set()
        for key, _, _ in self.rows():
            owner = self.owner(key)
            # A survey's own row is its own object; an import speaks for questions and choices that it brought.
            found.add(owner if owner == key and key[0] == "surveys.Survey" else instead.get(owner, owner))
        return {key for key in found if key[0] not in NOT_SAID}


def told(entry: AuditEntry) -> Key:
    """The object that an entry speaks of."""
    return ("node", int(entry.key)) if entry.kind in NODES else (entry.kind, int(entry.key))


def objections(changed: Changed, entries: list[AuditEntry], by: int | None) -> list[str]:
    """What is wrong with the entries of one press: each changed object has exactly one, with who, old and new, all under one id."""
    objects, counted = changed.objects(), Counter(told(entry) for entry in entries)
    named = {("surveys.SurveyImport", pk) for entry in entries for pk in entry.new.get("replaces") or ()}
    found = [f"{label} {pk} changed and no entry says so" for label, pk in sorted(objects - set(counted) - named, key=str)]
    found += [f"{label} {pk} has {n} entries" for (label, pk), n in counted.items() if n > 1]
    found += [f"an entry says {entry.verb} of {told(entry)}, which did not change" for entry in entries if told(entry) not in objects]
    found += [f"{entry.verb}: by {entry.by_id}, not {by}" for entry in entries if entry.by_id != by]
    found += [f"{entry.verb}: neither old nor new" for entry in entries if not entry.old and not entry.new]
    if len({entry.press for entry in entries}) > 1:
        found.append("one press has several ids")
    return found
