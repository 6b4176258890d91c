"""Mails as nobody would write them: whatever comes is read without a failure, or kept as it is."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from prongsai.foundation.channels.connectors import mails
from prongsai.foundation.channels.connectors.email import kept_whole

NASTY = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "utf–8", "utf-8\0", "'", '"', ";", "=?utf-8?B?4?=", "=?x?q?=FF?=", "*0*=", "us-ascii''%FF", "<a@b>", "<>", ",", "\\",
            "(", ")", "[", "]", "@", "..", "=?utf–8?B?4LiB?=", "%", "\x85", "\u2028", "delivery-status",
        ]
    ),
)  # fmt: skip
VALUES = st.lists(NASTY, max_size=5).map("".join)
KINDS = st.sampled_from(
    [
        "text/plain", "text/html", "multipart/mixed; boundary=B", "multipart/alternative; boundary=B", "multipart/mixed",
        "multipart/report; boundary=B; report-type=delivery-status", "message/rfc822", "message/delivery-status",
        "application/pdf", "text", "/", "multipart/related; boundary=B; type=text/html",
    ]
)  # fmt: skip
PARAMETERS = st.lists(
    st.tuples(
        st.sampled_from(["charset", "name", "name*", "name*0*", "filename", "charset*", "report-type", "boundary"]),
        VALUES,
    ),
    max_size=3,
).map(lambda pairs: "".join(f"; {name}={value}" for name, value in pairs))  # fmt: skip
NAMES = st.sampled_from(
    ["Subject", "From", "Reply-To", "Message-ID", "In-Reply-To", "References", "Content-Transfer-Encoding",
     "Content-Disposition", "Auto-Submitted", "Precedence", "Return-Path", "X-Original-From", "List-Id"]
)  # fmt: skip
ENCODINGS = st.sampled_from(["", "Content-Transfer-Encoding: base64\r\n", "Content-Transfer-Encoding: x-uuencode\r\n", "Content-Transfer-Encoding: quoted-printable\r\n"])  # fmt: skip
BODIES = st.one_of(
    st.binary(max_size=80),
    VALUES.map(lambda text: text.encode("utf-8", "replace")),
    st.sampled_from(
        [b"<?xml version='1.0' encoding='x'?><p>a", b"<", b"begin 666 x\r\n#", b"--B\r\n\r\n--B--", b"=\xff"]
    ),
)


@st.composite
def mail(draw: st.DrawFn) -> bytes:
    def entity(depth: int) -> bytes:
        head = "".join(f"{draw(NAMES)}: {draw(VALUES)}\r\n" for _ in range(draw(st.integers(0, 3))))
        kind = f"Content-Type: {draw(KINDS)}{draw(PARAMETERS)}\r\n" if draw(st.booleans()) else ""
        body = draw(BODIES)
        if depth and draw(st.booleans()):
            inner = [entity(depth - 1) for _ in range(draw(st.integers(1, 2)))]
            body = b"".join(b"--B\r\n" + each + b"\r\n" for each in inner) + b"--B--\r\n"
        return (head + kind + draw(ENCODINGS)).encode("utf-8", "replace") + b"\r\n" + body

    return entity(2)


@given(mail())
@settings(max_examples=400, deadline=None)
def test_no_mail_is_beyond_reading(raw: bytes) -> None:
    said = mails.read(raw, own="saraban@example.go.th")
    assert isinstance(said.text, str)
    arrival = kept_whole(raw)
    assert arrival.raw == raw
    assert mails.read_large(raw, own="").held


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_neither_is_noise(raw: bytes) -> None:
    mails.read(raw, own="")
    assert kept_whole(raw).source_key
