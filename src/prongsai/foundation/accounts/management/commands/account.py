"""`prongsai account add|password|list`: the operator's way in, without a browser."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.accounts.builtin import builtin_roles
from prongsai.foundation.accounts.models import User
from prongsai.foundation.accounts.selectors import members
from prongsai.foundation.accounts.services import hire
from prongsai.foundation.accounts.services.people import give_temporary_password
from prongsai.foundation.organizations.commands import clear_errors, in_organization
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput


class Command(BaseCommand):
    help = "เพิ่มบัญชี ตั้งรหัสผ่านใหม่ หรือดูรายชื่อบัญชี"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        add = acts.add_parser("add", help="เพิ่มบุคลากรของหน่วยงาน พร้อมรหัสผ่านชั่วคราว (แสดงครั้งเดียว)")
        add.add_argument("organization", metavar="หน่วยงาน", help="รหัสหน่วยงาน เช่น banthrai")
        add.add_argument("username", metavar="ชื่อผู้ใช้")
        add.add_argument("--name", required=True, help="ชื่อและนามสกุล")
        add.add_argument("--position", required=True, help="ตำแหน่ง")
        add.add_argument("--unit", default="", help="ส่วนราชการ")
        add.add_argument("--email", default="")
        add.add_argument(
            "--post", default="", choices=["", "clerk", "head"], help="ปลัด (clerk) หรือนายก (head)"
        )
        roles = ", ".join(f"{key} {role['name']}" for key, role in builtin_roles().items())
        add.add_argument("--role", action="append", default=[], help=f"บทบาท ใส่ซ้ำได้: {roles}")
        password = acts.add_parser("password", help="ตั้งรหัสผ่านชั่วคราวใหม่ และออกจากระบบทุกเครื่อง")
        password.add_argument("username", metavar="ชื่อผู้ใช้")
        password.add_argument(
            "--second-factors", action="store_true", help="ยกเลิกรหัสจากโทรศัพท์และพาสคีย์ด้วย (โทรศัพท์หาย)"
        )
        listing = acts.add_parser("list", help="รายชื่อบัญชีของหน่วยงาน")
        listing.add_argument("organization", metavar="หน่วยงาน")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['act']}")(options)

    def _add(self, options: dict[str, Any]) -> None:
        with in_organization(options["organization"]):
            unit = Unit.objects.filter(name=options["unit"]).first()
            if options["unit"] and unit is None:
                known = ", ".join(Unit.objects.values_list("name", flat=True))
                raise InvalidInput(
                    _("There is no unit %(unit)s (there are %(known)s)")
                    % {"unit": options["unit"], "known": known},
                    field="unit",
                )
            member, password = hire(
                actor=Actor.system("บรรทัดคำสั่ง"),
                username=options["username"],
                full_name=options["name"],
                position=options["position"],
                unit=unit,
                roles=options["role"],
                post=options["post"],
                email=options["email"],
            )
        self._tell(member.user.username, password)

    def _password(self, options: dict[str, Any]) -> None:
        with clear_errors(), transaction.atomic():
            user = User.objects.filter(username__iexact=options["username"]).first()
            if user is None:
                raise InvalidInput(
                    _("No account has the user name %(username)s") % {"username": options["username"]},
                    field="username",
                )
            password = give_temporary_password(user, second_factors=options["second_factors"])
        self._tell(user.username, password)

    def _list(self, options: dict[str, Any]) -> None:
        with in_organization(options["organization"]):
            for member in members():
                closed = "" if member.is_active else "  (ปิดแล้ว)"
                unit = member.unit.name if member.unit else ""
                self.stdout.write(
                    f"{member.user.username}\t{member.user.full_name}\t{member.position}\t{unit}{closed}"
                )

    def _tell(self, username: str, password: str) -> None:
        self.stdout.write(f"ชื่อผู้ใช้ {username}\nรหัสผ่านชั่วคราว {password} (ต้องเปลี่ยนเมื่อเข้าสู่ระบบครั้งแรก)")
