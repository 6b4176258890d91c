from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "prongsai.foundation.casework"
    label = "casework"

    def ready(self) -> None:
        from prongsai.foundation.casework.kinds import KINDS
        from prongsai.foundation.ledger.kinds import add_kinds

        add_kinds(*KINDS)
