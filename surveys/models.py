"""What the community was asked and what it answered. Every page reads the tallies; what respondents said row by row is packed away beside them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import AuditEntry, Job, Organization, Person, StoredFile, refuse_reserved_slug, slug_validator
from planner.lib.db import Clock
from surveys.reading.draft import KINDS

KIND_WORDS = {
    "single": "One choice",
    "multi": "Several choices",
    "matrix": "Row of a matrix",
    "scale": "Scale",
    "number": "Number",
    "text": "Open text",
    "group": "Respondent group",
    "metadata": "Not stored",
}
STORED_KINDS = [kind for kind in KINDS if kind != "metadata"]


class SurveyQuerySet(models.QuerySet):
    def of(self, person):
        """Surveys of the organizations that the person belongs to."""
        return self.filter(organization__in=Organization.objects.of(person))


class Survey(models.Model):
    """A survey of a district: its questions, and one or several files or tables of answers."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="surveys")
    slug = models.CharField(
        max_length=64, validators=[slug_validator, refuse_reserved_slug], help_text="Its short name in addresses, for years."
    )
    title = models.CharField(max_length=300)
    minimum_group = models.PositiveSmallIntegerField(
        default=10,
        validators=[MinValueValidator(3), MaxValueValidator(30)],
        help_text="A group with fewer respondents is shown to nobody, nor is what would give it away. States use 5 to 30, most often 10.",
    )
    asks_minors = models.BooleanField(
        default=False,
        help_text="Whether people under 18 were asked. Federal law (PPRA, FERPA) asks for a notice to parents, and for some questions for their consent.",
    )
    consent_on = models.DateField(null=True, blank=True, help_text="The day of that notice or consent.")
    keep_answers_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="So many days after an import its answers row by row are deleted; the tallies stay. Empty: until somebody deletes them.",
    )
    salt = models.BinaryField(max_length=16, help_text="Makes the fingerprints of rows worthless outside this survey.")
    generation = models.PositiveBigIntegerField(default=0, help_text="Rises in the transaction of each change; pages are kept under it.")
    created_at = models.DateTimeField(db_default=Clock())

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug"], name="survey_slug_once"),
            models.CheckConstraint(condition=Q(minimum_group__gte=3, minimum_group__lte=30), name="survey_minimum_group_3_to_30"),
        ]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One question of a survey. `key` is its wording in the form in which two files ask the same."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=64, help_text="Fingerprint of the wording without capitals and white space.")
    text = models.TextField()
    kind = models.CharField(max_length=8, choices=[(kind, KIND_WORDS[kind]) for kind in STORED_KINDS])
    counts_themes = models.BooleanField(
        default=False, help_text="Whether it may be published how many people spoke of each theme of its answers, and not only the themes."
    )

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "key"], name="question_once"),
            models.UniqueConstraint(fields=["survey"], condition=Q(kind="group"), name="question_of_group_once"),
            models.CheckConstraint(condition=Q(kind__in=STORED_KINDS), name="question_kind_known"),
        ]

    def __str__(self) -> str:
        return self.text


class Choice(models.Model):
    """An answer that a closed question offers, in the words of the survey."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="choices")
    position = models.PositiveIntegerField()
    label = models.TextField()
    key = models.CharField(max_length=64, help_text="Fingerprint of the label as it stands.")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["question", "key"], name="choice_once")]

    def __str__(self) -> str:
        return self.label


class RespondentGroup(models.Model):
    """A group that respondents say they belong to: parents, students, teachers."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="groups")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=300)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["survey", "name"], name="respondent_group_once")]

    def __str__(self) -> str:
        return self.name


class SurveyImportQuerySet(models.QuerySet):
    def counted(self):
        """Those whose figures are shown. One: `is_counted`."""
        return self.filter(state=SurveyImport.COUNTED)


