"""`prongsai organization add KEY …` and `prongsai organization list`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from prongsai.foundation.organizations.commands import clear_errors
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.organizations.services import add_organization
from prongsai.kernel.contracts import Actor


class Command(BaseCommand):
    help = "เพิ่มหน่วยงาน หรือดูรายชื่อหน่วยงาน"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help="รายชื่อหน่วยงาน")
        add = acts.add_parser("add", help="เพิ่มหน่วยงาน")
        add.add_argument("key", help="รหัสในที่อยู่เว็บ เช่น banthrai (a-z 0-9 และ -)")
        add.add_argument("--name", required=True, help="ชื่อเต็ม เช่น องค์การบริหารส่วนตำบลบ้านทราย")
        add.add_argument("--district", required=True, help="อำเภอ")
        add.add_argument("--province", required=True, help="จังหวัด")
        add.add_argument("--name-en", default="", help="ชื่อภาษาอังกฤษ")
        add.add_argument("--website", default="", help="เว็บไซต์เดิมของหน่วยงาน")
        add.add_argument("--unit", action="append", default=[], help="ส่วนราชการ เช่น สำนักปลัด (ใส่ซ้ำได้)")
        add.add_argument("--sample", action="store_true", help="เป็นข้อมูลตัวอย่าง")

    def handle(self, *args: Any, **options: Any) -> None:
        with clear_errors():
            self._add(options) if options["act"] == "add" else self._list()

    def _add(self, options: dict[str, Any]) -> None:
        with transaction.atomic():
            organization = add_organization(
                actor=Actor.system("บรรทัดคำสั่ง"),
                key=options["key"],
                name=options["name"].strip(),
                district=options["district"].strip(),
                province=options["province"].strip(),
                units=[unit.strip() for unit in options["unit"] if unit.strip()],
                name_en=options["name_en"].strip(),
                website=options["website"].strip(),
                is_sample=options["sample"],
            )
        self.stdout.write(f"เพิ่ม {organization.short_name} แล้ว รหัส {organization.key}")

    def _list(self) -> None:
        for organization in Organization.objects.order_by("sort_key"):
            sample = "  (ข้อมูลตัวอย่าง)" if organization.is_sample else ""
            self.stdout.write(f"{organization.key}\t{organization.name}\t{organization.province}{sample}")
