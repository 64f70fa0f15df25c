"""The one-line condition language: `字段 运算 值 [按 日期字段]` → a condition, or a problem with a caret.

以上、以下、以内、届满 include the number, 不满、超过、以外 do not (民法典第一千二百五十九条).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from talent_rules import quantities as q
from talent_rules.conditions import AllOf, Among, AnyOf, Atom, Axis, Between, Condition, NoneOf, Open, Stated
from talent_rules.lines import BY_SIGN, WIDE, Line, Misread, example, spans_of, split_values, take_apart
from talent_rules.model import Number, Span
from talent_rules.quantities import Unreadable
from talent_rules.source import did_you_mean
from talent_rules.vocabulary import Field, Kind, Vocabulary, reading

T = TypeVar("T")


_CANNOT: Mapping[Kind, tuple[str, ...]] = {
    Kind.FLAG: (">=", "<=", ">", "<", "has", "lacks", "between"),
    Kind.CHOICE: (">=", "<=", ">", "<", "has", "lacks", "between"),
    Kind.ORDERED: ("has", "lacks"),
    Kind.MEMBER: (">=", "<=", ">", "<", "has", "lacks", "between"),
    Kind.SET: (">=", "<=", ">", "<", "between", "=", "!="),
}


# ── a line → a condition ────────────────────────────────────────────────────────────────────


def _quoting(error: Unreadable, text: str, at: int, width: int) -> Misread:
    """A complaint about part of a line, with what was written and not its half-width form."""
    written = text[at : at + width]
    message = error.message.replace(f"`{written.translate(WIDE)}`", f"`{written}`")
    return Misread("Q401", message, error.hint, at, width)


def read_line(text: str, vocabulary: Vocabulary, tiers: Mapping[str, Condition] | None = None) -> Condition:
    """Read one line. `tiers` are the 层次 known so far, by name and id. Raises Misread."""
    stripped = text.translate(WIDE).strip()
    for word, negated in (("不符合", True), ("符合", False)):
        if stripped.startswith(word):
            return Stated(text, _tier(stripped[len(word) :].strip(), tiers or {}, negated, text), None, "tier")
    line = take_apart(text, vocabulary)
    if line.sign in _CANNOT.get(line.field.kind, ()) or line.field.kind is Kind.PEOPLE:
        word = BY_SIGN[line.sign].word
        raise Misread(
            "V305",
            f"{line.field.name} 是{line.field.kind.value}，不能用 `{word}`",
            f"例如 `{line.field.name} {example(line.field)}`",
            0,
            len(text),
        )
    if not line.value:
        raise Misread("V303", f"`{text}` 没有写值", f"例如 `{line.field.name} {example(line.field)}`", line.at, 1)
    try:
        part = _condition(line, vocabulary)
    except _BadWord as error:
        _refuse_two(text, line, vocabulary)
        raise _quoting(error.cause, text, line.at + error.at, error.width) from None
    except Unreadable as error:
        _refuse_two(text, line, vocabulary)
        raise _quoting(error, text, line.at, len(line.value)) from None
    return Stated(text, part)


_JOINED = re.compile(r"\s*(并且|而且|同时|以及|或者|，|,|；|;|且|和|或)\s*")


def _refuse_two(text: str, line: Line, vocabulary: Vocabulary) -> None:
    """`引进方式 是 全职 且 年龄 至少 18周岁` is two lines. Raises Misread where the value holds another one."""
    for joint in _JOINED.finditer(line.value):
        first = text[: line.at + joint.start()].strip()
        second = text[line.at + joint.end() :].strip()
        try:
            take_apart(second, vocabulary)
        except Misread:
            continue
        either = joint.group(1) in ("或者", "或")
        hint = f"分成两行：`- {first}` 和 `- {second}`" + ("，放在 `任一:` 下面" if either else "")
        width = joint.end() - joint.start()
        raise Misread("V310", "一行里写了两个条件", hint, line.at + joint.start(), width)


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
        truth = reading.read_flag(entry, line.value) is (line.sign in ("=", "in"))
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
    names = _each_word(line, lambda entry, word: str(reading.read_member(entry, word, vocabulary.reference)))
    parts = [Atom(Axis(line.field.id, f"={name}"), Among(frozenset({"yes"}))) for name in names]
    some = parts[0] if len(parts) == 1 else AnyOf(tuple(parts))
    return some if wanted == "yes" else NoneOf((some,))


class _BadWord(Exception):
    """One word of a list cannot be read; says which."""

    def __init__(self, cause: Unreadable, at: int, width: int) -> None:
        self.cause, self.at, self.width = cause, at, width


def _each_word(line: Line, read: Callable[[Field, str], T]) -> list[T]:
    """Read every word of a list."""
    found = []
    for at, end in spans_of(line.value):
        word = line.value[at:end]
        try:
            found.append(read(line.field, word))
        except Unreadable as error:
            hint = error.hint
            if ";" in word:
                hint = f"列举用顿号，写成 `{'、'.join(w.strip() for w in word.split(';') if w.strip())}`"
            each = re.split("或者|[或和及与]", word)
            if len(each) > 1 and all(line.field.option(w) for w in each):
                verb = "不属于" if line.sign in ("!=", "not in") else "属于"
                hint = f"写成 `{line.field.name} {verb} {'、'.join(each)}`"
            raise _BadWord(Unreadable(error.message, hint), at, end - at) from None
    return found


def _single_choice(entry: Field, word: str) -> str:
    value = reading.read_choice(entry, word)
    if not isinstance(value, str):
        raise Unreadable(f"`{word}` 不是单一的取值", f"例如 `{entry.name} {example(entry)}`")
    return value


def _set_member(entry: Field, word: str) -> str:
    if not entry.options:
        return word
    found = reading.read_set(entry, [word])
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
    return _bound(axis, _in_range(entry, entry.span(line.value), line), line.sign, integral, line)


def _in_range(entry: Field, value: Span, line: Line) -> Span:
    """A figure the field can have at all. Raises Unreadable: `年龄 不超过 450周岁` would hold for everybody."""
    low = entry.lo is not None and value.hi is not None and value.hi < entry.lo
    high = entry.hi is not None and value.lo is not None and value.lo > entry.hi
    if low or high:
        message = f"`{line.value}` 超出了{entry.name}的范围（{entry.show(entry.lo)} 到 {entry.show(entry.hi)}）"
        raise Unreadable(message, "核对数字；范围写在 vocabulary.yaml 里")
    return value


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
    stripped = text.translate(WIDE).strip()
    for word in ("不符合", "符合"):
        if stripped.startswith(word):
            return f"{word} {stripped[len(word) :].strip()}"
    read_line(text, vocabulary)
    line = take_apart(text, vocabulary)
    operator = BY_SIGN[line.sign]
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
        return "是" if reading.read_flag(entry, word) else "否"
    option = entry.option(word)
    return option.name if option else word
