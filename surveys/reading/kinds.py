"""What a column is by its heading and its values: kinds are decided by rules that can be read, each with its reason."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from surveys.reading.draft import NUMBER, SCALE, SINGLE, TEXT
from surveys.reading.labels import plain

MOST_CHOICES = 150
LOOKED_AT = 2000
"""Characters of a heading in which words are looked for."""
LONGEST_CHOICE = 300

KEY_HEADINGS = re.compile(
    r"^(response|respondent|submission|record|case|entry)[ _-]?(id|number|no\.?|#)$|^(id|uuid|guid|#)$|[\W_]id$|^id[ _-]\w+$"
)
OTHER_GROUPS = re.compile(r"\b(age|ethnic|racial|income|blood|research|focus|religious|support|working|user|peer) groups?\b")
"""Groups of which a question may speak and that are no respondents' groups."""
GROUP_HEADINGS = re.compile(
    r"\bdescribes? (you|yourself|your (\w+ )?(role|relation|connection|affiliation|position)\w*)\b|\b(which|what|your|respondents?'?|stakeholders?'?) (\w+ )?group\b|^groups?\b|\bgroup$|\b(i am an?|you are)\b"
    r"|\bare you( an?)?\b.*\b(parent|student|teacher|staff|community)\b|\brelation(ship)? to\b|^relation(ship)?\b|\bstakeholder|\brespondent type\b|\baudience\b"
    r"|\b(your|what|which) (\w+ )?(role|connection|affiliation|position)\b|^(role|affiliation|position)\b|\baffiliat\w+"
    r"|\bwho are you\b|^i am\b|^you are\b|\b(grupo|rol|wer sind sie|ich bin|was trifft auf sie zu|gruppe|qui êtes-vous|vous êtes|je suis|groupe|quién es|usted es|yo soy|quem é você|eu sou|perfil)\b"
)
GROUP_WORDS = re.compile(
    r"\b(parents?|guardians?|students?|pupils?|teachers?|staff|employees?|community|principals?|administrators?|famil(y|ies)|padres?|madres?|estudiantes?|alumn[oa]s?|maestr[oa]s?|eltern|schüler(in|innen)?|lehrer(in|innen)?|lehrkr(aft|äfte)|erziehungsberechtigte\w*|schulleitung|mitarbeiter\w*|élèves?|enseignant\w*|personnel|professeur\w*|docentes?|profesor\w*|tutor(es|as)|apoderad\w+|responsáve\w+|pais|professor\w*|aluno\w*)\b"
)
NUMBER_HEADINGS = re.compile(
    r"\b(how many|how much|how old|age|years?|number of|count|hours?|minutes|miles|percent|amount|cu[aá]ntos|(what|which) grade|grade level|en qu[eé] grado)\b"
)

OPEN_HEADINGS = re.compile(
    r"^(comments?|feedback|suggestions?|remarks?|notes?|comentarios?|sugerencias?|kommentare?|anmerkung(en)?|commentaires?)\b"
    r"|\b(comments?|suggestions?|remarks?)[?:.]*$|\b(any|other|additional|further|general|more) (comments?|thoughts|feedback|suggestions?|ideas|remarks|concerns)\b"
    r"|\b(anything|what|something) else\b|\b(say|tell us|write) (more|why)\b|\bplease (explain|elaborate)\b|\bin your own words\b|\bwhy( or why not)?\?$"
    r"|\b(algo más|otros comentarios|möchten sie (uns )?noch|autres commentaires)\b"
)
OPEN_BY_HEADING = "Its heading asks for people's own words, and whole phrases answer."


def ladder(low: str, middle: str, high: str) -> dict[str, float]:
    """Words of one scale and their ranks: the low ones below zero, the high ones above, so that a “neutral” stands in the middle of any."""
    lows, highs = low.split(", ") if low else [], high.split(", ")
    found: dict[str, float] = {word: n - len(lows) for n, word in enumerate(lows)}
    found |= {word: n / 100 for n, word in enumerate(middle.split(", ") if middle else [])}
    return found | {word: n for n, word in enumerate(highs, 1)}


