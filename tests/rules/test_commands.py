"""The commands as somebody at a desk uses them: what is typed, what appears, what is in the file afterwards."""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import openpyxl
import pytest

from houses import HOUSE, ROOT
from talent_rules import cli, load
from talent_rules.compiler import cache

DAY = ("--as-of", "2024-09-01")
TOWN = ("--data", str(HOUSE), "--place", "town")
MASTER = '{"学位": "硕士", "市外引进": "是", "引进方式": "全职", "劳动合同年限": "2年", "年龄": 33}'


@dataclass(frozen=True)
class Said:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


class Talent(Protocol):
    """Runs a command; `screen` where a person looks on, else into a pipe."""

    def __call__(self, *words: object, stdin: str = "", screen: bool = False) -> Said: ...


@pytest.fixture
def talent(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Talent:
    """The command in this process."""

    def run(*words: object, stdin: str = "", screen: bool = False) -> Said:
        monkeypatch.setattr(sys, "argv", ["talent", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        monkeypatch.setattr(sys.stdout, "isatty", lambda: screen)
        with pytest.raises(SystemExit) as left:
            cli.main()
        said = capsys.readouterr()
        return Said(int(left.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the small rule base, to be edited."""
    return Path(shutil.copytree(HOUSE, tmp_path / "rules"))


def edit(folder: Path, before: str, after: str) -> Path:
    """One edit of the rule file."""
    path = folder / "town" / "housing.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return path


# ── one person ──────────────────────────────────────────────────────────────────────────────


def test_on_a_screen_a_decision_is_said_in_words(talent: Talent) -> None:
    said = talent("decide", "-", *TOWN, *DAY, stdin=MASTER, screen=True)
    assert said.code == 0
    assert "\n租房补贴：符合" in said.out and "每月" in said.out
    assert "\n不符合或不适用：" in said.out and "安家补贴" in said.out.rsplit("不符合或不适用：", 1)[1]
    assert "\n合计：" in said.out and "规则版本 " in said.out and "仅供参考" in said.out


def test_the_same_in_english(talent: Talent) -> None:
    said = talent("decide", "-", *TOWN, *DAY, "--lang", "en", stdin=MASTER, screen=True)
    assert said.code == 0 and "Total" in said.out and "合计" not in said.out


def test_on_a_screen_what_was_not_understood_is_said_before_the_answer(talent: Talent) -> None:
    said = talent("decide", "-", *TOWN, *DAY, stdin='{"学为": "博士"}\n3', screen=True)
    assert said.code == 2
    assert "stdin:1:1: P601 没有 `学为` 这个信息项\n      提示：你是不是想写 `学位`？" in said.err
    assert "stdin:2:1: P600 应当是一个对象" in said.err and "合计" in said.out


def test_on_a_screen_a_question_comes_with_numbered_answers_and_its_worth(talent: Talent) -> None:
    said = talent("ask", "-", *TOWN, *DAY, stdin='{"社保月数": 0, "年薪": 0}', screen=True)
    assert said.code == 0 and "\n  1. " in said.out and "为什么问：" in said.out
    assert re.search(r"影响 \d+ 项，约值 [\d,.]+(万)?元", said.out)


def test_where_nothing_can_change_no_question_is_asked(talent: Talent) -> None:
    said = talent("ask", "-", *TOWN, "--as-of", "2030-01-01", stdin="{}", screen=True)
    assert (said.code, said.out) == (0, "没有还能改变结果的问题了。\n")


def test_a_question_about_somebody_nobody_can_read_is_a_problem(talent: Talent) -> None:
    piped, seen = (talent("ask", "-", *TOWN, *DAY, stdin="[1]", screen=screen) for screen in (False, True))
    assert piped.code == seen.code == 2 and seen.out == "" and "P600" in seen.err
    assert json.loads(piped.out)["problems"][0]["code"] == "P600"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--lang", "fr"), "没有 `fr` 这种语言，可写：zh、en"),
        (("--engine", "sql", "--receipt", "x.jsonl"), "凭据只由 exact 这个引擎出，请去掉 --engine"),
        (("--engine", "magic"), "magic"),
        (("--receipt", "没有这个文件夹/x.jsonl"), "写不了 没有这个文件夹/x.jsonl：No such file or directory"),
        (("--as-of", "2024-09"), "--as-of：`2024-09` 没有写到日，例如 2024-09-01"),
        (("--as-of", "明天"), "--as-of：`明天` 不是日期"),
    ],
)
def test_a_choice_there_is_not_is_said_in_a_sentence(words: tuple[str, ...], says: str, talent: Talent) -> None:
    said = talent("decide", "-", *TOWN, *words, stdin="{}")
    assert said.code == 1 and says in said.err and said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("decide", "--nonsense"), "没有 --nonsense 这个选项"),
        (("dezide",), "没有 `dezide` 这个命令"),
        (("diff", "a"), "缺少 new"),
        (("template",), "缺少 "),
        (("why", "S101", "S102"), "多写了 S102"),
        (("decide", "--as-of"), "后面要写一个值"),
        (("batch", "a.csv", "--limit", "many"), "--limit 要写数字"),
    ],
)
def test_a_slip_at_the_keyboard_is_answered_in_chinese(words: tuple[str, ...], says: str, talent: Talent) -> None:
    said = talent(*words)
    assert said.code == 1 and says in said.err and "--help" in said.err


def test_a_file_that_is_not_there_or_not_text_is_said(tmp_path: Path, talent: Talent) -> None:
    assert talent("decide", tmp_path / "没有.json", *TOWN).err.startswith("打不开 ")
    path = tmp_path / "gbk.json"
    path.write_bytes('{}\n{"学位": "博士"}'.encode("gbk"))
    (problem,) = json.loads(talent("decide", path, *TOWN).out)["problems"]
    assert (problem["line"], problem["message"]) == (2, "不是 UTF-8 编码的文字")


def test_a_fault_of_the_program_is_owned_up_to(monkeypatch: pytest.MonkeyPatch, talent: Talent) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("talent_rules.cli.answer.load_base", broken)
    monkeypatch.delenv("TALENT_DEBUG", raising=False)
    said = talent("decide", "-", *TOWN, stdin="{}")
    assert said.code == 1 and said.err.startswith("程序出错了（ZeroDivisionError），没有改动任何文件")


@pytest.mark.parametrize(("how", "code", "says"), [(KeyboardInterrupt, 4, "已中断\n"), (BrokenPipeError, 0, "")])
def test_a_command_that_is_stopped_leaves_quietly(
    how: type[BaseException], code: int, says: str, monkeypatch: pytest.MonkeyPatch, talent: Talent
) -> None:
    def stopped(*_: object) -> None:
        raise how

    monkeypatch.setattr("talent_rules.cli.answer.load_base", stopped)
    monkeypatch.setattr("os.dup2", lambda *_: None)
    monkeypatch.setattr(sys.stdout, "fileno", lambda: 1, raising=False)
    assert talent("decide", "-", *TOWN, stdin="{}") == Said(code, "", says)


# ── many people ─────────────────────────────────────────────────────────────────────────────


def test_a_list_is_decided_and_written(tmp_path: Path, talent: Talent) -> None:
    people, result = tmp_path / "人员.csv", tmp_path / "结果.csv"
    people.write_text("姓名,学位,市外引进,引进方式,劳动合同年限\n甲,硕士,是,全职,3年\n", encoding="utf-8")
    said = talent("batch", people, "-o", result, *TOWN, *DAY, "--json")
    assert said.code == 0 and json.loads(said.out.splitlines()[-1])["rows"] == 1
    assert "甲" in result.read_text(encoding="utf-8-sig")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder somebody works in: one table, a folder of tables, somebody else's files."""
    monkeypatch.chdir(tmp_path)
    table = "姓名,学位,市外引进\n甲,硕士,是\n"
    for name in ("人员.csv", "各单位/一.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(table, encoding="utf-8")
    (tmp_path / "别人的.xlsx").write_bytes(b"x")
    (tmp_path / "别处").mkdir()
    (tmp_path / "别处" / "信.txt").write_text("x")
    return tmp_path


@pytest.mark.parametrize(
    ("order", "says"),
    [
        (("没有.csv", "-o", "结果.xlsx"), "没有这个文件：没有.csv"),
        (("人员.csv",), "没有说写到哪里，例如 -o 结果.xlsx"),
        (("人员.csv", "-o", "结果.xlsx", "--limit", "0"), "--limit 要大于 0"),
        (("人员.csv", "-o", "结果.doc"), "结果只能写成 "),
        (("人员.csv", "-o", "人员.csv"), "结果不能写回原来的文件，请换一个名字"),
        (("人员.csv", "-o", "没有/结果.xlsx"), "没有这个文件夹：没有"),
        (("人员.csv", "-o", "别人的.xlsx"), "别人的.xlsx 已经有了，不是本程序写的，没有覆盖"),
        (("人员.csv", "-o", "结果", "--shard", "1/2"), "人员.csv 不是文件夹；--shard 是给一个文件夹的人员表用的"),
        (("各单位", "-o", "结果", "--shard", "3/2"), "--shard 写成 第几个/共几个，例如 1/4"),
        (("各单位",), "没有说写到哪个文件夹，例如 -o 结果"),
        (("各单位", "--dry-run"), "文件夹不能 --dry-run，请对其中一个文件试"),
        (("各单位", "-o", "结果.xlsx"), "文件夹的结果也写成文件夹，例如 -o 结果"),
        (("各单位", "-o", "没有/结果"), "没有这个文件夹：没有"),
        (("各单位", "-o", "各单位"), "结果要写到另一个文件夹，请换一个名字"),
        (("各单位", "-o", "别处"), "别处 里已有别的文件，没有覆盖；换个名字，或加 --overwrite"),
    ],
)
def test_an_order_that_cannot_be_carried_out_says_why(
    order: tuple[str, ...], says: str, desk: Path, talent: Talent
) -> None:
    before = sorted(desk.rglob("*"))
    said = talent("batch", *order, *TOWN, *DAY)
    assert said.code == 1 and says in said.err and said.err.count("\n") == 1
    assert sorted(desk.rglob("*")) == before


def test_what_is_wrong_in_a_table_is_listed_row_by_row_and_counted(desk: Path, talent: Talent) -> None:
    rows = "".join(f"甲{n},博土,是\n" for n in range(40))
    (desk / "人员.csv").write_text("姓名,学位,市外引进\n" + rows, encoding="utf-8")
    said = talent("batch", "人员.csv", "--dry-run", *TOWN, *DAY)
    assert said.code == 2 and "……共 40 处\n" in said.out and "你是不是想写 `博士`" in said.out
    assert said.out.endswith("40 人：0 人没有问题，0 人有提醒，40 人有错误\n")


def test_the_form_to_fill_in_takes_nobodys_file(tmp_path: Path, talent: Talent) -> None:
    out = tmp_path / "模板.xlsx"
    out.write_bytes(b"somebody else's")
    said = talent("template", "-o", out, *TOWN)
    assert said.code == 1 and "没有覆盖" in said.err and out.read_bytes() == b"somebody else's"
    assert talent("template", "-o", out, *TOWN, "--overwrite").code == 0 and out.stat().st_size > 5_000


def test_the_rules_are_printed_as_one_select(talent: Talent) -> None:
    said = talent("sql", *TOWN, *DAY, "--key", "姓名")
    assert said.code == 0 and "people" in said.out and "SELECT" in said.out and '"姓名"' in said.out
    assert talent("sql", *TOWN, "--dialect", "oracle").err == "没有 `oracle` 这种方言，可写：ansi\n"


# ── rule files ──────────────────────────────────────────────────────────────────────────────


def test_a_mistake_is_shown_with_its_line_as_text_json_and_sarif(rules: Path, talent: Talent) -> None:
    path = edit(rules, "学位 至少 硕士", "学为 至少 硕士")
    line = 1 + path.read_text(encoding="utf-8").split("\n").index("      - 学为 至少 硕士")
    seen = talent("lint", path, "--data", rules)
    assert seen.code == 3 and f"housing.yaml:{line}:" in seen.out and "^" in seen.out and "1 个错误" in seen.out
    (found,) = (json.loads(row) for row in talent("lint", path, "--data", rules, "--json").out.splitlines())
    assert found["line"] == line and "`学位`" in found["hint"]
    (result,) = json.loads(talent("lint", path, "--data", rules, "--sarif").out)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == line


def test_a_sure_mistake_is_put_right_when_asked(rules: Path, talent: Talent) -> None:
    path = edit(rules, "劳动合同年限 至少", "劳动合同年线 至少")
    said = talent("lint", path, "--data", rules, "--fix")
    assert "改了 1 处" in said.out and "劳动合同年限 至少 3年" in path.read_text(encoding="utf-8")


def test_notes_are_listed_only_when_asked_for(talent: Talent) -> None:
    short, whole = (talent("lint", HOUSE / "town", "--data", HOUSE, *more).out for more in ((), ("--all",)))
    assert "--all 列出" in short and len(whole) > len(short)


def test_a_path_that_is_not_there_is_said(talent: Talent) -> None:
    said = talent("lint", "没有这个", "--data", HOUSE)
    assert (said.code, said.err) == (1, "没有这个文件或文件夹：没有这个\n")


def test_a_case_that_fails_says_what_came_out(rules: Path, talent: Talent) -> None:
    path = edit(rules, "[40万元, 40万元]", "[41万元, 41万元]")
    seen = talent("test", path, "--data", rules)
    assert seen.code == 3 and "用例“清华博士三年合同”\n      " in seen.out and "0 个用例通过，1 个不符" in seen.out
    failure, tally = (json.loads(row) for row in talent("test", "--data", rules, "--json").out.splitlines())
    assert failure["case"] == "清华博士三年合同" and "41万元" in failure["message"]
    assert tally == {"passed": 0, "failed": 1}
    assert talent("test", "--data", HOUSE, "--place", "town").out == "1 个用例通过，0 个不符\n"


def test_cases_are_not_run_on_rules_that_cannot_be_read(rules: Path, talent: Talent) -> None:
    said = talent("test", edit(rules, "学位 至少 硕士", "学为 至少 硕士"), "--data", rules)
    assert said.code == 3 and "没有" in said.err and said.out == ""


def test_what_no_case_shows_is_counted_and_suggested(talent: Talent) -> None:
    seen = talent("test", "--data", HOUSE, "--coverage").out
    wanted, shown = map(int, re.findall(r"条件和边界 (\d+) 处，有用例证明的 (\d+) 处", seen)[0])
    assert shown < wanted and seen.count("没有用例证明") == wanted - shown and "--suggest" in seen
    rows = [json.loads(row) for row in talent("test", "--data", HOUSE, "--coverage", "--json").out.splitlines()]
    assert rows[-1]["wanted"] == wanted and rows[-1]["shown"] == shown
    suggested = talent("test", "--data", HOUSE, "--suggest").out
    assert "- 名称: " in suggested and "期望: {" in suggested and "?" in suggested


def test_lines_are_brought_into_one_form(rules: Path, talent: Talent) -> None:
    path = edit(rules, "年龄 不超过 40周岁", "年龄 <= 40岁")
    first = talent("fmt", "--check", path, "--data", rules)
    assert (first.code, first.out) == (2, f"要改：{path}\n1 个文件要改\n")
    assert talent("fmt", path, "--data", rules).out == f"已改：{path}\n1 个文件已改\n"
    assert "年龄 不超过 40周岁" in path.read_text(encoding="utf-8")
    assert talent("fmt", "--check", path, "--data", rules).out == "写法都已统一\n"


def test_a_file_in_another_encoding_is_left_alone(rules: Path, talent: Talent) -> None:
    path = rules / "town" / "housing.yaml"
    before = path.read_text(encoding="utf-8").encode("gb18030")
    path.write_bytes(before)
    said = talent("fmt", path, "--data", rules)
    assert said.code == 3 and "UTF-8" in said.err and path.read_bytes() == before


def test_two_versions_are_compared_in_words_in_json_and_on_a_page(rules: Path, talent: Talent) -> None:
    edit(rules, "[博士, 是, 40万元]", "[博士, 是, 45万元]")
    versions = (HOUSE, rules, "--data", HOUSE, "--place", "town", *DAY)
    assert "40万元→45万元" in talent("diff", *versions).out
    assert json.loads(talent("diff", *versions, "--json").out)["changes"]
    page = rules.parent / "差别.html"
    assert talent("diff", *versions, "--html", page).out == f"已写出 {page}\n"
    assert "45万元" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(("day", "code"), [("2025-06-01", 0), ("后天", 2)])
def test_a_list_with_only_something_to_check_is_no_failure(day: str, code: int, tmp_path: Path, talent: Talent) -> None:
    book = openpyxl.Workbook()
    for row in (("姓名", "学位", "引进日期"), ("甲", "博士", day), ("乙", "硕士", "2024-05")):
        book.active.append(row)
    book.save(tmp_path / "名单.xlsx")
    versions = (ROOT / "policy_data", ROOT / "policy_data", "--place", "ordos", "--people", tmp_path / "名单.xlsx")
    said = talent("diff", *versions, "--as-of", "2024-09-01")
    assert said.code == code and "引进日期" in said.err


def test_a_version_at_a_revision_of_git_is_read_without_touching_the_files(talent: Talent) -> None:
    said = talent("diff", "HEAD:tests/house", HOUSE, "--data", HOUSE, "--place", "town", *DAY)
    assert said.code == 0 and said.out


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("没有这个", "没有这个文件夹、文件，也不是 `修订:路径`"),
        ("没有这个修订:tests/house", "git 读不出这一版"),
        ("--upload-pack=x:tests", "不是修订"),
    ],
)
def test_a_version_there_is_not_is_said(name: str, says: str, talent: Talent) -> None:
    said = talent("diff", "--data", HOUSE, "--place", "town", "--", name, HOUSE)
    assert said.code == 3 and "D801" in said.err and says in said.err and "HEAD~1" in said.err


def test_the_editor_gets_its_schema_and_the_desk_its_handbook(tmp_path: Path, talent: Talent) -> None:
    assert talent("schema", "-o", tmp_path / "s", *TOWN).code == 0
    schema = json.loads((tmp_path / "s" / "policy.schema.json").read_text(encoding="utf-8"))
    assert "安家补贴" not in schema and "待遇" in schema["properties"]
    said = talent("handbook", "-o", tmp_path / "手册", *TOWN, *DAY)
    assert said.code == 0 and re.search(r"：\d+ 页，打开 index.html", said.out)
    assert (tmp_path / "手册" / "index.html").is_file()


def test_a_table_goes_to_excel_and_comes_back(rules: Path, talent: Talent) -> None:
    import openpyxl

    path, book = rules / "town" / "housing.yaml", rules.parent / "表.xlsx"
    assert talent("table", "export", path, "-o", book, "--data", rules).out == f"已写出 {book}：1 张表\n"
    assert talent("table", "diff", book, "--data", rules).out == "没有改动\n"
    assert talent("table", "import", book, "--data", rules).out == "没有改动\n"
    sheet = (opened := openpyxl.load_workbook(book))["安家补贴" if "安家补贴" in opened.sheetnames else "settling_in"]
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == "40万元")
    cell.value = "45万元"
    opened.save(book)
    assert "+          - [博士, 是, 45万元]" in talent("table", "diff", book, "--data", rules).out
    assert talent("table", "import", book, "--data", rules).out.endswith("加 --apply 写入\n")
    assert "40万元" in path.read_text(encoding="utf-8").split("用例:")[0]
    assert talent("table", "import", book, "--data", rules, "--apply").out.endswith(f"已写进 {path}\n")
    assert "[博士, 是, 45万元]" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("-o", "表.pdf"), "只能导出 .xlsx 或 .csv"),
        (("-o", "表.xlsx", "--benefit", "rent"), "待遇 `rent` 里没有表"),
        (("-o", "表.xlsx", "--benefit", "setling_in"), "你是不是想写 `settling_in`？"),
    ],
)
def test_a_table_that_cannot_be_exported_is_said(words: tuple[str, ...], says: str, talent: Talent) -> None:
    said = talent("table", "export", HOUSE / "town" / "housing.yaml", *words, "--data", HOUSE)
    assert said.code == 3 and says in said.err


