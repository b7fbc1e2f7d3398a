import django.db.models.deletion
import planner.lib.db
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("accounts", "__first__"),
        ("actions", "0002_cycles_and_reminders"),
        ("goals", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="reminder", name="reminder_kind_known"),
        migrations.RemoveConstraint(model_name="reminderline", name="line_of_cycle_or_review"),
        migrations.CreateModel(
            name="Ask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("not_mine", "Not mine"), ("blocked", "Blocked"), ("remind", "Remind me"), ("due", "Due date changed")],
                        max_length=8,
                    ),
                ),
                ("sentence", models.TextField(blank=True, help_text="Why, or what it waits for. Only those who work on the plan read it.")),
                ("who", models.CharField(blank=True, help_text="Whose it is, or who can help, as it was typed.", max_length=200)),
                ("remind_on", models.DateField(null=True)),
                ("due_old", models.DateField(help_text="Empty where there was none.", null=True)),
                ("due_new", models.DateField(null=True)),
                ("as_of", models.DateField(help_text="The day in the district on which it was said.")),
                ("recorded_at", models.DateTimeField(db_default=planner.lib.db.Clock())),
                (
                    "channel",
                    models.CharField(
                        choices=[("web", "on the web"), ("link", "by mail link"), ("import", "by import"), ("command", "by command")],
                        max_length=8,
                    ),
                ),
                ("press", models.UUIDField(default=uuid.uuid4, help_text="Of the form; sent twice it is one.")),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "cycle",
                    models.ForeignKey(
                        help_text="In which to be reminded.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asks",
                        to="actions.cycle",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        help_text="The person who is meant, where it is known.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("step", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="asks", to="actions.actionstep")),
            ],
            options={
                "ordering": ["recorded_at", "pk"],
                "indexes": [
                    models.Index(fields=["step", "kind", "id"], name="ask_of_step"),
                    models.Index(fields=["remind_on"], name="ask_remind"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("step", "kind", "press"), name="ask_once_a_press"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["not_mine", "blocked", "remind", "due"])), name="ask_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "blocked"), ("sentence", ""), _negated=True), name="ask_blocked_says_why"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("cycle__isnull", False),
                                ("kind", "remind"),
                                ("remind_on__gt", models.F("as_of")),
                                ("remind_on__isnull", False),
                            ),
                            models.Q(models.Q(("kind", "remind"), _negated=True), ("cycle", None), ("remind_on", None)),
                            _connector="OR",
                        ),
                        name="ask_remind_has_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("due_new__isnull", False),
                                ("kind", "due"),
                                models.Q(("due_old", None), models.Q(("due_new", models.F("due_old")), _negated=True), _connector="OR"),
                            ),
                            models.Q(models.Q(("kind", "due"), _negated=True), ("due_new", None), ("due_old", None)),
                            _connector="OR",
                        ),
                        name="ask_due_changes_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AskAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("assigned", "Given to somebody else"),
                            ("left", "Left where it is"),
                            ("settled", "Settled"),
                            ("withdrawn", "Taken back"),
                        ],
                        max_length=9,
                    ),
                ),
                ("sentence", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField(db_default=planner.lib.db.Clock())),
                (
                    "channel",
                    models.CharField(
                        choices=[("web", "on the web"), ("link", "by mail link"), ("import", "by import"), ("command", "by command")],
                        max_length=8,
                    ),
                ),
                ("press", models.UUIDField(default=uuid.uuid4)),
                ("ask", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="answer", to="actions.ask")),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["assigned", "left", "settled", "withdrawn"])), name="answer_kind_known"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="StepNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("recorded_at", models.DateTimeField(db_default=planner.lib.db.Clock())),
                (
                    "channel",
                    models.CharField(
                        choices=[("web", "on the web"), ("link", "by mail link"), ("import", "by import"), ("command", "by command")],
                        max_length=8,
                    ),
                ),
                ("press", models.UUIDField(default=uuid.uuid4, help_text="Of the form; sent twice it is one note.")),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "lead",
                    models.OneToOneField(
                        help_text="With which this note hands the step over; empty for other notes.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="note",
                        to="goals.lead",
                    ),
                ),
                ("step", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="actions.actionstep")),
            ],
            options={
                "ordering": ["recorded_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("step", "press"), name="note_once_a_press"),
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="note_says_something"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoteMention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="mentions", to=settings.AUTH_USER_MODEL),
                ),
                ("note", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="mentions", to="actions.stepnote")),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(condition=models.Q(("seen_at", None)), fields=["person"], name="mention_unseen")],
                "constraints": [models.UniqueConstraint(fields=("note", "person"), name="mention_once")],
            },
        ),
        migrations.CreateModel(
            name="StepPhoto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "content_type",
                    models.CharField(choices=[("image/jpeg", "JPEG"), ("image/png", "PNG"), ("image/webp", "WebP")], max_length=10),
                ),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("as_of", models.DateField()),
                ("recorded_at", models.DateTimeField(db_default=planner.lib.db.Clock())),
                (
                    "channel",
                    models.CharField(
                        choices=[("web", "on the web"), ("link", "by mail link"), ("import", "by import"), ("command", "by command")],
                        max_length=8,
                    ),
                ),
                ("press", models.UUIDField(default=uuid.uuid4)),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("file", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.storedfile")),
                ("step", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="photos", to="actions.actionstep")),
                (
                    "update",
                    models.ForeignKey(
                        help_text="With which it was given.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="actions.statusupdate",
                    ),
                ),
            ],
            options={
                "ordering": ["recorded_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("step", "press"), name="photo_once_a_press"),
                    models.CheckConstraint(
                        condition=models.Q(("content_type__in", ["image/jpeg", "image/png", "image/webp"])), name="photo_type_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("height__gte", 1), ("width__gte", 1)), name="photo_has_size"),
                ],
            },
        ),
        migrations.AlterField(
            model_name="reminder",
            name="kind",
            field=models.CharField(
                choices=[
                    ("update", "Steps to confirm"),
                    ("review", "Yearly review"),
                    ("again", "Steps to be reminded of"),
                    ("answer", "Asks that wait for an answer"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="reminderline",
            name="about_on",
            field=models.DateField(
                help_text="First day of the cycle, the day of the yearly review, or the day that was asked for or on which it was asked."
            ),
        ),
        migrations.AlterField(
            model_name="reminderline",
            name="cycle",
            field=models.ForeignKey(
                help_text="Empty for a yearly review and for asks.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reminder_lines",
                to="actions.cycle",
            ),
        ),
        migrations.AlterField(
            model_name="reminderline",
            name="kind",
            field=models.CharField(
                choices=[
                    ("update", "Steps to confirm"),
                    ("review", "Yearly review"),
                    ("again", "Steps to be reminded of"),
                    ("answer", "Asks that wait for an answer"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["update", "review", "again", "answer"])), name="reminder_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cycle__isnull", False), ("kind__in", ["update", "again"])),
                    models.Q(("cycle", None), ("kind__in", ["review", "answer"])),
                    _connector="OR",
                ),
                name="line_of_cycle_or_review",
            ),
        ),
    ]
