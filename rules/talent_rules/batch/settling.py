"""Which sheets of a workbook hold the people, and what their columns are: settled before anybody is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from talent_rules.batch.source import Page, Source
from talent_rules.tables.aligning import aligned, differences, says_who, shape_of
from talent_rules.tables.composing import MISSING, composed
from talent_rules.tables.fitting import at_odds, cells_under, fitted
from talent_rules.tables.header import (
    HEADER_ROWS,
    IDENTITY,
    IGNORED,
    LABEL,
    PART,
    MappedColumn,
    TableMapping,
    find_header,
    heading,
    is_name,
    lies_across,
    override,
    part_in,
    suggestions,
)
from talent_rules.tables.reader import First
from talent_rules.tables.refusal import Refused
from talent_rules.vocabulary import Vocabulary

#: The sheet of a result workbook that is meant to be corrected and given back
TO_CORRECT = "待修正"
_HEADER_WITHIN = 40
#: Sheets of people who are no longer there, or never were
_ASIDE = re.compile("离职|辞职|退休|调出|调离|解聘|辞退|去世|作废|样表|样例|示例|备份")
#: Sheets without people named one by one
_NAMED = 10
#: A sheet of people tells so many facts of them
_FACTS = 2


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sheet that may be the table: its first rows as text, header included, with their numbers; `across` where
    people stand beside each other."""

    first: First
    texts: list[Sequence[str]]
    numbers: list[int]
    mapping: TableMapping | None
    across: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """A sheet with headings, and its columns once their cells were looked at and the wishes heard."""

    candidate: _Candidate
    before: TableMapping
    mapping: TableMapping

    @property
    def name(self) -> str:
        """What the sheet is called."""
        return self.candidate.first.sheet

    @property
    def visible(self) -> bool:
        """Whether the sheet is not hidden."""
        return _visible(self.candidate.first)

    @property
    def current(self) -> bool:
        """Whether the sheet is one to look at, by itself and by its name."""
        return self.visible and not _ASIDE.search(self.name)

    @property
    def width(self) -> int:
        """The columns there are."""
        last = max((c.index for c in self.before.columns), default=0)
        return max(last + 1, len(self.candidate.first.rows.columns))

    @property
    def people(self) -> list[Sequence[str]]:
        """The first rows below the headings."""
        return self.candidate.texts[self.mapping.row :]


def settled(
    path: Path, first: Sequence[First], vocabulary: Vocabulary, wanted: Sequence[str], maps: Sequence[str]
) -> Source:
    """The sheets to read of a file: the wanted ones, or those of the shape that tells the most of people. Raises
    Refused where there is none, or what --sheet or --map says is not there."""
    there = [f.sheet for f in first]
    for name in wanted:
        if name not in there:
            raise Refused("T732", f"工作簿里没有工作表“{name}”", "现有：" + "、".join(there[:20]))
    candidates = [_candidate(f, vocabulary, maps) for f in first if not wanted or f.sheet in wanted]
    looked = _looked(candidates, vocabulary)
    headless = [c for c in candidates if c.mapping is None]
    if not looked or (wanted and headless):
        raise _no_people(headless)
    best = _best(looked)
    best = _whole(replace(best, mapping=override(best.mapping, maps, vocabulary)), vocabulary)
    others = [_whole(_heard(f, maps, vocabulary), vocabulary) for f in looked if f.name != best.name]
    if best.name == TO_CORRECT and not wanted:
        headless, others = [], []
    alike = [f for f in others if wanted or (f.current and shape_of(f.mapping) == shape_of(best.mapping))]
    chosen = sorted([best, *alike], key=lambda f: there.index(f.name))
    left = [f for f in others if f not in alike]
    unread = [f for f in left if f.visible and (_like_people(f.mapping, best.mapping) or _tells_of_others(f, chosen))]
    names = {f.id: f.name for f in vocabulary.fields.values()}
    hidden = [f.name for f in left if not f.visible and shape_of(f.mapping) == shape_of(best.mapping)]
    nobody = [c.first.sheet for c in headless if _visible(c.first)]
    nobody += [f.name for f in left if f.visible and f not in unread]
    remarks = [*best.candidate.first.meta.get("remarks", ())]
    remarks += [said for found in chosen for said in _told(found, vocabulary)]
    return Source(
        path,
        first[0].meta["kind"],
        _pages(chosen),
        bool(first[0].meta.get("date1904")),
        tuple(dict.fromkeys([*remarks, *_passed_over(nobody, hidden)])),
        {header: hint for f in chosen for header, hint in suggestions(f.mapping, vocabulary).items()},
        tuple(_unread(f, best, names) for f in unread),
        _twice(chosen),
    )


# ── one sheet ───────────────────────────────────────────────────────────────────────────────


