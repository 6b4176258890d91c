from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "prongsai.modules.office"
    label = "office"
