"""What is said of a decision, and what is advised: nothing that does not hold when it is tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from houses import DAY, ordos, town
from snippets import VOCABULARY, benefit, document, loaded
from talent_rules import RuleBase, advise, amount_words, explained, payments_words, reason, sources_of, total_words
from talent_rules.cases import check_case
from talent_rules.decide import decide
from talent_rules.model import Advice, Decision, Facts, Grade, Money, Outcome, Payment, Range, Verdict
from talent_rules.saying import show_denied
from talent_rules.vocabulary import Kind, Mutability

DOCTOR: dict[str, object] = {
    "学位": "博士", "双一流": True, "市外引进": True, "引进方式": "全职", "劳动合同年限": 3, "年龄": 35,
}  # fmt: skip


def decided(base: RuleBase, profile: dict[str, object], on: date = DAY) -> tuple[Facts, Decision]:
    facts, problems = base.read(profile)
    assert not problems
    return facts, base.decide(facts, as_of=on)


def applied(base: RuleBase, facts: Facts, advice: Advice, benefit: str, on: date) -> Verdict:
    """Do what the advice says, decide anew on a day, and see."""
    changed = facts
    if advice.on and "application_date" in facts.values:
        changed = changed.having({"application_date": on.toordinal()})
    for field, words in advice.changes:
        entry = base.vocabulary.fields[field]
        now = changed.get(field)
        if entry.derivation and (entry.derivation.of in facts.values or entry.derivation.of == field):
            if entry.mutability is Mutability.BY_TIME:
                changed = changed.having({field: None})  # time does it; the birth date stays
                continue
            changed = changed.having({entry.derivation.of: None})
        value = entry.read(words, base.vocabulary.reference)
        assert value is not None
        if entry.kind is Kind.SET and isinstance(now, frozenset) and isinstance(value, frozenset):
            value = value | now
        changed = changed.having({field: value})
    return base.decide(changed, as_of=on)[benefit]


# ── advice ──────────────────────────────────────────────────────────────────────────────────


def advice_for(base: RuleBase, profile: dict[str, object], benefit: str) -> tuple[Advice, ...]:
    facts, decision = decided(base, profile)
    return advise(base, facts, decision[benefit], DAY)


def test_a_contract_too_short_is_to_be_made_longer() -> None:
    (first, *_) = advice_for(town(), {**DOCTOR, "劳动合同年限": 2}, "settling_in")
    assert first.changes == (("contract_years", "3年"),)
    assert first.outcome is Outcome.ELIGIBLE and first.amount == Range(40_000_000, 40_000_000)


def test_insurance_grows_by_itself_and_the_day_is_named() -> None:
    (first, *_) = advice_for(town(), {"社保月数": 10}, "purchase")
    assert first.on == date(2024, 11, 1) and "最早 2024-11-01" in first.text


def test_nobody_is_told_to_come_from_elsewhere_or_to_become_younger() -> None:
    assert advice_for(town(), {**DOCTOR, "市外引进": False}, "settling_in") == ()
    assert advice_for(town(), {"市外引进": True, "年龄": 45}, "rent") == ()


def test_there_is_no_advice_where_nothing_is_refused_and_time_brings_no_more() -> None:
    facts, decision = decided(town(), DOCTOR)
    for verdict in decision.verdicts:
        if verdict.outcome is not Outcome.INELIGIBLE:
            assert advise(town(), facts, verdict, DAY) == ()


CARED_FOR: dict[str, object] = {
    "人才类别": "D类", "市级英才称号": "无", "引进方式": "全职", "在管理期": True, "子女": ["2022-06-01"],
}  # fmt: skip


def test_the_day_a_parent_turns_seventy_is_named_where_nobody_is_old_enough_yet() -> None:
    profile = {**CARED_FOR, "父母": ["1954-11-02", "1960-03-01"]}
    (first, *_) = advice_for(ordos(), profile, "elder_care")
    assert (first.on, first.outcome) == (date(2024, 11, 2), Outcome.ELIGIBLE)
    assert first.amount == Range(200_000, 200_000) and first.unit == "CNY/year" and not first.more
    assert decided(ordos(), profile, date(2024, 11, 1))[1]["elder_care"].outcome is Outcome.INELIGIBLE
    assert decided(ordos(), profile, date(2024, 11, 2))[1]["elder_care"].outcome is Outcome.ELIGIBLE


def test_the_day_a_second_parent_turns_seventy_is_named_with_what_is_paid_then() -> None:
    profile = {**CARED_FOR, "父母": ["1952-03-01", "1954-11-02"]}
    facts, decision = decided(ordos(), profile)
    (only,) = advise(ordos(), facts, decision["elder_care"], DAY)
    assert only.more and (only.on, only.amount) == (date(2024, 11, 2), Range(400_000, 400_000))
    said = explained(ordos(), decision["elder_care"], facts, DAY)
    assert "以后更多：2024-11-02 起年满70周岁父母人数 2人，是 4,000元/年" in said


def test_who_was_born_on_a_leap_day_is_seventy_on_the_first_of_march() -> None:
    (first, *_) = advice_for(ordos(), {**CARED_FOR, "父母": ["1956-02-29"]}, "elder_care")
    assert first.on == date(2026, 3, 1)


def test_a_later_day_is_another_day_of_application() -> None:
    profile = {**CARED_FOR, "父母": ["1954-11-02"], "申请日期": "2024-10-15"}
    (first, *_) = advice_for(ordos(), profile, "elder_care")
    assert first.on == date(2024, 11, 2)


def test_whose_birthday_nobody_told_is_not_waited_for() -> None:
    facts, decision = decided(ordos(), {**CARED_FOR, "年满70周岁父母人数": 1})
    assert advise(ordos(), facts, decision["elder_care"], DAY) == ()


TOWN_PROFILES = st.fixed_dictionaries(
    {},
    optional={
        "age": st.integers(18, 60),
        "birth_date": st.dates(date(1960, 1, 1), date(2005, 1, 1)).map(str),
        "degree": st.sampled_from(["associate", "bachelor", "master", "phd"]),
        "double_first_class": st.booleans(),
        "from_outside": st.booleans(),
        "engagement": st.sampled_from(["full_time", "flexible"]),
        "contract_years": st.integers(0, 5),
        "insured_months": st.integers(0, 20),
        "annual_salary": st.integers(10, 60).map(lambda n: n * 10_000),
        "awards": st.lists(st.sampled_from(["craftsman", "future_star"]), unique=True),
    },
)
ORDOS_PROFILES = st.fixed_dictionaries(
    {
        "degree": st.sampled_from(["associate", "bachelor", "master", "phd"]),
        "age": st.integers(25, 60),
        "from_outside": st.booleans(),
        "first_time": st.booleans(),
        "engagement": st.sampled_from(["full_time", "flexible"]),
        "contract_years": st.integers(0, 5),
        "on_post": st.booleans(),
        "founder": st.booleans(),
        "renting": st.booleans(),
        "bought_home": st.booleans(),
        "overseas": st.booleans(),
        "double_first_class": st.booleans(),
        "degree_status": st.sampled_from(["studying", "obtained"]),
        "certs": st.sampled_from(["both", "degree_only"]),
        "arrival_date": st.sampled_from(["2021-07-01", "2021-08", "2022-09-01", "2024-02-01"]),
        "talent_category": st.sampled_from(["A", "D", "F", "none"]),
        "municipal_title": st.sampled_from(["tianjiao", "ordos", "none"]),
        "title": st.sampled_from(["none", "intermediate", "vice_senior", "senior"]),
        "employer_type": st.sampled_from(["private", "public_institution", "central_enterprise"]),
        "contract": st.booleans(),
        "title_valid": st.booleans(),
        "parents": st.lists(st.dates(date(1950, 1, 1), date(1962, 1, 1)).map(str), max_size=2),
        "children": st.lists(st.dates(date(2019, 1, 1), date(2024, 8, 1)).map(str), max_size=2),
    },
)


def check_advice(base: RuleBase, profile: dict[str, object]) -> None:
    facts, problems = base.read(profile)
    assert not problems, problems
    decision = base.decide(facts, as_of=DAY)
    if decision.problems:
        return
    for verdict in decision.verdicts:
        for advice in advise(base, facts, verdict, DAY):
            assert (verdict.outcome is Outcome.INELIGIBLE) is not advice.more
            assert advice.outcome in (Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW, Outcome.NEEDS_INFO)
            assert advice.changes
            for field, _ in advice.changes:
                entry = base.vocabulary.fields[field]
                assert entry.mutability is not Mutability.FIXED, (verdict.benefit, advice.text)
                assert field != "application_date"
            if advice.on is not None:
                assert advice.on > DAY
            then = applied(base, facts, advice, verdict.benefit, advice.on or DAY)
            assert then.outcome is advice.outcome, (verdict.benefit, advice.text)
            assert (then.amount.reported if then.amount else None) == advice.amount, (verdict.benefit, advice.text)
            if advice.on is not None and any(f in ("age", "parents_70") for f, _ in advice.changes):
                eve = applied(base, facts, advice, verdict.benefit, advice.on - timedelta(days=1))
                worse = eve.outcome is Outcome.INELIGIBLE or (eve.amount and then.amount)
                assert worse, (verdict.benefit, advice.text)
                if advice.more and eve.amount and then.amount:
                    assert eve.amount.reported.lo < then.amount.reported.lo


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TOWN_PROFILES)
def test_advice_taken_in_the_town_leads_where_it_says(profile: dict[str, object]) -> None:
    check_advice(town(), profile)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ORDOS_PROFILES)
def test_advice_taken_in_ordos_leads_where_it_says(profile: dict[str, object]) -> None:
    check_advice(ordos(), profile)


# ── words ───────────────────────────────────────────────────────────────────────────────────


def test_each_outcome_says_its_reason() -> None:
    profile = {**DOCTOR, "劳动合同年限": 2, "荣誉": ["未来之星"], "申请日期": "2024-09-01"}
    _, decision = decided(town(), profile)
    said = {v.benefit.rsplit("/", 1)[-1]: reason(town(), v) for v in decision.verdicts}
    assert said["settling_in"] == "不满足要求：劳动合同年限至少 3年"
    assert said["rent"] == "各项条件都满足"
    assert said["purchase"] == "还缺：社保月数"[:3] + said["purchase"][3:] and "社保月数" in said["purchase"]
    assert said["team"] == "已知条件都满足，还要认定：专家评审"
    _, late = decided(town(), {**DOCTOR, "申请日期": "2027-01-01"})
    assert reason(town(), late["rent"]) == "申请时点不在有效期 2024-01-01 至 2026-12-31内"


def test_the_full_explanation_names_amount_payments_reasons_and_source() -> None:
    facts, decision = decided(town(), DOCTOR)
    lines = explained(town(), decision["settling_in"], facts, DAY)
    assert lines[:4] == [
        "安家补贴：符合", "金额：40万元", "发放：分3期（每年一期）：16万元、12万元、12万元", "各项条件都满足",
    ]  # fmt: skip
    assert "✓ 劳动合同年限至少 3年" in lines
    assert lines[-1] == "依据：安居办法 第三条 · 来源 A1（A级）"
    assert all("\n" not in line for line in lines)


def test_a_refused_class_of_people_says_which_of_its_conditions_fails() -> None:
    base = ordos()
    facts, decision = decided(base, {"市级英才称号": "青年优秀人才", "在管理期": True, "引进方式": "柔性"})
    verdict = decision["elder_care"]
    assert reason(base, verdict) == "不满足要求：暖才对象（引进方式不是全职）"
    lines = explained(base, verdict, facts, DAY)
    at = lines.index("✗ 符合暖才对象")
    assert lines[at + 1] == "    ✗ 引进方式：全职（现为 柔性）"
    assert not lines[at + 2].startswith("    ")  # what holds is not gone into


def test_a_refused_class_of_people_says_that_none_of_its_ways_is_met() -> None:
    base = ordos()
    profile = {"引进方式": "全职", "在管理期": True, "人才类别": "未认定", "市级英才称号": "无", "荣誉与入选": "无"}
    _, decision = decided(base, profile)
    said = reason(base, decision["child_care"])
    assert "人才类别不属于 A类、B类、C类、D类、E类或F类，市级英才称号不属于" in said
    assert said.endswith("荣誉与入选不包含市委人才办研究确定的其他人才）")


def test_an_open_class_of_people_says_which_fact_is_missing() -> None:
    base = ordos()
    facts, decision = decided(base, {"人才类别": "D类", "引进方式": "全职", "父母": ["1950-01-01"]})
    verdict = decision["elder_care"]
    assert reason(base, verdict) == "还缺：在管理期"
    lines = explained(base, verdict, facts, DAY)
    assert lines[lines.index("？ 符合暖才对象") + 1] == "    ？ 在管理期"


def test_a_failing_condition_says_what_it_is_now_and_what_that_follows_from() -> None:
    base = ordos()
    profile = {"学位": "本科", "毕业院校": "内蒙古工业大学", "境外院校": False, "父母": ["1960-01-01"]}
    facts, decision = decided(base, {**profile, "引进日期": "2024-05-01"})
    lines = explained(base, decision["ordos-housing-2024/settling_in"], facts, DAY)
    at = lines.index("✗ 以下满足一项即可")
    assert lines[at + 1 : at + 4] == [
        "    ✗ 学位至少硕士（现为 本科）",
        "    ✗ 双一流（按毕业院校 内蒙古工业大学，现为 否）",
        "    ✗ 境外院校（现为 否）",
    ]
    lines = explained(base, decision["elder_care"], facts, DAY)
    assert "✗ 年满70周岁父母人数至少 1人（按父母 1960-01-01，现为 0人）" in lines


def test_every_kind_of_condition_can_be_denied_in_a_sentence() -> None:
    words = town().vocabulary
    for line, denial in {
        "劳动合同年限 至少 3年": "劳动合同年限不满 3年",
        "年龄 不超过 40周岁": "年龄超过 40周岁",
        "年龄 在 25周岁 至 35周岁 之间": "年龄不在 25周岁至35周岁之间",
        "引进方式 是 全职": "引进方式不是全职",
        "市外引进 是 是": "市外引进：否",
        "荣誉 不包含 未来之星": "荣誉包含未来之星",
        "申请日期 早于 2024-01-01": "申请日期不早于 2024-01-01",
        "专家评审": "不满足 专家评审",
    }.items():
        assert show_denied(line, words) == denial


def test_an_unverified_amount_never_stands_without_its_grade() -> None:
    official, tier = Range(5_000_000, 40_000_000), Range(40_000_000, 40_000_000)
    assert amount_words(Money(tier, tier, Grade.B)) == "40万元"
    assert amount_words(Money(tier, official, Grade.D)) == "5万元–40万元（官方区间）；第三方整理，未核实的档位是 40万元"
    assert amount_words(Money(official, official, Grade.D)) == "5万元–40万元（官方区间）"
    unknown = amount_words(Money(tier, Range(0, None), Grade.D, "CNY/year"))
    assert unknown == "40万元/年（第三方整理，未核实；官方未公布数额）"
    assert amount_words(None) == "不是现金"
    _, decision = decided(town(), {"年薪": 500000})
    assert "未核实" in amount_words(decision["salary_share"].amount)


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ((), ""),
        ((Payment("P0Y", Range(100, 100)),), "一次性 1元"),
        ((Payment("P0M", Range(150_000, 150_000), every="P1M", times=36),), "每月 1,500元，共 36 个月"),
        ((Payment("P0Y", Range(200_000, 200_000), every="P1Y", times=None),), "每年 2,000元，符合条件期间逐年发"),
        ((Payment("P0Y", Range(100, 100)), Payment("P6M", Range(100, None))), "分2期（间隔 6 个月）：1元、1元以上"),
    ],
)
def test_payments_in_a_line(schedule: tuple[Payment, ...], words: str) -> None:
    assert payments_words(schedule) == words


def test_the_total_says_what_is_sure_and_what_is_possible() -> None:
    _, decision = decided(town(), DOCTOR)
    assert total_words(decision).startswith("有把握的 ") and "最多" in total_words(decision)


@pytest.mark.parametrize("price", [{}, {"购房单价": "8000元以上"}, {"购房单价": "不清楚"}])
def test_a_sum_that_hangs_on_a_price_nobody_told_has_no_upper_end_in_words(price: dict[str, object]) -> None:
    base = ordos()
    facts, decision = decided(base, {"市级英才称号": "天骄英才"} | price)
    verdict = next(v for v in decision.verdicts if v.name == "英才购房补贴")
    assert verdict.amount is not None and verdict.amount.reported.hi is not None  # the bound itself holds
    lines = explained(base, verdict, facts, DAY)
    assert "金额：补充购房单价、购房面积后才能算" in lines
    assert not [line for line in lines if line.startswith("发放")]
    shown = base.as_told(facts, decision)
    assert verdict.benefit in shown.total.unbounded and verdict.benefit not in decision.total.unbounded
    assert shown.total.guaranteed == decision.total.guaranteed
    assert shown.total.bounded < decision.total.bounded
    assert "还算不出" in total_words(shown)


def test_a_price_that_was_told_gives_its_sum() -> None:
    base = ordos()
    facts, decision = decided(base, {"市级英才称号": "天骄英才", "购房单价": "8000元", "购房面积": "90㎡"})
    verdict = next(v for v in decision.verdicts if v.name == "英才购房补贴")
    assert any(line.startswith("金额：72万元") for line in explained(base, verdict, facts, DAY))
    assert verdict.benefit not in base.as_told(facts, decision).total.unbounded


def test_every_benefit_of_ordos_can_be_explained_and_names_its_sources() -> None:
    base = ordos()
    facts, decision = decided(base, {"学位": "博士", "引进日期": "2024-07-01", "市外引进": True})
    for verdict in decision.verdicts:
        lines = explained(base, verdict, facts, DAY)
        assert lines[0].startswith(verdict.name) and lines[-1] == "依据：" + sources_of(base, verdict)
        assert "级）" in lines[-1] and "None" not in "".join(lines)


# ── worked examples ─────────────────────────────────────────────────────────────────────────


def test_a_worked_example_says_what_it_expected_what_it_got_and_why() -> None:
    base = town()
    (case,) = base.cases
    assert list(check_case(base, case)) == []
    place = case.expect[0][2]
    wrong = {
        "settling_in": ("不符合", "安家补贴 应为 不符合，得到 符合：各项条件都满足"),
        "settling_in.金额": (["30万元", "30万元"], "安家补贴 的金额应为 30万元，得到 40万元"),
        "settling_in.分期": (["40万元"], "安家补贴 的分期应为 40万元，得到 16万元、12万元、12万元"),
        "settling_in.缺": (["年龄"], "安家补贴 应缺 年龄，得到 无"),
        "setling_in": ("符合", "没有待遇 `setling_in`"),
        "settling_in.金饿": ("符合", "你是不是想写 `金额`？"),
        "rent": ("也许", "`也许` 不是结论"),
        "rent.缺": (["年纪大小"], "没有名为 `年纪大小` 的信息项"),
        "合计": (["1元"], "区间要写两端"),
    }  # fmt: skip
    for key, (expected, said) in wrong.items():
        (failure,) = check_case(base, replace(case, expect=((key, expected, place),)))
        assert said in failure.text, failure.text
    (failure,) = check_case(base, replace(case, given={"学位": "硕土"}))
    assert "你是不是想写 `硕士`？" in failure.text


RECEIVED = VOCABULARY.replace("蕴含:", "  - {id: received, 名称: 已领待遇, 类型: 集合, 问法: 领过什么？}\n蕴含:")
OLD_POLICY = "关系:\n  - {类型: 不重复享受, 成员: [a], 已享受: [b], 依据: {来源: S}}\n"


@pytest.mark.parametrize(("received", "told"), [(["b项"], True), ([], False), (None, False)])
def test_who_has_had_the_old_policy_is_told_that_the_new_one_pays_nothing(
    tmp_path: Path, received: list[str] | None, told: bool
) -> None:
    text = document(benefit("a", "[学位 是 博士]"), benefit("b", "[学位 是 硕士]"), tail=OLD_POLICY)
    base = loaded(tmp_path, text, RECEIVED)
    facts, problems = base.vocabulary.read({"学位": "博士"} | ({} if received is None else {"已领待遇": received}))
    assert not problems
    decision = decide(base, facts, DAY)
    verdict = next(v for v in decision.verdicts if v.benefit == "p/a")
    said = explained(base, verdict, facts, DAY)
    assert ("领过b项，这一项不再发，不计入合计" in said) is told
    assert (decision.total.possible == 0) is told
