"""Read the sheets back from a workbook or a CSV file, formulas noticed and never run."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from talent_rules.decision_tables.sheets import META, Bundle, Line, Sheet
from talent_rules.model import Place, Problem, Rejected
from talent_rules.tables.preflight import inspect
from talent_rules.tables.refusal import Refused
from talent_rules.tables.safe import from_csv

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")
_CELLS = dict[tuple[int, int], str]


def read(path: Path) -> Bundle:
    """A workbook or a CSV file as it was saved. Raises Rejected when it is neither."""
    try:
        return _read_csv(path) if path.suffix.lower() == ".csv" else _read_workbook(path)
    except Refused as error:
        raise Rejected((Problem(Place(path.name), error.code, error.message, error.hint),)) from None
    except OSError as error:
        raise Rejected((Problem(Place(path.name), "X801", "文件打不开", error.strerror or ""),)) from None
    except (KeyError, IndexError, ValueError, UnicodeError, zipfile.BadZipFile, ElementTree.ParseError):
        hint = "用 talent table export 重新导出"
        raise Rejected((Problem(Place(path.name), "X801", "不是导出的决策表，或文件已损坏", hint),)) from None


# ── workbooks ───────────────────────────────────────────────────────────────────────────────


def _read_workbook(path: Path) -> Bundle:
    inspect(path)
    with zipfile.ZipFile(path) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        targets = {
            str(r.get("Id")): str(r.get("Target"))
            for r in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        }
        texts = _shared(archive)
        names = [(str(s.get("name")), targets[str(s.get(_REL))]) for s in book.iter(_MAIN + "sheet")]
        meta: tuple[tuple[str, str], ...] = ()
        sheets = []
        for number, (name, target) in enumerate(names):
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            cells, formulas = _cells(archive.read(part), texts)
            if name == META:
                meta = tuple((cells.get((r, 1), ""), cells.get((r, 2), "")) for r in sorted({r for r, _ in cells}))
            else:
                sheets.append(_sheet(name, cells, formulas, dict(_named(book, number, cells))))
    return Bundle(meta, tuple(sheets))


def _shared(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    root = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
    return [_text(item) for item in root.iter(_MAIN + "si")]


def _text(item: ElementTree.Element) -> str:
    """The text of a string, without the reading aids Excel keeps beside Chinese and Japanese."""
    found = [t.text or "" for t in item.findall(_MAIN + "t")]
    found += [t.text or "" for r in item.findall(_MAIN + "r") for t in r.findall(_MAIN + "t")]
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m.group(1), 16)), "".join(found))


def _cells(body: bytes, texts: list[str]) -> tuple[_CELLS, tuple[tuple[int, int], ...]]:
    cells: _CELLS = {}
    formulas = []
    for cell in ElementTree.fromstring(body).iter(_MAIN + "c"):
        at = _at(str(cell.get("r")))
        if cell.find(_MAIN + "f") is not None:
            formulas.append(at)
        text = _value(cell, texts)
        if text.strip():
            cells[at] = text.strip()
    return cells, tuple(formulas)


def _value(cell: ElementTree.Element, texts: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inside = cell.find(_MAIN + "is")
        return _text(inside) if inside is not None else ""
    found = cell.find(_MAIN + "v")
    value = (found.text or "") if found is not None else ""
    if kind == "s":
        return texts[int(value)]
    if kind == "b":
        return "是" if value == "1" else "否"
    return re.sub(r"\.0+$", "", value) if kind == "n" else value


def _at(reference: str) -> tuple[int, int]:
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ValueError(reference)
    column = 0
    for letter in found.group(1):
        column = column * 26 + ord(letter) - 64
    return int(found.group(2)), column


def _named(book: ElementTree.Element, number: int, cells: _CELLS) -> Iterator[tuple[str, str]]:
    for name in book.iter(_MAIN + "definedName"):
        if name.get("localSheetId") == str(number) and (name.text or "").count("!") == 1:
            place = (name.text or "").rpartition("!")[2].replace("$", "")
            if _REFERENCE.fullmatch(place):
                yield str(name.get("name")), cells.get(_at(place), "")


def _sheet(name: str, cells: _CELLS, formulas: tuple[tuple[int, int], ...], named: dict[str, str]) -> Sheet:
    columns = 0
    while (1, columns + 1) in cells:
        columns += 1
    header = tuple(cells[1, c] for c in range(1, columns + 1))
    numbers = sorted({r for r, c in cells if r > 2 and c <= columns})
    lines = tuple(Line(r, tuple(cells.get((r, c), "") for c in range(1, columns + 1))) for r in numbers)
    return Sheet(name, header, lines, tuple(named.items()), formulas)


# ── CSV ─────────────────────────────────────────────────────────────────────────────────────


def _read_csv(path: Path) -> Bundle:
    meta: list[tuple[str, str]] = []
    sheets: list[Sheet] = []
    text = path.read_bytes().decode("utf-8-sig")
    for number, row in enumerate(csv.reader(text.splitlines(keepends=True)), 1):
        cells = [from_csv(cell).strip() for cell in row]
        mark, rest = (cells[0], tuple(cells[1:])) if cells else ("", ())
        if mark == "#元数据":
            meta.append((rest[0], rest[1]))
        elif mark == "#表":
            sheets.append(Sheet(rest[0], (), (), ()))
        elif mark == "#写法" or not any(cells):
            continue
        else:
            sheets[-1] = _with(sheets[-1], mark, rest, number)
    return Bundle(tuple(meta), tuple(sheets))


def _with(sheet: Sheet, mark: str, rest: tuple[str, ...], number: int) -> Sheet:
    if mark == "#命名":
        return Sheet(sheet.name, sheet.header, sheet.lines, (*sheet.named, (rest[0], rest[1])))
    if mark == "#列":
        while rest and not rest[-1]:
            rest = rest[:-1]
        return Sheet(sheet.name, rest, sheet.lines, sheet.named)
    width = len(sheet.header)
    cells = (rest + ("",) * width)[:width]
    return Sheet(sheet.name, sheet.header, (*sheet.lines, Line(number, cells)), sheet.named)
