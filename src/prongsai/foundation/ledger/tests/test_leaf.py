"""The bytes of version 1 never change: entries that were written years ago must still verify."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.foundation.ledger.leaf import (
    CITED_FIELDS,
    DISCLOSED_FIELDS,
    Told,
    canonical,
    disclosed_payload,
    head_message,
    leaf_fields,
    leaf_from_citation,
    leaf_hash_of,
    moment,
    normal_moment,
    payload_digest,
    told_truly,
)
from prongsai.foundation.ledger.verification import Row, leaf_bytes

BODY = '{"actor":{"name":"สมศรี ใจซื่อ"},"title":"ประชุมคณะทำงาน (ข้อมูลตัวอย่าง)","url":""}'
SALT = bytes(range(32))
ENTRY = SimpleNamespace(
    number=12, kind="meeting_held", about="", occurred_on=date(2025, 10, 15), about_start=None, about_end=None,
    origin="work", subject="meetings.meeting:7", topic="integrity", unit="สำนักปลัด", visibility="public",
    label="จัดประชุม", payload_digest=payload_digest(SALT, BODY.encode()),
    recorded_at=datetime(2025, 10, 15, 2, 30, 0, 123456, tzinfo=UTC),
)  # fmt: skip
LEAF = leaf_fields("banthrai", "main", ENTRY)
HASH = "07889604e7abdc1d83ddcc04ce864ebdf1017c1bfacfd896ca30cd7c05e14dc9"
DOCUMENT = Path(__file__).parents[5] / "docs" / "reference" / "verification.md"


def citation(**changes: object) -> dict[str, object]:
    """How a report cites the example."""
    cited = {name: LEAF[name] for name in (*CITED_FIELDS, *DISCLOSED_FIELDS)}
    cited |= {"entry": 12, "recorded_at": LEAF["recorded_at"], "leaf": HASH, "index": 11, "audit_path": []}
    cited |= {"title": "ประชุมคณะทำงาน (ข้อมูลตัวอย่าง)", "url": "", "payload": BODY, "salt": SALT.hex()}
    return {name: value for name, value in (cited | changes).items() if value is not ...}


def test_the_leaf_of_version_1_is_frozen() -> None:
    assert leaf_hash_of(canonical(LEAF)).hex() == HASH
    assert leaf_from_citation(citation()).hex() == HASH


def test_the_document_shows_the_same_leaf_and_hash() -> None:
    text = DOCUMENT.read_text()
    (shown,) = re.findall(r"```json leaf\n(.*?)\n```", text, re.DOTALL)
    assert canonical(json.loads(shown)) == canonical(LEAF)
    assert HASH in text
    for name in LEAF:
        assert f"`{name}`" in text, f"{name} is not explained"


def test_a_time_in_any_zone_gives_the_same_leaf() -> None:
    assert leaf_from_citation(citation(recorded_at="2025-10-15T09:30:00.123456+07:00")).hex() == HASH
    assert leaf_from_citation(citation(recorded_at="2025-10-15T02:30:00.123457Z")).hex() != HASH
    with pytest.raises(ValueError):
        leaf_from_citation(citation(recorded_at="2025-10-15T02:30:00.123456"))


@pytest.mark.parametrize("name", [*CITED_FIELDS, *DISCLOSED_FIELDS, "entry", "recorded_at"])
def test_every_input_of_the_leaf_is_needed_and_counts(name: str) -> None:
    with pytest.raises(ValueError):
        leaf_from_citation(citation(**{name: ...}))
    other = "2025-10-15T02:30:00.123457Z" if name == "recorded_at" else "another"
    assert leaf_from_citation(citation(**{name: other})).hex() != HASH


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, Told.TRUE),
        ({"title": "อื่น"}, Told.FALSE),
        ({"url": "https://example.invalid"}, Told.FALSE),
        ({"payload": BODY + " "}, Told.FALSE),
        ({"payload": 5}, Told.FALSE),
        ({"salt": "00" * 32}, Told.FALSE),
        ({"salt": "zz"}, Told.FALSE),
        ({"salt": ...}, Told.FALSE),
        ({"payload": ..., "salt": ...}, Told.ERASED),
        ({"payload": ..., "title": "จัดประชุม"}, Told.TRUE),
        ({"payload": ..., "visibility": "internal"}, Told.FALSE),
        ({"payload": ..., "visibility": "internal", "title": "จัดประชุม"}, Told.TRUE),
        ({"payload": ..., "visibility": "internal", "title": "จัดประชุม", "url": "https://x"}, Told.FALSE),
    ],
)
def test_titles_are_compared_with_what_the_leaf_commits_to(changes: dict[str, object], told: Told) -> None:
    assert told_truly(citation(**changes)) is told


def test_a_payload_that_is_no_object_discloses_nothing() -> None:
    digest = payload_digest(SALT, b"[]").hex()
    assert disclosed_payload(citation(payload="[]", payload_digest=digest)) is None


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8")), st.integers() | st.text(st.characters(codec="utf-8"))
    )
)
def test_canonical_json_is_read_back_whole_and_has_one_form(values: dict[str, object]) -> None:
    assert json.loads(canonical(values)) == values
    assert canonical(dict(reversed(values.items()))) == canonical(values)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"x": object()}, "\ud800"])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        canonical(value)


@given(st.datetimes(), st.integers(-840, 840))
def test_moments_are_utc_with_six_digits_whatever_the_zone(naive: datetime, minutes: int) -> None:
    value = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    try:
        text = moment(value)
    except OverflowError:
        return
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", text)
    assert datetime.fromisoformat(text) == value
    assert normal_moment(text) == text


def test_a_head_of_one_log_is_never_one_of_another() -> None:
    head = {"organization": "banthrai", "size": 3, "root": "00", "time": "2025-10-15T02:30:00Z"}
    assert head_message(head) == head_message({**head, "log": "main"})
    assert head_message(head) != head_message({**head, "log": "sealed"})
    assert head_message(head) == (
        b'prongsai tree head v1\n{"log":"main","organization":"banthrai","root":"00","size":3,'
        b'"time":"2025-10-15T02:30:00.000000Z"}'
    )


DAYS = st.dates()
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
ROWS = st.builds(
    Row, number=st.integers(1), kind=TEXT, about=TEXT, occurred_on=DAYS, about_start=st.none() | DAYS,
    about_end=st.none() | DAYS, origin=TEXT, subject=TEXT, topic=TEXT, unit=TEXT, visibility=TEXT, label=TEXT,
    payload_digest=st.binary(min_size=32, max_size=32), recorded_at=st.datetimes(timezones=st.just(UTC)),
    leaf_hash=st.just(b""), body=st.none(), salt=st.none(), has_payload=st.just(True),
)  # fmt: skip


@given(ROWS, TEXT)
def test_verification_composes_the_very_same_bytes(row: Row, key: str) -> None:
    as_read = row._replace(
        occurred_on=row.occurred_on.isoformat(),  # type: ignore[attr-defined]
        about_start=row.about_start and row.about_start.isoformat(),  # type: ignore[attr-defined]
        about_end=row.about_end and row.about_end.isoformat(),  # type: ignore[attr-defined]
        recorded_at=moment(row.recorded_at),  # type: ignore[arg-type]
    )
    assert leaf_bytes(key, "main", as_read) == canonical(leaf_fields(key, "main", row))
