"""The table `people` that the SQL text reads: its columns, what may stand in them, and what counts as unknown there.

Nobody checks a table before it is read. A word the vocabulary does not have must not count as “something else”:
'清华' is no university of the list, and would make its doctor one of an ordinary school.
"""

from __future__ import annotations

from talent_rules.ahead import APPLIED
from talent_rules.engines import sql_terms as t
from talent_rules.engines.sql_totals import HISTORY
from talent_rules.money import numbers_of
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Field, Kind, Vocabulary

TYPES = {
    Kind.FLAG: "BOOLEAN",
    Kind.COUNT: "BIGINT",
    Kind.MONEY: "BIGINT",
    Kind.AREA: t.DECIMAL,
    Kind.MONTHS: t.DECIMAL,
    Kind.DATE: "DATE",
}
VAGUE_DATE = "application_date vague"
_TABLE = "-- 每一列都要有，NULL 是不知道；不认得的写法按不知道算。另可有一列编号，用 --key 带出来"
_VAGUE = "申请日期只知道一部分；一般都是 FALSE 或 NULL，没有申请日期就按 --as-of"


def people_columns(base: RuleBase) -> dict[str, str]:
    """The columns the text reads and their SQL types, in the order of the vocabulary."""
    return {f.id: TYPES.get(f.kind, "VARCHAR") for f in fields_read(base)} | {VAGUE_DATE: "BOOLEAN"}


def fields_read(base: RuleBase) -> list[Field]:
    """Every field a rule, an amount or a relation reads, and those they follow from, as the vocabulary has them."""
    fields = base.vocabulary.fields
    wanted = {axis.field for axis in base.cells} | {n for b in base.benefits for n in numbers_of(b.amount)}
    wanted |= {HISTORY[r.kind] for r in base.relations if r.kind in HISTORY} | {APPLIED}
    grown = True
    while grown:
        more = {n for w in wanted if (how := fields[w].derivation) for n in (how.of, how.on) if n} - wanted
        more |= {a.facet[1:] for a in base.cells if a.facet.startswith("@")} - wanted
        wanted |= more
        grown = bool(more)
    return [f for f in fields.values() if f.id in wanted]


def create_people(base: RuleBase) -> str:
    """The table as a CREATE TABLE, each column with its 名称 and what may stand in it."""
    fields, columns = base.vocabulary.fields, people_columns(base)
    lines = []
    for number, (name, kind) in enumerate(columns.items(), 1):
        said = _VAGUE if name == VAGUE_DATE else "：".join(filter(None, (fields[name].name, accepted(fields[name]))))
        lines.append(f"  {t.name(name)} {kind}{',' if number < len(columns) else ''} -- {said}")
    return "\n".join((_TABLE, "CREATE TABLE people (", *lines, ");"))


def accepted(entry: Field) -> str:
    """What may stand in a column, with its unit."""
    choices = "、".join(f"{o.id} {o.name}" for o in entry.options)
    return {
        Kind.CHOICE: f"id 或名称，{choices}",
        Kind.ORDERED: f"id 或名称，{choices}",
        Kind.COUNT: entry.unit,
        Kind.MONEY: "整数分，1万元写 1000000",
        Kind.AREA: "㎡",
        Kind.MONTHS: "月数，3年写 36",
        Kind.MEMBER: "全名",
        Kind.SET: "前后和中间都写 |，如 |a|b|，一样也没有写 |" + (f"；{choices}" if choices else "；写待遇 id"),
        Kind.PEOPLE: "每人的出生日期，如 |1950-01-31|1952-03-04|，一个也没有写 |",
    }.get(entry.kind, "")


def understood(vocabulary: Vocabulary, entry: Field) -> str:
    """A column as it is read: 名称 of choices as their ids, NULL for what the field does not have."""
    column = t.name(entry.id)
    if entry.kind in (Kind.CHOICE, Kind.ORDERED):
        ids = ", ".join(t.text(o.id) for o in entry.options)
        named = "".join(f" WHEN {column} = {t.text(o.name)} THEN {t.text(o.id)}" for o in entry.options)
        return f"CASE WHEN {column} IN ({ids}) THEN {column}{named} END AS {column}"
    if entry.kind is Kind.MEMBER and entry.list_id in vocabulary.reference.lists:
        names = ", ".join(t.text(name) for name in sorted(vocabulary.reference.lists[entry.list_id].since))
        return f"CASE WHEN {column} IN ({names}) THEN {column} END AS {column}"
    if entry.kind in (Kind.SET, Kind.PEOPLE):
        return f"CASE WHEN {column} = '|' OR {column} LIKE '|%|' THEN {column} END AS {column}"
    return column