class SurveyImport(models.Model):
    """One file, or one set of published tables, that was brought in. It counts from the moment when all of it is there."""

    STORING, COUNTED, REPLACED, DROPPED = "storing", "counted", "replaced", "dropped"
    STATES = [(STORING, "Being stored"), (COUNTED, "Counted"), (REPLACED, "Replaced by a later one"), (DROPPED, "Given up")]
    RAW, PUBLISHED = "raw", "published"
    KINDS = [(RAW, "Answers, one row each"), (PUBLISHED, "Published figures")]

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="imports")
    state = models.CharField(max_length=8, choices=STATES, default=STORING)
    kind = models.CharField(max_length=9, choices=KINDS)
    name = models.CharField(max_length=255, help_text="Of the file; for published figures the source.")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the file.")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="survey_import")
    format = models.CharField(max_length=20)
    header = models.CharField(max_length=64, blank=True, help_text="Fingerprint of the headings.")
    mapping = models.JSONField(default=dict)
    issues = models.JSONField(default=list)
    left_out = models.JSONField(default=dict, help_text="Why rows were left out -> how many.")
    respondents = models.PositiveIntegerField(default=0, help_text="For published figures the total as it is printed.")
    position = models.PositiveIntegerField(default=0, help_text="Rows of the file that are done, while it is being stored.")
    known = models.PositiveIntegerField(default=0, help_text="Rows that an earlier import has already.")
    answers_kept = models.BooleanField(default=True, help_text="False when answers row by row were deleted and the tallies stayed.")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=AuditEntry.CHANNELS)
    press = models.UUIDField()
    created_at = models.DateTimeField(db_default=Clock())

    objects = SurveyImportQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["storing", "counted", "replaced", "dropped"]), name="survey_import_state_known"),
            models.CheckConstraint(condition=Q(kind__in=["raw", "published"]), name="survey_import_kind_known"),
            models.UniqueConstraint(fields=["survey", "fingerprint"], condition=Q(state="counted"), name="survey_file_counted_once"),
            models.UniqueConstraint(fields=["survey"], condition=Q(state="storing"), name="survey_one_storing"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_counted(self) -> bool:
        """Twin of `SurveyImportQuerySet.counted`."""
        return self.state == self.COUNTED


class GroupSize(models.Model):
    """How many respondents of a group an import has. Without a group: those who did not say."""

    source = models.ForeignKey(SurveyImport, models.CASCADE, related_name="group_sizes")
    group = models.ForeignKey(RespondentGroup, models.CASCADE, null=True, related_name="sizes")
    respondents = models.PositiveIntegerField()

    class Meta:
        # Two, since SQLite knows no unique constraint in which one empty value equals another.
        constraints = [
            models.UniqueConstraint(fields=["source", "group"], name="group_size_once"),
            models.UniqueConstraint(fields=["source"], condition=models.Q(group=None), name="size_of_no_group_once"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.respondents}"


class Table(models.Model):
    """The answers of one group to one closed question, in one import: counted from rows, or as they were published."""

    source = models.ForeignKey(SurveyImport, models.CASCADE, related_name="tables")
    question = models.ForeignKey(Question, models.CASCADE, related_name="tables")
    group = models.ForeignKey(RespondentGroup, models.CASCADE, null=True, related_name="tables")
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=300, blank=True, help_text="What is printed above a published table.")
    base = models.PositiveIntegerField(null=True, help_text="Respondents of the group, whether they answered or not.")
    top = models.JSONField(default=list, help_text="The published list of what was chosen most, as it is printed.")

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name or f"{self.question_id} by {self.group_id}"


class Tally(models.Model):
    """How many of a table's group chose a choice. Percent is stored where it was published; else it is reckoned by one rule."""

    table = models.ForeignKey(Table, models.CASCADE, related_name="tallies")
    choice = models.ForeignKey(Choice, models.CASCADE, related_name="tallies")
    count = models.PositiveIntegerField(null=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [models.UniqueConstraint(fields=["table", "choice"], name="tally_once")]

    def __str__(self) -> str:
        return f"{self.choice_id}: {self.count}"


class ThemeList(models.Model):
    """Published themes of an open question, for one group or several together."""

    source = models.ForeignKey(SurveyImport, models.CASCADE, related_name="theme_lists")
    question = models.ForeignKey(Question, models.CASCADE, null=True, related_name="theme_lists")
    groups = models.ManyToManyField(RespondentGroup, related_name="theme_lists")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=300, help_text="What is printed above it.")

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Theme(models.Model):
    """One theme of a published list: a title and what is said about it."""

    list = models.ForeignKey(ThemeList, models.CASCADE, related_name="themes")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class ResponseBlock(models.Model):
    """Some thousand respondents, packed: a fingerprint each, and for each choice one bit each. See surveys.packing."""

    source = models.ForeignKey(SurveyImport, models.CASCADE, related_name="blocks")
    first = models.PositiveIntegerField(help_text="Number of its first respondent within the import.")
    rows = models.PositiveIntegerField()
    fingerprints = models.BinaryField()
    answers = models.BinaryField()

    class Meta:
        ordering = ["first"]
        constraints = [
            models.UniqueConstraint(fields=["source", "first"], name="response_block_once"),
            models.CheckConstraint(condition=Q(rows__gte=1), name="response_block_has_rows"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.first}+{self.rows}"


class OpenAnswer(models.Model):
    """What one respondent wrote to an open question. Never public as such. The two keys are checked when an import is counted, not row by row."""

    source = models.ForeignKey(SurveyImport, models.CASCADE, related_name="open_answers", db_constraint=False, db_index=False)
    question = models.ForeignKey(Question, models.CASCADE, related_name="open_answers", db_constraint=False, db_index=False)
    row = models.PositiveIntegerField(help_text="Number of the respondent within the import.")
    group = models.ForeignKey(RespondentGroup, models.CASCADE, null=True, related_name="+", db_constraint=False, db_index=False)
    text = models.TextField()
    folded = models.TextField(default="", help_text="The same without capitals, accents and punctuation, as searches look into it.")

    class Meta:
        indexes = [models.Index(fields=["question", "source", "row"], name="open_answer_place")]

    def __str__(self) -> str:
        return self.text[:60]


class AnswerTheme(models.Model):
    """What several people said to an open question, in words of those who read it. It alone can become public, never an answer."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="answer_themes")
    title = models.CharField(max_length=300)
    key = models.CharField(max_length=300, help_text="The title without capitals, accents and punctuation.")
    text = models.TextField(blank=True, help_text="A short description in your own words; it is published with the theme.")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Clock())

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["question", "key"], name="answer_theme_once"),
            models.CheckConstraint(condition=~Q(title=""), name="answer_theme_has_title"),
        ]

    def __str__(self) -> str:
        return self.title


class ThemeMark(models.Model):
    """A person's word that an open answer speaks of a theme. An answer can speak of several."""

    answer = models.ForeignKey(OpenAnswer, models.CASCADE, related_name="marks")
    theme = models.ForeignKey(AnswerTheme, models.CASCADE, related_name="marks")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "theme"], name="theme_mark_once")]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.theme_id}"


