from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "prongsai.foundation.channels"
    label = "channels"

    def ready(self) -> None:
        from prongsai.foundation.channels.kinds import KINDS
        from prongsai.foundation.ledger.kinds import add_kinds

        add_kinds(*KINDS)
