from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "prongsai.foundation.api"
    label = "api"
