"""A statement at which the database works while Python does something else, on the one connection that Django has: inside of its transaction too."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread
from typing import Any

from django.db import connection
from django.db.models import Model
from psycopg import errors, generators
from psycopg.pq import ExecStatus, TransactionStatus

from planner.lib.db import insert_sql


class Beside:
    """One statement that is run again and again, with other values. Where no transaction is open, what `wait` came back from is committed."""

    def __init__(self, sql: str):
        self.sql, self.runs = sql, False

    def start(self, values: Sequence[Any]) -> None:
        """Values as the database takes them: numbers, texts, days, UUIDs for PostgreSQL, or None."""
        self.wait()
        connection.ensure_connection()
        connection.validate_no_broken_transaction()
        with connection.wrap_database_errors:
            self._start(values)
        self.runs = True

    def wait(self) -> None:
        """Come back when the database is through; at once where nothing runs. Raises django.db.Error where it could not do it."""
        if self.runs:
            self.runs = False
            with connection.wrap_database_errors:
                self._wait()

    def before_others(self, execute: Callable, *statement: Any) -> Any:
        """Around every other statement on the connection: two at a time are one too many."""
        self.wait()
        return execute(*statement)

    def close(self) -> None:
        self.wait()

    def _start(self, values: Sequence[Any]) -> None:
        raise NotImplementedError

    def _wait(self) -> None:
        raise NotImplementedError


class OfPostgres(Beside):
    """The server works by itself: it is asked, and its answer is read later.

    To have it planned once would take a quarter off it, and a pooler between us and the server would know nothing of it.
    """

    def __init__(self, sql: str):
        for n in range(sql.count("%s")):
            sql = sql.replace("%s", f"${n + 1}", 1)
        super().__init__(sql.replace("%%", "%"))

    def _start(self, values: Sequence[Any]) -> None:
        server = connection.connection.pgconn
        if connection.in_atomic_block and server.transaction_status == TransactionStatus.IDLE:
            connection.connection.execute("SELECT")  # psycopg begins a transaction before the first statement that goes by itself
        server.send_query_params(self.sql.encode(), [None if value is None else str(value).encode() for value in values])
        connection.connection.wait(generators.send(server))

    def _wait(self) -> None:
        for result in connection.connection.wait(generators.fetch_many(connection.connection.pgconn)):
            if result.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
                raise errors.error_from_result(result)


class OfSqlite(Beside):
    """A thread works, which lets Python go on while SQLite writes to the disk. Two queues, since Python's own pool of threads took longer than SQLite."""

    def __init__(self, sql: str):
        super().__init__(sql.replace("%s", "?").replace("%%", "%"))
        self.asked, self.done = SimpleQueue[Any](), SimpleQueue[Exception | None]()
        self.thread = Thread(target=self._work, daemon=True)
        self.thread.start()

    def _work(self) -> None:
        for execute, values in iter(self.asked.get, None):
            try:
                execute(self.sql, values)
            except Exception as error:
                self.done.put(error)
            else:
                self.done.put(None)

    def _start(self, values: Sequence[Any]) -> None:
        self.asked.put((connection.connection.execute, values))

    def _wait(self) -> None:
        if error := self.done.get():
            raise error

    def close(self) -> None:
        try:
            super().close()
        finally:
            self.asked.put(None)
            self.thread.join()


@contextmanager
def beside(sql: str) -> Iterator[Beside]:
    """A statement (with %s for each value) to be started inside of the block. Other statements there wait for it, and so does the block's end.

    What begins or ends a transaction there calls `wait` before.
    """
    one = (OfPostgres if connection.vendor == "postgresql" else OfSqlite)(sql)
    with connection.execute_wrapper(one.before_others):
        try:
            yield one
        finally:
            one.close()


@contextmanager
def insert_beside(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> Iterator[None]:
    """Rows are inserted while the block is done, as by `insert_many`, and are there at its end."""
    if not rows:
        yield
        return
    statement, values = insert_sql(model, rows)
    with beside(statement) as insert:
        insert.start(values)
        yield
