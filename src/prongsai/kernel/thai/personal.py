"""Finds what must not be published: identity numbers and telephone numbers (พ.ร.บ.คุ้มครองข้อมูลส่วนบุคคล 2562).

And what of a text that is to go stands again in another that stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from prongsai.kernel.thai.digits import to_arabic
from prongsai.kernel.thai.words import segment

_IDENTITY = re.compile(r"(?<!\d)\d(?:[- ]?\d){12}(?!\d)")
_MOBILE = re.compile(r"(?<!\d)0[689]\d?[- ]?\d{3,4}[- ]?\d{3,4}(?!\d)")


def personal_data(text: str) -> list[str]:
    """The identity numbers (with a right check digit) and mobile numbers in `text`, as they are written."""
    arabic = to_arabic(text)
    identity = [m.span() for m in _IDENTITY.finditer(arabic) if _is_identity_number(m.group())]
    mobile = [
        m.span()
        for m in _MOBILE.finditer(arabic)
        if len(re.sub(r"\D", "", m.group())) == 10 and not any(a <= m.start() < b for a, b in identity)
    ]
    return [text[start:end] for start, end in sorted(identity + mobile)]


def _is_identity_number(written: str) -> bool:
    digits = [int(d) for d in re.sub(r"\D", "", written)]
    total = sum(digit * weight for digit, weight in zip(digits, range(13, 1, -1), strict=False))
    return (11 - total % 11) % 10 == digits[12]


# -- what is said again -------------------------------------------------------------------------------------

_FORMS_OF_ADDRESS = frozenset(
    [
        "นาย",
        "นาง",
        "นางสาว",
        "น.ส.",
        "คุณ",
        "เด็กชาย",
        "เด็กหญิง",
        "ด.ช.",
        "ด.ญ.",
        "พระ",
        "Mr",
        "Mrs",
        "Ms",
        "Miss",
    ]
)
_NUMBER = re.compile(r"\d(?:[-–./ ]?\d){4,}")  # five digits or more, however they are set apart
_ADDRESS = re.compile(r"[^\s,;:<>()]+@[^\s,;:<>()]+")
_SET_APART = re.compile(r"[\W_]+")
_SHORT_NAME = 4  # letters, marks above and below not counted, that tell a given name from other words
_PASSAGE = 24  # letters in one run that are no chance


def repeated(said: str, erased: Iterable[str], *, known: Iterable[str] = ()) -> str:
    """What `said` repeats of the texts that are to go, as it stands there; "" when it repeats nothing.

    Looks for numbers of five digits and more, e-mail addresses, the given names that follow a form of address, and
    passages of 24 letters; not for what stands in `known` anyhow. Spacing, punctuation and Thai digits do not hide it.
    """
    texts = [to_arabic(text) for text in erased]
    stays = "".join(map(_squeezed, known))
    for piece in _telling(texts):
        if _squeezed(piece) in _squeezed(said) and _squeezed(piece) not in stays:
            return piece.strip()
    gone, plain = [_squeezed(text) for text in texts], _squeezed(said)
    for at in range(len(plain) - _PASSAGE + 1):
        passage = plain[at : at + _PASSAGE]
        if passage not in stays and any(passage in text for text in gone):
            return passage
    return ""


def _telling(texts: Iterable[str]) -> Iterator[str]:
    """The numbers, addresses and given names in the texts."""
    for text in texts:
        yield from _NUMBER.findall(text)
        yield from _ADDRESS.findall(text)
        yield from _given_names(text)


def _given_names(text: str) -> Iterator[str]:
    words = segment(text)
    for at, word in enumerate(words):
        if word not in _FORMS_OF_ADDRESS:
            continue
        name = ""
        for part in words[at + 1 :]:
            if not name and part in {" ", "."}:
                continue
            if sum(map(str.isalnum, name)) >= _SHORT_NAME or not _SET_APART.sub("", part):
                break
            name += part
        if len(name) > 1:
            yield name


def _squeezed(text: str) -> str:
    """Letters and digits alone, so that neither spaces nor hyphens keep two texts apart."""
    return "".join(c for c in to_arabic(text).casefold() if c.isalnum() or "\u0e00" <= c <= "\u0e7f")


# -- what is shown to everybody ---------------------------------------------------------------------------------

_HOUSE = re.compile(r"(?:บ้าน)?เลขที่\s*\d+(?:/\d+)?|(?<![\d/])\d{1,4}/\d{1,4}(?![\d/])")
_HOME = re.compile(r"(?:หน้า|หลัง|ข้าง|ใกล้|ติด|ตรงข้าม|รั้ว|ที่)\s*บ้าน")
_KIN = frozenset(["ปู่", "ย่า", "ตา", "ยาย", "ลุง", "ป้า", "น้า", "พี่", "น้อง", "เจ๊", "เฮีย"])


def name_parts(name: str) -> list[str]:
    """What of a person's name may not stand in a public text: each part, with its form of address and without, if it
    has three letters or more; a form of address that stands alone is no name, two in one word are (พระนาย)."""
    parts = [e for word in name.split() for e in (word, _TITLES.sub("", word) or _FIRST_TITLE.sub("", word))]
    names = (part for part in parts if part not in _FORMS_OF_ADDRESS and not _RANK.fullmatch(part))
    return [part for part in dict.fromkeys(names) if len(part) > 2]


def telling(text: str, *, name: str = "") -> list[str]:
    """What of a short public text may tell who somebody is or where they live, as far as words show it.

    Numbers and addresses of people, names after a form of address or a word for kin, house numbers, somebody's home,
    and what stands in `name`. It rather finds too much: who reads the text decides about what is none.
    """
    plain = to_arabic(text)
    found = [*personal_data(plain), *_telling([plain])]
    found += _HOUSE.findall(plain) + _HOME.findall(plain)
    found += [word for word in segment(plain) if word in _KIN]
    found += [part for part in name_parts(name) if part in text]
    return list(dict.fromkeys(" ".join(each.split()) for each in found))


# -- what is told to others ------------------------------------------------------------------------------------

CALLED = "ผู้แจ้ง"
_TITLE = r"(?:(?:นางสาว|นาง|นาย|คุณ|เด็กชาย|เด็กหญิง|พระ|ว่าที่|[ก-ฮ]{1,3}\.)\s*)"
_TITLES = re.compile(rf"^{_TITLE}{{1,6}}")
_FIRST_TITLE = re.compile(rf"^{_TITLE}")
_RANK = re.compile(r"(?:ว่าที่|[ก-ฮ]{1,3}\.)+")
_SALUTATION = re.compile(r"\A\s*(เรียน|ถึง)[ \t]+[^\n]{1,60}(?=\n\s*\S)")
_LONG_NAME = 4  # letters that tell a name from other words even where no form of address stands before it


def unnamed(text: str, *, name: str = "", others: Iterable[str] = ()) -> str:
    """The text without what tells whom it was written for: their name, in whole or in part, and `others` of theirs.

    A first line that is a salutation calls nobody by name. Thai digits and the spacing of numbers hide nothing.
    """
    text = _SALUTATION.sub(lambda found: f"{found[1]} {CALLED}", text)
    bare = _TITLES.sub("", name.strip())
    for part in sorted({name.strip(), bare, *bare.split()}, key=len, reverse=True):
        if len(part) > 1:
            before = _TITLE + ("{0,6}" if len(part) >= _LONG_NAME else "{1,6}")
            text = re.sub(before + r"\s+".join(map(re.escape, part.split())), CALLED, text)
    for other in filter(None, (each.strip() for each in others)):
        text = re.sub(_however_written(other), "…", text, flags=re.IGNORECASE)
    return text


def named_in(text: str, *, name: str = "", others: Iterable[str] = ()) -> list[str]:
    """The words of a text that tell whom it is from: parts of their name (`name_parts`), numbers and addresses of theirs."""
    found = [part for part in name_parts(name) if part in text]
    for other in filter(None, (each.strip() for each in others)):
        found += re.findall(_however_written(other), text, flags=re.IGNORECASE)
    return [
        word for word in dict.fromkeys(found) if not any(word != other and word in other for other in found)
    ]


def _however_written(said: str) -> str:
    """A pattern for a number with other spaces, hyphens or digits, or for an address as it stands."""
    digits = re.sub(r"\D", "", to_arabic(said))
    if "@" in said or len(digits) < 6:
        return re.escape(said)
    return "[- .]*".join(f"[{digit}{chr(0x0E50 + int(digit))}]" for digit in digits)
