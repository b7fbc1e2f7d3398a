from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """What the community was asked and what it answered. A side room beside `actions`; neither imports the other."""

    name = "surveys"
    verbose_name = "Surveys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accounts.jobs import KINDS

        KINDS |= {"read_survey": "surveys.tasks.read_survey", "write_survey": "surveys.tasks.write_survey"}
