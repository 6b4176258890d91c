"""Adds up pytest's junit files and prints one closing line over all of them."""

from __future__ import annotations

import sys
from xml.etree import ElementTree


def main() -> None:
    total = failed = skipped = 0
    for path in sys.argv[1:]:
        for suite in ElementTree.parse(path).iter("testsuite"):  # noqa: S314 (our own files)
            total += int(suite.get("tests", 0))
            failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped += int(suite.get("skipped", 0))
    print(f"tests: {total - failed - skipped} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed or total == skipped else 0)


if __name__ == "__main__":
    main()
