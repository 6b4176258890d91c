from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "prongsai.foundation.notify"
    label = "notify"

    def ready(self) -> None:
        from prongsai.foundation.channels.services import interceptors
        from prongsai.foundation.notify.services import take_code

        if take_code not in interceptors:
            interceptors.append(take_code)
