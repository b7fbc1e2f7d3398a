import django.db.models.deletion
import planner.lib.db
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial"), ("accounts", "__first__"), ("goals", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ActionStep",
            fields=[
                (
                    "node",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="%(class)s",
                        serialize=False,
                        to="goals.plannode",
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=60)),
                ("title", models.TextField()),
                ("description", models.TextField(blank=True)),
                ("position", models.BigIntegerField()),
                ("is_present", models.BooleanField(default=True)),
                ("reworded_on", models.DateField(help_text="Day of the wording that stands, where it is not the first.", null=True)),
                ("lead_words", models.CharField(blank=True, max_length=200)),
                ("due", models.DateField(null=True)),
                ("status_as_of", models.DateField(null=True)),
                (
                    "version",
                    models.PositiveIntegerField(default=0, help_text="Rises with every update; a form carries the one that it shows."),
                ),
                (
                    "goal_area",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="action_steps", to="goals.goalarea"),
                ),
                (
                    "lead_department",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.department"),
                ),
                (
                    "lead_person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "objective",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="action_steps", to="goals.performanceobjective"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="children", to="actions.actionstep"
                    ),
                ),
                ("plan", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="%(class)s_set", to="goals.plan")),
                ("status", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="goals.status")),
                (
                    "strategy",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="action_steps", to="goals.strategy"
                    ),
                ),
            ],
            options={"ordering": ["position", "pk"], "abstract": False},
        ),
        migrations.CreateModel(
            name="ProgressReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("through", models.DateField(help_text="The day that it is true for.")),
                ("address", models.CharField(help_text="The day, and ~2 for a second report of the same day.", max_length=20)),
                ("known_at", models.DateTimeField(help_text="It holds what was recorded until then.")),
                ("published_at", models.DateTimeField(db_default=planner.lib.db.Clock())),
                ("published_on", models.DateField(help_text="The day of publication in the organization: the PDF's date.")),
                (
                    "channel",
                    models.CharField(
                        choices=[("web", "on the web"), ("link", "by mail link"), ("import", "by import"), ("command", "by command")],
                        max_length=8,
                    ),
                ),
                ("press", models.UUIDField(help_text="Of the form; sent twice it is one report.")),
                ("canonical", models.TextField(help_text="Canonical JSON (RFC 8785), without the fingerprint.")),
                ("fingerprint", models.CharField(help_text="SHA-256 of the canonical JSON, hexadecimal.", max_length=64)),
                ("counts", models.JSONField(help_text="Status name -> steps, for the chart over time; the empty name: without a status.")),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("plan", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="goals.plan")),
            ],
            options={
                "ordering": ["through", "pk"],
                "constraints": [models.UniqueConstraint(fields=("plan", "address"), name="report_address_once")],
            },
        ),
        migrations.CreateModel(
            name="ReportNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(help_text="Shown to everybody.")),
                ("recorded_at", models.DateTimeField(db_default=planner.lib.db.Clock())),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "replacement",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="replaces", to="actions.progressreport"
                    ),
                ),
                (
                    "report",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="notice", to="actions.progressreport"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StatusUpdate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("as_of", models.DateField(help_text="The day for which it is true.")),
                ("recorded_at", models.DateTimeField(db_default=planner.lib.db.Clock())),
                (
                    "channel",
                    models.CharField(
                        choices=[("web", "on the web"), ("link", "by mail link"), ("import", "by import"), ("command", "by command")],
                        max_length=8,
                    ),
                ),
                ("press", models.UUIDField(default=uuid.uuid4, help_text="Of the form; sent twice it is one update.")),
                ("public_note", models.TextField(blank=True, help_text="Everybody reads it.")),
                ("note", models.TextField(blank=True, help_text="Only those who work on the plan read it.")),
                ("line", models.PositiveIntegerField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        help_text="The update of the same step that it replaces.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="actions.statusupdate",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="goals.edition"),
                ),
                (
                    "status",
                    models.ForeignKey(
                        help_text="Empty in a withdrawal.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="goals.status",
                    ),
                ),
                ("step", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="updates", to="actions.actionstep")),
            ],
            options={
                "ordering": ["as_of", "recorded_at", "pk"],
                "indexes": [models.Index(fields=["step", "as_of", "recorded_at", "id"], name="statusupdate_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__isnull", False), ("corrects__isnull", False), _connector="OR"),
                        name="update_says_or_withdraws",
                    ),
                    models.UniqueConstraint(fields=("step", "press"), name="update_once_a_press"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("url", models.URLField(max_length=500)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("as_of", models.DateField()),
                ("recorded_at", models.DateTimeField(db_default=planner.lib.db.Clock())),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("node", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="goals.plannode")),
                (
                    "update",
                    models.ForeignKey(
                        help_text="With which it was given.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="actions.statusupdate",
                    ),
                ),
            ],
            options={"verbose_name_plural": "evidence", "ordering": ["as_of", "recorded_at", "pk"]},
        ),
        migrations.AddField(
            model_name="actionstep",
            name="status_update",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="actions.statusupdate"),
        ),
        migrations.AddIndex(model_name="actionstep", index=models.Index(fields=["plan", "is_present"], name="actionstep_of_plan")),
        migrations.AddConstraint(
            model_name="actionstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", None), ("status_as_of", None), ("status_update", None)),
                    models.Q(("status__isnull", False), ("status_as_of__isnull", False), ("status_update__isnull", False)),
                    _connector="OR",
                ),
                name="step_status_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="actionstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("node")), _negated=True), name="step_not_its_own_parent"
            ),
        ),
    ]