# ── publishing ──────────────────────────────────────────────────────────────────────────────


def test_a_bundle_is_published_named_and_answered_from(tmp_path: Path, talent: Talent) -> None:
    bundle, kept = tmp_path / "发布.zip", tmp_path / "凭据.jsonl"
    said = talent("publish", "-o", bundle, "--effective", "2024-01-01", "--approved-by", "张主任", *TOWN)
    version = load("town", HOUSE).version[7:15]
    assert said.out == f"已写出 {bundle}：地区 town，规则版本 {version}，2024-01-01 起\n"
    named = talent("version", "--data", bundle, "--place", "town").out
    assert version in named and "发布包：2024-01-01 起生效，批准：张主任\n" in named
    assert talent("decide", "-", "--data", bundle, "--place", "town", *DAY, "--receipt", kept, stdin=MASTER).code == 0
    assert talent("replay", kept, "--data", bundle).out == "与当时的结果逐字相同\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("-o", "发布.tar"), "发布包写成已有文件夹里的 .zip"),
        (("-o", "没有这个文件夹/发布.zip"), "发布包写成已有文件夹里的 .zip"),
        (("-o", "发布.zip", "--key", "没有这个.pem"), "读不了私钥 没有这个.pem"),
    ],
)
def test_what_cannot_be_published_so_is_said(words: tuple[str, ...], says: str, talent: Talent) -> None:
    said = talent("publish", "--effective", "2024-01-01", "--approved-by", "张主任", *TOWN, *words)
    assert said.code == 1 and says in said.err


