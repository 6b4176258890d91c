from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "prongsai.foundation.organizations"
    label = "organizations"
