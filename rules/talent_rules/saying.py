"""Money, values and conditions in any language; in Chinese just as the rules write them.

Figures are exact in every language: never the rounding short form.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from talent_rules import vocabulary as chinese
from talent_rules.lines import Line, Misread, split_values, take_apart
from talent_rules.model import Declined, Finding, Number, OneOf, Range, Span
from talent_rules.quantities import Unreadable
from talent_rules.reference import Reference
from talent_rules.vocabulary import Field, Kind, Vocabulary, show_days
from talent_rules.words import CHINESE, Words, marked

HEADS = {"all": marked("以下都要满足"), "any": marked("以下满足一项即可"), "none": marked("以下都不能有")}
_SIGNS = {
    ">=": marked("{name}至少 {value}"),
    "<=": marked("{name}不超过 {value}"),
    ">": marked("{name}超过 {value}"),
    "<": marked("{name}不满 {value}"),
    "!=": marked("{name}不是 {value}"),
    "not in": marked("{name}不属于 {value}"),
    "lacks": marked("{name}不包含 {value}"),
    "has": marked("{name}包含 {value}"),
    "not between": marked("{name}不在 {value} 之间"),
}
_OPPOSITE = {
    ">=": "<", "<": ">=", ">": "<=", "<=": ">", "=": "!=", "!=": "=", "in": "not in", "not in": "in",
    "has": "lacks", "lacks": "has", "between": "not between",
}  # fmt: skip
_DATES = {
    ">=": marked("{name}不早于 {value}"),
    "<=": marked("{name}不晚于 {value}"),
    ">": marked("{name}晚于 {value}"),
    "<": marked("{name}早于 {value}"),
}
_SCOPE = re.compile(r"有效期(?: 自 (\S+))?(?: 至 ([^\s（]+))?(（被替代）)?")
POINTS = marked("积分")
_SCORE = re.compile(r"(.+?)[ （](-?[\d.]+)分(?:–(-?[\d.]+)分)?）?")

# ── money ───────────────────────────────────────────────────────────────────────────────────


def show_yuan(fen: int | None, say: Words = CHINESE) -> str:
    """分 in words, exact: 40万元, CN¥400,000, 不封顶."""
    if say.source:
        return chinese.show_yuan(fen)
    if fen is None:
        return say("不封顶")
    from babel.numbers import format_currency

    pattern = "¤#,##0" if fen % 100 == 0 else "¤#,##0.00"
    return format_currency(Decimal(fen) / 100, "CNY", pattern, locale=say.lang, currency_digits=False)


def show_range(amount: Range | None, say: Words = CHINESE) -> str:
    """A range of money in words."""
    if say.source:
        return chinese.show_range(amount)
    if amount is None:
        return say("没有金额")
    if amount.settled:
        return show_yuan(amount.lo, say)
    if amount.hi is None:
        return say("{value}以上", value=show_yuan(amount.lo, say)) if amount.lo else say("数额未载明")
    if not amount.lo:
        return say("最高 {value}", value=show_yuan(amount.hi, say))
    return f"{show_yuan(amount.lo, say)}–{show_yuan(amount.hi, say)}"


# ── values ──────────────────────────────────────────────────────────────────────────────────


def show_value(entry: Field, value: object, say: Words = CHINESE) -> str:
    """A value of a field in words, with its unit."""
    if say.source:
        return entry.show(value)
    if value is None:
        return say("不限")
    if isinstance(value, Declined):
        return say(value.value)
    if isinstance(value, bool):
        return say("是") if value else say("否")
    if isinstance(value, OneOf):
        return _either([_option(entry, o.id, say) for o in entry.options if o.id in value.choices], say)
    if isinstance(value, Span):
        return _span(entry, value, say)
    if isinstance(value, frozenset):
        return say.listed(sorted(_option(entry, v, say) for v in value)) or say("无")
    if isinstance(value, tuple):
        return say.listed(_days(s, say) for s in value) or say("无")
    if isinstance(value, str):
        return _option(entry, value, say)
    return _number(entry, value, say)  # type: ignore[arg-type]


_DAY = re.compile(r"(?<!\d)(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?![\d元年万,.])")


def _day_aloud(found: re.Match[str]) -> str:
    """2024-07 → 2024年7月."""
    return "".join(f"{int(part)}{unit}" for part, unit in zip(found.groups(), "年月日", strict=True) if part)


def show_fact(entry: Field, value: object, say: Words = CHINESE) -> str:
    """A fact as people say it: “租房住”, “合同3年以上”; the field with its value where the vocabulary has no 说法."""
    told = isinstance(value, bool) or not (value is None or isinstance(value, Declined) or value == entry.absence)
    if say.source and told and entry.spoken:
        if isinstance(value, bool):
            return entry.spoken[0 if value else 1]
        option = next((o.spoken for o in entry.options if o.id == value), "")
        shown = show_value(entry, value, say)
        return option or entry.spoken[0].replace("{}", _DAY.sub(_day_aloud, shown))
    said = "{name} {value}" if say.source else "{name}：{value}"
    return say(said, name=say(entry.name), value=show_value(entry, value, say))


def _either(words: list[str], say: Words) -> str:
    """One of several."""
    *first, last = words or [""]
    return say.listed(first) + say("或") + last if first else last


def _option(entry: Field, value: str, say: Words) -> str:
    """A choice by its name, a benefit by its own; a name on a list, such as a school's, is what it is."""
    return say(next((o.name for o in entry.options if o.id == value), entry.called.get(value, value)))