def test_a_key_of_another_kind_signs_nothing(tmp_path: Path, talent: Talent) -> None:
    key = tmp_path / "key.pem"
    key.write_text("-----BEGIN NONSENSE-----")
    said = talent("publish", "--effective", "2024-01-01", "--approved-by", "张主任", *TOWN,
                  "-o", tmp_path / "发布.zip", "--key", key)  # fmt: skip
    assert said.code == 3 and "F705 签名要用没有口令的 Ed25519 私钥" in said.err and "openssl genpkey" in said.err


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("摘要: 全职三年以上的硕士博士", "摘要: 全职五年以上的硕士博士", "L502 摘要写“五年”"),
        ("[40万元, 40万元]", "[41万元, 41万元]", "F710 用例"),
    ],
)
def test_rules_with_an_error_or_a_failing_case_are_not_published(
    before: str, after: str, says: str, rules: Path, talent: Talent
) -> None:
    edit(rules, before, after)
    out = rules.parent / "发布.zip"
    said = talent("publish", "-o", out, "--effective", "2024-01-01", "--approved-by", "张主任",
                  "--data", rules, "--place", "town")  # fmt: skip
    assert said.code == 3 and says in said.err and not out.exists()


def test_a_receipt_that_was_changed_or_is_none_is_not_believed(tmp_path: Path, talent: Talent) -> None:
    kept, data = tmp_path / "凭据.jsonl", ("--data", HOUSE)
    talent("decide", "-", *TOWN, *DAY, "--receipt", kept, stdin=MASTER)
    kept.write_text(kept.read_text(encoding="utf-8").replace('"degree": "master"', '"degree": "phd"'), encoding="utf-8")
    changed = talent("replay", kept, *data)
    assert changed.code == 2 and "F707 重算的结果与凭据不同，凭据可能被改过" in changed.err and changed.out == ""
    kept.write_text('{"hello": 1}', encoding="utf-8")
    assert talent("replay", kept, *data) == Said(2, "", f"{kept} 不是凭据\n")


