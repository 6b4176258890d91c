from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "prongsai.foundation.notify"
    label = "notify"

    def ready(self) -> None:
        from prongsai.foundation.casework.services.common import asking_listeners
        from prongsai.foundation.channels.services import detours, interceptors
        from prongsai.foundation.notify.services import by_mail_instead, hold_answers, on_asked, take_code

        for intercept in (take_code, hold_answers):
            if intercept not in interceptors:
                interceptors.append(intercept)
        if by_mail_instead not in detours:
            detours.append(by_mail_instead)
        if on_asked not in asking_listeners:
            asking_listeners.append(on_asked)
