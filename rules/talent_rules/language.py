"""The one-line condition language: `字段 运算 值 [按 日期字段]` → a condition, or a problem with a caret.

以上、以下、以内、届满 include the number, 不满、超过、以外 do not (民法典第一千二百五十九条).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from talent_rules import quantities as q
from talent_rules.conditions import AllOf, Among, AnyOf, Atom, Axis, Between, Condition, NoneOf, Open, Stated
from talent_rules.model import Number, Span
from talent_rules.quantities import Unreadable
from talent_rules.source import did_you_mean
from talent_rules.vocabulary import Field, Kind, Vocabulary

T = TypeVar("T")


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
_BY_SIGN = {op.sign: op for op in OPERATORS}
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_CANNOT: Mapping[Kind, tuple[str, ...]] = {
    Kind.FLAG: (">=", "<=", ">", "<", "has", "lacks", "between"),
    Kind.CHOICE: (">=", "<=", ">", "<", "has", "lacks", "between"),
    Kind.ORDERED: ("has", "lacks"),
    Kind.MEMBER: (">=", "<=", ">", "<", "has", "lacks", "between"),
    Kind.SET: (">=", "<=", ">", "<", "between", "=", "!="),
}


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
    line = text.translate(_WIDE)
    body, anchor = _anchor(line, vocabulary)
    found = _body(body, text, vocabulary)
    if anchor is None:
        return found
    tail = line[len(body) :]
    return replace(found, anchor=anchor, anchor_at=len(line) - len(tail.lstrip()), anchor_end=len(line.rstrip()))


def threshold(text: str, name: str) -> tuple[str, str]:
    """The sign and the figure of `总积分 至少 100分`, where `name` is what stands first. Raises Misread."""
    line = text.translate(_WIDE)
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
    rest = body[end:]
    start = end + len(rest) - len(rest.lstrip())
    for word, operator in _WORDS:
        if body.startswith(word, start):
            at = start + len(word)
            value = body[at:].strip()
            at += len(body[at:]) - len(body[at:].lstrip())
            return _suffixed(Line(entry, operator.sign, value, at))
    for suffix, sign in _SUFFIXES:
        if body.rstrip().endswith(suffix):
            return Line(entry, sign, body[start:].strip()[: -len(suffix)], start)
    word = body[start:].split(" ")[0] if body[start:] else ""
    if not word:
        raise Misread("V303", f"`{text}` 没有写完", f"例如 `{entry.name} {_example(entry)}`", start, 1)
    hint = did_you_mean(word, [w for w, _ in _WORDS]) or f"例如 `{entry.name} {_example(entry)}`"
    raise Misread("V302", f"`{word}` 不是运算词", hint, start, len(word))


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
    near = did_you_mean(word, [w for f in vocabulary.fields.values() for w in (f.name, *f.synonyms)])
    raise Misread(
        "V301", f"没有名为 `{word}` 的信息项", near or "先在 vocabulary.yaml 里登记，或检查名称", 0, len(word)
    )


def _example(entry: Field) -> str:
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


# ── a line → a condition ────────────────────────────────────────────────────────────────────


def _quoting(error: Unreadable, text: str, at: int, width: int) -> Misread:
    """A complaint about part of a line, with what was written and not its half-width form."""
    written = text[at : at + width]
    message = error.message.replace(f"`{written.translate(_WIDE)}`", f"`{written}`")
    return Misread("Q401", message, error.hint, at, width)


def read_line(text: str, vocabulary: Vocabulary, tiers: Mapping[str, Condition] | None = None) -> Condition:
    """Read one line. `tiers` are the 层次 known so far, by name and id. Raises Misread."""
    stripped = text.translate(_WIDE).strip()
    for word, negated in (("不符合", True), ("符合", False)):
        if stripped.startswith(word):
            return Stated(text, _tier(stripped[len(word) :].strip(), tiers or {}, negated, text), None, "tier")
    line = take_apart(text, vocabulary)
    if line.sign in _CANNOT.get(line.field.kind, ()) or line.field.kind is Kind.PEOPLE:
        word = _BY_SIGN[line.sign].word
        raise Misread(
            "V305",
            f"{line.field.name} 是{line.field.kind.value}，不能用 `{word}`",
            f"例如 `{line.field.name} {_example(line.field)}`",
            0,
            len(text),
        )
    if not line.value:
        raise Misread("V303", f"`{text}` 没有写值", f"例如 `{line.field.name} {_example(line.field)}`", line.at, 1)
    try:
        part = _condition(line, vocabulary)
    except _BadWord as error:
        raise _quoting(error.cause, text, line.at + error.at, error.width) from None
    except Unreadable as error:
        raise _quoting(error, text, line.at, len(line.value)) from None
    return Stated(text, part)


def _tier(name: str, tiers: Mapping[str, Condition], negated: bool, text: str) -> Condition:
    if name not in tiers:
        at = text.find(name) if name else len(text)
        known = did_you_mean(name, tiers) or ("可写：" + "、".join(tiers) if tiers else "先在本文件的 层次 里写好")
        raise Misread("R502", f"没有名为 `{name}` 的层次", known, max(at, 0), len(name))
    return NoneOf((tiers[name],)) if negated else tiers[name]


def _condition(line: Line, vocabulary: Vocabulary) -> Condition:
    entry = line.field
    axis = Axis(entry.id)
    if line.anchor is not None:
        if entry.derivation is None or not entry.derivation.on:
            width = line.anchor_end - line.anchor_at
            message = f"{entry.name} 不随日期推导，不能写 `按 {line.anchor.name}`"
            raise Misread("V304", message, "去掉 `按 …`", line.anchor_at, width)
        if line.anchor.id != entry.derivation.on:
            axis = Axis(entry.id, "@" + line.anchor.id)
    if entry.kind.numeric:
        return _numeric(line, axis)
    if entry.kind is Kind.FLAG:
        truth = entry._read_flag(line.value) is (line.sign in ("=", "in"))
        return Atom(axis, Among(frozenset({"yes" if truth else "no"})))
    if entry.kind is Kind.SET:
        return _set(line)
    if entry.kind is Kind.MEMBER:
        return _member(line, vocabulary)
    return _choice(line, axis)


def _choice(line: Line, axis: Axis) -> Condition:
    ids = [o.id for o in line.field.options]
    chosen = _each_word(line, _single_choice)
    if line.sign in ("=", "in", "!=", "not in"):
        picked = frozenset(chosen)
        return Atom(axis, Among(picked if line.sign in ("=", "in") else frozenset(ids) - picked))
    if line.sign == "between" or len(chosen) != 1:
        raise Unreadable(f"`{line.value}` 应当只有一个取值", "列举请用 `属于`")
    at = ids.index(chosen[0])
    keep = {">=": ids[at:], ">": ids[at + 1 :], "<=": ids[: at + 1], "<": ids[:at]}[line.sign]
    return Atom(axis, Among(frozenset(keep)))


def _set(line: Line) -> Condition:
    yes = Among(frozenset({"yes"}))
    parts = [Atom(Axis(line.field.id, "∋" + value), yes) for value in _each_word(line, _set_member)]
    some = parts[0] if len(parts) == 1 else AnyOf(tuple(parts))
    return NoneOf((some,)) if line.sign in ("lacks", "not in") else some


def _member(line: Line, vocabulary: Vocabulary) -> Condition:
    wanted = "yes" if line.sign in ("=", "in") else "no"
    listed = re.fullmatch(r"名单[.．·](.+)", line.value)
    if listed:
        list_id = listed.group(1)
        lists = vocabulary.reference.lists
        found = next((i for i, entry in lists.items() if list_id in (i, entry.name)), None)
        if found is None:
            raise Unreadable(f"没有名单 `{list_id}`", did_you_mean(list_id, lists) or "可写：" + "、".join(lists))
        for entry in vocabulary.fields.values():
            how = entry.derivation
            if how and how.kind == "member" and how.list_id == found and how.of == line.field.id:
                return Atom(Axis(entry.id), Among(frozenset({wanted})))
        return Atom(Axis(line.field.id, "∈" + found), Among(frozenset({wanted})))
    names = _each_word(line, lambda entry, word: str(entry._read_member(word, vocabulary.reference)))
    parts = [Atom(Axis(line.field.id, f"={name}"), Among(frozenset({"yes"}))) for name in names]
    some = parts[0] if len(parts) == 1 else AnyOf(tuple(parts))
    return some if wanted == "yes" else NoneOf((some,))


def split_values(text: str) -> tuple[str, ...]:
    """`硕士、博士` or `[硕士, 博士]` → its words; a comma between digits belongs to a number."""
    return tuple(text[at:end] for at, end in _words(text))


_BETWEEN_WORDS = re.compile(r"[、/\[\]{}]|[,，](?!(?<=\d,)\d{3}(?!\d))|\s或\s")


def _words(text: str) -> Iterator[tuple[int, int]]:
    """Where the words of a list stand."""
    start = 0
    for end, after in [*((m.start(), m.end()) for m in _BETWEEN_WORDS.finditer(text)), (len(text), len(text))]:
        word = text[start:end]
        if word.strip():
            at = start + len(word) - len(word.lstrip())
            yield at, at + len(word.strip())
        start = after


class _BadWord(Exception):
    """One word of a list cannot be read; says which."""

    def __init__(self, cause: Unreadable, at: int, width: int) -> None:
        self.cause, self.at, self.width = cause, at, width


def _each_word(line: Line, read: Callable[[Field, str], T]) -> list[T]:
    """Read every word of a list."""
    found = []
    for at, end in _words(line.value):
        word = line.value[at:end]
        try:
            found.append(read(line.field, word))
        except Unreadable as error:
            hint = error.hint
            if ";" in word:
                hint = f"列举用顿号，写成 `{'、'.join(w.strip() for w in word.split(';') if w.strip())}`"
            raise _BadWord(Unreadable(error.message, hint), at, end - at) from None
    return found


def _single_choice(entry: Field, word: str) -> str:
    value = entry._read_choice(word)
    if not isinstance(value, str):
        raise Unreadable(f"`{word}` 不是单一的取值", f"例如 `{entry.name} {_example(entry)}`")
    return value


def _set_member(entry: Field, word: str) -> str:
    if not entry.options:
        return word
    found = entry._read_set([word])
    if len(found) != 1:
        raise Unreadable(f"`{word}` 不是{entry.name}里的一项", "写一项，例如 " + entry.options[0].name)
    return next(iter(found))


def _numeric(line: Line, axis: Axis) -> Condition:
    entry, integral = line.field, line.field.kind.integral
    if line.sign in ("in", "not in"):
        numbers = _each_word(line, lambda entry, word: entry.quantity(word))
        parts: tuple[Condition, ...] = tuple(Atom(axis, _between(n, "=", integral)) for n in numbers)
        return AnyOf(parts) if line.sign == "in" else NoneOf(parts)
    if line.sign == "between":
        ends = re.fullmatch(r"(.+?)\s*(?:至|到|~|～|—)\s*(.+?)\s*(?:之间)?", line.value)
        if not ends:
            raise Unreadable(f"`{line.value}` 不是一段范围", f"写成 `{entry.name} 在 甲 至 乙 之间`")
        lo, hi = entry.span(_with_unit(ends.group(1), ends.group(2))), entry.span(ends.group(2))
        if lo.lo is not None and hi.hi is not None and lo.lo > hi.hi:
            raise Unreadable(f"`{line.value}` 前大后小", "小的写在前面")
        return AllOf((_bound(axis, lo, ">=", integral, line), _bound(axis, hi, "<=", integral, line)))
    return _bound(axis, entry.span(line.value), line.sign, integral, line)


def _with_unit(first: str, second: str) -> str:
    """`20 至 35周岁`: the first number borrows the unit of the second."""
    unit = re.search(r"[^\d.,，\s]+$", second)
    return first + unit.group() if unit and re.fullmatch(r"[\d.,]+", first.strip()) else first


def _bound(axis: Axis, constant: Span, sign: str, integral: bool, line: Line) -> Condition:
    lo, hi = constant.lo, constant.hi
    if lo is None or hi is None or lo == hi:
        assert lo is not None
        return Atom(axis, _between(lo, sign, integral))
    if sign in ("=", "!="):
        return Atom(axis, Between((lo, 0), (hi + 1, 0) if integral else (hi, 1), sign == "!="))
    late, early = (hi, lo) if sign in (">", ">=") else (lo, hi)
    sure = Atom(axis, _between(late, ">" if sign in (">", ">=") else "<", integral))
    maybe = Atom(axis, _between(early, ">=" if sign in (">", ">=") else "<=", integral))
    silent = Open("undecided", f"来源只写到“{line.value}”，其间的日子算不算未载明（{line.field.name}）")
    return AnyOf((sure, AllOf((maybe, silent))))


def _between(value: Number, sign: str, integral: bool) -> Between:
    before: tuple[Number, int] = (value, 0)
    after: tuple[Number, int] = (value + 1, 0) if integral else (value, 1)
    return {
        ">=": Between(before, None),
        ">": Between(after, None),
        "<=": Between(None, after),
        "<": Between(None, before),
        "=": Between(before, after),
        "!=": Between(before, after, True),
    }[sign]


# ── the canonical form ──────────────────────────────────────────────────────────────────────


def canonical(text: str, vocabulary: Vocabulary) -> str:
    """The one way `talent fmt` writes a line; raises Misread where it cannot be read."""
    stripped = text.translate(_WIDE).strip()
    for word in ("不符合", "符合"):
        if stripped.startswith(word):
            return f"{word} {stripped[len(word) :].strip()}"
    read_line(text, vocabulary)
    line = take_apart(text, vocabulary)
    operator = _BY_SIGN[line.sign]
    word = operator.date_word if line.field.kind is Kind.DATE and operator.date_word else operator.word
    anchor = f" 按 {line.anchor.name}" if line.anchor else ""
    return f"{line.field.name} {word} {_canonical_value(line)}{anchor}"


def _canonical_value(line: Line) -> str:
    entry, value = line.field, line.value
    if line.sign == "between":
        ends = re.fullmatch(r"(.+?)\s*(?:至|到|~|～|—)\s*(.+?)\s*(?:之间)?", value)
        assert ends is not None
        first = _with_unit(ends.group(1), ends.group(2))
        return f"{_show(entry, first)} 至 {_show(entry, ends.group(2))} 之间"
    if entry.kind.numeric and line.sign not in ("in", "not in"):
        return _show(entry, value)
    return "、".join(_show(entry, word) for word in split_values(value))


def _show(entry: Field, word: str) -> str:
    if entry.kind is Kind.DATE:
        span = q.day_span(word)
        return entry.show(span)
    if entry.kind is Kind.MONTHS and entry.unit == "月" and isinstance(value := entry.quantity(word), int):
        return f"{value}个月"
    if entry.kind.numeric:
        return entry.show(entry.quantity(word))
    if entry.kind is Kind.FLAG:
        return "是" if entry._read_flag(word) else "否"
    option = entry.option(word)
    return option.name if option else word
