"""A look at a workbook's zip before any reader touches it: bombs refused, what readers lose written down.

Readers allocate the whole grid between the first and the last cell, so two cells can take a machine down;
and they drop what decides a cell's meaning: digits Excel destroyed, formulas never computed, months shown
without a day, merged and hidden rows. Both are found here, streaming, with caps.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from talent_rules.tables.refusal import Refused

MAX_ENTRIES = 5_000
MAX_UNPACKED = 1 << 30
MAX_RATIO = 100
RATIO_FREE = 32 << 20
MAX_CELLS = 30_000_000
MAX_GRID = 60_000_000
SPARSE_GRID = 2_000_000
MAX_SMALL_PART = 32 << 20
MAX_SHARED_STRINGS = 512 << 20
MAX_ROW_BYTES = 32 << 20
MAX_MERGES = 200_000
MAX_NOTES = 3_000_000
_CHUNK = 4 << 20
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(slots=True)
class SheetScan:
    """What was seen of one sheet; rows and columns count from 1."""

    name: str
    part: str
    visible: bool = True
    cells: int = 0
    max_row: int = 0
    max_column: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    #: (row, column) → D digits lost · F formula without a value · E error · T 2024.1 · M, Y date shown to month, year
    notes: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def grid(self) -> int:
        """The cells a reader may allocate."""
        return self.max_row * self.max_column


@dataclass(slots=True)
class WorkbookScan:
    """What was seen of a workbook, and what is only worth a remark."""

    sheets: list[SheetScan]
    date1904: bool = False
    remarks: list[str] = field(default_factory=list)

    @property
    def cells(self) -> int:
        """All cells of all sheets."""
        return sum(s.cells for s in self.sheets)

    @property
    def grid(self) -> int:
        """The largest sheet's grid."""
        return max((s.grid for s in self.sheets), default=0)


