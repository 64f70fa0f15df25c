"""Bring the message catalogues up to date: `python tests/bot/catalogue.py [--check]`.

The Chinese sentences are the source, in three domains: what the library says (`rules`), what the chat and its
page say (`chat`), and what the rule data is called (`policy`). Babel extracts; a catalogue is fresh when
extracting and updating would change nothing (`pybabel update --check` cannot tell, see docs/decisions/0008).
A new language: make `<language>/LC_MESSAGES/` beside `en` in each `locale` folder, and run this.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "rules"), str(ROOT / "tests")]

from bot.policy_texts import policy_texts  # noqa: E402

KEYWORDS = {"say": None, "marked": None, "counted": (1, 1)}
HAN = re.compile("[\u3000-\u303f\u3300-\u33ff\u4e00-\u9fff\uff00-\uffef]")
PAGES = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
#: domain → its folder of catalogues, and the folder it is extracted from
DOMAINS = {
    "rules": (ROOT / "rules/talent_rules/locale", ROOT / "rules/talent_rules"),
    "chat": (ROOT / "bot/talent_bot/locale", ROOT / "bot/talent_bot"),
    "policy": (ROOT / "policy_data/locale", ROOT / "policy_data"),
}


def templates() -> dict[str, Catalog]:
    """What is to be translated, by domain; a sentence two domains say stands in the first."""
    found: dict[str, Catalog] = {}
    for domain in DOMAINS:
        found[domain] = extracted(domain)
        for earlier in list(found.values())[:-1]:
            for message in list(earlier):
                if message.id and message.id in found[domain]:
                    found[domain].delete(message.id)
    return found


def extracted(domain: str) -> Catalog:
    """Every sentence of a domain with the files it stands in."""
    catalogue = Catalog(charset="utf-8")
    folder = DOMAINS[domain][1]
    if domain == "policy":
        for text, file, comment in policy_texts(folder):
            catalogue.add(text, locations=[(f"policy_data/{file}", 0)], auto_comments=[comment])
        return catalogue
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    for file, _, message, _, _ in extract_from_dir(
        folder, method_map=methods, options_map={"**/templates/**.html": PAGES}, keywords=KEYWORDS
    ):
        if HAN.search(str(message)):
            catalogue.add(message, locations=[(Path(file).as_posix(), 0)])
    return catalogue


def catalogues() -> Iterator[tuple[str, Path]]:
    """Every catalogue there is: its domain and its file, which need not exist yet."""
    for domain, (folder, _) in DOMAINS.items():
        for language in sorted(p for p in folder.glob("*/LC_MESSAGES") if p.is_dir()):
            yield domain, language / f"{domain}.po"


def updated(path: Path, template: Catalog) -> tuple[Catalog, str]:
    """A catalogue with today's sentences, and its text; a sentence that changed keeps its old words as `fuzzy`."""
    language = path.parts[-3]
    found = Catalog(locale=language, charset="utf-8")
    if path.exists():
        with path.open("rb") as handle:
            found = read_po(handle, locale=language)
    found.update(template, update_header_comment=False)
    found.obsolete.clear()
    text = io.BytesIO()
    write_po(text, found, omit_header=True, width=0, include_lineno=False)
    return found, text.getvalue().decode()


def lacking() -> Iterator[str]:
    """What stands in the way of a release, a line each; nothing is written."""
    today = templates()
    for domain, path in catalogues():
        found, text = updated(path, today[domain])
        yield from untranslated(found, f"{path.parts[-3]} {domain}")
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            yield f"{path.parts[-3]} {domain} 的目录不是最新的：运行 python tests/bot/catalogue.py，再补上译文"


def untranslated(found: Catalog, name: str) -> Iterator[str]:
    """The sentences without words in this language, and those whose words are of an older sentence."""
    for message in found:
        if message.id and (message.fuzzy or not message.string or not all(message.string)):
            yield f"{name} {'要重看' if message.fuzzy else '缺译文'}：{message.id}"


def main() -> int:
    if "--check" in sys.argv:
        lines = list(lacking())
    else:
        today, lines = templates(), []
        for domain, path in catalogues():
            found, text = updated(path, today[domain])
            path.write_text(text, encoding="utf-8")
            lines += untranslated(found, f"{path.parts[-3]} {domain}")
    print("\n".join(lines))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
