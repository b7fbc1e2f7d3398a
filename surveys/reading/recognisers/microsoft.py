"""Microsoft Forms: ID, start and completion time in front; several choices joined by semicolons, with one at the end."""

from surveys.reading.recognisers.layout import Layout, begun_alike, known, lone

NAMES = frozenset(
    [
        "id", "start time", "completion time", "email", "name", "last modified time", "total points", "quiz feedback", "language",
        "hora de inicio", "hora de finalización", "correo electrónico", "nombre",
        "startzeit", "fertigstellungszeit", "e-mail", "heure de début", "heure de fin", "adresse de messagerie", "nom",
        "hora de início", "hora de conclusão", "email", "nome", "ora di inizio", "ora di completamento", "posta elettronica", "begintijd", "tijd van voltooien", "naam",
        "grade posted time", "hora de la última modificación", "uhrzeit der letzten änderung", "heure de la dernière modification", "hora da última modificação",
    ]
)  # fmt: skip
STARTS = ("start time", "hora de inicio", "startzeit", "heure de début", "hora de início", "ora di inizio", "begintijd")


def recognise(top: list[list[str]]) -> Layout | None:
    headers = [header.strip() for header in top[0]]
    low = [header.casefold() for header in headers]
    if low[:1] != ["id"] or not set(STARTS) & set(low[:4]):
        return None
    end = next((n for n, header in enumerate(low) if header not in NAMES), len(low))  # its own columns stand in front
    columns = [lone(n, header, names=NAMES if n < end else frozenset(), key="id") for n, header in enumerate(headers)]
    for column in columns:
        low_header = column.header.casefold()
        if low_header.startswith(("points - ", "feedback - ")):
            column.kind, column.why = "metadata", "Points and feedback of a quiz."
        elif not column.kind:
            column.sign = ";"
    begun_alike(columns)
    said = ", ".join(known(headers[:end], NAMES))
    return Layout("microsoft-forms", f"The columns {said} stand in front, as Microsoft Forms writes them.", 1, columns)
