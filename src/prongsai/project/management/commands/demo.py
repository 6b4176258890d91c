"""`prongsai demo`: the demonstration, built once and served on this machine only."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from prongsai.foundation.organizations.commands import clear_errors
from prongsai.project.demo.build import build


class Command(BaseCommand):
    help = "Fill an empty installation with the demonstration and serve it on this machine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="only build the data")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        if "PRONGSAI_URL" not in os.environ:  # the addresses that papers and facts carry
            settings.BASE_URL = f"http://localhost:{options['port']}"
        self.stdout.write("เตรียมข้อมูลตัวอย่าง …")
        self.stdout.flush()
        with clear_errors():
            for key, passwords in build():
                self.stdout.write(f"สร้างข้อมูลตัวอย่างของ {key} แล้ว บัญชีของเจ้าหน้าที่ (แสดงครั้งเดียว):")
                for username, password in passwords.items():
                    self.stdout.write(f"  {username:<24} {password}")
                self.stdout.flush()
        if not options["no_serve"]:
            from prongsai.project.up import serve

            serve(port=options["port"], host="127.0.0.1")
