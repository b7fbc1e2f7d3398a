"""Google Forms, from the form or its sheet: first column the time, several choices joined in one cell, “Question [Row]” for a matrix."""

from surveys.reading.draft import METADATA
from surveys.reading.recognisers.layout import FAMILY, Layout, families, lone

TIMES = frozenset(
    [
        "timestamp",
        "marca temporal",
        "zeitstempel",
        "horodateur",
        "carimbo de data/hora",
        "informazioni cronologiche",
        "отметка времени",
        "时间戳记",
        "時間戳記",
        "タイムスタンプ",
        "타임스탬프",
        "tijdstempel",
        "tidsstempel",
        "tidstämpel",
        "sygnatura czasowa",
        "zaman damgası",
        "marca de temps",
        "časová značka",
        "позначка часу",
        "dấu thời gian",
        "cap waktu",
        "stempel waktu",
        "الطابع الزمني",
        "טימסטמפ",
        "חותמת זמן",
    ]
)
NAMES = TIMES | frozenset(
    [
        "username", "email address", "score", "total score", "dirección de correo electrónico", "nombre de usuario", "puntuación", "puntuación total",
        "adresse e-mail", "nom d'utilisateur", "note", "e-mail-adresse", "nutzername", "punktzahl", "endereço de e-mail", "nome de usuário", "pontuação",
        "indirizzo email", "nome utente", "punteggio", "e-mailadres",
    ]
)  # fmt: skip
OF_A_QUIZ = ("score", "feedback", "puntuación", "comentarios", "note", "commentaires", "punktzahl", "feedback")


def recognise(top: list[list[str]]) -> Layout | None:
    headers = top[0]
    if not headers or headers[0].strip().casefold() not in TIMES or len(headers) < 2:
        return None
    columns = [lone(n, header, names=NAMES) for n, header in enumerate(headers)]
    families(columns, FAMILY[:1])
    asked = {column.header for column in columns}
    for column in columns:
        if column.choice.casefold() in OF_A_QUIZ and column.question in asked:
            column.kind, column.why, column.choice = METADATA, "Points and feedback of a quiz.", ""
    return Layout("google-forms", f"The first column is “{headers[0].strip()}”, as Google Forms writes it.", 1, columns)
