"""Columns that name persons, devices or moments: by their headings, or by what stands in them. They are not stored."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from surveys.reading.kinds import LOOKED_AT, YES_OR_NO, is_scale
from surveys.reading.labels import plain

PRIVATE_HEADINGS = (
    (re.compile(r"^(time ?stamp|(start|end|completion|submission|submit|last modified|recorded) ?(time|date)?( \(utc\))?|date (submitted|started|created|modified))$"), "A time stamp."),
    (re.compile(r"\b(provide|enter|leave|share|give|include|add|type|write) (us )?(with )?your\b.{0,40}\b(e-?mail|phone|address|name)\b|\bcontact (information|info|details)\b"), "How to reach a person."),
    (re.compile(r"\be-?mail\b.{0,20}$|^e-?mail\b|^(contact|your) e-?mail|\bcorreo( electr[oó]nico)?$|^adresse (de messagerie|[ée]lectronique)|\bcourriel$"), "An e-mail address."),
    (re.compile(r"^ip( address)?$|\bip address\b"), "An IP address."),
    (re.compile(r"^(gps|geo ?location|coordinates?|lat(itude)?|lon(gitude)?|altitude)\b|\b(latitude|longitude)$"), "Coordinates."),
    (
        re.compile(
            r"^((please )?(enter |write |type )?)(your |my )?(first|last|full|middle|given|family|sur|nick|user|preferred)? ?name( \(.*\))?[?:.]?$"
            r"|^(student|child|parent|guardian|parent/guardian|respondent|teacher|staff|contact|participant)('?s)? (first |last |full )?name\b"
            r"|^name of (your |the )?(child|student|parent|guardian|teacher|respondent|person)\b"
            r"|^.{0,60}\b(what( is|'s|s)|tell us|enter|write|type|add|confirm) your (first |last |full |family |given |sur|nick|preferred )?name\b.{0,40}$"
            r"|^(your |my |student'?s? |child'?s? )?(first|last|full|family) name\b.{0,30}$|^(wie hei(ß|ss)en sie|cómo te llamas|cómo se llama|quel est (ton|votre) nom|qual (é )?(o )?seu nome|nome( completo)?$|tu nombre|su nombre|ihr name|dein name|votre nom|ton nom)\b|^¿cómo (te llamas|se llama)"
            r"|^name( and | & |/).{0,30}$|^nombres?( completo| y apellidos?)?( \(.*\))?:?$|^apellidos?:?$"
            r"|\b(fore|sur)names?(\(s\))?$|\bname (and|&) address$|^(family|given|last|first) names?(\(s\))?$|^name (first|last|middle|full|family|given)$"
            r"|^(name (of (the )?)?)?(enumerator|interviewer|surveyor)('?s)?( name)?$|^name enum$|^(fname|lname|surname|forename|firstname|lastname|last, ?first)$|^(vor|nach|familien)name|^pr[ée]noms?$|^noms?( ?(&|et|/) ?.*)?$"
        ),
        "A person's name.",
    ),
    (
        re.compile(
            r"^((your|the|my|this|print|please) )*(student|child|pupil|son|daughter|parent|guardian|mother|father|respondent|participant|teacher|caregiver)(ren)?('?s)?'? "
            r"((first|last|full|given|family|middle|legal|preferred)( and | & |/|, | )*)*names?\b.{0,30}$"
            r"|^what (is|are) (your|the) (child|student|son|daughter|parent|teacher|children|students)('?s)?'? ((first|last|full)( and | & |/| ))*names?\b|^names? of (your|the|my) (children|students|kids)\b"
            r"|^what (is|was|are) (your|the) .{0,30}\b(friend|teacher|sister|brother|mother|father|mom|dad|coach|principal)('?s)?'? (first |last |full )?names?\b"
            r"|^((first|last|full|given|family|middle|preferred)( and | & |/|, ))+(first|last|full|given|family|middle|preferred) names?\b.{0,20}$"
            r"|\bprint (your )?name\b|\(names?\)[?.:]*$|^(signature|signed( by)?|initials|firma|unterschrift|assinatura)\b.{0,20}$|\bsocial media (accounts?|handles?|names?)\b.{0,20}$|^(your )?(twitter|instagram|facebook|snapchat|discord|social media)( handle| name| account)?$"
            r"|^nombres? (y apellidos?|del?( la| los| las| su| tu)? (estudiante|alumn[oa]|niñ[oa]|hij[oa]|padre|madre|tutor|encuestad[oa]|participante)).{0,30}$"
            r"|^(vor- und )?(nach)?name (des|der|ihres|deines) (kind|sohn|tochter|schüler|mutter|vater|eltern)|^nom( et prénom)? (de|du) (l'|la |le |votre )?(enfant|élève|parent|mère|père)"
        ),
        "A person's name.",
    ),
    (re.compile(r"^emergency contacts?\b|^(best|daytime|home|cell|mobile|contact|your|parent|guardian|primary)? ?(tele)?phone( number)?s? (to|where|at|we|for|in case)\b|^tel[eé]fonos?\b.{0,25}$|^tel\.?:?$|^(handy|telefon)(nummer)?\b.{0,15}$"), "A telephone number."),
    (re.compile(r"^(student|lunch|badge|employee|pupil|state student|state pupil)('?s)? ?(id|number|no\.?|#)( ?(#|number|no\.?))?$|^licen[sc]e plate\b"), "A number of one person."),
    (re.compile(r"\bwhen (were you|was your (child|student)) born\b|^(date of birth|birth ?(date|day)|dob|fecha de nacimiento|geburtsdatum|date de naissance)\b|^(what is )?your (date of birth|birth ?(date|day))\b"), "A day of birth."),
    (re.compile(r"^(home |mailing |street |your |postal )+(street )?address\b|^address( line)?( \d)?( \(.*\))?[?:*]*$|\b(parents?|guardians?|home|work|office)\b.{0,12} address$|^dirección$|^domicilio\b|^anschrift\b"), "A postal address."),
    (re.compile(r"\b(phone|telephone|mobile|cell)( number| no\.?)?\b.{0,12}$|^(tel[eé]fono|celular|m[oó]vil|telefon(nummer)?|t[ée]l[ée]phone):?$"), "A telephone number."),
    (re.compile(r"\bssn\b|\bsocial security (number|no)\b|\b(student|employee|staff|badge|parent) ?(id|number|no\.?)$|^(user ?agent|device ?id|session ?id|referr?er)$"), "A number or mark of one person or device."),
    (re.compile(r"^(id\.?|identificaci[oó]n|identifiant|identificador)[. ]+(de|del|do|du|da|der)\b|^(teilnehmer|befragten|collector|antwort)[- _]?id$|^(datos personalizados|données personnalisées|benutzerdefinierte daten|dados personalizados)( \d)?$"), "A number or mark that a tool gives."),
)  # fmt: skip
SPEAKS_OF_NAME = "It speaks of a person's name."
SPEAKING = ((re.compile(r"^.{0,60}\b(know|have|share|leave|sign|with) your (first |last |full )?name\b.{0,40}$"), SPEAKS_OF_NAME),)
EMAIL = re.compile(r"[^@\s,;:<>()]@[^@\s,;:<>()]{1,200}\.[a-z]{2}", re.I)
PHONE = re.compile(
    r"(?<![\d-])(?:(?:\+?1[-. ]?)?\(?\d{3}\)?[-. /]{0,2}\d{3}[-. ]\d{4}|\+\d{1,3}[-. ]?\(?\d{1,4}\)?(?:[-. /]?\d{2,4}){2,4}|0\d{1,5}[-/ ]{1,3}\d{3,4}[- ]?\d{2,5}(?: ?\d{2})?"
    r"|0\d(?:[ .]\d{2}){4})(?:,? ?(?:x|ext\.?) ?\d{1,5})?(?![\d-])",
    re.I,
)
"""As people write telephone numbers in America and Europe."""
STREET = re.compile(
    r"\d{1,6}[a-z]?(?:-\d+)?,?\s+(?!(?:hours?|minutes?|years?|days?|weeks?|months?|times?|miles?|people|kids|children|students)\b)(?:[\w.'’-]+\s+){1,4}"
    r"(?:street|str|st|avenue|ave|av|road|rd|drive|dr|lane|ln|court|ct|boulevard|blvd|way|place|pl|circle|cir|terrace|ter|trail|trl|parkway|pkwy|highway|hwy|square|row|close|crescent)\b\.?.{0,60}"
    r"|p\.? ?o\.? box \d+.{0,60}|[^\W\d][\w.-]*(?:str\.|stra(?:ß|ss)e|weg|platz|allee|gasse) ?\d+ ?[a-z]?(?:,.{0,40})?"
    r"|(?:calle|c/|avda\.?|avenida|paseo|plaza|camino|rua|via|viale) [^\d]{2,40}\d+.{0,40}|\d+(?: bis)?,? (?:rue|avenue|boulevard|place|chemin|impasse|allée|quai) .{2,60}",
    re.I,
)
PRIVATE_VALUES = (
    (re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.I), "Its values are e-mail addresses."),
    (re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|(?=.*::?.*:)[0-9a-f:]{6,45}", re.I), "Its values are IP addresses."),
    (
        re.compile(
            r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[T ]+\d{1,2}:\d{2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4},? +\d{1,2}:\d{2}.*"
            r"|(?:mon|tue|wed|thu|fri|sat|sun)?\w*,? ?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* \d{1,2},? \d{4},? +\d{1,2}:\d{2}.*",
            re.I,
        ),
        "Its values are time stamps.",
    ),
    (re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|uuid:.*", re.I), "Its values are marks made by a machine."),
    (re.compile(r"((https?://|www\.)\S+\s*,?;?\s*)+"), "Its values are links."),
    (re.compile(r"\[\s*\{.*\"(link|url|filename|name)\"\s*:.*", re.S), "Its values say where files are."),
    (re.compile(r"\[(document|file|signature)\]", re.I), "Its values stand for files."),
    (re.compile(r"@[\w.]{2,30}"), "Its values are names in social media."),
    (re.compile(r"\S.*\.(jpe?g|png|gif|heic|pdf|docx?|mp3|mp4|m4a|mov|wav)", re.I), "Its values are names of files."),
    (re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", re.I), "Its values are postal codes of a few houses."),
    (re.compile(r"-?\d{1,3}\.\d{3,}[,; ]+-?\d{1,3}\.\d{3,}.*"), "Its values are coordinates."),
    (PHONE, "Its values are telephone numbers."),
    (STREET, "Its values are postal addresses."),
)
NUMBERED = re.compile(r"^(?:q(?:uestion)? ?)?\d+[a-z]?\s?[.):-]+\s*")
"""The number of a question before its wording."""


def private_by_heading(header: str) -> str:
    """Why the heading says that a column must not be stored; empty where it does not."""
    low = NUMBERED.sub("", plain(header[:LOOKED_AT].replace("*", "")))
    if "_" in low and " " not in low:  # the name of a field, made unlike others by what stands at its end
        low = re.sub(r"_(\d+|[0-9a-f]{6})$", "", low).replace("_", " ")
    return next((why for pattern, why in (*PRIVATE_HEADINGS, *SPEAKING) if pattern.search(low)), "")


OF_ADDRESSES = ("An e-mail address.", "A telephone number.", "A postal address.", "How to reach a person.", "A person's name.")


OF_ADDRESSES = ("An e-mail address.", "A telephone number.", "A postal address.", "How to reach a person.", "A person's name.")
REFUSALS = frozenset(["", "na", "n/a", "n.a.", "none", "no", "nope", "-", "no thanks", "no thank you", "not applicable", "prefer not to say", "anonymous", "anon", "nein", "nada"])  # fmt: skip
DAY = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d{2}")
TIME = re.compile(r"\d{1,2}[:.]\d{2}([:.]\d{2})?( ?[ap]\.? ?m\.?)?", re.I)
MOMENTS = re.compile(
    r"(survey |interview |response |submission |entry |completion )?(date|time|datum|uhrzeit|fecha|hora|data|heure)( of (the )?(survey|interview|response|entry|completion))?|(date )?(completed|answered|entered|received)( on)?"
)
LONG_NUMBER = re.compile(r"'?\+?\d(?:[ -]?\d){8,16}")
SHORT_NUMBER = re.compile(r"\d{6,8}")
MARK = re.compile(r"[a-z]{1,4}[-_ ]?\d{3,12}|(?=.*\d)(?=.*[a-z])[a-z\d_-]{12,64}", re.I)
"""What a school or a machine calls somebody by."""
NO_MARK = re.compile(
    r"\b(zip|postal|post ?code|pin ?code|plz|income|salary|earn|budget|cost|price|amount|population|enrol\w*|how (many|much)|number of|total|years?)\b"
)
"""Of what the heading may speak where long numbers are answers."""
MOST = 200
"""Different values of a column that are looked at."""


def private_by_values(values: Mapping[str, int], header: str = "") -> str:
    """The same by the values: nine of ten are addresses, time stamps and the like, or each stands once and is nothing but a mark."""
    some = [value for value, _ in zip(values, range(MOST), strict=False) if value.casefold() not in REFUSALS]
    if len(some) > 2 and sum(map(values.__getitem__, some)) < 1.2 * len(some) and (why := marks(some, header)):
        return why
    begins = [value[:LOOKED_AT] for value in some]
    for pattern, why in PRIVATE_VALUES:
        if some and mostly(begins, pattern.fullmatch, 0.9):
            return why
    if some and MOMENTS.fullmatch(plain(header)) and are_moments(some, values):
        return "Its values are moments at which somebody answered."
    if len(some) > 2 and mostly(some, says_where, 0.6):
        return "Most of its values say how to reach a person."
    return ""


def are_moments(some: Sequence[str], values: Mapping[str, int]) -> bool:
    """Whether all are days, or times of which most stand once: a time that many gave is one that they chose."""
    return all(map(DAY.fullmatch, some)) or (all(map(TIME.fullmatch, some)) and sum(map(values.__getitem__, some)) < 2 * len(some))


def marks(some: list[str], header: str) -> str:
    """Why values that stand once each are marks of persons; empty where they may be answers."""
    if all(LONG_NUMBER.fullmatch(value.strip()) for value in some):
        return "Its values are long numbers, each of one person."
    if len(some) < 8 or NO_MARK.search(plain(header)):
        return ""
    same = len({len(value) for value in some}) == 1
    if same and all(map(SHORT_NUMBER.fullmatch, some)) and 10 * sum(value.endswith("00") for value in some) < 3 * len(some):
        return "Its values are numbers of one length, each of one person."
    return "Its values are marks, each of one person." if all(map(MARK.fullmatch, some)) else ""


def mostly(some: Sequence[str], fits: Callable[[str], object], share: float) -> bool:
    """Whether so many of the values fit; it is given up as soon as too many do not."""
    most = (1 - share) * len(some)
    misses = (1 for value in some if not fits(value.strip()))
    return sum(islice(misses, int(most) + 1)) <= most


DIGIT = re.compile(r"[0-9]")
SEVEN = re.compile(r"[0-9](?:[-. ()/]{0,3}[0-9]){6}")


def says_where(value: str) -> bool:
    """Whether an e-mail address, a telephone number or a street stands in a short text. Most texts have no digits, and are done with soon."""
    if len(value) > LONGEST:
        return False
    return holds(value) or (bool(DIGIT.search(value)) and bool(STREET.match(value)))


def holds(value: str) -> bool:
    """Whether an e-mail address or a telephone number stands in a text, or in the beginning of a long one."""
    value = value[:LOOKED_AT] if len(value) > LOOKED_AT else value
    return ("@" in value and bool(EMAIL.search(value))) or (bool(SEVEN.search(value)) and bool(PHONE.search(value)))


LONGEST = 100
"""Characters of a value that says how to reach somebody and nothing else."""


def answers_otherwise(why: str, values: Mapping[str, int]) -> bool:
    """Whether a heading only speaks of e-mail or telephones: what is answered are a few words, given again and again."""
    some = [value for value in values if value]
    if (
        why in OF_ADDRESSES[:2]
        and len(some) > 1
        and sum(map(values.__getitem__, some)) >= max(5, 1.5 * len(some))
        and not any(map(says_where, some[:MOST]))
    ):
        return not any("@" in value or sum(map(str.isdigit, value)) > 4 for value in some[:MOST])
    if why == SPEAKS_OF_NAME:
        return len(some) <= 12 and sum(map(values.__getitem__, some)) >= 3 * len(some)
    if why not in OF_ADDRESSES or not some or len(some) > 15 or sum(values[value] for value in some) < 3 * len(some):
        return False
    if all(plain(value) in YES_OR_NO | {"✓", "x", "1", "agree", "i agree"} for value in some) or is_scale(values):
        return True
    return why in OF_ADDRESSES[:2] and len(some) > 1 and not any("@" in value or sum(map(str.isdigit, value)) > 4 for value in some)
