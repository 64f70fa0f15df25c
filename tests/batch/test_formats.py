"""Files of every kind: encodings, separators, quotes, JSON lines, Parquet."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from batch.books import CSV, HEADER, PEOPLE, Run, codes
from talent_rules.tables.text_files import records


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, run: Run, encoding: str) -> None:
    path = tmp_path / "人员.csv"
    path.write_bytes(CSV.encode(encoding))
    code, summary = run(path)
    assert (code, summary["rows"], summary["rows_ok"]) == (0, 2, 2)


def test_big5(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "人員.csv"
    path.write_bytes("姓名,學歷,畢業院校,是否在崗\n張三,碩士,清華大學,是\n李四,博士,北京大學,否\n".encode("big5"))
    code, summary = run(path)
    assert (code, summary["rows_ok"]) == (0, 2)
    assert [c["field"] for c in summary["mapping"]] == [None, "degree", "school", "on_post"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_dialects(tmp_path: Path, run: Run, delimiter: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(CSV.replace(",", delimiter), encoding="utf-8")
    assert run(path)[1]["rows_ok"] == 2


def test_row_numbers_count_blank_lines_and_quoted_breaks(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        '人员表\n\n姓名,学历,"毕业\n院校"\n张三,硕士,清华大学\n\n李四,看情况,"北京\n大学"\n', encoding="utf-8"
    )
    assert codes(run(path)[1]) == [(6, "degree", "B701")]


def test_a_quote_that_never_closes_swallows_nobody(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "x.csv"
    rows = [
        '"张三,硕士,清华大学',
        '李"四,硕士,清华大学',
        '"王五"x,硕士,清华大学',
        '赵六,"看\n情况",清华大学',
        "孙七,硕士,",
    ]
    path.write_text("姓名,学历,毕业院校\n" + "\n".join(rows) + "\n", encoding="utf-8")
    _, summary = run(path)
    assert summary["rows"] == 5
    assert codes(summary) == [(5, "degree", "B701")]


def test_records_end_where_their_quotes_do() -> None:
    assert list(records(['a,"b', 'c",d', '"e,f', "g,h"], ",")) == ['a,"b\nc",d', '"""e",f', "g,h"]
    assert list(records(['"周,"x,y",z', 'a,"b",c"d,', ""], ",")) == ['"""周","x,y",z', 'a,"b",c"d,', ""]


def test_json_lines_and_parquet(tmp_path: Path, run: Run) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    lines = tmp_path / "x.jsonl"
    lines.write_text("\n".join(json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=False) for row in PEOPLE))
    assert run(lines)[1]["rows_ok"] == 2
    table = pa.table(
        {"degree": ["phd", "硕士"], "arrival_date": [datetime.date(2024, 7, 1), None], "on_post": [True, False]}
    )
    pq.write_table(table, tmp_path / "x.parquet")
    assert run(tmp_path / "x.parquet")[1]["rows_ok"] == 2


def test_a_floating_month_is_asked_in_csv_unless_the_column_keeps_zeros(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "x.csv"
    path.write_text("姓名,引进时间\n甲,2024.1\n乙,2024.7\n", encoding="utf-8")
    assert codes(run(path)[1]) == [(2, "arrival_date", "B702")]
    path.write_text("姓名,引进时间\n甲,2024.1\n乙,2023.10\n", encoding="utf-8")
    assert codes(run(path)[1]) == []
