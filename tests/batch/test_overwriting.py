"""What is never written over, and what an order has to say."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from batch.books import CSV, HEADER, PEOPLE, Run, book, texts
from talent_rules.library import RuleBase


def test_usage_errors(tmp_path: Path, run: Run) -> None:
    path = book(tmp_path / "x.xlsx", [HEADER, *PEOPLE])
    assert run(tmp_path / "none.xlsx")[0] == 1
    assert run(path, path)[0] == 1
    own = book(tmp_path / "own.xlsx", [["重要"]])
    assert run(path, own)[0] == 1 and texts(own, "人员") == [["重要"]]
    assert run(path, tmp_path / "o.doc")[0] == 1
    assert run(path, tmp_path / "o.xlsx", engine="none")[0] == 1
    assert run(path, tmp_path / "o.xlsx", limit=1)[1]["rows"] == 1
    assert run(path, tmp_path / "o.xlsx")[0] == 0


def _edited(path: Path, sheet: str, cell: str, value: str) -> bytes:
    made = openpyxl.load_workbook(path)
    made[sheet][cell].value = value
    made.save(path)
    return path.read_bytes()


def test_a_result_is_replaced_only_as_it_was_written(tmp_path: Path, run: Run) -> None:
    path, out = book(tmp_path / "x.xlsx", [HEADER, ["张三", "不详细", "清华大学", "2024.7", "是"]]), tmp_path / "o.xlsx"
    assert run(path, out)[0] == 2
    assert run(path, out)[0] == 2  # nobody has touched it
    corrected = _edited(out, "待修正", "D2", "硕士")
    code, summary = run(path, out)
    assert code == 1 and "写出以后改过" in summary["stderr"] and out.read_bytes() == corrected
    assert run(path, out, overwrite=True)[0] == 2 and out.read_bytes() != corrected


def test_a_corrected_workbook_is_kept_though_its_properties_were(tmp_path: Path, run: Run) -> None:
    path, out = book(tmp_path / "x.xlsx", [HEADER, *PEOPLE]), tmp_path / "o.xlsx"
    run(path, out)
    with zipfile.ZipFile(out) as source:
        parts = {i.filename: source.read(i) for i in source.infolist()}
    assert b"<cp:contentStatus>" in parts["docProps/core.xml"]
    parts["xl/sharedStrings.xml"] = parts["xl/sharedStrings.xml"].replace("张三".encode(), "章三".encode())
    parts["xl/worksheets/sheet2.xml"] = parts["xl/worksheets/sheet2.xml"].replace("张三".encode(), "章三".encode())
    with zipfile.ZipFile(out, "w") as target:
        for name, body in parts.items():
            target.writestr(name, body)
    assert run(path, out)[0] == 1


def test_a_filled_template_is_never_replaced(tmp_path: Path, run: Run, base: RuleBase) -> None:
    from talent_rules.batch.command import template

    path, filled = book(tmp_path / "x.xlsx", [HEADER, *PEOPLE]), tmp_path / "模板.xlsx"
    assert template(filled, base=base) == 0
    before = _edited(filled, "人员表", "A3", "真人")
    code, summary = run(path, filled)
    assert code == 1 and "填报模板" in summary["stderr"]
    assert template(filled, base=base) == 1 and filled.read_bytes() == before
    assert template(filled, base=base, overwrite=True) == 0


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_a_plain_table_is_replaced_only_as_it_was_written(tmp_path: Path, run: Run, kind: str) -> None:
    path, out = book(tmp_path / "x.xlsx", [HEADER, *PEOPLE]), tmp_path / f"o.{kind}"
    assert [run(path, out)[0], run(path, out)[0]] == [0, 0]
    out.write_bytes(out.read_bytes().replace("张三".encode(), "章三".encode()) + b"\n")
    changed = out.read_bytes()
    assert run(path, out)[0] == 1 and out.read_bytes() == changed
    assert run(path, out, overwrite=True)[0] == 0
    _edited(tmp_path / "o_汇总.xlsx", "待修正", "A2", "记一笔")
    assert run(path, out)[0] == 1


def test_the_rows_of_a_large_result_replace_nobodys_table(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talent_rules.batch.output.write_outputs.__defaults__", (1,))
    source = tmp_path / "名单.csv"
    source.write_text(CSV, encoding="utf-8")
    _, summary = run(source, tmp_path / "名单.xlsx")
    assert source.read_text(encoding="utf-8") == CSV
    assert [Path(p).name for p in summary["outputs"]] == ["名单.xlsx", "名单_结果1.csv"]


def test_the_template_reads_back(tmp_path: Path, run: Run, base: RuleBase) -> None:
    from talent_rules.batch.command import template

    path = tmp_path / "模板.xlsx"
    assert template(path, base=base) == 0
    assert run(path)[1]["rows"] == 0
    made = openpyxl.load_workbook(path)
    assert made.sheetnames == ["人员表", "填写说明", "选项"] and made["选项"].sheet_state == "hidden"
    sheet = made["人员表"]
    assert len(sheet.data_validations.dataValidation) > 10
    sheet["A2"].value = "真人"
    made.save(path)
    _, summary = run(path)
    assert summary["rows"] == 1 and not [p for p in summary["problems"] if p["code"].startswith("B7")]
    assert all(c["field"] or c["role"] in ("label", "identity") for c in summary["mapping"])
