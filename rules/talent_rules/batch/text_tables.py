"""CSV and JSON lines: one line a person, put together from pieces that many people share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from talent_rules.batch.answers import Answer
from talent_rules.batch.cells import ROW_NUMBER, Cell
from talent_rules.batch.lines import Lines
from talent_rules.batch.plan import OVERALL, PER_BENEFIT, Plan
from talent_rules.tables.safe import for_csv


def header(shown: Plan) -> list[str]:
    """The headings of the plain table, each one only once."""
    names = [" ".join(c.header.split()) for c in shown.labels] + [ROW_NUMBER] + [n for n, _ in OVERALL]
    names += [f"{s.name}·{part}" for s in shown.shown for part, _ in PER_BENEFIT]
    found: list[str] = []
    for name in names:
        found.append(name if name not in found else f"{name}_{len(found)}")
    return found


class TextTable:
    """A text file being written; to be closed."""

    _MARK, _END, _ENCODING = ",", "\r\n", "utf-8"

    def __init__(self, path: Path, shown: Plan) -> None:
        self._names = header(shown)
        self._file = path.open("w", encoding=self._ENCODING, newline="")
        self._file.write(self._first())
        self._benefits = len(self._names) - len(shown.shown) * len(PER_BENEFIT)

    def _first(self) -> str:
        return ""

    def _line(self, joined: str) -> str:
        return joined

    def _cells(self, cells: Sequence[Cell], first: int) -> str:
        """Neighbouring cells, the first of them in column `first`, as text."""
        raise NotImplementedError

    def write(self, lines: Lines) -> None:
        """Some lines."""
        columns = []
        for place, (answers, codes) in enumerate(zip(lines.answers, lines.codes, strict=True)):
            texts = [self._cells(cells_of(a), self._benefits + place * len(PER_BENEFIT)) for a in answers]
            columns.append([texts[code] for code in codes])
        heads = (self._cells(cells, 0) for cells in zip(*lines.labels, lines.numbers, *lines.overall, strict=True))
        made = (self._line(self._MARK.join(filter(None, parts))) for parts in zip(heads, *columns, strict=True))
        self._file.write("".join(line + self._END for line in made))

    def close(self) -> None:
        """All is written."""
        self._file.close()

    def __enter__(self) -> TextTable:
        return self

    def __exit__(self, *trouble: object) -> None:
        self.close()


def cells_of(answer: Answer) -> tuple[Cell, ...]:
    """The cells of one benefit, in the order of PER_BENEFIT."""
    return answer.label, answer.amount, answer.words.reason, answer.words.missing, answer.words.step


class _Csv(TextTable):
    """UTF-8 with BOM, so that Excel reads it; cells that would run get a leading '."""

    _ENCODING = "utf-8-sig"

    def _first(self) -> str:
        return self._cells(self._names, 0) + self._END

    def _cells(self, cells: Sequence[Cell], first: int) -> str:
        return ",".join([_quoted(for_csv(c)) if isinstance(c, str) and c else str(c) for c in cells])


def _quoted(text: str) -> str:
    if '"' in text or "," in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


class _Jsonl(TextTable):
    """One object a line; what is blank is left out."""

    _MARK, _END = ", ", "\n"

    def _line(self, joined: str) -> str:
        return "{" + joined + "}"

    def _cells(self, cells: Sequence[Cell], first: int) -> str:
        keyed = zip(self._names[first : first + len(cells)], cells, strict=True)
        return json.dumps({n: c for n, c in keyed if c != ""}, ensure_ascii=False)[1:-1]


TEXT_TABLES: dict[str, type[TextTable]] = {".csv": _Csv, ".jsonl": _Jsonl}
