"""The totals of the SQL text: sound ends, at most what is guaranteed and at least what is possible."""

from __future__ import annotations

from collections.abc import Sequence

from talent_rules.combine import components, edges_of
from talent_rules.engines import sql_terms as t
from talent_rules.model import Outcome
from talent_rules.money import Amount, Monthly, Service, Yearly, unit_of
from talent_rules.points import UNIT
from talent_rules.rulebase import Benefit, RuleBase

HISTORY = {"不重复享受": "received", "扣减": "received", "补差": "received", "家庭一次": "family_received"}


def measured(benefit: Benefit) -> bool:
    """Whether a benefit has an amount at all, of money or of points."""

    def paid(node: Amount) -> bool:
        return not isinstance(node, Service) and (not isinstance(node, (Monthly, Yearly)) or paid(node.per))

    return paid(benefit.amount)


def totals(base: RuleBase) -> dict[str, str]:
    """The four totals as terms over the judged columns o, l and h of each benefit."""
    return _Totals(base).terms()


class _Totals:
    """Sound ends of the totals: at most what is guaranteed, at least what is possible."""

    def __init__(self, base: RuleBase) -> None:
        self.base = base
        self.mine = [
            i for i, b in enumerate(base.benefits) if b.to_person and measured(b) and unit_of(b.amount) != UNIT
        ]

    def terms(self) -> dict[str, str]:
        """The four totals."""
        found = {}
        for words, once in ((("guaranteed", "possible"), True), (("yearly_lo", "yearly_hi"), False)):
            some = [i for i in self.mine if (unit_of(self.base.benefits[i].amount) == "CNY") is once]
            found[words[0]], found[words[1]] = self._low(some), self._high(some)
        return found

    def _low(self, numbers: Sequence[int]) -> str:
        places = {self.base.benefits[i].id: i for i in numbers}
        edges = edges_of(self.base.relations, set(places))
        caps = [r for r in self.base.relations if r.kind == "合计封顶" and r.limit is not None]
        groups = [set(ids) for ids, _ in components(places, edges)]
        for cap in caps:
            joined = [g for g in groups if g & set(cap.members)]
            groups = [g for g in groups if not g & set(cap.members)] + ([set().union(*joined)] if joined else [])
        terms = []
        for group in groups:
            each = [self._sure(places[i]) for i in places if i in group]
            term = each[0] if len(each) == 1 else f"GREATEST({', '.join(each)})"
            limits = [str(c.limit) for c in caps if group & set(c.members)]
            terms.append(f"LEAST({term}, {', '.join(limits)})" if limits else term)
        return _added(terms)

    def _sure(self, index: int) -> str:
        benefit = self.base.benefits[index]
        lo = f"l{index}"
        if not benefit.grade.verified:
            floor = benefit.official.lo if benefit.official else 0
            lo = f"LEAST(l{index}, {floor})"
        tests = [f"o{index} = '{Outcome.ELIGIBLE.value}'"]
        for relation in self.base.relations:
            if relation.kind in HISTORY and benefit.id in relation.members:
                rivals = relation.received or tuple(
                    m for m in relation.members if relation.kind == "家庭一次" or m != benefit.id
                )
                history = t.name(HISTORY[relation.kind])
                tests += [f"POSITION({t.text('|' + r + '|')} IN {history}) = 0" for r in rivals]
                tests.append(f"{history} IS NOT NULL")
        return f"CASE WHEN {t.every(tests)} THEN {lo} ELSE 0 END"

    def _high(self, numbers: Sequence[int]) -> str:
        left = {self.base.benefits[i].id: i for i in numbers}
        terms = []
        for relation in self.base.relations:
            if relation.kind in ("就高", "补差", "择一"):
                each = [f"COALESCE(h{left.pop(m)}, 0)" for m in relation.members if m in left]
                terms += [each[0] if len(each) == 1 else f"GREATEST({', '.join(each)})"] if each else []
        terms += [f"COALESCE(h{i}, 0)" for i in left.values()]
        free = t.some(f"(l{i} IS NOT NULL AND h{i} IS NULL)" for i in numbers)
        return f"CASE WHEN {free} THEN {t.UNBOUNDED} ELSE {_added(terms)} END"


def _added(terms: Sequence[str]) -> str:
    return " + ".join(["CAST(0 AS BIGINT)", *terms])
