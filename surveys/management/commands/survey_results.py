"""The results of a survey as JSON, with small groups hidden unless they are asked for."""

import json

from django.core.management.base import CommandError

from accounts.audit import Press
from accounts.models import AuditEntry
from planner.lib.commands import PlainCommand
from surveys.models import Survey
from surveys.results import as_json, results_of
from surveys.services.looking import look_unsuppressed


class Command(PlainCommand):
    help = "Print what a survey says, published or not: groups, tables, themes and what does not add up."

    def add_arguments(self, parser):
        parser.add_argument("survey", metavar="DISTRICT/SURVEY")
        parser.add_argument("--json", action="store_true", help="The results as JSON on standard output.")
        parser.add_argument("--unsuppressed", action="store_true", help="Show small groups too. The audit records that somebody looked.")

    def run(self, *, survey, unsuppressed, **options):
        district, _, slug = survey.partition("/")
        found = Survey.objects.select_related("organization").filter(organization__slug=district, slug=slug).first()
        if found is None:
            raise CommandError(f"There is no survey “{survey}”. Give it as DISTRICT/SURVEY; import one with manage.py import_survey.")
        if unsuppressed:
            look_unsuppressed(survey=found, press=Press(AuditEntry.COMMAND))
        results = as_json(results_of(found), address=survey, unsuppressed=unsuppressed)
        answered = results["respondents"]
        self.stderr.write(f"{survey}: {'fewer than ' + str(found.minimum_group) if answered is None else f'{answered:,}'} respondents.")
        for issue in results["issues"]:
            self.stderr.write(issue["message"])
        if options["json"]:
            self.stdout.write(json.dumps(results, ensure_ascii=False, indent=1))
