"""What a file with codes instead of words leaves open, and answers that were begun and not finished."""

import re
from itertools import islice

from surveys.reading.columns import Stats
from surveys.reading.draft import MATRIX, METADATA, MULTI, NUMBER, SCALE, QuestionDraft, SurveyDraft
from surveys.reading.issues import DOUBT, INFO, WARNING, Issue
from surveys.reading.kept_rows import KeptRows
from surveys.reading.kinds import NUMBER_HEADINGS, NUMERAL
from surveys.reading.labels import plain

CODES = re.compile(r"(A|AO|SQ|L)\d{1,4}", re.I)
"""How LimeSurvey names answers and rows that nobody named."""
CODED_ROW = re.compile(r"\[SQ\d{1,4}\]$")
DOUBT_OF_GROUP = "coded_group"
ASKS_FOR_GROUP = re.compile(
    r"\bdescribes? (you|yourself)\b|\b(which|what|your) (\w+ )?(group|role|affiliation)\b|^(respondent |stakeholder )?(group|role|type)\b|\b(who|what|which) are you\b|\brelation(ship)? to\b|^relation(ship)?$|\brespondent type\b|\bare you (an? |the )?(parent|student|teacher|staff|guardian|employee)"
)
UNFINISHED = {
    "qualtrics": (("finished",), frozenset(["false", "0", "no"])),
    "limesurvey": (("date submitted", "submitdate", "datum abgeschickt", "date de soumission", "fecha de envío", "data de envio", "data invio"), frozenset([""])),
    "alchemer": (("status",), frozenset(["partial"])),
    "typeform": (("response type",), frozenset(["partial", "started"])),
    "redcap": (("complete?",), frozenset(["incomplete", "unverified", "0", "1"])),
}  # fmt: skip
"""Format -> headings of the tool's own that say whether somebody came to the end, and what stands there where not."""


def tell_of_codes(draft: SurveyDraft) -> None:
    """LimeSurvey, REDCap and Qualtrics give codes or texts, as one chooses there; a file with codes says nothing to people."""
    coded = [
        q
        for q in draft.questions
        if q.is_closed
        and q.choices
        and (
            (draft.format == "limesurvey" and (all(map(CODES.fullmatch, q.choices)) or CODED_ROW.search(q.text)))
            or (draft.format in ("redcap", "qualtrics") and q.kind == MULTI and all(map(str.isdigit, q.choices)))
        )
    ]
    if coded:
        said = f"Answers to {len(coded)} {'question stand' if len(coded) == 1 else 'questions stand'} as codes, such as “{coded[0].choices[0]}”. Export again with full answers and full questions, or give each code its label."
        draft.issues.append(Issue("codes", said, WARNING, coded[0].header))


def doubt_coded_group(draft: SurveyDraft) -> None:
    """Where a question for the respondent's group is answered with numbers, they may be codes of groups."""
    for question in draft.questions:
        asks = plain(question.text).replace("_", " ")
        if (
            question.kind in (SCALE, NUMBER)
            and 1 < len(question.counts) <= 20
            and ASKS_FOR_GROUP.search(asks)
            and not NUMBER_HEADINGS.search(asks)
        ):
            said = f"Column “{question.header}” asks for a group and is answered with numbers, such as {question.choices[0]}. They are taken as numbers; they could also be codes of the respondents' groups."
            draft.issues.append(Issue(DOUBT_OF_GROUP, said, DOUBT, question.header, taken="no group", other="the respondent's group"))
            return


MISSING = frozenset(
    ["-1", "-7", "-8", "-9", "-77", "-88", "-98", "-99", "-999", "-9999", "77", "88", "98", "99", "777", "888", "998", "999", "9999"]
)


def doubt_missing(draft: SurveyDraft) -> None:
    """A doubt where numbers of a scale have one beside them that programs write for “no answer”."""
    told = {issue.column for issue in draft.issues if issue.code == DOUBT_OF_GROUP}
    for question in draft.questions:
        if question.header in told or question.kind not in (NUMBER, SCALE, MATRIX) or not 2 < len(question.counts) <= 15:
            continue
        found = MISSING & question.counts.keys()
        rest = question.counts.keys() - found
        if 0 < len(found) < 3 and all(label.isdigit() and int(label) <= 11 for label in rest) and len(rest) > 1:
            listed = " and ".join(f"“{label}” ({question.counts[label]})" for label in sorted(found))
            said = f"Column “{question.header}”: {listed} stands beside numbers up to {max(map(int, rest))}, so it may say that there is no answer. It is counted as it stands."
            draft.issues.append(Issue("missing_code", said, DOUBT, question.header, taken="an answer", other="no answer"))