def of_degree(word: str, opposite: str = "") -> dict[str, float]:
    """ "Not at all important" to "extremely important"; with an opposite also from "very unsafe" on."""
    low = [
        f"{how} {opposite}".strip()
        for how in ("completely", "extremely", "very", "mostly", "", "moderately", "somewhat", "slightly")
        if opposite
    ]
    low += [f"{how} {word}" for how in ("not at all", "not", "not so", "not very", "not too", "not that")]
    high = [
        f"{how} {word}".strip()
        for how in ("slightly", "a little", "somewhat", "fairly", "moderately", "", "quite", "mostly", "very", "extremely", "completely")
    ]
    return ladder(", ".join(low), f"neither {word} nor {opposite}, neither {opposite} nor {word}" if opposite else "", ", ".join(high))


LADDER = (
    ladder(
        "completely disagree, totally disagree, strongly disagree, disagree, tend to disagree, mostly disagree, moderately disagree, somewhat disagree, slightly disagree",
        "neutral, neither agree nor disagree, neither disagree nor agree, neither agree or disagree, neither, undecided, no change, about the same, the same",
        "slightly agree, somewhat agree, moderately agree, mostly agree, tend to agree, agree, strongly agree, totally agree, completely agree",
    )
    | ladder("strongly oppose, oppose, somewhat oppose", "", "somewhat support, support, strongly support")
    | ladder("never, almost never, hardly ever, very rarely, rarely, seldom, once in a while", "sometimes, occasionally, about half the time", "often, very often, frequently, very frequently, usually, most of the time, almost always, always")
    | ladder("terrible, very poor, poor, below average", "fair, okay, ok, average", "above average, good, very good, great, excellent, outstanding")
    | ladder("very low, low", "medium, moderate", "high, very high")
    | ladder("much worse, worse, somewhat worse, a little worse", "", "a little better, somewhat better, better, much better")
    | ladder("none at all, none, not at all, not really, not much, very little, hardly", "a little, a little bit, some, somewhat, to some extent", "moderately, a moderate amount, quite a bit, a lot, very much, a great deal, completely")
    | ladder("definitely not, probably not", "might or might not", "probably, probably yes, definitely, definitely yes")
    | ladder("definitely would not, probably would not", "might or might not", "probably would, definitely would")
    | ladder("strongly negative, very negative, negative, somewhat negative", "neither positive nor negative", "somewhat positive, positive, very positive, strongly positive")
    | ladder("very unfavorably, unfavorably, somewhat unfavorably", "neither favorably nor unfavorably", "somewhat favorably, favorably, very favorably")
    | ladder("far below average, well below average", "", "well above average, far above average")
    | ladder("not a priority, low priority", "medium priority, moderate priority", "high priority, very high priority, essential, top priority")
    | of_degree("satisfied", "dissatisfied") | of_degree("likely", "unlikely") | of_degree("safe", "unsafe") | of_degree("comfortable", "uncomfortable")
    | of_degree("effective", "ineffective") | of_degree("clear", "unclear") | of_degree("important", "unimportant") | of_degree("easy", "difficult")
    | of_degree("helpful") | of_degree("useful") | of_degree("familiar") | of_degree("confident") | of_degree("concerned") | of_degree("interested")
    | of_degree("informed") | of_degree("prepared") | of_degree("welcome") | of_degree("true") | of_degree("well") | of_degree("challenging") | of_degree("supported")
    | ladder(
        "totalmente en desacuerdo, muy en desacuerdo, en desacuerdo, algo en desacuerdo",
        "ni de acuerdo ni en desacuerdo, indeciso, igual",
        "algo de acuerdo, de acuerdo, muy de acuerdo, totalmente de acuerdo",
    )
    | ladder("muy insatisfecho, insatisfecho, algo insatisfecho", "ni satisfecho ni insatisfecho", "algo satisfecho, satisfecho, muy satisfecho")
    | ladder("nunca, casi nunca, rara vez", "a veces", "a menudo, frecuentemente, casi siempre, siempre")
    | ladder("muy malo, malo", "regular", "bueno, muy bueno, excelente")
    | ladder("nada importante, poco importante", "algo importante", "importante, muy importante")
    | ladder("definitivamente no, probablemente no", "tal vez", "probablemente sí, definitivamente sí")
    | ladder("stimme gar nicht zu, stimme überhaupt nicht zu, stimme nicht zu, stimme eher nicht zu", "teils/teils, teils teils", "stimme eher zu, stimme zu, stimme voll zu, stimme vollständig zu, stimme voll und ganz zu")
    | ladder("trifft gar nicht zu, trifft überhaupt nicht zu, trifft nicht zu, trifft eher nicht zu", "", "trifft eher zu, trifft zu, trifft voll zu, trifft voll und ganz zu")
    | ladder("gar nicht, nie, sehr selten, selten, eher selten", "manchmal, gelegentlich", "eher häufig, oft, häufig, sehr häufig, immer")
    | ladder("sehr unzufrieden, unzufrieden, eher unzufrieden", "", "eher zufrieden, zufrieden, sehr zufrieden")
    | ladder("nicht wichtig, kaum wichtig", "mässig wichtig", "wichtig, sehr wichtig") | ladder("nicht interessant, kaum interessant", "mässig interessant", "interessant, sehr interessant")
    | ladder("pas du tout d'accord, pas d'accord, plutôt pas d'accord", "ni d'accord ni pas d'accord, neutre", "plutôt d'accord, d'accord, tout à fait d'accord")
    | ladder("jamais, rarement", "parfois", "souvent, très souvent, toujours") | ladder("pas du tout satisfait, insatisfait, pas satisfait, peu satisfait", "", "plutôt satisfait, satisfait, très satisfait")
    | ladder("discordo totalmente, discordo, discordo parcialmente", "nem concordo nem discordo, neutro", "concordo parcialmente, concordo, concordo totalmente")
)  # fmt: skip
"""Word of a scale -> its rank among the words that it stands with."""
BESIDE_SCALE = frozenset(
    [
        "don't know",
        "i don't know",
        "not sure",
        "unsure",
        "n/a",
        "na",
        "not applicable",
        "no opinion",
        "prefer not to say",
        "don't know/not sure",
        "not sure/don't know",
        "i'm not sure",
        "unknown",
        "does not apply",
        "doesn't apply",
        "no answer",
        "prefer not to answer",
        "i prefer not to answer",
        "decline to answer",
        "not observed",
        "no basis to judge",
        "no sé",
        "no sabe",
        "no aplica",
        "no estoy seguro",
        "keine angabe",
        "weiss nicht",
        "weiss ich nicht",
        "ne sais pas",
        "je ne sais pas",
        "não sei",
    ]
)
NUMERAL = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?")


