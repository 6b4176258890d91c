"""`prongsai parse FILE|FOLDER`: an annual report as JSON. The format stands in docs/reference/parse.md."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from prongsai.kernel.errors import Unreadable
from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.reading.formats import SUFFIXES

UNREADABLE = 2


class Command(BaseCommand):
    help = "Read an annual report (or every report of a folder) and print it as JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="FILE|FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        failed = self._folder(path) if path.is_dir() else self._file(path)
        if failed:
            raise SystemExit(UNREADABLE)

    def _file(self, path: Path) -> bool:
        try:
            report = read_report(path)
        except Unreadable as error:
            self.stderr.write(_one_line(error))
            return True
        self._print(report.to_json())
        return False

    def _folder(self, folder: Path) -> bool:
        """Every file of a known kind, by name; a file that cannot be read has an "error" and spoils no other."""
        paths = sorted(
            p
            for p in folder.iterdir()
            if p.suffix.lower() in SUFFIXES and not p.name.startswith(("~", ".")) and not p.is_dir()
        )
        if not paths:
            self.stderr.write(f"ไม่มีแฟ้มรายงานในโฟลเดอร์ {folder} (no {', '.join(SUFFIXES)} files)")
            return True
        results: list[dict[str, Any]] = []
        for number, path in enumerate(paths, 1):
            self.stderr.write(f"[{number}/{len(paths)}] {path.name}")
            try:
                results.append({"file": path.name, **read_report(path).to_json()})
            except Unreadable as error:
                results.append({"file": path.name, "error": _one_line(error)})
        self._print(results)
        failures = sum("error" in result for result in results)
        if failures:
            self.stderr.write(
                f"อ่านไม่ได้ {failures} จาก {len(paths)} แฟ้ม ({failures} of {len(paths)} unreadable)"
            )
        return failures > 0

    def _print(self, value: object) -> None:
        self.stdout.write(json.dumps(value, ensure_ascii=False, indent=2))


def _one_line(error: Unreadable) -> str:
    return " ".join(str(error).split())
