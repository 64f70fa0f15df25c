"""A line that is neither a key with a value nor an item of a list: what it was meant to be."""

from __future__ import annotations

import re

Said = tuple[tuple[int, int], str, str, str]  # line and column, code, sentence, hint

_BULLET = re.compile(r"(-(?=\S)|[－—–−‐•·●◦*+]|\d+[.、．)）]|[（(]\d+[)）]|[①-⑳]|[一二三四五六七八九十]+、)\s*(.+)")
_REMARK = re.compile(r"(?:＃|//|;|%|/\*|--)\s*(.*)")
_CONFLICT = re.compile(r"<{7}|={7}|>{7}")
_TWO_WORDS = re.compile(r"(\S+?)\s*[\s=＝：]\s*(.+)")


def without_colon(lines: list[str], number: int) -> Said:
    """What a line without a colon was meant to be: a remark, an item of a list, a key with its value."""
    text = lines[number - 1]
    indent = len(text) - len(text.lstrip())
    body, place = text.strip(), (number, indent + 1)
    if _CONFLICT.match(body):
        return place, "S129", "这是合并冲突留下的记号", "两边只留一边，再删掉 `<<<<<<<`、`=======`、`>>>>>>>` 这三行"
    if found := _REMARK.match(body):
        return place, "S127", "注释要以半角 `#` 开头", f"写成 `# {found.group(1)}`"
    if found := _BULLET.match(body):
        return place, "S128", "列表的每一项要以 `- `（半角减号加空格）开头", f"写成 `- {found.group(2)}`"
    if _items_beside(lines, number, indent):
        return place, "S128", "这一行与上面的列表对齐，却没有以 `- ` 开头", f"是一项就写成 `- {body}`"
    two = _TWO_WORDS.match(body)
    fix = f"写成 `{two.group(1)}: {two.group(2)}`" if two else f"写成 `{body}: …`，或并到上一行"
    return place, "S129", f"`{body}` 里没有冒号", fix


def _items_beside(lines: list[str], number: int, indent: int) -> bool:
    """Whether the nearest line above that stands as deep is an item of a list."""
    for text in reversed(lines[: number - 1]):
        if text.strip() and len(text) - len(text.lstrip()) <= indent:
            return len(text) - len(text.lstrip()) == indent and text.lstrip().startswith("- ")
    return False
