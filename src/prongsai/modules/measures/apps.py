from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "prongsai.modules.measures"
    label = "measures"

    def ready(self) -> None:
        from prongsai.foundation.ledger.kinds import need_content_of
        from prongsai.modules.measures.verify_report import CLOSING_KINDS, WITHDRAWAL

        need_content_of(*CLOSING_KINDS, WITHDRAWAL)  # a closed report is verified by what they say
