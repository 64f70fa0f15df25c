"""Shapes a rule file may ask for: a mapping with known keys, a text, a list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from talent_rules.model import Place
from talent_rules.source.nodes import Node, Record, Report, Scalar, Sequence, nearest


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
    meant: dict[str, Node] = {}
    written: dict[str, str] = {}
    for key, value in node.pairs:
        name = keys.get(key.text)
        if name is None:
            name, value = _glued_key(key, value, keys, report)
        if name is None and re.fullmatch(r"\d{3}\D{0,3}", key.text):
            hint = "去掉数字里的逗号，或给整个数字加引号"
            report.add(key, "S125", f"逗号把数字分开了，`{key.text}` 成了单独一项", hint)
        elif name is None:
            near = "" if report.crowded(key) else nearest(key.text, keys)
            hint = f"你是不是想写 `{near}`？" if near else _known_keys(key, keys, report)
            report.add(key, code, f"{what}里没有 `{key.text}` 这个键", hint)
            meant[keys.get(near, "")] = value
        elif name not in found:
            written[name], found[name] = key.text, value
        elif written[name] != key.text:  # the same key twice has been reported when it was read
            report.add(key, "S116", f"键 `{key.text}` 与 `{written[name]}` 是同一项", "只留一个")
    by_name = {v: k for k, v in reversed(list(keys.items()))}
    for name in required:
        if name in meant and name not in found:  # said at the key: read what was meant
            found[name] = meant[name]
        elif name not in found:
            report.add(node, "K203", f"{what}缺少 `{by_name.get(name, name)}`", "补上这一项")
        elif name in ("id", "name") and isinstance(value := found[name], Scalar) and not value.text.strip():
            report.add(value, "K203", f"{what}的 `{by_name.get(name, name)}` 是空的", "补上这一项")
    return found


def _known_keys(key: Scalar, keys: Mapping[str, str], report: Report) -> str:
    """What an unknown key may have meant."""
    if report.crowded(key):
        return ""
    alike = [k for k in keys if k.isascii() == key.text.isascii()] or list(keys)
    return "可写的键：" + " ".join(alike[:12])


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
