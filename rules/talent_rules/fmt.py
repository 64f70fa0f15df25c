"""The canonical form of a rule file: conditions and cells of tables rewritten in place, comments and layout kept.

Only the lines that change are touched, so that `fmt(fmt(x)) == fmt(x)` and a diff shows what changed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TypeGuard

from talent_rules.compiler.amounts import ANY
from talent_rules.compiler.keys import ALIASES
from talent_rules.language import canonical
from talent_rules.lines import Misread
from talent_rules.source import Node, Record, Report, Scalar, Sequence, read_text
from talent_rules.vocabulary import Vocabulary

_LINES = {"条件", "when", "全部", "all", "任一", "any", "都不", "none"}
_PLAIN_BREAKERS = re.compile(r"^[-?:,\[\]{}#&*!|>'\"%@`]|: | #|[,\[\]{}]|:$")


def format_text(text: str, name: str, vocabulary: Vocabulary, report: Report | None = None) -> str:
    """The canonical text; a file that cannot be read comes back unchanged, its problems in the report."""
    tidy = _tidy(text)
    report = Report() if report is None else report
    before = report.errors
    root = read_text(tidy, name, report)
    if root is None or report.errors > before:
        return text
    lines = tidy.split("\n")
    for scalar in sorted(_conditions(root, False), key=lambda s: (s.place.line, s.place.column), reverse=True):
        try:
            wanted = canonical(scalar.text, vocabulary)
        except Misread:
            continue
        if wanted != scalar.text and scalar.plain:
            _rewrite(lines, scalar, wanted)
    for scalar in sorted(_bare_dashes(root), key=lambda s: (s.place.line, s.place.column), reverse=True):
        _rewrite(lines, scalar, ANY[0])
    return "\n".join(lines)


def _tidy(text: str) -> str:
    text = unicodedata.normalize("NFC", text.removeprefix("\ufeff")).replace("\r\n", "\n").replace("\r", "\n")
    body = "\n".join(line.rstrip() for line in text.split("\n")).rstrip("\n")
    return body + "\n"


def _rewrite(lines: list[str], scalar: Scalar, wanted: str) -> None:
    line = lines[scalar.place.line - 1]
    start = scalar.place.column - 1
    if not line.startswith(scalar.text, start):
        return  # folded over several lines: left as it is
    quoted = f'"{wanted}"' if _PLAIN_BREAKERS.search(wanted) else wanted
    lines[scalar.place.line - 1] = line[:start] + quoted + line[start + len(scalar.text) :]


def _conditions(node: Node, inside: bool) -> list[Scalar]:
    if isinstance(node, Scalar):
        return [node] if inside else []
    if isinstance(node, Sequence):
        return [s for item in node.items for s in _conditions(item, inside)]
    return _in_record(node, inside)


def _bare_dashes(node: Node) -> Iterator[Scalar]:
    """The cells of tables written `-`, which editors of YAML 1.2 do not read inside brackets."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _bare_dashes(item)
    elif isinstance(node, Record):
        for key, value in node.pairs:
            if ALIASES.get(key.text, key.text) == "rows" and isinstance(value, Sequence):
                yield from (c for row in value.items if isinstance(row, Sequence) for c in row.items if _is_dash(c))
            else:
                yield from _bare_dashes(value)


def _is_dash(node: Node) -> TypeGuard[Scalar]:
    return isinstance(node, Scalar) and node.plain and node.text in ANY[1:] and bool(node.text)


def _in_record(node: Record, inside: bool) -> list[Scalar]:
    found: list[Scalar] = []
    for key, value in node.pairs:
        word = key.text
        if word in ("给定", "given", "期望", "expect", "条文覆盖", "coverage"):
            continue
        if word in _LINES:
            found += _conditions(value, True)
        elif word in ALIASES or word in ALIASES.values():
            found += _conditions(value, False) if isinstance(value, (Record, Sequence)) else []
    return found
