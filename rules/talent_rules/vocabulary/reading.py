"""What people, tables and JSON write for a field, as a value in internal units.

Units: 分 for money, months for stretches of time, ordinal days for dates, ㎡ for areas. What cannot be
understood raises Unreadable with what is accepted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING

from talent_rules import quantities as q
from talent_rules.model import Declined, Number, OneOf, Span, Value
from talent_rules.quantities import Unreadable, clean
from talent_rules.reference import Reference
from talent_rules.source import did_you_mean, slips_of
from talent_rules.vocabulary.kinds import Kind
from talent_rules.vocabulary.showing import show_value

if TYPE_CHECKING:
    from talent_rules.vocabulary.fields import Field

_SAME_UNITS = (("周岁", "岁"), ("人", "位", "个", "名", "口"))
TRUE_WORDS = ("是", "true", "yes", "y", "有", "√", "✓", "✔", "☑", "✅", "对", "已", "1")
FALSE_WORDS = ("否", "false", "no", "n", "无", "没有", "不是", "×", "✗", "✘", "❌", "未", "0")
_BOUND_WORDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("及以上", "以上", "至少", "不低于", "不少于", "起", ">=", "≥"), ">="),
    (("及以下", "以下", "以内", "至多", "不超过", "最多", "<=", "≤"), "<="),
    (("超过", "高于", "大于", ">"), ">"),
    (("不满", "不到", "低于", "少于", "小于", "<"), "<"),
)
_CHINA = timezone(timedelta(hours=8))
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
_BETWEEN_IDS = "、,，;；|"  # an id has a slash inside


def read_quantity(entry: Field, text: str) -> Number:
    """One number of this field in internal units (分, months, ordinal days, ㎡).

    Raises Unreadable. A date must be a whole day; use `span` where a month will do.
    """
    if entry.kind is Kind.MONEY:
        return q.money(text)
    if entry.kind is Kind.MONTHS:
        return q.months(text, unit=entry.unit)
    if entry.kind is Kind.AREA:
        return q.area(text)
    if entry.kind is Kind.DATE:
        span = q.day_span(text)
        if span.lo != span.hi or span.lo is None:
            raise Unreadable(f"`{text}` 没有写到日", "写成 `2024-07-01`")
        return span.lo
    units = next((u for u in _SAME_UNITS if entry.unit in u), (entry.unit,) if entry.unit else ())
    value = q.counted(text, units)
    if not isinstance(value, int):
        raise Unreadable(f"`{text}` 不是整数", "例如 3")
    return value


def read_span(entry: Field, text: str) -> Span:
    """A number or a date with its precision kept, as the stretch it may lie in. Raises Unreadable."""
    if entry.kind is Kind.DATE:
        return q.day_span(text)
    value = read_quantity(entry, text)
    return Span(value, value)


def read_value(entry: Field, raw: object, reference: Reference) -> Value | None:
    """A value as people, tables or JSON give it; None when nothing is given.

    Raises Unreadable with what is accepted.
    """
    raw = _as_python(raw)
    if is_nothing(raw):
        return None
    if isinstance(raw, str) and clean(raw) in ("不清楚", "不知道", "unknown"):
        return Declined.DONT_KNOW
    if isinstance(raw, str) and clean(raw) in ("不想说", "保密", "refused"):
        return Declined.REFUSED
    if isinstance(raw, Mapping):
        return _partial(entry, raw, reference)
    if isinstance(raw, (list, tuple)) and entry.kind not in (Kind.SET, Kind.PEOPLE):
        raise Unreadable(f"{entry.name}只能有一个值，却给了 `{_shown(raw)}`", "写一个值，不用方括号")
    if entry.kind is Kind.FLAG:
        return read_flag(entry, raw)
    if entry.kind in (Kind.CHOICE, Kind.ORDERED):
        return read_choice(entry, raw)
    if entry.kind is Kind.SET:
        return read_set(entry, raw)
    if entry.kind is Kind.PEOPLE:
        return _people(entry, raw)
    if entry.kind is Kind.MEMBER:
        return read_member(entry, raw, reference)
    return _narrow(entry, _number(entry, raw), raw)


def is_nothing(raw: object) -> bool:
    """Whether a value says nothing: None, an empty text, and what pandas puts where nothing is, NaN, NaT and NA."""
    if raw is None or isinstance(raw, str):
        return not (raw or "").strip()
    try:
        return bool(raw != raw)
    except (TypeError, ValueError):  # NA is not even different from itself
        return type(raw).__name__ == "NAType"


def day_of(moment: date) -> date:
    """The day a date or a time is on; a time with a zone by the clocks of China."""
    if not isinstance(moment, datetime):
        return moment
    return (moment if moment.tzinfo is None else moment.astimezone(_CHINA)).date()


def _as_python(raw: object) -> object:
    """What NumPy and pandas have for a value as JSON has it: days as text, arrays as lists."""
    if is_nothing(raw):
        return None
    if isinstance(raw, date):
        return day_of(raw).isoformat()
    if isinstance(raw, float | str) or not hasattr(raw, "tolist"):
        return raw
    if "datetime64" in str(getattr(raw, "dtype", "")):
        raw = raw.astype(str)  # type: ignore[attr-defined]
    found: object = raw.tolist()
    return found


def _without_time(text: str) -> str:
    """A day without its time, as exports write it: 2024-05-10 08:30:00."""
    try:
        return day_of(datetime.fromisoformat(text.strip())).isoformat() if ":" in text else text
    except ValueError:
        return _TIME.sub("", text.strip())


def narrower(one: Value, other: Value) -> Value | None:
    """Of two values of one field the one that says more, 硕士 of 硕士 and 硕士及以上; None where they contradict."""
    if isinstance(one, Declined) or _lies_within(other, one):
        return other
    return one if isinstance(other, Declined) or _lies_within(one, other) else None


def _lies_within(value: Value, wider: Value) -> bool:
    """Whether whoever says the one says the other as well."""
    if value == wider:
        return True
    if isinstance(wider, OneOf):
        return (value.choices if isinstance(value, OneOf) else {value}) <= wider.choices
    if not isinstance(wider, Span) or isinstance(value, (str, bool)):
        return False
    lo, hi = (value.lo, value.hi) if isinstance(value, Span) else (value, value)
    if not isinstance(lo, (int, Fraction)) or not isinstance(hi, (int, Fraction)):
        return False
    return (wider.lo is None or wider.lo <= lo) and (wider.hi is None or hi <= wider.hi)


def read_flag(entry: Field, raw: object) -> bool:
    """是 or 否, by any of the words for it. Raises Unreadable."""
    if isinstance(raw, bool):
        return raw
    word = clean(_plain(raw)).casefold()  # 1.0 is what a table has for 是 where others say nothing
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise Unreadable(f"{entry.name} 不能是 `{_shown(raw)}`", "写 是 或 否")


def read_choice(entry: Field, raw: object) -> str | OneOf:
    """The id of an option, or several where `以上` is said of ordered ones. Raises Unreadable."""
    word = str(raw)
    option = entry.option(word)
    if option:
        return option.id
    found = re.fullmatch(r"(.+?)(?:及以上|以上)", clean(word))
    if found and entry.kind is Kind.ORDERED and (least := entry.option(found.group(1))):
        ids = [o.id for o in entry.options]
        return OneOf(frozenset(ids[ids.index(least.id) :]))
    raise _no_option(entry, raw)


def _no_option(entry: Field, raw: object) -> Unreadable:
    """What is said of a word that is none of the choices: the one it is a slip of, or all of them."""
    known = {w: o.id for o in entry.options for w in (o.name, o.id, *o.synonyms)}
    near = slips_of(clean(str(raw)), known, "".join(known))
    meant = {known[w] for w in near}
    hint = f"你是不是想写 `{near[0]}`？" if len(meant) == 1 else "可写：" + "、".join(o.name for o in entry.options)
    return Unreadable(f"{entry.name}没有 `{_shown(raw)}` 这个取值", hint)


def read_set(entry: Field, raw: object) -> frozenset[str]:
    """The ids of options, or of benefits where the field has none of its own. Raises Unreadable."""
    if isinstance(raw, Mapping):
        parts = list(raw)
    else:
        parts = _listed(raw) if entry.options else _listed(raw, _BETWEEN_IDS)
    if parts in (["无"], ["没有"], ["none"], ["都没有"]):
        return frozenset()
    if not entry.options:
        return frozenset(_benefit(entry, str(p)) for p in parts)
    found = set()
    for part in parts:
        option = entry.option(str(part))
        if option is None:
            raise _no_option(entry, part)
        if option.id != "none":
            found.add(option.id)
    return frozenset(found)


def read_received(entry: Field, raw: object) -> Mapping[str, int]:
    """分 received before per benefit, where a field says how much: `{"ordos-housing-2022/rent": 54000}` in 元.

    Raises Unreadable.
    """
    if entry.id != "received" or not isinstance(raw, Mapping):
        return {}
    paid = {_benefit(entry, str(k)): q.money(_plain(v)) for k, v in raw.items() if v is not None}
    if any(v < 0 for v in paid.values()):
        raise Unreadable("已经领到的钱不会是负数", "写已经领到多少，例如 30000")
    return paid


def _benefit(entry: Field, word: str) -> str:
    """The id of the benefit a word stands for; the word itself in a vocabulary without rules."""
    ids = entry.benefits.get(clean(word).casefold(), ())
    if len(ids) == 1 or not entry.benefits:
        return ids[0] if ids else word
    if ids:
        raise Unreadable(f"`{word}` 可以指{len(ids)}项待遇", "请写全名：" + "、".join(ids))
    hint = did_you_mean(word, entry.benefits) or "写待遇的名称或 id，没领过就写 没有"
    raise Unreadable(f"没有 `{word}` 这项待遇", hint)


def _people(entry: Field, raw: object) -> tuple[Span, ...]:
    parts = _listed(raw)
    if parts in (["无"], ["没有"], ["none"]):
        parts = []
    people = []
    for part in parts:
        text = _as_python(part.get("birth_date") if isinstance(part, Mapping) else part)
        people.append(q.day_span(_without_time(str(text))) if text not in (None, "", "不清楚") else Span(None, None))
    if entry.people_max and len(people) > entry.people_max:
        raise Unreadable(f"{entry.name}最多 {entry.people_max} 人，写了 {len(people)} 人", "每人写一个出生日期")
    return tuple(people)


def read_member(entry: Field, raw: object, reference: Reference) -> Value:
    """The full name of a member of the field's list, by any of its names. Raises Unreadable."""
    text = str(raw).strip()
    if entry.list_id not in reference.lists:
        return text
    names = reference.candidates(entry.list_id, text)
    if len(names) == 1 and not reference.is_ambiguous(text):
        return names[0]
    if names:
        raise Unreadable(f"`{text}` 可以指" + "、".join(names), f"请写全名，例如 `{names[0]}`")
    near = _member_like(text, reference.lists[entry.list_id].since)
    abroad = "境外院校请改填 境外院校、世界前300" if entry.list_id == "universities" else ""
    hint = f"你是不是想写 `{near}`？{abroad}" if near else "；".join(filter(None, ("请写全名", abroad)))
    raise Unreadable(f"{entry.name}名单里没有 `{text}`", hint)


