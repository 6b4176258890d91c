"""Declared screens. Everything that a module's `backoffice` needs of the kit comes from here."""

from prongsai.ui.screens.base import Action, Crumb, Link, Screen
from prongsai.ui.screens.columns import (
    BulkAction,
    ChoiceFilter,
    Column,
    Empty,
    Filter,
    PeriodFilter,
    TextFilter,
)
from prongsai.ui.screens.detail import DashboardScreen, DetailScreen, Figure, Panel
from prongsai.ui.screens.forms import ActionView, ConfirmScreen, FormScreen
from prongsai.ui.screens.lists import ListScreen
from prongsai.ui.screens.wizard import Step, WizardScreen

__all__ = [
    "Action",
    "ActionView",
    "BulkAction",
    "ChoiceFilter",
    "Column",
    "ConfirmScreen",
    "Crumb",
    "DashboardScreen",
    "DetailScreen",
    "Empty",
    "Figure",
    "Filter",
    "FormScreen",
    "Link",
    "ListScreen",
    "Panel",
    "PeriodFilter",
    "Screen",
    "Step",
    "TextFilter",
    "WizardScreen",
]
