"""A row of text into one person's facts, with a problem for everything that could not be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from talent_rules.ahead import APPLIED, ARRIVAL, NOT_YET, not_come
from talent_rules.batch.ahead import told_ahead
from talent_rules.batch.problems import ERROR, WARNING, RowProblem, shown
from talent_rules.model import Facts, OneOf, Problem, Value
from talent_rules.tables.choosing import NO_DEGREE, WIDE, agreed
from talent_rules.tables.dates import short_year
from talent_rules.tables.header import IDENTITY, LABEL, MappedColumn, TableMapping, is_name
from talent_rules.tables.identity import Identity, IdentityReader
from talent_rules.tables.rows import Row, Rows
from talent_rules.tables.rows import texts as cells_of
from talent_rules.tables.told import Column, Complaint, Reading, common
from talent_rules.tables.values import read_cell
from talent_rules.vocabulary import Vocabulary

_MEMO_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class Person:
    """One person of the table: the row, the words that name the person, the facts, the problems."""

    row: int
    labels: tuple[str, ...]
    facts: Facts
    problems: tuple[RowProblem, ...] = ()
    born: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What some columns of a row say; problems with the place of their column, and what could not be read."""

    values: Mapping[str, Value]
    problems: tuple[tuple[int, RowProblem], ...] = ()
    failed: Mapping[str, tuple[MappedColumn, str]] = field(default_factory=dict)
    cell: tuple[str, str] = ("", "")

    def at(self, text: str, note: str) -> Said:
        """The same, with the one cell that said it."""
        return replace(self, cell=(text, note))


