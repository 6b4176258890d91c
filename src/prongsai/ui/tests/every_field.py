"""A form with every field of the kit, and pages that show it in every state. For tests only."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms as plain
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from django.views.decorators.csrf import ensure_csrf_cookie

from prongsai.kernel.contracts import Period, Verdict
from prongsai.ui import charts, forms
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
SHEETS = [
    "ui/tokens.css",
    "ui/base.css",
    "ui/portal.css",
    "ui/workspace.css",
    "ui/forms.css",
    "ui/charts.css",
]


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


MONTHS = [date(2024 if month > 9 else 2025, month, 1) for month in (10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9)]
CHARTS_PAGE = PAGE.replace("{% load prongsai %}", "{% load prongsai charts %}").split("<form")[0] + (
    "{% for c in drawn %}{% chart c open=True %}{% endfor %}</main></body></html>"
)


def drawn() -> list[charts.Chart]:
    """One of each kind (ข้อมูลตัวอย่าง)."""
    proven, attested, unproven, contradicted = Verdict
    titles = ("ป้องกันการทุจริต", "การให้บริการและ E-Service", "การเปิดเผยข้อมูล", "การใช้ทรัพย์สินของราชการ")
    marks = [
        [proven] * 4 + [attested] * 2,
        [proven] * 5 + [attested] * 2 + [unproven, contradicted],
        [proven] * 6 + [attested],
        [proven] * 4 + [attested] * 2 + [unproven] * 3,
    ]
    days = [YEAR.start + timedelta(days=7 * n % 315) for n in range(0, 58, 1)]
    known: list[int | None] = [2, 5, 9, None, 15, 18, 22, 25, 28, 31, 33, None]
    falling = [None if value is None else 53 - value - (value // 3) for value in known]
    return [
        charts.strip(
            "พิสูจน์แล้ว 19 จาก 31 ข้อ", list(zip(titles, marks, strict=True)), note="หนึ่งเครื่องหมายคือหนึ่งข้อความ"
        ),
        charts.bars(
            "เรื่องร้องเรียนเรื่องถนนมากที่สุด",
            [("ถนน ทางเท้า หรือสะพาน", 24), ("ไฟสาธารณะ", 11), ("น้ำประปา", None), ("ขยะ", 0)],
            unit="เรื่อง",
        ),
        charts.ruler(
            "หลักฐานกระจายตลอดปี", YEAR, days, today=TODAY, note="ขีดสีเขียวคือหลักฐาน 1 รายการ ณ วันที่เกิดขึ้น"
        ),
        charts.trend(
            "พิสูจน์ได้เพิ่มขึ้นทุกเดือน",
            MONTHS,
            {
                proven: known,
                attested: [None if value is None else value // 3 for value in known],
                unproven: falling,
                contradicted: [None if value is None else 2 for value in known],
            },
            note="ข้อมูลถึงหลักฐานเลขที่ 1482",
        ),
    ]


@signed_in
def charts_page(request: HttpRequest, organization: str = "") -> HttpResponse:
    template = engines["django"].from_string(CHARTS_PAGE)
    return HttpResponse(template.render({"drawn": drawn(), "sheets": SHEETS}, request))


urlpatterns = [
    path("<slug:organization>/work/every-chart/", charts_page, name="every-chart"),
    path("<slug:organization>/work/every-field/", page, name="every-field"),
    path("", include("prongsai.project.urls")),
]
