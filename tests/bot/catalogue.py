"""Bring the message catalogues up to date: `python tests/bot/catalogue.py [--check]`.

The Chinese sentences in the code are the source. `pybabel update --check` fails for reasons of its own
(see docs/decisions/0008), so freshness is: extracting and updating changes no catalogue.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2] / "bot" / "talent_bot"
KEYWORDS = {"say": None, "marked": None}


def sources() -> Catalog:
    """Every sentence the chat's own modules say."""
    catalogue = Catalog(charset="utf-8")
    for path in sorted(ROOT.glob("*.py")):
        for _, message, _, _ in extract_from_file("python", path, keywords=KEYWORDS):
            if isinstance(message, str) and message:
                catalogue.add(message)
    return catalogue


def updated(path: Path) -> tuple[Catalog, str]:
    """A catalogue with today's sentences, and its text."""
    with path.open("rb") as handle:
        old = read_po(handle, locale=path.parts[-3])
    fresh = Catalog(locale=path.parts[-3], charset="utf-8")
    for message in sorted((m for m in sources() if m.id), key=lambda m: str(m.id)):
        known = old.get(message.id)
        fresh.add(message.id, known.string if known else "")
    text = io.BytesIO()
    write_po(text, fresh, omit_header=True, width=0)
    return fresh, text.getvalue().decode()


def main() -> int:
    stale = 0
    for path in sorted((ROOT / "locale").glob("*/LC_MESSAGES/chat.po")):
        fresh, text = updated(path)
        missing = [m.id for m in fresh if m.id and not m.string]
        for message in missing:
            print(f"{path.parts[-3]} 缺译文：{message}")
        if path.read_text(encoding="utf-8") != text:
            stale += 1
            if "--check" in sys.argv:
                print(f"{path.parts[-3]} 的目录不是最新的：运行 python tests/bot/catalogue.py")
            else:
                path.write_text(text, encoding="utf-8")
        if "--check" not in sys.argv:
            with path.with_suffix(".mo").open("wb") as handle:
                write_mo(handle, fresh)
        stale += bool(missing)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
