"""The vocabulary: what may be known of an applicant, how people say it, and how it is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cached_property
from math import isfinite

from talent_rules import quantities as q
from talent_rules.model import Choice, Declined, Facts, Number, OneOf, Place, Problem, Range, Span, Value
from talent_rules.quantities import Unreadable, clean
from talent_rules.reference import Reference
from talent_rules.source import did_you_mean, one_line


class Kind(Enum):
    """The types a field can have; the value is the word in the vocabulary file."""

    FLAG = "是非"
    CHOICE = "枚举"
    ORDERED = "有序枚举"
    COUNT = "整数"
    MONEY = "金额"
    AREA = "面积"
    MONTHS = "月数"
    DATE = "日期"
    MEMBER = "名单成员"
    SET = "集合"
    PEOPLE = "多人"

    @property
    def numeric(self) -> bool:
        """Whether values are numbers on a line."""
        return self in (Kind.COUNT, Kind.MONEY, Kind.AREA, Kind.MONTHS, Kind.DATE)

    @property
    def integral(self) -> bool:
        """Whether there is nothing between two neighbouring whole numbers."""
        return self in (Kind.COUNT, Kind.MONEY, Kind.DATE)


class Mutability(Enum):
    """Whether a person can change a fact, only time can, or nobody."""

    MUTABLE = "可变"
    BY_TIME = "等时间"
    FIXED = "不可变"


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a choice field."""

    id: str
    name: str
    synonyms: tuple[str, ...] = ()
    spoken: str = ""  # what people call it where the name alone would not tell


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a field follows from others: `age`, `member`, `people` or `elapsed`.

    `of` is the field it is read from, `on` the date field that anchors it.
    """

    kind: str
    of: str
    on: str = ""
    list_id: str = ""
    at_least: int | None = None
    below: int | None = None


_SAME_UNITS = (("周岁", "岁"), ("人", "位", "个", "名", "口"))
TRUE_WORDS = ("是", "true", "yes", "y", "有", "√", "✓", "✔", "对", "已", "1")
FALSE_WORDS = ("否", "false", "no", "n", "无", "没有", "不是", "×", "✗", "✘", "未", "0")


NOTHING_OF_THE_KIND = ("none", "other")  # ids of options


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be known of an applicant: what it is called, how it is asked, what it can be.

    `unit` is what people count in, `lo` and `hi` the range in internal units (分, months, ordinal days, ㎡).
    """

    id: str
    name: str
    kind: Kind
    synonyms: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    unit: str = ""
    lo: Number | None = None
    hi: Number | None = None
    list_id: str = ""
    people_max: int = 0
    question: str = ""
    why: str = ""
    example: str = ""
    mutability: Mutability = Mutability.MUTABLE
    cost: int = 1
    sensitive: bool = False
    askable: bool = True
    ask_when: tuple[str, ...] = ()  # lines of which one must hold before it is asked; none: always
    usual: Value | None = None  # what most people answer, where that is known
    spoken: tuple[str, ...] = ()  # the fact as people say it: of a flag yes and no, else a line with `{}`
    derivation: Derivation | None = None
    benefits: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict, compare=False
    )  # what each is called → its ids
    place: Place = field(default_factory=Place, compare=False)

    @property
    def words(self) -> tuple[str, ...]:
        """Everything the field is called."""
        return (self.name, self.id, *self.synonyms)

    @property
    def absence(self) -> Value | None:
        """The value that says there is nothing of the kind; None for a number, which has none."""
        if self.kind is Kind.FLAG:
            return False
        if self.kind is Kind.SET:
            return frozenset()
        return next((o.id for o in self.options if o.id in NOTHING_OF_THE_KIND), None)

    def option(self, word: str) -> Option | None:
        """The option called so, by id, name or synonym."""
        folded = clean(word).casefold()
        for option in self.options:
            if folded in (option.id.casefold(), clean(option.name).casefold()):
                return option
        for option in self.options:
            if any(folded == clean(s).casefold() for s in option.synonyms):
                return option
        return None

    # reading -------------------------------------------------------------------------------

    def quantity(self, text: str) -> Number:
        """One number of this field in internal units (分, months, ordinal days, ㎡).

        Raises Unreadable. A date must be a whole day; use `span` where a month will do.
        """
        if self.kind is Kind.MONEY:
            return q.money(text)
        if self.kind is Kind.MONTHS:
            return q.months(text, unit=self.unit)
        if self.kind is Kind.AREA:
            return q.area(text)
        if self.kind is Kind.DATE:
            span = q.day_span(text)
            if span.lo != span.hi or span.lo is None:
                raise Unreadable(f"`{text}` 没有写到日", "写成 `2024-07-01`")
            return span.lo
        units = next((u for u in _SAME_UNITS if self.unit in u), (self.unit,) if self.unit else ())
        value = q.counted(text, units)
        if not isinstance(value, int):
            raise Unreadable(f"`{text}` 不是整数", "例如 3")
        return value

    def span(self, text: str) -> Span:
        """A number or a date with its precision kept."""
        if self.kind is Kind.DATE:
            return q.day_span(text)
        value = self.quantity(text)
        return Span(value, value)

    def read(self, raw: object, reference: Reference) -> Value | None:
        """A value as people, tables or JSON give it; None when nothing is given.

        Raises Unreadable with what is accepted.
        """
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        if isinstance(raw, str) and clean(raw) in ("不清楚", "不知道", "unknown"):
            return Declined.DONT_KNOW
        if isinstance(raw, str) and clean(raw) in ("不想说", "保密", "refused"):
            return Declined.REFUSED
        if isinstance(raw, Mapping):
            return self._read_partial(raw, reference)
        if isinstance(raw, (list, tuple)) and self.kind not in (Kind.SET, Kind.PEOPLE):
            raise Unreadable(f"{self.name}只能有一个值，却给了 `{_shown(raw)}`", "写一个值，不用方括号")
        if self.kind is Kind.FLAG:
            return self._read_flag(raw)
        if self.kind in (Kind.CHOICE, Kind.ORDERED):
            return self._read_choice(raw)
        if self.kind is Kind.SET:
            return self._read_set(raw)
        if self.kind is Kind.PEOPLE:
            return self._read_people(raw)
        if self.kind is Kind.MEMBER:
            return self._read_member(raw, reference)
        return self._narrow(self._read_number(raw), raw)

    def _read_flag(self, raw: object) -> bool:
        if isinstance(raw, bool):
            return raw
        word = clean(str(raw)).casefold()
        if word in TRUE_WORDS:
            return True
        if word in FALSE_WORDS:
            return False
        raise Unreadable(f"{self.name} 不能是 `{_shown(raw)}`", "写 是 或 否")

    def _read_choice(self, raw: object) -> str | OneOf:
        word = str(raw)
        option = self.option(word)
        if option:
            return option.id
        found = re.fullmatch(r"(.+?)(?:及以上|以上)", clean(word))
        if found and self.kind is Kind.ORDERED and (least := self.option(found.group(1))):
            ids = [o.id for o in self.options]
            return OneOf(frozenset(ids[ids.index(least.id) :]))
        names = [w for o in self.options for w in (o.name, o.id, *o.synonyms)]
        hint = did_you_mean(word, names) or "可写：" + "、".join(o.name for o in self.options)
        raise Unreadable(f"{self.name}没有 `{_shown(raw)}` 这个取值", hint)

    def _read_set(self, raw: object) -> frozenset[str]:
        if isinstance(raw, Mapping):
            parts = list(raw)
        else:
            parts = _listed(raw) if self.options else _listed(raw, _BETWEEN_IDS)
        if parts in (["无"], ["没有"], ["none"], ["都没有"]):
            return frozenset()
        if not self.options:
            return frozenset(self._benefit(str(p)) for p in parts)
        found = set()
        for part in parts:
            option = self.option(str(part))
            if option is None:
                names = [o.name for o in self.options]
                hint = did_you_mean(str(part), names) or "可写：" + "、".join(names)
                raise Unreadable(f"{self.name}没有 `{_shown(part)}` 这个取值", hint)
            if option.id != "none":
                found.add(option.id)
        return frozenset(found)

    def received(self, raw: object) -> Mapping[str, int]:
        """分 received before per benefit, where a field says how much: `{"ordos-housing-2022/rent": 54000}` in 元.

        Raises Unreadable.
        """
        if self.id != "received" or not isinstance(raw, Mapping):
            return {}
        paid = {self._benefit(str(k)): q.money(_plain(v)) for k, v in raw.items() if v is not None}
        if any(v < 0 for v in paid.values()):
            raise Unreadable("已经领到的钱不会是负数", "写已经领到多少，例如 30000")
        return paid

    def _benefit(self, word: str) -> str:
        """The id of the benefit a word stands for; the word itself in a vocabulary without rules."""
        ids = self.benefits.get(clean(word).casefold(), ())
        if len(ids) == 1 or not self.benefits:
            return ids[0] if ids else word
        if ids:
            raise Unreadable(f"`{word}` 可以指{len(ids)}项待遇", "请写全名：" + "、".join(ids))
        hint = did_you_mean(word, self.benefits) or "写待遇的名称或 id，没领过就写 没有"
        raise Unreadable(f"没有 `{word}` 这项待遇", hint)

    def _read_people(self, raw: object) -> tuple[Span, ...]:
        parts = _listed(raw)
        if parts in (["无"], ["没有"], ["none"]):
            parts = []
        people = []
        for part in parts:
            text = part.get("birth_date") if isinstance(part, Mapping) else part
            people.append(q.day_span(str(text)) if text not in (None, "", "不清楚") else Span(None, None))
        if self.people_max and len(people) > self.people_max:
            raise Unreadable(f"{self.name}最多 {self.people_max} 人，写了 {len(people)} 人", "每人写一个出生日期")
        return tuple(people)

    def _read_member(self, raw: object, reference: Reference) -> Value:
        text = str(raw).strip()
        if self.list_id not in reference.lists:
            return text
        names = reference.candidates(self.list_id, text)
        if len(names) == 1 and not reference.is_ambiguous(text):
            return names[0]
        if names:
            raise Unreadable(f"`{text}` 可以指" + "、".join(names), f"请写全名，例如 `{names[0]}`")
        near = did_you_mean(text, reference.lists[self.list_id].since)
        raise Unreadable(f"{self.name}名单里没有 `{text}`", near or "请写全名；境外院校请改填 境外院校、世界前300")

    def _read_number(self, raw: object) -> Value:
        if isinstance(raw, bool):
            raise Unreadable(f"{self.name}应当是{self.kind.value}，不是是非", f"例如 {self.example or 3}")
        if isinstance(raw, (int, float, Fraction)) and self.kind is not Kind.DATE:
            return self.quantity(_plain(raw))
        text = clean(str(raw))
        if self.kind is not Kind.DATE:
            ends = q.ends(text)
        elif not re.fullmatch(r"\d{4}-.*", text) and (found := re.fullmatch(r"(.+?)(?:~|～|—|–|至|到)(.+)", text)):
            ends = found.group(1), found.group(2)
        else:
            ends = None
        if ends:
            lo, hi = self.span(ends[0]).lo, self.span(ends[1]).hi
            if lo is not None and hi is not None and lo > hi:
                raise Unreadable(f"{self.name} `{_shown(raw)}` 的前一个比后一个大", "小的写在前面，例如 30万至40万")
            return Span(lo, hi)
        for words, side in _BOUND_WORDS:
            for word in words:
                if text.endswith(word) and len(text) > len(word):
                    return self._bounded(text[: -len(word)], side)
                if text.startswith(word) and len(text) > len(word):
                    return self._bounded(text[len(word) :], side)
        span = self.span(str(raw))
        return span.lo if span.lo == span.hi and span.lo is not None else span

    def _bounded(self, text: str, side: str) -> Span:
        span = self.span(text)
        step = 1 if self.kind.integral else Fraction(1, 1000)
        if side == ">=":
            return Span(span.lo, self.hi)
        if side == "<=":
            return Span(self.lo, span.hi)
        if side == ">":
            return Span(_shift(span.hi, step), self.hi)
        return Span(self.lo, _shift(span.lo, -step))

    def _narrow(self, value: Value, raw: object) -> Value:
        lo, hi = (value.lo, value.hi) if isinstance(value, Span) else (value, value)
        below = self.lo is not None and isinstance(hi, Number) and hi < self.lo
        above = self.hi is not None and isinstance(lo, Number) and lo > self.hi
        if below or above:
            limits = f"应在 {self.show(self.lo)} 与 {self.show(self.hi)} 之间"
            raise Unreadable(f"{self.name} `{_shown(raw)}` 超出范围", limits)
        return value

    def _read_partial(self, raw: Mapping[object, object], reference: Reference) -> Value | None:
        keys = {str(k) for k in raw}
        if keys <= {"min", "max"} and self.kind.numeric:
            ends: list[Number | None] = []
            for key, side in (("min", 0), ("max", 1)):
                part = raw.get(key)
                span = None if part is None else self.span(_plain(part))
                ends.append((self.lo, self.hi)[side] if span is None else (span.lo, span.hi)[side])
            if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
                raise Unreadable(f"{self.name}的下限大于上限", "写成 {min: 小, max: 大}")
            return Span(ends[0], ends[1])
        if keys == {"any_of"} and self.options:
            read = [self._read_choice(w) for w in _listed(raw["any_of"])]
            chosen = frozenset().union(*(v.choices if isinstance(v, OneOf) else {v} for v in read))
            if chosen:
                return OneOf(chosen)
        if self.kind is Kind.SET:
            return self._read_set(raw)
        raise Unreadable(
            f"{self.name}不能写成 `{_shown(raw)}`", '范围写 {"min": 3}，几选一写 {"any_of": ["硕士", "博士"]}'
        )

    # showing -------------------------------------------------------------------------------

    def show(self, value: object) -> str:
        """A value in words people use, with its unit."""
        if value is None:
            return "不限"
        if isinstance(value, Declined):
            return value.value
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, OneOf):
            return "或".join(self.show(o.id) for o in self.options if o.id in value.choices)
        if isinstance(value, Span):
            return self._show_span(value)
        if isinstance(value, frozenset):
            return "、".join(sorted(self._option_name(v) for v in value)) or "无"
        if isinstance(value, tuple):
            return "、".join(show_days(s) for s in value) or "无"
        if isinstance(value, str):
            return self._option_name(value)
        return show_number(self.kind, value, self.unit)  # type: ignore[arg-type]

    def _option_name(self, value: str) -> str:
        return next((o.name for o in self.options if o.id == value), value)

    def _show_span(self, span: Span) -> str:
        if self.kind is Kind.DATE:
            return show_days(span)
        if span.hi is None or span.hi == self.hi:
            return f"{self.show(span.lo)}以上"
        if span.lo is None or span.lo == self.lo:
            whole = span.hi if span.hi == int(span.hi) else None
            return f"{self.show(whole)}以下" if whole is not None else f"不满{self.show(-(-span.hi // 1))}"
        return f"{self.show(span.lo)}至{self.show(span.hi)}"


