"""The names of a place and of others, as far as a table needs them to see who comes from where."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Places:
    """What a place and its districts are called (`here`), what other places are (`elsewhere`), how an address of the
    place begins (`heads`), and the 是非 fields of which a 是 says that somebody comes from elsewhere, by id. Nothing of
    it is known where nothing is said."""

    here: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    from_outside: frozenset[str] = frozenset()

    def names_here(self, text: str) -> bool:
        """Whether a text speaks of this place."""
        return any(word in text for word in self.here)

    @cached_property
    def one_elsewhere(self) -> str:
        """A pattern for the name of another place, which matches nothing where none is known."""
        return _any(self.elsewhere)

    def without_heads(self, address: str) -> str:
        """An address from its district on: 鄂尔多斯市东胜区 as 东胜区."""
        return self._heads.sub("", address)

    @cached_property
    def _heads(self) -> re.Pattern[str]:
        return re.compile(rf"^(?:{_any(self.heads)})(?=.)")


def _any(words: Iterable[str]) -> str:
    """A pattern for one of some words, longer ones first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or r"(?!)"
