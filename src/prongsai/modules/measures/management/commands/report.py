"""`prongsai report`: the annual report, the announcement or the ITA layout as a file."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from prongsai.foundation.organizations.commands import in_organization
from prongsai.kernel.errors import InvalidInput
from prongsai.modules.measures.papers.layout import layouts
from prongsai.modules.measures.papers.report import Chosen
from prongsai.modules.measures.services.printing import (
    ANNOUNCEMENT_FORMATS,
    REPORT_FORMATS,
    Paper,
    print_announcement,
    print_report,
)


class Command(BaseCommand):
    help = "Print the annual report of an organization: the closed version, or with --live the present state."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", required=True, metavar="KEY")
        parser.add_argument("--year", required=True, type=int, help="fiscal year (พ.ศ.)")
        parser.add_argument("--format", required=True, choices=REPORT_FORMATS)
        parser.add_argument("--output", required=True, type=Path, metavar="FILE")
        parser.add_argument(
            "--live", action="store_true", help="the present state instead of the closed report"
        )
        parser.add_argument(
            "--version-number", type=int, metavar="N", help="an earlier version of a corrected report"
        )
        parser.add_argument(
            "--announcement",
            action="store_true",
            help=f"the announcement ({', '.join(ANNOUNCEMENT_FORMATS)})",
        )
        parser.add_argument("--layout", default="six-columns", choices=sorted(layouts()))
        parser.add_argument(
            "--indicator", type=int, metavar="N", help="the chosen ITA indicator, for a layout with one"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with in_organization(options["organization"]):
            paper = self._paper(options)
        output: Path = options["output"]
        try:
            _write(output, paper.data)
        except OSError as error:
            raise SystemExit(self.stderr.write(f"{output}: {error.strerror}") or 2) from error
        self.stdout.write(f"{output} ({len(paper.data):,} bytes)")

    def _paper(self, options: dict[str, Any]) -> Paper:
        if options["announcement"]:
            return print_announcement(plan_year=options["year"], format=options["format"])
        indicator = options["indicator"]
        layout = layouts()[options["layout"]]
        if layout.one_indicator and indicator is None:
            raise InvalidInput(
                _("This layout needs the chosen indicator, given with --indicator"), field="indicator"
            )
        return print_report(
            plan_year=options["year"],
            format=options["format"],
            version=options["version_number"],
            live=options["live"],
            layout=options["layout"],
            chosen=Chosen(indicator) if indicator is not None else None,
        )


def _write(path: Path, data: bytes) -> None:
    """All of it or nothing: a full disk leaves the former file as it was."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fresh.write_bytes(data)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
