"""Words in a person's language. Chinese is the source; every other language is catalogues beside the code and the data.

A Chinese sentence is its own message id: what no catalogue knows stays Chinese, and nothing is ever guessed.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = "zh"
#: The catalogue of this library's own sentences; that of the rule data lies in `policy_data/locale`.
LOCALE = Path(__file__).parent / "locale"


def marked(sentence: str) -> str:
    """A sentence kept in a table, marked for the catalogue; translated where it is said."""
    return sentence


_COMMA = marked("、")


def _one(n: int) -> int:
    """The plural form of a language that has but one."""
    return 0


@dataclass(frozen=True)
class Words:
    """Turns a Chinese sentence with {names} into the person's language."""

    lang: str = SOURCE
    texts: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    plural: Callable[[int], int] = _one

    def __call__(self, sentence: str, **values: object) -> str:
        """The sentence with its values filled in."""
        found = self.texts.get(sentence, sentence)
        if not isinstance(found, str):
            found = found[0]
        return found.format(**values) if values else found

    def counted(self, sentence: str, n: object) -> str:
        """A sentence about {n} things, in the form that number takes; `n` as it is to be read."""
        found = self.texts.get(sentence, sentence)
        if not isinstance(found, str):
            text = str(n)
            found = found[min(self.plural(int(text)) if text.isdigit() else 1, len(found) - 1)]
        return found.format(n=n)

    def knows(self, sentence: str) -> bool:
        """Whether it can be said as it should be: everything in the source, else what a catalogue holds."""
        return self.lang == SOURCE or sentence in self.texts

    def listed(self, words: Iterable[str]) -> str:
        """Words in a row."""
        return self(_COMMA).join(words)

    @property
    def source(self) -> bool:
        """Whether this is the language everything is written in."""
        return self.lang == SOURCE


CHINESE = Words()


def languages(folder: Path) -> tuple[str, ...]:
    """The languages of a folder of catalogues: the source, and one for each folder in it."""
    found = sorted(p.parent.name for p in folder.glob("*/LC_MESSAGES") if p.is_dir())
    return (SOURCE, *found)


def read_words(lang: str, folders: Iterable[Path]) -> Words:
    """All catalogues of a language below these folders, the first to know a sentence counting.

    Raises KeyError for a language none of them has.
    """
    if lang == SOURCE:
        return CHINESE
    files = [p for folder in folders for p in sorted((folder / lang / "LC_MESSAGES").glob("*.po"))]
    if not files:
        raise KeyError(lang)
    texts: dict[str, str | tuple[str, ...]] = {}
    plural: Callable[[int], int] = _one
    for path in files:
        found, plural = _read(path, lang)
        texts = {**found, **texts}
    return Words(lang, texts, plural)


def _read(path: Path, lang: str) -> tuple[dict[str, str | tuple[str, ...]], Callable[[int], int]]:
    """What a catalogue translates for certain, and which of its forms a number takes."""
    from babel.messages.pofile import read_po

    with path.open("rb") as handle:
        catalogue = read_po(handle, locale=lang)
    texts: dict[str, str | tuple[str, ...]] = {}
    for message in catalogue:
        sentence = message.id if isinstance(message.id, str) else message.id[0]
        said = message.string if isinstance(message.string, str) else tuple(message.string or ())
        if sentence and said and all(said) and not message.fuzzy:
            texts[sentence] = said
    return texts, gettext.c2py(catalogue.plural_expr)
