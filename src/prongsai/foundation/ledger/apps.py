from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "prongsai.foundation.ledger"
    label = "ledger"

    def ready(self) -> None:
        from prongsai.foundation.ledger.services import flush
        from prongsai.foundation.tenancy.scope import before_scope_ends

        if flush not in before_scope_ends:
            before_scope_ends.append(flush)