def inspect(path: Path) -> WorkbookScan:
    """Look through a workbook. Raises Refused with one sentence for anything that should not be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _inspect(archive, path.stat().st_size)
    except Refused:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        if "password" in str(error) or "encrypted" in str(error):
            raise Refused("T704", "压缩包加了密码，读不了", "取消密码，另存为 .xlsx 再试") from None
        raise Refused("T708", "文件已损坏或没有下载完整", "重新导出或重新下载后再试") from None
    except (ElementTree.ParseError, UnicodeError, KeyError, ValueError, IndexError, RecursionError):
        raise Refused("T708", "工作簿的内部结构不完整", "用 Excel 或 WPS 打开，另存为 .xlsx 再试") from None


def _inspect(archive: zipfile.ZipFile, size: int) -> WorkbookScan:
    infos = archive.infolist()
    names = [i.filename for i in infos]
    if len(infos) > MAX_ENTRIES or len(set(names)) < len(names):
        raise Refused("T709", "工作簿的内部结构不正常（条目过多或重名）", "用 Excel 打开，另存为新文件再试")
    unpacked = sum(i.file_size for i in infos)
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_FREE and unpacked > size * MAX_RATIO):
        raise Refused("T709", f"工作簿解压后有 {unpacked >> 20:,} MB，与文件大小不相称", "只留人员表，另存为新文件再试")
    _check_kind(names)
    small = {n: _small(archive, n) for n in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml")}
    scan = _workbook(small["xl/workbook.xml"], small["xl/_rels/workbook.xml.rels"], set(names))
    scan.remarks += _remarks(names)
    for info in infos:
        if info.filename.endswith((".xml", ".rels")) and not info.filename.startswith("xl/worksheets/sheet"):
            cap = MAX_SHARED_STRINGS if info.filename.endswith("sharedStrings.xml") else MAX_SMALL_PART * 4
            _check_part(archive, info.filename, cap)
    formats = _date_styles(_small(archive, "xl/styles.xml")) if "xl/styles.xml" in names else {}
    for sheet in scan.sheets:
        _scan_sheet(archive, sheet, formats)
    return scan


def _check_kind(names: list[str]) -> None:
    if "xl/workbook.bin" in names:
        raise Refused("T705", "这是 .xlsb 二进制工作簿", "在 Excel 里另存为 .xlsx 再试")
    if "xl/workbook.xml" in names:
        return
    if "content.xml" in names and "mimetype" in names:
        raise Refused("T705", "这是 OpenDocument（.ods 等）文件", "在 LibreOffice 里另存为 .xlsx 再试")
    if any(n.startswith("word/") for n in names):
        raise Refused("T705", "这是 Word 文档，不是工作簿", "把表格复制到 Excel 里，另存为 .xlsx 再试")
    if any(n.startswith("ppt/") for n in names):
        raise Refused("T705", "这是演示文稿，不是工作簿", "把表格复制到 Excel 里，另存为 .xlsx 再试")
    if "EncryptedPackage" in names:
        raise Refused("T704", "工作簿加了打开密码，读不了", "取消密码，另存后再试")
    raise Refused("T705", "这是压缩包，里面不是 Excel 工作簿", "解压后给出里面的 .xlsx 文件")


def _remarks(names: list[str]) -> list[str]:
    found = []
    if any(n.endswith("vbaProject.bin") for n in names):
        found.append("工作簿里有宏；宏没有运行，只读了单元格的内容")
    if any(n.startswith("xl/externalLinks/") for n in names):
        found.append("工作簿链接了其他文件；没有去取，用的是上次保存的值")
    if any(n.startswith("xl/embeddings/") for n in names):
        found.append("工作簿里嵌入了其他文件；没有打开")
    return found


# ── parts ───────────────────────────────────────────────────────────────────────────────────


def _stream(archive: zipfile.ZipFile, name: str, cap: int) -> Iterator[bytes]:
    """A part in pieces; refused once it is longer than it may be, whatever its header claimed."""
    total = 0
    with archive.open(name) as handle:
        while piece := handle.read(_CHUNK):
            if not total:
                _check_encoding(piece)
            total += len(piece)
            if total > cap:
                raise Refused("T709", "工作簿里有一部分大得不正常", "只留人员表，另存为新文件再试")
            yield piece


def _check_encoding(start: bytes) -> None:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or start[:2] in (b"\0<", b"<\0"):
        raise Refused("T710", "工作簿的内部编码不正常", "用 Excel 打开，另存为新文件再试")


def _check_part(archive: zipfile.ZipFile, name: str, cap: int) -> None:
    tail = b""
    for piece in _stream(archive, name, cap):
        _no_dtd(tail + piece)
        tail = piece[-16:]


def _no_dtd(piece: bytes) -> None:
    if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
        raise Refused(
            "T710", "工作簿里有不该有的实体定义（DTD），可能是恶意文件，没有读取", "用 Excel 打开，另存为新文件再试"
        )


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    body = b"".join(_stream(archive, name, MAX_SMALL_PART))
    _no_dtd(body)
    return body


def _workbook(body: bytes, relations: bytes, names: set[str]) -> WorkbookScan:
    root = ElementTree.fromstring(body)
    targets = {}
    for node in ElementTree.fromstring(relations):
        target = node.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        targets[node.get("Id", "")] = path
    properties = next((n for n in root.iter() if n.tag.endswith("}workbookPr")), None)
    date1904 = properties is not None and properties.get("date1904", "").lower() in ("1", "true")
    sheets = []
    for node in root.iter():
        if not node.tag.endswith("}sheet"):
            continue
        key = next((v for k, v in node.attrib.items() if k.endswith("}id")), "")
        part = targets.get(key, "")
        if part in names and "worksheets/" in part:
            sheets.append(SheetScan(node.get("name", ""), part, node.get("state", "visible") == "visible"))
    if not sheets:
        raise Refused("T708", "工作簿里没有工作表", "检查是否选错了文件")
    return WorkbookScan(sheets, date1904)


_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


def _date_styles(body: bytes) -> dict[bytes, str]:
    """Style number → M or Y where the cells' dates are shown to the month or the year only."""
    root = ElementTree.fromstring(body)
    codes = {int(n.get("numFmtId", "0")): n.get("formatCode", "") for n in root.iter() if n.tag.endswith("}numFmt")}
    codes |= {17: "mmm-yy", 55: "yyyy年m月", 57: "yyyy年m月"}
    crossings = next((n for n in root.iter() if n.tag.endswith("}cellXfs")), None)
    found = {}
    for number, node in enumerate(crossings if crossings is not None else ()):
        letters = set(re.findall(r"[ymdhse]", _QUOTED.sub("", codes.get(int(node.get("numFmtId", "0")), "")).lower()))
        if letters & {"y", "e"} and not letters & set("dhs"):
            found[str(number).encode()] = "M" if "m" in letters else "Y"
    return found


