"""YAML that remembers places: text → nodes with file, line and column, or problems.

PyYAML's C parser delivers events; we build the nodes ourselves, without recursion, so that no file
can exhaust the stack, and leave every scalar as text, so that `4:3:3` never becomes 14583.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from talent_rules.model import Place, Problem

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 40
MAX_NODES = 200_000
MAX_PROBLEMS = 200  # of one file: nobody reads more, and looking for suggestions takes time

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A piece of text; `plain` when it stood without quotes."""

    text: str
    place: Place
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Record:
    """Pairs in the order written."""

    pairs: tuple[tuple[Scalar, Node], ...]
    place: Place


Node = Scalar | Sequence | Record


@dataclass(slots=True)
class Report:
    """Gathers the problems of one pass; knows the lines, to show what was written."""

    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, list[str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    #: lines already read in this pass, by the vocabulary they were read with: the same line says the same
    readings: dict[tuple[int, str], object] = field(default_factory=dict)

    def add(
        self,
        where: Node | Place,
        code: str,
        message: str,
        hint: str = "",
        *,
        offset: int = 0,
        width: int = 0,
        severity: str = "error",
    ) -> None:
        """Note a problem at a node, `offset` characters into its text."""
        place = where if isinstance(where, Place) else where.place
        lines = self.lines.get(place.file, [])
        line = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
        if isinstance(where, Scalar):
            offset, width = offset + (not where.plain), width or len(where.text)
            if line[place.column - 1 : place.column] in ("|", ">"):  # a text on the lines below
                offset, width = 0, 1
        place = Place(place.file, place.line, place.column + offset)
        count = self.counts[place.file] = self.counts.get(place.file, 0) + 1
        if count > MAX_PROBLEMS:
            if count > MAX_PROBLEMS + 1:
                return
            code, message, hint = "S199", f"问题超过 {MAX_PROBLEMS} 个，后面的没有列出", "先改好前面的再检查"
        shown = line[: place.column + 200] if place.column < 2000 else ""
        excerpt = "".join(c if c.isprintable() or c == "\t" else "·" for c in shown)
        width = max(1, min(width, 60, len(line) - place.column + 1))
        self.problems.append(Problem(place, code, one_line(message), one_line(hint), severity, excerpt, width))

    def crowded(self, node: Node) -> bool:
        """Whether a file has so many problems that suggestions are no longer worth the search."""
        return self.counts.get(node.place.file, 0) > MAX_PROBLEMS

    @property
    def errors(self) -> int:
        """How many errors, not counting warnings, were noted."""
        return sum(p.severity == "error" for p in self.problems)

    @property
    def failed(self) -> bool:
        """Whether an error, not only a warning, was noted."""
        return self.errors > 0


def one_line(text: str) -> str:
    """A sentence without line breaks or control characters, long quotations cut short."""
    flat = "".join(c if c.isprintable() else "·" if c.strip() else " " for c in text)
    return re.sub(r"`([^`]{41,})`", lambda m: f"`{m.group(1)[:40]}…`", flat)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """“你是不是想写 …” for the nearest known word, or nothing."""
    if len(word) > 40:
        return ""
    candidates = list(dict.fromkeys(known))
    near = difflib.get_close_matches(word, candidates, n=1, cutoff=0.5)
    return f"你是不是想写 `{near[0]}`？" if near else ""


def read_file(path: Path, name: str, report: Report) -> Node | None:
    """Read one rule file; None, with problems noted, when it cannot be read."""
    top = Place(name, 1, 1)
    try:
        raw = path.read_bytes()
    except OSError as error:
        report.add(top, "S101", "文件打不开", error.strerror or "")
        return None
    if len(raw) > MAX_BYTES:
        report.add(top, "S102", f"文件有 {len(raw):,} 字节，超过 2 MB 的上限", "请拆成几个文件")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        report.add(Place(name, line, 1), "S103", "文件不是 UTF-8 编码", "另存为 UTF-8 再试")
        return None
    return read_text(text, name, report)


def read_text(text: str, name: str, report: Report) -> Node | None:
    """Read YAML text into a node; None, with problems noted, when it is not well formed."""
    lines = _BREAKS.split(text)
    report.lines[name] = lines
    before = len(report.problems)
    _scan(lines, name, report)
    if len(report.problems) > before:
        return None
    try:
        return _build(text, name, report)
    except yaml.YAMLError as error:
        _explain(error, lines, name, report)
    except (ValueError, RecursionError, UnicodeError):
        report.add(Place(name, 1, 1), "S110", "文件里有不能识别的字符", "检查有没有乱码或控制字符")
    return None


# ── before parsing: the mistakes for which a scanner's message would mislead ────────────────

_BREAKS = re.compile(r"\r\n|[\n\r]")
#: control characters, and the line ends that YAML knows and editors do not count
_UNUSABLE = re.compile(r"[^\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_WIDE_COLON = re.compile(r"^(\s*(?:- +)?)([^\s#'\"：:{\[][^：:'\"#{\[]{0,30})：")
_GLUED_COLON = re.compile(r"^(\s*(?:- +)*)([^\s#'\":：{\[][^\s#'\":：{\[]{0,30}):(?=[^\s:])(.*)$")
_BLOCK_TEXT = re.compile(r"(?::|^\s*-)\s+[|>][+-]?\d?[+-]?\s*$")
_COMPARISON = re.compile(r"(?::\s+|^\s*-\s+|[\[,{]\s*)(>=|<=|=>|>|<)\s*(\d[^,\]}#]*)")
_BOUND_WORDS = {">=": "至少", "=>": "至少", "<=": "不超过", ">": "超过", "<": "不满"}


def _scan(lines: list[str], name: str, report: Report) -> None:
    block_indent: int | None = None
    previous = ""
    for number, line in enumerate(lines, 1):
        unusable = _UNUSABLE.search(line)
        if unusable:
            place = Place(name, number, unusable.start() + 1)
            report.add(
                place, "S110", f"这里有看不见的控制字符（U+{ord(unusable.group()):04X}）", "删掉它，或重打这一行"
            )
            continue
        body = line.split(" #", 1)[0] if not line.lstrip().startswith("#") else ""
        indent = len(line) - len(line.lstrip(" "))
        if block_indent is not None:
            if not line.strip() or indent > block_indent:
                continue
            block_indent = None
        if not body.strip():
            continue
        if _BLOCK_TEXT.search(body):
            block_indent = indent
        lead = line[: len(line) - len(line.lstrip())]
        if "\t" in lead:
            place = Place(name, number, lead.index("\t") + 1)
            report.add(place, "S104", "缩进里有制表符（Tab）", "改用空格，每层两个")
            continue
        _scan_punctuation(body, previous, number, name, report)
        previous = body


def _scan_punctuation(body: str, previous: str, number: int, name: str, report: Report) -> None:
    colon = _WIDE_COLON.match(body) if "：" in body else None
    if colon and _is_key(colon, body, previous):
        key, rest = colon.group(2).strip(), body[colon.end() :].strip()
        place = Place(name, number, colon.end())
        fix = f"写成 `{key}: {rest}`（半角冒号加一个空格）" if rest else f"写成 `{key}:`（半角冒号）"
        report.add(place, "S105", f"`{key}` 后面用了全角冒号 `：`", fix)
        return
    at = _wide_comma(body)
    if at is not None:
        report.add(
            Place(name, number, at + 1),
            "S106",
            "列表里用了全角逗号 `，`",
            "列表的各项之间用半角逗号加空格 `, `；文字里的逗号请加引号",
        )
    found = _COMPARISON.search(_outside_quotes(body)) if "<" in body or ">" in body else None
    if found:
        sign, value = found.group(1), body[found.start(2) : found.end(2)].strip()
        report.add(
            Place(name, number, found.start(1) + 1),
            "S107",
            f"`{body[found.start(1) : found.end(2)].strip()}` 以 `{sign}` 开头，YAML 会误读",
            f"写成 `{_BOUND_WORDS[sign]} {value}`，或整个加引号",
            width=len(body[found.start(1) : found.end(2)].rstrip()),
        )


def _is_key(colon: re.Match[str], body: str, previous: str) -> bool:
    """Whether `键：` stands where a key belongs, and not in a text that goes on or in a list of texts."""
    rest = body[colon.end() :].strip()
    if ": " in rest or rest.endswith(":"):
        return False
    if "-" in colon.group(1):
        return not rest or rest[0] in "[{"
    indent = len(body) - len(body.lstrip())
    above = len(previous) - len(previous.lstrip())
    goes_on = indent > above and re.search(r":\s+[^\s|>]", previous) is not None
    return not goes_on and not previous.rstrip().endswith((",", "[", "{"))


def _wide_comma(body: str) -> int | None:
    """Where a ， stands inside a list in brackets, outside quotes."""
    if "，" not in body:
        return None
    depth, fresh, position = 0, True, 0
    while position < len(body):
        char = body[position]
        if fresh and char in "\"'":
            position = body.find(char, position + 1)
            if position < 0:
                return None
            fresh = False
        elif char in "[{" and (fresh or depth):
            depth, fresh = depth + 1, True
        elif char in "]}" and depth:
            depth -= 1
        elif char == "，" and depth:
            return position
        elif char != " ":
            fresh = (char == "," and depth > 0) or (char in ":-" and body[position + 1 : position + 2] == " ")
        position += 1
    return None


def _outside_quotes(text: str) -> str:
    return re.sub(r"\"[^\"]*\"|'[^']*'", lambda m: "·" * len(m.group()), text)


# ── events → nodes ──────────────────────────────────────────────────────────────────────────


class _Frame:
    __slots__ = ("items", "keys", "pending", "place")

    def __init__(self, place: Place, mapping: bool) -> None:
        self.place = place
        self.items: list[Node] = []
        self.keys: dict[str, Scalar] | None = {} if mapping else None
        self.pending: Scalar | None = None


def _build(text: str, name: str, report: Report) -> Node | None:
    stack: list[_Frame] = []
    pairs: dict[int, list[tuple[Scalar, Node]]] = {}
    root: Node | None = None
    documents = count = 0

    def close(node: Node) -> None:
        nonlocal root
        if not stack:
            root = node
            return
        top = stack[-1]
        if top.keys is None:
            top.items.append(node)
        elif top.pending is None:
            _take_key(top, node, report)
        else:
            pairs[id(top)].append((top.pending, node))
            top.pending = None

    loader = _LOADER(text)
    try:
        while True:
            event = loader.get_event()
            if event is None or isinstance(event, yaml.StreamEndEvent):
                break
            if isinstance(event, (yaml.StreamStartEvent, yaml.DocumentEndEvent)):
                continue
            place = Place(name, event.start_mark.line + 1, event.start_mark.column + 1)
            count += 1
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    report.add(place, "S108", "一个文件里有两份文档（`---`）", "一份政策一个文件")
                    return None
                continue
            if count > MAX_NODES:
                report.add(place, "S111", "文件里的项目太多（超过 20 万个）", "请拆成几个文件")
                return None
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                report.add(place, "S109", "不能用锚点或引用（`&` `*`）", "把内容照写一遍；文字里的 & * 请加引号")
                return None
            if getattr(event, "tag", None) not in (None, "!") and not isinstance(event, yaml.CollectionEndEvent):
                report.add(place, "S112", f"不能用标签 `{event.tag}`", "去掉 `!` 开头的标签")
                return None
            if isinstance(event, yaml.ScalarEvent):
                close(Scalar(event.value, place, not event.style))
            elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                if len(stack) >= MAX_DEPTH:
                    report.add(place, "S113", f"嵌套超过 {MAX_DEPTH} 层", "检查有没有多写的括号")
                    return None
                frame = _Frame(place, isinstance(event, yaml.MappingStartEvent))
                pairs[id(frame)] = []
                stack.append(frame)
            else:
                frame = stack.pop()
                done = pairs.pop(id(frame))
                close(
                    Sequence(tuple(frame.items), frame.place)
                    if frame.keys is None
                    else Record(tuple(done), frame.place)
                )
    finally:
        loader.dispose()
    if root is None:
        report.add(Place(name, 1, 1), "S114", "文件是空的", "至少要有 `政策:` 一节")
    return root


def _take_key(frame: _Frame, node: Node, report: Report) -> None:
    key = node if isinstance(node, Scalar) else Scalar("?", node.place)
    assert frame.keys is not None
    if not isinstance(node, Scalar):
        report.add(node, "S115", "键必须是文字", "检查括号和冒号的位置")
    elif key.text in frame.keys:
        first = frame.keys[key.text].place.line
        report.add(key, "S116", f"键 `{key.text}` 写了两次（第 {first} 行已有）", "删掉一个，或合并")
    frame.keys[key.text] = key
    frame.pending = key


def _explain(error: yaml.YAMLError, lines: list[str], name: str, report: Report) -> None:
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
    for at, char in enumerate(_outside_quotes(lines[number - 1]), 1):
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
        found = _GLUED_COLON.match(lines[number - 1]) if 0 < number <= len(lines) else None
        if found:
            return number, found
    return None


def _unclosed_quote(lines: list[str], near: int) -> tuple[int, int] | None:
    for number in range(min(near, len(lines)), max(0, near - 4), -1):
        found = re.search(r"(?:^|[:\[,{-]\s+)(['\"])", lines[number - 1])
        if found and lines[number - 1].count(found.group(1)) % 2:
            return number, found.start(1) + 1
    return None


# ── shapes ──────────────────────────────────────────────────────────────────────────────────


def entries(
    node: Node | None,
    keys: Mapping[str, str],
    report: Report,
    *,
    what: str,
    required: Iterable[str] = (),
    code: str = "K201",
) -> dict[str, Node]:
    """The values of a mapping by canonical key.

    `keys` maps every accepted spelling to its canonical name. Unknown keys are reported at the
    key, with the nearest known one; missing required ones at the mapping.
    """
    if not isinstance(node, Record):
        if node is not None:
            report.add(node, "K202", f"{what}应当是“键: 值”的形式", "检查冒号后是否有空格、缩进是否对齐")
        return {}
    found: dict[str, Node] = {}
    written: dict[str, str] = {}
    for key, value in node.pairs:
        name = keys.get(key.text)
        if name is None:
            name, value = _glued_key(key, value, keys, report)
        if name is None and re.fullmatch(r"\d{3}\D{0,3}", key.text):
            hint = "去掉数字里的逗号，或给整个数字加引号"
            report.add(key, "S125", f"逗号把数字分开了，`{key.text}` 成了单独一项", hint)
        elif name is None:
            report.add(key, code, f"{what}里没有 `{key.text}` 这个键", _known_keys(key, keys, report))
        elif name not in found:
            written[name], found[name] = key.text, value
        elif written[name] != key.text:  # the same key twice has been reported when it was read
            report.add(key, "S116", f"键 `{key.text}` 与 `{written[name]}` 是同一项", "只留一个")
    by_name = {v: k for k, v in reversed(list(keys.items()))}
    for name in required:
        if name not in found:
            report.add(node, "K203", f"{what}缺少 `{by_name.get(name, name)}`", "补上这一项")
    return found


def _known_keys(key: Scalar, keys: Mapping[str, str], report: Report) -> str:
    """What an unknown key may have meant."""
    if report.crowded(key):
        return ""
    alike = [k for k in keys if k.isascii() == key.text.isascii()] or list(keys)
    return did_you_mean(key.text, keys) or "可写的键：" + " ".join(alike[:12])


def _glued_key(key: Scalar, value: Node, keys: Mapping[str, str], report: Report) -> tuple[str | None, Node]:
    """`{代号：A1}` and `{代号:A1}` are one key without a value to YAML: report the colon, read what was meant."""
    found = re.match(r"(.+?)\s*([：:])\s*(.*)", key.text)
    if not found or found.group(1) not in keys:
        return None, value
    word, colon, rest = found.groups()
    told = "后面用了全角冒号 `：`" if colon == "：" else "后面的冒号要空一格"
    report.add(
        key,
        "S105" if colon == "：" else "S121",
        f"`{word}` {told}",
        f"写成 `{word}: {rest}`",
        offset=len(word),
        width=1,
    )
    place = Place(key.place.file, key.place.line, key.place.column + found.start(3))
    return keys[word], Scalar(rest, place) if rest else value


def text_of(node: Node | None, report: Report, what: str = "这里") -> str:
    """The text of a scalar, or "" with a problem when it is something else."""
    if node is None:
        return ""
    if isinstance(node, Scalar):
        return node.text.strip()
    report.add(node, "K204", f"{what}应当是一段文字", "去掉多余的列表或键")
    return ""


def items_of(node: Node | None, report: Report, what: str) -> tuple[Node, ...]:
    """The items of a list; a single scalar counts as a list of one."""
    if node is None:
        return ()
    if isinstance(node, Sequence):
        return node.items
    if isinstance(node, Scalar):
        return (node,) if node.text.strip() else ()
    report.add(node, "K205", f"{what}应当是列表", "每项前写 `- `，或写成 `[甲, 乙]`")
    return ()


def texts_of(node: Node | None, report: Report, what: str) -> tuple[str, ...]:
    """A list of texts."""
    return tuple(t for t in (text_of(i, report, what) for i in items_of(node, report, what)) if t)
