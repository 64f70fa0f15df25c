"""Small rule bases whose answers are worked out on paper: what is unknown, money, relations, dates, instalments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from snippets import VOCABULARY, benefit, document, loaded
from talent_rules import RuleBase
from talent_rules.library import with_verbs
from talent_rules.model import Decision, Outcome

DAY = "2024-09-01"
WORDS = VOCABULARY.replace(
    "蕴含:",
    """  - {id: price, 名称: 单价, 类型: 金额, 范围: [0, 10万], 问法: 单价多少？}
  - {id: rent, 名称: 租房月数, 类型: 月数, 单位: 月, 范围: [0, 120], 问法: 租几个月？}
  - {id: parents, 名称: 父母, 类型: 多人, 人数上限: 2, 问法: 父母哪天出生？}
  - {id: old, 名称: 满70父母人数, 类型: 整数, 单位: 人, 范围: [0, 2], 推导: {人数: parents, 年龄至少: 70, 按: application_date}}
  - {id: children, 名称: 子女, 类型: 多人, 人数上限: 3, 问法: 孩子哪天出生？}
  - {id: babies, 名称: 不满3岁子女人数, 类型: 整数, 单位: 人, 范围: [0, 3], 推导: {人数: children, 年龄低于: 3, 按: application_date}}
  - {id: received, 名称: 已领待遇, 类型: 集合, 问法: 领过什么？}
  - {id: family_received, 名称: 家人已领待遇, 类型: 集合, 问法: 家人领过什么？}
蕴含:""",
)
MANY = "{来源: [S, D], 摘要: 照办法}"
HEAD = """政策:
  id: p
  名称: 办法
  有效期: {自: 2020-01-01}
  来源: [{代号: S, 级别: A}, {代号: B, 级别: B}, {代号: C, 级别: C}, {代号: D, 级别: D}]
