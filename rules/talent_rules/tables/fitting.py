"""Which field a column is, where its heading alone does not tell: by what stands below it.

合同 can be whether there is one, or for how long; 毕业院校 can hold 清华大学, or 985. A column whose cells its
field cannot read goes to the one field of a like name that can; a column nobody named goes nowhere for cells that
only say 无. What a heading is, is settled once, by the cells under it on all sheets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from talent_rules.quantities import clean
from talent_rules.tables.aligning import keyed
from talent_rules.tables.header import IGNORED, MappedColumn, TableMapping, heading, split_unit
from talent_rules.tables.told import BLANKS, NO_VALUE, Column
from talent_rules.tables.values import read_cell
from talent_rules.vocabulary import FALSE_WORDS, TRUE_WORDS, Field, Kind, Vocabulary

#: Different cells looked at, the share a field has to read to be the one, and below which it is not
_LOOK, _FITS, _FAILS = 30, 0.75, 0.5
#: Kinds whose cells say themselves what they are; 是 and 8000 could stand under anything
_TELLING = (Kind.CHOICE, Kind.ORDERED, Kind.MONTHS, Kind.DATE)
#: Cells that could stand under anything too, though a choice may count 无 among its values
_PROVE_NONE = NO_VALUE | frozenset((*TRUE_WORDS, *FALSE_WORDS, "不是"))


def cells_under(sheets: Iterable[tuple[TableMapping, Sequence[Sequence[str]]]]) -> dict[object, list[str]]:
    """What stands under each heading for the first people of all sheets."""
    under: dict[object, list[str]] = {}
    for found, rows in sheets:
        for key, column in keyed(found).items():
            under.setdefault(key, []).extend(_cells(column, rows))
    return {key: list(dict.fromkeys(cells)) for key, cells in under.items()}


def fitted(found: TableMapping, under: Mapping[object, Sequence[str]], vocabulary: Vocabulary) -> TableMapping:
    """The mapping after a look at what stands under its headings."""
    columns = list(found.columns)
    for place, key in enumerate(keyed(found)):
        column = columns[place]
        if column.role == IGNORED or column.role in vocabulary.fields:
            taken = {c.role for c in columns}
            columns[place] = _fitted(column, under[key], taken, vocabulary)
    return replace(found, columns=tuple(columns))


def at_odds(found: TableMapping, rows: Sequence[Sequence[str]], vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Headings under which something else stands, each with the name of the field it looks like: 学历 over schools,
    where two columns were swapped."""
    wrong = {}
    for column in found.fields():
        cells = _cells(column, rows)
        if cells and not _share(vocabulary.fields[column.role], column, cells, vocabulary):
            wrong[column.role] = column, cells
    pairs = []
    for column, cells in wrong.values():
        like = [vocabulary.fields[r] for r in wrong if _share(vocabulary.fields[r], column, cells, vocabulary) >= _FITS]
        if len(like) == 1:
            pairs.append((" ".join(column.header.split()), like[0].name))
    return pairs


def _cells(column: MappedColumn, rows: Sequence[Sequence[str]]) -> list[str]:
    texts = (row[column.index].strip() for row in rows if column.index < len(row))
    return list(dict.fromkeys(t for t in texts if clean(t).casefold() not in BLANKS))[:_LOOK]


def _fitted(column: MappedColumn, cells: Sequence[str], taken: set[str], vocabulary: Vocabulary) -> MappedColumn:
    entry = vocabulary.fields.get(column.role)
    if not cells or (entry is not None and _share(entry, column, cells, vocabulary) >= _FAILS):
        return column
    if entry is None:
        cells = [c for c in cells if clean(c).casefold() not in _PROVE_NONE]
    if not cells:
        return column
    word = split_unit(heading(column.header))[0].casefold()
    akin = [f for f in vocabulary.fields.values() if f.id not in taken and _akin(f, word)]
    fits = [f for f in akin if _share(f, column, cells, vocabulary) >= _FITS]
    if len(fits) != 1 or (entry is None and fits[0].kind not in _TELLING):
        return column
    return replace(column, role=fits[0].id)


def _akin(entry: Field, word: str) -> bool:
    """Whether a heading is a field's name, or the better part of it, with something left out."""
    return len(word) >= 2 and any(word in heading(w).casefold() for w in entry.words)


def _share(entry: Field, column: MappedColumn, cells: Sequence[str], vocabulary: Vocabulary) -> float:
    """How many of the cells a field can read."""
    about = Column(column.header, column.unit, places=vocabulary.places)
    read = [read_cell(entry, text, "", about, vocabulary.reference) for text in cells]
    return sum(1 for r in read if r.complaint is None or r.values) / len(cells)
