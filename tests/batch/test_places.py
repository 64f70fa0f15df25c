"""A place beside a 是 that somebody comes from elsewhere: what is here and what is not stands in the words of a city."""

from __future__ import annotations

from pathlib import Path

import pytest

from batch.books import DATA
from talent_rules.compiler.load import read_shared
from talent_rules.tables.told import Column
from talent_rules.tables.values import read_cell
from talent_rules.vocabulary import Vocabulary

TAKEN_BACK = "B757"


@pytest.fixture(scope="module")
def new_city(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    """A city of which nobody has said yet what its places are called."""
    data = tmp_path_factory.mktemp("data")
    for name in ("vocabulary.yaml", "reference"):
        (data / name).symlink_to(DATA / name)
    return _city(data, "chifeng", "字段: []\n")


def _city(data: Path, place: str, words: str) -> Vocabulary:
    (data / place).mkdir(exist_ok=True)
    (data / place / "vocabulary.yaml").write_text(words, encoding="utf-8")
    return read_shared(data, place)


def _outside(words: Vocabulary, text: str) -> bool:
    """Whether a cell says that somebody comes from elsewhere; what it does not say is told."""
    found = read_cell(words.fields["from_outside"], text, "", Column(places=words.places), words.reference)
    assert found.values or (found.complaint is not None and found.complaint.code == TAKEN_BACK)
    return bool(found.values)


@pytest.mark.parametrize(
    ("text", "ordos", "huhehaote"),
    [
        ("是（来自呼市）", True, False),
        ("是（赛罕区某公司）", True, False),
        ("是（来自东胜）", False, True),
        ("是（鄂尔多斯某集团）", False, True),
        ("是（来自北京）", True, True),
        ("是（外省）", True, True),
        ("是（本市户籍）", False, False),
        ("是（来自延安）", False, False),
    ],
)
def test_what_is_elsewhere_for_one_city_is_here_for_another(text: str, ordos: bool, huhehaote: bool) -> None:
    assert _outside(read_shared(DATA), text) is ordos
    assert _outside(read_shared(DATA, "huhehaote"), text) is huhehaote


@pytest.mark.parametrize("text", ["是（来自东胜）", "是（来自北京）", "是（赤峰某公司）", "是（外省）"])
def test_where_nobody_said_what_is_here_a_place_leaves_it_open(new_city: Vocabulary, text: str) -> None:
    assert _outside(new_city, text) is False
    assert _outside(new_city, "是") is True


def test_an_address_begins_with_the_city_it_is_of(new_city: Vocabulary) -> None:
    def district(words: Vocabulary) -> bool:
        found = read_cell(
            words.fields["district"], "鄂尔多斯市东胜区", "", Column(places=words.places), words.reference
        )
        return "district" in found.values

    assert district(read_shared(DATA)) and not district(new_city)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("从外地来: [市外引近], 本地: [赤峰]", "没有名为 `市外引近` 的信息项"),
        ("从外地来: [学位], 本地: [赤峰]", "`学位` 不是是非"),
        ("外地: [北京]", "本地"),
    ],
)
def test_a_slip_in_the_places_of_a_city_is_told(tmp_path: Path, words: str, said: str) -> None:
    from talent_rules.model import Rejected

    for name in ("vocabulary.yaml", "reference"):
        (tmp_path / name).symlink_to(DATA / name)
    with pytest.raises(Rejected) as refused:
        _city(tmp_path, "chifeng", f"字段: []\n地方: {{{words}}}\n")
    assert any(said in problem.message for problem in refused.value.problems)
