"""Reading the environment: every value goes through one of these, which refuse what is odd and say the cure.

Each declared variable is remembered in `DECLARED`, which docs/settings.md and .env.example are made from.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class Refused(SystemExit):
    """The program does not start; the sentence goes to standard error and the exit code is 1."""


@dataclass(frozen=True)
class Declared:
    """A variable as people see it: its default in words, what it does, and whether production needs it."""

    name: str
    default: str
    meaning: str
    needed: bool = False


DECLARED: dict[str, Declared] = {}


def declare(name: str, default: str, meaning: str, *, needed: bool = False) -> str:
    """The variable's value, empty where it is not set; white space around it does not count."""
    DECLARED[name] = Declared(name, default, meaning, needed)
    return os.environ.get(name, "").strip()


def text(name: str, default: str, meaning: str, *, shown: str | None = None, needed: bool = False) -> str:
    return declare(name, default if shown is None else shown, meaning, needed=needed) or default


def choice(name: str, default: str, allowed: tuple[str, ...], meaning: str) -> str:
    value = declare(name, default, meaning) or default
    if value not in allowed:
        raise Refused(f"{name} is “{value}”, which is none of {', '.join(allowed)}: set one of them, or unset {name} for {default}.")
    return value


def boolean(name: str, meaning: str, *, default: bool, shown: str | None = None) -> bool:
    value = declare(name, shown or str(default).lower(), meaning).lower()
    if value not in ("", "true", "false", "1", "0"):
        raise Refused(f"{name} is “{value}”, which is neither true nor false: set it to one of these two.")
    return default if not value else value in ("true", "1")


def number(name: str, default: int, meaning: str, *, lowest: int = 0, highest: int) -> int:
    value = declare(name, str(default), meaning)
    if value and not (value.isascii() and value.isdigit() and lowest <= int(value) <= highest):
        raise Refused(f"{name} is “{value}”: set it to a whole number from {lowest} to {highest}.")
    return int(value) if value else default


def words(name: str, default: tuple[str, ...], meaning: str, *, needed: bool = False) -> list[str]:
    """A list written with commas."""
    value = declare(name, ",".join(default), meaning, needed=needed)
    return [word for part in value.split(",") if (word := part.strip())] if value else list(default)


def site(name: str, meaning: str, *, shown: str) -> str:
    """Scheme and host of an address, without a slash at its end."""
    value = declare(name, shown, meaning)
    try:
        parts = urlsplit(value)
        is_right = not value or (parts.scheme in ("http", "https") and bool(parts.hostname) and parts.path in ("", "/") and not parts.query)
        parts.port  # noqa: B018  (raises for what is no number)
    except ValueError:
        is_right = False
    if not is_right:
        raise Refused(f"{name} is “{value}”, which is no address of a site: write https:// and the host, such as https://plan.example.org.")
    return value.rstrip("/")


def folder(name: str, default: Path, meaning: str, *, shown: str) -> Path:
    """A folder that is there afterwards and that only we read."""
    path = Path(declare(name, shown, meaning) or default).expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(
            f"{name} is “{path}”, which cannot be made or is no folder ({error.strerror}): name a folder that we may write to."
        ) from None
    if not os.access(path, os.W_OK):
        raise Refused(f"{name} is “{path}”, which we may not write to: name another folder, or give this one to the user that runs us.")
    return path


def kept_key(data_dir: Path) -> str:
    """The key of an installation that was given none: made once, read again at every start."""
    path = data_dir / "secret_key"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    key = path.read_text().strip()
    if len(key) < 50:
        raise Refused(
            f"The key in {path} is cut short: delete that file, a new one is made at the next start and everybody signs in again."
        )
    return key


def database(url: str) -> dict[str, Any]:
    """Django's settings of one database. For SQLite those with which 1,200 contending writes met no lock error."""
    parts = _split("DATABASE_URL", url, ("sqlite", "postgresql", "postgres"), "sqlite:///path or postgresql://user:password@host:5432/name")
    if parts.scheme == "sqlite":
        path = unquote(parts.path)[1:]
        if not url.startswith("sqlite:///") or not path:
            raise Refused("DATABASE_URL names no SQLite file: write sqlite:///path, with four slashes for a path from the root.")
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": pragmas},
            "TEST": {"NAME": f"{path}.test"},
        }
    query = dict(parse_qsl(parts.query))
    name = unquote(parts.path)[1:]
    if not name:
        raise Refused("DATABASE_URL names no database: write postgresql://user:password@host:5432/name.")
    try:
        port = parts.port
    except ValueError:
        raise Refused("DATABASE_URL has a port that is no number: write postgresql://user:password@host:5432/name.") from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": query.pop("port", "") or str(port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


