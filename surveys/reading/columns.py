"""One column, or several that stand for one question, become a QuestionDraft: what its values are decides the kind."""

import re
from collections import Counter
from dataclasses import dataclass, field

from surveys.reading.combining import SPACED, combined
from surveys.reading.draft import (
    GROUP,
    MATRIX,
    METADATA,
    MULTI,
    NUMBER,
    OTHERS,
    SCALE,
    SINGLE,
    TEXT,
    TICKED,
    UNTICKED,
    Column,
    QuestionDraft,
    SurveyDraft,
)  # fmt: skip
from surveys.reading.kinds import KEY_HEADINGS, are_decimals, closed_or_open, in_order, is_scale
from surveys.reading.labels import plain, tidy, without_markup
from surveys.reading.persons import answers_otherwise, private_by_heading, private_by_values
from surveys.reading.row_numbers import NUMBERS_PEOPLE, numbers_rows, only_for_programs
from surveys.reading.splitting import LIST, SIGNS, are_codes, are_compound, is_text, learn, looks_joined, many_without


@dataclass(slots=True)
class Stats:
    """What stands in one column."""

    values: Counter = field(default_factory=Counter)
    filled: int = 0
    overflowed: bool = False
    has_blanks: bool = False


def private(header: str, values: Counter) -> str:
    """Why a column must not be stored; empty where it may."""
    why = private_by_heading(header)
    return private_by_values(values, header) if not why or answers_otherwise(why, values) else why


SIGN_WORDS = {" ": "a space", "\n": "a new line", LIST: "commas in a list"}


def lone(column: Column, stats: Stats, forced: str) -> QuestionDraft:
    """The question of a column that stands for itself."""
    values, kind, why = stats.values, column.kind, column.why
    question = QuestionDraft(column.question, kind, [column.index], column.header, answered=stats.filled)
    if forced:
        kind, why = forced, "The mapping says so."
    elif kind in ("", TEXT) and (said := private(column.header, values) or (only_for_programs(column.header, stats) if not kind else "")):
        kind, why = METADATA, said
    elif not kind and KEY_HEADINGS.search(plain(column.header)) and (stats.overflowed or all(n == 1 for n in values.values())):
        kind, why = METADATA, "It numbers the respondents."
        column.is_key = True
    elif not kind and numbers_rows(plain(column.header), values, stats):
        kind, why = METADATA, "It numbers the rows."
        column.is_key = bool(NUMBERS_PEOPLE.match(plain(column.header)))
    elif not kind and TYPED.match(plain(column.question or column.header)) and not is_scale(values):
        kind, why = TEXT, "What was typed beside the choices."
    if kind in ("", MULTI):
        counts = joined(question, column, stats, forced=kind == MULTI)
        if counts is not None:
            assert question.splitter is not None
            question.kind, question.why = (
                MULTI,
                why
                or f"Several choices in a cell, joined by {SIGN_WORDS.get(question.splitter.sign, f'“{question.splitter.sign.strip()}”')}.",
            )
            if forced:
                question.why = why
            fix_choices(question, counts)
            return question
        if kind == MULTI:
            kind = SINGLE
    if not kind:
        kind, why = closed_or_open(column.question or column.header, values, stats.filled, overflowed=stats.overflowed)
    question.kind, question.why = kind, why
    if kind in (SINGLE, SCALE, GROUP, MATRIX) or (kind == NUMBER and len(values) <= 101 and not stats.overflowed):
        counts = Counter()
        for value, times in values.items():
            counts[tidy(value)] += times
        fix_choices(question, counts)
    return question


