"""What a sentence speaks of when no condition could be read in it: the question about that is asked next."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: In this order; a sentence about several things is taken for the first
_TOPICS = tuple(
    (field, re.compile(pattern))
    for field, pattern in (
        (
            "received",
            r"(?:领|拿|享受)(?:过|了|到).{0,6}(?:补|贴|待遇|奖励)|(?:补|贴|待遇).{0,4}(?:领|享受)(?:过|了)",
        ),
        ("monthly_rent", r"房租|租金"),
        ("annual_salary", r"年薪|月薪|工资|薪资|薪水|薪酬|到手|[月年]入|年?收入|税[前后]|一个月.{0,4}[块千万]"),
        ("home_price_per_m2", r"每平|一平|单价|房价"),
        ("home_area", r"平米|平方|㎡|[\d百十来多]平"),
        ("bought_home", r"[买购]房|首付|房贷|[买购].{0,4}房"),
        ("renting", r"租"),
        ("contract_years", r"合同|协议|签.{0,4}年"),
        ("social_insurance", r"社保|五险"),
        ("local_origin", r"户口|户籍|老家|籍贯"),
        ("first_time", r"以前.{0,8}(?:工作|干|待|呆)过"),
        ("founder", r"创业|自己干|个体|自由职业|开.{0,3}[店厂]"),
        ("team_leader", r"团队"),
        ("awards", r"奖项|获.{0,3}奖|得.{0,3}奖|荣誉"),
        ("talent_category", r"称号|人才认定|高层次人才|人才证"),
        ("title", r"职称|高工|工程师"),
        ("skill_level", r"技能|技工|技师|等级证"),
        ("internship", r"实习"),
        ("arrival_date", r"来了|刚来|刚到|来.{0,4}[年月天周]|入职|到岗|过来"),
        ("graduation_date", r"毕业"),
        ("school", r"学校|母校|本科.{0,3}读|大学.{0,3}读"),
        ("degree", r"学历|学位|文凭"),
        ("research_field", r"专业|学的是|科研|研究|^学.{1,6}的$"),
        ("age", r"属[鼠牛虎兔龙蛇马羊猴鸡狗猪]|岁|年纪|年龄"),
        (
            "employer_type",
            r"单位|公司|集团|企业|[在进去].{1,10}(?:上班|工作|医院|[小中大]学|一中|银行)|[老教]师|医生|护士",
        ),
    )
)
_OTHERS = re.compile(r"[他她]|爱人|对象|老[公婆]|媳妇|妻子?|丈夫|孩子|[儿女]子?|父|母|爸|妈|朋友|同[学事]|[兄弟姐妹]")


def topics(text: str) -> Iterator[str]:
    """The fields that a sentence about oneself seems to speak of, the likeliest first."""
    if not _OTHERS.search(text):
        yield from (field for field, pattern in _TOPICS if pattern.search(text))