def _member_like(text: str, members: Iterable[str]) -> str:
    """The member a name is a slip or the beginning of; nothing where several are as likely."""
    word, names = clean(text), list(members)
    near = slips_of(word, names) or [n for n in names if len(word) > 2 and n.startswith(word)]
    return near[0] if len(near) == 1 else ""


def _number(entry: Field, raw: object) -> Value:
    if isinstance(raw, bool):
        raise Unreadable(f"{entry.name}应当是{entry.kind.value}，不是是非", f"例如 {entry.example or 3}")
    if isinstance(raw, (int, float, Fraction)) and entry.kind is not Kind.DATE:
        return read_quantity(entry, _plain(raw))
    if entry.kind is Kind.DATE:
        raw = _without_time(str(raw))
    text = clean(str(raw))
    if entry.kind is not Kind.DATE:
        ends = q.ends(text)
    elif not re.fullmatch(r"\d{4}-.*", text) and (found := re.fullmatch(r"(.+?)(?:~|～|—|–|至|到)(.+)", text)):
        ends = found.group(1), found.group(2)
    else:
        ends = None
    if ends:
        lo, hi = read_span(entry, ends[0]).lo, read_span(entry, ends[1]).hi
        if lo is not None and hi is not None and lo > hi:
            raise Unreadable(f"{entry.name} `{_shown(raw)}` 的前一个比后一个大", "小的写在前面，例如 30万至40万")
        return Span(lo, hi)
    for words, side in _BOUND_WORDS:
        for word in words:
            if text.endswith(word) and len(text) > len(word):
                return _bounded(entry, text[: -len(word)], side)
            if text.startswith(word) and len(text) > len(word):
                return _bounded(entry, text[len(word) :], side)
    span = read_span(entry, str(raw))
    return span.lo if span.lo == span.hi and span.lo is not None else span


