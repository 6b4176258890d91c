"""What the worker does with the messages to members, at the times at which it does it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import connection

from prongsai.foundation.channels.services import deliver
from prongsai.foundation.jobs.decorators import Job
from prongsai.foundation.notify.services import note_news, tell_news
from prongsai.kernel import clock

NEXT = (
    "SELECT id, task_name, args, scheduled_at FROM procrastinate_jobs WHERE status = 'todo' "
    "AND task_name = ANY(%s) AND (scheduled_at IS NULL OR scheduled_at <= %s) "
    "ORDER BY scheduled_at NULLS FIRST, id LIMIT 1"
)


class Worker:
    """Does what waits and is due in the order of its time, each job once."""

    def __init__(self, *more: Job) -> None:
        self.jobs = {work.name: work for work in (note_news, tell_news, deliver, *more)}

    def until(self, moment: datetime) -> None:
        """Everything that is due up to a moment."""
        while found := self._next(moment):
            name, ids, when = found
            with clock.at(max(when or clock.now(), clock.now())):
                self.jobs[name](**(json.loads(ids) if isinstance(ids, str) else ids))

    def _next(self, moment: datetime) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(NEXT, [list(self.jobs), moment])
            found = cursor.fetchone()
            if found is not None:
                cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [found[0]])
        return found[1:] if found else None
