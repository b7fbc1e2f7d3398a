"""Reading the environment, and S10: what is unsafe in production is a refusal to start, and secrets reach neither pages nor logs."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from django.db import connection

from planner import env, triggers
from tests.support import services
from tests.support.fixtures import ROOT, database_url

GOOD_KEY = "k7Jq-canary-of-the-key-Zp3vX9bR2mWc8sTf4hYd6gNa1LeQu5oKi0"
SAFE = {"PLANNER_ENV": "production", "SECRET_KEY": GOOD_KEY, "ALLOWED_HOSTS": "plan.example.org"}
UNSAFE = [
    ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
    ({"SECRET_KEY": "   "}, "SECRET_KEY is missing"),
    ({"SECRET_KEY": "short"}, "too short"),
    ({"SECRET_KEY": "a" * 80}, "too short to be one"),
    ({"SECRET_KEY": "django-insecure-" + GOOD_KEY}, "an example's"),
    ({"SECRET_KEY": "change-me-" + GOOD_KEY}, "an example's"),
    ({"DEBUG": "true"}, "DEBUG is true"),
    ({"SHOW_MAILS": "true"}, "SHOW_MAILS is true"),
    ({"SITE_ADDRESS": "http://plan.example.org"}, "SITE_ADDRESS begins with http:"),
    ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is not set"),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS is *"),
    ({"ALLOWED_HOSTS": "plan.example.org, *"}, "ALLOWED_HOSTS is *"),
    ({"HTTPS": "false"}, "HTTPS is false"),
    ({"PLANNER_ENV": "prod"}, "PLANNER_ENV is “prod”"),
]


def environment(tmp_path, **changes) -> dict[str, str]:
    """A safe production environment on a data folder of its own, with changes."""
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DATA_DIR": str(tmp_path / "data")} | SAFE | changes


def started(command: list[str], environ: dict[str, str]) -> subprocess.CompletedProcess:
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize(("changes", "sentence"), UNSAFE)
def test_unsafe_settings_are_a_refusal_to_start_with_the_cure(tmp_path, changes, sentence):
    done = started([sys.executable, "-c", "import planner.settings"], environment(tmp_path, **changes))
    assert done.returncode == 1
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1, "one sentence, no traceback"
    assert GOOD_KEY not in done.stderr
    assert done.stdout == ""


def test_safe_settings_start_and_pass_the_deployment_check(tmp_path):
    done = started([sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], environment(tmp_path))
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "data" / "secret_key").exists(), "production makes no key of its own"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["manage.py", "migrate"], 1),
        (["-m", "gunicorn", "planner.wsgi", "--bind", "127.0.0.1:0"], 3),
        (["-m", "celery", "-A", "planner", "worker", "-P", "solo"], 1),
        (["-m", "celery", "-A", "planner", "beat"], 1),
    ],
)
def test_no_door_opens_with_unsafe_settings(tmp_path, command, code):
    done = started([sys.executable, *command], environment(tmp_path, SECRET_KEY=""))
    assert done.returncode == code, done.stderr
    assert "SECRET_KEY is missing" in done.stderr
    assert not (tmp_path / "data" / "db.sqlite3").exists()


@pytest.mark.once
def test_a_web_server_refuses_a_database_without_its_triggers(tmp_path, transactional_db):
    environ = environment(tmp_path, DATABASE_URL=database_url())
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER actions_statusupdate_keeps ON actions_statusupdate")
    try:
        for command, code in (
            (["-m", "gunicorn", "planner.wsgi", "--bind", "127.0.0.1:0"], 3),
            (["-m", "celery", "-A", "planner", "worker", "-P", "solo"], 1),
        ):
            done = started([sys.executable, *command], environ)
            assert done.returncode == code, done.stderr
            assert "actions_statusupdate_keeps" in done.stderr
            assert "manage.py migrate" in done.stderr
    finally:
        triggers.install(connection)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Kept(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


def ask(url: str, **options) -> tuple[int, bytes]:
    """Status and everything that came back: headers and body."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Kept)
    try:
        with opener.open(urllib.request.Request(url, **options), timeout=20) as answer:
            return answer.status, str(answer.headers).encode() + answer.read()
    except urllib.error.HTTPError as error:
        return error.code, str(error.headers).encode() + error.read()


