"""How many questions it takes: twelve lives and more, from the first sentence to the result."""

from __future__ import annotations

from dataclasses import replace

import pytest

from talent_bot.advisor import Advisor

from .people import DAY, PEOPLE, Person, talk


@pytest.fixture(scope="module")
def advisor() -> Advisor:
    return Advisor.load()


@pytest.mark.parametrize("person", PEOPLE, ids=lambda p: p.name)
def test_a_person_reaches_a_useful_result_after_few_questions(
    advisor: Advisor, person: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    found = talk(advisor, person)
    with capsys.disabled():
        print(f"\n{person.name}: {len(found.questions)} 问", end="")
    assert found.card is not None
    assert len(found.questions) <= person.at_most <= 10
    names = [row.name for row in (*found.card.open_rows, *found.card.closed_rows)]
    assert not person.gets or person.gets in names


@pytest.mark.parametrize("person", PEOPLE, ids=lambda p: p.name)
def test_no_question_comes_twice(advisor: Advisor, person: Person) -> None:
    asked = [p.id for p in talk(advisor, person).questions]
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("person", PEOPLE, ids=lambda p: p.name)
def test_no_answer_is_lost(advisor: Advisor, person: Person) -> None:
    assert talk(advisor, person).lost == ()


def test_a_month_is_asked_about_once_more_and_then_taken(advisor: Advisor) -> None:
    person = replace(next(p for p in PEOPLE if p.name == "实习生"), at_most=4)
    asked = [q for q in talk(advisor, person).questions if q.id == "internship_start"]
    assert len(asked) == 1


def test_a_bachelor_is_never_asked_about_titles_teams_or_prices(advisor: Advisor) -> None:
    person = next(p for p in PEOPLE if p.name == "普通本科")
    asked = {f for q in talk(advisor, person).questions for f in q.fields}
    assert not asked & {"talent_category", "team_leader", "academician_leader", "home_price_per_m2", "postdoc"}


def test_what_was_not_asked_is_named_on_the_card_and_not_read_as_no(advisor: Advisor) -> None:
    person = next(p for p in PEOPLE if p.name == "普通本科")
    found = talk(advisor, person)
    assert found.card is not None
    assert any(line.startswith("没问到的：") and "人才类别" in line for line in found.card.others)
    decision = advisor.decide(found.dialogue, DAY, "self")
    assert decision["category_settling"].outcome.label == "待补充"
