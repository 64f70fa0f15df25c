"""Profiles as JSON: one object, a list, or one object a line, each with its place and what is wrong with it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from talent_rules.cli.base import fail
from talent_rules.model import Place, Problem
from talent_rules.source import one_line

_EXAMPLE = '写成 {"degree": "phd"}'
_MOST_KEYS = 300
_JSON_WORDS = (
    ("Expecting value", "这里缺一个值"),
    ("Expecting property name", "键要用双引号括起来"),
    ("Expecting ',' delimiter", "两项之间缺逗号"),
    ("Expecting ':' delimiter", "键后面缺冒号"),
    ("Unterminated string", "引号没有配对"),
    ("Invalid control character", "文字里有换行或控制字符"),
    ("Invalid \\", "反斜杠的写法不对"),
    ("Extra data", "后面有多余的内容"),
    ("Illegal trailing comma", "末尾多了一个逗号"),
)
Profile = tuple[int, dict[str, Any] | None, Problem | None]


def read_profiles(source: str) -> Iterator[Profile]:
    """Profiles from a file or stdin: one JSON object, a list, or one object a line.

    Each comes with its line (in a list, its number), and with a problem where something is wrong;
    None where nothing can be made of it.
    """
    name = "stdin" if source == "-" else source
    try:
        raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        fail(f"打不开 {source}：{error.strerror}")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Place(name, raw[: error.start].count(b"\n") + 1, 1)
        yield place.line, None, Problem(place, "P600", "不是 UTF-8 编码的文字", "另存为 UTF-8 再试")
        return
    found = _parse(text, name)
    if not isinstance(found, Problem):
        yield from found
        return
    lines = [(i, line) for i, line in enumerate(text.split("\n"), 1) if line.strip()]
    each = [(i, _parse(line, name, i)) for i, line in lines] if not text.lstrip().startswith("[") else []
    if all(isinstance(part, Problem) for _, part in each):
        yield found.place.line, None, found
        return
    for number, part in each:
        if isinstance(part, Problem):
            yield number, None, part
        else:
            yield from part


def _parse(text: str, name: str, line: int | None = None) -> list[Profile] | Problem:
    """The profiles of a JSON text, or what is wrong with it."""
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                twice.append(key)
                value = value if value == found[key] else None  # which of the two is meant nobody knows
            found[key] = value
        return found

    place = Place(name, line or 1, 1)
    if not text.strip():
        return Problem(place, "P600", "没有内容", _EXAMPLE)
    try:
        whole = json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        words = next((w for start, w in _JSON_WORDS if error.msg.startswith(start)), "这里的写法不对")
        return Problem(Place(name, line or error.lineno, error.colno), "P600", f"不是 JSON，{words}", _EXAMPLE)
    except RecursionError:
        return Problem(place, "P600", "不是一份资料，嵌套太深", _EXAMPLE)
    except ValueError:
        return Problem(place, "P600", "有一个数字长得读不了", "写通常的数字，例如 35")
    items = whole if isinstance(whole, list) and line is None else [whole]
    names = "、".join(f"`{one_line(key)[:40]}`" for key in twice[:5])
    repeated = Problem(place, "P603", f"键 {names} 写了两次", "只留一个")
    return [_profile(item, Place(name, line or i, 1), repeated if twice else None) for i, item in enumerate(items, 1)]


def _profile(item: Any, place: Place, trouble: Problem | None) -> Profile:
    if not isinstance(item, dict):
        return place.line, None, Problem(place, "P600", "应当是一个对象 {…}", _EXAMPLE)
    if len(item) > _MOST_KEYS:
        return place.line, None, Problem(place, "P600", f"有 {len(item)} 个信息项，不像一个人的资料", _EXAMPLE)
    return place.line, item, trouble


def placed(problems: Iterable[Problem | None], source: str, line: int) -> tuple[Problem, ...]:
    """Problems of one profile, those without a place at its line."""
    place = Place("stdin" if source == "-" else source, line, 1)
    return tuple(p if p.place.file else replace(p, place=place) for p in problems if p is not None)
