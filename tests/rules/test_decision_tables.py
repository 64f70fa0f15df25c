"""Decision tables go out to a workbook and come back: nothing lost, only what was edited changed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from talent_rules.compiler.load import load_folder
from talent_rules.decision_tables.command import diff_tables, export_tables, import_tables
from talent_rules.decision_tables.locate import open_file
from talent_rules.model import Rejected

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "policy_data"
FILES = sorted((DATA / "ordos").glob("*.yaml"))

TABLE = """\
政策:
  id: demo-2026
  名称: 示例办法
  有效期: {自: 2026-01-01, 至: 2028-12-31}
  来源: [{代号: G, 名称: 通知, 级别: A}, {代号: R, 级别: D}]
待遇:
  - id: rent
    名称: 租房补贴
    条件: []
    金额:
      表:
        # 上面的注释
        方式: 首行
        列: [学位, 年龄, 金额]
        行:
          - [博士, 不超过 35, 40万元]  # 第三条
          - [硕士、博士, 35~40, 30万元]
          # 行间的注释
          - ['本科', -, {每月: 1000元, 共: 12个月, 依据: {来源: R}}]   # 暂定
      级别: D
      官方区间: [1万元, 40万元]
      说明: 按最长算
    依据: {来源: G, 条款: 第三条}