def joined(question: QuestionDraft, column: Column, stats: Stats, *, forced: bool) -> Counter | None:
    """Whether several choices stand in the cells; then with what they are joined."""
    if stats.overflowed and not any(sign in value for value in list(stats.values)[:500] for sign in SIGNS):
        return None
    is_sure = column.sign not in ("", SPACED)
    if not is_sure and not stats.overflowed and (found := combined(stats.values, column.sign)):
        question.splitter, question.is_combined = found[0], True
        return found[1]
    for sign in [column.sign] if is_sure else SIGNS:
        if not any(sign in value for value in stats.values):
            continue
        if sign == " " and not forced and not are_codes(stats.values):
            continue
        if not forced and (are_compound(stats.values, sign) or (not is_sure and are_decimals(stats.values))):
            continue
        if not forced and (is_text(stats.values, sign) or many_without(stats.values, sign)):
            continue
        splitter, counts = learn(stats.values, sign, is_sure=is_sure)
        if looks_joined(stats.values, counts, splitter) or (forced and len(counts) > 1) or ends_with(stats.values, sign):
            question.splitter = splitter
            return counts
    return None


def ends_with(values: Counter, sign: str) -> bool:
    """Whether each answer ends with the sign, as Microsoft Forms writes several choices, also where everybody took one."""
    return sign == ";" and all(value.endswith(sign) for value in values if value)


def fix_choices(question: QuestionDraft, counts: Counter) -> None:
    """The labels in their order. Of very many, the rare ones are taken together."""
    labels = in_order(counts, question.kind)
    if len(labels) > 200:
        kept = sorted(counts, key=lambda label: -counts[label])[:150]
        rest = sum(counts.values()) - sum(counts[label] for label in kept)
        counts = Counter({label: counts[label] for label in kept} | {OTHERS: rest})
        labels = [*kept, OTHERS]
    question.choices, question.counts = labels, {label: counts[label] for label in labels}


def family(columns: list[Column], stats: list[Stats], draft: SurveyDraft, forced: dict[int, str]) -> list[QuestionDraft]:
    """Columns of one question: a choice each (several may be chosen), or a row of a matrix each."""
    unticked = unticked_in(columns, stats, draft.format)
    texts = [c for c in columns if forced.get(c.index) == TEXT or is_other_text(c, columns, stats, unticked, forced)]
    rest = [c for c in columns if c not in texts]
    found: list[QuestionDraft] = []
    if rest and (len(columns) > 1 or draft.format == "redcap") and are_ticks(rest, stats, unticked, draft.format, forced):
        chosen = [c for c in texts if not is_said_twice(c, rest) and not COMMENT.search(plain(c.choice))]
        found.append(ticks_of([*rest, *chosen], stats, unticked))
    else:
        texts += [c for c in rest if OTHER.search(plain(c.choice)) and not stats[c.index].values and c.index not in forced]
        rest = [c for c in rest if c not in texts]
        ladder = len(rest) > 1 and any(is_scale(stats[c.index].values) for c in rest)
        found += [row_of(column, columns, stats, is_ladder=ladder, forced=forced.get(column.index, "")) for column in rest]
    for column in texts:
        text = f"{column.question} [{column.choice}]"
        found.append(
            QuestionDraft(
                text, TEXT, [column.index], column.header, answered=stats[column.index].filled, why="What was typed beside the choices."
            )
        )
    return found


def ticks_of(columns: list[Column], stats: list[Stats], unticked: frozenset[str]) -> QuestionDraft:
    columns = sorted(columns, key=lambda column: column.index)
    question = QuestionDraft(
        columns[0].question, MULTI, [c.index for c in columns], columns[0].header, ticks=True, unticked=unticked,
        choices=distinct([tidy(c.choice) for c in columns]), why=f"{len(columns)} columns, one for each choice.",
    )  # fmt: skip
    question.counts = {label: ticked(stats[c.index], unticked) for label, c in zip(question.choices, columns, strict=True)}
    return question


