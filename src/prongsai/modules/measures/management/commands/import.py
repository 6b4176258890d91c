"""`prongsai import FILE --organization KEY`: a report becomes a plan with the suggested proofs."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from prongsai.foundation.organizations.commands import in_organization
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput
from prongsai.modules.measures.models import Plan, Proof, Statement
from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.services import plans


class Command(BaseCommand):
    help = "Read an annual report and make it the draft plan of its year; --publish takes it through all approvals."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--organization", required=True, metavar="KEY")
        parser.add_argument(
            "--year", type=int, help="fiscal year (พ.ศ.) when the file names none, or another one"
        )
        parser.add_argument("--publish", action="store_true", help="submit, approve and publish at once")
        parser.add_argument(
            "--any-organization", action="store_true", help="take over another office's report"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor.system("คำสั่ง import")
        with in_organization(options["organization"]) as organization:
            report = read_report(options["file"])
            for warning in report.warnings:
                self.stderr.write(f"{warning.where}: {warning.message}")
            if (
                report.organization
                and report.organization != organization.name
                and not options["any_organization"]
            ):
                raise InvalidInput(
                    _("This report is of %(other)s, not of %(office)s")
                    % {"other": report.organization, "office": organization.name}
                )
            plan = plans.import_plan(
                actor=actor, report=report, fiscal_year=options["year"], source=options["file"].name
            )
            if options["publish"]:
                for act in (plans.submit, plans.approve, plans.publish):
                    plan = act(actor=actor, plan=plan)
            self._tell(plan)

    def _tell(self, plan: Plan) -> None:
        statements = Statement.objects.filter(measure__plan=plan)
        bound = Proof.objects.filter(statement__measure__plan=plan).values("statement").distinct().count()
        self.stdout.write(
            f"{plan}: {plan.measures.count()} มาตรการ {statements.count()} ข้อความ "  # type: ignore[attr-defined]
            f"ผูกหลักฐานแล้ว {bound} ข้อความ ({plan.get_status_display()})"
        )