# ── a sheet ─────────────────────────────────────────────────────────────────────────────────

_CELL = re.compile(rb"<(?:\w+:)?c[ >/]")
_ROW_AT = re.compile(rb"<(?:\w+:)?row[ >/]")
_HIDDEN = re.compile(rb'<(?:\w+:)?row (?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="([0-9]{1,9})"')
_ERROR = re.compile(rb'<(?:\w+:)?c (?=[^>]*\bt="e")[^>]*?\br="([A-Z]{1,3})([0-9]{1,9})"')
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]{1,3})([0-9]{1,9}):([A-Z]{1,3})([0-9]{1,9})"')
_NUMBERS = (
    (re.compile(rb"v>(?:\d{16,}(?:\.\d*)?|\d(?:\.\d+)?[eE]\+?1[5-9])</"), "D"),
    (re.compile(rb"v>(?:19|20)\d\d\.1</"), "T"),
)
_UNCOMPUTED = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f[^>]*/>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ATTRIBUTES = re.compile(rb'\b(r|t)="([^"]*)"')


def _scan_sheet(archive: zipfile.ZipFile, sheet: SheetScan, styles: dict[bytes, str]) -> None:
    shown = _style_pattern(styles)
    buffer = b""
    for piece in _stream(archive, sheet.part, MAX_UNPACKED):
        buffer += piece
        _no_dtd(buffer)
        cut = _last_row(buffer)
        if cut:
            _scan_piece(buffer[:cut], sheet, shown, styles)
            buffer = buffer[cut:]
        elif len(buffer) > MAX_ROW_BYTES:
            raise Refused("T709", f"工作表“{sheet.name}”里有一行大得不正常", "用 Excel 打开，另存为新文件再试")
    _scan_piece(buffer, sheet, shown, styles)


def _last_row(buffer: bytes) -> int:
    """Where the last row begins that may not be whole; 0 where there is only one."""
    if b":row" in buffer:
        return max((m.start() for m in _ROW_AT.finditer(buffer, max(0, len(buffer) - _CHUNK))), default=0)
    return max(0, buffer.rfind(b"<row "), buffer.rfind(b"<row>"))


def _style_pattern(styles: dict[bytes, str]) -> re.Pattern[bytes] | None:
    if not styles:
        return None
    any_of = b"|".join(sorted(styles))
    return re.compile(
        rb'<(?:\w+:)?c (?=[^>]*\bs="(' + any_of + rb')")(?![^>]*\bt="(?:s|str|inlineStr)")'
        rb'[^>]*?\br="([A-Z]{1,3})([0-9]{1,9})"'
    )


def _scan_piece(piece: bytes, sheet: SheetScan, shown: re.Pattern[bytes] | None, styles: dict[bytes, str]) -> None:
    sheet.cells += piece.count(b"<c ") + piece.count(b"<c>") if b":c " not in piece else len(_CELL.findall(piece))
    column, row = _furthest(piece)
    sheet.max_column, sheet.max_row = max(sheet.max_column, column), max(sheet.max_row, row)
    _check_caps(sheet)
    if b'hidden="' in piece:
        sheet.hidden_rows.update(map(int, _HIDDEN.findall(piece)))
    for left, top, right, bottom in _MERGE.findall(piece) if b"mergeCell" in piece else ():
        if len(sheet.merges) < MAX_MERGES:
            sheet.merges.append((int(top), _column(left), int(bottom), _column(right)))
    _take_notes(piece, sheet, shown, styles)


