from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "prongsai.foundation.accounts"
    label = "accounts"
