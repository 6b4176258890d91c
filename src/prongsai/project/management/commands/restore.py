"""`prongsai restore FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from prongsai.project.backup.restoring import restore_backup


class Command(BaseCommand):
    help = "กู้คืนจากไฟล์สำรอง (ไม่เขียนทับหน่วยงานที่มีอยู่)"
    requires_system_checks = []  # type: ignore[assignment]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="ไฟล์จาก prongsai backup")

    def handle(self, *args: Any, **options: Any) -> None:
        result = restore_backup(options["file"].absolute())
        for trouble in result.troubles:
            self.stderr.write(f"ตั้งแต่ก่อนสำรอง {trouble}")
        self.stdout.write(
            f"กู้คืนแล้ว ตรงกับไฟล์สำรองทุกแถว: {result.organizations:,} หน่วยงาน {result.rows:,} แถว {result.files:,} ไฟล์"
        )
