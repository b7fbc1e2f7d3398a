from django.apps import AppConfig


class PlannerConfig(AppConfig):
    """The roof. An app of its own for the management commands that concern the whole house."""

    name = "planner"
    verbose_name = "District Planner"
    default_auto_field = "django.db.models.BigAutoField"
