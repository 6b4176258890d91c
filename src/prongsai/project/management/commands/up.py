"""`prongsai up`: run the installation."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from prongsai.project.up import serve


class Command(BaseCommand):
    help = "เปิดระบบ: ฐานข้อมูล เว็บ และงานเบื้องหลัง จนกว่าจะกด Ctrl-C"
    requires_system_checks = []  # type: ignore[assignment]  # the checks of the database come with `up`

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="พอร์ต (ปกติ 8000)")
        parser.add_argument("--host", default="127.0.0.1", help="เปิดให้เครื่องอื่นเข้าได้: --host 0.0.0.0")
        parser.add_argument("--workers", type=int, help="จำนวนโพรเซสเว็บ (ปกติเท่าจำนวนแกนประมวลผล)")

    def handle(self, *args: Any, **options: Any) -> None:
        serve(port=options["port"], host=options["host"], workers=options["workers"])
