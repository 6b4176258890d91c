from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "prongsai.foundation.desk"
    label = "desk"
