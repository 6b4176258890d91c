"""How sentences name the subjects of the seven measures."""

from __future__ import annotations

from collections.abc import Collection

from prongsai.kernel.contracts import Topic

TOPIC_PHRASES = {
    Topic.ANTI_CORRUPTION: "เกี่ยวกับการทุจริตและการปฏิบัติงานที่ไม่โปร่งใส",
    Topic.SERVICE: "เกี่ยวกับงานบริการ",
    Topic.DISCLOSURE: "เกี่ยวกับการเปิดเผยข้อมูล",
    Topic.ASSETS: "เกี่ยวกับการใช้ทรัพย์สินของราชการ",
    Topic.PROCUREMENT: "เกี่ยวกับการจัดซื้อจัดจ้าง",
    Topic.PEOPLE: "เกี่ยวกับการใช้อำนาจและการบริหารงานบุคคล",
    Topic.INTEGRITY: "เกี่ยวกับคุณธรรมและความโปร่งใสของหน่วยงาน",
}


# What people would tell the sealed channel, whose reports name no subject; complaints of others come by the other ways.
# Whoever asks about one of these has to ask the sealed channel as well: how many came, and whether it was open.
SEALED_TOPICS = frozenset({Topic.ANTI_CORRUPTION, Topic.INTEGRITY})


def topics_phrase(topics: Collection[Topic]) -> str:
    """`เกี่ยวกับ…` for the sentence of a count restricted to topics; empty for all of them."""
    return "และ".join(TOPIC_PHRASES[topic] for topic in Topic if topic in topics)
