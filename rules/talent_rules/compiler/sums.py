"""Amounts as one line of text: `40万元`, `至少 300万元`, `每月 1500元 共 36个月`, `服务`."""

from __future__ import annotations

import re

from talent_rules import quantities as q
from talent_rules.money import Amount, Constant, Monthly, Service, Yearly
from talent_rules.quantities import Unreadable, clean
from talent_rules.rulebase import NO_MONEY

_PER_MONTH = re.compile(r"(?:每人)?每月(.+?),?(?:共|最长|最多|不超过|[,×xX*])(.+)")
_UNTIL_WHEN = re.compile(r"(?:每人)?每月(.+?元|[\d.]+万?)(\d+(?:个月|年))?")
_DASH = re.compile(r"([\d.]+)[万亿]?元?-([\d.]+)([万亿]?元?)")
_PER_YEAR = re.compile(r"(?:每人)?每年(.+?)(?:,?(?:共|最长|最多|[,×xX*])(.+))?")
_LOWER = re.compile(r"(?:至少|不低于|不少于|>=|≥)(.+)|(.+)以上")
_UPPER = re.compile(r"(?:最高|不超过|至多|最多|不高于|<=|≤)(.+)|(.+)以[内下]")
FROM_TO = re.compile(r"(.+?)(?:至|到|~|～|—|–)(.+)")


def positive_money(text: str) -> int:
    """Money that is paid out: 分, never below zero. Raises Unreadable."""
    fen = q.money(text)
    if fen < 0:
        raise Unreadable(f"`{text}` 是负数", "金额写正数，例如 `40万元`")
    return fen


_OF_A_DOCUMENT = re.compile(
    r"(?:一次性|分期|按标准|每人|给予|发放|奖励|补贴|补助|资助){0,5}(?P<sum>(?:每年|每月)?[\d.]+[万亿]?元)"
    r"(?:一次性|给予|的?(?:奖励|补贴|补助|资助))*(?:,?(?:连续|连发|发放|连补|补贴)(?P<years>\d+)年|,?分(?P<parts>\d+|[两二三四五六])[年期次].*)?"
)


def _amount_alone(fen: str, years: str | None, parts: str | None) -> str:
    """How to write what a document says in a breath: the sum, for how long, in how many parts."""
    if years and fen.startswith("每年"):
        return f"写成 `每年 {fen.removeprefix('每年')} 共 {years}年`"
    if parts:
        count = int(q.number(parts))
        return f"金额只写 `{fen}`；怎么分写在 `发放`：`{{比例: [{', '.join('1' * count)}], 间隔: 1年}}`"
    return f"金额只写 `{fen}`；怎么发写在 `发放`，例如 `{{一次性: 认定通过后}}`"


_A_UNIT = re.compile(r"(.+)[/／每](年|月)")


def amount_from_text(text: str) -> Amount:
    """Read `40万元`, `至少 300万元`, `最高 5万元`, `每月 1500元 共 36个月`, `服务` … Raises Unreadable."""
    body = clean(text)
    if body in ("服务", "不计金额", "非金钱", "service"):
        return Service()
    if body in ("一事一议", "by_case"):
        return Constant(0, None, "by_case")
    if body in ("待定", "undecided"):
        return Constant(0, None, "undecided")
    if body in ("无", "0"):
        return NO_MONEY
    if found := _A_UNIT.fullmatch(body):
        more = " 共 36个月" if found.group(2) == "月" else ""
        raise Unreadable(f"`{text}` 不是金额的写法", f"写成 `每{found.group(2)} {found.group(1)}{more}`")
    if found := _PER_MONTH.fullmatch(body):
        return Monthly(amount_from_text(found.group(1)), q.months(found.group(2), unit="月"))
    if (found := _OF_A_DOCUMENT.fullmatch(body)) and found["sum"] != body:
        raise Unreadable(f"`{text}` 里不只有金额", _amount_alone(found["sum"], found["years"], found["parts"]))
    if found := _UNTIL_WHEN.fullmatch(body):
        raise Unreadable("每月的金额要写发几个月", f"写成 `每月 {found.group(1)} 共 {found.group(2) or '36个月'}`")
    if found := _PER_YEAR.fullmatch(body):
        years = int(q.months(found.group(2), unit="年")) // 12 if found.group(2) else None
        return Yearly(amount_from_text(found.group(1)), "", years)
    if found := _LOWER.fullmatch(body):
        return Constant(positive_money(found.group(1) or found.group(2)), None, "at_least")
    if found := _UPPER.fullmatch(body):
        return Constant(0, positive_money(found.group(1) or found.group(2)), "at_most")
    if (found := FROM_TO.fullmatch(body)) and not body.startswith("-"):
        hi = positive_money(found.group(2))
        lo = positive_money(_borrow_unit(found.group(1), found.group(2)))
        if lo > hi:
            raise Unreadable(f"`{text}` 前大后小", "小的写在前面")
        return Constant(lo, hi, "range")
    if found := _DASH.fullmatch(body):
        low, high, unit = found.groups()
        hint = f"写成 `{low}{unit}至{high}{unit}`，或 `[{low}{unit}, {high}{unit}]`"
        raise Unreadable(f"`{text}` 里的 `-` 会被当成负号", hint)
    fen = positive_money(text)
    return Constant(fen, fen)


def _borrow_unit(first: str, second: str) -> str:
    unit = re.search(r"[万亿]?元?$", second)
    return first + unit.group() if unit and re.fullmatch(r"[\d.]+", first) else first