def row_of(column: Column, columns: list[Column], stats: list[Stats], *, is_ladder: bool, forced: str) -> QuestionDraft:
    """One row of a matrix: one answer of each respondent, several of them, a number, or a field for what must not be stored."""
    own = stats[column.index]
    values, text = own.values, f"{column.question} [{column.choice}]"
    question = QuestionDraft(text, "", [column.index], column.header, answered=own.filled)
    if not forced and (why := private_by_values(values, text) or private_field(column, columns, stats) or part_of_address(column, columns)):
        question.kind, question.why = METADATA, why
        return question
    if forced in ("", MULTI) and not is_scale(values) and (joint := joined(question, column, own, forced=forced == MULTI)) is not None:
        question.kind, question.why = MULTI, "One row of a matrix, with several choices in a cell."
        fix_choices(question, joint)
        return question
    question.kind, question.why = closed_or_open(text, values, own.filled, overflowed=own.overflowed)
    if question.kind in (SINGLE, SCALE) or (is_ladder and is_scale(values)) or not values:
        question.kind, question.why = (
            MATRIX,
            "One row of a matrix: the columns beside it have the same question and the same kind of answers.",
        )
        counts: Counter[str] = Counter()
        for value, times in values.items():
            counts[tidy(value)] += times
        fix_choices(question, counts)
    elif question.kind == NUMBER and len(values) <= 101:
        fix_choices(question, Counter(values))
    return question


def private_field(column: Column, columns: list[Column], stats: list[Stats]) -> str:
    """Why a field asks for what must not be stored; rows of a matrix called “Email” have the answers of their neighbors, fields have none in common."""
    values = stats[column.index].values.keys()
    if not values or any(c is not column and values & stats[c.index].values.keys() for c in columns):
        return ""
    return private_by_heading(column.choice)


ADDRESS = re.compile(
    r"(company|organi[sz]ation|address( line)? \d|city(/town)?|town|state(/province|/region/province)?|zip.*|post(al)? ?code.*|country)"
)


def part_of_address(column: Column, columns: list[Column]) -> str:
    """The same for a field beside those for a name, an e-mail address or a telephone number."""
    if not ADDRESS.fullmatch(plain(column.choice)) or sum(bool(private_by_heading(c.choice)) for c in columns) < 2:
        return ""
    return "A field of an address."


GRIDS = frozenset(["google-forms", "surveymonkey", "qualtrics", "jotform"])
"""Formats in which a column with “Yes” and “No” is a row of a matrix: a choice's own column repeats the choice, or there is none."""


YES_AND_NO = (
    {"yes", "no"}, {"y", "n"}, {"sí", "no"}, {"si", "no"}, {"sì", "no"}, {"ja", "nein"}, {"ja", "nee"}, {"oui", "non"}, {"sim", "não"}, {"tak", "nie"}, {"да", "нет"},
    {"ano", "ne"}, {"evet", "hayır"},
)  # fmt: skip
ALL_THAT_APPLY = re.compile(
    r"\b(all|any|as many|up to \w+|which of)\b.{0,30}\b(apply|applies|that|these|following|as)\b|\b(mehrfach|mehrere|zutreffende|todas las|todos los|plusieurs)"
)


def are_ticks(columns: list[Column], stats: list[Stats], unticked: frozenset[str], written_by: str, forced: dict[int, str]) -> bool:
    given = {forced.get(c.index) for c in columns}
    if MATRIX in given:
        return False
    if (
        MULTI not in given
        and says_yes_and_no(columns, stats)
        and (written_by in GRIDS or (written_by == "limesurvey" and is_array(columns, stats)))
    ):
        return False
    return all(is_tick(c, stats[c.index], unticked, forced) for c in columns)


def says_yes_and_no(columns: list[Column], stats: list[Stats]) -> bool:
    return any(both <= {value.casefold() for value in stats[c.index].values} for c in columns for both in YES_AND_NO)


def is_array(columns: list[Column], stats: list[Stats]) -> bool:
    """Whether “Yes” and “No” in LimeSurvey's columns are those of a matrix: for choices it writes “Y” and nothing, or “Yes”, “No” and never a blank."""
    rows = [stats[c.index] for c in columns if stats[c.index].values and not OTHER.search(plain(c.choice))]
    return any(own.has_blanks or "n" in map(str.casefold, own.values) for own in rows)


