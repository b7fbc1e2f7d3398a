import django.core.validators
import django.db.models.deletion
import planner.lib.db
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("accounts", "__first__"), ("actions", "0001_initial"), ("goals", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="MailTrouble",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(db_default=planner.lib.db.Clock())),
                ("until", models.DateTimeField(help_text="Nobody tries before.")),
                ("failures", models.PositiveIntegerField(default=1)),
                ("error", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="ReminderRun",
            fields=[
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="reminder_run",
                        serialize=False,
                        to="accounts.organization",
                    ),
                ),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Cycle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("opened_on", models.DateField(help_text="The day in the district on which it was opened; the reminders count from it.")),
                ("opened_at", models.DateTimeField(db_default=planner.lib.db.Clock())),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "summary",
                    models.JSONField(
                        help_text="At the close: {total, confirmed, goal_areas: [{node, title, total, confirmed}], departments: [{id, name, ...}], people: [{id, ...}]}.",
                        null=True,
                    ),
                ),
                ("plan", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="cycles", to="goals.plan")),
            ],
            options={
                "ordering": ["plan", "starts_on"],
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "starts_on"), name="cycle_start_once"),
                    models.CheckConstraint(condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="cycle_has_days"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("summary", None)),
                            models.Q(("closed_at__isnull", False), ("summary__isnull", False)),
                            _connector="OR",
                        ),
                        name="cycle_closed_with_summary",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("update", "Steps to confirm"), ("review", "Yearly review")], max_length=8)),
                ("due_on", models.DateField(help_text="The day in the district for which it was planned.")),
                ("rung", models.PositiveSmallIntegerField(help_text="Of the ladder: the lowest of its lines.")),
                ("message_id", models.CharField(max_length=200, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "To be sent"),
                            ("claimed", "Being sent"),
                            ("sent", "Sent"),
                            ("refused", "Refused by the person's mail server"),
                            ("failed", "Given up after many tries"),
                            ("dropped", "Not needed any more"),
                        ],
                        default="planned",
                        max_length=8,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0, help_text="That failed.")),
                ("next_try_at", models.DateTimeField(db_default=planner.lib.db.Clock())),
                ("claim", models.UUIDField(help_text="Of the sender that has it.", null=True)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(db_default=planner.lib.db.Clock())),
                ("ended_at", models.DateTimeField(help_text="When it was sent, refused, given up or dropped.", null=True)),
                ("error", models.TextField(blank=True, help_text="What the mail server said last, or why it was dropped.")),
                (
                    "organization",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="accounts.organization"),
                ),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "planned")), fields=["next_try_at", "id"], name="reminder_to_send"),
                    models.Index(condition=models.Q(("state", "claimed")), fields=["claimed_until"], name="reminder_claimed"),
                    models.Index(fields=["organization", "state"], name="reminder_of_organization"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "person", "organization", "due_on", "rung"), name="reminder_once"),
                    models.CheckConstraint(condition=models.Q(("kind__in", ["update", "review"])), name="reminder_kind_known"),
                    models.CheckConstraint(condition=models.Q(("rung__in", range(1, 6))), name="reminder_rung_known"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("claim__isnull", False), ("claimed_until__isnull", False), ("ended_at", None), ("state", "claimed")),
                            models.Q(("claim", None), ("claimed_until", None), ("ended_at", None), ("state", "planned")),
                            models.Q(
                                ("claim", None),
                                ("claimed_until", None),
                                ("ended_at__isnull", False),
                                ("state__in", ["sent", "refused", "failed", "dropped"]),
                            ),
                            _connector="OR",
                        ),
                        name="reminder_state_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReminderLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("update", "Steps to confirm"), ("review", "Yearly review")], max_length=8)),
                ("about_on", models.DateField(help_text="First day of the cycle, or the day of the yearly review.")),
                ("rung", models.PositiveSmallIntegerField()),
                ("due_on", models.DateField(help_text="The working day on which it became due.")),
                (
                    "cycle",
                    models.ForeignKey(
                        help_text="Empty for a yearly review.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminder_lines",
                        to="actions.cycle",
                    ),
                ),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("plan", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="goals.plan")),
                ("reminder", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="actions.reminder")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "person", "plan", "about_on", "rung"), name="reminder_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cycle__isnull", False), ("kind", "update")),
                            models.Q(("cycle", None), ("kind", "review")),
                            _connector="OR",
                        ),
                        name="line_of_cycle_or_review",
                    ),
                    models.CheckConstraint(condition=models.Q(("rung__in", range(1, 6))), name="line_rung_known"),
                ]
            },
        ),
        migrations.CreateModel(
            name="ReminderPreference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_unsubscribed", models.BooleanField(default=False)),
                ("changed_at", models.DateTimeField(db_default=planner.lib.db.Clock())),
                (
                    "organization",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reminder_preferences", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("person", "organization"), name="preference_once")]},
        ),
        migrations.CreateModel(
            name="ReviewRhythm",
            fields=[
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="rhythm",
                        serialize=False,
                        to="goals.plan",
                    ),
                ),
                ("is_on", models.BooleanField(default=True, help_text="Whether cycles open and reminders are sent.")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("monthly", "Every month"),
                            ("quarterly", "Every three months"),
                            ("semester", "Every semester"),
                            ("yearly", "Every year"),
                            ("days", "Every so many days"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "every_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Length of a cycle in days, where it is neither months nor years.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                    ),
                ),
                (
                    "begins_on",
                    models.DateField(
                        help_text="First day of the first cycle. Later ones begin on the same day of the month, or on its last day where it is shorter."
                    ),
                ),
                (
                    "second_after_days",
                    models.PositiveSmallIntegerField(default=7, help_text="Days after the opening until the second mail."),
                ),
                (
                    "lead_after_days",
                    models.PositiveSmallIntegerField(
                        default=14, help_text="Days after the opening until the lead of the strategy gets a list."
                    ),
                ),
                (
                    "cabinet_after_days",
                    models.PositiveSmallIntegerField(default=21, help_text="Days after the opening until the cabinet gets a count."),
                ),
                (
                    "review_on",
                    models.DateField(
                        blank=True,
                        help_text="Day of the first yearly review; February 29 means February 28 in common years. Empty: none.",
                        null=True,
                    ),
                ),
                (
                    "review_before_days",
                    models.PositiveSmallIntegerField(default=21, help_text="Days before a yearly review on which it is announced."),
                ),
                (
                    "review_after_days",
                    models.PositiveSmallIntegerField(
                        default=7, help_text="Days after it on which those who take part are asked for its outcome."
                    ),
                ),
                ("reviewed_on", models.DateField(blank=True, help_text="Day of the last yearly review that was held.", null=True)),
                (
                    "freshness_is_public",
                    models.BooleanField(default=False, help_text="Whether visitors see how much was confirmed in each cycle."),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        help_text="Gets the answers to mails. Empty: an administrator.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("unit__in", ["monthly", "quarterly", "semester", "yearly", "days"])), name="rhythm_unit_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("every_days__gte", 1), ("every_days__isnull", False), ("unit", "days")),
                            models.Q(models.Q(("unit", "days"), _negated=True), ("every_days", None)),
                            _connector="OR",
                        ),
                        name="rhythm_days_where_needed",
                        violation_error_message="Say how many days a cycle has, or choose months or years and leave the days empty.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cabinet_after_days__gte", models.F("lead_after_days")),
                            ("lead_after_days__gte", models.F("second_after_days")),
                            ("second_after_days__gte", 1),
                        ),
                        name="rhythm_ladder_rises",
                        violation_error_message="The second mail comes first, then the lead's list, then the cabinet's count: give days that do not fall.",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="SchoolBreak",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "organization",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="breaks", to="accounts.organization"),
                ),
            ],
            options={
                "ordering": ["starts_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="break_has_days",
                        violation_error_message="The last day of a break is its first or a later one.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UpdateLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(choices=[("update", "Say how steps stand"), ("unsubscribe", "End the reminders")], max_length=12),
                ),
                ("name", models.UUIDField(default=uuid.uuid4, help_text="The part of the token that finds it.", unique=True)),
                ("token_hash", models.CharField(help_text="SHA-256 of the token, hexadecimal.", max_length=64)),
                ("expires_on", models.DateField(help_text="The last day in the district on which it works.")),
                ("revoked_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(db_default=planner.lib.db.Clock())),
                (
                    "organization",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"),
                ),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("reminder", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="links", to="actions.reminder")),
            ],
            options={
                "indexes": [models.Index(fields=["person", "organization"], name="actions_upd_person__ac7417_idx")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("purpose__in", ["update", "unsubscribe"])), name="link_purpose_known")
                ],
            },
        ),
    ]
