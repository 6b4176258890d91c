"""หนังสือภายนอก with which a case is passed on to the agency whose duty it is.

Form: ระเบียบสำนักนายกรัฐมนตรีว่าด้วยงานสารบรรณ พ.ศ. 2526 ข้อ 11 (หนังสือภายนอก): number, office, day, subject, to whom, enclosures,
text (cause, wish), closing, signature, the unit that it comes from with its telephone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from prongsai.foundation.accounts.selectors import post_title, signatory
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.typeset import Document, LetterHead, Paragraph, Signature, Signatures
from prongsai.kernel import clock
from prongsai.kernel.thai.dates import long_date, month_and_year
from prongsai.kernel.thai.digits import to_thai
from prongsai.modules.complaints.selectors.forwarding import Letter

CLOSING = "ขอแสดงความนับถือ"
SAMPLE = "ข้อมูลตัวอย่าง"
BLANK = "." * 14
ADDRESS = re.compile(r"@|://|^www\.", re.IGNORECASE)


@dataclass(frozen=True)
class Sender:
    """The unit that the letter comes from."""

    unit: str
    phone: str = ""
    email: str = ""


def letter_document(
    letter: Letter,
    *,
    office: Organization,
    sender: Sender,
    case_number: str,
    title: str = "หนังสือส่งเรื่อง",
    encloses: bool = True,
) -> Document:
    """The letter, to be printed on paper that carries the garuda and signed by pen."""
    enclosure = ("สิ่งที่ส่งมาด้วย", f"สำเนาเรื่อง เลขที่ {to_thai(case_number)} จำนวน ๑ ชุด")
    return Document(
        title=f"{title} {case_number}",
        blocks=(
            LetterHead(
                number=f"ที่ {numbered(letter, office)}",  # room for pen where there is none
                office=address_of(office),
                day=day_of(letter.dated),
                lines=(
                    ("เรื่อง", in_thai_digits(letter.subject)),
                    ("เรียน", in_thai_digits(letter.attention)),
                    *((enclosure,) if encloses else ()),
                ),
            ),
            *(Paragraph(line, indent=True) for line in _lines(letter.cause)),
            *(Paragraph(line, indent=True) for line in _lines(letter.wish)),
            Signatures((_signed(letter, office),), align="end", closing=CLOSING),
            *(Paragraph(line) for line in _from(sender)),
        ),
        moment=clock.now(),
        author=office.name,
        notices=(SAMPLE,) if office.is_sample else (),
        keep=(office.name, office.short_name, letter.agency),
        is_letter=True,
    )


def numbered(letter: Letter, office: Organization) -> str:
    """บร ๗๒๕๐๑/๑๒๓; without a number dotted room is left behind the office's own code, or for all of it."""
    said = letter.number.strip() or f"{office.document_code}/"
    if said == "/":
        return BLANK
    return to_thai(said) + (BLANK if said.endswith("/") else "")


def in_thai_digits(text: str) -> str:
    """The text with Thai digits, as the whole paper has them; addresses of mail and pages stay as they must be typed."""
    return re.sub(r"\S+", lambda word: word[0] if ADDRESS.search(word[0]) else to_thai(word[0]), text)


def _lines(text: str) -> list[str]:
    return [line for line in in_thai_digits(text).splitlines() if line.strip()]


def address_of(office: Organization) -> tuple[str, ...]:
    """ที่ทำการองค์การบริหารส่วนตำบล…, its address line by line."""
    where = " ".join(
        filter(
            None,
            [_named("อำเภอ", office.district), _named("จังหวัด", office.province), to_thai(office.postcode)],
        )
    )
    house = "ที่ทำการ" if office.name.startswith("องค์การ") else "สำนักงาน"
    return tuple(filter(None, [f"{house}{office.name}", to_thai(office.address), where]))


def _named(kind: str, name: str) -> str:
    return name if not name or name.startswith((kind, "เขต", "กรุงเทพ")) else kind + name


def day_of(day: date | None) -> str:
    """๑๔ สิงหาคม ๒๕๖๘; without a day its month and year, and room for the day."""
    if day is not None:
        return long_date(day, thai_digits=True)
    return to_thai(f"{BLANK} {month_and_year(clock.today())}")


def _signed(letter: Letter, office: Organization) -> Signature:
    """Whoever signs for the post on the letter's day; without a name, to be written by pen, where nobody is known."""
    found = signatory(letter.post, letter.dated or clock.today())
    if found is None:
        return Signature("", (post_title(letter.post, office),))
    if found.acting:
        return Signature(found.name, found.position)
    return Signature(found.name, (post_title(letter.post, office),))


def _from(sender: Sender) -> list[str]:
    lines = [sender.unit]
    if sender.phone:
        lines.append(f"โทร. {to_thai(sender.phone)}")
    if sender.email:
        lines.append(f"ไปรษณีย์อิเล็กทรอนิกส์ {sender.email}")
    return [line for line in lines if line]
