"""What the ledger keeps about channels. All of it is public: an office's ways in are nobody's secret.

Only what single messages were, and who looks from outside, is the office's own; how many messages nobody has looked at
is public.
"""

from __future__ import annotations

from prongsai.kernel.contracts import FactKind

OPENED = "channel_opened"
CHANGED = "channel_changed"
CLOSED = "channel_closed"
ALIVE = "channel_alive"
DOWN = "channel_down"
UP = "channel_up"
CHECKED = "channel_checked"
DAYS_COUNTED = "channel_days_counted"
UNSEEN = "channel_messages_unseen"
PROBER_MADE = "channel_prober_made"
PROBER_STOPPED = "channel_prober_stopped"
SET_ASIDE = "channel_message_set_aside"
LINKS_SEEN = "channel_links_seen"
CONNECTED = "channel_connected"

KINDS = (
    FactKind(OPENED, "เปิดช่องทาง", "Channel opened"),
    FactKind(CHANGED, "แก้ไขข้อมูลช่องทาง", "Channel changed"),
    FactKind(CLOSED, "ปิดช่องทาง", "Channel closed"),
    FactKind(ALIVE, "ตรวจแล้วช่องทางใช้ได้", "Channel found working"),
    FactKind(DOWN, "ช่องทางขัดข้อง", "Channel found down"),
    FactKind(UP, "ช่องทางกลับมาใช้ได้", "Channel works again"),
    FactKind(CHECKED, "เจ้าหน้าที่ลงชื่อตรวจช่องทาง", "Channel check signed by an officer"),
    FactKind(DAYS_COUNTED, "นับวันที่ช่องทางเปิดใช้ได้ประจำเดือน", "Month's open days of the channels counted"),
    FactKind(UNSEEN, "นับข้อความที่ยังไม่มีผู้ดูประจำเดือน", "Month's messages that nobody has looked at"),
    FactKind(SET_ASIDE, "ไม่รับข้อความที่เข้ามาเป็นเรื่อง", "Message set aside"),
    FactKind(LINKS_SEEN, "ตรวจการเชื่อมโยงระหว่างช่องทาง", "Links between channels looked at"),
    FactKind(CONNECTED, "เชื่อมต่อหรือเลิกเชื่อมต่อช่องทางกับระบบ", "Channel connected or disconnected"),
    FactKind(PROBER_MADE, "ออกกุญแจเครื่องตรวจจากภายนอก", "Key for a check from outside made"),
    FactKind(PROBER_STOPPED, "เลิกใช้เครื่องตรวจจากภายนอก", "Check from outside stopped"),
)

# By these it is known which channels there were, what they were for, and on which days they were open: what they say is
# not erased. A closing counts by its day alone, so the reason that somebody typed can be.
COUNTED_BY = (OPENED, CHANGED, CHECKED, DOWN, UP, DAYS_COUNTED, UNSEEN)
