"""Finds what must not be published: identity numbers and telephone numbers (พ.ร.บ.คุ้มครองข้อมูลส่วนบุคคล 2562)."""

from __future__ import annotations

import re

from prongsai.kernel.thai.digits import to_arabic

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