ERRORS = frozenset(["#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#null!", "#num!", "#error!"])


def doubt_errors(draft: SurveyDraft) -> None:
    """A doubt where a spreadsheet wrote that it could not reckon a cell."""
    for question in draft.questions:
        found = {label: n for label, n in question.counts.items() if label.casefold() in ERRORS}
        if found and not question.ticks:
            listed = " and ".join(f"“{label}” ({n})" for label, n in found.items())
            said = f"Column “{question.header}”: {listed} is what a spreadsheet writes where it could not reckon. It is counted as an answer; repair the formula, and bring the file again."
            draft.issues.append(Issue("formula_error", said, DOUBT, question.header, taken="an answer", other="no answer"))


def doubt_branches(draft: SurveyDraft, kept: KeptRows) -> None:
    """A doubt where several columns ask the same and nobody could have answered two of them: one question, in a part of the form for each group."""
    asked: dict[str, list[QuestionDraft]] = {}
    for question in draft.questions:
        if question.kind != METADATA and len(question.columns) == 1 and question.answered:
            asked.setdefault(SUFFIX.sub("", plain(question.text)), []).append(question)
    for same in asked.values():
        answered = sum(question.answered for question in same)
        if len(same) > 1 and answered <= draft.rows and are_apart([question.columns[0] for question in same], kept):
            numbers = ", ".join(str(question.columns[0] + 1) for question in same)
            said = f"Columns {numbers} ask the same, “{same[0].header}”, and nobody seems to have answered two of them: a form with branches asks so. They are taken as {len(same)} questions; they could also be one."
            draft.issues.append(Issue("branches", said, DOUBT, same[0].header, taken=f"{len(same)} questions", other="one question"))


def are_apart(columns: list[int], kept: KeptRows) -> bool:
    """Whether no row has something in two of these columns, as far as the first rows show."""
    for batch in islice(kept.batches(), BATCHES):
        filled = [list(map(bool, batch.columns[n])) for n in columns]
        if any(sum(row) > 1 for row in zip(*filled, strict=True)):
            return False
    return True


BATCHES = 40
SUFFIX = re.compile(r"(?<=[\w?.!)])(\s?\(\d\)|\.\d|(?<=[^\d\s])\d|\s\d)$")
"""What programs add to a heading that stands there already."""


WEIGHTS = re.compile(r"(survey|sampling|post)?[ _]?weights?|wgt|wt|gewicht(ung)?|ponderaci[oó]n|peso")


def doubt_weights(draft: SurveyDraft) -> None:
    """A doubt where a column holds the weight of each row: everybody counts as one."""
    for question in draft.questions:
        numbers = [label.replace(",", ".") for label in question.counts]
        near_one = (
            all(map(NUMERAL.fullmatch, numbers))
            and any("." in number for number in numbers)
            and sum(map(float, numbers)) < 4 * len(numbers)
        )
        if question.kind == NUMBER and near_one and WEIGHTS.fullmatch(plain(question.header)):
            said = f"Column “{question.header}” seems to say how much each respondent weighs. Each counts as one, and it is taken as a question with numbers."
            draft.issues.append(Issue("weights", said, DOUBT, question.header, taken="a number", other="a weight"))


def tell_of_unfinished(draft: SurveyDraft, stats: list[Stats]) -> None:
    """How many did not come to the end: they count as respondents, and nothing else says so."""
    names, values = UNFINISHED.get(draft.format, ((), frozenset()))
    for header, own in zip(draft.headers, stats, strict=True):
        if plain(header) not in names or (own.overflowed and "" not in values):
            continue
        found = draft.rows - own.filled if "" in values else sum(n for value, n in own.values.items() if plain(value) in values)
        if 0 < found < draft.rows:
            said = f"Column “{header}” says that {found:,} of {draft.rows:,} did not finish. They are counted as respondents with what they answered."
            draft.issues.append(Issue("unfinished", said, INFO, header))
        return
