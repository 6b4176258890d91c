"""Amounts of money as an office writes them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from prongsai.kernel.thai.digits import to_arabic

_AMOUNT = re.compile(r"([-−]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?")
_AROUND = re.compile(r"^฿|บาท(ถ้วน)?$|baht$|thb$|\.-$", re.IGNORECASE)
DIGITS = 15


def read_money(text: str) -> Decimal:
    """Baht and satang from "1,250.50", "๑,๒๕๐ บาท". Raises ValidationError with the exact reason."""
    plain = re.sub(r"\s+", "", to_arabic(text))
    match = _AMOUNT.fullmatch(_AROUND.sub("", plain))
    if match is None:
        raise ValidationError(_("Write the amount in figures, for example 1,250.50"))
    sign, whole, satang = match.groups()
    whole = whole.replace(",", "").lstrip("0") or "0"
    if sign:
        raise ValidationError(_("The amount cannot be less than zero"))
    if satang and len(satang.rstrip("0")) > 2:
        raise ValidationError(_("The amount has at most two decimals"))
    if len(whole) > DIGITS:
        raise ValidationError(_("The amount is too large: look at the number of digits again"))
    return Decimal(f"{whole}.{(satang or '0')[:2]}").quantize(Decimal("0.01"))


class MoneyInput(forms.TextInput):
    template_name = "ui/forms/money.html"

    def format_value(self, value: Any) -> str | None:
        return f"{value:,.2f}" if isinstance(value, (Decimal, int)) else value


class MoneyField(forms.Field):
    """An amount in baht. Thai digits, commas and the word บาท are understood. Cleaned value: Decimal with two places, or None.

    `least` and `most` bound it, both included.
    """

    widget = MoneyInput
    default_error_messages = {
        "required": _("Fill in the amount"),
        "least": _("The amount is at least %(limit)s baht"),
        "most": _("The amount is at most %(limit)s baht"),
    }

    def __init__(self, *, least: Decimal | None = None, most: Decimal | None = None, **kwargs: Any) -> None:
        self.least, self.most = least, most
        super().__init__(**kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, (Decimal, int)):
            return Decimal(value).quantize(Decimal("0.01"))
        return read_money(value) if value and str(value).strip() else None

    def validate(self, value: Decimal | None) -> None:
        super().validate(value)
        if value is None:
            return
        for key, limit, broken in (
            ("least", self.least, self.least is not None and value < self.least),
            ("most", self.most, self.most is not None and value > self.most),
        ):
            if broken:
                raise ValidationError(self.error_messages[key], params={"limit": f"{limit:,.2f}"})

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True
