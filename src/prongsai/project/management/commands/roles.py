"""`prongsai roles`: what the administrator of an office's own PostgreSQL has to run once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from prongsai.project.postgres import APPLICATION, DATABASE, OWNER, ROLES_SQL

TEXT = f"""\
-- สำหรับผู้ดูแล PostgreSQL (รุ่น 15 ขึ้นไป): สั่งครั้งเดียวด้วยบัญชี superuser ผ่าน psql ทำซ้ำได้
{ROLES_SQL.strip()}
SELECT 'CREATE DATABASE {DATABASE} OWNER {OWNER} ENCODING ''UTF8'' TEMPLATE template0'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
-- จากนั้นตั้งรหัสผ่านของสองบัญชี (psql จะถาม ไม่ปรากฏบนจอและในบันทึก):
--   \\password {OWNER}
--   \\password {APPLICATION}
"""


class Command(BaseCommand):
    help = "พิมพ์คำสั่ง SQL สร้างบัญชีและฐานข้อมูลบน PostgreSQL ของสำนักงาน"
    requires_system_checks = []  # type: ignore[assignment]

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(TEXT, ending="")
