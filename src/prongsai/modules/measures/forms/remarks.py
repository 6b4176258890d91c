"""Remarks of reviewers and auditors."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from prongsai.ui.forms import Form


class RemarkForm(Form):
    text = forms.CharField(label=_("Your remark"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
