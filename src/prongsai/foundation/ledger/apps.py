from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "prongsai.foundation.ledger"
    label = "ledger"