"""


@dataclass(frozen=True)
class Sum:
    """One case: benefits and what follows them in the file, a person, and what must come out."""

    says: str
    benefits: tuple[str, ...]
    person: dict[str, object]
    expect: dict[str, object]
    tail: str = ""
    head: str = HEAD
    day: str = DAY


def ties(*relations: str) -> str:
    """The relations of a file, one a line."""
    return "关系:\n" + "".join(f"  - {{{r}, 依据: {{来源: S, 摘要: 照办法}}}}\n" for r in relations)


def found(decision: Decision, base: RuleBase, key: str) -> object:
    """What a decision says under a key of `expect`: an outcome, or ends in 元."""

    def yuan(lo: int, hi: int | None) -> tuple[float, float | None]:
        return lo / 100, None if hi is None else hi / 100

    if key == "合计":
        return yuan(decision.total.guaranteed, decision.total.possible)
    if key == "每年":
        return yuan(decision.total.yearly.lo, decision.total.yearly.hi)
    if key == "让位":
        return {d.benefit.split("/")[1]: d.favoured[0].split("/")[1] for d in decision.total.dropped}
    name, _, what = key.partition(".")
    verdict = next(v for v in decision.verdicts if v.benefit == f"p/{name}")
    if not what:
        return verdict.outcome
    if what == "缺":
        return verdict.missing
    if what == "分期":
        return tuple(p.amount.lo / 100 for p in verdict.schedule)
    assert verdict.amount is not None, f"{name} 没有金额"
    money = verdict.amount.verified if what == "核实" else verdict.amount.reported
    return yuan(money.lo, money.hi)


YES, NO, INFO, REVIEW, OUT = (
    Outcome.ELIGIBLE,
    Outcome.INELIGIBLE,
    Outcome.NEEDS_INFO,
    Outcome.NEEDS_REVIEW,
    Outcome.OUT_OF_SCOPE,
)
WAN = 10_000

SUMS = [
    # ── what is not said is not no ──
    Sum("没说学位，不是不符合", (benefit("a", "学位 至少 硕士"),), {}, {"a": INFO, "a.缺": ("degree",)}),
    Sum("没说学位，“不是博士”也不成立", (benefit("a", "学位 不是 博士"),), {}, {"a": INFO}),
    Sum("都不：没说的不算“都不”", (benefit("a", "{都不: [双一流 是 是, 境外院校 是 是]}"),), {"双一流": "否"}, {"a": INFO, "a.缺": ("overseas",)}),
    Sum("都不：有一个是就不行，另一个不用问", (benefit("a", "{都不: [双一流 是 是, 境外院校 是 是]}"),), {"境外院校": "是"}, {"a": NO}),
    Sum("每种学位都行，就不用问学位", (benefit("a", "{任一: [学位 是 本科, 学位 是 硕士, 学位 是 博士]}"),), {}, {"a": YES}),
    Sum("两条路分年龄，合起来谁都行", (benefit("a", "{任一: [年龄 不超过 35周岁, 年龄 超过 35周岁]}"),), {}, {"a": YES}),
    Sum("35周岁整：不超过含，超过不含", (benefit("a", "年龄 不超过 35周岁"), benefit("b", "年龄 超过 35周岁"), benefit("c", "年龄 不满 35周岁"), benefit("d", "年龄 35周岁以上")), {"年龄": 35}, {"a": YES, "b": NO, "c": NO, "d": YES}),
    Sum("不可能的条件，不知道也是不符合", (benefit("a", "[学位 是 博士, 学位 是 硕士]"),), {}, {"a": NO}),
    Sum("双一流都在内地：双一流又境外，没人能满足", (benefit("a", "[双一流 是 是, 境外院校 是 是]"),), {}, {"a": NO}),
    Sum("境外院校就不是双一流，不用再问", (benefit("a", "双一流 是 否"),), {"境外院校": "是"}, {"a": YES}),
    Sum("硕士或博士，至少硕士成立，是博士还要问", (benefit("a", "学位 至少 硕士"), benefit("b", "学位 是 博士")), {"学位": {"any_of": ["master", "phd"]}}, {"a": YES, "b": INFO}),
    Sum("合同3年以上，至少3年成立，至少5年还要问", (benefit("a", "劳动合同年限 至少 3年"), benefit("b", "劳动合同年限 至少 5年")), {"劳动合同年限": {"min": 3}}, {"a": YES, "b": INFO}),
    Sum("合同不满3年，至少3年不成立", (benefit("a", "劳动合同年限 至少 3年"),), {"劳动合同年限": "不满3年"}, {"a": NO}),
    Sum("合同超过3年，正好3年不成立", (benefit("a", "劳动合同年限 不超过 3年"),), {"劳动合同年限": "超过3年"}, {"a": NO}),
    Sum("不清楚和没说一样，不是否", (benefit("a", "双一流 是 否"),), {"双一流": "不清楚"}, {"a": INFO}),
    Sum("荣誉写了无，就是没有；没写就是不知道", (benefit("a", "荣誉 包含 工匠"), benefit("b", "荣誉 不包含 工匠")), {"荣誉": "无"}, {"a": NO, "b": YES}),
    Sum("荣誉没写", (benefit("a", "荣誉 包含 工匠"), benefit("b", "荣誉 不包含 工匠")), {}, {"a": INFO, "b": INFO}),
    # ── what nobody has decided ──
    Sum("来源没写明，别的都满足，是待认定", (benefit("a", "[双一流 是 是, {待定: 没有载明}]"),), {"双一流": "是"}, {"a": REVIEW}),
    Sum("来源没写明，可是别的已经不满足", (benefit("a", "[双一流 是 是, {待定: 没有载明}]"),), {"双一流": "否"}, {"a": NO}),
    Sum("有一条路已经成立，没写明的那条不碍事", (benefit("a", "{任一: [双一流 是 是, {待定: 没有载明}]}"),), {"双一流": "是"}, {"a": YES}),
    Sum("没写明的是“都不”里的一条", (benefit("a", "{都不: [双一流 是 是, {待定: 没有载明}]}"),), {"双一流": "否"}, {"a": REVIEW}),
    Sum("缺的答了也只会是待认定或不符合，所以要问", (benefit("a", "[双一流 是 是, {待定: 没有载明}]"),), {}, {"a": INFO, "a.缺": ("top",)}),
    Sum("怎么答都是待认定，就不问", (benefit("a", "[{任一: [双一流 是 是, 双一流 是 否]}, {待定: 没有载明}]"),), {}, {"a": REVIEW, "a.缺": ()}),
    # ── days ──
    Sum("写到月的界：当月来源未定", (benefit("a", "引进日期 晚于 2021-08"), benefit("b", "引进日期 不早于 2021-08")), {"引进日期": "2021-08-20"}, {"a": REVIEW, "b": REVIEW}),
    Sum("写到月的界：后一天", (benefit("a", "引进日期 晚于 2021-08"),), {"引进日期": "2021-09-01"}, {"a": YES}),
    Sum("写到月的界：前一天", (benefit("a", "引进日期 晚于 2021-08"),), {"引进日期": "2021-07-31"}, {"a": NO}),
    Sum("只知道引进的月份，界在月中，要问到日", (benefit("a", "引进日期 不早于 2021-08-24"),), {"引进日期": "2021-08"}, {"a": INFO, "a.缺": ("arrival_date",)}),
    Sum("两端都含", (benefit("a", "引进日期 在 2021-08-24 至 2021-08-31 之间"),), {"引进日期": "2021-08-31"}, {"a": YES}),
    Sum("2月29日出生，平年3月1日满周岁", (benefit("a", "年龄 至少 35周岁"),), {"出生日期": "1988-02-29"}, {"a": NO}, day="2023-02-28"),
    Sum("2月29日出生，3月1日", (benefit("a", "年龄 至少 35周岁"),), {"出生日期": "1988-02-29"}, {"a": YES}, day="2023-03-01"),
    Sum("只知道出生的年份，生日没过也没过完", (benefit("a", "年龄 至少 35周岁"),), {"出生日期": "1989"}, {"a": INFO}),
    Sum("只知道出生的年份，够不够都一样", (benefit("a", "年龄 至少 35周岁"),), {"出生日期": "1988"}, {"a": YES}),
    Sum("办法还没有施行", (benefit("a", "[]"),), {}, {"a": OUT}, day="2019-12-31"),
    Sum("办法施行当天", (benefit("a", "[]"),), {}, {"a": YES}, day="2020-01-01"),
    Sum("办法最后一天含在内", (benefit("a", "[]"),), {}, {"a": YES}, head=HEAD.replace("2020-01-01}", "2020-01-01, 至: 2024-09-01}")),
    Sum("办法到期次日不再用", (benefit("a", "[]"),), {}, {"a": OUT}, head=HEAD.replace("2020-01-01}", "2020-01-01, 至: 2024-08-31}")),
    Sum("只知哪年施行：当年来源未定", (benefit("a", "[]"),), {}, {"a": REVIEW}, head=HEAD.replace("2020-01-01}", "2024}")),
    Sum("现行待核：别的都满足也最多待认定，不满足照样不符合", (benefit("a", "[]"), benefit("b", "双一流 是 是")), {"双一流": "否"}, {"a": REVIEW, "b": NO}, head=HEAD.replace("  来源:", "  现行待核: {自: 2024-09-01, 说明: 清单没有取得}\n  来源:")),
    # ── money ──
    Sum("按学位分档，不知道就是两头", (benefit("a", "[]", "{表: {方式: 首行, 列: [学位, 金额], 行: [[博士, 40万元], [硕士, 30万元]]}}"),), {}, {"a.金额": (0, 40 * WAN)}),
    Sum("条件已经排除了本科，最少是硕士那一档", (benefit("a", "学位 至少 硕士", "{表: {方式: 首行, 列: [学位, 金额], 行: [[博士, 40万元], [硕士, 30万元]]}}"),), {}, {"a.金额": (30 * WAN, 40 * WAN)}),
    Sum("取高：两行都中，取高的", (benefit("a", "[]", "{表: {方式: 取高, 列: [学位, 双一流, 金额], 行: [[博士, 任意, 10万元], [任意, 是, 20万元]]}}"),), {"学位": "博士", "双一流": "是"}, {"a.金额": (20 * WAN, 20 * WAN)}),
    Sum("合计：各行相加", (benefit("a", "[]", "{表: {方式: 合计, 列: [学位, 双一流, 金额], 行: [[博士, 任意, 10万元], [任意, 是, 20万元]]}}"),), {"学位": "博士"}, {"a.金额": (10 * WAN, 30 * WAN)}),
    Sum("每月1500元，租房月数封顶36个月", (benefit("a", "[]", "{每月: 1500元, 月数: 租房月数, 共: 36个月}"),), {"租房月数": 40}, {"a.金额": (54000, 54000)}),
    Sum("租房月数不知道，从0到封顶", (benefit("a", "[]", "{每月: 1500元, 月数: 租房月数, 共: 36个月}"),), {}, {"a.金额": (0, 54000)}),
    Sum("年薪10%，封顶10万元", (benefit("a", "[]", "{比例: 10%, 基数: 年薪, 封顶: 10万元}"),), {"年薪": "99万9999.99元"}, {"a.金额": (100000, 100000)}),
    Sum("不到一分的四舍五入", (benefit("a", "[]", "{比例: 1%, 基数: 年薪}"),), {"年薪": "100.50元"}, {"a.金额": (1.01, 1.01)}),
    Sum("面积取小者", (benefit("a", "[]", "{面积: 180㎡, 单价: 单价, 实际面积: 购房面积}"),), {"单价": 6000, "购房面积": "119.5㎡"}, {"a.金额": (717000, 717000)}),
    Sum("面积不足怎样算没有载明，两种都算进去", (benefit("a", "[]", "{面积: 180㎡, 单价: 单价, 实际面积: 购房面积, 不足: 待定}"),), {"单价": 6000, "购房面积": 120}, {"a.金额": (720000, 1080000)}),
    Sum("老人一位知道，一位只知道年份", (benefit("a", "满70父母人数 至少 1人", "{每年: 2000元, 人数: 满70父母人数}"),), {"父母": ["1950-01-01", "1954"]}, {"a": YES, "a.金额": (2000, 4000), "每年": (2000, 4000)}),
    Sum("孩子三岁生日当天不再算", (benefit("a", "不满3岁子女人数 至少 1人", "{每年: 2000元, 人数: 不满3岁子女人数}"),), {"子女": ["2021-09-01", "2021-09-02"]}, {"a": YES, "a.金额": (2000, 2000)}),
    Sum("至少300万元没有上限，合计也没有", (benefit("a", "[]", "至少 300万元"),), {}, {"a.金额": (300 * WAN, None), "合计": (300 * WAN, None)}),
    Sum("最高5万元不算有把握", (benefit("a", "[]", "最高 5万元"),), {}, {"a.金额": (0, 5 * WAN), "合计": (0, 5 * WAN)}),
    Sum("D级的数不算核实；有官方区间的按官方区间", (benefit("a", "[]", "{固定: 40万元, 级别: D, 官方区间: [5万元, 40万元]}"), benefit("b", "[]", "{固定: 1万元, 级别: D}")), {}, {"a.金额": (40 * WAN, 40 * WAN), "a.核实": (5 * WAN, 40 * WAN), "b.核实": (0, None), "合计": (5 * WAN, 41 * WAN)}),
    Sum("C级也不算核实", (benefit("a", "[]", basis="{来源: C, 摘要: 照办法}"),), {}, {"a.核实": (0, None), "合计": (0, 10 * WAN)}),
    Sum("几个来源按最可信的算", (benefit("a", "[]", basis=MANY),), {}, {"a.核实": (10 * WAN, 10 * WAN)}),
    Sum("没申请到的钱不算有把握", (benefit("a", "双一流 是 是"),), {}, {"合计": (0, 10 * WAN)}),
    # ── instalments ──
    Sum("4比3比3，分开再加起来一分不差", (benefit("a", "[]", "100.01元", more="发放: {比例: [4, 3, 3], 间隔: 1年, 首期: 认定通过后}"),), {}, {"a.分期": (40.0, 30.0, 30.01)}),
    Sum("三等分，零头在最后", (benefit("a", "[]", "10万元", more="发放: {比例: [1, 1, 1], 间隔: 1年, 首期: 认定通过后}"),), {}, {"a.分期": (33333.0, 33333.0, 33334.0)}),
    # ── relations ──
    Sum("就高：40、45、20，45压住两边，付45", (benefit("a", "[]", "40万元"), benefit("b", "[]", "45万元"), benefit("c", "[]", "20万元")), {}, {"合计": (45 * WAN, 45 * WAN), "让位": {"a": "b", "c": "b"}}, ties("类型: 就高, 成员: [a, b]", "类型: 就高, 成员: [b, c]")),
    Sum("择一：同样三笔，本人挑40和20，付60", (benefit("a", "[]", "40万元"), benefit("b", "[]", "45万元"), benefit("c", "[]", "20万元")), {}, {"合计": (60 * WAN, 60 * WAN), "让位": {"b": "a"}}, ties("类型: 择一, 成员: [a, b]", "类型: 择一, 成员: [b, c]")),
    Sum("就高：高的一笔还不知道，低的有把握", (benefit("a", "双一流 是 是", "40万元"), benefit("b", "[]", "10万元")), {}, {"合计": (10 * WAN, 40 * WAN)}, ties("类型: 就高, 成员: [a, b]")),
    Sum("就高：两笔区间有重叠，最少是两个下端里高的", (benefit("a", "[]", "10万元 至 30万元"), benefit("b", "[]", "20万元")), {}, {"合计": (20 * WAN, 30 * WAN)}, ties("类型: 就高, 成员: [a, b]")),
    Sum("待定：能否同享没写，下端取高，上端相加", (benefit("a", "[]", "40万元"), benefit("b", "[]", "10万元")), {}, {"合计": (40 * WAN, 50 * WAN), "让位": {}}, ties("类型: 待定, 成员: [a, b]")),
    Sum("可叠加：相加", (benefit("a", "[]", "40万元"), benefit("b", "[]", "10万元")), {}, {"合计": (50 * WAN, 50 * WAN)}, ties("类型: 可叠加, 成员: [a, b]")),
    Sum("不符合的一笔不压别人", (benefit("a", "双一流 是 是", "40万元"), benefit("b", "[]", "10万元")), {"双一流": "否"}, {"合计": (10 * WAN, 10 * WAN)}, ties("类型: 就高, 成员: [a, b]")),
    Sum("合计封顶：超过的不付", (benefit("a", "[]", "40万元"), benefit("b", "[]", "30万元")), {}, {"合计": (60 * WAN, 60 * WAN)}, ties("类型: 合计封顶, 成员: [a, b], 上限: 60万元")),
    Sum("合计封顶只管成员，别的照加", (benefit("a", "[]", "40万元"), benefit("b", "[]", "30万元"), benefit("c", "[]", "5万元")), {}, {"合计": (65 * WAN, 65 * WAN)}, ties("类型: 合计封顶, 成员: [a, b], 上限: 60万元")),
    Sum("不重复享受：领过别的就没有", (benefit("a", "[]", "40万元"), benefit("b", "双一流 是 是", "10万元")), {"已领待遇": ["p/b"], "双一流": "否"}, {"合计": (0, 0)}, ties("类型: 不重复享受, 成员: [a], 已享受: [b]")),
    Sum("不重复享受：没说领没领过，不算有把握", (benefit("a", "[]", "40万元"), benefit("b", "双一流 是 是", "10万元")), {"双一流": "否"}, {"合计": (0, 40 * WAN)}, ties("类型: 不重复享受, 成员: [a], 已享受: [b]")),
    Sum("不重复享受：没领过", (benefit("a", "[]", "40万元"), benefit("b", "双一流 是 是", "10万元")), {"已领待遇": "没有", "双一流": "否"}, {"合计": (40 * WAN, 40 * WAN)}, ties("类型: 不重复享受, 成员: [a], 已享受: [b]")),
    Sum("扣减：领过多少减多少", (benefit("a", "[]", "40万元"), benefit("b", "双一流 是 是", "10万元")), {"已领待遇": {"p/b": 30000}, "双一流": "否"}, {"合计": (37 * WAN, 37 * WAN)}, ties("类型: 扣减, 成员: [a], 已享受: [b]")),
    Sum("扣减：减完不会成负的", (benefit("a", "[]", "2万元"), benefit("b", "双一流 是 是", "10万元")), {"已领待遇": {"p/b": 30000}, "双一流": "否"}, {"合计": (0, 0)}, ties("类型: 扣减, 成员: [a], 已享受: [b]")),
    Sum("扣减：领过但没说多少", (benefit("a", "[]", "40万元"), benefit("b", "双一流 是 是", "10万元")), {"已领待遇": ["p/b"], "双一流": "否"}, {"合计": (0, 40 * WAN)}, ties("类型: 扣减, 成员: [a], 已享受: [b]")),
    Sum("已领的按名称说也认得", (benefit("a", "[]", "40万元"), benefit("b", "双一流 是 是", "10万元")), {"已领待遇": ["b项"], "双一流": "否"}, {"合计": (0, 0)}, ties("类型: 不重复享受, 成员: [a], 已享受: [b]")),
    Sum("家庭一次：家人领过同一笔就没有", (benefit("a", "[]", "40万元"),), {"家人已领待遇": ["p/a"]}, {"合计": (0, 0)}, ties("类型: 家庭一次, 成员: [a]")),
    Sum("补差：先领的低，补到高的", (benefit("a", "[]", "40万元"), benefit("b", "双一流 是 是", "10万元")), {"已领待遇": {"p/b": 100000}, "双一流": "否"}, {"合计": (30 * WAN, 30 * WAN)}, ties("类型: 补差, 成员: [a, b]")),
    Sum("给单位的钱不进本人合计", (benefit("a", "[]", "40万元", more="受益人: 单位"),), {}, {"a": YES, "合计": (0, 0)}),
]  # fmt: skip


@pytest.mark.parametrize("case", SUMS, ids=lambda s: s.says)
def test_a_small_rule_base_worked_out_on_paper(case: Sum, tmp_path: Path) -> None:
    text = document(*case.benefits, tail=case.tail, head=case.head)
    base = with_verbs(loaded(tmp_path, text, WORDS))
    decision = base.decide(case.person, as_of=date.fromisoformat(case.day))
    assert not decision.problems
    assert {key: found(decision, base, key) for key in case.expect} == case.expect


TWICE = (benefit("a", "[]", "40万元"), benefit("b", "双一流 是 是", "10万元"))
BEFORE = document(*TWICE, tail=ties("类型: 扣减, 成员: [a], 已享受: [b]"), head=HEAD)
SAME_NAME = BEFORE.replace("名称: a项", "名称: b项")


@pytest.mark.parametrize(
    ("told", "says", "hint"),
    [
        (["c项"], "已领待遇：没有 `c项` 这项待遇", "你是不是想写 `a项`？"),
        ({"p/b": -5}, "已领待遇：已经领到的钱不会是负数", "写已经领到多少，例如 30000"),
        (
            ["p/b", "随便写的一长串东西"],
            "已领待遇：没有 `随便写的一长串东西` 这项待遇",
            "写待遇的名称或 id，没领过就写 没有",
        ),
    ],
)
def test_what_was_received_is_a_benefit_or_a_problem(told: object, says: str, hint: str, tmp_path: Path) -> None:
    base = with_verbs(loaded(tmp_path, BEFORE, WORDS))
    decision = base.decide({"已领待遇": told, "双一流": "否"}, as_of=date.fromisoformat(DAY))
    assert [(p.code, p.message, p.hint) for p in decision.problems] == [("P602", says, hint)]
    # 没看懂的当作没说：可能领过，所以没有把握
    assert (decision.total.guaranteed, decision.total.possible) == (0, 40_000_000)


def test_a_name_two_benefits_bear_has_to_be_written_out(tmp_path: Path) -> None:
    base = with_verbs(loaded(tmp_path, SAME_NAME, WORDS))
    _, problems = base.read({"已领待遇": ["b项"]})
    assert [(p.message, p.hint) for p in problems] == [("已领待遇：`b项` 可以指2项待遇", "请写全名：p/a、p/b")]