def _visible(first: First) -> bool:
    return bool(first.meta.get("visible", True))


def _candidate(first: First, vocabulary: Vocabulary, maps: Sequence[str]) -> _Candidate:
    header = first.meta.get("header")
    rows = list(first.rows.part(0, _HEADER_WITHIN))
    texts: list[Sequence[str]] = [r.cells for r in rows]
    numbers = [r.number for r in rows]
    if header is not None:
        texts, numbers = [header, *texts], [0, *numbers]
    found = find_header(texts, vocabulary) or _by_wishes(texts, maps)
    across = not maps and lies_across(texts, vocabulary, found)
    return _Candidate(first, texts, numbers, None if across else found, across)


def _by_wishes(rows: Sequence[Sequence[str]], maps: Sequence[str]) -> TableMapping | None:
    """A header no synonym fits, where --map says what its columns are."""
    wanted = {heading(m.partition("=")[0]) for m in maps}
    likely = [i for i, row in enumerate(rows[:HEADER_ROWS]) if sum(1 for t in row if t.strip()) >= 2]
    named = [i for i in likely if wanted & {heading(t) for t in rows[i]}]
    if not maps or not likely:
        return None
    number = (named or likely)[0]
    columns = tuple(MappedColumn(i, t.strip(), IGNORED) for i, t in enumerate(rows[number]) if t.strip())
    return TableMapping(number + 1, columns, 1)


def _looked(candidates: Sequence[_Candidate], vocabulary: Vocabulary) -> list[_Found]:
    """The sheets with headings after a look at their cells: at those of all sheets, so that a heading is the same fact
    on each of them."""
    headed = [(c, c.mapping) for c in candidates if c.mapping is not None]
    under = cells_under((found, c.texts[found.row :]) for c, found in headed)
    return [_Found(c, found, fitted(found, under, vocabulary)) for c, found in headed]


def _heard(found: _Found, maps: Sequence[str], vocabulary: Vocabulary) -> _Found:
    """Another sheet than the best after the wishes, where it has the columns they speak of."""
    try:
        return replace(found, mapping=override(found.mapping, maps, vocabulary))
    except Refused:
        return found


def _whole(found: _Found, vocabulary: Vocabulary) -> _Found:
    """A sheet with the facts that several of its columns tell together."""
    return replace(found, mapping=composed(found.mapping, found.width, vocabulary))


def _best(looked: Sequence[_Found]) -> _Found:
    """The likeliest to be the list: of the shape whose sheets tell the most together, that with the most headings."""
    told: dict[frozenset[tuple[str, int]], int] = {}
    shapes = {found.name: frozenset(shape_of(found.mapping).items()) for found in looked}
    for found in looked:
        told[shapes[found.name]] = told.get(shapes[found.name], 0) + found.before.score * found.current

    def rank(found: _Found) -> tuple[bool, bool, bool, int, int]:
        score = told[shapes[found.name]], found.before.score
        return found.name == TO_CORRECT, found.visible, found.current, *score

    return max(looked, key=rank)


# ── all sheets ──────────────────────────────────────────────────────────────────────────────


def _pages(chosen: Sequence[_Found]) -> tuple[Page, ...]:
    """The sheets that are read, with their columns in one order where there are several."""
    mappings = [replace(f.mapping, row=f.candidate.numbers[f.mapping.row - 1] + 1) for f in chosen]
    if len(chosen) > 1:
        behind = [f.width + sum(bool(c.parts) for c in f.mapping.columns) for f in chosen]
        mappings = aligned(mappings, behind)
    pages = []
    for found, mapping in zip(chosen, mappings, strict=True):
        height = found.candidate.first.meta.get("height")
        pages.append(Page(found.name, mapping, None if height is None else max(0, height - mapping.row + 1)))
    return tuple(pages)


def _like_people(one: TableMapping, best: TableMapping) -> bool:
    """Whether a sheet tells enough of what the best one does to be one of people."""
    if shape_of(one) == shape_of(best):
        return True
    return says_who(one) >= says_who(best) and one.score * 2 >= best.score and len(one.fields()) >= 2


def _tells_of_others(found: _Found, chosen: Sequence[_Found]) -> bool:
    """Whether a sheet tells something of people most of whom are on none of the sheets that are read."""
    if not says_who(found.mapping) or len(found.mapping.fields()) < _FACTS:
        return False
    there, here = _names(found), set().union(*(_names(f) for f in chosen))
    return 2 * len(there - here) > len(there)


def _names(found: _Found) -> set[tuple[str, ...]]:
    """Who the first rows are, by name, or by identity number where there are no names."""
    columns = [c for c in found.mapping.of(LABEL) if is_name(c.header)] or found.mapping.of(IDENTITY)
    rows = (tuple(row[c.index].strip() for c in columns if c.index < len(row)) for row in found.people)
    return {row for row in rows if any(row)}


