"""Which organization the present transaction works for.

PostgreSQL's row-level security reads the setting; without it no tenant row is seen or written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import connection, connections, transaction
from psycopg.pq import TransactionStatus

from prongsai.kernel.errors import NotScoped

SETTING = "prongsai.organization"
USER_SETTING = "prongsai.user"
READER = "prongsai_reader"

# What has to happen last for an organization: run, in scope, when its outermost scope ends without an exception.
before_scope_ends: list[Callable[[], object]] = []


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        # Outside a transaction the setting would vanish at once, and every query would come out empty.
        raise NotScoped("a scope needs an open transaction")


def _healthy() -> bool:
    """Whether the transaction still takes commands (after an error, or marked for rollback, it takes none)."""
    link = connection.connection
    if link is None or connection.needs_rollback:
        return False
    return link.info.transaction_status == TransactionStatus.INTRANS


def _swap(setting: str, value: str) -> str:
    """Set `setting` for this transaction and return what it was; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT old, set_config(%s, %s, true) FROM (SELECT current_setting(%s, true) AS old OFFSET 0) AS s",
            [setting, value, setting],
        )
        before, _ = cursor.fetchone() or (None, None)
        return before or ""


@contextmanager
def _setting(setting: str, value: str, *, until_commit: bool = False) -> Iterator[None]:
    _require_transaction()
    before = _swap(setting, value)
    try:
        yield
    finally:
        # A released savepoint keeps the inner value, a rolled-back one restores it: put it back by hand,
        # unless the transaction is broken, in which case the rollback does, or is about to end.
        if _healthy() and not until_commit:
            _swap(setting, before)


@contextmanager
def scope(organization_id: int, *, until_commit: bool = False) -> Iterator[None]:
    """Work for one organization inside the open transaction. Raises NotScoped without a transaction.

    `until_commit`: the caller ends the transaction as soon as the scope ends, and the setting ends with it. It
    spares a round trip while the ledger is locked.
    """
    organization_id = int(organization_id)
    with _setting(SETTING, str(organization_id), until_commit=until_commit):
        open_scopes = _open_scopes()
        outermost = organization_id not in open_scopes
        open_scopes.append(organization_id)
        try:
            yield
            # A transaction that will be rolled back (an answer of 500, say) has nothing left to finish.
            if outermost and _healthy():
                for finish in before_scope_ends:
                    finish()
        finally:
            open_scopes.pop()


def _open_scopes() -> list[int]:
    """The organizations whose scopes are open on this thread's connection, outermost first."""
    wrapper = connections[
        connection.alias
    ]  # `connection` is a proxy; attributes belong on what stands behind it
    if not hasattr(wrapper, "prongsai_open_scopes"):
        wrapper.prongsai_open_scopes = []
    return wrapper.prongsai_open_scopes


def user_scope(user_id: int) -> AbstractContextManager[None]:
    """Let a user see their own memberships, in whichever organizations these are."""
    return _setting(USER_SETTING, str(int(user_id)))


def current_organization_id() -> int:
    """The organization in scope, without asking the database. Raises NotScoped when there is none."""
    open_scopes = _open_scopes()
    if not open_scopes:
        raise NotScoped("no organization is in scope")
    return open_scopes[-1]


@contextmanager
def reading_across_organizations() -> Iterator[None]:
    """Read (never write) the rows of all organizations. Only named services may use this."""
    _require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {READER}")
    try:
        yield
    finally:
        if _healthy():
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")


@contextmanager
def working_for(organization_id: int) -> Iterator[None]:
    """A transaction and its scope in one: what jobs and commands open."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), scope(organization_id, until_commit=outermost):
        yield
