"""What a person says beside a survey file, types from a printed table, or corrects in what was understood."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from accounts.models import Organization
from accounts.uploads import limit
from planner.lib.dates import us_date
from surveys import import_review
from surveys.comparing import Pairs
from surveys.file_matching import Pair
from surveys.import_review import ENCODINGS, FORMAT_WORDS, Question
from surveys.models import Survey
from surveys.reading.labels import tidy
from surveys.showing.figures import Published

KNOWN_TYPES = ".csv,.tsv,.txt,.md,.xlsx,text/csv,text/tab-separated-values,text/plain"
ROWS = 12
"""Rows of the form for a printed table: a top ten and two more."""
DELIMITERS = [("", "Found out from the file"), (",", "Comma"), (";", "Semicolon"), ("\t", "Tab"), ("|", "Bar")]


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "input--short"}, format="%Y-%m-%d")


class SurveyFields(forms.Form):
    """For which survey, and what is to be known of it."""

    survey = forms.ChoiceField(label="For which survey", required=False)
    title = forms.CharField(label="Title", max_length=300, required=False, help_text="Such as “Community survey, spring 2024”.")
    slug = forms.CharField(
        label="Short name in addresses",
        max_length=64,
        required=False,
        help_text="Lower-case letters, digits and hyphens; it stays for years. Empty: made from the title.",
    )
    note = forms.CharField(
        label="Language or source",
        max_length=200,
        required=False,
        help_text="Where a survey has several files, what this one is: “Spanish form”, “paper forms, typed in May”.",
    )
    asks_minors = forms.BooleanField(
        label="People under 18 answered it",
        required=False,
        help_text="Federal law (PPRA, FERPA) asks for a notice to parents before such a survey, and for some questions for their consent.",
    )
    consent_on = forms.DateField(
        label="Day of the notice to parents, or of their consent",
        required=False,
        error_messages={"invalid": "Write the day as 2024-03-01."},
        widget=day_input(),
    )

    def __init__(self, *args, organization: Organization, **more):
        super().__init__(*args, **more)
        self.organization = organization
        survey = self.fields["survey"]
        assert isinstance(survey, forms.ChoiceField)
        survey.choices = [("", "A new survey"), *Survey.objects.filter(organization=organization).values_list("slug", "title")]

    def clean_title(self) -> str:
        return tidy(self.cleaned_data["title"])

    def clean_consent_on(self):
        return day_until_today(self.cleaned_data["consent_on"], self.organization)

    def clean(self):
        said = super().clean() or {}
        if said.get("survey"):
            return said | {"slug": said["survey"], "title": ""}
        if self.errors:
            return said
        slug = said["slug"] or slugify(said["title"] or self.name_of(said))[:64].strip("-_").replace("_", "-") or "survey"
        if Survey.objects.filter(organization=self.organization, slug=slug).exists():
            self.add_error("slug", f"There is a survey “{slug}” already. Choose it above, or give the new one another short name.")
        else:
            try:
                Survey._meta.get_field("slug").run_validators(slug)
            except ValidationError as error:
                self.add_error("slug", error)
        return said | {"slug": slug}

    def name_of(self, said: dict[str, Any]) -> str:
        """What a survey without a title is called after."""
        return ""

    def about(self) -> dict[str, Any]:
        """What is kept with the import until the survey is made."""
        said = self.cleaned_data
        day = said["consent_on"]
        found = {
            "title": said["title"],
            "note": said["note"],
            "asks_minors": said["asks_minors"],
            "consent_on": day.isoformat() if day else None,
        }
        return {key: value for key, value in found.items() if value}


def day_until_today(day, organization: Organization):
    today = organization.today()
    if day and day > today:
        raise ValidationError(f"{us_date(day)} is after today, {us_date(today)}. Give today or an earlier day.")
    return day


class BringForm(SurveyFields):
    """A file of answers, or of published figures."""

    file = forms.FileField(
        label="The file",
        help_text="The export of your survey tool as CSV, TSV or Excel (XLSX); or published figures as a table or as the text of a slide deck.",
        widget=forms.ClearableFileInput(attrs={"accept": KNOWN_TYPES}),
        allow_empty_file=True,  # refused with a better sentence where it is kept
        error_messages={"required": "Choose the file first."},
    )
    field_order = ("file",)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > limit():
            said = f"The file is larger than {settings.MAX_UPLOAD_MB} MB, so it was not taken. Export fewer questions or fewer months at once, or as CSV."
            raise ValidationError(said, code="too_large")
        return file

    def name_of(self, said: dict[str, Any]) -> str:
        return said["file"].name.rpartition(".")[0]


class PastedForm(SurveyFields):
    """The text of a slide deck or of a table, pasted."""

    source = forms.CharField(
        label="Source", max_length=200, help_text="Where the figures were published: “Board presentation, March 2023, slides 4 to 16”."
    )
    text = forms.CharField(
        label="The text",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Group sizes, tables of choice, count and percent, lists of what was chosen most, and themes, as they were copied.",
    )
    field_order = ("survey", "title", "slug", "source", "text")

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        if not text.strip():
            raise ValidationError("Paste the text first.")
        return text


class TypedForm(SurveyFields):
    """The printed table of one group."""

    source = forms.CharField(
        label="Source", max_length=200, help_text="Where the figures were published: “Board presentation, March 2023, slide 5”."
    )
    group = forms.CharField(label="Group", max_length=300, help_text="Such as “Parents”. “All” where no group is given.")
    respondents = forms.IntegerField(
        label="Respondents of the group", min_value=1, max_value=2_000_000_000, widget=forms.NumberInput(attrs={"class": "input--short"})
    )
    question = forms.CharField(label="Question", max_length=1000, help_text="As it was asked; the same words for each group.")
    field_order = ("survey", "title", "slug", "source", "question", "group", "respondents")

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        for n in range(1, ROWS + 1):
            self.fields[f"choice_{n}"] = forms.CharField(label=f"Choice {n}", max_length=1000, required=False)
            self.fields[f"count_{n}"] = forms.IntegerField(label=f"Count {n}", min_value=0, max_value=2_000_000_000, required=False)
            self.fields[f"percent_{n}"] = forms.DecimalField(
                label=f"Percent {n}", min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False
            )

    def table(self):
        """Bound fields of each row."""
        return [(self[f"choice_{n}"], self[f"count_{n}"], self[f"percent_{n}"]) for n in range(1, ROWS + 1)]

    def head(self):
        """Bound fields above the rows."""
        return [field for field in self if field.name.split("_")[0] not in ("choice", "count", "percent")]

    def clean(self):
        said = super().clean() or {}
        rows: list[tuple[str, int, str]] = []
        for n in range(1, ROWS + 1):
            choice, count, percent = tidy(said.get(f"choice_{n}") or ""), said.get(f"count_{n}"), said.get(f"percent_{n}")
            if not choice and count is None and percent is None:
                continue
            if f"count_{n}" in self.errors or f"percent_{n}" in self.errors:
                continue
            if not choice:
                self.add_error(f"choice_{n}", f"Row {n} has a figure and no choice. Write the choice beside it, or empty the row.")
            elif count is None:
                self.add_error(f"count_{n}", f"Row {n} has no count. Write how many chose it.")
            elif said.get("respondents") and count > said["respondents"]:
                self.add_error(f"count_{n}", f"{count:,} is more than the {said['respondents']:,} respondents of the group.")
            elif choice in [row[0] for row in rows]:
                self.add_error(f"choice_{n}", f"“{choice}” stands twice. Write each choice once.")
            else:
                rows.append((choice, count, "" if percent is None else f"{percent.normalize():f}"))
        if not rows and not self.errors:
            self.add_error("choice_1", "Write at least one choice with its count.")
        return said | {"rows": rows}


class FileForm(forms.Form):
    """How the file as a whole is to be read."""

    format = forms.ChoiceField(label="Format", required=False)
    header_rows = forms.IntegerField(
        label="Rows of headings", min_value=1, max_value=5, required=False, widget=forms.NumberInput(attrs={"class": "input--short"})
    )
    encoding = forms.ChoiceField(label="Encoding", required=False)
    delimiter = forms.ChoiceField(label="Cells are apart by", required=False, choices=DELIMITERS)
    sheet = forms.ChoiceField(label="Sheet of the workbook", required=False)

    def __init__(self, *args, sheets: list[str], **more):
        super().__init__(*args, **more)
        found = ("", "Found out from the file")
        self._offer("format", [found, *((name, words) for name, words in FORMAT_WORDS.items())])
        self._offer("encoding", [found, *ENCODINGS.items()])
        self._offer("sheet", [("", "The first with answers"), *((name, name) for name in sheets)])
        for name in ("encoding", "delimiter") if sheets else ("sheet",):
            del self.fields[name]

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def corrected(self, mapping: dict[str, Any]) -> dict[str, Any]:
        """The mapping with what was said of the whole file; what is left empty is found out from the file."""
        kept = {key: value for key, value in mapping.items() if key not in self.fields}
        return kept | {key: value for key, value in self.cleaned_data.items() if value}


class QuestionForm(forms.Form):
    """One question of a file: its kind, its wording, how its cells are split, and under which label each choice is counted."""

    kind = forms.ChoiceField(label="What it is")
    wording = forms.CharField(
        label="Wording", max_length=5000, required=False,
        help_text="Where several files ask the same question in other words or in another language, give it the same wording here.",
    )  # fmt: skip
    split = forms.ChoiceField(label="Several choices in a cell are joined by", required=False)
    choices = forms.CharField(
        label="The choices", required=False, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="One in each line. Of two that fit, the longer is taken; what fits none is counted as it stands.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, question: Question):
        self.question = question
        initial = {
            "kind": question.kind,
            "wording": question.text,
            "split": import_review.name_of_sign(question.sign),
            "choices": "\n".join(count.label for count in question.counts),
        }
        super().__init__(data, initial=initial)
        kind, split = self.fields["kind"], self.fields["split"]
        assert isinstance(kind, forms.ChoiceField)
        assert isinstance(split, forms.ChoiceField)
        kind.choices = import_review.kinds_of(question)
        split.choices = [("", "Found out from the column"), *((name, words) for name, (_, words) in import_review.SIGNS.items())]
        if question.ticks:
            del self.fields["split"]
        if question.ticks or question.kind != "multi":
            del self.fields["choices"]
        if question.kind == "matrix":
            del self.fields["wording"]
        for n, count in enumerate(question.counts):
            widget = forms.TextInput(attrs={"list": "known-labels"})
            self.fields[f"label_{n}"] = forms.CharField(
                label=f"“{count.label}” is counted as", max_length=5000, required=False, initial=count.label, widget=widget
            )
        for n, (raw, label) in enumerate(question.join.items()):
            self.fields[f"apart_{n}"] = forms.BooleanField(label=f"Count “{raw}” by itself, no longer as “{label}”", required=False)

    def table(self):
        """(choice, bound field of the label under which it is counted)."""
        return [(count, self[f"label_{n}"]) for n, count in enumerate(self.question.counts)]

    def joins(self):
        """Bound fields that take joined labels apart."""
        return [self[f"apart_{n}"] for n in range(len(self.question.join))]

    def corrected(self, mapping: dict[str, Any], summary: dict[str, Any]) -> dict[str, Any]:
        said = self.cleaned_data
        lines = [tidy(line) for line in said.get("choices", "").splitlines()]
        cleaned = {
            "kind": said["kind"],
            "wording": tidy(said.get("wording", "")),
            "split": said.get("split", ""),
            "choices": [line for line in dict.fromkeys(lines) if line],
            "labels": {count.label: tidy(said.get(f"label_{n}", "")) for n, count in enumerate(self.question.counts)},
            "apart": [raw for n, raw in enumerate(self.question.join) if said.get(f"apart_{n}")],
        }
        return import_review.corrected(mapping, summary, self.question, cleaned)


class SettingsForm(forms.Form):
    """What holds for a survey as a whole."""

    title = forms.CharField(max_length=300, error_messages={"required": "Give the survey a title."})
    minimum_group = forms.IntegerField(
        label="Smallest group that is shown",
        min_value=3,
        max_value=30,
        help_text="A group with fewer respondents is shown to nobody, nor is what would give it away. States use 5 to 30, most often 10.",
        widget=forms.NumberInput(attrs={"class": "input--short"}),
    )
    asks_minors = forms.BooleanField(label="People under 18 answered it", required=False)
    consent_on = forms.DateField(
        label="Day of the notice to parents, or of their consent",
        required=False,
        error_messages={"invalid": "Write the day as 2024-03-01."},
        widget=day_input(),
    )
    keep_answers_days = forms.IntegerField(
        label="Days for which answers row by row are kept",
        min_value=1,
        max_value=32767,
        required=False,
        help_text="After so many days from an import they are deleted; the tallies stay. Empty: until somebody deletes them.",
        widget=forms.NumberInput(attrs={"class": "input--short"}),
    )

    def __init__(self, data: Any = None, *, survey: Survey):
        initial = {name: getattr(survey, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        self.survey = survey

    def clean_title(self) -> str:
        return tidy(self.cleaned_data["title"])

    def clean_consent_on(self):
        return day_until_today(self.cleaned_data["consent_on"], self.survey.organization)


class ThemeForm(forms.Form):
    """What several people said, in words of those who read it."""

    title = forms.CharField(label="Theme", max_length=300, help_text="A few words, such as “Late buses”.")
    text = forms.CharField(
        label="Description",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One or two sentences in your own words. They are published with the theme: quote nobody, and name nobody.",
    )

    def clean_title(self) -> str:
        return tidy(self.cleaned_data["title"])


class MatchForm(forms.Form):
    """Which groups, questions and choices of two surveys are the same."""

    def __init__(self, data: Any = None, *, now: Published, then: Published, pairs: Pairs):
        super().__init__(data)
        self.now, self.then, self.pairs = now, then, pairs
        groups = [group.name for group in then.groups]
        for n, (name, partner) in enumerate(pairs.groups.items()):
            self._add(f"group_{n}", name, groups, partner, "No such group then")
        asked = {question.text: question for question in then.questions}
        for n, question in enumerate(now.questions):
            partner = pairs.questions[question.text]
            self._add(f"question_{n}", question.text, list(asked), partner, "Not asked then")
            if partner:
                for m, (label, other) in enumerate(pairs.choices[question.text].items()):
                    self._add(f"choice_{n}_{m}", label, asked[partner].labels, other, "Not offered then")

    def _add(self, name: str, label: str, others: list[str], partner: str, nothing: str) -> None:
        # numbers and not wordings are sent: a wording may be longer than a browser keeps
        choices = [("", nothing), *((str(n), other) for n, other in enumerate(others))]
        initial = str(others.index(partner)) if partner in others else ""
        self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False, initial=initial)

    def groups(self):
        return [self[name] for name in self.fields if name.startswith("group_")]

    def questions(self):
        """(bound field of a question, those of its choices)."""
        return [
            (self[f"question_{n}"], [self[name] for name in self.fields if name.startswith(f"choice_{n}_")])
            for n in range(len(self.now.questions))
        ]

    def _partner(self, name: str) -> str:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return dict(field.choices)[self.cleaned_data[name]] if self.cleaned_data[name] else ""  # type: ignore[arg-type]

    def clean(self):
        said = super().clean() or {}
        for prefix, names in (("group_", "groups"), ("question_", "questions")):
            self._refuse_twice([name for name in self.fields if name.startswith(prefix)], said, names)
        for n in range(len(self.now.questions)):
            self._refuse_twice([name for name in self.fields if name.startswith(f"choice_{n}_")], said, "choices")
        return said

    def _refuse_twice(self, names: list[str], said: dict[str, Any], what: str) -> None:
        seen: dict[str, str] = {}
        for name in names:
            if value := said.get(name):
                if value in seen:
                    self.add_error(name, f"Two {what} have this partner. Give it to one of them; the counts of two cannot be added up.")
                seen[value] = name

    def matches(self) -> dict[str, Any]:
        """What is stored: see surveys.comparing.Pairs. The choices of a question that got another partner are suggested anew."""
        found = Pairs(groups={label: self._partner(f"group_{n}") for n, label in enumerate(self.pairs.groups)})
        for n, question in enumerate(self.now.questions):
            partner = found.questions[question.text] = self._partner(f"question_{n}")
            if partner and partner == self.pairs.questions[question.text]:
                labels = self.pairs.choices[question.text]
                found.choices[question.text] = {label: self._partner(f"choice_{n}_{m}") for m, label in enumerate(labels)}
        return found.as_json()


class FileMatchForm(forms.Form):
    """Which questions and choices of a further file the survey has already."""

    def __init__(self, data: Any = None, *, pairs: list[Pair]):
        super().__init__(data)
        self.pairs = pairs
        for n, pair in enumerate(pairs):
            texts = [known.text for known in pair.partners]
            initial = str(texts.index(pair.partner.text)) if pair.partner else ""
            new = [] if pair.question.kind == "group" and pair.partner else [("", "A question of its own")]
            choices = [*new, *((str(m), text) for m, text in enumerate(texts))]
            self.fields[f"question_{n}"] = forms.ChoiceField(label=pair.question.text, choices=choices, required=False, initial=initial)
            for m, (label, partner) in enumerate(pair.labels.items()):
                others = pair.partner.labels if pair.partner else []
                choices = [("", f"“{label}” as it stands"), *((str(k), other) for k, other in enumerate(others))]
                initial = str(others.index(partner)) if partner in others else ""
                self.fields[f"choice_{n}_{m}"] = forms.ChoiceField(label=label, choices=choices, required=False, initial=initial)

    def questions(self):
        """(pair, bound field of the question, those of its choices)."""
        return [
            (pair, self[f"question_{n}"], [self[f"choice_{n}_{m}"] for m in range(len(pair.labels))]) for n, pair in enumerate(self.pairs)
        ]

    def clean(self):
        said = super().clean() or {}
        seen: set[str] = set()
        for n, pair in enumerate(self.pairs):
            if text := self._partner(n, pair, said):
                if text in seen:
                    self.add_error(f"question_{n}", "Another question of the file has this partner. One file asks each question once.")
                seen.add(text)
        return said

    def _partner(self, n: int, pair: Pair, said: dict[str, Any]) -> str:
        at = said.get(f"question_{n}", "")
        return pair.partners[int(at)].text if at else ""

    def said(self) -> dict[int, tuple[str, dict[str, str]]]:
        """Number of a question -> its partner's wording, and label of the file -> that of the partner. Choices of another partner than the suggested
        one are said once the file was read anew."""
        found = {}
        for n, pair in enumerate(self.pairs):
            text = self._partner(n, pair, self.cleaned_data)
            labels = {}
            if text and pair.partner and text == pair.partner.text:
                for m, label in enumerate(pair.labels):
                    at = self.cleaned_data[f"choice_{n}_{m}"]
                    labels[label] = pair.partner.labels[int(at)] if at else label
            found[n] = (text, labels)
        return found
