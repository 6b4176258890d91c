from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "prongsai.foundation.files"
    label = "files"
