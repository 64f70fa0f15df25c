"""`decide_table`: the columns it takes, the table it gives, and money beyond 32 and 53 bits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from agree import AS_OF, difference
from crowd import typed_people
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


@pytest.mark.parametrize("place", ["ordos", "huhehaote"])
def test_typed_people_are_decided_as_one_by_one(place: str) -> None:
    town = load(place)
    people = typed_people(town, 3, 150, unknown=0.3, fitting=60)
    for profile, row in zip(people.to_pylist(), decide_table(town, people, AS_OF).to_pylist(), strict=True):
        said = {k: v for k, v in profile.items() if v is not None}
        assert not difference(town.decide(said, as_of=AS_OF), row)


def test_pieces_of_a_table_are_decided_as_the_whole(base: RuleBase) -> None:
    people = typed_people(base, 4, 300, fitting=60)
    whole = decide_table(base, people, AS_OF)
    pieces = [people.slice(start, 37) for start in range(0, 300, 37)]
    assert decide_table(base, pa.concat_tables(pieces), AS_OF).to_pylist() == whole.to_pylist()
    stream = pa.RecordBatchReader.from_batches(people.schema, (b for p in pieces for b in p.to_batches()))
    assert [r for b in decide_blocks(base, stream, AS_OF) for r in b.to_pylist()] == whole.to_pylist()


def test_what_lies_under_a_null_is_nothing(base: RuleBase) -> None:
    flags = pa.Array.from_buffers(pa.bool_(), 2, [pa.py_buffer(b"\x02"), pa.py_buffer(b"\x03")])
    areas = pa.array([1e300, 90.0], mask=np.array([True, False]))
    figures = pa.Array.from_buffers(pa.int64(), 2, [pa.py_buffer(b"\x02"), pa.py_buffer(np.array([1 << 62, 8000]))])
    people = pa.table({"on_post": flags, "home_area": areas, "home_price_per_m2": figures, "age": figures})
    rows = decide_table(base, people, AS_OF).to_pylist()
    assert rows[0]["problems"] == "" and rows[1]["problems"] == "P602:age"
    assert not difference(base.decide({}, as_of=AS_OF), rows[0])
    told = {"on_post": True, "home_area": 90, "home_price_per_m2": 8000}
    assert not difference(base.decide(told, as_of=AS_OF), rows[1])


def test_anything_with_an_arrow_stream_is_taken(base: RuleBase) -> None:
    class Stream:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return pa.table({"degree": ["phd"]}).__arrow_c_stream__()

    assert decide_table(base, Stream(), AS_OF).num_rows == 1


def test_no_people_give_no_rows(base: RuleBase) -> None:
    found = decide_table(base, pa.table({"degree": pa.array([], pa.string())}), AS_OF)
    assert found.num_rows == 0 and "guaranteed" in found.column_names


def test_of_two_columns_for_one_field_the_narrower_counts_and_a_contradiction_is_unknown(base: RuleBase) -> None:
    people = {"学历": ["硕士", "硕士及以上", None, "本科"], "学位": ["硕士", "博士", "博士", "硕士"]}
    more = {"合同年限": [3, 3, 5, None], "聘期": ["三年", "2年以上", "3至6年", "4年"]}
    rows = decide_table(base, pa.table(people | more), AS_OF).to_pylist()
    told: list[dict[str, object]] = [
        {"degree": "master", "contract_years": "3年"},
        {"degree": "phd", "contract_years": "3年"},
        {"degree": "phd", "contract_years": "5年"},
        {"contract_years": "4年"},
    ]
    for said, row in zip(told, rows, strict=True):
        assert not difference(base.decide(said, as_of=AS_OF), row)
    assert [row["problems"] for row in rows] == ["", "", "", "P603:degree"]


def test_two_columns_of_one_field_are_read_as_two_keys_of_a_profile_are(base: RuleBase) -> None:
    words = ["研究生", "硕士", "本科", "搏士", "硕士及以上", "不清楚", None]
    pairs = [(one, other) for one in words for other in words]
    table = pa.table({"学历": [one for one, _ in pairs], "学位": [other for _, other in pairs]})
    for (one, other), row in zip(pairs, decide_table(base, table, AS_OF).to_pylist(), strict=True):
        decision = base.decide({"学历": one, "学位": other}, as_of=AS_OF)
        assert not difference(decision, row), (one, other)
        assert set(filter(None, row["problems"].split("、"))) == {f"{p.code}:degree" for p in decision.problems}


def test_two_columns_of_lists_for_one_field_are_refused(base: RuleBase) -> None:
    with pytest.raises(Rejected):
        decide_table(base, pa.table({"awards": [["craftsman"]], "荣誉": [["未来之星"]]}), AS_OF)


def test_what_is_not_understood_is_unknown_and_said(base: RuleBase) -> None:
    table = pa.table(
        {"degree": ["学霸"], "age": [400], "home_area": [float("inf")], "contract_years": [Decimal("3.5")]}
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
