"""What is wrong with a row: where it stands, what was written, what is accepted."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from talent_rules.tables.safe import printable

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A complaint about one cell (or one row, where `column` is empty); `value` never holds an identity number."""

    sheet: str
    row: int
    column: str
    header: str
    field: str
    value: str
    code: str
    message: str
    hint: str = ""
    severity: str = ERROR

    def __str__(self) -> str:
        where = f"第{self.row}行" + (f" {self.column}列“{self.header}”" if self.column else "")
        return f"{where}：{self.bare_sentence if self.header else self.sentence}"

    @property
    def sentence(self) -> str:
        """The complaint and the way out, without the place."""
        stop = "" if self.message.endswith(("？", "。", "！")) else "。"
        return self.message + (f"{stop}{self.hint}" if self.hint else "")

    @property
    def bare_sentence(self) -> str:
        """The sentence without the field's name in front, for where the column's heading stands there."""
        head, colon, rest = self.sentence.partition("：")
        return rest if colon and len(head) <= 12 and "`" not in head and rest else self.sentence

    def to_json(self, file: str = "") -> dict[str, Any]:
        """A problem as design §7 has it, with the place in the table."""
        return {
            "file": file,
            "line": self.row,
            "column": self.column,
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "hint": self.hint,
            "sheet": self.sheet,
            "row": self.row,
            "header": self.header,
            "field": self.field,
            "value": self.value,
        }


def dump(problems: Iterable[RowProblem]) -> str | None:
    """Problems as one line of JSON; None for none."""
    found = [_PARTS(p) for p in problems]
    return json.dumps(found, ensure_ascii=False) if found else None


def read(text: str | None) -> tuple[RowProblem, ...]:
    """What `dump` wrote."""
    return tuple([RowProblem(*parts) for parts in json.loads(text)]) if text else ()


_PARTS = attrgetter(*(f.name for f in fields(RowProblem)))


def shown(value: str) -> str:
    """What was written, short enough to quote and without identity numbers."""
    text = printable(value).strip()
    return text if len(text) <= 60 else text[:59] + "…"
