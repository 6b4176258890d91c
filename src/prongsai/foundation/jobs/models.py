"""Which jobs have been done."""

from __future__ import annotations

from django.db import models


class FinishedJob(models.Model):
    """Written in the job's own transaction: a job that is tried again after a crash finds that it is done.

    Outside row-level security: it holds a number and a time.
    """

    job = models.BigIntegerField(primary_key=True)  # the queue's number
    at = models.DateTimeField()
