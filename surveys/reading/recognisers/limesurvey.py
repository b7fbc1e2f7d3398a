"""LimeSurvey: Response ID, date submitted, last page and start language in front; a column for each choice with Yes (Y) or nothing."""

import re

from surveys.reading.recognisers.layout import FAMILY, Layout, families, known, lone

NAMES = frozenset(
    [
        "response id", "id", "date submitted", "submitdate", "last page", "lastpage", "start language", "startlanguage", "seed", "date started", "startdate",
        "date last action", "datestamp", "ip address", "ipaddr", "referrer url", "refurl", "token", "access code", "total time", "interviewtime",
        "antwort id", "datum abgeschickt", "letzte seite", "start-sprache", "zufallsstartwert", "datum gestartet", "datum letzte aktivität", "ip-adresse",
        "weiterleitungs-url", "zugangscode", "gesamtzeit",
        "id de la réponse", "date de soumission", "dernière page", "langue de départ", "tête de série", "date de lancement", "date de la dernière action",
        "adresse ip", "url référente", "temps total",
        "id de respuesta", "fecha de envío", "última página", "lenguaje inicial", "idioma inicial", "semilla", "fecha de inicio", "fecha de la última acción",
        "dirección ip", "url de referencia", "tiempo total",
        "id da resposta", "data de envio", "data de submissão", "idioma de início", "semente", "data de início", "data da última ação", "endereço ip",
        "id risposta", "data invio", "ultima pagina", "lingua iniziale", "data di inizio", "data dell'ultima azione", "indirizzo ip",
        "antwoord id", "datum ingestuurd", "laatste pagina", "starttaal", "startdatum", "datum laatste actie", "ip-adres",
    ]
)  # fmt: skip
MARKS = frozenset(
    [
        "last page", "lastpage", "start language", "startlanguage", "seed", "submitdate", "date submitted", "letzte seite", "start-sprache", "dernière page",
        "langue de départ", "tête de série", "última página", "lenguaje inicial", "idioma inicial", "ultima pagina", "lingua iniziale", "laatste pagina", "starttaal",
    ]
)  # fmt: skip
NUMBERS = ("response id", "antwort id", "id de la réponse", "id de respuesta", "id da resposta", "id risposta", "antwoord id", "id")
""" "Response ID" in the languages that are read."""


def recognise(top: list[list[str]]) -> Layout | None:
    headers = without_codes([bare(header) for header in top[0]])
    low = [header.casefold() for header in headers]
    marks = known(headers, MARKS)
    if len(marks) < 2 and not is_stripped(low):
        return None
    key = next((name for name in NUMBERS if name in low), "")
    columns = [lone(n, header, names=NAMES, key=key) for n, header in enumerate(headers)]
    for column in columns:
        low_header = column.header.casefold()
        if low_header.startswith(("question time", "group time", "questiontime", "grouptime")) or (
            re.fullmatch(r"\w+time(_\w+)?", low_header) and "interviewtime" in low
        ):
            column.kind, column.why = "metadata", "The tool writes this column by itself."
        elif low_header.endswith("[filecount]"):
            column.kind, column.why = "metadata", "It counts the files that were sent."
    families(columns, FAMILY[:1])
    said = f"The columns {', '.join(marks)} are" if marks else "Questions with their choices or ranks in square brackets are"
    codes = known([cell.strip() for cell in top[1]], MARKS) if len(top) > 2 else []  # its format for moving answers has them below
    return Layout("limesurvey", f"{said} LimeSurvey's.", 2 if len(codes) > 1 else 1, columns)


def is_stripped(low: list[str]) -> bool:
    """Whether the tool's own columns were not asked for, and the rest is still written as no other tool does it."""
    bracketed = sum(header.endswith("]") for header in low)
    return bracketed > 2 and (low[0] in NUMBERS[:-1] or any(header.endswith(("[rank 1]", "[rang 1]")) for header in low))


def bare(header: str) -> str:
    """“id. Response ID” is what it writes where codes and texts are both asked for."""
    code, _, text = header.strip().partition(". ")
    return text if text.casefold() in NAMES and code.casefold() in NAMES else header.strip()


CODED = re.compile(r"[a-z]\w*(\[[^\[\]]*\])*\. (?=\S)", re.I)


def without_codes(headers: list[str]) -> list[str]:
    """“q1[SQ001]. What do you use? [Bus]” is what it writes where codes and texts are both asked for: the code in front goes."""
    asked = [header for header in headers if header.casefold() not in NAMES]
    if len(asked) < 2 or sum(bool(CODED.match(header)) for header in asked) < 0.8 * len(asked):
        return headers
    return [CODED.sub("", header, count=1) if header in asked and CODED.match(header) else header for header in headers]
