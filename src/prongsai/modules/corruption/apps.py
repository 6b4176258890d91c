from django.apps import AppConfig


class CorruptionConfig(AppConfig):
    name = "prongsai.modules.corruption"
    label = "corruption"

    def ready(self) -> None:
        from prongsai.foundation.ledger.kinds import need_content_of
        from prongsai.modules.corruption.choices import COUNTED

        need_content_of(COUNTED)  # what a quarter published is its only count
