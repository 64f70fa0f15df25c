"""Rule bases for tests: `town` is small and fixed (tests/house), `ordos` is the real one."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from talent_rules import RuleBase, load

HOUSE = Path(__file__).parent / "house"
ROOT = HOUSE.parents[1]
DAY = date(2024, 9, 1)


@cache
def town() -> RuleBase:
    """The small rule base: every kind of field, amount, payment and relation once."""
    return load("town", HOUSE)


@cache
def ordos() -> RuleBase:
    """The rule base in `policy_data`."""
    return load("ordos", ROOT / "policy_data")