# ── what is kept for the next start ─────────────────────────────────────────────────────────


def test_a_rule_base_is_kept_for_the_next_start_and_doubt_means_reading_it_again(tmp_path: Path) -> None:
    folder = cache.cache_folder({"TALENT_CACHE": str(tmp_path / "kept")})
    assert folder is not None and folder.stat().st_mode & 0o777 == 0o700
    base = load("town", HOUSE)
    assert cache.recall(folder, base.version) is None
    cache.keep(folder, base)
    again = cache.recall(folder, base.version)
    assert again is not None and (again.version, again.benefits) == (base.version, base.benefits)
    (kept,) = folder.iterdir()
    kept.write_bytes(b"not what we wrote")
    assert cache.recall(folder, base.version) is None


def test_nothing_is_kept_where_others_can_write_or_nothing_can_be_written(tmp_path: Path) -> None:
    assert cache.cache_folder({"TALENT_CACHE": "off"}) is None
    open_to_all = tmp_path / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    assert cache.cache_folder({"TALENT_CACHE": str(open_to_all)}) is None
    (tmp_path / "file").write_text("x")
    assert cache.cache_folder({"TALENT_CACHE": str(tmp_path / "file" / "below")}) is None
    assert cache.cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "talent-policy"
    base = load("town", HOUSE)
    cache.keep(None, base)
    cache.keep(tmp_path / "gone", base)
    assert cache.recall(None, base.version) is None and not (tmp_path / "gone").exists()


def test_the_project_is_where_the_tests_think(talent: Talent) -> None:
    said = talent("version", "--data", ROOT / "policy_data")
    assert said.code == 0 and "没有发布包：直接读的数据文件夹" in said.out
