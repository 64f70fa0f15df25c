"""Before YAML is parsed: the mistakes for which a scanner's own message would mislead."""

from __future__ import annotations

import re

from talent_rules.model import Place
from talent_rules.source.nodes import Report

#: control characters, and the line ends that YAML knows and editors do not count
_UNUSABLE = re.compile(r"[^\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_WIDE_COLON = re.compile(r"^(\s*(?:- +)?)([^\s#'\"：:{\[][^：:'\"#{\[]{0,30})：")
GLUED_COLON = re.compile(r"^(\s*(?:- +)*)([^\s#'\":：{\[][^\s#'\":：{\[]{0,30}):(?=[^\s:])(.*)$")
_BLOCK_TEXT = re.compile(r"(?::|^\s*-)\s+[|>][+-]?\d?[+-]?\s*$")
_COMPARISON = re.compile(r"(?::\s+|^\s*-\s+|[\[,{]\s*)(>=|<=|=>|>|<)\s*(\d[^,\]}#]*)")
_BOUND_WORDS = {">=": "至少", "=>": "至少", "<=": "不超过", ">": "超过", "<": "不满"}


def scan(lines: list[str], name: str, report: Report) -> None:
    """Report control characters, tabs, full-width punctuation and bare comparisons, line by line."""
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
    found = _COMPARISON.search(outside_quotes(body)) if "<" in body or ">" in body else None
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


def outside_quotes(text: str) -> str:
    """A line with what stands in quotes blotted out, every character in its place."""
    return re.sub(r"\"[^\"]*\"|'[^']*'", lambda m: "·" * len(m.group()), text)
