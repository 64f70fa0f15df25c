"""Identity numbers: a birth date is all that is taken from them."""

from __future__ import annotations

from datetime import date

import pytest

from batch.books import identity
from talent_rules.tables.identity import IdentityReader, mask

READER = IdentityReader(date(2024, 9, 1))


def test_an_identity_number_gives_a_birth_date_only() -> None:
    found = READER.read(identity("19900307"), as_number=False)
    assert found.born == date(1990, 3, 7).toordinal() and not found.code
    assert READER.read(identity("19900307").lower(), as_number=False).born


@pytest.mark.parametrize("text", ["150602199003071200", "1.50602199003071E+17"])
def test_a_number_kept_as_a_number_has_lost_its_end(text: str) -> None:
    assert READER.read(text, as_number=True).code == "B705"


def test_wrong_check_digits_and_old_numbers() -> None:
    good = identity("19900307")
    bad = good[:-1] + ("1" if good[-1] != "1" else "2")
    assert READER.read(bad, as_number=False).code == "B708"
    old = READER.read("150602900307123", as_number=False)
    assert old.severity == "warning" and old.born == date(1990, 3, 7).toordinal()
    assert READER.read("1506021990030712", as_number=False).code == "B708"


@pytest.mark.parametrize(
    "text",
    [
        "H12345678",
        "E12345678",
        "M1234567(8)",
        "FRA123456789012",
        "911124198108030024",
        identity("19900307", area="810000"),
    ],
)
def test_other_papers_are_not_called_invalid(text: str) -> None:
    assert not READER.read(text, as_number=False).code


def test_the_number_is_masked_everywhere() -> None:
    number = identity("19900307")
    assert number not in mask(f"见{number}号")
    assert mask("订单 123") == "订单 123"
