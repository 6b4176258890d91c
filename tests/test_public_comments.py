"""Somebody complains below a post that everybody reads: what the office tells them is for them alone."""

from __future__ import annotations

import json
import re

import pytest

from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.services import say
from prongsai.foundation.channels.models import Channel, Outbound
from prongsai.foundation.channels.services import deliver
from prongsai.foundation.channels.tests.conftest import graph_server, office, page
from prongsai.foundation.channels.tests.servers import GraphServer
from prongsai.foundation.channels.tests.test_facebook import change, handled, message, signed
from tests.cast import SYSTEM

__all__ = ["graph_server", "office", "page"]

pytestmark = pytest.mark.django_db
CODE = re.compile(r"รหัสติดตาม ([0-9A-Z-]+)")


def delivered(channel: Channel) -> None:
    for outbound in Outbound.objects.filter(state="waiting"):
        deliver(organization_id=channel.organization_id, outbound_id=outbound.pk)  # type: ignore[attr-defined]


def test_the_secret_code_and_the_answers_reach_the_writer_in_private_and_nobody_else(
    page: Channel, graph_server: GraphServer
) -> None:
    handled(page, *signed(changes=[change(message="นายช่างเรียกเงินใต้โต๊ะ ทุจริตชัด ๆ")]))
    delivered(page)
    (receipt,) = [asked for asked in graph_server.asked if asked.method == "POST"]
    assert json.loads(receipt.form["recipient"]) == {"comment_id": "9_1"}
    told = json.loads(receipt.form["message"])["text"]
    assert CODE.search(told)
    assert "/whistle/" in told, "one message only is allowed: the hint stands in the receipt"
    case = Case.objects.get()
    assert case.contact_handle == "7001"
    handled(page, *signed(messaging=[message("m_9", text="ขอบคุณ")]))
    assert Case.objects.count() == 1
    assert CaseMessage.objects.filter(case=case, direction="in").count() == 1
    say(actor=SYSTEM, case=case, text="กำลังตรวจสอบ")
    delivered(page)
    answer = graph_server.asked[-1]
    assert json.loads(answer.form["recipient"]) == {"id": "7001"}
    assert not [path for path in graph_server.paths() if path.endswith("/comments")]
