from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "prongsai.modules.complaints"
    label = "complaints"
