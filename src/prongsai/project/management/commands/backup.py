"""`prongsai backup FILE [--organization KEY]`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from prongsai.project.backup.making import make_backup


class Command(BaseCommand):
    help = "สำรองข้อมูล หลักฐาน และกุญแจ ลงไฟล์เดียว (สั่งได้ขณะระบบเปิดอยู่)"
    requires_system_checks = []  # type: ignore[assignment]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="ไฟล์สำรองที่จะสร้าง เช่น /mnt/usb/prongsai-2568-10-01.backup")
        parser.add_argument("--organization", default="", metavar="รหัส", help="สำรองเฉพาะหน่วยงานนี้")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"]
        result = make_backup(target.absolute(), options["organization"])
        for trouble in result.troubles:
            self.stderr.write(trouble)
        size = target.stat().st_size / (1 << 20)
        self.stdout.write(
            f"สำรองแล้ว: {target} ({size:,.1f} เมกะไบต์: {result.organizations:,} หน่วยงาน {result.rows:,} แถว "
            f"{result.files:,} ไฟล์)\nไฟล์นี้มีกุญแจลงลายมือชื่ออยู่ด้วย โปรดเก็บในที่ปลอดภัย"
        )
        if result.troubles:
            raise SystemExit(1)
