"""Other places: their own words beside the shared ones, and nothing but rule files."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from snippets import VOCABULARY, benefit, document, write
from talent_rules import load
from talent_rules.cases import check_case
from talent_rules.cli.base import app
from talent_rules.compiler.load import load_folder, read_shared
from talent_rules.model import Rejected

DATA = Path(__file__).resolve().parents[2] / "policy_data"
PLACES = ("beijing-points", "huhehaote", "ordos")
OWN = "字段:\n  - {id: plot, 名称: 地块面积, 类型: 面积, 问法: 多大一块？}\n"


@pytest.mark.parametrize("place", PLACES)
def test_every_place_loads_without_a_problem_and_its_cases_pass(place: str) -> None:
    base, problems = load_folder(DATA, sorted((DATA / place).rglob("*.yaml")), place)
    assert base is not None and not problems
    failures = [f for case in base.cases for f in check_case(base, case)]
    assert base.cases and not failures, failures[:3]


@pytest.mark.parametrize("place", PLACES[:2])
def test_the_words_of_a_place_are_its_own(place: str) -> None:
    own = load(place).vocabulary.fields.keys() - load("ordos").vocabulary.fields.keys()
    assert own and own == set(read_shared(DATA, place).fields) - set(read_shared(DATA).fields)


def test_a_field_of_the_place_is_found_and_follows_the_shared_ones(tmp_path: Path) -> None:
    path = write(tmp_path, document(benefit("a", "地块面积 至少 50㎡")))
    (tmp_path / "x" / "vocabulary.yaml").write_text(OWN, encoding="utf-8")
    base, problems = load_folder(tmp_path, [path, tmp_path / "x" / "vocabulary.yaml"], "x")
    assert base is not None and not problems
    assert list(base.vocabulary.fields)[-1] == "plot"
    assert "V301" in {p.code for p in load_folder(tmp_path, [path], "y")[1]}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("id: plot", "id: degree", "R505"),
        ("名称: 地块面积", "名称: 购房面积", "R506"),
        ("类型: 面积", "类型: 长度", "K208"),
    ],
)
def test_a_place_may_only_add(tmp_path: Path, old: str, new: str, code: str) -> None:
    path = write(tmp_path, document(benefit("a", "学位 至少 硕士")))
    (tmp_path / "x" / "vocabulary.yaml").write_text(OWN.replace(old, new), encoding="utf-8")
    base, problems = load_folder(tmp_path, [path], "x")
    found = [p for p in problems if p.code == code]
    assert found and found[0].place.file == "x/vocabulary.yaml"
    assert base is not None and base.vocabulary.fields["degree"].name == "学位"
    with pytest.raises(Rejected):
        read_shared(tmp_path, "x")


def test_the_version_changes_with_the_words_of_the_place(tmp_path: Path) -> None:
    path = write(tmp_path, document(benefit("a", "学位 至少 硕士")))
    before = load_folder(tmp_path, [path], "x")[0]
    (tmp_path / "x" / "vocabulary.yaml").write_text(OWN, encoding="utf-8")
    after = load_folder(tmp_path, [path], "x")[0]
    assert before is not None and after is not None and before.version != after.version
    assert load("x", tmp_path).version == after.version
    assert (tmp_path / "vocabulary.yaml").read_text(encoding="utf-8") == VOCABULARY


def run(*args: str, stdin: str = "") -> str:
    found = CliRunner().invoke(app, [*args], input=stdin)
    assert found.exit_code == 0, found.output
    return found.stdout


@pytest.mark.parametrize("place", PLACES)
def test_the_commands_work_for_every_place(place: str, tmp_path: Path) -> None:
    decided = json.loads(run("decide", "-", "--place", place, "--as-of", "2021-06-01", "--json", stdin="{}"))
    assert decided["place"] == place and decided["benefits"] and not decided["problems"]
    asked = json.loads(run("ask", "-", "--place", place, "--as-of", "2025-06-01", "--json", stdin="{}"))
    assert asked["next_question"]["text"]
    assert "0 个不符" in run("test", str(DATA / place))
    assert "写法都已统一" in run("fmt", "--check", str(DATA / place))
    run("lint", str(DATA / place))
    run("schema", "-o", str(tmp_path), "--place", place)
    schema = (tmp_path / "policy.schema.json").read_text(encoding="utf-8")
    assert ("在京连续社保年限" in schema) is (place == "beijing-points")


def test_fmt_reads_the_words_of_the_place(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    path = tmp_path / "data" / "huhehaote" / "talent-25-2024.yaml"
    text = path.read_text(encoding="utf-8")
    changed = text.replace("企业职工养老保险月数 至少 3个月", "企业职工养老保险月数 >= 3个月", 1)
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    run("fmt", "--data", str(tmp_path / "data"), str(path))
    assert path.read_text(encoding="utf-8") == text


def test_a_case_of_each_new_place_by_hand() -> None:
    hohhot = load("huhehaote")
    profile = {
        "在呼就业方式": "市内国有企业", "劳动合同年限": "2年", "学习形式": "全日制", "学位": "硕士", "毕业日期": "2022-07-01",
        "企业职工养老保险月数": 12, "在呼首次购房": True, "购房日期": "2025-01-10",
    }  # fmt: skip
    verdict = hohhot.decide(profile, as_of=date(2025, 3, 1))["huhehaote-talent25-2024/home_purchase"]
    assert verdict.outcome.value == "needs_review" and verdict.undecided  # only third-party data says who gets it
    assert verdict.amount is not None and verdict.amount.reported.lo == 5_000_000 and verdict.amount.grade.value == "D"
