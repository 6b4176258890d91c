"""`prongsai open-sealed FILE… --key KEY --to FOLDER`: what the recipient outside the office does on their own computer."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from prongsai.kernel.errors import InvalidInput
from prongsai.modules.corruption.opening import open_bundle, write_reports
from prongsai.modules.corruption.outside_keys import read_private


class Command(BaseCommand):
    help = "เปิดไฟล์ปิดผนึกที่ได้จากหน่วยงาน ด้วยกุญแจของหน่วยงานภายนอก ไม่ใช้ฐานข้อมูลและไม่ใช้เครือข่าย"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", type=Path, nargs="+", help="ไฟล์ปิดผนึก ใส่ทุกส่วนพร้อมกัน")
        parser.add_argument("--key", type=Path, required=True, help="ไฟล์กุญแจส่วนตัว")
        parser.add_argument("--to", type=Path, required=True, help="โฟลเดอร์ใหม่สำหรับเรื่องที่เปิดได้")
        parser.add_argument("--passphrase-file", type=Path, help="ไฟล์ที่มีรหัสผ่านของกุญแจ ถ้าไม่ระบุจะถาม")

    def handle(self, *args: Any, **options: Any) -> None:
        sealed, key, to = options["files"], options["key"], options["to"]
        for path in (*sealed, key):
            if not path.is_file():
                raise InvalidInput(_("The file %(path)s was not found") % {"path": path})
        if to.exists():
            raise InvalidInput(
                _("%(path)s exists already and is not overwritten. Use a new name") % {"path": to}
            )
        given = options["passphrase_file"]
        passphrase = given.read_text("utf-8").rstrip("\n") if given else getpass.getpass("รหัสผ่านของกุญแจ: ")
        pair = read_private(key.read_text("utf-8"), passphrase)
        reports = open_bundle((path.read_bytes() for path in sealed), pair)
        write_reports(reports, to)
        self.stdout.write(f"เปิดได้ {len(reports)} เรื่อง")
        for report in reports:
            self.stdout.write(f"{report.ref}  {report.title}")
