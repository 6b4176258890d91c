"""Remarks and their answers."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from prongsai.ui.forms import Form


class RemarkForm(Form):
    text = forms.CharField(label=_("Remark"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))


class AnswerForm(Form):
    text = forms.CharField(label=_("Answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
