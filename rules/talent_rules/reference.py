"""Reference lists: which schools exist, which stand on a dated list, which districts there are.

A list has a source, a date and a licence in `reference/lists.yaml`; its rows are plain CSV.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from talent_rules.model import Place, Span
from talent_rules.quantities import Unreadable, clean, day_span
from talent_rules.source import Node, Record, Report, did_you_mean, entries, items_of, read_file, text_of

_KEYS = {k: k for k in ("id", "名称", "文件", "名称列", "成员列", "别名文件", "来源", "日期", "许可", "级别", "说明")}
_REQUIRED = ("id", "文件", "名称列")
_YES, _NO = ("是", "true", "1"), ("否", "false", "0", "")


@dataclass(frozen=True, slots=True)
class ReferenceList:
    """A named set of names; `since` gives for each member the days from which it may be listed."""

    id: str
    name: str
    since: Mapping[str, Span]
    source: str = ""
    published: str = ""
    licence: str = ""
    grade: str = ""

    def holds(self, member: str, when: Span | None) -> bool | None:
        """Whether a name is listed for somebody whose deciding day is `when`.

        None: the sources do not say which edition applies (joined later than `when`), or `when`
        is needed and not known.
        """
        start = self.since.get(member)
        if start is None:
            return False
        if start == self.first:
            return True
        if when is not None and when.lo is not None and start.hi is not None and when.lo >= start.hi:
            return True
        return None

    @property
    def first(self) -> Span:
        """The first edition."""
        return min(self.since.values(), key=lambda s: s.lo or 0, default=Span(None, None))


@dataclass(frozen=True)
class Reference:
    """All lists of the data folder, and the aliases of names."""

    lists: Mapping[str, ReferenceList] = field(default_factory=dict)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: aliases that may also mean something else, even where only one candidate is listed
    ambiguous: frozenset[str] = frozenset()

    @cached_property
    def _folded(self) -> Mapping[str, str]:
        names = (n for listed in self.lists.values() for n in listed.since)
        return {_fold(n): n for n in names}

    def candidates(self, list_id: str, text: str) -> tuple[str, ...]:
        """The full names a text can mean, exactly or by alias; () when it is not known."""
        listed = self.lists[list_id]
        exact = self._folded.get(_fold(text))
        if exact is not None and exact in listed.since:
            return (exact,)
        return tuple(n for n in self.aliases.get(_fold(text), ()) if n in listed.since)

    def is_ambiguous(self, text: str) -> bool:
        """Whether a short name may mean something else than its candidates."""
        return _fold(text) in self.ambiguous


def load_reference(folder: Path, report: Report) -> Reference:
    """Read `lists.yaml` and the CSV files beside it; problems go to the report."""
    index = folder / "lists.yaml"
    if not index.exists():
        return Reference()
    name = f"{folder.name}/lists.yaml"
    root = entries(read_file(index, name, report), {"名单": "lists"}, report, what="名单目录")
    lists: dict[str, ReferenceList] = {}
    aliases: dict[str, tuple[str, ...]] = {}
    ambiguous: set[str] = set()
    for node in items_of(root.get("lists"), report, "名单"):
        found = entries(node, _KEYS, report, what="名单", required=_REQUIRED)
        if not found.keys() >= set(_REQUIRED):
            continue
        values = {k: text_of(v, report) for k, v in found.items() if k != "成员列"}
        lists[values["id"]] = ReferenceList(
            values["id"],
            values.get("名称", values["id"]),
            _members(folder, found, report),
            values.get("来源", ""),
            values.get("日期", ""),
            values.get("许可", ""),
            values.get("级别", ""),
        )
        if "别名文件" in values:
            found_aliases, doubtful = _aliases(folder, found["别名文件"], report)
            aliases.update(found_aliases)
            ambiguous |= doubtful
    return Reference(lists, aliases, frozenset(ambiguous))


def _fold(text: str) -> str:
    return clean(text).casefold()


def _since(node: object, report: Report) -> Span:
    text = getattr(node, "text", "")
    try:
        return day_span(text)
    except Unreadable as error:
        report.add(getattr(node, "place", Place()), "Q401", error.message, error.hint)
        return Span(None, None)


def _rows(folder: Path, file: Node, columns: Iterable[Node | str], report: Report) -> list[dict[str, str]]:
    """The rows of a table beside the list. A column that is not there is said: without it a list would
    be empty, and everybody refused for not standing on it."""
    path = folder / text_of(file, report)
    if not path.is_file():
        report.add(file, "R501", f"没有名单文件 `{path.name}`")
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle, restval="")
            rows, header = list(reader), [h or "" for h in reader.fieldnames or ()]
    except UnicodeDecodeError:
        report.add(file, "S103", f"名单文件 `{path.name}` 不是 UTF-8 编码", "在 Excel 里另存为“CSV UTF-8（逗号分隔）”")
        return []
    for column in columns:
        name = column if isinstance(column, str) else text_of(column, report)
        if name not in header:
            hint = did_you_mean(name, header) or "有的列：" + "、".join(header)
            report.add(file if isinstance(column, str) else column, "R511", f"{path.name} 里没有 `{name}` 这一列", hint)
    return rows


def _members(folder: Path, found: Mapping[str, Node], report: Report) -> dict[str, Span]:
    """Who stands on a list, each from the first day a column says so."""
    marks = found.get("成员列")
    if marks is not None and not isinstance(marks, Record):
        report.add(marks, "K202", "成员列要写列名和起始日期", "例如 `{入选: 2027-01-01}`；每一行都是成员的不写成员列")
        return {}
    flags = {key.text: _since(value, report) for key, value in marks.pairs} if marks is not None else {}
    names = found["名称列"]
    rows = _rows(folder, found["文件"], (names, *(key for key, _ in marks.pairs)) if marks else (names,), report)
    members: dict[str, Span] = {}
    for number, row in enumerate(rows, 2):
        name = (row.get(text_of(names, report)) or "").strip()
        said = {flag: (row.get(flag) or "").strip() for flag in flags}
        for flag, word in said.items():
            if word not in (*_YES, *_NO):
                report.add(found["文件"], "R511", f"名单第 {number} 行“{name}”的 {flag} 写了 `{word}`", "写 是 或 否")
        starts = [flags[flag] for flag, word in said.items() if word in _YES]
        if name and (starts or not flags):
            members[name] = min(starts, key=lambda s: s.lo or 0) if starts else Span(None, None)
    return members


def _aliases(folder: Path, file: Node, report: Report) -> tuple[dict[str, tuple[str, ...]], set[str]]:
    found: dict[str, list[str]] = {}
    ambiguous: set[str] = set()
    for row in _rows(folder, file, ("别名", "学校"), report):
        alias = _fold(row.get("别名") or "")
        found.setdefault(alias, []).append(row.get("学校") or "")
        if row.get("歧义") == "是":
            ambiguous.add(alias)
    return {k: tuple(dict.fromkeys(v)) for k, v in found.items()}, ambiguous
