from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "prongsai.modules.complaints"
    label = "complaints"

    def ready(self) -> None:
        from prongsai.foundation.ledger.kinds import need_content_of
        from prongsai.modules.complaints.selectors.figures import COUNTED, OPENED

        need_content_of(COUNTED, OPENED)  # a month's count says whether register and ledger agreed
