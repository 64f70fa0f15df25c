"""The languages the chat speaks: Chinese, and every language there are catalogues for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from talent_rules import CHINESE, LOCALE, Words, languages, marked, read_words

SOURCE = "zh"
_LOCALE = Path(__file__).parent / "locale"
LANGUAGES = languages(_LOCALE)


class Languages(Mapping[str, Words]):
    """Every language by its code, each read when somebody first speaks it.

    What is said comes from the chat's own catalogue, the library's, and that of the rule data in `data`.
    """

    def __init__(self, data: Path | None = None) -> None:
        self._folders = (_LOCALE, LOCALE, *((data / "locale",) if data else ()))
        self._read: dict[str, Words] = {}

    def __getitem__(self, lang: str) -> Words:
        if lang not in LANGUAGES:
            raise KeyError(lang)
        if lang not in self._read:
            self._read[lang] = read_words(lang, self._folders)
        return self._read[lang]

    def __iter__(self) -> Iterator[str]:
        return iter(LANGUAGES)

    def __len__(self) -> int:
        return len(LANGUAGES)


def load_words(data: Path | None = None) -> Languages:
    """The languages of this program, with what they call the rule data of a folder."""
    return Languages(data)


@cache
def own_words(lang: str) -> Words:
    """What this program says in a language, without the names of any rule data; Chinese for an unknown one."""
    return load_words().get(lang, CHINESE)


def negotiate(code: str) -> str:
    """The language for a code as channels send it (zh-hans, en-GB …); Chinese where there is no catalogue."""
    found = code.lower().replace("_", "-").split("-")[0]
    return found if found in LANGUAGES else SOURCE


__all__ = ["LANGUAGES", "SOURCE", "Words", "load_words", "marked", "negotiate", "own_words"]
