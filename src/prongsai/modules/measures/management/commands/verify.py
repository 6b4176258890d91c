"""`prongsai verify`: the logs of this installation, or one report's JSON paper offline."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.ledger.findings import Findings
from prongsai.foundation.ledger.models import LogName
from prongsai.foundation.ledger.verification import verify_log, verify_since
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.organizations.selectors import organization_by_key
from prongsai.kernel.errors import InvalidInput
from prongsai.modules.measures.verify_report import (
    BAD_INPUT,
    DOES_NOT_VERIFY,
    VERIFIES,
    NotAReport,
    add_arguments,
    read_json,
    run,
)


class Command(BaseCommand):
    help = "Verify the ledger of one or all organizations, or (with FILE and --key) one report offline."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"]:
            out, err = self.stdout.write, self.stderr.write
            code = run(options["file"], options["key"], as_json=options["json"], out=out, err=err)
        else:
            try:
                code = self._since(**options) if options["since"] else self._logs(**options)
            except (InvalidInput, NotAReport) as error:
                self.stderr.write(" ".join(str(error).split()))
                code = BAD_INPUT
        if code:
            raise SystemExit(code)

    def _logs(self, *, organization: str | None, **options: Any) -> int:
        chosen = [_organization(organization)] if organization else Organization.objects.order_by("sort_key")
        found: list[Findings] = []
        for one in chosen:
            with transaction.atomic():
                results = [verify_log(one, log) for log in LogName.values]
            found += results
            if not options["json"]:
                self._say(one, results)
        if options["json"]:
            self.stdout.write(json.dumps([f.as_json() for f in found], ensure_ascii=False, indent=2))
        elif not found:
            self.stdout.write("ยังไม่มีหน่วยงานในระบบ")
        return VERIFIES if all(f.ok for f in found) else DOES_NOT_VERIFY

    def _say(self, organization: Organization, results: list[Findings]) -> None:
        self.stdout.write(f"{organization.name} ({organization.key})")
        for found in results:
            if found.log == LogName.SEALED and not found.size and found.ok:
                continue
            self.stdout.write(f"  {LogName(found.log).label}: {_summary(found)}")
            for finding in found.findings:
                self.stdout.write(f"    ✗ {finding}")

    def _since(self, *, since: Path, organization: str | None, **options: Any) -> int:
        old = read_json(since)
        one = _organization(organization or str(old.get("organization", "")))
        with transaction.atomic():
            growth = verify_since(one, old)
            found = verify_log(one, old.get("log", "main"))
        ok = not growth.problem and found.ok
        if options["json"]:
            head = growth.head.as_json() if growth.head else None
            values = {"only_grew": not growth.problem, "problem": growth.problem, "proof": growth.proof}
            result = {**values, "latest_head": head, "log": found.as_json()}
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))
        else:
            said = f"✗ {growth.problem}" if growth.problem else "✓ บันทึกมีแต่เพิ่มขึ้นนับจากหัวบันทึกนั้น"
            self.stdout.write(f"หัวบันทึกเดิม {old['size']} รายการ: {said}")
            self._say(one, [found])
        return VERIFIES if ok else DOES_NOT_VERIFY


def _organization(key: str) -> Organization:
    found = organization_by_key(key)
    if found is None:
        raise InvalidInput(_("There is no office with the code %(key)s") % {"key": key})
    return found


def _summary(found: Findings) -> str:
    said = [
        f"{found.size} รายการ",
        "ตรวจครบทุกรายการ ถูกต้อง" if found.ok else f"พบปัญหา {len(found.findings)} จุด",
    ]
    if found.size:
        said.append(f"หัวบันทึกที่ลงนามล่าสุดครอบคลุม {found.covered} รายการ")
    if found.erased:
        said.append(f"ลบเนื้อความแล้วตามที่บันทึกไว้ {len(found.erased)} รายการ")
    if found.files:
        said.append(f"แฟ้ม {found.files} แฟ้ม")
    return " · ".join(said)