def _bounded(entry: Field, text: str, side: str) -> Span:
    span = read_span(entry, text)
    step = 1 if entry.kind.integral else Fraction(1, 1000)
    if side == ">=":
        return Span(span.lo, entry.hi)
    if side == "<=":
        return Span(entry.lo, span.hi)
    if side == ">":
        return Span(_shift(span.hi, step), entry.hi)
    return Span(entry.lo, _shift(span.lo, -step))


def _narrow(entry: Field, value: Value, raw: object) -> Value:
    lo, hi = (value.lo, value.hi) if isinstance(value, Span) else (value, value)
    below = entry.lo is not None and isinstance(hi, Number) and hi < entry.lo
    above = entry.hi is not None and isinstance(lo, Number) and lo > entry.hi
    if below or above:
        limits = f"应在 {show_value(entry, entry.lo)} 与 {show_value(entry, entry.hi)} 之间"
        raise Unreadable(f"{entry.name} `{_shown(raw)}` 超出范围", limits)
    return value


def _partial(entry: Field, raw: Mapping[object, object], reference: Reference) -> Value | None:
    keys = {str(k) for k in raw}
    if keys <= {"min", "max"} and entry.kind.numeric:
        ends: list[Number | None] = []
        for key, side in (("min", 0), ("max", 1)):
            part = raw.get(key)
            span = None if is_nothing(part) else read_span(entry, _plain(part))
            ends.append((entry.lo, entry.hi)[side] if span is None else (span.lo, span.hi)[side])
        if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
            raise Unreadable(f"{entry.name}的下限大于上限", "写成 {min: 小, max: 大}")
        return Span(ends[0], ends[1])
    if keys == {"any_of"} and entry.options:
        read = [read_choice(entry, w) for w in _listed(raw["any_of"])]
        chosen = frozenset().union(*(v.choices if isinstance(v, OneOf) else {v} for v in read))
        if chosen:
            return OneOf(chosen)
    if entry.kind is Kind.SET:
        return read_set(entry, raw)
    raise Unreadable(
        f"{entry.name}不能写成 `{_shown(raw)}`", '范围写 {"min": 3}，几选一写 {"any_of": ["硕士", "博士"]}'
    )


def _shift(value: Number | None, step: Number) -> Number | None:
    return None if value is None else value + step


def _shown(raw: object) -> str:
    """A value as its author wrote it, in JSON where it is no text."""
    return raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False, default=str)


def _plain(raw: object) -> str:
    if isinstance(raw, float):
        if not isfinite(raw):
            return str(raw)
        exact, rounded = format(Decimal(str(raw)), "f"), format(raw, ".6f")  # 0.1 + 0.2 is meant to be 0.3
        return (exact if float(rounded) == 0 else rounded.rstrip("0")).removesuffix(".0").removesuffix(".")
    if isinstance(raw, Fraction):
        return format(float(raw), "f").rstrip("0").rstrip(".")
    return _shown(raw) if isinstance(raw, (Mapping, list, tuple)) else str(raw)


def _listed(raw: object, between: str = _BETWEEN_IDS + "/") -> list[object]:
    if isinstance(raw, (list, tuple, set, frozenset)):
        return list(raw)
    return [p for p in re.split(f"[{between}]+", str(raw)) if p.strip()]
