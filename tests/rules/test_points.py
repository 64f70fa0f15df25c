"""Points: every completion lies in the interval, thresholds are exact, and negative points, caps and best-of hold."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snippets import document, loaded, write
from talent_rules import RuleBase, explained, load
from talent_rules.compiler.load import load_folder
from talent_rules.engines import outcomes_by
from talent_rules.library import with_verbs
from talent_rules.model import Outcome, Range
from talent_rules.points import Added, Best, Gain, Pick, Score, bounds, open_parts, points_of, show_points, signs
from talent_rules.quantities import Unreadable
from talent_rules.schema import rule_file_schema
from talent_rules.wire import decision_json

DAY = date(2021, 6, 1)
SCALE = """积分:
  - id: total
    名称: 总积分
    项目:
      - {名称: 合同, 每满: 1年, 字段: 劳动合同年限, 计: 3分, 封顶: 9分}
      - {名称: 学位, 表: {方式: 首行, 列: [学位, 积分], 行: [[博士, 10.5分], [硕士, 6分]]}}
      - 名称: 荣誉
        取高:
          - {条件: 双一流 是 是, 计: 4分}
          - {条件: [境外院校 是 是, 学位 至少 硕士], 计: 5分}
      - {名称: 境外, 条件: 境外院校 是 是, 计: -2分}
