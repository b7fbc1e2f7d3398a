"""The worker's door: `celery -A planner worker`. All settings stand in planner.settings.CELERY."""

import os

from celery import Celery
from celery.signals import worker_init

from planner.lib import file_broker

file_broker.register()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")

app = Celery("planner")
app.set_default()  # for every thread, so that packages below send work by `celery.current_app`, without a door upward
app.config_from_object("planner.settings:CELERY")
app.autodiscover_tasks()


@worker_init.connect
def give_way(**kwargs) -> None:
    """Who reads a page comes before work that waits, also where both share few processors: see docs/performance.md. Children inherit it."""
    os.nice(10)


@worker_init.connect
def refuse_start(**kwargs) -> None:
    """As for the web: a worker does not write into a database that lacks its triggers. One that does not answer yet is waited for."""
    from planner import triggers

    triggers.refuse_start_without_them()