def test_secrets_reach_neither_error_pages_nor_logs(tmp_path):
    """A production server whose database is away: every page fails, and what it says of that holds none of the planted words."""
    canaries = [f"canary{name}{n}xQ9" for n, name in enumerate(("database", "mail", "session", "password", "comment", "redis"))]
    in_database, in_mail, in_session, in_password, in_comment, in_redis = canaries
    nowhere = free_port()
    environ = environment(
        tmp_path,
        DATABASE_URL=f"postgresql://planner:{in_database}@127.0.0.1:{nowhere}/planner",
        REDIS_URL=f"redis://:{in_redis}@127.0.0.1:{nowhere}/0",
        EMAIL_URL=f"smtp://planner:{in_mail}@127.0.0.1:{nowhere}",
        TRUSTED_PROXIES="1",
        LOG_LEVEL="DEBUG",
    )
    assert started([sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"], environ).returncode == 0
    port, log = free_port(), tmp_path / "log"
    with log.open("w") as out:
        command = [sys.executable, "-m", "gunicorn", "planner.wsgi", "--bind", f"127.0.0.1:{port}", "--log-level", "debug"]
        server = subprocess.Popen(
            [*command, "--access-logfile", "-"], cwd=ROOT, env=environ, stdout=out, stderr=out, preexec_fn=services.end_with_parent
        )
    said = {"Host": "plan.example.org", "X-Forwarded-Proto": "https", "Cookie": f"__Host-session={in_session}; __Host-csrf={'c' * 32}"}
    base = f"http://127.0.0.1:{port}"
    try:
        services.wait_until(lambda: answers(port), server, log)
        sent = f"login={in_comment}@example.org&password={in_password}&csrfmiddlewaretoken={'c' * 32}".encode()
        found = [
            ask(f"{base}/mdusd/technology/", headers=said),
            ask(f"{base}/health/ready/", headers=said),
            ask(f"{base}/my/", headers=said),
            ask(f"{base}/accounts/login/", headers=said | {"Referer": "https://plan.example.org/"}, data=sent),
            ask(f"{base}/my/", headers=said | {"Host": "evil.example"}),
            ask(f"{base}/", headers=said | {"X-Forwarded-Proto": "http"}),
        ]
    finally:
        services.stop(server)
    assert [status for status, _ in found] == [500, 503, 500, 500, 400, 301]
    written = log.read_text(errors="replace")
    assert "OperationalError" in written or "ConnectionError" in written, "the failures are in the log"
    shown = b"".join(body for _, body in found)
    for secret in [*canaries, GOOD_KEY]:
        assert secret.encode() not in shown
        assert secret not in written
    assert b"Traceback" not in shown


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# The helpers, one by one.


@pytest.fixture
def say(monkeypatch):
    """Sets the variable X for the helper that is called next; what was declared is forgotten again."""
    monkeypatch.setattr(env, "DECLARED", {})
    return lambda value: monkeypatch.setenv("X", value)


def test_white_space_around_a_value_does_not_count(say):
    say("  yes \n")
    assert env.text("X", "no", "meaning") == "yes"


@pytest.mark.parametrize(("value", "found"), [("true", True), ("FALSE", False), ("1", True), ("0", False), ("", True)])
def test_boolean(say, value, found):
    say(value)
    assert env.boolean("X", "meaning", default=True) is found


@pytest.mark.parametrize("value", ["yes", "on", "2", "tru", "none"])
def test_boolean_refuses_what_is_neither(say, value):
    say(value)
    with pytest.raises(env.Refused, match="neither true nor false"):
        env.boolean("X", "meaning", default=False)


@pytest.mark.parametrize(
    ("value", "found"), [("", ""), ("https://plan.example.org/", "https://plan.example.org"), ("http://[::1]:8001", "http://[::1]:8001")]
)
def test_site(say, value, found):
    say(value)
    assert env.site("X", "meaning", shown="none") == found


@pytest.mark.parametrize(
    "value",
    ["plan.example.org", "ftp://a.example", "https://", "https://a.example/plan", "https://a.example:x", "https://[a", "javascript:1"],
)
def test_site_refuses_what_is_no_address_of_one(say, value):
    say(value)
    with pytest.raises(env.Refused, match="no address of a site"):
        env.site("X", "meaning", shown="none")


@pytest.mark.parametrize("value", ["-1", "6", "1.5", "x", "٣", "1e3", "99999999999999999999"])
def test_number_refuses_what_is_not_in_its_range(say, value):
    say(value)
    with pytest.raises(env.Refused, match="whole number from 0 to 5"):
        env.number("X", 1, "meaning", highest=5)


def test_number_and_words(say):
    say("5")
    assert env.number("X", 1, "meaning", highest=5) == 5
    say(" a.example , ,b.example ")
    assert env.words("X", (), "meaning") == ["a.example", "b.example"]


def test_folder_is_made_for_us_alone_and_a_file_is_refused(say, tmp_path):
    say(str(tmp_path / "a" / "b"))
    made = env.folder("X", tmp_path, "meaning", shown="")
    assert made.stat().st_mode & 0o777 == 0o700
    (tmp_path / "file").write_text("")
    say(str(tmp_path / "file"))
    with pytest.raises(env.Refused, match="name a folder"):
        env.folder("X", tmp_path, "meaning", shown="")


def test_the_kept_key_is_made_once_and_only_we_read_it(tmp_path):
    key = env.kept_key(tmp_path)
    assert len(key) > 50
    assert env.kept_key(tmp_path) == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "secret_key").write_text("cut")
    with pytest.raises(env.Refused, match="cut short"):
        env.kept_key(tmp_path)


def test_databases():
    assert env.database("sqlite:////data/a%20b.sqlite3")["NAME"] == "/data/a b.sqlite3"
    found = env.database("postgresql://me:p%40ss%2Fw@db.example:5433/plans?sslmode=require")
    assert {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")} == {
        "NAME": "plans", "USER": "me", "PASSWORD": "p@ss/w", "HOST": "db.example", "PORT": "5433", "OPTIONS": {"sslmode": "require"},
    }  # fmt: skip
    assert env.database("postgresql://me@/plans?host=/run/pg")["HOST"] == "/run/pg"


def test_mail_with_a_user_speaks_tls():
    assert env.email("smtp://me:secret@mail.example")["EMAIL_USE_TLS"]
    assert not env.email("smtp://mail.example:25")["EMAIL_USE_TLS"]
    assert env.email("smtps://me:secret@mail.example")["EMAIL_PORT"] == 465


def test_broker_and_cache_without_a_server_are_folders(tmp_path):
    made = env.broker("", tmp_path)["broker_transport_options"]
    assert made["data_folder_in"] == made["data_folder_out"]
    assert (tmp_path / "broker" / "queue").stat().st_mode & 0o777 == 0o700
    assert "filebased" in env.caches("", tmp_path)["default"]["BACKEND"]


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (env.database, "mysql://me:sesame@db/plans"),
        (env.database, "sqlite:db.sqlite3"),
        (env.database, "sqlite://db.sqlite3"),
        (env.database, "sqlite:/db.sqlite3"),
        (env.database, "sqlite:///"),
        (env.database, "postgresql://me:sesame@db:x/plans"),
        (env.database, "postgresql://me:sesame@db/"),
        (env.database, "postgresql://me:sesame@[db/plans"),
        (env.email, "mail.example"),
        (env.email, "smtp://:25"),
        (env.email, "smtp://me:sesame@mail.example:x"),
    ],
)
def test_addresses_that_cannot_be_meant_are_refused_without_their_password(reader, value):
    with pytest.raises(env.Refused) as refused:
        reader(value)
    assert "write" in str(refused.value)
    assert "sesame" not in str(refused.value)


