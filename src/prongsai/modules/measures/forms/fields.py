"""Fields that only the measures need."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from prongsai.kernel.thai.digits import to_arabic

_WHOLE = re.compile(r"[0-9]{1,9}")


class WholeField(forms.CharField):
    """A whole number, in Thai or Arabic digits, with or without thousands' commas. Cleaned value: int or None."""

    default_error_messages = {"whole": _("Write a whole number, for example 12")}

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "in-s", "autocomplete": "off"})
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        text = to_arabic(str(value if value is not None else "")).replace(",", "").strip()
        if not text:
            return None
        if not _WHOLE.fullmatch(text):
            raise ValidationError(self.error_messages["whole"])
        return int(text)

    def run_validators(self, value: Any) -> None:
        """The pattern above says it all; CharField's validators are for text."""


class FigureField(forms.CharField):
    """A number, possibly with decimals, in Thai or Arabic digits. Cleaned value: Decimal or None."""

    default_error_messages = {"figure": _("Write a number, for example 4.51")}

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "in-s", "autocomplete": "off"})
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        text = to_arabic(str(value if value is not None else "")).replace(",", "").strip()
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise ValidationError(self.error_messages["figure"]) from None
        if not number.is_finite() or abs(number) >= 10**12 or "e" in text.lower():
            raise ValidationError(self.error_messages["figure"])
        return number

    def run_validators(self, value: Any) -> None:
        """As of `WholeField`."""
