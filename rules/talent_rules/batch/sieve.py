"""Which rows of a table are people: not blank, no example, no total, no repeated header."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from talent_rules.quantities import clean
from talent_rules.tables.header import IDENTITY, LABEL, TableMapping, heading, is_name
from talent_rules.tables.rows import Row, Rows, is_text

_FOOT = re.compile(
    r"(?:合计|总计|小计|累计|共计|平均|填表人|制表人|填报人|审核人|经办人|复核人|负责人|单位负责人|填表日期|填表时间|"
    r"填表单位|填报单位|制表单位|联系人|联系电话|备注|注|说明|以下空白)(?:[:：(（].*)?"
)
_TOTALS = ("合计", "总计", "小计")
#: How all of these begin, whatever stands between the letters; almost every row can be told by it
_LIKELY = r"^[^\pL\pN_]*(?:[_合总小累共平填制审经复负单联备注说以一二三四五六七八九十]|$)"
#: 二、市直单位 or （一）机关 over the people who belong there
_GROUP = re.compile(r"(?:[(（][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.．]).*", re.DOTALL)
_BLANK = r"^[\s\pZ]*$"
_LIKELY_TOTAL = r"[合总小][^\pL\pN]*计|[:：]|^\s*第\s*[0-9]+\s*页"
#: 经办人签字：, 打印时间：2024-09-01, 第1页 共1页: lines of the form around the table
_FORM = re.compile(r".{1,12}[:：].*|第\d+页.*", re.DOTALL)
#: Below headings of their own, which this table's would misread
OTHER_TABLE = "下面另一张表的行"


@dataclass(slots=True)
class Sieve:
    """Leaves the people of one sheet; counts what it took away, by reason."""

    mapping: TableMapping
    skipped: dict[str, int] = field(default_factory=dict)
    _ended: bool = False

    def people(self, rows: Rows) -> Rows:
        """The people among some rows."""
        if self._ended:
            self._count(OTHER_TABLE, len(rows))
            return rows.part(0, 0)
        keep = np.ones(len(rows), dtype=np.bool_)
        suspects, blank = self._suspects(rows)
        keep[blank] = False
        if blank.size:
            self._count("空行", blank.size)
        for place in suspects.tolist():
            if not self._ended and (reason := self.reason(rows.row(place))):
                keep[place] = False
                self._count(reason, 1)
                if self._ended:
                    self._count(OTHER_TABLE, int(keep[place:].sum()))
                    keep[place:] = False
        return rows if bool(keep.all()) else rows.taken(np.flatnonzero(keep))

    def _count(self, reason: str, rows: int) -> None:
        self.skipped[reason] = self.skipped.get(reason, 0) + rows

    def _suspects(self, rows: Rows) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """The rows that need a look, and those in which nothing is written."""
        suspicious = np.zeros(len(rows), dtype=np.bool_)
        undecided = np.arange(len(rows))
        for column in rows.columns:
            if not undecided.size:
                break
            if column.null_count == len(column):
                continue
            cells = column if undecided.size == len(rows) else column.take(undecided)
            blank = _blank(cells)
            if is_text(cells):
                suspicious[undecided[~blank & _matches(cells, _LIKELY)]] = True
            undecided = undecided[blank]
        for number in self._names():
            if number < len(rows.columns) and is_text(rows.columns[number]):
                suspicious |= _matches(rows.columns[number], _LIKELY_TOTAL)
        if names := [n for n in self._names() if n < len(rows.columns)]:
            unnamed = np.ones(len(rows), dtype=np.bool_)
            for number in names:
                unnamed &= _blank(rows.columns[number])
            suspicious |= unnamed
        first = self.mapping.columns[0]
        if first.index < len(rows.columns) and is_text(rows.columns[first.index]):
            cells = rows.columns[first.index]
            suspicious |= _matches(cells, r"^[\s\pZ]*" + re.escape(first.header[:1]))
        return np.flatnonzero(suspicious), undecided

    def _names(self) -> list[int]:
        return [c.index for c in self.mapping.of(LABEL) if is_name(c.header)]

    def reason(self, row: Row) -> str:
        """Why a row is nobody; "" for a person."""
        first = next((c.strip() for c in row.cells if c.strip()), "")
        if not first:
            return "空行"
        if first.startswith("_"):
            return "示例行"
        if _FOOT.fullmatch(clean(first)) or self._named_total(row):
            return "合计、填表人等表尾行"
        if self._is_header(row):
            return "重复的表头"
        names = [cell for i in self._names() if i < len(row.cells) and (cell := row.cells[i].strip())]
        if any(is_name(cell) for cell in names):
            self._ended = True
            return OTHER_TABLE
        if _FORM.fullmatch(clean(names[0] if names else first)):
            return "合计、填表人等表尾行"
        if _GROUP.fullmatch(first.strip()) and sum(1 for c in row.cells if c.strip()) == 1:
            return "分组标题行"
        return "没有姓名和信息的行" if self._tells_nothing(row) else ""

    def _tells_nothing(self, row: Row) -> bool:
        """Whether nobody is named where names stand, and nothing is told: a number before an empty line, a remark."""
        told = {*self._names(), *(c.index for c in (*self.mapping.fields(), *self.mapping.of(IDENTITY)))}
        return bool(self._names()) and not any(row.cells[i].strip() for i in told if i < len(row.cells))

    def _named_total(self, row: Row) -> bool:
        cells = [row.cells[i] for i in self._names() if i < len(row.cells)]
        return any(len(cell) < 40 and clean(cell) in _TOTALS for cell in cells)

    def _is_header(self, row: Row) -> bool:
        """Whether the row repeats the headings, or the lower part of those in two rows."""
        cells = [
            (heading(row.cells[c.index]), heading(c.header)) for c in self.mapping.columns if c.index < len(row.cells)
        ]
        told = [(cell, header) for cell, header in cells if cell]
        return 2 * len(told) > len(cells) and all(header.endswith(cell) for cell, header in told)


def _blank(cells: object) -> npt.NDArray[np.bool_]:
    """Which cells hold nothing."""
    found: npt.NDArray[np.bool_] = cells.is_null().to_numpy(zero_copy_only=False)  # type: ignore[attr-defined]
    return found | _matches(cells, _BLANK) if is_text(cells) else found


def _matches(cells: object, pattern: str) -> npt.NDArray[np.bool_]:
    """Which texts a pattern is found in."""
    import pyarrow as pa

    words = cells.dictionary if pa.types.is_dictionary(cells.type) else cells  # type: ignore[attr-defined]
    found = pc.fill_null(pc.match_substring_regex(words, pattern), False)
    if words is not cells:
        found = pc.fill_null(found.take(cells.indices), False)  # type: ignore[attr-defined]
    matched: npt.NDArray[np.bool_] = found.to_numpy(zero_copy_only=False)
    return matched
