"""Zip packages (DOCX, XLSX) whose bytes depend on their content alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_SAVED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def repack(package: bytes, moment: datetime) -> bytes:
    """The same package with every date in it set to `moment`: a zip remembers when, and its libraries say now."""
    stamp = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = BytesIO()
    with ZipFile(BytesIO(package)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _SAVED.sub(rb"\g<1>" + stamp + rb"\g<2>", data)
            entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, data)
    return out.getvalue()
