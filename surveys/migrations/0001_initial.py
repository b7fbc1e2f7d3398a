import accounts.models
import django.core.validators
import django.db.models.deletion
import planner.lib.db
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial"), ("accounts", "__first__")]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("key", models.CharField(help_text="Fingerprint of the wording without capitals and white space.", max_length=64)),
                ("text", models.TextField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("single", "One choice"),
                            ("multi", "Several choices"),
                            ("matrix", "Row of a matrix"),
                            ("scale", "Scale"),
                            ("number", "Number"),
                            ("text", "Open text"),
                            ("group", "Respondent group"),
                        ],
                        max_length=8,
                    ),
                ),
            ],
            options={"ordering": ["position", "pk"]},
        ),
        migrations.CreateModel(
            name="Choice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("label", models.TextField()),
                ("key", models.CharField(help_text="Fingerprint of the label as it stands.", max_length=64)),
                ("question", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="choices", to="surveys.question")),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [models.UniqueConstraint(fields=("question", "key"), name="choice_once")],
            },
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "slug",
                    models.CharField(
                        help_text="Its short name in addresses, for years.",
                        max_length=64,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$",
                                "Use lower-case letters, digits and hyphens, beginning and ending with a letter or a digit, 64 characters at most.",
                            ),
                            accounts.models.refuse_reserved_slug,
                        ],
                    ),
                ),
                ("title", models.CharField(max_length=300)),
                (
                    "minimum_group",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="A group with fewer respondents is shown to nobody, nor is what would give it away. States use 5 to 30, most often 10.",
                        validators=[django.core.validators.MinValueValidator(3), django.core.validators.MaxValueValidator(30)],
                    ),
                ),
                (
                    "asks_minors",
                    models.BooleanField(
                        default=False,
                        help_text="Whether people under 18 were asked. Federal law (PPRA, FERPA) asks for a notice to parents, and for some questions for their consent.",
                    ),
                ),
                ("consent_on", models.DateField(blank=True, help_text="The day of that notice or consent.", null=True)),
                (
                    "keep_answers_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="So many days after an import its answers row by row are deleted; the tallies stay. Empty: until somebody deletes them.",
                        null=True,
                    ),
                ),
                ("salt", models.BinaryField(help_text="Makes the fingerprints of rows worthless outside this survey.", max_length=16)),
                (
                    "generation",
                    models.PositiveBigIntegerField(
                        default=0, help_text="Rises in the transaction of each change; pages are kept under it."
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=planner.lib.db.Clock())),
                (
                    "organization",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="surveys", to="accounts.organization"),
                ),
            ],
            options={
                "ordering": ["title", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "slug"), name="survey_slug_once"),
                    models.CheckConstraint(
                        condition=models.Q(("minimum_group__gte", 3), ("minimum_group__lte", 30)), name="survey_minimum_group_3_to_30"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RespondentGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=300)),
                ("survey", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="groups", to="surveys.survey")),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [models.UniqueConstraint(fields=("survey", "name"), name="respondent_group_once")],
            },
        ),
        migrations.AddField(
            model_name="question",
            name="survey",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="questions", to="surveys.survey"),
        ),
        migrations.CreateModel(
            name="SurveyImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("storing", "Being stored"),
                            ("counted", "Counted"),
                            ("replaced", "Replaced by a later one"),
                            ("dropped", "Given up"),
                        ],
                        default="storing",
                        max_length=8,
                    ),
                ),
                ("kind", models.CharField(choices=[("raw", "Answers, one row each"), ("published", "Published figures")], max_length=9)),
                ("name", models.CharField(help_text="Of the file; for published figures the source.", max_length=255)),
                ("fingerprint", models.CharField(help_text="SHA-256 of the file.", max_length=64)),
                ("format", models.CharField(max_length=20)),
                ("header", models.CharField(blank=True, help_text="Fingerprint of the headings.", max_length=64)),
                ("mapping", models.JSONField(default=dict)),
                ("issues", models.JSONField(default=list)),
                ("left_out", models.JSONField(default=dict, help_text="Why rows were left out -> how many.")),
                ("respondents", models.PositiveIntegerField(default=0, help_text="For published figures the total as it is printed.")),
                ("position", models.PositiveIntegerField(default=0, help_text="Rows of the file that are done, while it is being stored.")),
                ("known", models.PositiveIntegerField(default=0, help_text="Rows that an earlier import has already.")),
                (
                    "answers_kept",
                    models.BooleanField(default=True, help_text="False when answers row by row were deleted and the tallies stayed."),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("web", "on the web"), ("link", "by mail link"), ("import", "by import"), ("command", "by command")],
                        max_length=8,
                    ),
                ),
                ("press", models.UUIDField()),
                ("created_at", models.DateTimeField(db_default=planner.lib.db.Clock())),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.storedfile"),
                ),
                (
                    "job",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="survey_import", to="accounts.job"
                    ),
                ),
                ("survey", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="imports", to="surveys.survey")),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["storing", "counted", "replaced", "dropped"])), name="survey_import_state_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("kind__in", ["raw", "published"])), name="survey_import_kind_known"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "counted")), fields=("survey", "fingerprint"), name="survey_file_counted_once"
                    ),
                    models.UniqueConstraint(condition=models.Q(("state", "storing")), fields=("survey",), name="survey_one_storing"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResponseBlock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.PositiveIntegerField(help_text="Number of its first respondent within the import.")),
                ("rows", models.PositiveIntegerField()),
                ("fingerprints", models.BinaryField()),
                ("answers", models.BinaryField()),
                (
                    "source",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="blocks", to="surveys.surveyimport"),
                ),
            ],
            options={
                "ordering": ["first"],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "first"), name="response_block_once"),
                    models.CheckConstraint(condition=models.Q(("rows__gte", 1)), name="response_block_has_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpenAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveIntegerField(help_text="Number of the respondent within the import.")),
                ("text", models.TextField()),
                (
                    "question",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="open_answers",
                        to="surveys.question",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="surveys.respondentgroup",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="open_answers",
                        to="surveys.surveyimport",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["question", "source", "row"], name="open_answer_place")]},
        ),
        migrations.CreateModel(
            name="GroupSize",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("respondents", models.PositiveIntegerField()),
                (
                    "group",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="sizes", to="surveys.respondentgroup"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="group_sizes", to="surveys.surveyimport"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("source", "group"), name="group_size_once"),
                    models.UniqueConstraint(condition=models.Q(("group", None)), fields=("source",), name="size_of_no_group_once"),
                ]
            },
        ),
        migrations.CreateModel(
            name="Table",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField(default=0)),
                ("name", models.CharField(blank=True, help_text="What is printed above a published table.", max_length=300)),
                ("base", models.PositiveIntegerField(help_text="Respondents of the group, whether they answered or not.", null=True)),
                ("top", models.JSONField(default=list, help_text="The published list of what was chosen most, as it is printed.")),
                (
                    "group",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="tables", to="surveys.respondentgroup"
                    ),
                ),
                ("question", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="tables", to="surveys.question")),
                (
                    "source",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="tables", to="surveys.surveyimport"),
                ),
            ],
            options={"ordering": ["position", "pk"]},
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("count", models.PositiveIntegerField(null=True)),
                ("percent", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("choice", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="tallies", to="surveys.choice")),
                ("table", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="tallies", to="surveys.table")),
            ],
            options={
                "verbose_name_plural": "tallies",
                "constraints": [models.UniqueConstraint(fields=("table", "choice"), name="tally_once")],
            },
        ),
        migrations.CreateModel(
            name="ThemeList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("name", models.CharField(help_text="What is printed above it.", max_length=300)),
                ("groups", models.ManyToManyField(related_name="theme_lists", to="surveys.respondentgroup")),
                (
                    "question",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="theme_lists", to="surveys.question"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="theme_lists", to="surveys.surveyimport"),
                ),
            ],
            options={"ordering": ["position", "pk"]},
        ),
        migrations.CreateModel(
            name="Theme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=300)),
                ("text", models.TextField(blank=True)),
                ("list", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="themes", to="surveys.themelist")),
            ],
            options={"ordering": ["position", "pk"]},
        ),
        migrations.AddConstraint(model_name="question", constraint=models.UniqueConstraint(fields=("survey", "key"), name="question_once")),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(condition=models.Q(("kind", "group")), fields=("survey",), name="question_of_group_once"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["single", "multi", "matrix", "scale", "number", "text", "group"])),
                name="question_kind_known",
            ),
        ),
    ]
