from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "prongsai.modules.complaints"
    label = "complaints"

    def ready(self) -> None:
        from prongsai.foundation.casework.services.carrying import act_listeners
        from prongsai.foundation.casework.services.erasing import erasure_listeners
        from prongsai.foundation.ledger.kinds import need_content_of
        from prongsai.modules.complaints.selectors.figures import COUNTED, OPENED
        from prongsai.modules.complaints.services.concerned import before_act, forget

        need_content_of(COUNTED, OPENED)  # a month's count says whether register and ledger agreed
        if before_act not in act_listeners:
            act_listeners.append(before_act)
        if forget not in erasure_listeners:
            erasure_listeners.append(forget)