DECIMAL = re.compile(r"-?\d{1,3}(?:[. ]\d{3})*(?:,\d{1,2})?|-?\d+(?:,\d+)?")
STEP = re.compile(r"(\d{1,2})(?:\s*$|\s*[=:.)]\s*|\s+[-–—]\s*|\s*\()(\D.*?)?\)?")
"""A step of a scale that begins with its number: “1 - Strongly disagree”, “5 (high)”, “3”."""
END_STEP = re.compile(r"(\d{1,2}) ([^\d\W].*)")
"""The same without a sign between, as an end of a scale is labelled: “5 fully”."""


def rank(label: str) -> float | None:
    """Where a label stands on its ladder; what is added in brackets does not count."""
    low = plain(label)
    if "_" in low and " " not in low:
        low = low.replace("_", " ")
    return LADDER.get(low, LADDER.get(re.sub(r" ?\([^()]*\)$", "", low)))


def are_decimals(values: Mapping[str, int]) -> bool:
    """Whether all are numbers and some have a comma before their tenths, as much of the world writes them."""
    some = [value for value in values if value]
    return any("," in value for value in some) and all(DECIMAL.fullmatch(value) for value in some)


def numbered_steps(values: Iterable[str]) -> dict[str, int]:
    """Label -> its number, where the labels are the steps of a scale with their numbers in front; empty where they are not."""
    found, known, bare, ends = {}, False, 0, 0
    for value in values:
        if plain(value) in BESIDE_SCALE:
            continue
        match = STEP.fullmatch(value.strip())
        if match is None:
            match, ends = END_STEP.fullmatch(value.strip()), ends + 1
        if match is None:
            return {}
        found[value] = int(match[1])
        known = known or rank(match[2] or "") is not None
        bare += not match[2]
    numbers = sorted(found.values())
    known = (known and not ends) or (bare > 0 and ends <= 2)
    return found if known and len(numbers) > 1 and len(set(numbers)) == len(numbers) and numbers[-1] <= 10 else {}


def is_scale(values: Mapping[str, int]) -> bool:
    """Whether most answers are words of one ladder."""
    if len(values) > 40 or max(map(len, values), default=0) > LONGEST_CHOICE:
        return False
    if numbered_steps(filter(None, values)):
        return True
    words = {plain(value) for value in values if value}
    known = {word for word in words if rank(word) is not None}
    return len(known) >= 2 and words - known <= BESIDE_SCALE and len(words) <= 9


