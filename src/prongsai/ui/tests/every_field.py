"""A form with every field of the kit, and pages that show it in every state. For tests only."""

from __future__ import annotations

from datetime import date

from django import forms as plain
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from django.views.decorators.csrf import ensure_csrf_cookie

from prongsai.kernel.contracts import Period
from prongsai.ui import forms
from prongsai.ui.access import signed_in

YEAR = Period.fiscal_year(2568)
TODAY = date(2025, 8, 14)
KINDS = [
    ("meeting", "ประชุม"),
    ("notice", "ประกาศ"),
    ("order", "คำสั่ง"),
    ("circular", "บันทึกแจ้งเวียน"),
    ("plan", "แผน"),
    ("other", "อื่น ๆ"),
]

PAGE = """{% load prongsai %}<!doctype html><html lang="{{ language }}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>ทุกช่อง</title>
<link rel="icon" type="image/svg+xml" href="{% asset 'ui/favicon.svg' %}">
{% for sheet in sheets %}<link rel="stylesheet" href="{% asset sheet %}">{% endfor %}</head>
<body>{% include "ui/sprite.html" %}<main class="page" id="main"><h1>บันทึกหลักฐาน</h1>
<form method="post" enctype="multipart/form-data" novalidate>{% csrf_token %}{{ form }}<button class="btn">บันทึก</button></form>
{% if done %}<p role="status" id="done">{{ done }}</p>{% endif %}</main></body></html>"""
SHEETS = ["ui/tokens.css", "ui/base.css", "ui/portal.css", "ui/forms.css", "ui/charts.css"]


class EveryField(forms.Form):
    kind = forms.CardChoiceField(label="ชนิดของหลักฐาน", choices=KINDS, layout="cards")
    occurred_on = forms.ThaiDateField(
        label="วันที่เกิดขึ้นจริง",
        help_text="วันที่ลงนามหรือวันที่จัด ไม่ใช่วันที่บันทึก",
        not_after=lambda: TODAY,
        period=YEAR,
        inside="ใช้พิสูจน์ได้",
        outside="ใช้พิสูจน์ไม่ได้",
    )
    title = plain.CharField(label="เรื่อง", max_length=200)
    number = plain.CharField(label="เลขที่หนังสือ", required=False, help_text="ตามที่พิมพ์บนหัวหนังสือ")
    note = plain.CharField(label="หมายเหตุ", required=False, widget=plain.Textarea)
    amount = forms.MoneyField(label="วงเงิน", required=False)
    about = forms.PeriodField(label="เกี่ยวกับช่วงใด", required=False)
    year = forms.FiscalYearField(label="ปีงบประมาณของแผน", first=2566, last=2569, initial=2568)
    unit = forms.UnitField(required=False)
    units = forms.UnitsField(required=False)
    person = forms.PersonField(required=False)
    files = forms.FilesField(required=False, max_files=10)
    visibility = forms.VisibilityField(checks=["title", "note"])
    sure = plain.BooleanField(label="อ่านแล้วและถูกต้อง", required=False)

    sections = [forms.Section("ใครเกี่ยวข้อง", ["unit", "units", "person"], "เว้นไว้ได้")]


@signed_in
@ensure_csrf_cookie
def page(request: HttpRequest, organization: str = "") -> HttpResponse:
    form = EveryField(request.POST or None, request.FILES or None, actor=request.actor)  # type: ignore[attr-defined]
    done = ""
    if request.method == "POST" and form.is_valid():
        done = f"บันทึกแล้ว {len(form.cleaned_data['files'])} ไฟล์"
    template = engines["django"].from_string(PAGE)
    return HttpResponse(template.render({"form": form, "done": done, "sheets": SHEETS}, request))


urlpatterns = [
    path("<slug:organization>/work/every-field/", page, name="every-field"),
    path("", include("prongsai.project.urls")),
]
