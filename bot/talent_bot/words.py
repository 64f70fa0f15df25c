"""The chat's sentences in a person's language. Chinese is the source; policy text is never translated."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SOURCE = "zh"
LANGUAGES = ("zh", "en")
_LOCALE = Path(__file__).parent / "locale"


def marked(sentence: str) -> str:
    """A sentence kept in a table, marked for the catalogue; translated where it is said."""
    return sentence


@dataclass(frozen=True)
class Words:
    """Turns a Chinese sentence with {names} into the person's language."""

    lang: str
    catalogue: gettext.NullTranslations

    def __call__(self, sentence: str, **values: object) -> str:
        """The sentence with its values filled in."""
        found = self.catalogue.gettext(sentence) if sentence else ""
        return found.format(**values) if values else found


def load_words() -> Mapping[str, Words]:
    """Every language there is a catalogue for; Chinese needs none."""
    found = {SOURCE: Words(SOURCE, gettext.NullTranslations())}
    for lang in LANGUAGES[1:]:
        found[lang] = Words(lang, gettext.translation("chat", _LOCALE, [lang], fallback=True))
    return found


def negotiate(code: str) -> str:
    """The language for a code as channels send it (zh-hans, en-GB …); Chinese unless clearly English."""
    return "en" if code.lower().replace("_", "-").split("-")[0] == "en" else SOURCE
