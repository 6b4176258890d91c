from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "prongsai.project"
    label = "project"
