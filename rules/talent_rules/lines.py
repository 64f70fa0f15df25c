"""A condition line taken apart: field, operator, value and anchor, with where each stands.

以上、以下、以内、届满 include the number, 不满、超过、以外 do not (民法典第一千二百五十九条).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from talent_rules.source import did_you_mean
from talent_rules.vocabulary import Field, Kind, Vocabulary


@dataclass(frozen=True, slots=True)
class Operator:
    """A comparison: its sign, its canonical word, and everything else people write."""

    sign: str
    word: str
    others: tuple[str, ...] = ()
    date_word: str = ""


OPERATORS = (
    Operator(
        ">=", "至少", ("大于等于", "不低于", "不少于", "不小于", "不早于", "已满", "年满", ">=", "≥", "＞＝"), "不早于"
    ),
    Operator("<=", "不超过", ("小于等于", "至多", "最多", "不高于", "不多于", "不大于", "不晚于", "<=", "≤"), "不晚于"),
    Operator(">", "超过", ("高于", "大于", "多于", "晚于", ">"), "晚于"),
    Operator("<", "不满", ("不到", "低于", "少于", "小于", "早于", "<"), "早于"),
    Operator("!=", "不是", ("不等于", "不为", "!=", "≠")),
    Operator("=", "是", ("等于", "为", "==", "=")),
    Operator("not in", "不属于"),
    Operator("in", "属于"),
    Operator("lacks", "不包含", ("不含",)),
    Operator("has", "包含", ("含",)),
    Operator("between", "在"),
)
_WORDS = sorted(((w, op) for op in OPERATORS for w in (op.word, *op.others)), key=lambda p: -len(p[0]))
_SUFFIXES = (("及以上", ">="), ("以上", ">="), ("及以下", "<="), ("以下", "<="), ("以内", "<="))
BY_SIGN = {op.sign: op for op in OPERATORS}
WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


class Misread(ValueError):
    """A line that cannot be read: what is wrong, where in the line, and what to write."""

    def __init__(self, code: str, message: str, hint: str = "", offset: int = 0, width: int = 0) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint
        self.offset, self.width = offset, width


@dataclass(frozen=True, slots=True)
class Line:
    """A condition line taken apart; `at` is where the value starts."""

    field: Field
    sign: str
    value: str
    at: int
    anchor: Field | None = None
    anchor_at: int = 0
    anchor_end: int = 0


def take_apart(text: str, vocabulary: Vocabulary) -> Line:
    """Split a line into field, operator, value and anchor. Raises Misread."""
    line = text.translate(WIDE)
    body, anchor = _anchor(line, vocabulary)
    found = _body(body, text, vocabulary)
    if anchor is None:
        return found
    tail = line[len(body) :]
    return replace(found, anchor=anchor, anchor_at=len(line) - len(tail.lstrip()), anchor_end=len(line.rstrip()))


def threshold(text: str, name: str) -> tuple[str, str]:
    """The sign and the figure of `总积分 至少 100分`, where `name` is what stands first. Raises Misread."""
    line = text.translate(WIDE)
    rest = line[len(name) :].strip()
    for suffix, sign in _SUFFIXES:
        if rest.endswith(suffix):
            return sign, rest[: -len(suffix)]
    for word, operator in _WORDS:
        if rest.startswith(word) and operator.sign in (">=", "<=", ">", "<"):
            return operator.sign, rest[len(word) :].strip()
    raise Misread("V302", f"`{text}` 没有写要多少分", f"例如 `{name} 至少 100分`", len(name), max(1, len(rest)))


def _body(body: str, text: str, vocabulary: Vocabulary) -> Line:
    """Split what stands before the anchor into field, operator and value."""
    entry, end = _field(body, vocabulary)
    if entry.kind.numeric and (said := _INCLUDING.search(body, end)):
        found = _body(body[: said.start()] + body[said.end() :], text, vocabulary)
        return replace(found, sign=_WITHOUT.get(found.sign, found.sign)) if said.group(1) else found
    rest = body[end:]
    start = end + len(rest) - len(rest.lstrip())
    for word, operator in _WORDS:
        if body.startswith(word, start):
            at = start + len(word)
            _refuse_glued(entry, body[start:].split(" ")[0], word, start)
            value = body[at:].strip()
            at += len(body[at:]) - len(body[at:].lstrip())
            return _suffixed(Line(entry, operator.sign, value, at))
    for suffix, sign in _SUFFIXES:
        if body.rstrip().endswith(suffix):
            return Line(entry, sign, body[start:].strip()[: -len(suffix)], start)
    word = body[start:].split(" ")[0] if body[start:] else ""
    if not word:
        raise Misread("V303", f"`{text}` 没有写完", f"例如 `{entry.name} {example(entry)}`", start, 1)
    if given := _operand(entry, body[start:].strip()):
        raise Misread("V302", f"{entry.name} 和 `{word}` 之间少了运算词", f"例如 `{given}`", start, len(word))
    if said := re.match(r"原则上|一般应?|通常|特殊情况", word):
        rest = body[start + said.end() :].strip()
        hint = f"写 `{entry.name} {rest}`，例外怎样算没有写明的，另加一项 `待定: …`"
        raise Misread("V302", f"`{said.group()}”说明有例外".replace("`", "“"), hint, start, said.end())
    hint = did_you_mean(word, [w for w, _ in _WORDS]) or f"例如 `{entry.name} {example(entry)}`"
    raise Misread("V302", f"`{word}` 不是运算词", hint, start, len(word))


#: `40周岁（含）以下` says what 以下 means anyway, `（不含）` the contrary
_INCLUDING = re.compile(r"\((不)?含[^()]*\)")
_WITHOUT = {">=": ">", "<=": "<"}

_OPERATOR_SIGNS = frozenset("".join(w for w, _ in _WORDS))


def _refuse_glued(entry: Field, token: str, word: str, start: int) -> None:
    """`至多少 3年` is no operator, though it begins like one. Raises Misread."""
    more = token[len(word) :]
    if more and entry.kind.numeric and all(c in _OPERATOR_SIGNS for c in more):
        hint = "写 `至少`（含本数）或 `不超过`（含本数）"
        raise Misread("V302", f"`{token}` 不是运算词", hint, start, len(token))


def _operand(entry: Field, rest: str) -> str:
    """A line as it may have been meant, where the operator is missing and only the value stands there."""
    ends = re.fullmatch(r"(\d[\d.]*)\D{0,3}[-~～—到至](\d.*)", rest)
    if entry.kind.numeric and ends:
        return f"{entry.name} 在 {ends.group(1)} 至 {ends.group(2)} 之间"
    if entry.kind.numeric and rest[:1].isdigit():
        return f"{entry.name} {'不早于' if entry.kind is Kind.DATE else '不超过'} {rest}"
    return f"{entry.name} {'包含' if entry.kind is Kind.SET else '是'} {rest}" if entry.option(rest) else ""


def _suffixed(line: Line) -> Line:
    """`年龄 是 35周岁以下` and `学位 硕士以上` say their bound behind the value."""
    if line.sign in ("=", ">="):
        for suffix, sign in _SUFFIXES:
            if line.value.endswith(suffix) and len(line.value) > len(suffix):
                return replace(line, sign=sign, value=line.value[: -len(suffix)])
    return line


def _anchor(line: str, vocabulary: Vocabulary) -> tuple[str, Field | None]:
    found = re.search(r"\s(?:按|截至)\s*(\S+)\s*$", line)
    if not found:
        return line, None
    anchor = vocabulary.find(found.group(1))
    if anchor is None or anchor.kind is not Kind.DATE:
        dates = [f.name for f in vocabulary.fields.values() if f.kind is Kind.DATE]
        hint = did_you_mean(found.group(1), dates) or "可写：" + "、".join(dates)
        raise Misread("V304", f"`{found.group(1)}` 不是日期字段", hint, found.start(1), len(found.group(1)))
    return line[: found.start()], anchor


def _field(body: str, vocabulary: Vocabulary) -> tuple[Field, int]:
    starts = tuple(w for w, _ in _WORDS)
    for end in range(min(len(body), 40), 0, -1):
        entry = vocabulary.find(body[:end])
        if entry is None or body[end - 1] == " ":
            continue
        rest = body[end:]
        if not rest or rest[0] == " " or rest.startswith(starts) or rest[0].isdigit():
            return entry, end
    word = re.split(r"\s", body.strip(), maxsplit=1)[0] if body.strip() else ""
    for operator, _ in _WORDS:
        if operator in word[1:] and " " not in body.strip():
            word = word[: word.index(operator, 1)]
            break
    if meant := _turned_round(word, body, vocabulary):
        raise Misread("V301", f"这一行要以信息项开头，不能以 `{word}` 开头", f"写成 `{meant}`", 0, len(word))
    near = _bare_value(word, vocabulary) or did_you_mean(
        word, [w for f in vocabulary.fields.values() for w in (f.name, *f.synonyms)]
    )
    raise Misread(
        "V301", f"没有名为 `{word}` 的信息项", near or "先在 vocabulary.yaml 里登记，或检查名称", 0, len(word)
    )


def _bare_value(word: str, vocabulary: Vocabulary) -> str:
    """What to write where a line begins with a value: `全职`, `45周岁以下`."""
    fields = [f for f in vocabulary.fields.values() if f.option(word)]
    if fields:
        verb = "包含" if fields[0].kind is Kind.SET else "是"
        return f"写成 `{fields[0].name} {verb} {word}`；列举几个值用顿号 `、`"
    if word[:1].isdigit():
        return "一行写成“信息项 运算 值”，例如 `年龄 不超过 45周岁`"
    return ""


_FILLERS = frozenset(
    ["如果", "若", "当", "凡", "须", "需", "必须", "应", "应当", "要求", "要", "且", "并且", "同时", "或", "或者"]
)


def _turned_round(word: str, body: str, vocabulary: Vocabulary) -> str:
    """`不是 引进方式 全职` and `如果 引进方式 是 全职` as they should stand; nothing for any other line."""
    rest = body.strip()[len(word) :].strip()
    if word in _FILLERS and rest:
        return rest
    if word in {w for w, _ in _WORDS} and rest:
        name, _, value = rest.partition(" ")
        return f"{name} {word} {value or '…'}" if vocabulary.find(name) else ""
    return ""


def example(entry: Field) -> str:
    """What a line about this field may look like, without its name."""
    return {
        Kind.FLAG: "是 是",
        Kind.CHOICE: f"是 {entry.options[0].name}" if entry.options else "是 …",
        Kind.ORDERED: f"至少 {entry.options[-1].name}" if entry.options else "至少 …",
        Kind.COUNT: f"至少 3{entry.unit}",
        Kind.MONEY: "至少 60万元",
        Kind.AREA: "至少 90㎡",
        Kind.MONTHS: f"至少 {'3年' if entry.unit == '年' else '6个月'}",
        Kind.DATE: "不早于 2024-03-22",
        Kind.MEMBER: "属于 名单.double_first_class",
        Kind.SET: f"包含 {entry.options[0].name}" if entry.options else "包含 …",
        Kind.PEOPLE: "（请用按人数推导出的字段）",
    }[entry.kind]


def split_values(text: str) -> tuple[str, ...]:
    """`硕士、博士` or `[硕士, 博士]` → its words; a comma between digits belongs to a number."""
    return tuple(text[at:end] for at, end in spans_of(text))


_BETWEEN_WORDS = re.compile(r"[、/\[\]{}]|[,，](?!(?<=\d,)\d{3}(?!\d))|\s或\s")


def spans_of(text: str) -> Iterator[tuple[int, int]]:
    """Where the words of a list stand."""
    start = 0
    for end, after in [*((m.start(), m.end()) for m in _BETWEEN_WORDS.finditer(text)), (len(text), len(text))]:
        word = text[start:end]
        if word.strip():
            at = start + len(word) - len(word.lstrip())
            yield at, at + len(word.strip())
        start = after