def _furthest(piece: bytes) -> tuple[int, int]:
    """The largest column and the largest row that a reference r="A1", or a row's r="1", names.

    Read by columns of bytes: a sheet has millions of them.
    """
    text = np.frombuffer(piece + bytes(16), dtype=np.uint8)
    at = np.flatnonzero((text[:-18] == 0x72) & (text[1:-17] == 0x3D) & (text[2:-16] == 0x22)) + 3  # r="
    columns, rows = np.zeros(len(at), dtype=np.int64), np.zeros(len(at), dtype=np.int64)
    inside = np.ones(len(at), dtype=np.bool_)
    for _ in range(4):
        letter = text[at].astype(np.int64) - 64
        inside &= (letter >= 1) & (letter <= 26)
        columns = np.where(inside, columns * 26 + letter, columns)
        at = at + inside
    inside[:] = True
    for _ in range(9):
        digit = text[at].astype(np.int64) - 48
        inside &= (digit >= 0) & (digit <= 9)
        rows = np.where(inside, rows * 10 + digit, rows)
        at = at + inside
    named = (rows > 0) & (text[at] == 0x22)
    return int(columns[named].max(initial=0)), int(rows[named].max(initial=0))


def _check_caps(sheet: SheetScan) -> None:
    if sheet.max_column > 16_384 or sheet.max_row > 1_048_576:
        raise Refused("T709", f"工作表“{sheet.name}”里有单元格在表格范围之外", "用 Excel 打开，另存为新文件再试")
    if sheet.cells > MAX_CELLS:
        raise Refused("T709", f"工作表“{sheet.name}”的单元格超过 {MAX_CELLS:,} 个", "拆成几个文件，或另存为 CSV 再试")
    if sheet.grid > MAX_GRID or (sheet.grid > SPARSE_GRID and sheet.grid > 40 * max(1, sheet.cells)):
        where = f"第 {sheet.max_row:,} 行、第 {sheet.max_column:,} 列"
        raise Refused(
            "T709",
            f"工作表“{sheet.name}”的范围大得不正常（到{where}，内容却很少）",
            "删去表格以外的行和列，或把人员表复制到新工作簿再试",
        )


def _take_notes(piece: bytes, sheet: SheetScan, shown: re.Pattern[bytes] | None, styles: dict[bytes, str]) -> None:
    notes = sheet.notes
    if shown is not None:
        for style, column, row in shown.findall(piece):
            notes[int(row), _column(column)] = styles[style]
    for pattern, kind in _NUMBERS if b".1<" in piece else _NUMBERS[:1]:
        for found in pattern.finditer(piece):
            _note_number(piece, found.start(), kind, notes)
    if b"<f" in piece or b":f" in piece:
        for found in _UNCOMPUTED.finditer(piece):
            _note_formula(piece, found.start(), found.group(), notes)
    for column, row in _ERROR.findall(piece) if b't="e"' in piece else ():
        notes[int(row), _column(column)] = "E"
    if len(notes) > MAX_NOTES:
        raise Refused("T709", f"工作表“{sheet.name}”里异常的单元格太多", "检查公式和数字格式，另存后再试")


def _attributes(piece: bytes, at: int) -> dict[bytes, bytes]:
    """The attributes of the cell that holds position `at`."""
    start = max(piece.rfind(b"<c ", 0, at), piece.rfind(b":c ", max(0, at - 400), at))
    return dict(_ATTRIBUTES.findall(piece, start, piece.find(b">", start) + 1)) if start >= 0 else {}


def _note_number(piece: bytes, at: int, kind: str, notes: dict[tuple[int, int], str]) -> None:
    known = _attributes(piece, at)
    if known.get(b"t", b"n") == b"n" and (place := _place(known)):
        notes.setdefault(place, kind)


def _note_formula(piece: bytes, at: int, text: bytes, notes: dict[tuple[int, int], str]) -> None:
    known = _attributes(piece, at)
    empty_text = known.get(b"t") == b"str" and b"v" in text.rpartition(b"</c")[0][4:]
    if not empty_text and (place := _place(known)):
        notes[place] = "F"


def _place(attributes: dict[bytes, bytes]) -> tuple[int, int] | None:
    found = re.fullmatch(rb"([A-Z]{1,3})([0-9]{1,9})", attributes.get(b"r", b""))
    return (int(found.group(2)), _column(found.group(1))) if found else None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
