"""Text → nodes: events of YAML's C parser put together without recursion, every scalar left as text."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from talent_rules.model import Place
from talent_rules.source.faults import explain_fault
from talent_rules.source.meant import as_meant
from talent_rules.source.nodes import Node, Record, Report, Scalar, Sequence
from talent_rules.source.scan import scan

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 40
MAX_NODES = 200_000
MAX_FAULTS = 50  # of those that can be read over

_BREAKS = re.compile(r"\r\n|[\n\r]")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
    """Read YAML text into a node; None, with problems noted, when it is not well formed.

    A sign of the wrong width is put right for reading, so that all problems are told at once.
    """
    lines = _BREAKS.split(text)
    report.lines[name] = lines
    told = Report(lines=report.lines)
    scan(lines, name, told)
    meant = as_meant(lines, told.problems)
    root = None
    while meant is not None:
        built = Report(lines=report.lines, told={(name, p.place.line) for p in told.problems})
        try:
            root = _build("\n".join(meant) if told.problems else text, name, built)
        except yaml.YAMLError as error:
            meant = _mended(error, meant, name, told)
            continue
        except (ValueError, RecursionError, UnicodeError):
            built.add(Place(name, 1, 1), "S110", "文件里有不能识别的字符", "检查有没有乱码或控制字符")
        report.told |= built.told
        told.take(built)
        break
    report.take(told)
    return root


def _mended(error: yaml.YAMLError, lines: list[str], name: str, told: Report) -> list[str] | None:
    """The lines with what the parser fell over put right, where that leaves no doubt; it is told either way.

    What cannot be put right is told only by itself: what was told before it may be the reason.
    """
    fault = Report(lines={name: lines})
    explain_fault(error, lines, name, fault)
    meant = as_meant(lines, fault.problems)
    again = meant is not None and meant != lines and len(told.problems) < MAX_FAULTS
    if again or not told.problems:
        told.take(fault)
    return meant if again else None


class _Frame:
    __slots__ = ("items", "keys", "pending", "place", "twice")

    def __init__(self, place: Place, mapping: bool) -> None:
        self.place = place
        self.items: list[Node] = []
        self.keys: dict[str, Scalar] | None = {} if mapping else None
        self.pending: Scalar | None = None
        self.twice = False


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
    elif key.text in frame.keys and not frame.twice:
        first = frame.keys[key.text].place.line
        begins = key.text == next(iter(frame.keys))
        hint = f"是新的一项就写成 `- {key.text}: …`" if begins else "删掉一个，或合并"
        report.add(key, "S116", f"键 `{key.text}` 写了两次（第 {first} 行已有）", hint)
        frame.twice = begins  # the rest of that item would be told again, key by key
    frame.keys[key.text] = key
    frame.pending = key
