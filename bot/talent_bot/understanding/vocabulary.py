"""The part of the project's vocabulary that a reader of messages needs: fields, options, groups."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from talent_bot.understanding.result import Value

Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read_yaml(path: Path) -> Any:
    """A YAML file with every scalar left as text."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)


def folded(text: str) -> str:
    """A word as it looks in a normalised message."""
    return text.lower().replace("(", "（").replace(")", "）").replace("“", "").replace("”", "").replace(" ", "")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a field and the words for it."""

    id: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field: how it is called, what kind it is, what it can be."""

    id: str
    kind: str
    unit: str
    words: tuple[str, ...]
    choices: tuple[Choice, ...]
    least: float | None = None
    most: float | None = None

    def choice(self, word: str) -> str | None:
        """The value called exactly so."""
        return next((c.id for c in self.choices if word in c.words), None)


@dataclass(frozen=True, slots=True)
class GroupOption:
    """One answer of a question group and what it sets."""

    name: str
    words: tuple[str, ...]
    sets: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All fields by id, all question groups by id."""

    fields: Mapping[str, Field]
    groups: Mapping[str, tuple[GroupOption, ...]]

    def named(self, word: str) -> str | None:
        """The field called exactly so, by id, name or synonym."""
        return next((f.id for f in self.fields.values() if word == f.id or word in f.words), None)

    def asked(self, pending: str) -> frozenset[str]:
        """The fields that a question about a field or a group is meant to settle."""
        group = {name for option in self.groups.get(pending, ()) for name in option.sets}
        also = {"school_claim"} if pending == "school" else set()
        return frozenset(({pending} if pending else set()) | group | also)

    def rank(self, field: str, value: object) -> int:
        """The place of a value in its ordered field, -1 where it is no value of it."""
        ids = [c.id for c in self.fields[field].choices]
        return ids.index(value) if isinstance(value, str) and value in ids else -1


def load_vocabulary(path: Path) -> Vocabulary:
    """Read `vocabulary.yaml`."""
    raw = read_yaml(path)
    fields = {entry["id"]: _field(entry) for entry in raw["字段"]}
    groups = {g["id"]: tuple(_group_option(o, fields) for o in g["选项"]) for g in raw.get("问题组") or ()}
    return Vocabulary(fields, groups)


def _field(raw: dict[str, Any]) -> Field:
    choices = tuple(Choice(c["id"], _words(c)) for c in raw.get("取值") or ())
    least, most = (float(n) for n in raw["范围"]) if "范围" in raw else (None, None)
    return Field(raw["id"], raw["类型"], raw.get("单位", ""), _words(raw), choices, least, most)


def _words(raw: dict[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(folded(w) for w in (raw["名称"], *(raw.get("同义词") or ()))))


def _group_option(raw: dict[str, Any], fields: Mapping[str, Field]) -> GroupOption:
    sets = {f: typed(fields[f], v) for f, v in raw["设"].items() if f in fields and v != "不清楚"}
    return GroupOption(raw["名称"], (folded(raw["名称"]), *(folded(w) for w in raw.get("同义词") or ())), sets)


def typed(field: Field, raw: Any) -> Value:
    """A value of the vocabulary file, whose scalars are text, in the JSON form of facts."""
    if isinstance(raw, dict):
        return {k: typed(field, v) for k, v in raw.items()}
    if isinstance(raw, list):
        return [typed(field, v) for v in raw]
    if field.kind == "是非":
        return bool(raw == "是")
    if field.kind in ("整数", "月数", "金额", "面积"):
        return _number(raw)
    return str(raw)


def _number(raw: str) -> Value:
    if re.fullmatch(r"-?\d{1,12}(?:\.\d{1,6})?", raw):
        return float(raw) if "." in raw else int(raw)
    below = re.fullmatch(r"(?:不满|不到|低于)(\d{1,6})\D*", raw)
    return {"max": round(int(below.group(1)) - 0.01, 2)} if below else raw