"""
BENEFITS = document(
    "  - {id: total_points, 名称: 总积分项, 条件: [], 金额: {积分: 总积分}, 依据: {来源: S, 摘要: 照办法}}\n",
    "  - {id: enough, 名称: 够分项, 条件: 总积分 至少 15分, 金额: 服务, 依据: {来源: S, 摘要: 照办法}}\n",
    "  - {id: short, 名称: 不够项, 条件: 总积分 不满 15分, 金额: 服务, 依据: {来源: S, 摘要: 照办法}}\n",
    "  - {id: more, 名称: 超过项, 条件: 总积分 超过 15分, 金额: 服务, 依据: {来源: S, 摘要: 照办法}}\n",
    "  - {id: tied, 名称: 并写项, 条件: {任一: [总积分 至少 15分, 学位 是 本科]}, 金额: 服务, 依据: {来源: S, 摘要: 照办法}}\n",
    head="政策:\n  id: p\n  名称: 办法\n  来源: [{代号: S, 级别: A}]\n" + SCALE,
)
DEGREES, FLAGS, YEARS = ("bachelor", "master", "phd"), (False, True), (0, 1, 2, 3, 4)
WORLD = {"degree": DEGREES, "top": FLAGS, "overseas": FLAGS, "years": YEARS}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> RuleBase:
    """A rule base that counts points."""
    return with_verbs(loaded(tmp_path_factory.mktemp("points"), BENEFITS))


@pytest.fixture(scope="module")
def beijing() -> RuleBase:
    """The points of a real place."""
    return load("beijing-points")


def counted(person: dict[str, object]) -> int:
    """The points by hand, in hundredths."""
    years, degree = person["years"], person["degree"]
    assert isinstance(years, int)
    found = min(300 * years, 900) + {"phd": 1050, "master": 600, "bachelor": 0}[str(degree)]
    found += max(400 if person["top"] else 0, 500 if person["overseas"] and degree != "bachelor" else 0)
    return found - (200 if person["overseas"] else 0)


def completions(known: dict[str, object]) -> list[dict[str, object]]:
    """Everybody these facts may be; 双一流 schools are never overseas."""
    people = [dict(zip(WORLD, values, strict=True)) for values in product(*WORLD.values())]
    people = [p for p in people if not (p["top"] and p["overseas"])]
    return [p for p in people if all(p[k] == v for k, v in known.items())]


partly = st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in WORLD.items()})


@given(partly)
@settings(max_examples=200, deadline=None)
def test_the_interval_contains_every_completion_and_outcomes_are_exact(
    base: RuleBase, known: dict[str, object]
) -> None:
    people = completions(known)
    if not people:
        return
    decision = base.decide(known, as_of=DAY)
    money = decision["total_points"].amount
    assert money is not None and money.unit == "points"
    totals = [counted(p) for p in people]
    assert all(money.reported.contains(t) for t in totals), (known, money, min(totals), max(totals))
    truths = {
        "enough": {t >= 1500 for t in totals},
        "short": {t < 1500 for t in totals},
        "more": {t > 1500 for t in totals},
        "tied": {t >= 1500 or p["degree"] == "bachelor" for t, p in zip(totals, people, strict=True)},
    }
    words = {(True,): Outcome.ELIGIBLE, (False,): Outcome.INELIGIBLE, (False, True): Outcome.NEEDS_INFO}
    for name, found in truths.items():
        assert decision[name].outcome is words[tuple(sorted(found))], (name, known)
        assert bool(decision[name].missing) is (len(found) == 2)
        assert not set(decision[name].missing) & set(known)


@given(partly)
@settings(max_examples=30, deadline=None)
def test_columns_count_points_as_exact_does(base: RuleBase, known: dict[str, object]) -> None:
    if not completions(known):
        return
    facts, _ = base.read(known)
    exact = outcomes_by("exact", base, facts, DAY)
    columns = outcomes_by("columns", base, facts, DAY)
    assert [v.outcome for v in columns.verdicts] == [v.outcome for v in exact.verdicts]


@pytest.mark.parametrize("engine", ["sql", "durable"])
def test_every_engine_counts_the_points_of_somebody_fully_described(base: RuleBase, engine: str) -> None:
    if engine == "durable":
        pytest.importorskip("durable_rules_engine")
    for degree, years, overseas in (("phd", "1年", False), ("master", "3年", False), ("master", "3年", True)):
        person = {"学位": degree, "劳动合同年限": years, "双一流": False, "境外院校": overseas}
        facts, _ = base.read(person)
        exact, other = (outcomes_by(e, base, facts, DAY) for e in ("exact", engine))
        assert [v.outcome for v in other.verdicts] == [v.outcome for v in exact.verdicts]


def test_the_boundary_is_where_the_rule_says(base: RuleBase) -> None:
    at = {"degree": "phd", "top": True, "overseas": False, "years": 0}  # 14.5
    assert base.decide(at, as_of=DAY)["enough"].outcome is Outcome.INELIGIBLE
    at = {"degree": "master", "top": False, "overseas": False, "years": 3}  # 15
    decision = base.decide(at, as_of=DAY)
    assert decision["enough"].outcome is Outcome.ELIGIBLE
    assert decision["short"].outcome is decision["more"].outcome is Outcome.INELIGIBLE
    at = {"degree": "phd", "top": True, "overseas": False, "years": "11个月"}
    assert base.decide(at, as_of=DAY)["enough"].outcome is Outcome.INELIGIBLE


def test_only_what_can_still_matter_is_missing(base: RuleBase) -> None:
    decision = base.decide({"degree": "bachelor", "years": 3, "top": False}, as_of=DAY)
    assert decision["enough"].outcome is Outcome.INELIGIBLE
    decision = base.decide({"degree": "phd", "top": True, "overseas": False}, as_of=DAY)
    assert decision["enough"].missing == ("years",)


def test_questions_lead_to_an_answer(base: RuleBase) -> None:
    person: dict[str, object] = {"degree": "master", "top": True, "overseas": False, "years": 3}
    known: dict[str, object] = {}
    for _ in range(6):
        question = base.next_question(known, as_of=DAY)
        if question is None:
            break
        assert question.worth == 0  # points are not money
        known |= {name: person[name] for name in question.fields}
    decision = base.decide(known, as_of=DAY)
    assert decision["enough"].outcome is Outcome.ELIGIBLE
    assert decision["total_points"].amount is not None and decision["total_points"].amount.exact


def test_points_are_no_money_and_say_their_components(base: RuleBase) -> None:
    profile = {"degree": "master", "top": False, "overseas": False, "years": 3}
    facts, _ = base.read(profile)
    decision = base.decide(facts, as_of=DAY)
    assert decision.total.possible == 0 and decision.total.yearly == Range(0, 0)
    found = decision_json(base, decision, facts, None)["benefits"]
    assert found[0]["amount"] == {
        "lo": 15, "hi": 15, "exact": True, "verified": {"lo": 15, "hi": 15}, "grade": "A", "unit": "points"
    }  # fmt: skip
    assert [p["condition"] for p in found[0]["because"][-1]["parts"]] == [
        "合同 9分",
        "学位 6分",
        "荣誉 0分",
        "境外 0分",
    ]
    assert found[1]["amount"] is None
    said = explained(base, decision["enough"], facts, DAY)
    assert "✓ 总积分 至少 15分（15分）" in said and "    ✓ 学位 6分" in said


def test_what_would_help_is_proved(base: RuleBase) -> None:
    facts, _ = base.read({"degree": "master", "top": False, "overseas": False, "years": 2})
    decision = base.decide(facts, as_of=DAY)
    assert any("怎样才行" in line for line in explained(base, decision["enough"], facts, DAY))


# ── scores by themselves ────────────────────────────────────────────────────────────────────

PARTS = 5
gains = st.builds(Gain, st.integers(0, PARTS - 1), st.integers(-9, 9))
picks = st.lists(st.tuples(st.integers(0, PARTS - 2), st.integers(-9, 9)), max_size=3).map(
    lambda rows: Pick(tuple(rows), PARTS)
)
caps = st.none() | st.integers(0, 12)
scores = st.recursive(
    gains | picks,
    lambda inner: (
        st.builds(Added, st.lists(inner, max_size=4).map(tuple), caps)
        | st.builds(Best, st.lists(inner, max_size=4).map(tuple), caps)
    ),
    max_leaves=12,
)


def picked(score: Score) -> list[Pick]:
    if isinstance(score, Pick):
        return [score]
    return [] if isinstance(score, Gain) else [p for s in score.scores for p in picked(s)]


def worth(score: Score, true: tuple[bool, ...]) -> int:
    """What a score comes to when everything is known."""
    if isinstance(score, Gain):
        return score.points if true[score.part] else 0
    if isinstance(score, Pick):
        return next((points for part, points in score.rows if true[part]), 0)
    each = [worth(s, true) for s in score.scores]
    found = sum(each) if isinstance(score, Added) else max([0, *each])
    return found if score.cap is None else min(found, score.cap)


@given(scores, st.lists(st.sampled_from((True, False, None)), min_size=PARTS, max_size=PARTS))
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_bounds_contain_every_completion(score: Score, known: list[bool | None]) -> None:
    def truth(part: int) -> bool | None:
        return known[part] if part < PARTS else None

    lo, hi = bounds(score, truth)
    open_ = set(open_parts(score, truth))
    values = set()
    for true in product((True, False), repeat=PARTS):
        if all(k is None or k is t for k, t in zip(known, true, strict=True)):
            values.add(found := worth(score, true))
            assert lo <= found <= hi
    if len(values) > 1:
        assert open_ & {i for i, k in enumerate(known) if k is None}
    assert all(sign in (-1, 0, 1) for _, sign in signs(score))


@pytest.mark.parametrize(
    ("text", "value"), [("3分", 300), ("10.5分", 1050), ("-30分", -3000), ("100.88", 10088), ("０．５分", 50)]
)
def test_points_are_read_and_shown(text: str, value: int) -> None:
    assert points_of(text) == value
    assert points_of(show_points(value)) == value


def test_points_have_two_decimals() -> None:
    with pytest.raises(Unreadable, match="小数太长"):
        points_of("1.005分")


# ── the language ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("总积分 至少 15分", "总积分 至少 很多", "Q401"),
        ("总积分 至少 15分", "总积分", "V302"),
        ("{积分: 总积分}", "{积分: 总分}", "R502"),
        ("字段: 劳动合同年限", "字段: 劳动年限", "V301"),
        ("字段: 劳动合同年限", "字段: 学位", "V305"),
        ("字段: 劳动合同年限, ", "", "Q415"),
        ("每满: 1年", "每满: 0年", "Q404"),
        ("字段: 劳动合同年限, 计: 3分, 封顶: 9分", "字段: 年薪, 计: 3分", "Q404"),
        ("每满: 1年, 字段: 劳动合同年限, 计: 3分, 封顶: 9分", "每满: 1万元, 字段: 年薪, 计: 3分", "Q412"),
        ("计: 4分", "计: 4分, 表: {}", "Q410"),
        ("[硕士, 6分]", "[硕士]", "Q417"),
        ("方式: 首行", "方式: 末行", "Q416"),
        ("名称: 总积分\n", "名称: 学位\n", "R506"),
        ("计: 4分", "计: 4.005分", "Q401"),
        ("计: 4分", "给: 4分", "K201"),
    ],
)
def test_mistakes_are_said(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert old in BENEFITS
    path = write(tmp_path, BENEFITS.replace(old, new, 1))
    problems = load_folder(tmp_path, [path], "x")[1]
    assert code in {p.code for p in problems}, problems


def test_points_can_be_written_in_english(tmp_path: Path) -> None:
    text = (
        "policy:\n  id: p\n  name: 办法\n  source: [{code: S, grade: A}]\n"
        "points:\n  - id: total\n    name: 总积分\n    items:\n"
        "      - {name: 合同, per_full: 1年, field: 劳动合同年限, gives: 3分, cap: 9分}\n"
        "      - {name: 荣誉, best_of: [{when: 双一流 是 是, gives: 4分}, {sum: [{when: 境外院校 是 是, gives: 5分}]}]}\n"
        "      - {name: 学位, table: {hit_policy: first, columns: [学位, 积分], rows: [[博士, 10分]]}}\n"
        "benefits:\n"
        "  - {id: a, name: 甲, when: 总积分 至少 9分, amount: {points: total}, basis: {source: S}}\n"
    )
    base = with_verbs(loaded(tmp_path, text))
    verdict = base.decide({"years": 3, "top": True, "degree": "phd"}, as_of=DAY)["a"]
    assert verdict.outcome is Outcome.ELIGIBLE
    assert verdict.amount is not None and verdict.amount.reported == Range(2300, 2300)


def test_the_schema_knows_points(base: RuleBase) -> None:
    schema = rule_file_schema(base.vocabulary)
    assert "积分" in schema["properties"]
    assert {"每满", "计", "取高", "合计"} <= set(schema["definitions"]["积分项目"]["properties"])


# ── a real place ────────────────────────────────────────────────────────────────────────────

PERSON: dict[str, object] = {
    "bj_residence_permit": True, "bj_before_retirement": True, "bj_criminal_record": False, "bj_insurance": 12,
    "bj_own_home": 8, "bj_rented_home": 2, "degree": "phd", "certs": "both", "bj_moved": "home", "bj_moved_time": 2,
    "bj_award": "none", "bj_innovation_job": "high_tech", "bj_innovation_time": 2, "bj_three_tax_years": True,
    "bj_income_tax": 120000, "bj_company_tax": 0, "bj_tax_offences": 0, "bj_age": 44, "bj_honour": False,
    "bj_detentions": 0,
}  # fmt: skip


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "bj_insurance": st.integers(7, 45),
            "bj_own_home": st.integers(0, 45),
            "bj_moved": st.sampled_from(("none", "home", "both")),
            "bj_moved_time": st.integers(0, 10),
            "bj_age": st.integers(30, 60),
            "bj_award": st.sampled_from(("none", "municipal", "national")),
            "bj_detentions": st.integers(0, 3),
        },
    ),
    st.sets(st.sampled_from(sorted(PERSON)), max_size=6),
)
@settings(max_examples=60, deadline=None)
def test_knowing_less_never_leaves_out_the_truth(
    beijing: RuleBase, changes: dict[str, object], hidden: set[str]
) -> None:
    whole = PERSON | changes
    known = {k: v for k, v in whole.items() if k not in hidden}
    full, part = (beijing.decide(p, as_of=DAY) for p in (whole, known))
    exact, wide = full["points"].amount, part["points"].amount
    assert exact is not None and wide is not None
    assert wide.reported.lo <= exact.reported.lo
    assert exact.reported.hi is not None and wide.reported.hi is not None and exact.reported.hi <= wide.reported.hi
    if part["hukou"].outcome in (Outcome.ELIGIBLE, Outcome.INELIGIBLE):
        assert full["hukou"].outcome is part["hukou"].outcome


def test_every_step_of_a_chain_is_counted_once(beijing: RuleBase) -> None:
    def total(**changes: object) -> Range:
        money = beijing.decide(PERSON | changes, as_of=DAY)["points"].amount
        assert money is not None
        return money.reported

    start = total()
    assert total(bj_insurance=13).lo - start.lo == 300
    assert total(bj_detentions=2).lo - start.lo == -6000
    assert total(bj_age=47).hi == (start.hi or 0) - 800
    assert total(bj_own_home=40).lo - start.lo == 400  # no more years than insurance
    assert total(bj_moved="both").lo - start.lo == 400
    assert total(bj_moved="both", bj_moved_time=9).lo - start.lo == 800
