"""What is over is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from prongsai.foundation.accounts.failures import attempt
from prongsai.foundation.accounts.models import LoginFailure, User
from prongsai.foundation.accounts.tasks import forget_ended_sessions
from prongsai.kernel import clock
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


def test_ended_sessions_and_old_failures_are_forgotten() -> None:
    user = User.objects.create_user("malee", PASSWORD, full_name="มาลี")
    for key, hours in (("over", -1), ("running", 1)):
        ends = clock.now() + timedelta(hours=hours)
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
        UserSession.objects.create(user=user, session_key=key, ip="10.0.0.0", user_agent="x")
    with clock.at(clock.now() - timedelta(days=2)):
        attempt(account="1", address="10.0.0.1").failed()
    attempt(account="2", address="10.0.0.2").failed()
    forget_ended_sessions()
    assert Session.objects.get().session_key == "running"
    assert UserSession.objects.get().session_key == "running"
    assert LoginFailure.objects.count() == 3
