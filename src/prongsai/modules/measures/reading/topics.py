"""A measure's topic, guessed from the wording of its title."""

from __future__ import annotations

import re

from prongsai.kernel.contracts import Topic

# (what the title says, topic, weight). The highest sum wins; a tie goes to the topic named first.
_WORDING: tuple[tuple[str, Topic, int], ...] = (
    (r"จัดซื้อ|จัดจ้าง|พัสดุ", Topic.PROCUREMENT, 6),
    (r"ใช้จ่ายงบประมาณ|งบประมาณ", Topic.PROCUREMENT, 4),
    (r"ทรัพย์สิน|ครุภัณฑ์", Topic.ASSETS, 6),
    (r"บริหารงานบุคคล|บริหารบุคคล|ทรัพยากรบุคคล|บุคลากร|บรรจุ|แต่งตั้ง|เลื่อนขั้น|ใช้อำนาจ", Topic.PEOPLE, 5),
    (r"เปิดเผย|เผยแพร่|ข้อมูลข่าวสาร|ประชาสัมพันธ์", Topic.DISCLOSURE, 5),
    (r"ช่องทางการติดต่อ|ช่องทางการสื่อสาร|สื่อสาร", Topic.DISCLOSURE, 4),
    (r"ให้บริการ|การบริการ|บริการประชาชน|e-?service|คู่มือ|ผู้รับบริการ|ออนไลน์", Topic.SERVICE, 5),
    (r"มีส่วนร่วม|ผู้มีส่วนได้ส่วนเสีย", Topic.DISCLOSURE, 3),
    (r"ทุจริต|สินบน|ประพฤติมิชอบ|ของขวัญ|no ?gift|ผลประโยชน์ทับซ้อน|ขัดกัน|ร้องเรียน", Topic.ANTI_CORRUPTION, 5),
    (r"ทรัพยากรบุคคล", Topic.PEOPLE, 2),
    (r"จริยธรรม|คุณธรรม|ธรรมาภิบาล", Topic.INTEGRITY, 3),
    (r"โปร่งใส", Topic.INTEGRITY, 1),
)


def guess_topic(title: str) -> Topic | None:
    """The topic that the title's wording speaks of most, or None where it says nothing known."""
    plain = re.sub(r"\s+", " ", title).lower()
    scores: dict[Topic, int] = {}
    for pattern, topic, weight in _WORDING:
        if re.search(pattern, plain):
            scores[topic] = scores.get(topic, 0) + weight
    return max(scores, key=lambda topic: scores[topic]) if scores else None