def _number(entry: Field, value: Number, say: Words) -> str:
    if entry.kind is Kind.MONEY:
        return show_yuan(int(value), say)
    if entry.kind is Kind.MONTHS:
        return _months(value, entry.unit, say)
    if entry.kind is Kind.COUNT:
        return say.counted("{n}" + entry.unit, value) if entry.unit else str(value)
    if entry.kind is Kind.AREA:
        return say("{n}㎡", n=f"{float(value):g}")
    return chinese.show_number(entry.kind, value, entry.unit)


def _months(value: Number, unit: str, say: Words) -> str:
    years, months = divmod(value, 12)
    if not months and (years or unit == "年"):
        return say.counted("{n}年", int(years))
    if unit == "年" and years and months == int(months):
        return say.counted("{n}年", int(years)) + say.counted("{n}个月", int(months))
    return say.counted("{n}个月", f"{float(value):g}")


def _span(entry: Field, span: Span, say: Words) -> str:
    if entry.kind is Kind.DATE:
        if span.lo == entry.lo and span.hi is not None and span.lo != span.hi:
            return say("{value} 以前", value=_number(entry, span.hi + 1, say))
        if span.hi == entry.hi and span.lo is not None and span.lo != span.hi:
            return say("{value} 以后", value=_number(entry, span.lo, say))
        return _days(span, say)
    lo, hi = span.lo, span.hi
    if (hi is None or hi == entry.hi) and lo is not None:
        return say("{value}以上", value=_number(entry, lo, say))
    if hi is None or lo is None:
        return say("不限")
    if lo == entry.lo:
        whole = hi == int(hi)
        return (
            say("{value}以下", value=_number(entry, hi, say))
            if whole
            else say("不满 {value}", value=_number(entry, -(-hi // 1), say))
        )
    if lo == hi:
        return _number(entry, lo, say)
    top = _number(entry, hi, say) if hi == int(hi) else say("不满 {value}", value=_number(entry, -(-hi // 1), say))
    return say("{lo}至{hi}", lo=_number(entry, lo, say), hi=top)


def _days(span: Span, say: Words) -> str:
    if span.lo is None or span.hi is None:
        day = next((show_days(Span(end, end)) for end in (span.lo, span.hi) if end is not None), "")
        known = say("{day}起", day=day) if span.lo is not None else say("{day}及以前", day=day)
        return known if day else say("日期不详")
    lo, _, hi = show_days(span).partition("至")
    return say("{lo}至{hi}", lo=lo, hi=hi) if hi else lo


# ── conditions ──────────────────────────────────────────────────────────────────────────────


def show_finding(finding: Finding, known: Vocabulary, say: Words = CHINESE) -> str:
    """A condition in words; what it is made of is left to its parts where they are shown."""
    if say.source and (finding.kind in HEADS or finding.kind == "points"):
        return finding.text
    if finding.kind in HEADS and finding.parts:
        parts = (show_finding(part, known, say) for part in finding.parts)
        return say("{head}：{parts}", head=say(HEADS[finding.kind]), parts=say("；").join(parts))
    if finding.kind == "points" and (score := _SCORE.fullmatch(finding.text)):
        name, lo, hi = score.groups()
        points = say.counted("{n}分", lo) if hi is None else say("{lo} 到 {hi} 分", lo=lo, hi=hi)
        return say("{name}（{points}）", name=show_condition(name, known, say), points=points)
    return show_condition(finding.text, known, say)


def show_condition(text: str, known: Vocabulary, say: Words = CHINESE) -> str:
    """A condition line as people say it; a line nobody can take apart is looked up, and else stays as it is written."""
    if text in say.texts:
        return say(text)
    if scope := _SCOPE.fullmatch(text):
        since, until, replaced = scope.groups()
        words = say("有效期 {since} 至 {until}", since=since or "…", until=until or "…")
        return words + (say("（被替代）") if replaced else "")
    for word, sentence in (("不符合 ", marked("不符合{name}")), ("符合 ", marked("符合{name}"))):
        if text.startswith(word):
            return say(sentence, name=say(text.removeprefix(word)))
    if " 至少 " in text and text.endswith("分"):
        name, _, least = text.partition(" 至少 ")
        return say("{name}至少 {value}", name=say(name), value=say.counted("{n}分", least.removesuffix("分")))
    first, also, rest = text.partition("，或")
    if also:
        return say("{a}，或{b}", a=show_condition(first, known, say), b=show_condition(rest, known, say))
    try:
        return _line(take_apart(text, known), known.reference, say)
    except (Misread, Unreadable):
        return text


def show_denied(text: str, known: Vocabulary, say: Words = CHINESE) -> str:
    """That a condition line does not hold: 劳动合同年限不满 3年."""
    try:
        line = take_apart(text, known)
        return _line(replace(line, sign=_OPPOSITE[line.sign]), known.reference, say)
    except (Misread, Unreadable):
        return say("不满足 {what}", what=show_condition(text, known, say))


def _line(line: Line, reference: Reference, say: Words) -> str:
    name = say(line.field.name)
    if line.field.kind is Kind.FLAG:
        holds = line.field.read(line.value, reference) is (line.sign in ("=", "in"))
        said = name if holds else say("{name}：{value}", name=name, value=say("否"))
    else:
        words = _DATES if line.field.kind is Kind.DATE and line.sign in _DATES else _SIGNS
        sentence = words.get(line.sign, marked("{name}：{value}"))
        said = say(sentence, name=name, value=_value(line, reference, say))
    if line.anchor is not None:
        said += say("（按{name}算）", name=say(line.anchor.name))
    return re.sub(r" (?=[^\W\d_a-zA-Z])", "", said) if say.source else said  # 至少 3年, but 至少硕士


def show_asked(line: Line, reference: Reference, say: Words = CHINESE) -> str:
    """What a line asks of its field, without naming it: a cell of a table."""
    value = line.value if say.source else _value(line, reference, say)
    if line.sign in ("=", "in", "has"):
        return value
    sentences = _DATES if line.field.kind is Kind.DATE and line.sign in _DATES else _SIGNS
    return say(sentences[line.sign], name="", value=value).lstrip(": ") if line.sign in sentences else value


def _value(line: Line, reference: Reference, say: Words) -> str:
    entry, text = line.field, line.value
    if line.sign in ("between", "not between"):
        ends = re.fullmatch(r"(.+?)\s*(?:至|到|~|～|—)\s*(.+?)\s*(?:之间)?", text)
        if not ends:
            return text
        unit = re.search(r"[^\d.,，\s]+$", ends.group(2))
        first = ends.group(1) + (unit.group() if unit and ends.group(1).strip().isdigit() else "")
        return say("{lo}至{hi}", lo=_word(entry, first, reference, say), hi=_word(entry, ends.group(2), reference, say))
    if entry.kind.numeric and line.sign not in ("in", "not in"):
        return _word(entry, text, reference, say)
    listed = re.fullmatch(r"名单[.．·](.+)", text)
    if listed:
        return say("名单“{name}”", name=say(_list_name(listed.group(1), reference)))
    return _either([_word(entry, word, reference, say) for word in split_values(text)], say)


def _word(entry: Field, text: str, reference: Reference, say: Words) -> str:
    if entry.kind.numeric:
        span = entry.span(text)
        return show_value(entry, span.lo if span.lo == span.hi else span, say)
    if entry.kind is Kind.SET and not entry.options:
        return say(text)
    return show_value(entry, entry.read(text, reference), say)


def _list_name(word: str, reference: Reference) -> str:
    found = reference.lists.get(word)
    return found.name if found else word
