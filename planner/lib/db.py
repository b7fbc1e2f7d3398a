"""Everything in which SQLite and PostgreSQL differ for us, apart from the triggers of `planner.triggers`."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from django.db.models import CharField, DateTimeField, Field, ForeignKey, Func, IntegerField, Model


class Clock(Func):
    """The database's own clock at the moment of the statement, never the transaction's start, so that it is read after a lock is held."""

    function = "clock_timestamp"
    template = "%(function)s()"
    output_field = DateTimeField()

    def as_sqlite(self, compiler, connection, **extra):
        return "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')", []


class ClockIn(Func):
    """The database's clock so many seconds from now (or ago, where negative): for leases, which no machine's own clock may decide."""

    output_field = DateTimeField()

    def __init__(self, seconds: int):
        super().__init__()
        self.seconds = int(seconds)

    def as_sql(self, compiler, connection, *args, **extra):
        return f"(clock_timestamp() + interval '{self.seconds} seconds')", []

    def as_sqlite(self, compiler, connection, **extra):
        return f"strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', '{self.seconds:+d} seconds')", []


def clock_sql() -> str:
    """The same clock inside raw SQL."""
    return "clock_timestamp()" if connection.vendor == "postgresql" else "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')"


def json_rows_sql(columns: dict[str, str], rest: str) -> str:
    """A scalar subquery that gives rows as a JSON array of objects: {key: SQL of the column}, and what follows SELECT ... in SQL.

    `rest` is "FROM ... WHERE ... ORDER BY ...".
    """
    pairs = ", ".join(f"'{key}', q.{key}" for key in columns)
    inner = ", ".join(f"{sql} AS {key}" for key, sql in columns.items())
    if connection.vendor == "postgresql":
        return f"(SELECT coalesce(json_agg(json_build_object({pairs})), '[]'::json)::text FROM (SELECT {inner} {rest}) q)"
    return f"(SELECT json_group_array(json_object({pairs})) FROM (SELECT {inner} {rest}) q)"


def moment_of(value: datetime | str) -> datetime:
    """A moment that raw SQL gave, as an aware datetime: SQLite gives text in UTC."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def day_of(value: date | str | None) -> date | None:
    """A day that raw SQL gave: SQLite gives text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _prepared(field: Field, values: Sequence[Any]) -> list[Any]:
    """A column as the database takes it, each different value made ready once."""
    kept = field.target_field if isinstance(field, ForeignKey) else field
    kinds = {type(value) for value in values}
    if (isinstance(kept, IntegerField) and kinds == {int}) or (isinstance(kept, CharField) and kinds == {str}):
        return list(values)  # as most columns of many rows are
    ready = {value: field.get_db_prep_save(value, connection) for value in dict.fromkeys(values)}
    return [ready[value] for value in values]


def insert_sql(model: type[Model], rows: Sequence[Mapping[str, Any]], returning: Sequence[str] = ()) -> tuple[str, list[Any]]:
    """A statement that inserts rows, and its values. Its text and preparing do not grow with the rows: they go as one JSON, and what all of them have
    alike goes once. What no row names gets its default of the database.

    All rows name the same fields, and there is one at least. It gives `returning` (names of columns) of each row, in no order that counts. For rows by
    the thousand: the ORM's bulk_create took most of their time for putting its statement together.
    """
    known = {field.name: field for field in model._meta.concrete_fields}
    fields = [known[name] for name in rows[0]]
    prepared = {field: _prepared(field, [row[field.name] for row in rows]) for field in fields}
    alike = [field for field, values in prepared.items() if values.count(values[0]) == len(values)]
    each = [field for field in fields if field not in alike]
    data = list(zip(*(prepared[field] for field in each), strict=True)) if each else [()] * len(rows)
    of_rows = [_in_json(field, n) for n, field in enumerate(each)]
    source = "jsonb_array_elements(%s::jsonb) r" if connection.vendor == "postgresql" else "json_each(%s) r"
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in [*alike, *each])
    chosen = ", ".join([*(_typed("%s", field) for field in alike), *of_rows])
    tail = f" RETURNING {', '.join(returning)}" if returning else ""
    return (
        f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {chosen} FROM {source}{tail}",
        [*(prepared[field][0] for field in alike), json.dumps(data, default=str)],
    )


def insert_many(model: type[Model], rows: Sequence[Mapping[str, Any]], returning: Sequence[str] = ()) -> list[tuple]:
    """Insert rows in one statement, as `insert_sql` makes it; none where there are none."""
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*insert_sql(model, rows, returning))
        return cursor.fetchall() if returning else []


def _in_json(field: Field, place: int) -> str:
    return _typed(f"(r.value ->> {place})", field) if connection.vendor == "postgresql" else f"json_extract(r.value, '$[{place}]')"


def _typed(sql: str, field: Field) -> str:
    """PostgreSQL takes a value in a SELECT for text unless it is told."""
    if connection.vendor != "postgresql":
        return sql
    return f"{sql}::{field.rel_db_type(connection) if field.is_relation else field.db_type(connection)}"
