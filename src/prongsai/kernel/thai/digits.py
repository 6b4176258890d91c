"""Thai and Arabic digits."""

_TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_TO_ARABIC = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def to_thai(text: object) -> str:
    """Every Arabic digit of `text` as a Thai one; all else unchanged."""
    return str(text).translate(_TO_THAI)


def to_arabic(text: object) -> str:
    """Every Thai digit of `text` as an Arabic one; all else unchanged."""
    return str(text).translate(_TO_ARABIC)
