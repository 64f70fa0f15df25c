"""A list of people that leaves things unsaid: the change still shows, and what was supposed is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from snippets import benefit, document, loaded
from talent_rules import load
from talent_rules.conditions import AllOf
from talent_rules.diff.affected import affected, names_of
from talent_rules.diff.command import counted, diff
from talent_rules.diff.model import Impact
from talent_rules.diff.people import Told
from talent_rules.diff.render import overlap, page, text
from talent_rules.diff.symbolic import compare
from talent_rules.language import read_line
from talent_rules.money import Constant
from talent_rules.rulebase import RuleBase

DAY = date(2024, 9, 1)
SETTLING, RENT = "ordos-housing-2024/settling_in", "ordos-housing-2024/rent"
BY_CATEGORY = "ordos-talent-2023/category_settling"
#: a graduate as lists of newcomers have them: not a word about titles, categories or honours
GRADUATE = {
    "学位": "硕士", "毕业院校": "内蒙古大学", "证书情况": "学历学位双证", "引进日期": "2024-03-01", "引进方式": "全职",
    "劳动合同年限": "3年", "市外引进": "是", "首次引进": "是", "在职在岗": "是", "单位性质": "事业单位", "市内租房": "否",
}  # fmt: skip


def paying(base: RuleBase, name: str, yuan: int) -> RuleBase:
    """The rules with another sum for one benefit."""
    amount = Constant(yuan * 100, yuan * 100)
    return replace(base, benefits=tuple(replace(b, amount=amount) if b.id == name else b for b in base.benefits))


def change_of(name: str, before: int, after: int, *people: Mapping[str, object]) -> Impact:
    base = load("ordos")
    old, new = paying(base, name, before), paying(base, name, after)
    return counted(old, new, Told(new, [base.vocabulary.read(p)[0] for p in people]), DAY)


def test_somebody_who_might_hold_any_title_still_gains_what_the_change_brings() -> None:
    found = change_of(SETTLING, 30_0000, 35_0000, GRADUATE, GRADUATE)
    assert (found.winners, found.losers, found.after - found.before) == (2, 0, 10_0000_00)
    (settling,) = found.benefits
    assert (settling.people, settling.before, settling.after) == (2, 60_0000_00, 70_0000_00)


def test_what_was_supposed_and_what_was_left_out_is_told() -> None:
    found = change_of(SETTLING, 30_0000, 35_0000, {**GRADUATE, "证书情况": None})
    scope, unsaid, supposed = found.caveats[:3]
    assert scope.startswith("只算改动的待遇，连同有关系的") and "没有算进来" in scope
    assert "证书情况 1 人" in unsaid and "补上再比更准" in unsaid
    assert "人才类别" in supposed and supposed.startswith("改动的待遇不看、名单没写的，照多数人算：")


def test_who_is_paid_the_higher_sum_already_gains_nothing_when_the_lower_one_rises() -> None:
    """Of settling in and rent only the higher is paid; somebody who came for a year gets the rent alone."""
    renting = {**GRADUATE, "市内租房": "是"}
    found = change_of(RENT, 1_0000, 2_0000, renting, {**renting, "劳动合同年限": "1年", "自主创业": "否"})
    assert (found.winners, found.losers, found.unchanged) == (1, 0, 1)


def test_what_the_changed_benefit_asks_is_not_supposed() -> None:
    """Nobody wrote who is of which category: the most a rise for categories may cost counts everybody."""
    found = change_of(BY_CATEGORY, 50_0000, 60_0000, GRADUATE)
    assert (found.winners, found.after - found.before) == (1, 10_0000_00)
    assert any("人才类别 1 人" in c for c in found.caveats)


def test_benefits_that_differ_nowhere_are_not_counted() -> None:
    base = load("ordos")
    change = affected(base, paying(base, SETTLING, 35_0000))
    kept = {b.id for b in change.new.benefits}
    assert change.differing == {SETTLING} and BY_CATEGORY in kept  # settled between them by a relation
    assert change.same == len(base.benefits) - len(kept) > 0


def test_only_the_changed_benefits_are_looked_at_for_who_just_loses_them() -> None:
    employed: dict[str, object] = {"自主创业": "否", "旗区": "达拉特旗", "企业资质": ["战略性新兴产业企业"]}
    found = change_of(SETTLING, 30_0000, 35_0000, {**GRADUATE, **employed})
    assert {cliff.benefit for cliff in found.cliffs} == {SETTLING}


def test_where_the_words_differ_everything_is_counted() -> None:
    base = load("ordos")
    fewer = replace(base, implications=base.implications[1:])
    change = affected(base, replace(fewer, benefits=fewer.benefits[1:]))
    assert (change.old, change.same) == (base, 0)


def test_a_benefit_tied_to_nothing_is_counted_alone(tmp_path: Path) -> None:
    folders = []
    for name, sum_of_a in (("old", "10万元"), ("new", "12万元")):
        (tmp_path / name).mkdir()
        loaded(tmp_path / name, document(benefit("a", "[学位 是 博士]", sum_of_a) + benefit("b", "[学位 至少 硕士]")))
        folders.append(str(tmp_path / name))
    people = tmp_path / "people.csv"
    people.write_text("姓名,学位\n甲,博士\n乙,硕士\n", encoding="utf-8")
    found = diff(*folders, data=tmp_path / "old", as_of=DAY, place="x", people=people)
    assert found.impact is not None and (found.impact.before, found.impact.after) == (10_0000_00, 12_0000_00)
    assert "注：只算改动的待遇；其余 1 项两版一样，没有算进来" in found.output


@pytest.mark.parametrize("category", ["不清楚", "不想说"])
def test_dont_know_is_as_good_as_nothing_said(category: str) -> None:
    found = change_of(SETTLING, 30_0000, 35_0000, {**GRADUATE, "人才类别": category})
    assert (found.winners, found.after - found.before) == (1, 5_0000_00)


def test_parts_and_total_of_the_report_add_up(tmp_path: Path) -> None:
    """The rent rises for two who may have the higher settling-in sum, or not: two gains by benefit, none in all."""
    base = load("ordos")
    old, new = paying(base, RENT, 1_0000), paying(base, RENT, 2_0000)
    renting = base.vocabulary.read({**GRADUATE, "市内租房": "是", "证书情况": None})[0]
    found = counted(old, new, Told(new, [renting, renting]), DAY)
    added = sum(g.after - g.before for g in found.benefits)
    assert (added, overlap(found), found.after - found.before) == (2_0000_00, -2_0000_00, 0)
    said = page(compare(old, new, DAY), found)
    rows = re.findall(r'<tr class="sum">.*?</tr>', said)
    assert [re.sub(r"<[^>]+>", " ", r).split() for r in rows[:3]] == [
        ["各项相加", "+2万元"], ["不能同享、重复算的", "−2万元"], ["合计", "0", "0", "0元"]
    ]  # fmt: skip
    assert "各项相加 +2万元，不能同享、重复算的 −2万元，合计 0元" in text(compare(old, new, DAY), found)


def test_groups_of_people_add_up_to_the_total() -> None:
    found = change_of(SETTLING, 30_0000, 35_0000, {**GRADUATE, "旗区": "东胜区"}, {**GRADUATE, "学位": "博士"}, {})
    for groups in found.groups.values():
        assert sum(g.after - g.before for g in groups) == found.after - found.before
        assert (sum(g.winners for g in groups), sum(g.people for g in groups)) == (found.winners, 3)


def test_two_benefits_of_one_name_are_told_with_their_documents() -> None:
    """The settling-in allowance of 2022 and that of 2024 have the same name."""
    old = load("ordos")
    new = paying(paying(old, SETTLING, 35_0000), "ordos-housing-2022/settling_in", 35_0000)
    named = names_of(old, new)
    assert named[SETTLING] != named["ordos-housing-2022/settling_in"]
    assert named[SETTLING] == f"{old.benefit(SETTLING).name}（{old.policies['ordos-housing-2024'].title}）"
    assert named[RENT] == old.benefit(RENT).name


@pytest.mark.parametrize(("line", "said"), [("双一流 是 否", "双一流 否"), ("双一流 是 是", "双一流 是")])
def test_people_are_described_by_what_the_rule_asks(line: str, said: str) -> None:
    """Whether a university is of the list follows from the kind of school people name; the rule does not ask that."""
    base = load("ordos")
    condition = AllOf((read_line(line, base.vocabulary),))
    narrower = replace(base.benefit(RENT), id="ordos-housing-2024/new", name="新的", condition=condition)
    new = replace(base, benefits=(*base.benefits, narrower))
    (change,) = compare(base, new, DAY).substantive
    assert change.people and all(said in who and "院校类别" not in who for who in change.people)
