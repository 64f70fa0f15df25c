"""A number typed as an answer: 35, 三年, 18个月, 五六十万, 120平, 不到三年."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from talent_bot.understanding.bounds import LEAST, LESS, MOST, OVER, between, bounded
from talent_bot.understanding.numbers import AMOUNT, NUMBER, TO, plain, read_amounts, read_number, read_span
from talent_bot.understanding.result import Value
from talent_bot.understanding.terms import YEARS, year_span, years_of
from talent_bot.understanding.vocabulary import Field

_HEDGES = re.compile(r"大概|大约|差不多|估计|应该是?|可能是?|约(?=\d)|(?:左右|上下|的样子)$")
_BOUNDS = re.compile(
    rf"^(?P<pre>{LESS}|{MOST}|{LEAST}|{OVER})?(?P<body>.{{1,18}}?)"
    r"(?P<post>以上|及以上|以下|以内|左右|上下|多|出头|起步?|打底|\+)?(?:之间|这样|的样子)?$"
)
_MONEY = re.compile(
    rf"(?:一年|每年|年薪|月薪|每月)?(?P<n>{AMOUNT})(?:(?P<odd>多|来|几)(?P<late>万|千|w))?(?:{TO}(?P<m>{AMOUNT}))?(?P<yuan>元|块钱?)?(?:整)?(?:/?(?:年|一年|每年|月|[一每]个月|每月))?"
)
_COUNTED = {
    "整数": re.compile(
        rf"(?:(?P<lo>{NUMBER}){TO})?(?P<n>{NUMBER}|俩|仨)(?:个|位|人|名|周岁|岁|周|个?星期|口|个人)?(?:了|孩子|小孩|老人)?"
    ),
    "面积": re.compile(rf"(?:(?P<lo>{NUMBER}){TO})?(?P<n>{NUMBER})(?:个)?(?:平方米|平米|平方|平|㎡|m2|m²)?"),
}
_MONTHS = re.compile(YEARS.replace(r"(?P<unit>年|个?月|周年)", r"(?P<unit>年|个?月|周年)?"))
_ODD = re.compile("多(?=平|㎡|个?月|年|m)")
_BOTH = re.compile(
    r"(?:两个?|俩|都|两位|二老|爸妈|父母)(?:老人)?(?:都|全)?(?:满|过|超过|超|到|够)?(?:70|七十)?(?:岁)?了?"
)
# 开了一年半, asked how long the firm has run
_DID = {
    "startup_months": "开|办|干|做|经营|营业|运营|注册|成立|开业|创业",
    "internship_months": "实习|干|做|待|来",
    "social_insurance_months": "交|缴|上",
    "contract_years": "签|订",
}
UNITS = {"月数": r"年|月", "整数": r"岁", "金额": r"[万千百]|元|块|w$|k$", "面积": r"平|㎡"}


@dataclass(frozen=True, slots=True)
class Measured:
    """The value of a numeric answer; to be confirmed where `doubt`."""

    value: Value
    doubt: bool = False


def measure(body: str, field: Field) -> Measured | None:
    """The value a short text gives a numeric field, or nothing."""
    did = _DID.get(field.id)
    body = re.sub(rf"^(?:都|已经?|也|刚|一共|总共)*(?:{did})(?:了|满|过|有|够|的)*", "", body) if did else body
    sure = _HEDGES.sub("", body)
    if sure != body:
        read = measure(sure, field)
        return Measured(read.value, doubt=True) if read else None
    parts = _BOUNDS.match(body)
    if not parts:
        return None
    before, after = parts.group("pre") or "", parts.group("post") or ""
    if field.kind == "金额":
        return _money(parts.group("body"), before, after, field)
    span = _span(_ODD.sub("", parts.group("body")), field)
    if span is None or not (field.least or 0) <= span[0] <= span[1] <= (field.most or 10**9):
        return None
    if span[0] != span[1]:
        return Measured(between(*span))
    if after in ("多", "出头") or _ODD.search(parts.group("body")):
        return Measured({"min": plain(span[0])}) if field.kind != "整数" else None
    held = bounded(span[0], before, after, integral=field.kind == "整数")
    return Measured(held) if held is not None else None


def _money(body: str, before: str, after: str, field: Field) -> Measured | None:
    found = _MONEY.fullmatch(body)
    span = read_amounts(found.group("n") + (found.group("late") or ""), found.group("m") or "") if found else None
    if found is None or span is None:
        return None
    low, high = span
    if field.id == "annual_salary" and low < 10_000:
        # “60” for a yearly salary is surely 60万, but a wrong guess is a wrong amount.
        small = low == high < 1000 and not found.group("yuan") and "月" not in body
        held = bounded(low * 10_000, before, after, integral=True) if small else None
        return Measured(held, doubt=True) if held is not None else None
    if ("月" in body and field.id == "annual_salary") or ("年" in body and field.id == "monthly_rent"):
        return None
    if found.group("odd") or low != high:
        return Measured(_odd(low) if found.group("odd") else between(low, high))
    if after in ("多", "出头"):
        return Measured({"min": plain(low)})
    value = bounded(low, before, after, integral=True)
    return Measured(value) if value is not None else None


def _odd(amount: Fraction) -> Value:
    """二十多万 lies between this round number and the next."""
    step = 10_000
    while amount % (step * 10) == 0:
        step *= 10
    return {"min": plain(amount), "max": plain(amount + step - 1)}


def _span(body: str, field: Field) -> tuple[Fraction, Fraction] | None:
    if field.id == "parents_70" and _BOTH.fullmatch(body):
        return Fraction(2), Fraction(2)
    if field.kind == "月数":
        return _term(body, field)
    found = _COUNTED[field.kind].fullmatch(body)
    if not found:
        return None
    said = {"俩": "二", "仨": "三"}.get(found.group("n"), found.group("n"))
    if found.group("lo"):
        return read_amounts(found.group("lo"), said)
    number = read_number(said)
    return read_span(said) if number is None else (number, number)


def _term(body: str, field: Field) -> tuple[Fraction, Fraction] | None:
    """A span of time in the field's unit, years or months; a bare number is taken in that unit."""
    times = 1 if field.unit == "年" else 12
    if body in ("半年", "半"):
        return Fraction(times, 2), Fraction(times, 2)
    found = _MONTHS.fullmatch(body)
    if not found:
        return None
    if not found.group("unit"):
        number = read_number(found.group("n"))
        return (number, number) if number is not None and not found.group("lo") else None
    span = year_span(found)
    if span:
        return span[0] * times, span[1] * times
    years = years_of(found)
    return None if years is None else (years * times, years * times)