def test_sqlite_survives_many_writers_at_once(tmp_path):
    """The settings with which contending writers wait for each other: eight threads, each a transaction that reads and then writes."""
    command = """
import os, sys, threading
os.environ["DJANGO_SETTINGS_MODULE"] = "planner.settings"
import django; django.setup()
from django.db import connection, transaction
with connection.cursor() as cursor: cursor.execute("CREATE TABLE tally (n integer)"); cursor.execute("INSERT INTO tally VALUES (0)")
def add():
    for _ in range(10):
        with transaction.atomic(), connection.cursor() as cursor:
            n = cursor.execute("SELECT n FROM tally").fetchone()[0]
            cursor.execute("UPDATE tally SET n = %s", [n + 1])
    connection.close()
threads = [threading.Thread(target=add) for _ in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
with connection.cursor() as cursor: print(cursor.execute("SELECT n FROM tally").fetchone()[0])
"""
    begun = time.monotonic()
    done = started([sys.executable, "-c", command], environment(tmp_path))
    assert done.stdout.strip() == "80", done.stderr
    assert time.monotonic() - begun < 30


def test_the_program_reads_its_environment_in_one_place():
    """What planner/settings.py reads is documented and refused where it is odd; a variable that is read elsewhere is neither."""
    allowed = {"planner/env.py", "planner/demo.py", "planner/healthcheck.py", "planner/lib/processes.py"}
    read = re.compile(r"os\.environ(?!\.setdefault\(\"DJANGO_SETTINGS_MODULE\")|os\.getenv")
    found = {
        str(path.relative_to(ROOT))
        for package in ("planner", "accounts", "goals", "actions", "surveys", "dashboards")
        for path in (ROOT / package).rglob("*.py")
        if read.search(path.read_text())
    }
    assert found <= allowed
