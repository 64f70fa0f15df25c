"""A slice of the random conversations; `make dialogues` runs ten thousand."""

from __future__ import annotations

import pytest

from .dialogues import broken


@pytest.mark.parametrize("ten", range(20))
def test_ten_random_conversations_break_no_promise(ten: int) -> None:
    assert [problem for seed in range(10 * ten, 10 * ten + 10) for problem in broken(seed)] == []