_BOUND_WORDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("及以上", "以上", "至少", "不低于", "不少于", "起", ">=", "≥"), ">="),
    (("及以下", "以下", "以内", "至多", "不超过", "最多", "<=", "≤"), "<="),
    (("超过", "高于", "大于", ">"), ">"),
    (("不满", "不到", "低于", "少于", "小于", "<"), "<"),
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


_BETWEEN_IDS = "、,，;；|"  # an id has a slash inside


def _listed(raw: object, between: str = _BETWEEN_IDS + "/") -> list[object]:
    if isinstance(raw, (list, tuple, set, frozenset)):
        return list(raw)
    return [p for p in re.split(f"[{between}]+", str(raw)) if p.strip()]


def show_days(span: Span) -> str:
    """A day, a month, a year or a stretch of days."""
    from datetime import date

    if span.lo is None or span.hi is None:
        return "日期不详"
    lo, hi = date.fromordinal(int(span.lo)), date.fromordinal(int(span.hi))
    if lo == hi:
        return lo.isoformat()
    if lo.day == 1 and q.add_months(lo, 1).toordinal() - 1 == hi.toordinal():
        return f"{lo:%Y-%m}"
    if (lo.month, lo.day, hi.month, hi.day) == (1, 1, 12, 31) and lo.year == hi.year:
        return f"{lo.year}"
    return f"{lo.isoformat()}至{hi.isoformat()}"


