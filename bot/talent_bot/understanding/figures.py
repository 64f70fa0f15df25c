"""Every number that is said with what it counts."""

from __future__ import annotations

from collections.abc import Iterator

from talent_bot.understanding.ages import find_ages
from talent_bot.understanding.family import find_family
from talent_bot.understanding.mentions import Mention
from talent_bot.understanding.money import find_areas, find_money
from talent_bot.understanding.ranks import find_ranks
from talent_bot.understanding.terms import find_terms

_FINDERS = (find_money, find_areas, find_terms, find_family, find_ranks)


def find_figures(text: str, asked: str = "") -> Iterator[Mention]:
    """The mentions of all finders of numbers; `asked` is the person our question was about."""
    yield from find_ages(text, asked)
    for finder in _FINDERS:
        yield from finder(text)
