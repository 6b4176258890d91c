"""`prongsai probe`: look at an office's ways in from this machine, wherever it stands."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from prongsai.foundation.channels.heartbeat.prober import Look, Site, probe, report
from prongsai.foundation.channels.heartbeat.walker import trusting
from prongsai.foundation.channels.outgoing import fetch
from prongsai.kernel.errors import InvalidInput

DOWN, NOT_REPORTED = 1, 3
NAMES = {"web": "แบบฟอร์มบนเว็บ", "sealed": "ช่องทางแจ้งเบาะแสการทุจริต"}


class Command(BaseCommand):
    help = (
        "ตรวจจากเครื่องนี้ว่าช่องทางของหน่วยงานใช้ได้ ไม่ใช้ฐานข้อมูล รหัสออก 0 ใช้ได้ 1 ขัดข้อง 2 สั่งผิด 3 ใช้ได้แต่รายงานไม่สำเร็จ"
    )
    requires_system_checks = []  # type: ignore[assignment]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", metavar="URL", help="ที่อยู่เว็บของหน่วยงาน เช่น https://example.go.th/muangkae/")
        parser.add_argument("--report", action="store_true", help="รายงานผลแก่หน่วยงาน (ต้องมีกุญแจ)")
        parser.add_argument("--spool", type=Path, help="ไฟล์ที่เก็บผลซึ่งยังรายงานไม่ได้ ไว้รายงานครั้งต่อไป")
        parser.add_argument(
            "--key-file",
            type=Path,
            help="ไฟล์ที่มีกุญแจ (หรือตั้ง PRONGSAI_PROBE_KEY) มีกุญแจจึงส่งข้อความตรวจผ่านแบบฟอร์มได้",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        site, key = Site.of(options["url"]), _key(options["key_file"])
        if options["report"] and not key:
            raise InvalidInput(
                _("Reporting needs a key: the office makes it under Settings, Channels, Checks from outside"),
                field="key",
            )
        ours = trusting(fetch, site.url)
        looks = probe(site, key, ours)
        for look in looks:
            self.stdout.write(_line(look))
        down = not all(look.ok for look in looks)
        if options["report"]:
            self._report(site, key, looks, options["spool"], ours, down=down)
        if down:
            raise SystemExit(DOWN)

    def _report(
        self, site: Site, key: str, looks: list[Look], spool: Path | None, ours: Any, *, down: bool
    ) -> None:
        try:
            taken = report(site, key, looks, spool, ours)
        except (OSError, ValueError, KeyError) as error:
            kept = f" เก็บไว้ใน {spool} เพื่อรายงานครั้งต่อไป" if spool else ""
            self.stderr.write(f"รายงานไม่สำเร็จ: {error}{kept}")
            raise SystemExit(DOWN if down else NOT_REPORTED) from error
        self.stdout.write(f"รายงานแล้ว {taken} รายการ")


def _key(file: Path | None) -> str:
    if file is None:
        return os.environ.get("PRONGSAI_PROBE_KEY", "").strip()
    try:
        return file.read_text("utf-8").strip()
    except OSError as error:
        raise InvalidInput(
            _("The key file cannot be read: %(file)s") % {"file": file}, field="key"
        ) from error


def _line(look: Look) -> str:
    state = "ใช้ได้" if look.ok else "ขัดข้อง"
    return f"{look.at}  {NAMES.get(look.kind, look.kind)}  {state}  {look.took_ms} ms  {look.note}".rstrip()
