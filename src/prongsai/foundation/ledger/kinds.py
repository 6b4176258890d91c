"""Fact kinds of the foundation itself. Modules declare theirs in `provides.py`."""

from __future__ import annotations

from django.utils.translation import gettext as _

from prongsai.kernel.contracts import About, FactKind, Origin
from prongsai.kernel.errors import InvalidInput
from prongsai.kernel.registry import registry

FACT_WITHDRAWN = "fact_withdrawn"
PAYLOAD_ERASED = "payload_erased"
KEY_MADE = "signing_key_made"
HEAD_SENT = "tree_head_sent"
WITNESS_NAMED = "witness_named"
WITNESS_STOPPED = "witness_stopped"
SEALED = "sealed"

_own = {
    kind.key: kind
    for kind in (
        FactKind(FACT_WITHDRAWN, "ถอนรายการหลักฐาน", "Evidence entry withdrawn"),
        FactKind(PAYLOAD_ERASED, "ลบเนื้อความของรายการหลักฐาน", "Content of an evidence entry erased"),
        FactKind(KEY_MADE, "จัดทำกุญแจลงนามบันทึกหลักฐาน", "Signing key made"),
        FactKind(HEAD_SENT, "ส่งหัวบันทึกหลักฐานให้พยานภายนอก", "Signed tree head sent to a witness"),
        FactKind(WITNESS_NAMED, "เพิ่มพยานภายนอก", "External witness named"),
        FactKind(WITNESS_STOPPED, "เลิกส่งหัวบันทึกให้พยานภายนอก", "External witness gets no more heads"),
    )
}


def add_kinds(*kinds: FactKind) -> None:
    """Let another part of the foundation record facts of its own. Call from its AppConfig.ready."""
    for kind in kinds:
        if _own.setdefault(kind.key, kind) != kind:
            raise ValueError(f"the fact kind {kind.key} is taken")


_needed: dict[str, bool] = {}  # kind → of what people recorded by hand as well


def need_content_of(*kinds: str, by_hand: bool = True) -> None:
    """Keep the content of such facts for ever: something is verified by it. Call from an AppConfig.ready.

    Without `by_hand`, what people put on record under such a kind is not counted by and can be erased.
    """
    _needed.update(dict.fromkeys(kinds, by_hand))


def content_is_needed(kind: str, origin: str) -> bool:
    """Whether what a fact of this kind and origin says may not be erased."""
    return kind in _needed and (origin == Origin.WORK or _needed[kind])


def all_kinds() -> list[FactKind]:
    """Every kind that facts of this installation can have."""
    return [*_own.values(), *(kind for key, kind in registry().fact_kinds.items() if key not in _own)]


def fact_kind(key: str) -> FactKind:
    """The kind called `key`. Raises InvalidInput when nobody provides it."""
    found = _own.get(key) or registry().fact_kinds.get(key)
    if found is None:
        raise InvalidInput(_("No such kind of evidence is known: %(kind)s") % {"kind": key}, field="kind")
    return found


def about_code(key: str) -> About:
    """What the code `key` means. Raises InvalidInput when nobody provides it."""
    found = registry().abouts.get(key)
    if found is None:
        raise InvalidInput(
            _("No such subject of evidence is known: %(about)s") % {"about": key}, field="about"
        )
    return found