"""

WORDS = """\
字段:
  - id: degree
    名称: 学位
    类型: 有序枚举
    取值: [{id: associate, 名称: 专科}, {id: bachelor, 名称: 本科}, {id: master, 名称: 硕士}, {id: phd, 名称: 博士}]
    问法: 学位？
  - {id: age, 名称: 年龄, 类型: 整数, 单位: 周岁, 范围: [0, 120], 问法: 年龄？}
  - {id: application_date, 名称: 申请日期, 类型: 日期, 问法: 申请日期？}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A data folder with one small rule file."""
    folder = tmp_path / "data"
    (folder / "demo").mkdir(parents=True)
    (folder / "vocabulary.yaml").write_text(WORDS, encoding="utf-8")
    (folder / "demo" / "demo.yaml").write_text(TABLE, encoding="utf-8")
    return folder


def edited(desk: Path, change: Callable[[openpyxl.Workbook], None]) -> Path:
    """The exported workbook after somebody has worked on it in a spreadsheet."""
    out = desk.parent / "表.xlsx"
    export_tables(desk, desk / "demo" / "demo.yaml", out)
    book = openpyxl.load_workbook(out)
    change(book)
    book.save(out)
    return out


def problems(desk: Path, change: Callable[[openpyxl.Workbook], None]) -> list[str]:
    with pytest.raises(Rejected) as caught:
        import_tables(desk, edited(desk, change))
    return [f"{p.code} {p.message}（{p.hint}）" for p in caught.value.problems]


def set_cell(place: str, value: object) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        book["租房补贴"][place] = value

    return change


# ── there and back ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", [".xlsx", ".csv"])
def test_every_table_of_the_rules_comes_back_the_same(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    tables = 0
    for file in FILES:
        if not open_file(file, file.name).tables:
            continue
        before = file.read_bytes()
        out = tmp_path / f"{file.stem}{kind}"
        tables += len(export_tables(folder, folder / "ordos" / file.name, out).sheets)
        found = import_tables(folder, out, apply_changes=True)
        assert not found.changed and not found.applied
        assert (folder / "ordos" / file.name).read_bytes() == before
    assert tables >= 10


def test_a_spreadsheet_that_only_saves_changes_nothing(desk: Path) -> None:
    assert diff_tables(desk, edited(desk, lambda book: None)) == ""


DEGREES = st.sampled_from(["博士", "硕士", "硕士、博士", "-", "本科", "'专科'", '"本科"', "[硕士, 博士]", "至少 硕士"])
AGES = st.sampled_from(["-", "不超过 35", "≤35", "至少 40", "35~40", "'超过 50'", "不满 30", "在 30 至 45 之间"])
SUMS = st.sampled_from(
    [
        "40万元",
        "至少 300万元",
        "最高 5万元",
        "每月 1500元 共 36个月",
        "待定",
        "一事一议",
        "{每年: 2000元, 共: 3年}",
        "'8万元'",
    ]
)
COMMENTS = st.sampled_from(["", "  # 第三条", " #暂定", "   # =1+1", "  # 甲，“乙” # 丙"])
ROWS = st.lists(st.tuples(DEGREES, AGES, SUMS, COMMENTS), min_size=1, max_size=6)
HITS = st.sampled_from(["首行", "唯一命中", "取高", "合计"])


def table_text(hit: str, rows: list[tuple[str, str, str, str]], crlf: bool) -> str:
    body = "".join(f"          - [{d}, {a}, {s}]{c}\n" for d, a, s, c in rows)
    head, _, tail = TABLE.partition("          - [博士")
    text = head.replace("方式: 首行", f"方式: {hit}") + body + "      级别: D\n" + tail.partition("      级别: D\n")[2]
    return text.replace("\n", "\r\n") if crlf else text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hit=HITS, rows=ROWS, crlf=st.booleans(), kind=st.sampled_from([".xlsx", ".csv"]))
def test_export_then_import_is_the_identity(
    desk: Path, hit: str, rows: list[tuple[str, str, str, str]], crlf: bool, kind: str
) -> None:
    file = desk / "demo" / "demo.yaml"
    file.write_bytes(table_text(hit, rows, crlf).encode())
    before = file.read_bytes()
    out = desk.parent / f"表{kind}"
    export_tables(desk, file, out)
    assert import_tables(desk, out, apply_changes=True).diff == ""
    assert file.read_bytes() == before


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, other=ROWS)
def test_any_rows_can_become_any_other_rows(
    desk: Path, rows: list[tuple[str, str, str, str]], other: list[tuple[str, str, str, str]]
) -> None:
    """The workbook of one table, filled with the rows of another, turns the first into the second."""
    file = desk / "demo" / "demo.yaml"
    file.write_bytes(table_text("首行", other, False).encode())
    wanted = [row.texts for row in open_file(file, "demo/demo.yaml").tables[0].rows]
    file.write_bytes(table_text("首行", rows, False).encode())

    def fill(book: openpyxl.Workbook) -> None:
        sheet = book["租房补贴"]
        for row in sheet.iter_rows(min_row=3, max_row=20, max_col=5):
            for cell in row:
                cell.value = None
        for number, texts in enumerate(wanted, 3):
            for column, text in enumerate((*texts[:-1], "", texts[-1]), 1):
                sheet.cell(number, column).value = text or None
                sheet.cell(number, column).data_type = "s"

    import_tables(desk, edited(desk, fill), apply_changes=True)
    after = open_file(file, "demo/demo.yaml").tables[0]
    assert [row.texts for row in after.rows] == wanted
    assert "# 上面的注释" in file.read_text(encoding="utf-8")


# ── what an edit changes ────────────────────────────────────────────────────────────────────


def test_an_edit_is_shown_and_written_only_when_asked(desk: Path) -> None:
    file = desk / "demo" / "demo.yaml"
    out = edited(desk, set_cell("C3", "45万元"))
    found = import_tables(desk, out)
    assert "-          - [博士, 不超过 35, 40万元]  # 第三条" in found.diff
    assert "+          - [博士, 不超过 35, 45万元]  # 第三条" in found.diff
    assert not found.applied and file.read_text(encoding="utf-8") == TABLE
    assert import_tables(desk, out, apply_changes=True).applied
    assert file.read_text(encoding="utf-8") == TABLE.replace("40万元]  # 第三条", "45万元]  # 第三条")


def test_signs_become_the_words_of_the_rule_file(desk: Path) -> None:
    diff = diff_tables(desk, edited(desk, set_cell("B3", "≥36")))
    assert "+          - [博士, 至少 36, 40万元]  # 第三条" in diff


def test_a_number_typed_without_quotes_is_read(desk: Path) -> None:
    assert "+          - [博士, 36, 40万元]  # 第三条" in diff_tables(desk, edited(desk, set_cell("B3", 36)))


def test_rows_are_added_and_taken_away_without_touching_the_rest(desk: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["租房补贴"]
        for column, text in enumerate(["专科", "≤28", "2万元", "", "新增"], 1):
            sheet.cell(6, column).value = text
        for column in range(1, 6):
            sheet.cell(4, column).value = None

    import_tables(desk, edited(desk, change), apply_changes=True)
    text = (desk / "demo" / "demo.yaml").read_text(encoding="utf-8")
    kept = [line for line in TABLE.splitlines() if "硕士、博士" not in line]
    assert [line for line in text.splitlines() if "专科" not in line] == kept
    assert "          - [专科, 不超过 28, 2万元]  # 新增" in text


def test_hit_policy_and_comment_can_be_changed(desk: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["租房补贴"]
        sheet["G2"], sheet["E3"] = "取高", "第四条"

    diff = diff_tables(desk, edited(desk, change))
    assert "+        方式: 取高" in diff and "40万元]  # 第四条" in diff


def test_what_comes_back_loads_and_means_what_it_says(desk: Path) -> None:
    import_tables(desk, edited(desk, set_cell("C4", "8000元")), apply_changes=True)
    base, found = load_folder(desk, [desk / "demo" / "demo.yaml"], "demo")
    assert base is not None and not [p for p in found if p.severity == "error"]


def test_new_rows_end_like_their_file(desk: Path) -> None:
    file = desk / "demo" / "demo.yaml"
    file.write_bytes(TABLE.replace("\n", "\r\n").encode())

    def change(book: openpyxl.Workbook) -> None:
        for column, text in enumerate(["专科", "-", "1万元"], 1):
            book["租房补贴"].cell(6, column).value = text

    import_tables(desk, edited(desk, change), apply_changes=True)
    content = file.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n") == TABLE.count("\n") + 1


# ── refusals, in words a clerk can act on ───────────────────────────────────────────────────


def test_an_unreadable_cell_is_named_by_sheet_row_and_column(desk: Path) -> None:
    found = problems(desk, set_cell("A4", "硕土"))
    assert found == ["Q401 表“租房补贴”第 4 行“学位”列：学位没有 `硕土` 这个取值（你是不是想写 `硕士`？）"]
    found = problems(desk, set_cell("C3", "四十来万"))
    assert found[0].startswith("Q403 表“租房补贴”第 3 行“金额”列：")


def test_an_empty_amount_is_refused(desk: Path) -> None:
    assert problems(desk, set_cell("C4", None)) == [
        "X810 表“租房补贴”第 4 行“金额”列：没有写数额（例如 40万元；没有钱写 0元；不知道写 待定）"
    ]


def test_an_empty_table_is_refused(desk: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        for row in book["租房补贴"].iter_rows(min_row=3, max_col=5):
            for cell in row:
                cell.value = None

    assert problems(desk, change) == ["X811 表“租房补贴”：表里至少要留一行（整张表不要了，到规则文件里删）"]


def test_a_formula_is_refused_and_never_run(desk: Path) -> None:
    assert problems(desk, set_cell("C3", "=1+1")) == [
        "X806 表“租房补贴”第 3 行“金额”列：这一格是公式，不能当规则（改成文字，例如 40万元）"
    ]


def test_a_formula_does_not_hide_what_else_is_wrong(desk: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        set_cell("C3", "=1+1")(book)
        set_cell("A4", "博仕")(book)
        set_cell("C5", None)(book)

    assert [p.split(" ")[0] for p in problems(desk, change)] == ["X806", "Q401", "X810"]


def test_a_comma_in_a_sum_is_no_comma_of_a_list(desk: Path) -> None:
    found = import_tables(desk, edited(desk, set_cell("C3", "每月2500元，共36个月")), apply_changes=True)
    assert found.applied and "'每月2500元，共36个月'" in found.path.read_text(encoding="utf-8")
    base, loaded = load_folder(desk, [found.path], "demo")
    assert base is not None and not loaded


def test_a_table_is_printed_on_one_page_across(desk: Path) -> None:
    export_tables(desk, desk / "demo" / "demo.yaml", desk.parent / "表.xlsx")
    sheet = openpyxl.load_workbook(desk.parent / "表.xlsx")["租房补贴"]
    assert (
        sheet.page_setup.fitToHeight == 0 and sheet.sheet_properties.pageSetUpPr.fitToPage
    )  # across: one, if not said
    assert sheet.page_setup.orientation == "landscape" and "$A$1:$E$5" in str(sheet.print_area)


def test_what_is_only_shown_cannot_be_changed(desk: Path) -> None:
    found = problems(desk, set_cell("I2", "2027-01-01"))
    assert found == ["X807 表“租房补贴”第 2 行：“有效期自”只供查看，不能在表里改（改回“2026-01-01”，再到规则文件里改）"]


@pytest.mark.parametrize(("cell", "text", "back"), [("D4", "R", "改回“G”"), ("D5", "G", "改回“R”")])
def test_the_source_of_a_row_is_changed_in_the_file_and_the_place_is_said(
    desk: Path, cell: str, text: str, back: str
) -> None:
    (found,) = problems(desk, set_cell(cell, text))
    assert found.startswith(f"X811 表“租房补贴”第 {cell[1]} 行：“依据”列只供查看") and back in found
    number = int(re.search(r"规则文件第 (\d+) 行", found).group(1))  # type: ignore[union-attr]
    assert number == next(
        n for n, text in enumerate(TABLE.split("\n"), 1) if text.strip().startswith(LINES[int(cell[1]) - 3])
    )


LINES = ("- [博士,", "- [硕士、博士,", "- ['本科',")


def test_a_source_that_would_be_lost_with_its_amount_is_not_lost_silently(desk: Path) -> None:
    (found,) = problems(desk, set_cell("C5", "8000元"))
    assert "表“租房补贴”第 5 行" in found and "清空“依据”这一格" in found


def test_a_new_row_says_its_source_in_its_amount(desk: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        for column, text in enumerate(("专科", "-", "1万元", "R"), 1):
            book["租房补贴"].cell(6, column).value = text

    (found,) = problems(desk, change)
    assert "金额是新写的" in found and "{固定: 40万元, 依据: {来源: P7}}" in found


def test_renamed_columns_and_unknown_hit_policies_are_refused(desk: Path) -> None:
    assert problems(desk, set_cell("A1", "学历")) == [
        "X805 表“租房补贴”第 1 行：第 1 行的列名改过（应当依次是 学位、年龄、金额、依据、说明）"
    ]
    assert problems(desk, set_cell("G2", "最高"))[0].startswith("X808 ")


def test_a_rule_file_changed_since_the_export_is_refused(desk: Path) -> None:
    out = edited(desk, set_cell("C3", "45万元"))
    file = desk / "demo" / "demo.yaml"
    file.write_text(TABLE + "# 改过\n", encoding="utf-8")
    with pytest.raises(Rejected) as caught:
        import_tables(desk, out, apply_changes=True)
    problem = caught.value.problems[0]
    assert problem.code == "X804" and "在导出之后改过" in problem.message and "重新导出" in problem.hint
    assert file.read_text(encoding="utf-8") == TABLE + "# 改过\n"


def test_a_workbook_from_elsewhere_is_refused(desk: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "别的.xlsx")
    (tmp_path / "坏的.xlsx").write_bytes(b"PK\x03\x04nothing")
    for name in ("别的.xlsx", "坏的.xlsx", "没有.xlsx"):
        with pytest.raises(Rejected):
            import_tables(desk, tmp_path / name)


def test_a_path_outside_the_data_folder_is_refused(desk: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        for row in book["_meta"].iter_rows():
            if row[0].value == "文件":
                row[1].value = "../../etc/passwd"

    assert problems(desk, change)[0].startswith("X804 找不到规则文件")


def test_a_file_without_tables_says_so(tmp_path: Path) -> None:
    with pytest.raises(Rejected) as caught:
        export_tables(DATA, DATA / "ordos" / "warm-talent-2024.yaml", tmp_path / "x.xlsx")
    assert caught.value.problems[0].message == "这份文件里没有表"


# ── no cell can run ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("comment", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "＝1+1"])
def test_no_cell_can_run_as_a_formula(desk: Path, comment: str) -> None:
    file = desk / "demo" / "demo.yaml"
    file.write_text(TABLE.replace("# 第三条", f"# {comment}"), encoding="utf-8")
    out = desk.parent / "表.xlsx"
    export_tables(desk, file, out)
    for sheet in openpyxl.load_workbook(out):
        for row in sheet.iter_rows():
            assert all(cell.data_type in ("s", "n") and (cell.data_type == "s" or cell.value is None) for cell in row)
    table = desk.parent / "表.csv"
    export_tables(desk, file, table)
    text = table.read_text(encoding="utf-8-sig")
    assert all(not cell.strip('"').startswith(("=", "+", "@")) for cell in text.replace("\n", ",").split(","))
    assert diff_tables(desk, out) == "" and diff_tables(desk, table) == ""
