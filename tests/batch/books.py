"""Workbooks and identity numbers made for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from talent_rules import compiler
from talent_rules.library import RuleBase, with_verbs

DATA = Path(__file__).resolve().parents[2] / "policy_data"
AS_OF = date(2024, 9, 1)
Run = Callable[..., tuple[int, dict[str, Any]]]
#: A small list of people in good order
HEADER = ["姓名", "学历", "毕业院校", "引进时间", "是否在岗"]
PEOPLE = [["张三", "硕士", "清华大学", "2024.7", "是"], ["李四", "博士", "北京大学", "2024年3月", "√"]]
CSV = "\n".join(",".join(row) for row in [HEADER, *PEOPLE]) + "\n"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity(birth: str, serial: int = 1, area: str = "150602") -> str:
    """A number whose check digit is right."""
    body = f"{area}{birth}{serial:03d}"
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, WEIGHTS, strict=True)) % 11]


def book(path: Path, rows: Iterable[Sequence[Any]], title: str = "人员") -> Path:
    """A workbook of one sheet."""
    return sheets(path, {title: rows})


def sheets(path: Path, named: Mapping[str, Iterable[Sequence[Any]]], hidden: Sequence[str] = ()) -> Path:
    """A workbook of several sheets."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in named.items():
        sheet = made.create_sheet(title)
        sheet.sheet_state = "hidden" if title in hidden else "visible"
        for row in rows:
            sheet.append(list(row))
    made.save(path)
    return path


def texts(path: Path, sheet: str) -> list[list[str]]:
    """Every row of a sheet as text."""
    return [[str(c) if c is not None else "" for c in row] for row in openpyxl.load_workbook(path)[sheet].values]


def rule_base(data: Path = DATA) -> RuleBase:
    """The rules of the checkout, as far as they can be read."""
    found, _ = compiler.load_folder(data, sorted((data / "ordos").rglob("*.yaml")), "ordos")
    assert found is not None
    return with_verbs(found)


def codes(summary: dict[str, Any]) -> list[tuple[int, str, str]]:
    """Where each problem of a summary stands: its row, its field or heading, its code."""
    return [(p["row"], p["field"] or p["header"], p["code"]) for p in summary["problems"]]