def _no_people(headless: Sequence[_Candidate]) -> Refused:
    """Why no header was found."""
    if any(c.across for c in headless):
        turn = "改成一人一行：选中整张表复制，再用“选择性粘贴”里的“转置”"
        return Refused("T720", "表是横着排的，一人一列", turn)
    said = f"没有找到表头：前 {HEADER_ROWS} 行里认不出列名"
    for candidate in headless:
        for row in candidate.texts[:10]:
            words = [c.strip() for c in row if c.strip()]
            if len(words) >= 2:
                said += "（看到的是 " + "、".join(w[:12] for w in words[:6]) + "）"
                return Refused("T720", said, _WRITE)
    return Refused("T720", said, _WRITE)


_WRITE = "第一行写列名，例如 姓名、学位、毕业院校、引进日期；模板：talent template -o 模板.xlsx"


# ── what is told ────────────────────────────────────────────────────────────────────────────


def _told(found: _Found, vocabulary: Vocabulary) -> list[str]:
    """Which columns were taken for something else once their cells were looked at, and which may be the wrong ones."""
    said = []
    for old, new in zip(found.before.columns, found.mapping.columns, strict=False):  # behind are the composed ones
        if old.role == PART and new.role == IGNORED and (part := part_in(new.header, vocabulary)) is not None:
            entry = vocabulary.fields[part.field]
            if not found.mapping.of(part.field):
                said.append(f"“{' '.join(new.header.split())}”没有用上：{MISSING[entry.kind]}，缺的是{entry.name}")
        elif new.role in vocabulary.fields and new.role != old.role and not new.by_hand:
            header, name = " ".join(new.header.split()), vocabulary.fields[new.role].name
            said.append(f"“{header}”一列按格里写的内容认成{name}；不是的话用 --map {header}=别的信息项")
    odd = at_odds(found.mapping, found.people, vocabulary)
    said += [f"“{header}”一列写的像是{name}，列名可能放错了：用 --map {header}={name}" for header, name in odd]
    return said


def _passed_over(nobody: Sequence[str], hidden: Sequence[str]) -> list[str]:
    """The sheets that were left out: no tables of people, and those somebody has put away."""
    said = [f"工作表{_quoted(nobody)}不是同样的人员表，没有读"] if nobody else []
    return [*said, *(f"工作表“{name}”是隐藏的，没有读；要读用 --sheet {name}" for name in hidden)]


def _quoted(names: Sequence[str]) -> str:
    more = f"等 {len(names)} 个" if len(names) > _NAMED else ""
    return "".join(f"“{name}”" for name in names[:_NAMED]) + more


def _unread(found: _Found, best: _Found, names: dict[str, str]) -> str:
    """That a sheet of people has not been read, and why; a heading nobody knows may be what is missing."""
    if shape_of(found.mapping) == shape_of(best.mapping):
        return f"工作表“{found.name}”里的人没有核对，看名字不算在内：要核对用 --sheet {found.name} 另做一次，或改个名字"
    why = differences(found.mapping, best.mapping, names)
    known = {heading(c.header) for c in best.mapping.columns}
    if strange := [" ".join(c.header.split()) for c in found.mapping.of(IGNORED) if heading(c.header) not in known]:
        why += f"，认不出{_quoted(strange)}"
    return (
        f"工作表“{found.name}”里的人没有核对，它的列与“{best.name}”的不同（{why}）："
        f"改成一样的再做，或用 --sheet {found.name} 另做一次"
    )


def _twice(chosen: Sequence[_Found]) -> tuple[str, ...]:
    """That one sheet seems to repeat the people of others, as one of the whole year does those of its quarters."""
    if len(chosen) == 1:
        return ()
    people = {f.name: _people(f) for f in chosen}
    largest = max(people, key=lambda name: len(people[name]))
    whole = people[largest]
    parts = [n for n, some in people.items() if n != largest and len(some) > 1 and 2 * len(some & whole) > len(some)]
    if not parts:
        return ()
    return (f"工作表“{largest}”和{_quoted(parts)}里多半是同样的人，各算了一次：只核对“{largest}”加 --sheet {largest}",)


def _people(found: _Found) -> set[tuple[str, ...]]:
    """Who the first rows are, by name, identity number and everything read of them."""
    columns = [c for c in found.mapping.of(LABEL) if is_name(c.header)]
    columns += [*found.mapping.of(IDENTITY), *found.mapping.fields()]
    columns.sort(key=lambda c: (c.role, c.header))
    rows = ([row[c.index].strip() if c.index < len(row) else "" for c in columns] for row in found.people)
    return {tuple(row) for row in rows if any(row)}
