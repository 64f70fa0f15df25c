"""`vocabulary.yaml` → the vocabulary, its question groups and the implications between fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from talent_rules import quantities as q
from talent_rules.compiler.conditions import Reader, numbered
from talent_rules.model import Choice, Number, Value
from talent_rules.quantities import Unreadable
from talent_rules.reference import Reference
from talent_rules.rulebase import Implication
from talent_rules.source import (
    Node,
    Record,
    Report,
    Scalar,
    Sequence,
    did_you_mean,
    entries,
    items_of,
    text_of,
    texts_of,
)
from talent_rules.vocabulary import Derivation, Field, Group, Kind, Mutability, Option, Places, Vocabulary

_TOP = {k: k for k in ("字段", "蕴含", "问题组", "地方", "说明")}
_FIELD = {
    k: k
    for k in (
        "id", "名称", "同义词", "类型", "取值", "单位", "范围", "名单", "人数上限", "问法", "为什么问", "例",
        "可变性", "提问成本", "敏感", "可问", "何时问", "通常", "说法", "推导", "说明",
    )
}  # fmt: skip
_OPTION = {k: k for k in ("id", "名称", "同义词", "说法", "说明")}
_DERIVATION = {k: k for k in ("年龄", "名单", "人数", "间隔", "按", "字段", "时点", "年龄至少", "年龄低于")}
_GROUP = {k: k for k in ("id", "问法", "为什么问", "选项", "说明")}
_CHOICE = {k: k for k in ("名称", "同义词", "设", "说明")}
_PLACES = {k: k for k in ("本地", "外地", "地址开头", "从外地来", "说明")}
_IMPLICATION = {k: k for k in ("若", "则", "依据")}


def read_vocabulary(
    root: Node | None,
    reference: Reference,
    report: Report,
    shared: tuple[Vocabulary, tuple[Implication, ...]] = (Vocabulary({}), ()),
) -> tuple[Vocabulary, tuple[Implication, ...]]:
    """Read the whole file; problems go to the report. `shared` is what it adds to: new fields only. The names of
    places are its own: those of another city would take people who come from there for people of this one."""
    top = entries(root, _TOP, report, what="词汇表", required=("字段",))
    fields: dict[str, Field] = dict(shared[0].fields)
    for node in items_of(top.get("字段"), report, "字段"):
        entry = _field(node, report)
        if entry is None:
            continue
        if entry.id in fields:
            report.add(node, "R505", f"字段 `{entry.id}` 登记了两次", "删掉一个")
            if entry.id in shared[0].fields:
                continue
        fields[entry.id] = entry
        _check_list(entry, reference, report)
    _check_words(fields, report)
    vocabulary = Vocabulary(fields, (), reference)
    groups = tuple(_groups(top.get("问题组"), vocabulary, report))
    places = _places(top.get("地方"), vocabulary, shared[0].places.from_outside, report)
    vocabulary = replace(vocabulary, groups=(*shared[0].groups, *groups), places=places)
    implications = _implications(top.get("蕴含"), vocabulary, report, len(shared[1]))
    _check_signs(top.get("字段"), vocabulary, report)
    return vocabulary, (*shared[1], *implications)


def _field(node: Node, report: Report) -> Field | None:
    found = entries(node, _FIELD, report, what="字段", required=("id", "名称", "类型"))
    kind = _one_of(Kind, found.get("类型"), report, "类型")
    if not isinstance(kind, Kind) or "id" not in found:
        return None
    mutability = _one_of(Mutability, found.get("可变性"), report, "可变性") or Mutability.MUTABLE
    draft = Field(
        text_of(found["id"], report),
        text_of(found.get("名称"), report),
        kind,
        texts_of(found.get("同义词"), report, "同义词"),
        tuple(_options(found.get("取值"), report)),
        text_of(found.get("单位"), report),
        list_id=text_of(found.get("名单"), report),
        people_max=_whole(found.get("人数上限"), report, 0),
        question=text_of(found.get("问法"), report),
        why=text_of(found.get("为什么问"), report),
        example=text_of(found.get("例"), report),
        mutability=mutability,  # type: ignore[arg-type]
        cost=_whole(found.get("提问成本"), report, 1),
        sensitive=text_of(found.get("敏感"), report) == "是",
        askable=text_of(found.get("可问"), report) != "否",
        ask_when=texts_of(found.get("何时问"), report, "何时问"),
        derivation=_derivation(found.get("推导"), report),
        place=node.place,
    )
    lo, hi = _limits(found.get("范围"), draft, report)
    usual, spoken = _usual(found.get("通常"), draft, report), _spoken(found.get("说法"), draft, report)
    return replace(draft, lo=lo, hi=hi, usual=usual, spoken=spoken)


def _spoken(node: Node | None, entry: Field, report: Report) -> tuple[str, ...]:
    """How people say the fact: of a 是非 field two sayings, of any other one with a place for the value."""
    found = texts_of(node, report, "说法")
    flag = entry.kind is Kind.FLAG
    if node is not None and (len(found) != 2 if flag else len(found) != 1 or found[0].count("{}") != 1):
        hint = "是非字段写两句 `[租房住, 没租房]`" if flag else '写一句，值的位置写 `{}`：`"合同{}"`'
        report.add(node, "Q401", f"`{entry.id}` 的说法看不懂", hint)
        return ()
    return found


def _usual(node: Node | None, entry: Field, report: Report) -> Value | None:
    """What most people answer: 通常, or that there is nothing of the kind where it is asked of few."""
    if node is None:
        return entry.absence if entry.ask_when else None
    try:
        return entry.read(plain(node), Reference())
    except Unreadable as error:
        report.add(node, "Q401", error.message, error.hint)
        return None


def _options(node: Node | None, report: Report) -> Iterator[Option]:
    for item in items_of(node, report, "取值"):
        found = entries(item, _OPTION, report, what="取值", required=("id", "名称"))
        if found:
            yield Option(
                text_of(found.get("id"), report),
                text_of(found.get("名称"), report),
                texts_of(found.get("同义词"), report, "同义词"),
                text_of(found.get("说法"), report, "说法"),
            )


def _limits(node: Node | None, entry: Field, report: Report) -> tuple[Number | None, Number | None]:
    floor: Number | None = 0 if entry.kind.numeric and entry.kind is not Kind.DATE else None
    if node is None:
        return floor, None
    ends: list[Number | None] = []
    for item in items_of(node, report, "范围"):
        text = text_of(item, report)
        if text in ("", "-", "不限", "无"):
            ends.append(None)
            continue
        try:
            span = entry.span(text)
            ends.append(span.lo if not ends else span.hi)
        except Unreadable as error:
            report.add(item, "Q401", error.message, error.hint)
            ends.append(None)
    if len(ends) != 2:
        report.add(node, "Q413", "范围要写两端", "例如 `[0, 50]`")
        return floor, None
    return (floor if ends[0] is None else ends[0]), ends[1]


def _derivation(node: Node | None, report: Report) -> Derivation | None:
    if node is None:
        return None
    found = entries(node, _DERIVATION, report, what="推导")
    word = {k: text_of(v, report) for k, v in found.items() if isinstance(v, Scalar)}
    on = word.get("按") or "application_date"
    if "年龄" in word:
        return Derivation("age", word["年龄"], on)
    if "名单" in word:
        return Derivation("member", word.get("字段", ""), word.get("时点", ""), word["名单"])
    if "人数" in word:
        return Derivation(
            "people",
            word["人数"],
            on,
            at_least=_whole(found.get("年龄至少"), report, None),
            below=_whole(found.get("年龄低于"), report, None),
        )
    between = texts_of(found.get("间隔"), report, "间隔")
    if len(between) == 2:
        return Derivation("elapsed", between[0], between[1])
    report.add(node, "K207", "看不懂这个推导", "可写 年龄、名单、人数、间隔")
    return None


def _whole(node: Node | None, report: Report, default: int | None) -> int:
    if node is None:
        return default  # type: ignore[return-value]
    try:
        return int(q.number(text_of(node, report)))
    except Unreadable as error:
        report.add(node, "Q401", error.message, error.hint)
        return default or 0


def _one_of(kinds: type[Kind] | type[Mutability], node: Node | None, report: Report, what: str) -> object:
    if node is None:
        return None
    word = text_of(node, report, what)
    found = next((k for k in kinds if k.value == word), None)
    if found is None:
        names = [k.value for k in kinds]
        report.add(node, "K208", f"没有 `{word}` 这种{what}", did_you_mean(word, names) or "可写：" + "、".join(names))
    return found


def _check_words(fields: dict[str, Field], report: Report) -> None:
    owner: dict[str, str] = {}
    for entry in fields.values():
        for word in entry.words:
            if owner.setdefault(word, entry.id) != entry.id:
                report.add(entry.place, "R506", f"`{word}` 同时是 {owner[word]} 和 {entry.id} 的叫法", "只留给一个字段")


def _check_list(entry: Field, reference: Reference, report: Report) -> None:
    """A list a field names must be there: nobody would stand on it."""
    named = {entry.list_id, entry.derivation.list_id if entry.derivation else ""} - {""}
    for list_id in sorted(named - reference.lists.keys()):
        hint = did_you_mean(list_id, reference.lists) or "先在 reference/lists.yaml 里登记"
        report.add(entry.place, "R511", f"没有名单 `{list_id}`", hint)
    if entry.kind is Kind.MEMBER and not entry.list_id:
        report.add(entry.place, "K203", f"`{entry.id}` 是名单成员，缺少 `名单`", "补上，如 `名单: universities`")


# ── questions and implications ──────────────────────────────────────────────────────────────


def plain(node: Node) -> object:
    """A node as plain Python data, every scalar as text."""
    if isinstance(node, Scalar):
        return node.text if node.text.strip() not in ("~", "null") else None
    if isinstance(node, Sequence):
        return [plain(i) for i in node.items]
    return {k.text: plain(v) for k, v in node.pairs}


def _groups(node: Node | None, vocabulary: Vocabulary, report: Report) -> Iterator[Group]:
    for item in items_of(node, report, "问题组"):
        found = entries(item, _GROUP, report, what="问题组", required=("id", "问法", "选项"))
        choices = tuple(_choice(c, vocabulary, report) for c in items_of(found.get("选项"), report, "选项"))
        if found:
            yield Group(
                text_of(found.get("id"), report),
                text_of(found.get("问法"), report),
                text_of(found.get("为什么问"), report),
                choices,
            )


def _choice(node: Node, vocabulary: Vocabulary, report: Report) -> Choice:
    found = entries(node, _CHOICE, report, what="选项", required=("名称",))
    sets: list[tuple[str, Value]] = []
    settings = found.get("设")
    for key, value in settings.pairs if isinstance(settings, Record) else ():
        entry = vocabulary.find(key.text)
        if entry is None:
            report.add(key, "V301", f"没有名为 `{key.text}` 的信息项", did_you_mean(key.text, vocabulary.fields))
            continue
        try:
            read = entry.read(plain(value), vocabulary.reference)
        except Unreadable as error:
            report.add(value, "Q401", error.message, error.hint)
            continue
        if read is not None:
            sets.append((entry.id, read))
    return Choice(text_of(found.get("名称"), report), tuple(sets), texts_of(found.get("同义词"), report, "同义词"))


def _places(node: Node | None, vocabulary: Vocabulary, shared: frozenset[str], report: Report) -> Places:
    """The names a table is searched for to see who comes from where; `shared` are the fields that tell of it anyway."""
    found = {} if node is None else entries(node, _PLACES, report, what="地方", required=("本地",))
    outside = set(shared)
    for item in items_of(found.get("从外地来"), report, "从外地来"):
        name = text_of(item, report)
        entry = vocabulary.find(name)
        if entry is None:
            report.add(item, "V301", f"没有名为 `{name}` 的信息项", did_you_mean(name, vocabulary.fields))
        elif entry.kind is not Kind.FLAG:
            report.add(item, "K208", f"`{entry.name}` 不是是非", "只写填“是”就说明人从外地来的信息项")
        else:
            outside.add(entry.id)
    here, elsewhere, heads = (texts_of(found.get(key), report, key) for key in ("本地", "外地", "地址开头"))
    return Places(here, elsewhere, heads, frozenset(outside))


def _check_signs(node: Node | None, vocabulary: Vocabulary, report: Report) -> None:
    """何时问 is read where it is used; here it is only made sure that it can be."""
    reader = Reader(vocabulary, {}, {}, report)
    for item in items_of(node, report, "字段"):
        for key, value in item.pairs if isinstance(item, Record) else ():
            if key.text == "何时问":
                for line in items_of(value, report, "何时问"):
                    reader.condition(line)


def _implications(node: Node | None, vocabulary: Vocabulary, report: Report, first: int) -> Iterator[Implication]:
    reader = Reader(vocabulary, {}, {}, report)
    for index, item in enumerate(items_of(node, report, "蕴含"), first):
        found = entries(item, _IMPLICATION, report, what="蕴含", required=("若", "则"))
        if "若" in found and "则" in found:
            when = numbered(reader.condition(found["若"]), f"蕴含{index}")
            yield Implication(when, reader.condition(found["则"]), item.place)
