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

_PARSER = getattr(yaml, "CParser", None)


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
        if isinstance(where, Scalar):
            offset += 0 if where.plain else 1
            width = width or len(where.text)
        place = Place(place.file, place.line, place.column + offset)
        lines = self.lines.get(place.file, [])
        excerpt = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
        self.problems.append(Problem(place, code, message, hint, severity, excerpt[:200], max(1, min(width, 60))))

    @property
    def failed(self) -> bool:
        """Whether an error, not only a warning, was noted."""
        return any(p.severity == "error" for p in self.problems)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """“你是不是想写 …” for the nearest known word, or nothing."""
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
    lines = text.split("\n")
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

_FULLWIDTH_COLON = re.compile(r"^(\s*(?:- +)?)([^\s#'\"：:{\[][^：:'\"#{\[]{0,30})：(?=\s|\S)")
_FLOW_COMMA = re.compile(r"[\[{][^\]}\"']*，[^\]}\"']*[\]}]")
_BAD_BLOCK = re.compile(r"(:\s+|^\s*-\s+|[\[,{]\s*)(>=|<=|=>|>|<)\s*\d")


def _scan(lines: list[str], name: str, report: Report) -> None:
    block_indent: int | None = None
    for number, line in enumerate(lines, 1):
        body = line.split(" #", 1)[0] if not line.lstrip().startswith("#") else ""
        indent = len(line) - len(line.lstrip(" "))
        if block_indent is not None:
            if not line.strip() or indent > block_indent:
                continue
            block_indent = None
        if not body.strip():
            continue
        if re.search(r":\s+[|>][+-]?\d?\s*$", body):
            block_indent = indent
        lead = line[: len(line) - len(line.lstrip())]
        if "\t" in lead:
            place = Place(name, number, lead.index("\t") + 1)
            report.add(place, "S104", "缩进里有制表符（Tab）", "改用空格，每层两个")
            continue
        _scan_punctuation(body, number, name, report)


def _scan_punctuation(body: str, number: int, name: str, report: Report) -> None:
    colon = _FULLWIDTH_COLON.match(body)
    if colon and ": " not in body[: colon.end()] and not re.search(r"[:：]\s*$|: ", body[: colon.start(2)]):
        rest = body[colon.end() :].strip()
        if not re.match(r"^\s*-\s", body) or " " not in colon.group(2):
            key = colon.group(2).strip()
            place = Place(name, number, colon.end())
            report.add(place, "S105", f"`{key}` 后面用了全角冒号 `：`", f"写成 `{key}: {rest}`（半角冒号加一个空格）")
            return
    comma = _FLOW_COMMA.search(_outside_quotes(body))
    if comma:
        at = comma.start() + comma.group().index("，")
        report.add(
            Place(name, number, at + 1),
            "S106",
            "列表里用了全角逗号 `，`",
            "列表的各项之间用半角逗号加空格 `, `；文字里的逗号请加引号",
        )
    block = _BAD_BLOCK.search(_outside_quotes(body))
    if block:
        at = block.start(2)
        report.add(
            Place(name, number, at + 1),
            "S107",
            f"`{body[at:].strip()}` 以 `{block.group(2)}` 开头，YAML 会误读",
            "写成中文，例如 `至少 35`，或整个加引号",
        )


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

    loader = _PARSER(text) if _PARSER else yaml.SafeLoader(text)
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
                close(Scalar(event.value, place, event.style is None))
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
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    context = getattr(error, "context_mark", None)
    words = f"{getattr(error, 'context', '') or ''} {getattr(error, 'problem', '') or ''}"
    if "quoted scalar" in words and context is not None:
        place = Place(name, context.line + 1, context.column + 1)
        report.add(place, "S117", "引号没有配对", "在这段文字的末尾补上同样的引号")
        return
    unclosed = _unclosed_quote(lines, line)
    if unclosed:
        report.add(Place(name, *unclosed), "S117", "引号没有配对", "在这段文字的末尾补上同样的引号")
    elif "anchor" in words or "alias" in words:
        report.add(Place(name, line, column), "S109", "不能用锚点或引用（`&` `*`）", "文字里的 & * 请加引号")
    elif "flow" in words and context is not None:
        place = Place(name, context.line + 1, context.column + 1)
        report.add(place, "S118", "括号没有配对，或各项之间少了逗号", "检查 `[ ]` `{ }` 是否成对")
    elif "mapping values are not allowed" in words:
        report.add(Place(name, line, column), "S119", "这里多了一个冒号，或缩进不对", "文字里有冒号时整个加引号")
    elif "tag" in words:
        report.add(Place(name, line, column), "S112", "不能用 `!` 开头的标签", "文字以 ! 开头时加引号")
    else:
        report.add(
            Place(name, line, column), "S120", "这里的写法不合 YAML 的格式", "检查这一行和上一行的缩进、冒号、引号"
        )


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
    for key, value in node.pairs:
        name = keys.get(key.text)
        if name is None:
            hint = did_you_mean(key.text, keys) or "可写的键：" + " ".join(list(keys)[:12])
            report.add(key, code, f"{what}里没有 `{key.text}` 这个键", hint)
        elif name in found:
            report.add(key, "S116", f"键 `{key.text}` 与另一个同义的键重复", "只留一个")
        else:
            found[name] = value
    by_name = {v: k for k, v in reversed(list(keys.items()))}
    for name in required:
        if name not in found:
            report.add(node, "K203", f"{what}缺少 `{by_name.get(name, name)}`", "补上这一项")
    return found


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
