"""Words and figures of the channel that are no rules of their own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from prongsai.kernel.few import FEW

RECEIVE, MANAGE = "corruption.receive", "corruption.manage"

COUNTED = "corruption_counted"  # the only fact that the channel leaves in the main register
STATISTICS = "corruption_statistics"  # what it is about
RECEIVED = "corruption.received"  # the indicator

# Quarters are counted on this day of the month after them, whatever came in.
COUNTING_DAY = 10
# How the outcomes fall out is told only when at least so many reports were closed in the quarter.
THRESHOLD = FEW

# Recipients open the inbox at least this often. The rhythm is always the same, so that no reminder tells of a report.
RHYTHM_DAYS = 3
KEY_DAYS = 7  # within which somebody who was named makes a key
UNLOCKED_MINUTES, UNLOCKED_HOURS = 15, 2  # without a page being opened; at all
RETENTION_YEARS = 5  # after the fiscal year in which a report was closed: then its words go, the figures stay

# พ.ร.ฎ.ว่าด้วยหลักเกณฑ์และวิธีการบริหารกิจการบ้านเมืองที่ดี พ.ศ. 2546 มาตรา 38 for the first answer; the others are the office's
# own rule, which it sets itself.
ANSWER_DAYS, FINDING_DAYS, COMMITTEE_DAYS = 15, 30, 60  # working days

FOUND = (
    ("true", _("True")),
    ("partly", _("True in part")),
    ("untrue", _("Not true")),
    ("unclear", _("Could not be found out")),
)

LONGEST = {"what": 20_000, "names": 2_000, "when": 500, "where": 500, "evidence": 5_000, "contact": 500}
LONGEST_MESSAGE = 10_000
MOST_FILES = 5
FILE_BYTES = 10 * 1024 * 1024
ALL_FILES_BYTES = 20 * 1024 * 1024
