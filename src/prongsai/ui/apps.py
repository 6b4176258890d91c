from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "prongsai.ui"
    label = "ui"

    def ready(self) -> None:
        from prongsai.foundation.casework.services.erasing import erasure_listeners
        from prongsai.ui.cases.drafts import forget

        if forget not in erasure_listeners:
            erasure_listeners.append(forget)
