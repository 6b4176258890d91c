"""Housekeeping: nothing about sessions and failures is kept longer than it is needed."""

from __future__ import annotations

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from prongsai.foundation.accounts.failures import FORGET
from prongsai.foundation.accounts.models import LoginFailure
from prongsai.foundation.jobs.decorators import periodic
from prongsai.kernel import clock


@periodic("20 19 * * *")  # 02.20 in Thailand
def forget_ended_sessions() -> None:
    """Remove sessions that are over, what was noted of their devices, and failures older than a day."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.exclude(Exists(alive)).delete()
    LoginFailure.objects.filter(last_at__lt=clock.now() - FORGET).delete()
