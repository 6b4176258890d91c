from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "prongsai.foundation.jobs"
    label = "jobs"