def is_tick(column: Column, stats: Stats, unticked: frozenset[str], forced: dict[int, str]) -> bool:
    """Whether a column says no more than chosen or not: marks, its own label, or one number; any one word where somebody gave the choice another label."""
    said = {value.casefold() for value in stats.values} - unticked
    if stats.overflowed or said <= TICKED or len(said) > 1:
        return not stats.overflowed and said <= TICKED
    only = next(iter(said))
    return forced.get(column.index) == MULTI or only.isdigit() or repeats(only, column.choice)


def repeats(value: str, choice: str) -> bool:
    """Whether a cell says its column's own choice."""
    return (
        plain(value) == plain(choice)
        or plain(value).endswith(f". {plain(choice)}")
        or ("&" in value and plain(without_markup(value)) == plain(choice))
    )


GAPS = frozenset(["n/a", "na", "nan", "null", "<na>"])


def unticked_in(columns: list[Column], stats: list[Stats], written_by: str) -> frozenset[str]:
    """What means “not chosen” in these columns: a choice may itself be called “No”, and LimeSurvey writes “N/A” where a question was not shown."""
    alone = [(c, next(iter(stats[c.index].values))) for c in columns if len(stats[c.index].values) == 1]
    own = {value.casefold() for c, value in alone if plain(value) == plain(c.choice)}
    blank: frozenset[str] = frozenset(["n/a"]) if written_by == "limesurvey" else frozenset()
    said = [{value.casefold() for value in stats[c.index].values} for c in columns if not stats[c.index].overflowed]
    for gap in GAPS - own:  # as programs for statistics write a blank cell: beside nothing but marks
        if sum(gap in values for values in said) > 1 and all(len(values - {gap} - UNTICKED) < 2 for values in said):
            blank |= {gap}
    return (UNTICKED - own) | blank


OTHER = re.compile(
    r"\b(other|others|another|otros?|otras?|autres?|sonstiges?|andere|please specify|write[- ]in|especifique|veuillez préciser"
    r"|comments?|commentaires?|comentarios?|kommentar|bemerkung)\b"
)
TYPED = re.compile(
    r"(please |if (so|yes|no)[,:]? )?(please )?specify\b|if (you (chose|selected|answered|said|picked) )?[\"']?other\b|others?[ ,:;(-]+(please )?(specify|describe|explain|what|which)\b"
    r"|(sonstiges|andere)[ ,:(-]+(bitte|und zwar)|otros?[ ,:(-]+(por favor )?(especifi|cu[aá]l)|autres?[ ,:(-]+(veuillez )?préci"
)
"""Headings of fields for words of one's own."""
COMMENT = re.compile(r"^(comments?|commentaires?|comentarios?|kommentar|bemerkung|\w+comment)$")
"""What is said of a choice, and is none."""


def is_other_text(column: Column, columns: list[Column], stats: list[Stats], unticked: frozenset[str], forced: dict[int, str]) -> bool:
    """Whether a column holds what was typed beside the choices; a row of a matrix about other people has the answers of its neighbors."""
    if not stats[column.index].values and (COMMENT.search(plain(column.choice)) or is_said_before(column, columns)):
        return True
    if not OTHER.search(plain(column.choice)) or is_tick(column, stats[column.index], unticked, forced):
        return False
    values = stats[column.index].values
    return not is_scale(values) and not any(c is not column and len(values.keys() & stats[c.index].values.keys()) > 1 for c in columns)


def is_said_before(column: Column, columns: list[Column]) -> bool:
    """Whether another column has the same choice: then this one is its field."""
    return any(c.index < column.index and plain(c.choice) == plain(column.choice) for c in columns)


def is_said_twice(column: Column, columns: list[Column]) -> bool:
    """Whether what was typed has a choice of its own already: “Other” and “Other.1”, “Other - Write In (Required)”."""
    return any(OTHER.search(plain(c.choice)) and plain(column.choice).startswith(plain(c.choice)) for c in columns)


def ticked(stats: Stats, unticked: frozenset[str]) -> int:
    return sum(times for value, times in stats.values.items() if value.casefold() not in unticked) if not stats.overflowed else stats.filled


def distinct(labels: list[str]) -> list[str]:
    seen: Counter = Counter()
    found = []
    for label in labels:
        seen[label] += 1
        found.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return found
