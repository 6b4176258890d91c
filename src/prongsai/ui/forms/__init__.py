"""Forms of the workspace: `Form` and the fields that an office needs. They work without scripts; scripts only help."""

from prongsai.ui.forms.base import Form, Section
from prongsai.ui.forms.choosing import (
    CardChoiceField,
    Described,
    PersonField,
    UnitField,
    UnitsField,
    VisibilityField,
)
from prongsai.ui.forms.dates import FiscalYearField, PeriodField, ThaiDateField
from prongsai.ui.forms.files import FilesField
from prongsai.ui.forms.money import MoneyField
from prongsai.ui.forms.points import PointField

__all__ = [
    "CardChoiceField",
    "Described",
    "FilesField",
    "FiscalYearField",
    "Form",
    "MoneyField",
    "PeriodField",
    "PersonField",
    "PointField",
    "Section",
    "ThaiDateField",
    "UnitField",
    "UnitsField",
    "VisibilityField",
]
