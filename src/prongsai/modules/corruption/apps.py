from django.apps import AppConfig


class CorruptionConfig(AppConfig):
    name = "prongsai.modules.corruption"
    label = "corruption"
