"""Measures in this process, on the database that DATABASE_URL names: `python -m tests.bench.run G2 G4 --rounds 11`. JSON lines come out."""

import argparse
import importlib

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="*")
    parser.add_argument("--rounds", type=int, default=11)
    asked = parser.parse_args()
    django.setup()
    settings.ROOT_URLCONF = "tests.bench.urls"
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    for row in ["floors", *asked.rows]:
        importlib.import_module(f"tests.bench.{row.lower()}").measure(asked.rounds)


if __name__ == "__main__":
    main()
