"""The worker's door: `celery -A planner worker`. All settings stand in planner.settings.CELERY."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")

app = Celery("planner")
app.config_from_object("planner.settings:CELERY")
app.autodiscover_tasks()
