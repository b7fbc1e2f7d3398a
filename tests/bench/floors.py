"""What this machine can do at best: a view that says hello, a statement that selects nothing, one row committed."""

from django.conf import settings
from django.db import connection
from django.test import RequestFactory

from tests.bench.measuring import Rounds, Site, timed

RAW = "INSERT INTO bench_raw (words) VALUES ('one row, committed')"


def make_raw_table() -> None:
    key = "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY" if connection.vendor == "postgresql" else "integer PRIMARY KEY"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS bench_raw (id {key}, words text)")


def commit_raw() -> None:
    """One row by one statement that commits itself."""
    with connection.cursor() as cursor:
        cursor.execute(RAW)


def select_raw() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def measure(rounds: int) -> None:
    from tests.bench.urls import hello

    make_raw_table()
    site, asked, seen = Site(), RequestFactory().get("/hello/"), Rounds()
    response, queries = site.queries("/hello/")
    assert (response.content, queries) == (b"hello", 0)
    for warm_up in (True, *[False] * rounds):
        found = {
            "hello view": site.time("/hello/", 100),
            "the same without middleware": timed(lambda: hello(asked), 1000),
            "select 1": timed(select_raw, 100),
            "raw commit of one row": timed(commit_raw, 20),
        }
        for name, seconds in found.items() if not warm_up else ():
            seen.add(name, seconds)
    middleware = f"behind {len(settings.MIDDLEWARE)} middlewares"
    for name in seen.seconds:
        seen.line("floor", name, what=f"{name}, {middleware}" if name == "hello view" else name)
