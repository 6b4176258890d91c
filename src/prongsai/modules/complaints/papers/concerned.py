"""หนังสือภายนอก with which a person concerned is informed: what is asked for, what of it touches them, until when they may object.

It does not say who asks: that is nobody's business but the office's.
"""

from __future__ import annotations

from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.typeset import Document
from prongsai.kernel.thai.dates import long_date
from prongsai.modules.complaints.catalogue import in_force
from prongsai.modules.complaints.models import PersonConcerned
from prongsai.modules.complaints.papers.forwarding import Sender, letter_document
from prongsai.modules.complaints.selectors.forwarding import Letter

SUBJECT = "แจ้งให้เสนอคำคัดค้านการเปิดเผยข้อมูลข่าวสารของราชการ"
BY_LAW = "มาตรา 17 แห่งพระราชบัญญัติข้อมูลข่าวสารของราชการ พ.ศ. 2540"


def objection_document(person: PersonConcerned, *, office: Organization, sender: Sender) -> Document:
    """The letter to a person concerned, to be signed by pen; its day is written by pen, too."""
    case, days = person.case, in_force("objection", person.informed_on)["days"]
    until = long_date(person.object_by)
    to = "  ".join(filter(None, [person.name, " ".join(person.address.split())]))
    letter = Letter(
        agency=person.name,
        attention=to,
        subject=SUBJECT,
        cause=(
            f"ด้วย{office.name} ได้รับคำขอข้อมูลข่าวสารของราชการ เลขรับเรื่องที่ {case.number} "
            f"เมื่อวันที่ {long_date(case.received_on)} และเห็นว่าการเปิดเผยข้อมูลข่าวสารต่อไปนี้อาจกระทบถึงประโยชน์ได้เสียของท่าน\n"
            f"{person.about}"
        ),
        wish=(
            f"อาศัยอำนาจตาม{BY_LAW} จึงแจ้งให้ท่านทราบ หากประสงค์จะคัดค้าน ขอให้ทำเป็นหนังสือพร้อมเหตุผล "
            f"ส่งถึง{office.name} ภายในวันที่ {until} (ไม่น้อยกว่า {days} วันนับแต่วันที่ได้รับแจ้ง) "
            f"หากพ้นกำหนดแล้วไม่มีคำคัดค้าน {office.name}จะพิจารณาคำขอต่อไป\n"
            "จึงเรียนมาเพื่อทราบ"
        ),
        post=person.post,
        number=person.number,
    )
    return letter_document(
        letter,
        office=office,
        sender=sender,
        case_number=case.number,
        title="หนังสือแจ้งผู้มีประโยชน์ได้เสีย",
        encloses=False,
    )
