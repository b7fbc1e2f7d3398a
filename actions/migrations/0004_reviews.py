import django.db.models.deletion
import planner.lib.db
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("accounts", "__first__"), ("actions", "0003_asks"), ("goals", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("regular", "Review of a cycle"), ("yearly", "Yearly review")], max_length=8)),
                ("on", models.DateField(help_text="The day on which people met.")),
                ("since", models.DateField(help_text="The first day that its agenda looks at.")),
                ("address", models.CharField(blank=True, help_text="Its public address below the plan, once it is held.", max_length=16)),
                (
                    "summary",
                    models.TextField(
                        blank=True, help_text="What came of it as a whole. Everybody reads it where the plan's reviews are public."
                    ),
                ),
                ("note", models.TextField(blank=True, help_text="Only those who work on the plan read it.")),
                ("opened_at", models.DateTimeField(db_default=planner.lib.db.Clock())),
                ("held_at", models.DateTimeField(help_text="When it was closed for good.", null=True)),
                (
                    "cycle",
                    models.ForeignKey(
                        help_text="That was open when it began.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="actions.cycle",
                    ),
                ),
                (
                    "held_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("plan", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="goals.plan")),
            ],
            options={
                "ordering": ["-on", "-pk"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("kind__in", ["regular", "yearly"])), name="review_kind_known"),
                    models.CheckConstraint(condition=models.Q(("since__lte", models.F("on"))), name="review_looks_back"),
                    models.UniqueConstraint(condition=models.Q(("held_at", None)), fields=("plan", "kind"), name="review_open_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("address", ""), _negated=True), fields=("plan", "address"), name="review_address_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("address", ""), ("held_at", None)),
                            models.Q(("held_at__isnull", False), models.Q(("address", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="review_held_with_address",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("agenda", "Agenda"),
                            ("strategy", "How well each strategy works"),
                            ("role", "Roles and responsibilities"),
                            ("wording", "Due dates and wording"),
                        ],
                        max_length=8,
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("reasons", models.JSONField(default=list, help_text="Why it is on the agenda; see actions.reviewing.agenda.")),
                (
                    "facts",
                    models.JSONField(
                        default=dict,
                        help_text="What the data said of it: wording, status and due day, old and new. Persons by their key alone.",
                    ),
                ),
                (
                    "effect",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("works", "It works"),
                            ("partly", "It works in part"),
                            ("not", "It does not work"),
                            ("unknown", "Too early to say"),
                        ],
                        help_text="Of a strategy.",
                        max_length=8,
                    ),
                ),
                ("finding", models.TextField(blank=True, help_text="What was found. Only those who work on the plan read it.")),
                (
                    "decision",
                    models.CharField(blank=True, choices=[("keep", "Keep"), ("change", "Change"), ("stop", "Stop")], max_length=8),
                ),
                (
                    "decided",
                    models.TextField(
                        blank=True, help_text="The decision in a sentence. Everybody reads it where the plan's reviews are public."
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=0, help_text="Rises with each change; a form carries the one that it shows."),
                ),
                ("node", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="goals.plannode")),
                ("review", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="items", to="actions.review")),
            ],
            options={
                "ordering": ["review", "section", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("review", "section", "node"), name="item_once"),
                    models.CheckConstraint(
                        condition=models.Q(("section__in", ["agenda", "strategy", "role", "wording"])), name="item_section_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision__in", ["", "keep", "change", "stop"])), name="item_decision_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effect", ""),
                            models.Q(("effect__in", ["works", "partly", "not", "unknown"]), ("section", "strategy")),
                            _connector="OR",
                        ),
                        name="item_effect_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewParticipant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=120)),
                ("count", models.PositiveSmallIntegerField(default=1)),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="participants", to="actions.review"),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("role", ""), _negated=True), ("count__gte", 1)), name="participant_said"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person", None), ("count", 1), _connector="OR"), name="participant_person_is_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=500)),
                ("due_on", models.DateField()),
                ("done_on", models.DateField(null=True)),
                ("press", models.UUIDField(default=uuid.uuid4, help_text="Of the form; sent twice it is one task.")),
                (
                    "department",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.department"),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        help_text="Out of which it came.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="actions.reviewitem",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="review_tasks", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("review", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="tasks", to="actions.review")),
            ],
            options={
                "ordering": ["due_on", "pk"],
                "indexes": [models.Index(condition=models.Q(("done_on", None)), fields=["person", "due_on"], name="reviewtask_to_do")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="task_said"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("department", None), ("person__isnull", False)),
                            models.Q(("department__isnull", False), ("person", None)),
                            _connector="OR",
                        ),
                        name="task_has_one_owner",
                    ),
                    models.UniqueConstraint(fields=("review", "press"), name="task_once_a_press"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.UUIDField(
                        default=uuid.uuid4, help_text="The part of the address that finds it; a signature follows it.", unique=True
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=planner.lib.db.Clock())),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="calendar_feeds", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(condition=models.Q(("ended_at", None)), fields=("person",), name="feed_one_works")]
            },
        ),
        migrations.CreateModel(
            name="LastLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "organization",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"),
                ),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("person", "organization"), name="look_once")]},
        ),
        migrations.AddField(
            model_name="reviewrhythm",
            name="reviews_are_public",
            field=models.BooleanField(
                default=False,
                help_text="Whether visitors see of each review that was held its day, who took part by role, and its decisions.",
            ),
        ),
    ]
