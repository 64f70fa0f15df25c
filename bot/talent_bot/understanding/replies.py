"""What is only clear as the answer to its question: 大学 to the degree, 单位宿舍 to the rent (`words/replies.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from talent_bot.understanding.phrases import expand
from talent_bot.understanding.result import Value
from talent_bot.understanding.vocabulary import Vocabulary, typed


@dataclass(frozen=True, slots=True)
class Reply:
    """The value of a reply, or, where it is not `sure`, the values it may mean."""

    values: tuple[Value, ...]
    sure: bool


class Replies:
    """The patterns of each field, compiled once; a reply must fit one from end to end."""

    def __init__(self, raw: Mapping[str, Any], known: Mapping[str, str], vocabulary: Vocabulary) -> None:
        self._rules = {
            field: tuple((_reply(said, field, vocabulary), expand(pattern, known)) for said, pattern in rules.items())
            for field, rules in raw.items()
        }

    def read(self, body: str, field: str) -> Reply | None:
        """What a whole answer to the question about a field says, or nothing."""
        return next((reply for reply, pattern in self._rules.get(field, ()) if pattern.fullmatch(body)), None)


def _reply(said: str, field: str, vocabulary: Vocabulary) -> Reply:
    """`是`, `master`, or `master/phd?` to be asked back."""
    values = tuple(typed(vocabulary.fields[field], one) for one in said.removesuffix("?").split("/"))
    return Reply(values, sure=not said.endswith("?"))
