"""The plain forms of a cell (`≤35`, `硕士、博士`, `-`) and the words of a rule file (`不超过 35`), both ways."""

from __future__ import annotations

import re

from talent_rules.compiler.amounts import ANY
from talent_rules.source import Node, Record, Scalar, Sequence

_SIGNS = (("不超过", "≤"), ("至少", "≥"), ("不满", "<"), ("超过", ">"))
_READ = (("<=", "不超过"), (">=", "至少"), ("≤", "不超过"), ("≥", "至少"), ("<", "不满"), (">", "超过"))
_BETWEEN = re.compile(r"在\s*(\S+)\s*至\s*(\S+)\s*之间")
_UNSAFE = re.compile(r"^[-?:&*!|>'\"%@`#<=]|[,，\[\]{}#\"]|: |:$|^$|^\s|\s$|^(?:~|null|true|false)$", re.I)


def shown(node: Node, lines: list[str]) -> str:
    """A condition cell as the workbook shows it."""
    if isinstance(node, Sequence):
        return "、".join(shown(item, lines) for item in node.items)
    if isinstance(node, Record):
        return raw(node, lines)
    text = node.text.strip()
    if text in ANY:
        return "-"
    if between := _BETWEEN.fullmatch(text):
        return f"{between.group(1)}~{between.group(2)}"
    for word, sign in _SIGNS:
        if text.startswith(word) and text[len(word) :].strip():
            return sign + text[len(word) :].strip()
    return text


def shown_amount(node: Node, lines: list[str]) -> str:
    """An amount cell: its text, or the mapping as it stands in the file."""
    return node.text.strip() if isinstance(node, Scalar) else raw(node, lines)


def raw(node: Node, lines: list[str]) -> str:
    """The source text of a node that stands on one line."""
    line = lines[node.place.line - 1]
    start = node.place.column - 1
    return line[start : end_of(line, start)]


def written(text: str) -> str:
    """A condition cell as the rule file writes it."""
    text = text.strip()
    for sign, word in _READ:
        if text.startswith(sign):
            return plain_or_quoted(f"{word} {text[len(sign) :].strip()}")
    return plain_or_quoted(ANY[0] if text in ANY else text)


def written_amount(text: str) -> str:
    """An amount cell as the rule file writes it; a mapping stays as it is."""
    text = text.strip()
    return text if text.startswith("{") else plain_or_quoted(text)


def plain_or_quoted(text: str) -> str:
    """A scalar that reads back the same inside a list in brackets."""
    if not _UNSAFE.search(text):
        return text
    return "'" + text.replace("'", "''") + "'"


def end_of(line: str, start: int) -> int:
    """Where the value that begins at `start` of a line in brackets ends; -1 if it goes on below."""
    first = line[start : start + 1]
    if first in ("'", '"'):
        return _end_of_quote(line, start)
    if first in ("[", "{"):
        return _end_of_bracket(line, start)
    at = start
    while at < len(line) and line[at] not in ",]}" and not line.startswith((" #", ": "), at):
        at += 1
    return start + len(line[start:at].rstrip())


def _end_of_quote(line: str, start: int) -> int:
    quote, at = line[start], start + 1
    while at < len(line):
        if quote == '"' and line[at] == "\\":
            at += 2
        elif line[at] != quote:
            at += 1
        elif quote == "'" and line[at + 1 : at + 2] == "'":
            at += 2
        else:
            return at + 1
    return -1


def _end_of_bracket(line: str, start: int) -> int:
    depth, at, fresh = 0, start, True
    while at < len(line):
        char = line[at]
        if char in "'\"" and fresh:
            at = _end_of_quote(line, at)
            if at < 0:
                return -1
            fresh = False
            continue
        depth += (char in "[{") - (char in "]}")
        if not depth:
            return at + 1
        fresh = char in "[{,:" or (fresh and char == " ")
        at += 1
    return -1