def email(url: str) -> dict[str, Any]:
    """Django's settings of how mail goes out, as a mapping of setting names."""
    form = "smtp://user:password@host:587, consolemail:// or filemail:///folder"
    parts = _split("EMAIL_URL", url, ("smtp", "smtps", "consolemail", "filemail"), form)
    if parts.scheme == "consolemail":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme == "filemail":
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": unquote(parts.path)}
    if not parts.hostname:
        raise Refused(f"EMAIL_URL names no mail server: write {form}.")
    try:
        port = parts.port
    except ValueError:
        raise Refused(f"EMAIL_URL has a port that is no number: write {form}.") from None
    query = dict(parse_qsl(parts.query))
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        # A password never crosses the net in the clear: a server with a user speaks TLS unless the address says ?tls=no.
        "EMAIL_USE_TLS": parts.scheme == "smtp" and query.get("tls", "yes" if parts.username else "no") != "no",
        "EMAIL_TIMEOUT": 20,
    }


def broker(url: str, data_dir: Path) -> dict[str, Any]:
    """Celery's settings of the broker: Redis, or folders where there is no server."""
    if not url:
        there = data_dir / "broker"
        for name in ("queue", "control", "processed"):
            (there / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        # In and out are the same folder on purpose: everybody puts letters where the worker takes them.
        return {
            "broker_url": "wholefiles://localhost",  # planner.lib.file_broker; a host of no meaning, without which each start warns of its absence
            "broker_transport_options": {
                "data_folder_in": str(there / "queue"),
                "data_folder_out": str(there / "queue"),
                "control_folder": str(there / "control"),
                "processed_folder": str(there / "processed"),
            },
        }
    _split("CELERY_BROKER_URL", url, ("redis", "rediss", "redis+socket"), "redis://host:6379/0, redis+socket:///path, or leave it empty")
    # Short time-outs: a page that puts work into the queue must not wait for a Redis that is away; the sweeper sends it later.
    return {
        "broker_url": url,
        "broker_transport_options": {"visibility_timeout": 3600, "socket_timeout": 5, "socket_connect_timeout": 2, "max_retries": 1},
    }


def caches(url: str, data_dir: Path) -> dict[str, Any]:
    """Django's CACHES: Redis where there is one, else files. Never memory alone, since rate limits must hold over all processes."""
    if not url:
        return {
            "default": {
                "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
                "LOCATION": str(data_dir / "cache"),
                "OPTIONS": {"MAX_ENTRIES": 20000},
            }
        }
    _split("REDIS_URL", url, ("redis", "rediss", "unix"), "redis://host:6379/1, or leave it empty")
    return {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": url,
            "KEY_PREFIX": "planner",
            "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 1},
        }
    }


def _split(name: str, url: str, schemes: tuple[str, ...], form: str):
    try:
        parts = urlsplit(url)
    except ValueError:
        raise Refused(f"{name} cannot be read as an address: write {form}.") from None
    if parts.scheme not in schemes:
        # The value may hold a password, so it is not repeated.
        raise Refused(f"{name} begins with “{parts.scheme or '(nothing)'}:”, which is not known: write {form}.")
    return parts


def refuse_unsafe(settings: Mapping[str, Any]) -> None:
    """For production: each unsafe setting is a refusal to start, with the cure. `settings` are those of planner.settings."""
    given = os.environ.get("SECRET_KEY", "").strip()
    if len(given) < 50 or len(set(given)) < 5:
        raise Refused(
            "PLANNER_ENV is production and SECRET_KEY is missing or too short to be one: set it to 50 or more random characters, "
            "for instance from: python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
        )
    if any(word in given.lower() for word in ("insecure", "change-me", "changeme", "example")):
        raise Refused("PLANNER_ENV is production and SECRET_KEY is an example's: set it to 50 or more random characters of your own.")
    if settings["DEBUG"]:
        raise Refused("PLANNER_ENV is production and DEBUG is true, which shows the inside of the program to everybody: unset DEBUG.")
    if settings["SITE_ADDRESS"].startswith("http:"):
        raise Refused(
            "PLANNER_ENV is production and SITE_ADDRESS begins with http:, so that links in mails go over the net in the clear: write https://."
        )
    if settings["SHOW_MAILS"]:
        raise Refused("PLANNER_ENV is production and SHOW_MAILS is true, which shows mails and their links to everybody: unset SHOW_MAILS.")
    hosts = os.environ.get("ALLOWED_HOSTS", "").strip()
    if not hosts:
        raise Refused(
            "PLANNER_ENV is production and ALLOWED_HOSTS is not set: name the hosts that people type, for instance plan.example.org."
        )
    if "*" in settings["ALLOWED_HOSTS"]:
        raise Refused(
            "PLANNER_ENV is production and ALLOWED_HOSTS is *, which lets mails carry anybody's address: name the hosts that people type."
        )
    if not settings["HTTPS"]:
        raise Refused("PLANNER_ENV is production and HTTPS is false, which sends sessions over the net in the clear: unset HTTPS.")
