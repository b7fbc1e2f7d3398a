"""For docker-compose.yml, which asks each part from inside whether it does its work. Says nothing and exits 0 where it does.

`python -m planner.healthcheck web 8000`    the web server on this port can serve
`python -m planner.healthcheck heartbeat`   the scheduler sent work lately, and a worker did it
"""

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable


def web(port: str) -> str:
    """Why not; empty where all is well. The request names a host that the settings allow, since any other is refused."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().removeprefix(".")
    asked = urllib.request.Request(f"http://127.0.0.1:{int(port)}/health/ready/", headers={"Host": host})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=5):
            return ""
    except (urllib.error.URLError, OSError) as error:
        return f"The web server is not ready: {error}"


def heartbeat() -> str:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")
    import django

    django.setup()
    from planner.health import workers

    seen = workers()
    return "" if seen["workers"] else f"No worker did the scheduler's work lately; last: {seen['workers_seen_at'] or 'never'}."


def main() -> None:
    what, *more = sys.argv[1:] or [""]
    checks: dict[str, Callable[..., str]] = {"web": web, "heartbeat": heartbeat}
    if what not in checks:
        sys.exit(f"Say what to look at: {' or '.join(checks)}.")
    if why := checks[what](*more):
        sys.exit(why)


if __name__ == "__main__":
    main()
