"""The worker's door: `celery -A planner worker`. All settings stand in planner.settings.CELERY."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")

app = Celery("planner")
app.set_default()  # for every thread, so that packages below send work by `celery.current_app`, without a door upward
app.config_from_object("planner.settings:CELERY")
app.autodiscover_tasks()
