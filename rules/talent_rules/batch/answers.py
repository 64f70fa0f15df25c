"""Decided rows in words, as columns: for each benefit the few different answers, and which one each row has;
so the words of a cell are made, kept and printed once, however many people they are said to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from talent_rules.batch.cells import problem_text, yuan
from talent_rules.batch.engine import Decided, untold
from talent_rules.batch.people import Person, status_of
from talent_rules.batch.problems import RowProblem
from talent_rules.batch.reasons import held
from talent_rules.batch.summary import OUTCOMES
from talent_rules.batch.words import Wording, Words
from talent_rules.derive import known_state
from talent_rules.model import Money, Verdict
from talent_rules.rulebase import RuleBase

_SEPARATOR = "\x1e"
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Answer:
    """One benefit for one person as it was stored; money in 分, `hi` None is no upper bound or no money."""

    outcome: int
    lo: int | None
    hi: int | None
    exact: bool
    doubtful: bool
    words: Words

    @property
    def label(self) -> str:
        """符合 · 不符合 · …"""
        return OUTCOMES[self.outcome].label

    @property
    def amount(self) -> int | float | str:
        """The amount in 元: a number where it is a single figure, words where it is a range, "" where none."""
        return yuan(self.lo) if self.exact and self.lo is not None else self.words.amount

    @classmethod
    def unpack(cls, text: str) -> Answer:
        """What `packed` made."""
        outcome, lo, hi, flags, words = text.split(_SEPARATOR)
        ends = [int(end) if end else None for end in (lo, hi)]
        return cls(int(outcome), ends[0], ends[1], int(flags) >= 2, int(flags) % 2 == 1, Words.unpack(words))


def packed(verdict: Verdict, wording: Wording, held: Mapping[str, str]) -> str:
    """A verdict as it is stored: its outcome, its money, and its words; `held` as `Reasons.held` has it."""
    money = verdict.amount
    lo, hi = ("", "") if money is None else (_end(money.reported.lo), _end(money.reported.hi))
    outcome = str(OUTCOMES.index(verdict.outcome))
    return _SEPARATOR.join((outcome, lo, hi, str(_flags(money)), wording.packed(verdict, held)))


def _end(fen: int | None) -> str:
    return "" if fen is None else str(fen)


def _flags(money: Money | None) -> int:
    """2 for a single figure, 1 for one nobody verified."""
    return (2 if money.exact and money.unit == "CNY" else 0) + (not money.grade.verified) if money else 0


def wording_of(base: RuleBase) -> Wording:
    """The words of a rule base, kept with it."""
    found = base.memo.get("batch wording")
    if not isinstance(found, Wording):
        found = Wording(base)
        base.memo["batch wording"] = found
    return found


# ── as a table ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Whole:
    """What each row comes to as a whole. Money in 分, −1 for no upper bound; `untold` says where a sum cannot be
    told yet: 1 of what is paid once, 2 of what is paid every year, 3 of both."""

    rows: Ints
    status: npt.NDArray[np.int8]
    guaranteed: Ints
    likely: Ints
    yearly_lo: Ints
    yearly: Ints
    untold: npt.NDArray[np.int8]


def answers_table(
    whole: Whole,
    problems: dict[int, tuple[RowProblem, ...]],
    labels: Sequence[Any],
    codes: Sequence[Codes],
    answers: Sequence[Sequence[str]],
) -> Any:
    """Decided rows as the table of a chunk."""
    details = [problem_text(problems[place]) if place in problems else None for place in range(len(whole.rows))]
    columns: dict[str, Any] = {f"l{n}": label for n, label in enumerate(labels)}
    columns |= {
        "row": pa.array(whole.rows),
        "status": pa.array(whole.status),
        "details": pa.array(details, pa.large_string()),
        "guaranteed": pa.array(whole.guaranteed),
        "likely": pa.array(whole.likely),
        "yearly_lo": pa.array(whole.yearly_lo),
        "yearly": pa.array(whole.yearly),
        "untold": pa.array(whole.untold),
    }
    for number, (code, texts) in enumerate(zip(codes, answers, strict=True)):
        columns[f"b{number}"] = pa.DictionaryArray.from_arrays(pa.array(code), pa.array(texts, pa.large_string()))
    return pa.table(columns)


def exact_answers(base: RuleBase, people: Sequence[Person], decided: Sequence[Decided], labels: Sequence[Any]) -> Any:
    """Rows decided one by one, as the table of a chunk."""
    wording = wording_of(base)
    masks = [known_state(base, p.facts, d.decision.as_of).masks for p, d in zip(people, decided, strict=True)]
    codes, answers = [], []
    for number in range(len(base.benefits)):
        order: dict[str, int] = {}
        texts = [
            packed(verdict, wording, held(base, verdict, number, has))
            for verdict, has in ((d.decision.verdicts[number], m) for d, m in zip(decided, masks, strict=True))
        ]
        codes.append(np.array([order.setdefault(text, len(order)) for text in texts], dtype=np.int32))
        answers.append(list(order))
    waiting = [untold(base, d.decision.verdicts) for d in decided]
    whole = Whole(
        ints(p.row for p in people),
        np.array([status_of(p.problems) for p in people], dtype=np.int8),
        ints(d.decision.total.guaranteed for d in decided),
        ints(d.hoped.possible for d in decided),
        ints(d.hoped.yearly.lo for d in decided),
        ints(d.hoped.yearly.hi for d in decided),
        untold_marks([o for o, _ in waiting], [y for _, y in waiting]),
    )
    problems = {place: p.problems for place, p in enumerate(people) if p.problems}
    return answers_table(whole, problems, labels, codes, answers)


def untold_marks(once: Any, yearly: Any) -> npt.NDArray[np.int8]:
    """What `Whole.untold` says, from where a sum paid once and where one paid every year cannot be told."""
    marks: npt.NDArray[np.int8] = np.asarray(once, dtype=np.int8) + 2 * np.asarray(yearly, dtype=np.int8)
    return marks


def ints(values: Any) -> Ints:
    """Whole numbers, −1 for none."""
    return np.array([-1 if v is None else v for v in values], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Answered:
    """The table of a chunk, read back. `answers[n][codes[n][row]]` is the answer on benefit n."""

    whole: Whole
    labels: list[list[str]]
    details: list[str]
    codes: list[Codes]
    answers: list[list[Answer]]

    @classmethod
    def of(cls, table: Any, benefits: int) -> Answered:
        """From what `answers_table` made."""

        def numbers(name: str) -> Any:
            return table.column(name).to_numpy()

        def texts(name: str) -> list[str]:
            found: list[str] = pc.fill_null(table.column(name), "").to_pylist()
            return found

        columns = [table.column(f"b{n}").combine_chunks() for n in range(benefits)]
        columns = [c.chunk(0) if isinstance(c, pa.ChunkedArray) else c for c in columns]
        return cls(
            Whole(*(numbers(n) for n in (f.name if f.name != "rows" else "row" for f in fields(Whole)))),
            [texts(n) for n in table.column_names if n[0] == "l" and n[1:].isdigit()],
            texts("details"),
            [c.indices.to_numpy() for c in columns],
            [[Answer.unpack(t) for t in c.dictionary.to_pylist()] for c in columns],
        )
