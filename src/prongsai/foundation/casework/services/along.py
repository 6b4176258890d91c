"""What stands in a message that goes out beside what was said: where its files are, and the closing question.

Only in what goes out: the conversation shows the files themselves, and the tracking page asks with buttons.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case
from prongsai.foundation.channels.connectors.carrying import carried
from prongsai.foundation.channels.models import ChannelKind
from prongsai.foundation.channels.selectors import channel_of
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel.thai.dates import long_date

# How a reply by mail or in a chat answers the closing question. Whoever takes a kind's messages in understands them.
SATISFIED, UNSATISFIED = "พอใจ", "ไม่พอใจ"


def told_along(case: Case, text: str, *, channel_kind: str, files: Sequence[StoredFile], asks: bool) -> str:
    """The text as it goes out by a channel of this kind. It never holds a tracking code."""
    parts = [text]
    if files or asks:
        page = _page(case)
        parts += [
            _where_files_are(files, channel_kind, page),
            _question(case, channel_kind, page) if asks else "",
        ]
    return "\n\n".join(filter(None, parts))


def _page(case: Case) -> str:
    """Where a citizen finds the case by its code, as far as the kind has such a page."""
    path = public_path(case, case_kind(case.kind).find_url_name)
    return f"หน้าติดตามเรื่อง {settings.BASE_URL}{path}" if path else "หน้าติดตามเรื่อง"


def public_path(case: Case, name: str, *args: str) -> str:
    """The address of a public page of the case's office, below the site; "" where there is no such page."""
    if not name:
        return ""
    key = Organization.objects.values_list("key", flat=True).get(pk=case.organization_id)
    try:
        return reverse(name, args=[key, *args])
    except NoReverseMatch:
        return ""


def _where_files_are(files: Sequence[StoredFile], channel_kind: str, page: str) -> str:
    """Where those are that the message itself does not carry; "" when it carries all of them."""
    along = {file.sha256 for file in carried(channel_kind, files)}
    left = [file.name for file in files if file.sha256 not in along]
    if not left:
        return ""
    if channel_kind != ChannelKind.EMAIL:
        return f"มีไฟล์แนบ {len(left)} ไฟล์ เปิดดูได้ที่{page} ด้วยรหัสติดตามของท่าน"
    return f"ไฟล์ที่ใหญ่เกินกว่าจะส่งทางอีเมล เปิดดูได้ที่{page} ด้วยรหัสติดตามของท่าน: {', '.join(left)}"


def _question(case: Case, channel_kind: str, page: str) -> str:
    """Is the citizen satisfied, and how they say so: by a reply, where one reaches the office."""
    kind = case_kind(case.kind)
    if case.closed_on is None:
        return ""
    reply = f"ตอบกลับข้อความนี้ว่า “{SATISFIED}” หรือ “{UNSATISFIED}” หรือ" if _takes_replies(channel_kind) else ""
    until = long_date(case.closed_on + timedelta(days=kind.reopen_days))
    again = " หากไม่พอใจ เจ้าหน้าที่จะพิจารณาอีกครั้ง" if kind.reopen_act and case.may_reopen else ""
    return f"เรื่องเลขที่ {case.number} ท่านพอใจกับผลการดำเนินการหรือไม่ {reply}ตอบที่{page} ภายในวันที่ {until}{again}"


def _takes_replies(channel_kind: str) -> bool:
    """Mail may go by the installation's own server: what is answered to that reaches no office."""
    return channel_kind != ChannelKind.EMAIL or channel_of(channel_kind) is not None
