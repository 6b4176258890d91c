from django.apps import AppConfig
from django.db.models.signals import post_save


class AccountsConfig(AppConfig):
    name = "prongsai.foundation.accounts"
    label = "accounts"

    def ready(self) -> None:
        from prongsai.foundation.accounts.builtin import create_builtin_roles
        from prongsai.foundation.accounts.kinds import KINDS
        from prongsai.foundation.ledger.kinds import add_kinds

        add_kinds(*KINDS)
        # organizations may not know accounts: it is told by a signal that a new organization needs its roles
        post_save.connect(
            create_builtin_roles, sender="organizations.Organization", dispatch_uid="accounts.builtin_roles"
        )
