from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "prongsai.foundation.files"
    label = "files"

    def ready(self) -> None:
        from prongsai.foundation.files.services import FILE_PUBLISHED
        from prongsai.foundation.files.verification import file_findings
        from prongsai.foundation.ledger.findings import file_checks
        from prongsai.foundation.ledger.kinds import add_kinds

        add_kinds(FILE_PUBLISHED)
        if file_findings not in file_checks:
            file_checks.append(file_findings)
