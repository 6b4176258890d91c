from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "prongsai.foundation.channels"
    label = "channels"

    def ready(self) -> None:
        from prongsai.foundation.channels.kinds import COUNTED_BY, KINDS
        from prongsai.foundation.ledger.kinds import add_kinds, need_content_of

        add_kinds(*KINDS)
        need_content_of(*COUNTED_BY, by_hand=False)
