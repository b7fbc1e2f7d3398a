"""Google Forms, from the form or its sheet: first column the time, several choices joined in one cell, “Question [Row]” for a matrix."""

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
    ]
)
NAMES = TIMES | frozenset(["username", "email address", "dirección de correo electrónico", "score", "adresse e-mail", "e-mail-adresse"])


def recognise(top: list[list[str]]) -> Layout | None:
    headers = top[0]
    if not headers or headers[0].strip().casefold() not in TIMES or len(headers) < 2:
        return None
    columns = [lone(n, header, names=NAMES) for n, header in enumerate(headers)]
    families(columns, FAMILY[:1])
    return Layout("google-forms", f"The first column is “{headers[0].strip()}”, as Google Forms writes it.", 1, columns)
