from django.apps import AppConfig


class GoalsConfig(AppConfig):
    name = "goals"
    verbose_name = "Plans and what they aim at"
    default_auto_field = "django.db.models.BigAutoField"
