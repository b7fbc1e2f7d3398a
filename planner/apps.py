from django.apps import AppConfig


class PlannerConfig(AppConfig):
    """The roof. An app of its own for the management commands that concern the whole house."""

    name = "planner"
    verbose_name = "District Planner"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Celery comes with Django, not with the package: what reads documents in a process of its own needs neither."""
        from planner import celery  # noqa: F401
