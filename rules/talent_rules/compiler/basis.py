"""Sources, grades, dates and 依据: what a rule rests on."""

from __future__ import annotations

from collections.abc import Mapping

from talent_rules import quantities as q
from talent_rules.compiler.keys import accepting
from talent_rules.model import Basis, Grade, Source, Span
from talent_rules.quantities import Unreadable
from talent_rules.source import Node, Report, did_you_mean, entries, items_of, text_of, texts_of

_SOURCE = accepting("code", "name", "url", "date", "retrieved", "grade", "note")
_NO_DAY = ("", "未知", "未注明", "无")
_BASIS = accepting("source", "clause", "summary", "grade", "note")
_GRADES = {g.value: g for g in Grade} | {"A−": Grade.A_MINUS, "A－": Grade.A_MINUS}


def read_sources(node: Node | None, report: Report) -> dict[str, Source]:
    """The 来源 list of a policy by code."""
    found: dict[str, Source] = {}
    for item in items_of(node, report, "来源"):
        values = entries(item, _SOURCE, report, what="来源", required=("code", "grade"))
        code = text_of(values.get("code"), report)
        if not code:
            continue
        if code in found:
            report.add(values["code"], "R504", f"来源代号 `{code}` 用了两次", "每个来源一个代号")
        found[code] = Source(
            code,
            text_of(values.get("name"), report) or code,
            read_grade(values.get("grade"), report) or Grade.D,
            text_of(values.get("url"), report),
            _written_day(values.get("date"), report),
            _written_day(values.get("retrieved"), report),
            text_of(values.get("note"), report),
        )
    return found


def _written_day(node: Node | None, report: Report) -> str:
    """A day, month or year as it was written, `未知` where nobody knows; a problem where there is no such day."""
    text = text_of(node, report)
    if text not in _NO_DAY:
        read_day(node, report)
    return text


def read_grade(node: Node | None, report: Report) -> Grade | None:
    """A grade A, A-, B, C or D."""
    if node is None:
        return None
    text = text_of(node, report, "级别")
    if text and text not in _GRADES:
        report.add(node, "Q405", f"`{text}` 不是可信级别", "写 A、A-、B、C 或 D")
    return _GRADES.get(text)


def read_basis(node: Node | None, sources: Mapping[str, Grade], report: Report) -> Basis:
    """A 依据: which sources, which clause, restated. Unknown codes are reported."""
    if node is None:
        return Basis()
    values = entries(node, _BASIS, report, what="依据")
    codes = []
    for item in items_of(values.get("source"), report, "来源"):
        code = text_of(item, report)
        if code in sources:
            codes.append(code)
        elif code and sources:
            known = f"已登记：{'、'.join(sources)}"
            report.add(item, "R501", f"来源 `{code}` 没有登记", did_you_mean(code, sources) or known)
        elif code and not any(p.code == "R501" for p in report.problems):  # without any, once is enough
            report.add(item, "R501", f"来源 `{code}` 没有登记", "政策的 `来源` 是空的，先在那里登记")
    grade = read_grade(values.get("grade"), report)
    if grade is None and codes:
        grade = min((sources[c] for c in codes), key=lambda g: g.rank)
    return Basis(tuple(codes), text_of(values.get("clause"), report), text_of(values.get("summary"), report), grade)


def read_day(node: Node | None, report: Report) -> Span | None:
    """A date with its precision: a day, a month or a year."""
    if node is None:
        return None
    text = text_of(node, report, "日期")
    if not text:
        return None
    try:
        return q.day_span(text)
    except Unreadable as error:
        report.add(node, "Q402", error.message, error.hint)
        return None


__all__ = ["read_basis", "read_day", "read_grade", "read_sources", "texts_of"]
