"""Cuts the web fonts from the bundled Sarabun: Thai, Latin and punctuation, as WOFF2.

`python scripts/fonts.py` after the bundled font changed; the results are committed.
"""

from __future__ import annotations

from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "prongsai" / "foundation" / "typeset" / "fonts"
TARGET = ROOT / "src" / "prongsai" / "ui" / "static" / "ui" / "fonts"
FACES = ("Sarabun-Regular", "Sarabun-Bold")
LETTERS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *range(0x0E01, 0x0E3B),
    *range(0x0E3F, 0x0E5C),
    *range(0x2010, 0x2016),
    *(ord(sign) for sign in "‘’“”…•‹›→≠≥≤−\u200b"),
)


def main() -> None:
    options = Options()
    options.flavor = "woff2"
    options.hinting = False  # Thai at 16 px and more needs none, and it doubles the file
    options.layout_features = ["ccmp", "mark", "mkmk", "kern", "locl", "liga"]
    TARGET.mkdir(parents=True, exist_ok=True)
    for face in FACES:
        with TTFont(SOURCE / f"{face}.ttf") as font:
            subsetter = Subsetter(options)
            subsetter.populate(unicodes=LETTERS)
            subsetter.subset(font)
            font.flavor = "woff2"
            path = TARGET / f"{face}.woff2"
            font.save(path)
        print(f"{path.name}: {path.stat().st_size} bytes")
    (TARGET / "OFL.txt").write_bytes((SOURCE / "OFL.txt").read_bytes())


if __name__ == "__main__":
    main()
