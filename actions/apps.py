from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "actions"
    verbose_name = "Action steps and their updates"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accounts.jobs import KINDS
        from accounts.reach import ROOMS

        KINDS |= {"read_plan": "actions.tasks.read_plan", "write_plan": "actions.tasks.write_plan"}
        ROOMS.append("actions.services.reach")
