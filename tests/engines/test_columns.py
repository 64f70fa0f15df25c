"""`decide_table`: the columns it takes, the table it gives, and money beyond 32 and 53 bits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from agree import AS_OF, difference
from generate import generate_rule_base
from talent_rules import Rejected, load
from talent_rules.engines.columns import BLOCK, decide_blocks, decide_table, outcomes
from talent_rules.library import RuleBase, with_verbs
from talent_rules.model import Facts, OneOf, Span
from talent_rules.money import AreaPrice, Constant


@pytest.fixture(scope="module")
def base() -> RuleBase:
    return load("ordos")


def test_typed_and_text_columns_by_id_or_name(base: RuleBase) -> None:
    typed = pa.table(
        {
            "degree": pa.array(["phd", None]).dictionary_encode(),
            "on_post": [True, None],
            "birth_date": pa.array([date(1990, 2, 28), None]),
            "contract_years": [3, 2],
            "home_area": [128.5, None],
            "home_price_per_m2": [7999, 8000],
            "parents": pa.array([[date(1950, 1, 1)], []], pa.list_(pa.date32())),
            "awards": pa.array([["craftsman"], []]),
        }
    )
    text = pa.table(
        {
            "学位": ["博士", ""],
            "在职在岗": ["是", None],
            "出生日期": ["1990年2月28日", ""],
            "劳动合同年限": ["3年", "24个月"],
            "购房面积": ["128.5㎡", ""],
            "购房单价": ["7999元", "八千元"],
            "父母": ["1950-01-01", "无"],
            "荣誉与入选": ["鄂尔多斯工匠", "无"],
            "姓名": ["甲", "乙"],
        }
    )
    assert decide_table(base, typed, AS_OF).to_pylist() == decide_table(base, text, AS_OF).to_pylist()


def test_anything_with_an_arrow_stream_is_taken(base: RuleBase) -> None:
    class Stream:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return pa.table({"degree": ["phd"]}).__arrow_c_stream__()

    assert decide_table(base, Stream(), AS_OF).num_rows == 1


def test_no_people_give_no_rows(base: RuleBase) -> None:
    found = decide_table(base, pa.table({"degree": pa.array([], pa.string())}), AS_OF)
    assert found.num_rows == 0 and "guaranteed" in found.column_names


def test_two_columns_for_one_field_are_refused(base: RuleBase) -> None:
    with pytest.raises(Rejected):
        decide_table(base, pa.table({"degree": ["phd"], "学位": ["博士"]}), AS_OF)


def test_what_is_not_understood_is_unknown_and_said(base: RuleBase) -> None:
    table = pa.table(
        {"degree": ["学霸"], "age": [400], "home_area": [float("nan")], "contract_years": [Decimal("3.5")]}
    )
    row = decide_table(base, table, AS_OF).to_pylist()[0]
    assert set(row["problems"].split("、")) == {"P602:degree", "P602:age", "P602:home_area"}
    assert not difference(base.decide({"contract_years": "3.5年"}, as_of=AS_OF), row)


def test_blocks_come_in_order_and_threads_change_nothing(base: RuleBase) -> None:
    people = pa.table(
        {
            "degree": ["phd", "master", ""] * (BLOCK // 2),
            "age": list(range(100)) * (3 * (BLOCK // 2) // 100) + [1] * (3 * (BLOCK // 2) % 100),
        }
    )
    one = pa.Table.from_batches(list(decide_blocks(base, people, AS_OF, threads=1)))
    two = decide_table(base, people, AS_OF, threads=2)
    assert one.num_rows == people.num_rows
    for name in ("ordos-housing-2024/settling_in.outcome", "ordos-housing-2024/settling_in.missing", "possible"):
        assert one[name].to_pylist() == two[name].to_pylist()


def test_partly_known_facts(base: RuleBase) -> None:
    people = [
        Facts({"degree": OneOf(frozenset({"master", "phd"})), "age": Span(30, 35)}),
        Facts({"graduation_date": Span(737000, 738000), "school": "云南大学"}),
        Facts(),
    ]
    found = outcomes(base, people, AS_OF)
    for facts, answer in zip(people, found, strict=True):
        assert answer == {v.benefit: v.outcome for v in base.decide(facts, as_of=AS_OF).verdicts}


def _rich(lo: int, hi: int | None) -> RuleBase:
    """One benefit of that much, for everybody."""
    from dataclasses import fields, replace

    from talent_rules import rulebase
    from talent_rules.conditions import ALWAYS
    from talent_rules.model import Grade

    whole = generate_rule_base(3, 1)
    plain = rulebase.RuleBase(**{f.name: getattr(whole, f.name) for f in fields(whole)})
    benefits = tuple(
        replace(
            b, condition=ALWAYS, scope=ALWAYS, amount=Constant(lo, hi), grade=Grade.A, beneficiary="个人", rounding=1
        )
        for b in plain.benefits
    )
    return with_verbs(replace(plain, benefits=benefits, relations=(), implications=()))


@pytest.mark.parametrize("each", [2**31 + 1, 2**53 + 1])
def test_sums_beyond_32_and_53_bits_are_exact(each: int) -> None:
    base = _rich(each, each)
    row = decide_table(base, pa.table({"wage": ["1元"]}), AS_OF).to_pylist()[0]
    assert row["guaranteed"] == row["possible"] == each * len(base.benefits)
    assert row["possible"] == base.decide({}, as_of=AS_OF).total.possible


def test_a_sum_no_64_bits_hold_is_refused_not_wrapped() -> None:
    base = _rich(2**62, 2**62)
    with pytest.raises(OverflowError):
        decide_table(base, pa.table({"wage": ["1元"]}), AS_OF)


def test_no_upper_bound_is_null() -> None:
    row = decide_table(_rich(5, None), pa.table({"wage": ["1元"]}), AS_OF).to_pylist()[0]
    assert row["possible"] is None and row["guaranteed"] > 0


def test_area_times_price_by_vector_and_one_by_one(base: RuleBase) -> None:
    assert any(isinstance(b.amount, AreaPrice) for b in base.benefits)
    facts = {"municipal_title": "tianjiao", "home_area": "179.999999㎡", "home_price_per_m2": "6666.67元"}
    huge = {**facts, "home_price_per_m2": "90000000000000元"}
    table = pa.table({k: [facts[k], huge[k]] for k in facts})
    for row, one in zip(decide_table(base, table, AS_OF).to_pylist(), (facts, huge), strict=True):
        assert not difference(base.decide(one, as_of=AS_OF), row)
