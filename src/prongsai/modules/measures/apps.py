from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "prongsai.modules.measures"
    label = "measures"
