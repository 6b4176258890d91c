"""The rule of conflict: nobody reads what is about them, or about somebody above them. For every office there can be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prongsai.modules.corruption.conflict import (
    CLERK,
    COUNCIL,
    EXECUTIVES,
    HEAD,
    OUTSIDER,
    UNKNOWN,
    Named,
    Reader,
    Stand,
    above,
    named_in,
    readers_of,
)

UNITS = st.none() | st.integers(1, 3)
POSTS = st.sampled_from(["", HEAD, CLERK])


@st.composite
def offices(draw: st.DrawFn) -> list[Reader]:
    inside = [
        Reader(
            number,
            post=draw(POSTS),
            unit=draw(UNITS),
            acts_for=draw(st.frozensets(st.sampled_from([HEAD, CLERK]))),
            under_clerk=draw(st.booleans()),
        )
        for number in range(1, draw(st.integers(0, 5)) + 1)
    ]
    return [*inside, Reader(99, is_outside=True)] if draw(st.booleans()) else inside


KEYS = [
    HEAD,
    EXECUTIVES,
    CLERK,
    "unit:1",
    "unit:2",
    "unit:3",
    COUNCIL,
    OUTSIDER,
    UNKNOWN,
    *(f"reader:{n}" for n in range(1, 6)),
]
CONCERNED = st.frozensets(st.sampled_from(KEYS))
UNWANTED = st.frozensets(st.integers(1, 5))


@given(offices(), CONCERNED, UNWANTED)
def test_nobody_reads_what_is_about_them_or_about_somebody_above_them(
    office: list[Reader], concerned: frozenset[str], unwanted: frozenset[int]
) -> None:
    for reader in readers_of(office, concerned, unwanted):
        assert reader.id not in unwanted
        if reader.is_outside:
            continue
        assert HEAD not in concerned, "everybody in the office works under the head"
        assert f"reader:{reader.id}" not in concerned
        assert f"unit:{reader.unit}" not in concerned
        assert not ({reader.post, *reader.acts_for} & concerned)
        if reader.under_clerk and reader.post != HEAD and HEAD not in reader.acts_for:
            assert CLERK not in concerned


@given(offices(), CONCERNED, CONCERNED)
def test_naming_more_people_never_lets_more_of_the_office_read(
    office: list[Reader], concerned: frozenset[str], more: frozenset[str]
) -> None:
    before = {r.id for r in readers_of(office, concerned) if not r.is_outside}
    after = {r.id for r in readers_of(office, concerned | more) if not r.is_outside}
    assert after <= before


@given(offices(), CONCERNED, UNWANTED)
def test_the_outside_recipient_reads_exactly_what_nobody_inside_can(
    office: list[Reader], concerned: frozenset[str], unwanted: frozenset[int]
) -> None:
    found = readers_of(office, concerned, unwanted)
    has_outside = any(reader.is_outside for reader in office)
    inside = [reader for reader in found if not reader.is_outside]
    assert any(reader.is_outside for reader in found) == (has_outside and not inside)
    if not has_outside and not inside:
        assert found == []


@given(offices())
def test_what_concerns_nobody_of_the_office_goes_to_all(office: list[Reader]) -> None:
    for key in (COUNCIL, OUTSIDER, UNKNOWN):
        inside = [reader for reader in office if not reader.is_outside]
        assert readers_of(office, [key]) == (inside or office)


def test_a_report_about_the_clerk_leaves_the_head_and_whoever_answers_to_the_head() -> None:
    head, clerk = Reader(1, post=HEAD), Reader(2, post=CLERK, unit=1)
    lawyer, auditor = Reader(3, unit=1), Reader(4, unit=2, under_clerk=False)
    assert readers_of([head, clerk, lawyer, auditor], [CLERK]) == [head, auditor]


def test_who_acts_for_the_head_does_not_read_about_the_head_nor_the_deputies() -> None:
    deputy = Reader(1, under_clerk=False)
    acting = Reader(2, unit=1, acts_for=frozenset({HEAD}))
    plain = Reader(3, unit=2)
    assert readers_of([deputy, acting, plain], [EXECUTIVES]) == [plain]


def test_names_and_posts_are_found_in_what_is_typed() -> None:
    named = [
        Named(HEAD, ("นายก", "สมหมาย")),
        Named("unit:2", ("กองคลัง", "")),
        Named("reader:7", ("วิชัย",)),
        Named(CLERK, ("ปลัด",)),
    ]
    assert named_in("เห็นวิ ชัย ที่กอง คลัง รับเงิน", named) == ["unit:2", "reader:7"]
    assert named_in("", named) == []
    assert named_in("ถนนชำรุด", named) == []


def test_a_report_about_whoever_acts_for_the_head_excludes_the_whole_office() -> None:
    """When a deputy acts for the head, the office works under the deputy."""
    deputy, chief = Stand(HEAD), Stand(HEAD, unit=3, ids=frozenset({8}))
    for acting, key in (
        (deputy, EXECUTIVES),
        (chief, "unit:3"),
        (chief, "reader:8"),
        (Stand(HEAD, CLERK, 3), CLERK),
    ):
        own = above([acting], under_clerk=False, posts=())
        lawyer, away = Reader(1, unit=1, above=own, under_clerk=False), Reader(9, is_outside=True)
        assert readers_of([lawyer, away], [key]) == [away]
        assert readers_of([lawyer, away], ["unit:4"]) == [lawyer]
    assert "unit:3" not in above([Stand(HEAD, CLERK, 3)], under_clerk=True, posts=()), (
        "the post has a tick of its own"
    )


def test_a_report_about_whoever_acts_for_the_clerk_excludes_those_who_answer_to_the_clerk() -> None:
    chief = [Stand(CLERK, unit=3)]
    assert above(chief, under_clerk=True, posts=()) == {"unit:3"}
    assert above(chief, under_clerk=False, posts=()) == frozenset()
    assert above(chief, under_clerk=True, posts={HEAD}) == frozenset()


def test_whoever_was_named_before_is_the_same_person() -> None:
    assert readers_of([Reader(5, was=frozenset({2})), Reader(6)], ["reader:2"]) == [Reader(6)]
    assert "reader:2" not in Reader(6, was=frozenset({3})).out_by
