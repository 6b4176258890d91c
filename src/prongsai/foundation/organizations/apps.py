from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "prongsai.foundation.organizations"
    label = "organizations"

    def ready(self) -> None:
        from prongsai.foundation.ledger.kinds import add_kinds
        from prongsai.foundation.organizations.kinds import KINDS

        add_kinds(*KINDS)
