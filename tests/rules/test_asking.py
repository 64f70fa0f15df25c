"""Which question comes next: by money and likelihood, and nothing rare without a sign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from talent_rules import RuleBase, load

DAY = date(2024, 9, 1)
FRESH = {"degree": "bachelor", "degree_status": "obtained", "certs": "both", "school": "内蒙古大学"}


@pytest.fixture(scope="module")
def base() -> RuleBase:
    return load()


def asked(base: RuleBase, profile: Mapping[str, object], wanted: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The fields of the next question."""
    question = base.next_question(profile, as_of=DAY, wanted=wanted)
    return question.fields if question else ()


def every(base: RuleBase, profile: Mapping[str, object], *, minor: bool = False) -> list[str]:
    """All fields asked, when every answer is 不清楚."""
    told, found = dict(profile), list[str]()
    while (question := base.next_question(told, as_of=DAY)) and (minor or not question.minor):
        found += question.fields
        told |= dict.fromkeys(question.fields, "不清楚")
    return found


def test_a_bachelor_is_not_asked_for_titles_teams_or_the_price_of_a_home(base: RuleBase) -> None:
    rare = {"talent_category", "academician_leader", "team_leader", "postdoc", "home_price_per_m2", "annual_salary"}
    assert not rare & set(every(base, FRESH))


def test_a_doctor_may_hold_a_title_and_is_asked(base: RuleBase) -> None:
    assert "talent_category" in every(base, {"degree": "phd", "degree_status": "obtained"})


def test_the_price_is_asked_once_a_home_is_bought(base: RuleBase) -> None:
    holder = {**FRESH, "municipal_title": "ordos", "engagement": "full_time", "arrival_date": "2022-03"}
    assert "home_price_per_m2" not in every(base, {**holder, "bought_home": False}, minor=False)
    assert "home_price_per_m2" in every(base, {**holder, "bought_home": True})


def test_not_knowing_a_rare_thing_does_not_lead_deeper_into_it(base: RuleBase) -> None:
    unsure = {"degree": "phd", "talent_category": "不清楚", "municipal_title": "不清楚"}
    assert "research_field" not in every(base, unsure)


def test_whoever_goes_on_is_asked_the_rest(base: RuleBase) -> None:
    assert "talent_category" in every(base, FRESH, minor=True)


def test_what_is_not_asked_stays_unknown(base: RuleBase) -> None:
    decision = base.decide(FRESH, as_of=DAY)
    assert decision["category_settling"].outcome.label == "待补充"
    assert "talent_category" in base.supposed(FRESH, as_of=DAY)
    shown = {v.benefit for v in base.outlook(FRESH, as_of=DAY).verdicts}
    assert base.benefit("category_settling").id not in shown
    assert base.benefit("ordos-housing-2024/settling_in").id in shown


def test_the_outlook_never_hides_what_is_certain(base: RuleBase) -> None:
    member = {**FRESH, "talent_category": "F", "engagement": "full_time", "job_role": "community_worker"}
    decision, outlook = base.decide(member, as_of=DAY), base.outlook(member, as_of=DAY)
    sure = {v.benefit for v in decision.verdicts if v.outcome.label in ("符合", "待认定")}
    assert sure <= {v.benefit for v in outlook.verdicts}
    assert outlook.total.guaranteed == decision.total.guaranteed
    assert outlook.total.bounded <= decision.total.bounded


def test_asking_for_a_rare_benefit_leads_to_its_questions(base: RuleBase) -> None:
    allowance = base.benefit("work_allowance").id
    assert "municipal_title" in asked(base, FRESH, (allowance,))


def test_only_what_was_asked_for_counts(base: RuleBase) -> None:
    rent = base.benefit("rent").id
    found = []
    profile: dict[str, object] = dict(FRESH)
    while question := base.next_question(profile, as_of=DAY, wanted=(rent,)):
        assert rent in question.affects
        found.append(question.id)
        profile |= dict.fromkeys(question.fields, "不清楚")
    assert found


def test_a_school_on_the_list_is_not_abroad(base: RuleBase) -> None:
    assert "overseas" not in every(base, {"school": "内蒙古工业大学"}, minor=True)


def test_a_sign_that_cannot_be_read_is_reported(tmp_path) -> None:  # type: ignore[no-untyped-def]
    import shutil
    from pathlib import Path

    from talent_rules import Rejected

    data = Path(__file__).resolve().parents[2] / "policy_data"
    copy = tmp_path / "data"
    shutil.copytree(data, copy)
    words = copy / "vocabulary.yaml"
    words.write_text(words.read_text("utf-8").replace("何时问: [已购房 是 是]", "何时问: [已购方 是 是]", 1), "utf-8")
    with pytest.raises(Rejected) as raised:
        load("ordos", copy)
    assert "已购方" in raised.value.problems[0].message


def test_a_price_nobody_told_adds_no_made_up_sum_to_what_is_shown_first(base: RuleBase) -> None:
    buyer = {"市级英才称号": "草原英才", "引进日期": "2022-03", "引进方式": "全职", "已购房": True}
    untold = base.outlook(buyer, as_of=DAY).total
    assert any("purchase" in benefit or "home" in benefit for benefit in untold.unbounded)
    told = base.outlook({**buyer, "购房单价": "6000元", "购房面积": "140㎡"}, as_of=DAY).total
    assert not told.unbounded and untold.bounded < told.bounded == told.possible
