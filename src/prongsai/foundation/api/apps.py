from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "prongsai.foundation.api"
    label = "api"

    def ready(self) -> None:
        from prongsai.foundation.api.services import TOKEN_MADE, TOKEN_REVOKED
        from prongsai.foundation.ledger.kinds import add_kinds

        add_kinds(TOKEN_MADE, TOKEN_REVOKED)
