"""One benefit of a block: by the part each row lies in, or row by row where amounts are computed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from talent_rules.engines.known import Flags, Ints
from talent_rules.engines.partitions import NO_END, Verdicts

Small = npt.NDArray[np.integer[Any]]
Indices = npt.NDArray[np.intp]


class Judged:
    """One benefit row by row. `money` has lo, hi, verified lo and hi in 分 for the rows in `priced`
    (NO_END: no bound); `missing` numbers into `verdicts.texts`."""

    def __init__(self, outcome: Small, priced: Flags, money: Ints, missing: Small, verdicts: Verdicts) -> None:
        self.outcome, self.priced, self.money, self.missing = outcome, priced, money, missing
        self.verdicts = verdicts

    def money_of(self, rows: Indices) -> Ints:
        """The money of some rows."""
        return np.take(self.money, rows, axis=0)

    def ends(self) -> tuple[Ints, Ints, Ints, Ints]:
        """The columns of `money`; those that are the same throughout may be one array."""
        lo, hi, verified_lo, verified_hi = (np.ascontiguousarray(self.money[:, place]) for place in range(4))
        return lo, hi, verified_lo, verified_hi


class ByPart(Judged):
    """One benefit whose verdict follows from the part of the partition a row lies in.

    What is asked for is looked up when it is asked for, and may be overwritten from then on.
    """

    def __init__(self, parts: Small, verdicts: Verdicts, dates: Mapping[str, tuple[str, Flags]]) -> None:
        self.parts, self.verdicts, self._dates = parts, verdicts, dates

    @cached_property
    def outcome(self) -> Small:  # type: ignore[override]
        """Places in `OUTCOMES`."""
        return np.take(self.verdicts.outcome, self.parts)

    @cached_property
    def priced(self) -> Flags:  # type: ignore[override]
        """Whether an amount is at stake."""
        return np.take(self.verdicts.priced, self.parts)

    @cached_property
    def money(self) -> Ints:  # type: ignore[override]
        """lo, hi, verified lo and hi."""
        return np.take(self.verdicts.money, self.parts, axis=0)

    @cached_property
    def missing(self) -> Small:  # type: ignore[override]
        """The number of what is missing."""
        return asking_dates(np.take(self.verdicts.missing, self.parts), self.verdicts, self._dates)

    def money_of(self, rows: Indices) -> Ints:
        """The money of some rows."""
        if "money" in vars(self):
            return super().money_of(rows)
        return np.take(self.verdicts.money, np.take(self.parts, rows), axis=0)

    def ends(self) -> tuple[Ints, Ints, Ints, Ints]:
        """The columns of `money`; those that are the same throughout may be one array."""
        if "money" in vars(self):
            return super().ends()
        tables = [np.ascontiguousarray(self.verdicts.money[:, place]) for place in range(4)]
        lo, hi = np.take(tables[0], self.parts), np.take(tables[1], self.parts)
        verified_lo = lo if np.array_equal(tables[0], tables[2]) else np.take(tables[2], self.parts)
        verified_hi = hi if np.array_equal(tables[1], tables[3]) else np.take(tables[3], self.parts)
        return lo, hi, verified_lo, verified_hi


class ByRow(Judged):
    """One benefit whose amount is computed row by row, for those to whom it is still open.

    `rows` are those, in order, `figures` their money and `asked` the numbers of what each still lacks.
    """

    def __init__(
        self,
        parts: Small,
        verdicts: Verdicts,
        dates: Mapping[str, tuple[str, Flags]],
        rows: Indices,
        figures: Ints,
        asked: Small,
    ) -> None:
        self.parts, self.verdicts, self._dates = parts, verdicts, dates
        self.rows, self.figures, self.asked = rows, figures, asked

    @cached_property
    def outcome(self) -> Small:  # type: ignore[override]
        """Places in `OUTCOMES`."""
        return np.take(self.verdicts.outcome, self.parts)

    @cached_property
    def priced(self) -> Flags:  # type: ignore[override]
        """Whether an amount is at stake."""
        return self.money[:, 0] > NO_END

    @cached_property
    def money(self) -> Ints:  # type: ignore[override]
        """lo, hi, verified lo and hi."""
        found = np.full((len(self.parts), 4), NO_END, dtype=np.int64)
        found[self.rows] = self.figures
        return found

    @cached_property
    def missing(self) -> Small:  # type: ignore[override]
        """The number of what is missing."""
        found = np.take(self.verdicts.missing, self.parts).astype(np.int64)
        found[self.rows] = self.asked
        return asking_dates(found, self.verdicts, self._dates)


def asking_dates(missing: Small, verdicts: Verdicts, dates: Mapping[str, tuple[str, Flags]]) -> Small:
    """Where a field is known (`dates` has the rows) and only the edition of its list is not, its date is
    what is missing."""
    for name, (day, known) in dates.items():
        texts = verdicts.texts
        swap = np.arange(len(texts))
        for index, text in enumerate(texts[: len(swap)]):
            if name in text:
                swap[index] = verdicts.text(tuple(dict.fromkeys(day if m == name else m for m in text)))
        if bool((swap != np.arange(len(swap))).any()):
            missing = np.where(known, np.take(swap, missing), missing)
    return missing
