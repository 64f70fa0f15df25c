"""Reference lists: which schools exist, which stand on a dated list, which districts there are.

A list has a source, a date and a licence in `reference/lists.yaml`; its rows are plain CSV.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from talent_rules.model import Place, Span
from talent_rules.quantities import Unreadable, clean, day_span
from talent_rules.source import Record, Report, entries, read_file, text_of

_KEYS = {k: k for k in ("id", "名称", "文件", "名称列", "成员列", "别名文件", "来源", "日期", "许可", "级别", "说明")}


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
    for node in getattr(root.get("lists"), "items", ()):
        found = entries(node, _KEYS, report, what="名单", required=("id", "文件", "名称列"))
        values = {k: text_of(v, report) for k, v in found.items() if k != "成员列"}
        path = folder / values.get("文件", "")
        if not path.is_file():
            report.add(found.get("文件", node), "R501", f"没有名单文件 `{values.get('文件', '')}`")
            continue
        columns: dict[str, Span] = {}
        members = found.get("成员列")
        if isinstance(members, Record):
            for key, value in members.pairs:
                columns[key.text] = _since(value, report)
        since = _members(path, values.get("名称列", ""), columns)
        lists[values["id"]] = ReferenceList(
            values["id"],
            values.get("名称", values["id"]),
            since,
            values.get("来源", ""),
            values.get("日期", ""),
            values.get("许可", ""),
            values.get("级别", ""),
        )
        if "别名文件" in values:
            found_aliases, doubtful = _aliases(folder / values["别名文件"])
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


def _members(path: Path, column: str, flags: Mapping[str, Span]) -> dict[str, Span]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    found: dict[str, Span] = {}
    for row in rows:
        name = (row.get(column) or "").strip()
        starts = [span for flag, span in flags.items() if row.get(flag) in ("是", "true", "1")]
        if name and (starts or not flags):
            found[name] = min(starts, key=lambda s: s.lo or 0) if starts else Span(None, None)
    return found


def _aliases(path: Path) -> tuple[dict[str, tuple[str, ...]], set[str]]:
    found: dict[str, list[str]] = {}
    ambiguous: set[str] = set()
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle):
            alias = _fold(row["别名"])
            found.setdefault(alias, []).append(row["学校"])
            if row.get("歧义") == "是":
                ambiguous.add(alias)
    return {k: tuple(dict.fromkeys(v)) for k, v in found.items()}, ambiguous
