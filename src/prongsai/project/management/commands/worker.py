"""`prongsai worker`: do the jobs that were deferred."""

from __future__ import annotations

import asyncio
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from prongsai.foundation.jobs.worker import work
from prongsai.project.checks import require_safe_database


class Command(BaseCommand):
    help = "ทำงานเบื้องหลัง (prongsai up เปิดให้เองแล้ว ใช้คำสั่งนี้เมื่อต้องการเพิ่มเครื่อง)"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="ทำพร้อมกันได้กี่งาน")
        parser.add_argument("--heartbeat", type=float, default=5.0, help="วินาทีระหว่างสัญญาณชีพ")
        parser.add_argument("--stalled", type=float, default=20.0, help="เงียบเกินกี่วินาทีถือว่าหยุดไปแล้ว")

    def handle(self, *args: Any, **options: Any) -> None:
        require_safe_database()
        asyncio.run(
            work(
                concurrency=options["concurrency"],
                heartbeat=options["heartbeat"],
                stalled=options["stalled"],
            )
        )
