"""`talent table export | import | diff`, as plain functions."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from talent_rules.checks.book import value_of
from talent_rules.compiler.basis import read_sources
from talent_rules.compiler.conditions import Reader, read_tiers
from talent_rules.compiler.load import read_shared
from talent_rules.compiler.policy import read_document
from talent_rules.decision_tables.check import Desk, check_sheet
from talent_rules.decision_tables.edit import Change, Fixed, apply, changes
from talent_rules.decision_tables.locate import File, TableAt, open_file
from talent_rules.decision_tables.sheets import FORMAT, Bundle, Sheet, bundle
from talent_rules.decision_tables.workbook_in import read
from talent_rules.decision_tables.workbook_out import write_csv, write_workbook
from talent_rules.model import Place, Problem, Rejected
from talent_rules.source import Report, did_you_mean, read_text
from talent_rules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    path: Path
    sheets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changes: the file, a unified diff of it, and whether it was written."""

    path: Path
    diff: str
    applied: bool

    @property
    def changed(self) -> bool:
        """Whether there is any difference."""
        return bool(self.diff)


def export_tables(folder: Path, source: Path, out: Path, *, benefit: str | None = None) -> Exported:
    """Write the tables of a rule file, or of one benefit of it, to `out` (.xlsx or .csv).

    `folder` is the data folder. Raises Rejected when the file is bad or has no such table.
    """
    file = open_file(source, _name(source, folder))
    vocabulary = _words_for(file, folder)
    tables = tuple(
        t for t in file.tables if benefit is None or benefit in (t.benefit, t.name, f"{file.policy}/{t.benefit}")
    )
    if not tables:
        raise Rejected((_without(file, benefit),))
    if out.suffix.lower() not in (".xlsx", ".csv"):
        raise Rejected((Problem(Place(out.name), "X802", "只能导出 .xlsx 或 .csv", "例如 -o 安家补贴.xlsx"),))
    found = bundle(file, tables)
    (write_csv if out.suffix.lower() == ".csv" else write_workbook)(found, out, vocabulary)
    return Exported(out, tuple(t.sheet for t in tables))


def _without(file: File, benefit: str | None) -> Problem:
    known = [t.benefit for t in file.tables]
    if benefit is None or not known:
        return Problem(Place(file.name), "X803", "这份文件里没有表", "只有 金额 里写了 表 的待遇可以导出")
    hint = did_you_mean(benefit, known) or "有表的待遇：" + "、".join(known)
    return Problem(Place(file.name), "X803", f"待遇 `{benefit}` 里没有表", hint)


def import_tables(folder: Path, workbook: Path, *, apply_changes: bool = False) -> Imported:
    """What a workbook changes in its rule file; written only with `apply_changes`.

    Raises Rejected, naming sheet, row and column, when a cell cannot be read, and when the rule
    file is no longer the one that was exported.
    """
    found = read(workbook)
    file = _file_of(found, folder, workbook)
    desk = _desk(file, folder, workbook)
    pairs = tuple(_paired(found, file, workbook))
    problems = tuple(p for sheet, table in pairs for p in check_sheet(sheet, table, desk))
    if problems:
        raise Rejected(problems)
    wanted = [c for sheet, table in pairs for c in _changes(sheet, table, desk)]
    after = "\n".join(apply(file.lines, wanted))
    _must_read(after, file, desk)
    if apply_changes and wanted:
        mark = "\ufeff" if file.path.read_bytes().startswith(b"\xef\xbb\xbf") else ""
        file.path.write_bytes((mark + after).encode())
    return Imported(file.path, _diff(file, after), apply_changes and bool(wanted))


def diff_tables(folder: Path, workbook: Path) -> str:
    """The diff an import would make; empty when there is none. Raises Rejected as import does."""
    return import_tables(folder, workbook).diff


def _file_of(found: Bundle, folder: Path, workbook: Path) -> File:
    """The rule file a workbook came from, if it is still the same."""
    meta = dict(found.meta)
    place = Place(workbook.name)
    if meta.get("格式") != FORMAT or "文件" not in meta:
        hint = "用 talent table export 导出，不要删隐藏的 _meta 表"
        raise Rejected((Problem(place, "X801", "这个文件不是导出的决策表", hint),))
    path = (folder / meta["文件"]).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise Rejected((Problem(place, "X804", f"找不到规则文件 {meta['文件']}", "用 --data 指到它所在的数据文件夹"),))
    file = open_file(path, meta["文件"])
    if file.digest != meta.get("摘要"):
        message = f"规则文件 {file.name} 在导出之后改过（导出时 {meta.get('摘要', '')[:8]}，现在 {file.digest[:8]}）"
        raise Rejected((Problem(place, "X804", message, "重新导出，把改动抄过去，再导入"),))
    return file


def _desk(file: File, folder: Path, workbook: Path) -> Desk:
    sources = read_sources(value_of(value_of(file.root, "policy"), "source"), Report())
    grades = {code: s.grade for code, s in sources.items()}
    vocabulary = _words_for(file, folder)
    tiers = read_tiers(value_of(file.root, "tiers"), Reader(vocabulary, {}, grades, Report()))
    return Desk(vocabulary, grades, workbook.name, tiers)


def _words_for(file: File, folder: Path) -> Vocabulary:
    """The words of the place whose file this is."""
    place, _, rest = file.name.partition("/")
    return read_shared(folder, place if rest else "")


def _paired(found: Bundle, file: File, workbook: Path) -> list[tuple[Sheet, TableAt]]:
    """Each sheet with its table; sheets that are not ours are refused, missing ones are left alone."""
    tables = {t.sheet: t for t in file.tables}
    ours = {name.removeprefix("表:") for name, _ in found.meta if name.startswith("表:")}
    for sheet in found.sheets:
        if sheet.name not in tables or sheet.name not in ours:
            hint = "表名不要改，也不要加表；原有的表：" + "、".join(sorted(ours))
            raise Rejected((Problem(Place(workbook.name), "X805", f"不认识的表“{sheet.name}”", hint),))
    return [(sheet, tables[sheet.name]) for sheet in found.sheets]


def _changes(sheet: Sheet, table: TableAt, desk: Desk) -> list[Change]:
    try:
        return list(changes(sheet, table))
    except Fixed as error:
        raise Rejected((desk.problem(sheet, error.line, 0, "X811", error.message, error.hint),)) from None


def _must_read(text: str, file: File, desk: Desk) -> None:
    """The last gate: the file as it would be must read without a new error."""
    report = Report()
    root = read_text(text.removeprefix("\ufeff"), file.name, report)
    if root is not None and not report.failed:
        read_document(root, file.name, desk.vocabulary, report)
    before = Report()
    read_document(file.root, file.name, desk.vocabulary, before)
    known = {(p.code, p.message) for p in before.problems}
    fresh = tuple(p for p in report.problems if p.severity == "error" and (p.code, p.message) not in known)
    if fresh:
        raise Rejected(fresh)


def _diff(file: File, after: str) -> str:
    lines = difflib.unified_diff(
        [line.rstrip("\r") for line in file.lines],
        [line.rstrip("\r") for line in after.split("\n")],
        f"{file.name}（现在）",
        f"{file.name}（导入后）",
        n=2,
        lineterm="",
    )
    return "\n".join(lines)


def _name(path: Path, folder: Path) -> str:
    try:
        return path.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        hint = "规则文件要在数据文件夹里，或用 --data 指到它的数据文件夹"
        raise Rejected((Problem(Place(str(path)), "X804", "规则文件不在数据文件夹里", hint),)) from None
