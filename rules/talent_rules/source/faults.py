"""What YAML's own complaint means, said in Chinese at the place where the mistake is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import yaml

from talent_rules.model import Place
from talent_rules.source.balance import bad_quote, outside_quotes
from talent_rules.source.bare import Said, without_colon
from talent_rules.source.nodes import Report
from talent_rules.source.scan import GLUED_COLON


@dataclass(frozen=True, slots=True)
class Fault:
    """A complaint of the parser: its words, where it noticed, and where what it was reading began."""

    lines: list[str]
    words: str
    line: int
    column: int
    start: tuple[int, int] | None

    @property
    def here(self) -> tuple[int, int]:
        """Where the parser noticed."""
        return self.line, self.column

    @property
    def text(self) -> str:
        """The line where it noticed."""
        return self.lines[self.line - 1]

    @property
    def char(self) -> str:
        """The character it did not like."""
        return self.text[self.column - 1 : self.column]


def explain_fault(error: yaml.YAMLError, lines: list[str], name: str, report: Report) -> None:
    """Say in Chinese what a scanner's message means, at the place where the mistake is."""
    context, mark = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    words = f"{getattr(error, 'context', '') or ''} {getattr(error, 'problem', '') or ''}"
    here = mark or context
    line, column = _inside(lines, here.line, here.column) if here else (1, 1)
    start = _inside(lines, context.line, context.column) if context else None
    fault = Fault(lines, words, line, column, start)
    place, code, message, hint = next(said for said in (read(fault) for read in _READINGS) if said)
    report.add(Place(name, *place), code, message, hint)


def _quotes(fault: Fault) -> Said | None:
    if "escape" in fault.words:
        pair = fault.text[fault.column - 1 : fault.column + 1]
        return fault.here, "S122", f"双引号里的 `{pair}` 看不懂", "改用单引号，或去掉反斜杠"
    bad = bad_quote(fault.lines)
    if bad is not None and bad.line <= fault.line:
        if bad.end and bad.end[0] == bad.line:
            return bad.end, "S117", "引号到这里就结束了，后面却还有文字", "整段用一对引号，里面的引号用 “ ”"
        return (bad.line, bad.column), "S117", "引号没有配对", "在这段文字的末尾补上同样的引号"
    if "quoted scalar" in fault.words and fault.start:
        return fault.start, "S117", "引号没有配对", "在这段文字的末尾补上同样的引号"
    return None


def _markup(fault: Fault) -> Said | None:
    place = fault.start or fault.here
    if "anchor" in fault.words or "alias" in fault.words:
        return place, "S109", "不能用锚点或引用（`&` `*`）", "文字里的 & * 请加引号"
    if "tag" in fault.words:
        return place, "S112", "不能用 `!` 开头的标签", "文字以 ! 开头时加引号"
    return None


def _brackets(fault: Fault) -> Said | None:
    if "flow" in fault.words and fault.start:
        if _closed(fault.lines, fault.start):
            hint = "各项之间用半角逗号加空格 `, `；文字里有冒号、逗号的整段加引号"
            return fault.here, "S118", "这里少了逗号，或多了符号", hint
        place = _open_bracket(fault.lines, fault.start)
        return place, "S118", "括号没有配对", "检查 `[ ]` `{ }` 是否成对"
    if fault.char and fault.char in "]}":
        return fault.here, "S118", f"多了一个 `{fault.char}`", "检查 `[ ]` `{ }` 是否成对"
    return None


def _colons(fault: Fault) -> Said | None:
    begun = fault.start[0] if fault.start else fault.line
    if glued := _glued(fault.lines, sorted({begun, fault.line - 1, fault.line})):
        number, found = glued
        key, value = found.group(2), found.group(3).strip()
        return (number, found.end(2) + 1), "S121", f"`{key}` 后面的冒号要空一格", f"写成 `{key}: {value}`"
    if "expected ':'" in fault.words:
        return without_colon(fault.lines, begun)
    if "cannot start any token" in fault.words:
        return fault.here, "S124", f"这里不能以“{fault.char}”开头", "把这段文字整个加引号"
    if "mapping values are not allowed" not in fault.words:
        return None
    if ": " in fault.text[: fault.column - 1]:
        return fault.here, "S119", "这里多了一个冒号", "文字里有冒号时整个加引号"
    if bare := _bare_line_above(fault.lines, fault.line):
        return without_colon(fault.lines, bare)
    first = len(fault.text) - len(fault.text.lstrip()) + 1
    return (fault.line, first), "S123", "这一行比上一行缩进得多，上一行却已经写了值", "与上一行的键对齐"


def _layout(fault: Fault) -> Said:
    if fault.start and "'-' indicator" in fault.words and fault.column == fault.start[1]:
        message = f"第 {fault.start[0]} 行起是列表，这一行却没有以 `- ` 开头"
        return fault.here, "S123", message, "是一项就加 `- `，不是就减少缩进；也可能是上面多写了 `- `"
    if fault.start and "block mapping" in fault.words and fault.char == "-":
        message = f"第 {fault.start[0]} 行起写的是“键: 值”，这一行却以 `- ` 开头"
        return fault.here, "S123", message, "同一层要么每项都写 `- `，要么都不写"
    if fault.start and "did not find expected" in fault.words:
        hint = _alignment(fault.lines, fault.line, fault.column)
        return fault.here, "S123", "这一行的缩进与同级的行不一致", hint
    return fault.here, "S120", "这里的写法不合 YAML 的格式", "检查这一行和上一行的缩进、冒号、引号"


_READINGS: tuple[Callable[[Fault], Said | None], ...] = (_quotes, _markup, _brackets, _colons, _layout)


def _bare_line_above(lines: list[str], number: int) -> int | None:
    """The line above, where it is neither a key with a value nor an item nor a remark."""
    for above in range(number - 1, 0, -1):
        text = lines[above - 1]
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        bare = ": " not in text and not text.rstrip().endswith(":") and not text.lstrip().startswith("- ")
        return above if bare else None
    return None


def _closed(lines: list[str], start: tuple[int, int]) -> bool:
    """Whether a bracket is closed on its own line."""
    depth = 0
    for char in outside_quotes(lines[start[0] - 1])[start[1] - 1 :]:
        depth += (char in "[{") - (char in "]}")
        if not depth:
            return True
    return False


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
