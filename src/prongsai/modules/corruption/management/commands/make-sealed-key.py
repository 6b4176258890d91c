"""`prongsai make-sealed-key NAME --to FOLDER`: a key pair for a recipient outside the office, made on their own computer."""

from __future__ import annotations

import getpass
import os
from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from prongsai.kernel.errors import InvalidInput
from prongsai.modules.corruption.outside_keys import make_key, read_public

SHORTEST = 12
PRIVATE, PUBLIC = "private-key.json", "public-key.txt"


class Command(BaseCommand):
    help = "สร้างกุญแจสำหรับหน่วยงานภายนอกที่จะรับเรื่องแจ้งเบาะแส ส่งให้หน่วยงานเฉพาะไฟล์ public-key.txt"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="ชื่อหน่วยงานที่รับเรื่อง")
        parser.add_argument("--to", type=Path, required=True, help="โฟลเดอร์ที่จะเก็บไฟล์กุญแจ")
        parser.add_argument("--passphrase-file", type=Path, help="ไฟล์ที่มีรหัสผ่าน ถ้าไม่ระบุจะถาม")

    def handle(self, *args: Any, **options: Any) -> None:
        to: Path = options["to"]
        given = options["passphrase_file"]
        passphrase = given.read_text("utf-8").rstrip("\n") if given else self._asked()
        if len(passphrase) < SHORTEST:
            raise InvalidInput(_("The passphrase needs at least %(least)s characters") % {"least": SHORTEST})
        private, public = make_key(" ".join(options["name"].split()), passphrase)
        to.mkdir(parents=True, exist_ok=True)
        _write(to / PRIVATE, private)
        _write(to / PUBLIC, public)
        fingerprint = sha256(read_public(public).point).hexdigest()
        self.stdout.write(f"{to / PRIVATE}  เก็บไว้กับตัว ห้ามส่งให้ใคร")
        self.stdout.write(f"{to / PUBLIC}  ส่งให้หน่วยงาน")
        self.stdout.write("ลายนิ้วมือของกุญแจ อ่านเทียบกันทางโทรศัพท์")
        self.stdout.write(" ".join(fingerprint[at : at + 4] for at in range(0, 64, 4)))

    def _asked(self) -> str:
        first, again = getpass.getpass("ตั้งรหัสผ่านของกุญแจ: "), getpass.getpass("พิมพ์อีกครั้ง: ")
        if first != again:
            raise InvalidInput(_("The two passphrases differ"))
        return first


def _write(path: Path, text: str) -> None:
    """A new file that its owner alone can read."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise InvalidInput(
            _("The file %(path)s exists already and is not overwritten") % {"path": path}
        ) from error
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
