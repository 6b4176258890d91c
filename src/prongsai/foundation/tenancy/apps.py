from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "prongsai.foundation.tenancy"
    label = "tenancy"
