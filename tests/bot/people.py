"""People who answer the chat's questions truthfully; run as a script it prints how many questions each is asked.

A person is what they say first and what is true of them. Of what is not written, there is nothing: no
title, no team, no child. They take the option that fits, type the value where there is none, and say
不清楚 where they do not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from talent_bot.advisor import Advisor
from talent_bot.answers import DONT_KNOW, OPEN
from talent_bot.dialogue import Dialogue, Event, Pending, begin
from talent_bot.reply import Card, Reply
from talent_bot.turn import turn
from talent_rules.model import OneOf

DAY = date(2024, 9, 1)
MOST = 60


@dataclass(frozen=True)
class Person:
    """Somebody with a life: `truth` by field id, None where even they do not know."""

    name: str
    opening: str
    truth: Mapping[str, Any] | None
    at_most: int  # questions before the result
    gets: str = ""  # the benefit they came for, as the result names it


_HERE = {
    "degree_status": "obtained", "certs": "both", "engagement": "full_time", "contract": True, "contract_years": "3年",
    "on_post": True, "from_outside": True, "first_time": True, "arrival_date": "2024-07", "employer_type": "private",
    "renting": True, "social_insurance": True, "study_mode": "full_time", "employer_local_taxpayer": True,
    "district": "dongsheng", "application_date": "2024-09-01",
}  # fmt: skip
_QINGHUA = {"school": "清华大学", "school_claim": "985"}
_ORDINARY = {"school": "内蒙古工业大学", "school_claim": "ordinary"}

PEOPLE = (
    Person("985博士", "我是985博士，35岁，想去鄂尔多斯工作，能拿多少安家费？",
           _HERE | _QINGHUA | {"degree": "phd", "graduation_date": "2024-06"}, 6, "高校毕业生安家补贴"),
    Person("普通本科", "我是内蒙古工业大学本科毕业的，24岁，有什么补贴",
           _HERE | _ORDINARY | {"degree": "bachelor", "graduation_date": "2024-06"}, 6),
    Person("高级技师", "我是高级技师，能享受什么",
           _HERE | {"degree": "associate", "skill_level": "level1", "job_role": "skilled_worker", "rural_certificate": True,
                    "district": "jungar", "graduation_date": "2005-07"}, 7, "乡土技能人才技能提升补贴"),
    Person("企业高管", "我是企业高管，年薪80万，有什么政策",
           _HERE | {"degree": "master", "school": "浙江大学", "school_claim": "985", "job_role": "senior_exec",
                    "annual_salary": "80万元", "tax_paid": True, "key_enterprise": True, "bought_home": True,
                    "owns_home": True, "renting": False, "graduation_date": "2008-07"}, 10,
           "重点企业高管和研发带头人一次性生活补贴"),
    Person("博士后", "在站博士后，想问生活补贴",
           _HERE | _QINGHUA | {"degree": "phd", "postdoc": True, "employer_type": "university",
                               "graduation_date": "2023-06"}, 3, "在站博士后生活补贴"),
    Person("教师", "我是中学高级教师，想调到鄂尔多斯，有什么待遇？",
           _HERE | {"degree": "master", "school": "陕西师范大学", "school_claim": "211", "title": "vice_senior",
                    "employer_type": "public_institution", "graduation_date": "2010-06"}, 10, "高校毕业生安家补贴"),
    Person("医生", "副主任医师，医学博士，40岁，准备去康巴什的医院",
           _HERE | {"degree": "phd", "school": "内蒙古医科大学", "school_claim": "ordinary", "title": "vice_senior", "district": "kangbashi",
                    "employer_type": "public_institution", "graduation_date": "2015-06"}, 10, "高校毕业生安家补贴"),
    Person("创业者", "我硕士毕业，在鄂尔多斯自己开公司，有创业补贴吗",
           _HERE | _ORDINARY | {"degree": "master", "founder": True, "employer_type": "self_employed", "contract": False,
                                "contract_years": None, "startup_months": "14个月", "jobs_created": 3,
                                "college_graduate": True, "graduation_date": "2022-06"}, 5, "一次性创业补贴"),
    Person("本地已购房", "我是鄂尔多斯英才，在康巴什买了房，购房补贴怎么算",
           _HERE | _QINGHUA | {"degree": "phd", "municipal_title": "ordos", "title_valid": True, "bought_home": True,
                               "owns_home": True, "renting": False, "home_area": "140㎡", "home_price_per_m2": "6000元",
                               "arrival_date": "2022-03", "district": "kangbashi"}, 5, "英才购房补贴"),
    Person("带孩子和父母", "我是F类人才，家里有两个不到三岁的孩子，父亲72岁，能领暖才补贴吗",
           _HERE | _QINGHUA | {"degree": "phd", "talent_category": "F", "title_valid": True, "children_under_3": 2,
                               "parents_70": 1}, 5, "暖才托幼补贴"),
    Person("只问一件事的人", "租房补贴多少钱一个月？",
           _HERE | _ORDINARY | {"degree": "master"}, 5, "租房补贴"),
    Person("柔性专家", "我是教授，只能兼职去做项目，柔性引进有奖励吗",
           _HERE | _QINGHUA | {"degree": "phd", "title": "senior", "engagement": "flexible", "contract": False,
                               "contract_years": None, "on_post": False, "first_time": True}, 10, "柔性引进奖励"),
    Person("实习生", "我是清华的在校生，来鄂尔多斯实习两个月，有补贴吗",
           _QINGHUA | {"degree": "bachelor", "degree_status": "studying", "enrolled_student": True,
                       "key_university_student": True, "internship": True, "internship_months": "2个月",
                       "internship_weeks": "8周", "internship_start": "2024-07", "contract": False,
                       "from_outside": True, "district": "dongsheng"}, 4, "重点高校学生实习生活补贴"),
    Person("全程不清楚", "", None, 3),
)  # fmt: skip


@dataclass(frozen=True)
class Talk:
    """How a conversation went: the questions in order, and the result that ended it."""

    questions: tuple[Pending, ...]
    lost: tuple[tuple[str, str], ...]  # questions whose answer was not recorded
    dialogue: Dialogue
    card: Card | None


def talk(advisor: Advisor, person: Person, on: date = DAY) -> Talk:
    """Answer every question until the result comes."""
    dialogue, replies = turn(begin(), Event(person.opening), advisor, on)
    asked: list[Pending] = []
    lost: list[tuple[str, str]] = []
    while (card := card_of(replies)) is None and (pending := dialogue.pending) and len(asked) < MOST:
        asked.append(pending)
        said = answer(advisor, person, pending)
        dialogue, replies = turn(dialogue, Event(said), advisor, on)
        if not _recorded(advisor, pending, said, dialogue.facts(pending.person)):
            lost.append((pending.id, said))
    return Talk(tuple(asked), tuple(lost), dialogue, card)


def _recorded(advisor: Advisor, pending: Pending, said: str, facts: Mapping[str, Any]) -> bool:
    """Whether everything an answer says is known after it."""
    if said not in pending.options:
        return all(name in facts for name in pending.fields)
    sets = {n: v for n, v in pending.sets[pending.options.index(said)].items() if v not in OPEN}
    told, known = (advisor.base.read(profile)[0] for profile in (sets, facts))
    return all(known.get(name) == value for name, value in told.values.items())


def card_of(replies: tuple[Reply, ...]) -> Card | None:
    """The result, if a reply holds it."""
    return next((b for reply in replies for b in reply.blocks if isinstance(b, Card)), None)


def answer(advisor: Advisor, person: Person, pending: Pending) -> str:
    """What a person says to a question."""
    if person.truth is None:
        return DONT_KNOW
    fitting = [n for n, sets in enumerate(pending.sets) if all(_fits(advisor, person, f, v) for f, v in sets.items())]
    if fitting:  # the one that says most
        return pending.options[max(fitting, key=lambda n: (_told(pending.sets[n]), -n))]
    value = _of(advisor, person, pending.fields[0]) if len(pending.fields) == 1 else None
    if isinstance(value, bool):
        return "是" if value else "否"
    return DONT_KNOW if value is None else str(value) if value != [] else "没有"


def _told(sets: Mapping[str, Any]) -> int:
    return sum(v not in OPEN for v in sets.values())


def _of(advisor: Advisor, person: Person, name: str) -> Any:
    """What is true of a person; of what is not written, that there is nothing."""
    assert person.truth is not None
    if name in person.truth:
        return person.truth[name]
    entry = advisor.base.vocabulary.fields[name]
    absent = entry.absence
    if isinstance(absent, frozenset):
        return []
    return 0 if absent is None and entry.kind.numeric and entry.kind.value != "日期" else absent


def _fits(advisor: Advisor, person: Person, name: str, said: Any) -> bool:
    if said in OPEN:
        return True
    base = advisor.base
    true = base.read({name: _of(advisor, person, name)})[0].get(name)
    value = base.read({name: said})[0].get(name)
    if true is None:
        return False
    low, high = getattr(value, "lo", None), getattr(value, "hi", None)
    if hasattr(value, "lo"):
        floor, ceiling = getattr(true, "lo", true), getattr(true, "hi", true)
        return (low is None or floor >= low) and (high is None or ceiling <= high)
    return true in value.choices if isinstance(value, OneOf) else true == value


def main() -> None:
    """Print how many questions each person is asked, and which."""
    advisor = Advisor.load()
    for person in PEOPLE:
        found = talk(advisor, person)
        ids = " ".join(p.id for p in found.questions)
        print(f"{person.name}\t{len(found.questions)} 问（上限 {person.at_most}）\t{ids}")


if __name__ == "__main__":
    main()
