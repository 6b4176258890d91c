"""`prongsai key`: an organization's public signing keys, for everybody; and making the next one."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from prongsai.foundation.ledger.keys import ensure_key, public_keys, rotate_key
from prongsai.foundation.ledger.models import PublicKey
from prongsai.foundation.ledger.signatures import public_pem
from prongsai.foundation.organizations.selectors import organization_by_key
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel.contracts import Actor

BAD_INPUT = 2


class Command(BaseCommand):
    help = "Print an organization's public signing key as PEM."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", required=True, metavar="KEY")
        parser.add_argument("--all", action="store_true", help="retired keys too, oldest first")
        parser.add_argument("--rotate", action="store_true", help="make a new key and retire the one in use")

    def handle(self, *args: Any, **options: Any) -> None:
        organization = organization_by_key(options["organization"])
        if organization is None:
            self.stderr.write(_("No office has the key %(key)s") % {"key": options["organization"]})
            raise SystemExit(BAD_INPUT)
        with working_for(organization.pk):
            if options["rotate"]:
                rotate_key(actor=Actor.system("ผู้ดูแลระบบ"))
            ensure_key()
            keys = public_keys()
        for key, following in zip(keys, [*keys[1:], None], strict=True):
            if options["all"] or following is None:
                self.stdout.write(_described(key, following) if options["all"] else _pem(key))


def _pem(key: PublicKey) -> str:
    return public_pem(bytes(key.raw)).rstrip()


def _described(key: PublicKey, following: PublicKey | None) -> str:
    """PEM readers skip what stands outside the block."""
    until = f"{following.created_at:%Y-%m-%dT%H:%M:%SZ}" if following else ""
    return f"# {key.key_id} {key.created_at:%Y-%m-%dT%H:%M:%SZ} - {until}\n{_pem(key)}"
