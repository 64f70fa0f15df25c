"""A verdict in the few words a table cell has room for, remembered because verdicts repeat."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from talent_rules.batch.engine import unmeasured
from talent_rules.explain import GRADE_WORDS, amount_words, reason
from talent_rules.model import Money, Outcome, Verdict
from talent_rules.points import UNIT
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import show_range, show_yuan

_SEPARATOR = "\x1f"
_LIMIT = 50_000
#: The number under which an open question is kept in the rule files; nothing to a reader of a table
_QUESTION = re.compile(r"（[QK]\d\d(?:、[QK]\d\d)*）")


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one benefit for one person; `amount` only where the sum is no single figure."""

    amount: str = ""
    reason: str = ""
    missing: str = ""
    step: str = ""

    def pack(self) -> str:
        """One string, for a dictionary column."""
        return _SEPARATOR.join((self.amount, self.reason, self.missing, self.step))

    @classmethod
    def unpack(cls, text: str | None) -> Words:
        """What `pack` made."""
        return cls(*text.split(_SEPARATOR)) if text else cls()


class Wording:
    """Turns verdicts into words; keeps what it has said."""

    def __init__(self, base: RuleBase) -> None:
        self._base = base
        self._numbers = {b.id: n for n, b in enumerate(base.benefits)}
        self._said: dict[object, tuple[object, str]] = {}

    def packed(self, verdict: Verdict, held: Mapping[str, str]) -> str:
        """The packed words of a verdict on somebody who has this, by field."""
        key = (
            verdict.benefit,
            verdict.outcome,
            id(verdict.because),
            verdict.missing,
            verdict.amount,
            verdict.dropped_by,
            *held.items(),
        )
        found = self._said.get(key)
        if found is None:
            if len(self._said) >= _LIMIT:
                self._said.clear()
            found = (
                verdict.because,
                self._words(verdict, held).pack(),
            )  # the tuple is kept so that its id stays its own
            self._said[key] = found
        return found[1]

    def _words(self, verdict: Verdict, held: Mapping[str, str]) -> Words:
        if verdict.outcome is Outcome.OUT_OF_SCOPE:
            return Words(reason="申请时适用的不是这一版政策")
        why = _QUESTION.sub("", reason(self._base, verdict, held=held))
        if verdict.outcome is Outcome.NEEDS_INFO:  # which, is told in a column of its own
            why = f"没有不满足的条件，还缺{len(verdict.missing)}项"
        if verdict.amount is not None and not verdict.amount.grade.verified:
            why += "。" + _doubt(verdict.amount)
        return Words(self._amount(verdict), why, self._names(verdict.missing), self._step(verdict))

    def _amount(self, verdict: Verdict) -> str:
        money = verdict.amount
        if money is None or (money.exact and money.unit == "CNY"):
            return ""
        if money.unit == UNIT:
            return amount_words(money)
        number = self._numbers[verdict.benefit]
        if unmeasured(self._base, number, verdict):
            return "补填后才能算" if not money.reported.lo else f"{show_yuan(money.reported.lo)}起，补填后才能算"
        return show_range(money.reported) + ("/年" if money.unit == "CNY/year" else "")

    def _names(self, missing: tuple[str, ...]) -> str:
        return "、".join(self._base.vocabulary.fields[m].name for m in missing)

    def _step(self, verdict: Verdict) -> str:
        benefit = self._base.benefit(verdict.benefit)
        way = f"，渠道：{benefit.channel}" if benefit.channel else ""
        if verdict.dropped_by:
            return f"与{self._base.benefit(verdict.dropped_by).name}不重复享受，按高的申请"
        if verdict.outcome is Outcome.ELIGIBLE:
            return f"可以申请{way}"
        if verdict.outcome is Outcome.NEEDS_REVIEW:
            return f"备齐材料，请主管部门认定{way}"
        if verdict.outcome is Outcome.NEEDS_INFO:
            names = [self._base.vocabulary.fields[m].name for m in verdict.missing]
            more = f"等{len(names)}项" if len(names) > 3 else ""
            return "补填" + "、".join(names[:3]) + more
        return ""


def _doubt(money: Money) -> str:
    word = GRADE_WORDS[money.grade.value]
    official = money.verified
    if official.hi is None and official.lo == 0:
        return f"金额出自{word}，官方没有公布数额"
    return f"金额出自{word}，官方区间 {show_range(official)}"