def show_yuan(fen: int | None) -> str:
    """分 as words people use, never rounded: 40万元, 1.2345万元, 5,000元, 不封顶."""
    if fen is None:
        return "不封顶"
    yuan = Fraction(fen, 100)
    if abs(yuan) >= 100_000_000 and yuan % 1_000 == 0:
        return f"{_decimal(yuan / 100_000_000)}亿元"
    if abs(yuan) >= 10_000 and yuan % 1 == 0:
        return f"{_decimal(yuan / 10_000)}万元"
    if yuan.denominator == 1:
        return f"{yuan.numerator:,}元"
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}元"


def show_range(amount: Range | None) -> str:
    """A range in words."""
    if amount is None:
        return "没有金额"
    if amount.settled:
        return show_yuan(amount.lo)
    if amount.hi is None:
        return f"{show_yuan(amount.lo)}以上" if amount.lo else "数额未载明"
    if not amount.lo:
        return f"最高 {show_yuan(amount.hi)}"
    return f"{show_yuan(amount.lo)}–{show_yuan(amount.hi)}"


def _decimal(value: Fraction) -> str:
    text = format(float(value), ".6f") if value.denominator != 1 else str(value.numerator)
    return text.rstrip("0").rstrip(".") if "." in text else text


def show_number(kind: Kind, value: Number, unit: str = "") -> str:
    """A number of a kind in words."""
    from datetime import date

    if kind is Kind.MONEY:
        return show_yuan(int(value))
    if kind is Kind.DATE:
        return date.fromordinal(int(value)).isoformat()
    if kind is Kind.AREA:
        return f"{_decimal(Fraction(value))}㎡"
    if kind is Kind.MONTHS:
        if value % 12 == 0 and (value >= 12 or unit == "年"):
            return f"{value // 12}年"
        if unit == "年" and value > 12 and value == int(value):
            return f"{int(value) // 12}年{int(value) % 12}个月"
        return f"{_decimal(Fraction(value))}个月"
    return f"{value}{unit}"


