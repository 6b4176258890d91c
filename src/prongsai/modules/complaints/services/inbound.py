"""What people write by mail, LINE, Facebook or a webhook becomes a case, or goes on with the one that they mean."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from prongsai.foundation.casework.codes import code_in
from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.selectors import asked_of_sender, case_of_sender
from prongsai.foundation.casework.services import (
    CITIZEN,
    Contact,
    NumberNeeded,
    Place,
    answer_closing,
    common,
    correct,
    find_case,
    hear,
    may_answer,
    open_case,
)
from prongsai.foundation.casework.services.along import SATISFIED, UNSATISFIED
from prongsai.foundation.casework.services.outgoing import about_case, case_id_in
from prongsai.foundation.channels.models import Channel, ChannelKind
from prongsai.foundation.channels.selectors import answered_by
from prongsai.foundation.channels.services import send
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.cases import Phase
from prongsai.kernel.contracts import InboundMessage
from prongsai.kernel.registry import registry
from prongsai.modules.complaints.catalogue import Category
from prongsai.modules.complaints.choices import GRIEVANCE, KINDS
from prongsai.modules.complaints.selectors.guessing import guess, is_known, speaks_of_corruption, village_in
from prongsai.modules.complaints.services.routing import Matter, hand_on, route
from prongsai.modules.complaints.titles import opening_words, title_of

CHATS = {ChannelKind.LINE.value, ChannelKind.FACEBOOK.value}
SHORT = 40  # letters: a detail, an address
SAME_BREATH = timedelta(minutes=30)  # several lines of one report
SPOKEN = timedelta(days=3)  # after the office has written, what comes is an answer
YES, NO = (SATISFIED,), (UNSATISFIED, "ไม่ค่อยพอใจ")
QUOTES = "“”\"'‘’«»"  # as the question that was answered has them
# What thanks and a yes are made of, the longer words first: no word is read in two ways, however long the text.
COURTESY = re.compile(
    r"(?>ขอบพระคุณ|ขอบคุณ|ขอบใจ|รับทราบ|ทราบแล้ว|เรียบร้อย|โอเค|เยี่ยม|ถูกต้อง|ใช่|ได้|ดี|มากมาย|มาก|แล้ว|เลย|เจ้าหน้าที่|ทุกท่าน|ท่าน"
    r"|ครับผม|ครับ|คับ|ค่ะ|คะ|จ้า|จ้ะ|จ๊ะ|นะ|ๆ|thankyou|thanks|thank|okay|ok|yes)++",
    re.IGNORECASE,
)


def receive(message: InboundMessage) -> str:
    """Take a message: a case, or a message of the case that it goes on with. Says which: `case:12`, `message:34`.

    Self-checks go the whole way of a new case; whoever calls takes them back. Raises InvalidInput for what has neither
    text nor file.
    """
    if message.is_check:
        return _opened(message)
    known = Case.objects.filter(channel_kind=message.channel_kind, source_key=source_key(message)).first()
    if known is not None:
        return f"case:{known.pk}"
    if message.channel_kind in CHATS and (linked := _linked(message)):
        return linked
    case = _meant(message)
    if case is not None:
        return _heard(message, case)
    return _opened(message)


def source_key(message: InboundMessage) -> str:
    """What keeps a message to one case or one message of a case, however often it comes."""
    return common.key(message.source_key or f"inbound:{message.id}")


# --- a case that is there ---


def _meant(message: InboundMessage) -> Case | None:
    """The case that the message goes on with, by what it answers or by who writes; None for a new matter.

    Never by where it wants its answer: anybody can name a citizen there, and would speak in their name.
    """
    case = _answered(message.thread) if message.channel_kind == ChannelKind.EMAIL else None
    if case is not None:
        return case
    words = f"{message.subject} {message.text}"
    who = {"channel_kind": message.channel_kind, "sender": message.sender, "module": "complaints"}
    if _judged(message.text) is not None:
        asked = asked_of_sender(**who, text=words)
        if asked is not None and may_answer(asked) and goes_on(asked, message):
            return asked
    case = case_of_sender(**who, text=words)
    return case if case is not None and goes_on(case, message) else None


def _answered(thread: str) -> Case | None:
    """The case about which the mail was that this one answers."""
    case = case_id_in(answered_by(thread))
    return Case.objects.filter(pk=case, kind__in=KINDS, erased_at=None).first() if case is not None else None


def goes_on(case: Case, message: InboundMessage) -> bool:
    """Whether somebody who has a case means it by what they write now, rather than another matter.

    They do when they name it, when the office waits for them or has just written to them, when lines come in one
    breath, and when what they write is short. They do not when their words say another subject, or another village.
    To a closed case belong thanks, the answer to its closing question, and pictures without a word: whatever else is
    written is a new matter, which nobody would see there.
    """
    text = f"{message.subject} {message.text}".strip()
    if case.number in text or case.phase == Phase.WAITING:
        return True
    subject, village = guess(text), village_in(text)
    elsewhere = bool(village and case.village and village != case.village)
    if (is_known(subject) and subject.key != case.category) or elsewhere:
        return False
    if not case.is_open:
        return not _beyond_courtesy(text) or (may_answer(case) and _judged(text) is not None)
    if len(text) <= SHORT:
        return True
    now = clock.now()
    spoken = CaseMessage.objects.filter(case=case).order_by("-id").first()
    last = spoken.at if spoken else case.received_at
    if spoken is not None and spoken.direction == CaseMessage.Direction.OUT:
        return last > now - SPOKEN
    return last > now - SAME_BREATH or subject.key == case.category


def _heard(message: InboundMessage, case: Case) -> str:
    said = message.text.strip()
    if may_answer(case) and (judged := _judged(said.replace(case.number, " "))) is not None:
        satisfied, more = judged
        answer_closing(case=case, satisfied=satisfied)
        if not more and not message.files:
            return f"case:{case.pk}"
    heard = hear(
        case=case,
        text=said,
        channel_kind=message.channel_kind,
        source_key=source_key(message),
        files=_files(message),
    )
    return f"message:{heard.pk}"


def _judged(text: str) -> tuple[bool, str] | None:
    """What somebody answers to the closing question in a chat, and what more they say; None for anything else."""
    plain = "".join(text.split()).lstrip(QUOTES)
    for answers, satisfied in ((NO, False), (YES, True)):
        for answer in answers:
            if plain.startswith(answer):
                return satisfied, _beyond_courtesy(plain.removeprefix(answer))
    return None


def _beyond_courtesy(text: str) -> str:
    """The letters and digits of a text that are more than thanks or a yes."""
    plain = "".join(c for c in text if c.isalnum() or "\u0e00" <= c <= "\u0e7f")
    return "" if COURTESY.fullmatch(plain) else plain


# --- a tracking code in a chat: from now on the answers of that case come here ---


def _linked(message: InboundMessage) -> str:
    """The case whose code somebody sent, now answered here; "" when the message is something else."""
    code = code_in(message.text)
    if not code:
        return ""
    try:
        case = find_case(code=code, address="")
    except NumberNeeded:
        return ""
    if case is None or case.kind not in KINDS or case.erased_at is not None:
        return ""
    known = replace(Contact.of(case), handle=message.sender)
    wish = {"answer_by": message.channel_kind}
    correct(actor=CITIZEN, case=case, contact=known, details={**case.details, **wish})
    state = registry().case_kinds[case.kind].workflow.state(case.state)
    send(
        channel_kind=message.channel_kind,
        recipient=message.sender,
        text=f"เรื่องเลขที่ {case.number} ขณะนี้: {state.title} คำตอบของเรื่องนี้จะส่งมาที่แชตนี้ด้วย",
        reply_to=message.reply_to,
        reply_until=message.reply_until,
        key=f"complaints.linked:{message.id}",
        subject_ref=about_case(case),
    )
    return f"case:{case.pk}"


# --- a new case ---


def _opened(message: InboundMessage) -> str:
    words = f"{message.subject}\n{message.text}".strip()
    category = guess(words)
    village = village_in(words)
    led = route(
        Matter(kind=category.kind, category=category.key, village=village, place=message.text, text=words)
    )
    opened = open_case(
        actor=CITIZEN,
        kind=category.kind,
        title=_title(message, category, village),
        body=message.text,
        category=category.key,
        topic=category.topic,
        channel_kind=message.channel_kind,
        channel=Channel.objects.filter(pk=message.channel_id).first(),
        source_key=source_key(message),
        contact=_contact(message),
        place=Place(village=village),
        files=_files(message),
        unit=led.unit,
        is_urgent=led.is_urgent,
        is_check=message.is_check,
        is_guessed=not message.is_check,
        received_at=message.received_at,
        reply_to=message.reply_to,
        reply_until=message.reply_until,
        tell=_sealed_channel() if speaks_of_corruption(words) else "",
    )
    hand_on(opened, led)
    return f"case:{opened.case.pk}"


def _title(message: InboundMessage, category: Category, village: str) -> str:
    if subject := opening_words(message.subject):
        return subject
    if category.kind == GRIEVANCE:
        return title_of(category, message.text, village)
    return opening_words(message.text) or category.title


def _contact(message: InboundMessage) -> Contact:
    if message.channel_kind == ChannelKind.EMAIL:
        return Contact(name=message.sender_name, email=message.answer_to or message.sender)
    return Contact(name=message.sender_name, handle=message.sender, anonymous=not message.sender)


def _files(message: InboundMessage) -> list[StoredFile]:
    return list(StoredFile.objects.filter(sha256__in=message.files)) if message.files else []


def _sealed_channel() -> str:
    """What was written stands in the common inbox; what else they know belongs into the channel that nobody else reads."""
    try:
        key = Organization.objects.only("key").get(pk=current_organization_id()).key
        path = reverse("whistle", args=[key])
    except NoReverseMatch:
        return ""
    return (
        f"ถ้าเป็นเรื่องทุจริต อย่าส่งรายละเอียดเพิ่มทางนี้ แจ้งทางช่องทางลับซึ่งผู้ไม่เกี่ยวข้องเปิดอ่านไม่ได้ {settings.BASE_URL}{path}"
    )