def in_order(values: Mapping[str, int], kind: str) -> list[str]:
    """Choices as they shall stand: a scale from low to high, numbers by size, others by how often they were chosen."""
    if kind in (SCALE, "matrix") and all(rank(v) is not None or plain(v) in BESIDE_SCALE for v in values):
        return sorted(values, key=lambda v: 999 if (at := rank(v)) is None else at)
    if kind in (SCALE, "matrix") and (steps := numbered_steps(values)):
        return sorted(values, key=lambda v: steps.get(v, 999))
    if all(NUMERAL.fullmatch(value) for value in values):
        return sorted(values, key=lambda v: float(v.replace(",", "")))
    if are_decimals(values):
        return sorted(values, key=lambda v: float(v.replace(".", "").replace(" ", "").replace(",", ".")))
    return sorted(values, key=lambda v: -values[v])


RATED = re.compile(
    r"\b(rate|rating|on a scale|scale (of|from)|from \d+ to \d+|out of \d+|how (likely|satisfied|important|safe|well|easy|often)|how much do you (agree|like|enjoy|trust))\b"
)
COUNTED = re.compile(r"\b(how (many|old)|number of|how much (time|money)|cu[aá]ntos)\b")


def asks_for_number(header: str) -> bool:
    """Whether a heading asks how many; one that only speaks of a year or an amount while it asks for a rating does not."""
    low = plain(header)
    return bool(NUMBER_HEADINGS.search(low)) and (bool(COUNTED.search(low)) or not RATED.search(low))


def closed_or_open(header: str, values: Counter, filled: int, *, overflowed: bool) -> tuple[str, str]:
    """(kind, why) of a column of plain values: single, scale, number or text."""
    values = Counter({v: n for v, n in values.items() if v})
    if not values:
        return TEXT, "It has no answers."
    if all(NUMERAL.fullmatch(value) for value in values):
        whole = [float(value.replace(",", "")) for value in values]
        small = all(n == int(n) and 0 <= n <= 10 for n in whole)
        if small and not asks_for_number(header) and not overflowed:
            if set(whole) <= {0.0, 1.0}:
                return SINGLE, "Its values are 0 and 1."
            if len(values) < filled or max(whole) <= 10:
                return SCALE, f"Its values are whole numbers from {min(whole):.0f} to {max(whole):.0f}."
        return NUMBER, "Its values are numbers."
    if are_decimals(values):
        return NUMBER, "Its values are numbers with a comma before their tenths."
    if overflowed:
        return TEXT, "Nearly every answer is a different one."
    if is_scale(values):
        return SCALE, "Its values are the words of a scale."
    again = sum(n for n in values.values() if n > 1)
    longest = max(map(len, values))
    words = sum(len(value.split()) * n for value, n in values.items()) / filled
    enough = 0.5 if filled < 30 else 0.8
    if len(values) <= MOST_CHOICES and longest <= LONGEST_CHOICE and again >= enough * filled and (words <= 15 or len(values) <= 12):
        if OPEN_HEADINGS.search(plain(header[:LOOKED_AT])) and are_phrases(values):
            return TEXT, OPEN_BY_HEADING
        return SINGLE, f"{len(values)} different answers, given again and again."
    if filled <= 12 and len(values) <= 12 and words <= 4 and longest <= 60 and GROUP_HEADINGS.search(plain(header)):
        return SINGLE, "Few and short answers to a question about groups."
    return TEXT, "Most answers are different ones."


def are_phrases(values: Iterable[str]) -> bool:
    """Whether most of several different answers have three words or more."""
    several = list(values)
    return len(several) > 3 and 2 * sum(len(value.split()) > 2 for value in several) > len(several)


YES_OR_NO = frozenset(["yes", "no", "maybe", "not sure", "sí", "si", "ja", "nein", "oui", "non", "true", "false", "n/a"])


def group_rank(header: str, values: Mapping[str, int]) -> int:
    """How much a single choice looks like the question for the respondent's group: 0 not at all."""
    low = OTHER_GROUPS.sub("", plain(header[:LOOKED_AT]))
    labels = [value for value in values if value]
    if not labels or len(labels) > 40 or all(plain(label) in YES_OR_NO for label in labels):
        return 0
    asked = 2 if GROUP_HEADINGS.search(low) else 0
    named = sum(bool(GROUP_WORDS.search(plain(label))) for label in labels) / len(labels)
    return asked + (2 if named >= 0.5 else 1 if named > 0.2 else 0) if asked or named >= 0.5 else 0