class ThemeTally(models.Model):
    """How many answers spoke of a theme in an import whose answers were deleted since. Without a group: those who did not say."""

    theme = models.ForeignKey(AnswerTheme, models.CASCADE, related_name="tallies")
    source = models.ForeignKey(SurveyImport, models.CASCADE, related_name="theme_tallies")
    group = models.ForeignKey(RespondentGroup, models.CASCADE, null=True, related_name="theme_tallies")
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "theme tallies"
        constraints = [
            models.UniqueConstraint(fields=["theme", "source", "group"], name="theme_tally_once"),
            models.UniqueConstraint(fields=["theme", "source"], condition=Q(group=None), name="theme_tally_of_no_group_once"),
        ]

    def __str__(self) -> str:
        return f"{self.theme_id}: {self.count}"


class Comparison(models.Model):
    """Which questions, choices and groups of an earlier survey asked the same as this one, where a person has said so."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="comparisons")
    earlier = models.ForeignKey(Survey, models.CASCADE, related_name="later_comparisons")
    matches = models.JSONField(help_text="Wordings of this survey -> those of the earlier one; see surveys.comparing.")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "earlier"], name="comparison_once"),
            models.CheckConstraint(condition=~Q(survey=models.F("earlier")), name="comparison_of_two_surveys"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} with {self.earlier_id}"


class SurveyPublicationQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not withdrawn. One: `is_standing`."""
        return self.filter(withdrawn_at__isnull=True)


class SurveyPublication(models.Model):
    """The fixed list of tables that the cabinet made public, with their figures as they were then. The newest that stands is what everybody reads."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="publications")
    tree = models.JSONField(help_text="All that is public, small groups hidden already; pages and files are made from it alone.")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the canonical JSON.")
    published_on = models.DateField(help_text="In the district's time zone.")
    published_at = models.DateTimeField(db_default=Clock())
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(
        null=True, help_text="Empty while it stands. What was public once still counts in the audit of later ones."
    )
    withdrawn_because = models.TextField(blank=True)

    objects = SurveyPublicationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_because="") | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because=""),
                name="survey_publication_withdrawn_with_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.published_on}"

    @property
    def is_standing(self) -> bool:
        """Twin of `SurveyPublicationQuerySet.standing`."""
        return self.withdrawn_at is None


class PriorityLink(models.Model):
    """A person's word that a part of a plan answers what people asked for: you said, we did."""

    choice = models.ForeignKey(Choice, models.CASCADE, related_name="links")
    node = models.ForeignKey("goals.PlanNode", models.PROTECT, related_name="priority_links")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Clock())

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["choice", "node"], name="priority_link_once")]

    def __str__(self) -> str:
        return f"{self.choice_id} -> {self.node_id}"