@dataclass(frozen=True, slots=True)
class Identified:
    """The birth date an identity number has, and the one that holds after what the row says itself."""

    born: int | None
    birth: Value | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What all rows of a sheet share."""

    name: str = ""
    kind: str = "xlsx"
    date1904: bool = False
    hidden: frozenset[int] = frozenset()
    tenths_safe: frozenset[int] = frozenset()


@dataclass(slots=True)
class PersonReader:
    """Reads the rows of one sheet in order. Not thread-safe: it remembers cells and identity keys."""

    vocabulary: Vocabulary
    mapping: TableMapping
    sheet: Sheet
    today: date
    #: Those of the sheets before this one
    earlier: tuple[PersonReader, ...] = ()
    _identity: IdentityReader = field(init=False)
    _seen: dict[bytes, int] = field(default_factory=dict)
    _memo: dict[tuple[int, str, str], Reading] = field(default_factory=dict)
    _columns: Mapping[int, Column] = field(init=False)
    _names: tuple[MappedColumn, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._identity = self.earlier[0]._identity if self.earlier else IdentityReader(self.today)
        self._names = tuple(c for c in self.mapping.of(LABEL) if is_name(c.header))
        self._columns = {
            c.index: Column(
                c.header,
                c.unit,
                self.sheet.date1904,
                c.index in self.sheet.tenths_safe,
                self.today,
                self.vocabulary.places,
            )
            for c in self.mapping.columns
        }

    def see(self, rows: Rows) -> None:
        """Only note the identities of rows that need no reading again."""
        for _, texts, notes in self.identities(rows):
            for place, text in enumerate(texts):
                if text:
                    found = self._identity.read(text, as_number=notes.get(place) == "D")
                    if found.key:
                        self._seen.setdefault(found.key, int(rows.numbers[place]))

    def identities(self, rows: Rows) -> list[tuple[MappedColumn, list[str], dict[int, str]]]:
        """The columns of identity numbers: each with its cells, and the notes on some of them by place."""
        found = []
        for column in self.mapping.of(IDENTITY):
            if column.index < len(rows.columns):
                texts, notes = cells_of(rows.columns[column.index])
                notes |= {p: kinds[column.index] for p, kinds in rows.notes.items() if column.index in kinds}
                found.append((column, texts, notes))
        return found

    def read(self, row: Row) -> Person:
        """A person, with whatever could be read."""
        said = self.read_columns(row, self.mapping.fields())
        values, problems = dict(said.values), [p for _, p in said.problems]
        found = self.identify(row, values.pop("birth_date", None), problems, said.failed)
        if found.birth is not None:
            values["birth_date"] = found.birth
        if values.get("overseas") is True:
            problems = [p for p in problems if not (p.field == "school" and p.code == "B701")]
        applied = values.get(APPLIED, self.today.toordinal())
        if not_come(values.get(ARRIVAL), applied):
            problems.append(self.ahead(row.number, values[ARRIVAL], applied))
            values = {name: value for name, value in values.items() if name not in NOT_YET}
        problems += self.row_problems(row.number, row.notes)
        labels = tuple(_cell(row, c) for c in self.mapping.of(LABEL))
        return Person(row.number, labels, Facts(values), tuple(problems), found.born)

    def read_columns(self, row: Row, columns: Sequence[MappedColumn]) -> Said:
        """What some columns say, without the identity number."""
        values: dict[str, Value] = {}
        found: list[tuple[int, RowProblem]] = []
        failed: dict[str, tuple[MappedColumn, str]] = {}
        for column in columns:
            problems: list[RowProblem] = []
            text = _cell(row, column)
            note = row.notes.get(column.index, "")
            reading = self._cell_reading(column, text, note)
            if reading.complaint is not None:
                problems.append(self._problem(row.number, column, text, reading.complaint))
                failed[column.role] = (column, text)
            problems += self._note_problems(row, column, text, note)
            self._take(values, reading.values, row, column, text, problems)
            found += [(column.index, p) for p in problems]
        open_ones = [f for f in found if f[1].code != WIDE or isinstance(values.get(f[1].field), OneOf)]
        return Said(values, tuple(open_ones), failed)

    def ahead(self, row: int, arrival: Value, applied: Value) -> RowProblem:
        """That somebody has not come by the day of application."""
        column = self.mapping.of(ARRIVAL)[0]
        what = told_ahead(self.vocabulary, arrival, applied)
        return self._problem(row, column, self.vocabulary.fields[ARRIVAL].show(arrival), what)

    def row_problems(self, row: int, notes: Mapping[int, str]) -> list[RowProblem]:
        """What is odd about a row as a whole: nobody sees it in the workbook, or it shares its name with another."""
        found = []
        if row in self.sheet.hidden:
            found.append(("B752", "这一行在表里是隐藏的，已照常读取", "不该算的行请删掉"))
        if any(notes.get(c.index) == "G" for c in self._names):
            found.append(("B751", "姓名是合并单元格，和上一行像是同一个人", "同一个人写成一行，否则算成两个人"))
        return [RowProblem(self.sheet.name, row, "", "", "", "", *what, WARNING) for what in found]

    # cells ---------------------------------------------------------------------------------

    def _cell_reading(self, column: MappedColumn, text: str, note: str) -> Reading:
        if note in ("F", "E"):
            return Reading(complaint=_LOST[note])
        if not text.strip():
            return Reading()
        if not note and self.sheet.kind == "csv" and re.fullmatch(r"(?:19|20)\d\d\.1", text.strip()):
            note = "T"
        key = (column.index, text, note)
        found = self._memo.get(key)
        if found is None:
            if len(self._memo) >= _MEMO_LIMIT:
                self._memo.clear()
            entry = self.vocabulary.fields[column.role]
            found = read_cell(entry, text, note, self._columns[column.index], self.vocabulary.reference)
            if (what := found.complaint) is not None and what.code == "B701":
                found = replace(found, complaint=replace(what, hint=self.vocabulary.advice(entry, text, what.hint)))
            self._memo[key] = found
        return found

    def _note_problems(self, row: Row, column: MappedColumn, text: str, note: str) -> Iterable[RowProblem]:
        if note == "G" and text.strip():
            message = f"{column.header.strip()}是合并单元格，按最上面一格的 `{shown(text)}` 填入"
            yield self._problem(
                row.number, column, text, Complaint("B751", message, "请核对，最好取消合并逐行填写", WARNING)
            )

    def _take(
        self,
        values: dict[str, Value],
        found: Mapping[str, Value],
        row: Row,
        column: MappedColumn,
        text: str,
        problems: list[RowProblem],
    ) -> None:
        for name, value in found.items():
            known = values.get(name)
            both = value if known is None else agreed(known, value)
            if both is not None:
                values[name] = both
                continue
            entry = self.vocabulary.fields[name]
            first, second = ("无学位" if v == NO_DEGREE else entry.show(v) for v in (known, value))
            message = f"{entry.name}在两列里不一致，{first} 与 {second}"
            hint = (
                "学历不能说明有学位，按实际取得的最高学位改成一致" if name == "degree" else "改成一致，或清空其中一列"
            )
            problems.append(self._problem(row.number, column, text, Complaint("B704", message, hint)))
            del values[name]

    # identity ------------------------------------------------------------------------------

    @property
    def has_identity(self) -> bool:
        """Whether a column has identity numbers."""
        return bool(self.mapping.of(IDENTITY))

    def identify(
        self,
        row: Row,
        birth: Value | None,
        problems: list[RowProblem],
        failed: Mapping[str, tuple[MappedColumn, str]],
    ) -> Identified:
        """The birth date by the identity number; adds to the problems, or takes one away that it settles."""
        born = None
        for column in self.mapping.of(IDENTITY):
            text, note = _cell(row, column), row.notes.get(column.index, "")
            found = self._identity.read(text, as_number=note == "D")
            self._take_identity(row.number, column, found, problems)
            if found.born is not None:
                born = found.born
                birth = self._settle_birth(row.number, column, found.born, birth, problems, failed)
        return Identified(born, birth)

    def identified(
        self,
        rows: Rows,
        births: list[Value | None],
        problems: Mapping[int, list[RowProblem]],
        failed: Callable[[int], Mapping[str, tuple[MappedColumn, str]]],
    ) -> tuple[list[int | None], dict[int, list[RowProblem]]]:
        """`identify` for many rows: fills in the birth dates; returns those by number, and all problems."""
        born: list[int | None] = [None] * len(rows)
        found = dict(problems)
        for column, texts, notes in self.identities(rows):
            for place, text in enumerate(texts):
                if not text:
                    continue
                said = self._identity.read(text, as_number=notes.get(place) == "D")
                number = int(rows.numbers[place])
                if said.code or (said.key and self._known_from(said.key, number)):
                    self._take_identity(number, column, said, found.setdefault(place, []))
                if said.born is None:
                    continue
                born[place] = said.born
                if births[place] is None and place not in found:
                    births[place] = said.born
                elif births[place] != said.born or place in found:
                    mine = found.setdefault(place, [])
                    births[place] = self._settle_birth(number, column, said.born, births[place], mine, failed(place))
        return born, found

    def _take_identity(self, row: int, column: MappedColumn, found: Identity, problems: list[RowProblem]) -> None:
        if found.code:
            what = Complaint(found.code, found.message, found.hint, found.severity)
            problems.append(self._problem(row, column, "", what))
        if found.key and (first := self._known_from(found.key, row)):
            what = Complaint("B710", f"身份证号与{first}相同", "核对是否重复填报", WARNING)
            problems.append(self._problem(row, column, "", what))

    def _known_from(self, key: bytes, row: int) -> str:
        """Where an identity stood first, "" where it does so in this row."""
        for reader in self.earlier:
            if (there := reader._seen.get(key)) is not None:
                return f"工作表“{reader.sheet.name}”第 {there} 行"
        first = self._seen.setdefault(key, row)
        return "" if first == row else f"第 {first} 行"

    def _settle_birth(
        self,
        row: int,
        column: MappedColumn,
        born: int,
        known: Value | None,
        problems: list[RowProblem],
        failed: Mapping[str, tuple[MappedColumn, str]],
    ) -> Value | None:
        if "birth_date" in failed and short_year(failed["birth_date"][1], born) is not None:
            problems[:] = [p for p in problems if p.field != "birth_date"]
        both = born if known is None else common(known, born)
        if both is not None:
            return both
        shown_birth = self.vocabulary.fields["birth_date"].show(known)
        message = f"出生日期填的是 {shown_birth}，与身份证号里的不同"
        problems.append(self._problem(row, column, "", Complaint("B709", message, "核对后改正其中一个，暂按未知处理")))
        return None

    # problems ------------------------------------------------------------------------------

    def _problem(self, row: int, column: MappedColumn, text: str, what: Complaint) -> RowProblem:
        name = "" if column.role == IDENTITY else column.role
        header = " ".join(column.header.split())
        return RowProblem(
            self.sheet.name,
            row,
            column.letter,
            header,
            name,
            shown(text),
            what.code,
            shown_message(what.message),
            shown_message(what.hint),
            what.severity,
        )


_LOST = {
    "F": Complaint("B706", "公式没有算出结果", "用 Excel 打开并保存一次，或改填数值"),
    "E": Complaint("B707", "单元格是错误值（如 #N/A）", "改填正确的内容，没有就清空"),
}


def shown_message(text: str) -> str:
    """A sentence without identity numbers, whatever was quoted in it."""
    from talent_rules.tables.identity import mask

    return mask(text)


def with_problems(person: Person, more: Iterable[RowProblem]) -> Person:
    """The person with further problems."""
    return replace(person, problems=(*person.problems, *more))


def contradictions(found: Iterable[Problem], sheet: str, row: int) -> tuple[RowProblem, ...]:
    """What the rules found to contradict itself in the facts of a row."""
    return tuple(RowProblem(sheet, row, "", "", "", "", p.code, p.message, p.hint, p.severity) for p in found)


def status_of(problems: Iterable[RowProblem]) -> int:
    """0 fine, 1 only warnings, 2 errors."""
    severities = {p.severity for p in problems}
    return 2 if ERROR in severities else 1 if severities else 0


def _cell(row: Row, column: MappedColumn) -> str:
    return row.cells[column.index] if column.index < len(row.cells) else ""
