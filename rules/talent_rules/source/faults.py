"""What YAML's own complaint means, said in Chinese at the place where the mistake is."""

from __future__ import annotations

import re
from collections.abc import Iterable

import yaml

from talent_rules.model import Place
from talent_rules.source.nodes import Report
from talent_rules.source.scan import GLUED_COLON, outside_quotes


def explain_fault(error: yaml.YAMLError, lines: list[str], name: str, report: Report) -> None:
    """Say in Chinese what a scanner's message means, at the place where the mistake is."""
    context, mark = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    words = f"{getattr(error, 'context', '') or ''} {getattr(error, 'problem', '') or ''}"
    here = mark or context
    line, column = _inside(lines, here.line, here.column) if here else (1, 1)
    start = _inside(lines, context.line, context.column) if context else (line, column)
    text = lines[line - 1]
    char = text[column - 1 : column]

    def add(place: tuple[int, int], code: str, message: str, hint: str) -> None:
        report.add(Place(name, *place), code, message, hint)

    if "escape" in words:
        add((line, column), "S122", f"双引号里的 `{text[column - 1 : column + 1]}` 看不懂", "改用单引号，或去掉反斜杠")
    elif "quoted scalar" in words and context is not None:
        add(start, "S117", "引号没有配对", "在这段文字的末尾补上同样的引号")
    elif quote := _unclosed_quote(lines, line):
        add(quote, "S117", "引号没有配对", "在这段文字的末尾补上同样的引号")
    elif "anchor" in words or "alias" in words:
        add(start, "S109", "不能用锚点或引用（`&` `*`）", "文字里的 & * 请加引号")
    elif "tag" in words:
        add(start, "S112", "不能用 `!` 开头的标签", "文字以 ! 开头时加引号")
    elif "flow" in words and context is not None:
        add(_open_bracket(lines, start), "S118", "括号没有配对，或各项之间少了逗号", "检查 `[ ]` `{ }` 是否成对")
    elif char and char in "]}":
        add((line, column), "S118", f"多了一个 `{char}`", "检查 `[ ]` `{ }` 是否成对")
    elif glued := _glued(lines, sorted({start[0], line - 1, line})):
        number, found = glued
        key, value = found.group(2), found.group(3).strip()
        add((number, found.end(2) + 1), "S121", f"`{key}` 后面的冒号要空一格", f"写成 `{key}: {value}`")
    elif "cannot start any token" in words:
        add((line, column), "S124", f"这里不能以“{char}”开头", "把这段文字整个加引号")
    elif "mapping values are not allowed" in words and ": " not in text[: column - 1]:
        first = len(text) - len(text.lstrip()) + 1
        add((line, first), "S123", "这一行比上一行缩进得多，上一行却已经写了值", "与上一行的键对齐")
    elif "mapping values are not allowed" in words:
        add((line, column), "S119", "这里多了一个冒号", "文字里有冒号时整个加引号")
    elif "'-' indicator" in words and column == start[1]:
        add((line, column), "S123", "这一行与上面的列表对齐，却没有以 `- ` 开头", "是一项就加 `- `，不是就减少缩进")
    elif "did not find expected" in words and context is not None:
        add((line, column), "S123", "这一行的缩进与同级的行不一致", _alignment(lines, line, column))
    else:
        add((line, column), "S120", "这里的写法不合 YAML 的格式", "检查这一行和上一行的缩进、冒号、引号")


def _inside(lines: list[str], line: int, column: int) -> tuple[int, int]:
    """A mark as line and column; one past the end of the file moves to its last character."""
    if line < len(lines):
        return line + 1, column + 1
    last = max((n for n, text in enumerate(lines, 1) if text.strip()), default=1)
    return last, max(1, len(lines[last - 1]))


def _open_bracket(lines: list[str], start: tuple[int, int]) -> tuple[int, int]:
    """Where the bracket stands that is never closed, if the mark itself is at none."""
    number, column = start
    if lines[number - 1][column - 1 : column] in ("[", "{"):
        return start
    opened: list[int] = []
    for at, char in enumerate(outside_quotes(lines[number - 1]), 1):
        if char in "[{":
            opened.append(at)
        elif char in "]}" and opened:
            opened.pop()
    return (number, opened[-1]) if opened else start


def _alignment(lines: list[str], line: int, column: int) -> str:
    """Which line above a badly indented one was probably meant to stand level with it."""
    starts = [(n, re.match(r"\s*(?:- +)*", lines[n - 1])) for n in range(line - 1, 0, -1) if lines[n - 1].strip()]
    levels = [(abs(m.end() + 1 - column), n, m.end() + 1) for n, m in starts if m and ": " in lines[n - 1] + " "]
    if not levels:
        return "检查这一行前面的空格"
    near = min(levels, key=lambda level: level[0])
    return f"同级的从第 {near[2]} 列开始（如第 {near[1]} 行）"


def _glued(lines: list[str], numbers: Iterable[int]) -> tuple[int, re.Match[str]] | None:
    """The first of these lines that has a key with nothing between the colon and the value."""
    for number in numbers:
        found = GLUED_COLON.match(lines[number - 1]) if 0 < number <= len(lines) else None
        if found:
            return number, found
    return None


def _unclosed_quote(lines: list[str], near: int) -> tuple[int, int] | None:
    for number in range(min(near, len(lines)), max(0, near - 4), -1):
        found = re.search(r"(?:^|[:\[,{-]\s+)(['\"])", lines[number - 1])
        if found and lines[number - 1].count(found.group(1)) % 2:
            return number, found.start(1) + 1
    return None
