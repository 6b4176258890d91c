from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "prongsai.foundation.casework"
    label = "casework"

    def ready(self) -> None:
        from prongsai.foundation.casework.kinds import KINDS
        from prongsai.foundation.casework.services.outgoing import on_delivery
        from prongsai.foundation.channels.services import delivery_listeners
        from prongsai.foundation.ledger.kinds import add_kinds

        add_kinds(*KINDS)
        if on_delivery not in delivery_listeners:
            delivery_listeners.append(on_delivery)
