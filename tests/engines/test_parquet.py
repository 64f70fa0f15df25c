"""`RuleBase.decide_parquet`: a file of any size into another, the same answers as the table."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from crowd import typed_people
from houses import ordos
from talent_rules.engines import parquet as engine

DAY = date(2024, 9, 1)


@pytest.fixture(scope="module")
def people() -> pa.Table:
    found = typed_people(ordos(), 7, 3_000, unknown=0.3)
    return found.append_column("编号", pa.array([f"第{n}人" for n in range(found.num_rows)]))


@pytest.fixture
def source(people: pa.Table, tmp_path: Path) -> Path:
    """In row groups whose texts stand in another order each."""
    path = tmp_path / "people.parquet"
    plain = people.cast(
        pa.schema([(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in people.schema])
    )
    pq.write_table(plain, path, row_group_size=700)
    return path


def test_a_file_is_decided_as_the_table(
    people: pa.Table, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BLOCK", 500)
    target = tmp_path / "answers.parquet"
    assert ordos().decide_parquet(source, target, as_of=DAY, keep=["编号"]) == people.num_rows
    found, expected = pq.read_table(target), ordos().decide_table(people, as_of=DAY)
    assert found["编号"].to_pylist() == people["编号"].to_pylist()
    assert found.drop_columns(["编号"]).to_pylist() == expected.to_pylist()


def test_only_what_is_asked_for_is_written(people: pa.Table, source: Path, tmp_path: Path) -> None:
    target = tmp_path / "answers.parquet"
    ordos().decide_parquet(source, target, as_of=DAY, only=("outcome", "totals"))
    found, expected = pq.read_table(target), ordos().decide_table(people, as_of=DAY)
    outcomes = [f"{b.id}.outcome" for b in ordos().benefits]
    assert found.column_names == [*outcomes, "guaranteed", "possible", "yearly_lo", "yearly_hi"]
    assert found.to_pylist() == expected.select(found.column_names).to_pylist()
    assert pc.sum(found["guaranteed"]).as_py() == pc.sum(expected["guaranteed"]).as_py()


def test_what_was_there_stays_until_all_is_written(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "answers.parquet"
    target.write_bytes(b"before")
    whole = source.read_bytes()
    source.write_bytes(whole[: len(whole) // 2] + bytes(len(whole) // 4) + whole[-len(whole) // 4 :])
    with pytest.raises((pa.ArrowException, OSError)):
        ordos().decide_parquet(source, target, as_of=DAY)
    assert target.read_bytes() == b"before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["answers.parquet", "people.parquet"]


def test_the_answers_never_replace_the_people(source: Path, tmp_path: Path) -> None:
    before = source.read_bytes()
    (tmp_path / "link.parquet").symlink_to(source)
    for target in (source, tmp_path / "link.parquet"):
        with pytest.raises(ValueError, match="答案不能写回名单自己"):
            ordos().decide_parquet(source, target, as_of=DAY)
    assert source.read_bytes() == before


def test_a_column_to_keep_that_is_not_there_is_answered_with_those_there_are(source: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyError, match=r"没有 工号 这样的列，有：.*编号"):
        ordos().decide_parquet(source, tmp_path / "x.parquet", as_of=DAY, keep=["编号", "工号"])


def test_a_word_it_does_not_know_is_answered_with_those_it_knows(source: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"sums.*outcome、money、missing、totals、problems"):
        ordos().decide_parquet(source, tmp_path / "x.parquet", as_of=DAY, only=["sums"])


def test_what_is_asked_in_the_wrong_form_is_told_how_to_ask(source: Path, tmp_path: Path) -> None:
    wrong: list[tuple[dict[str, Any], type[Exception], str]] = [
        ({"keep": "编号"}, TypeError, "keep 要写成一列名字"),
        ({"only": "outcome"}, TypeError, "only 要写成一列名字"),
        ({"only": ()}, ValueError, "only 至少写一样"),
    ]
    for asked, error, said in wrong:
        with pytest.raises(error, match=said):
            ordos().decide_parquet(source, tmp_path / "x.parquet", as_of=DAY, **asked)
    renamed = pq.read_table(source, columns=["degree", "编号"]).rename_columns(["degree", "guaranteed"])
    pq.write_table(renamed, tmp_path / "renamed.parquet")
    with pytest.raises(ValueError, match="keep 的 guaranteed 和答案的列同名"):
        ordos().decide_parquet(tmp_path / "renamed.parquet", tmp_path / "x.parquet", as_of=DAY, keep=["guaranteed"])


def test_files_that_cannot_be_read_or_written_are_named_in_a_sentence(source: Path, tmp_path: Path) -> None:
    (tmp_path / "名单.csv").write_text("学位\n博士\n", encoding="utf-8")
    pq.write_table(pa.table({"工号": [1]}), tmp_path / "工号.parquet")
    files: list[tuple[str, str, type[Exception], str]] = [
        ("没有.parquet", "x.parquet", FileNotFoundError, "没有这个名单文件.*没有.parquet"),
        ("名单.csv", "x.parquet", pa.ArrowInvalid, "名单.csv 不是 Parquet 文件.*talent batch"),
        ("工号.parquet", "x.parquet", ValueError, "表里的列 工号 都不是信息项"),
        (source.name, "没有/x.parquet", FileNotFoundError, "答案要写到的文件夹还没有.*没有"),
        (source.name, ".", IsADirectoryError, "这是文件夹"),
    ]
    for people, answers, error, said in files:
        with pytest.raises(error, match=said):
            ordos().decide_parquet(tmp_path / people, tmp_path / answers, as_of=DAY)