@dataclass(frozen=True, slots=True)
class Group:
    """A question that settles several fields at one tap."""

    id: str
    question: str
    why: str
    choices: tuple[Choice, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field some choice sets."""
        return tuple(dict.fromkeys(name for c in self.choices for name, _ in c.sets))


@dataclass(frozen=True)
class Vocabulary:
    """All fields, in the order they stand, and the questions that group them."""

    fields: Mapping[str, Field]
    groups: tuple[Group, ...] = ()
    reference: Reference = field(default_factory=Reference)
    #: pairs of condition texts that always hold together; compiled with the rules
    implications: tuple[object, ...] = ()

    @cached_property
    def _names(self) -> Mapping[str, Field]:
        found: dict[str, Field] = {}
        for entry in self.fields.values():
            for word in reversed(entry.words):
                found.setdefault(clean(word).casefold(), entry)
        for entry in self.fields.values():
            found[clean(entry.name).casefold()] = entry
            found[entry.id] = entry
        return found

    @cached_property
    def derived(self) -> tuple[Field, ...]:
        """The fields that follow from others."""
        return tuple(f for f in self.fields.values() if f.derivation is not None)

    def find(self, word: str) -> Field | None:
        """The field called so, by id, name or synonym."""
        return self._names.get(clean(word).casefold())

    @property
    def words(self) -> Iterable[str]:
        """Every word that names a field."""
        return self._names

    def read(self, profile: Mapping[str, object], where: str = "") -> tuple[Facts, tuple[Problem, ...]]:
        """A profile by field ids or names → facts, and a problem for each thing not understood."""
        values: dict[str, Value] = {}
        paid: dict[str, int] = {}
        twice: set[str] = set()  # which of two values is meant nobody knows
        problems: list[Problem] = []
        for key, raw in profile.items():
            entry = self.find(str(key))
            if entry is None:
                hint = did_you_mean(str(key), [f.name for f in self.fields.values()] + list(self.fields))
                message = one_line(f"没有 `{key}` 这个信息项")
                problems.append(Problem(Place(where), "P601", message, hint or "用 talent template 看全部信息项"))
                continue
            try:
                value = entry.read(raw, self.reference)
                paid |= entry.received(raw)
            except Unreadable as error:
                message = error.message if error.message.startswith(entry.name) else f"{entry.name}：{error.message}"
                problems.append(Problem(Place(where), "P602", one_line(message), one_line(error.hint)))
                continue
            if value is None:
                continue
            if entry.id in values and values[entry.id] != value:
                problems.append(Problem(Place(where), "P603", f"{entry.name} 给了两个不同的值", "只留一个"))
                twice.add(entry.id)
            values[entry.id] = value
        return Facts({k: v for k, v in values.items() if k not in twice}, paid), tuple(problems)
