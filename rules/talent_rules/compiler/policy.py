"""One rule file → a policy with its benefits, relations and cases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from talent_rules import quantities as q
from talent_rules.compiler.amounts import read_amount
from talent_rules.compiler.basis import read_basis, read_day, read_grade, read_sources
from talent_rules.compiler.conditions import Reader, numbered, read_tiers
from talent_rules.compiler.keys import CHINESE, accepting, check_one_language
from talent_rules.compiler.points import read_scales
from talent_rules.compiler.vocabulary import plain
from talent_rules.conditions import ALWAYS, AllOf, AnyOf, Atom, Axis, Between, Condition, Cut, Open, Stated
from talent_rules.model import Basis, Grade, Place, Span
from talent_rules.quantities import Unreadable
from talent_rules.rulebase import Benefit, Case, PaymentPlan, Policy, Relation
from talent_rules.source import Node, Record, Report, Scalar, did_you_mean, entries, items_of, text_of, texts_of
from talent_rules.vocabulary import Kind, Vocabulary, show_days

_TOP = accepting("policy", "points", "tiers", "benefits", "relations", "cases", "coverage")
_POLICY = accepting(
    "id", "name", "short_name", "number", "issuer", "note", "in_force", "applies_on", "amends", "replaces",
    "unconfirmed", "source",
)  # fmt: skip
_WINDOW = accepting("from", "to", "note")
_UNCONFIRMED = accepting("from", "note", "basis")
_BENEFIT = accepting(
    "id", "name", "kind", "refs", "beneficiary", "when", "amount", "payment", "documents", "channel", "deadline",
    "note", "in_force", "applies_on", "basis", "undecided",
)  # fmt: skip
_PAYMENT = accepting("ratio", "interval", "first", "once", "undecided", "basis", "note", "grade")
_RELATION = accepting("type", "members", "received", "limit", "basis", "grade", "note")
_CASE_PARTS = (("given", "给定", "{学位: 博士}"), ("expect", "期望", "{settling_in: 待认定}"))
_CASE = accepting("name", "refs", "as_of", "given", "expect", "note")
#: kinds of benefits, and what people read
KINDS = {
    "settlement": "安家", "rent": "租房", "purchase": "购房", "living": "生活补贴", "apartment": "公寓",
    "startup": "创业", "research": "科研", "travel": "交通", "family": "家庭", "employer_reward": "给单位",
    "postdoc": "博士后", "allowance": "津贴", "award": "奖励", "salary": "薪酬", "service": "服务",
    "training": "培养", "other": "其他",
}  # fmt: skip
_KIND_WORDS = {word: name for name, word in KINDS.items()}
BENEFICIARIES = {"个人": "个人", "单位": "单位", "团队": "团队", "person": "个人", "employer": "单位", "team": "团队"}
RELATIONS = {
    "就高": "就高", "择一": "择一", "补差": "补差", "扣减": "扣减", "不重复享受": "不重复享受", "可叠加": "可叠加",
    "合计封顶": "合计封顶", "家庭一次": "家庭一次", "待定": "待定", "highest": "就高", "choose_one": "择一",
    "top_up": "补差", "deduct": "扣减", "not_twice": "不重复享受", "stackable": "可叠加", "total_cap": "合计封顶",
    "once_per_family": "家庭一次", "undecided": "待定",
}  # fmt: skip


#: what people call a relation → its name here
_RELATION_WORDS = {
    "就高不就低": "就高", "从高": "就高", "互斥": "择一", "二选一": "择一", "不可兼得": "择一", "不重复": "不重复享受",
    "不可叠加": "不重复享受", "叠加": "可叠加", "可兼得": "可叠加", "兼得": "可叠加", "可同享": "可叠加",
    "封顶": "合计封顶", "总额封顶": "合计封顶", "补差额": "补差", "抵扣": "扣减", "未知": "待定", "来源未定": "待定",
}  # fmt: skip
_ENDLESS = ("长期", "长期有效", "永久", "无期限", "无限期", "不限", "至今", "无")
_ID = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Document:
    """All that one rule file says."""

    policy: Policy
    benefits: tuple[Benefit, ...]
    relations: tuple[Relation, ...] = ()
    cases: tuple[Case, ...] = ()
    whole: bool = True  # every benefit in it could be given its id


@dataclass(frozen=True, slots=True)
class _Header:
    policy: Policy
    window: Mapping[str, Node]
    extra: Condition = ALWAYS
    grades: Mapping[str, Grade] = field(default_factory=dict)


def read_document(root: Node, file: str, vocabulary: Vocabulary, report: Report) -> Document | None:
    """Read one rule file; None when it has no usable 政策 section."""
    check_one_language(root, report)
    top = entries(root, _TOP, report, what="规则文件", required=("policy",))
    header = _header(top.get("policy"), file, vocabulary, report)
    if header is None:
        return None
    bare = Reader(vocabulary, {}, header.grades, report)
    tiered = replace(bare, tiers=read_tiers(top.get("tiers"), bare))
    reader = replace(tiered, scales=read_scales(top.get("points"), tiered, header.policy.id))
    benefits: dict[str, Benefit] = {}
    whole = "benefits" in top
    for node in items_of(top.get("benefits"), report, "待遇"):
        benefit = _benefit(node, header, reader)
        whole = whole and benefit is not None and benefit.id not in benefits and bool(_ID.fullmatch(benefit.local_id))
        if benefit is None:
            continue
        if benefit.id in benefits:
            first = benefits[benefit.id].place.line
            report.add(node, "R507", f"待遇 `{benefit.local_id}` 写了两次（第 {first} 行已有）", "换一个 id")
        benefits[benefit.id] = benefit
    relations = tuple(_relations(top.get("relations"), header, report))
    cases = tuple(_cases(top.get("cases"), header.policy.id, report))
    policy = replace(header.policy, coverage=tuple(_coverage(top.get("coverage"), report)))
    return Document(policy, tuple(benefits.values()), relations, cases, whole)


def _header(node: Node | None, file: str, vocabulary: Vocabulary, report: Report) -> _Header | None:
    found = entries(node, _POLICY, report, what="政策", required=("id", "name", "source"))
    if not isinstance(node, Record) or "id" not in found:
        return None
    texts = ("id", "name", "short_name", "number", "issuer", "note", "amends")
    word = {k: text_of(v, report, CHINESE[k]) for k, v in found.items() if k in texts}
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", word.get("id", "")):
        report.add(
            found["id"],
            "K209",
            f"政策 id `{word.get('id', '')}` 不合规",
            "只用小写英文、数字、连字符，例如 `ordos-housing-2024`",
        )
    window = entries(found.get("in_force"), _WINDOW, report, what="有效期")
    sources = read_sources(found.get("source"), report)
    policy = Policy(
        word.get("id", ""),
        word.get("name", ""),
        word.get("short_name", ""),
        word.get("number", ""),
        word.get("issuer", ""),
        word.get("note", ""),
        _date_field(found.get("applies_on"), vocabulary, report) or "application_date",
        text_of(window.get("from"), report),
        text_of(window.get("to"), report),
        word.get("amends", ""),
        texts_of(found.get("replaces"), report, "替代"),
        sources,
        file=file,
        place=node.place,
    )
    grades = {code: source.grade for code, source in sources.items()}
    return _Header(policy, window, _unconfirmed(found.get("unconfirmed"), grades, report), grades)


def _date_field(node: Node | None, vocabulary: Vocabulary, report: Report) -> str:
    if node is None:
        return ""
    name = text_of(node, report, "适用时点")
    entry = vocabulary.find(name)
    if entry is None or entry.kind is not Kind.DATE:
        dates = [f.name for f in vocabulary.fields.values() if f.kind is Kind.DATE]
        report.add(node, "V304", f"`{name}` 不是日期字段", did_you_mean(name, dates) or "可写：" + "、".join(dates))
        return ""
    return entry.id


def _unconfirmed(node: Node | None, grades: Mapping[str, Grade], report: Report) -> Condition:
    """现行待核: for applications from a day on, no source confirms that the text still holds."""
    if node is None:
        return ALWAYS
    found = entries(node, _UNCONFIRMED, report, what="现行待核", required=("from",))
    day = read_day(found.get("from"), report)
    if day is None or day.lo is None:
        return ALWAYS
    note = text_of(found.get("note"), report) or "现行待核"
    before = Atom(Axis("application_date"), Between(None, (day.lo, 0)))
    condition = AnyOf((before, Open("undecided", note)))
    basis = read_basis(found["basis"], grades, report) if "basis" in found else None
    return Stated(f"申请日期 早于 {show_days(day)}，或{note}", condition, basis)


def scope_of(window: Mapping[str, Node], date_field: str, report: Report) -> Condition:
    """有效期 as a condition on the date that chooses the version; vague ends are undecided inside."""
    since, last = read_day(window.get("from"), report), window.get("to")
    if last is not None and text_of(last, report) in _ENDLESS:
        report.add(last, "Q402", f"`{text_of(last, report)}` 不是日期", "没有止期就不写 `至`")
        last = None
    until = read_day(last, report)
    if since and until and since.lo is not None and until.hi is not None and since.lo > until.hi:
        report.add(window["to"], "Q414", "有效期的“至”早于“自”", "核对两个日期")
    axis = Axis(date_field)
    parts: list[Condition] = []
    if since is not None and since.lo is not None:
        parts.append(_edge(axis, since, (since.lo, 0), (since.hi or 0, 0), True))
    if until is not None and until.hi is not None:
        parts.append(_edge(axis, until, ((until.hi) + 1, 0), ((until.lo or 0) + 1, 0), False))
    if not parts:
        return ALWAYS
    words = "".join((f"自 {show_days(since)} " if since else "", f"至 {show_days(until)}" if until else "")).strip()
    return Stated(f"有效期 {words}", AllOf(tuple(parts)), None, "atom")


def _edge(axis: Axis, span: Span, widest: Cut, surest: Cut, start: bool) -> Condition:
    def test(cut: Cut) -> Atom:
        return Atom(axis, Between(cut, None) if start else Between(None, cut))

    if span.lo == span.hi:
        return test(widest)
    silent = Open("undecided", f"文件{'起' if start else '止'}日只知到 {show_days(span)}")
    return AnyOf((test(surest), AllOf((test(widest), silent))))


# ── benefits ────────────────────────────────────────────────────────────────────────────────


def _benefit(node: Node, header: _Header, reader: Reader) -> Benefit | None:
    report = reader.report
    found = entries(node, _BENEFIT, report, what="待遇", required=("id", "name", "when", "amount", "basis"))
    if "id" not in found:
        return None
    local = text_of(found["id"], report)
    if not _ID.fullmatch(local):
        report.add(found["id"], "K209", f"待遇 id `{local}` 不合规", "只用小写英文、数字、下划线，例如 `settling_in`")
    full_id = f"{header.policy.id}/{local}"
    basis = read_basis(found.get("basis"), reader.sources, report)
    priced = read_amount(found.get("amount"), reader)
    condition = _flattened(reader.condition(found.get("when")), header.extra)
    date_field = _date_field(found.get("applies_on"), reader.vocabulary, report) or header.policy.applies_on
    window = entries(found["in_force"], _WINDOW, report, what="有效期") if "in_force" in found else header.window
    scope = scope_of(window, date_field, report)
    if not header.window and "in_force" not in found:
        scope = ALWAYS
    amount_basis = priced.basis or basis
    return Benefit(
        full_id,
        header.policy.id,
        text_of(found.get("name"), report),
        numbered(condition, full_id),
        numbered(scope, full_id + "/scope"),
        priced.amount,
        amount_basis if priced.basis and not basis.sources else basis,
        _word(found.get("kind"), {k: k for k in KINDS}, "other", report, "类别", _KIND_WORDS),
        _word(found.get("beneficiary"), BENEFICIARIES, "个人", report, "受益人"),
        priced.grade or basis.grade or Grade.D,
        priced.official,
        priced.rounding,
        _payment(found.get("payment"), reader),
        texts_of(found.get("refs"), report, "编号"),
        _documents(found.get("documents"), report),
        text_of(found.get("channel"), report),
        text_of(found.get("deadline"), report),
        text_of(found.get("note"), report),
        node.place,
    )


def _documents(node: Node | None, report: Report) -> tuple[str, ...]:
    """材料, each by itself: the list is what somebody takes to the counter."""
    names = texts_of(node, report, "材料")
    if isinstance(node, Scalar) and len(names) == 1:
        each = [n for n in re.split(r"[、，,；;]", names[0].strip("【】（）[]()")) if n.strip()]
        if len(each) > 1:
            fix = f"写成 `[{', '.join(n.strip() for n in each)}]`"
            report.add(node, "K205", "几样材料写成了一样", fix, severity="warning")
            return tuple(n.strip() for n in each)
    return names


def _flattened(condition: Condition, extra: Condition) -> Condition:
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    return AllOf(parts if extra is ALWAYS else (*parts, extra))


def _word(
    node: Node | None,
    known: Mapping[str, str],
    default: str,
    report: Report,
    what: str,
    meant: Mapping[str, str] | None = None,
) -> str:
    """One word of a closed list; `meant` are words people use for some of them."""
    if node is None:
        return default
    word = text_of(node, report, what)
    if word not in known:
        alike = [k for k in known if k.isascii() == word.isascii()] or list(known)
        near = (meant or {}).get(word)
        shown = [f"{k}（{KINDS[k]}）" if k in KINDS else k for k in alike]
        hint = f"写 `{near}`" if near else did_you_mean(word, alike) or "可写：" + "、".join(shown)
        report.add(node, "K208", f"没有 `{word}` 这种{what}", hint)
    return known.get(word, default)


def _payment(node: Node | None, reader: Reader) -> PaymentPlan | None:
    if node is None:
        return None
    report = reader.report
    if isinstance(node, Scalar):
        parts = re.search(r"\d+(?:[:：∶]\d+)+", node.text)
        ratio = ", ".join(re.split("[:：∶]", parts.group())) if parts else ""
        if not ratio and (equal := re.search(r"分([2-9两二三四五六])[年期次批]", node.text)):
            ratio = ", ".join("1" * int(q.number(equal.group(1))))
        fix = f"{{比例: [{ratio}], 间隔: 1年}}" if ratio else "{一次性: 认定通过后}"
        report.add(node, "K202", "发放不能只写一句话", f"写成 `发放: {fix}`")
        return None
    found = entries(node, _PAYMENT, report, what="发放")
    basis = read_basis(found.get("basis"), reader.sources, report)
    grade = read_grade(found.get("grade"), report)
    if grade:
        basis = replace(basis, grade=grade)
    if "undecided" in found:
        return PaymentPlan((1,), 0, "", text_of(found["undecided"], report) or "来源未载明", basis)
    if "once" in found:
        return PaymentPlan((1,), 0, text_of(found["once"], report), "", basis)
    if "ratio" not in found:
        if found:
            report.add(node, "Q418", "发放要写 `比例`、`一次性` 或 `待定`", "例如 `{比例: [4, 3, 3], 间隔: 1年}`")
        return None
    shares = _shares(found["ratio"], report)
    interval = 12
    if "interval" in found:
        try:
            interval = int(q.months(text_of(found["interval"], report)))
        except Unreadable as error:
            report.add(found["interval"], "Q404", error.message, error.hint)
    return PaymentPlan(shares, interval, text_of(found.get("first"), report), "", basis)


def _shares(node: Node, report: Report) -> tuple[int, ...]:
    if isinstance(node, Scalar):
        text = node.text.strip()
        fix = ", ".join(p.strip() for p in re.split(r"[:：/、，,\-—]", text))
        why = "，YAML 会把它读成时间" if re.fullmatch(r"\d+(:\d+)+", text) else ""
        report.add(node, "Q406", f"`{text}` 不能当比例{why}", f"写成 `[{fix}]`" if ", " in fix else "例如 `[4, 3, 3]`")
        return (1,)
    items = items_of(node, report, "比例")
    if not items:
        report.add(node, "Q406", "比例是空的", "例如 `[4, 3, 3]`")
    shares = [_part(item, report) for item in items]
    if not shares or not all(shares):
        return (1,)
    _weigh(node, items, shares, report)
    return tuple(shares)


def _weigh(node: Node, items: Sequence[Node], shares: Sequence[int], report: Report) -> None:
    """Shares that are percents make a hundred; plain ones that nearly make ten or a hundred were perhaps meant to."""
    total = sum(shares)
    if any(isinstance(i, Scalar) and q.clean(i.text).endswith("%") for i in items):
        if total != 100:
            report.add(node, "Q406", f"各期加起来是 {total}%，不是 100%", "核对每一期的百分数")
        return
    whole = 100 if max(shares) > 9 else 10
    if total != whole and abs(total - whole) * 5 <= whole and len({*shares}) > 1:
        message = f"各期加起来是 {total}，不是 {whole}：按 {'∶'.join(map(str, shares))} 分"
        report.add(node, "Q406", message, "核对每一期；确实这样分就不用改", severity="warning")


def _part(node: Node, report: Report) -> int:
    """One part of a ratio, `4` or `40%`; 0 with a problem when it is not a whole number above 0."""
    text = text_of(node, report, "比例")
    try:
        value = q.number(q.clean(text).removesuffix("%"))
    except Unreadable:
        value = 0
    if not isinstance(value, int) or value <= 0:
        report.add(node, "Q406", f"比例的每一份都是大于 0 的整数，`{text}` 不是", "例如 `[4, 3, 3]`")
        return 0
    return value


# ── relations, cases, coverage ──────────────────────────────────────────────────────────────


def _relations(node: Node | None, header: _Header, report: Report) -> Iterator[Relation]:
    for item in items_of(node, report, "关系"):
        found = entries(item, _RELATION, report, what="关系", required=("type", "members"))
        if "type" not in found or "members" not in found:
            continue
        kind = _word(found["type"], RELATIONS, "就高", report, "关系", _RELATION_WORDS)
        basis = read_basis(found.get("basis"), header.grades, report)
        grade = read_grade(found.get("grade"), report) or basis.grade or Grade.D
        limit = None
        if "limit" in found:
            try:
                limit = q.money(text_of(found["limit"], report))
            except Unreadable as error:
                report.add(found["limit"], "Q403", error.message, error.hint)
        elif kind == "合计封顶":
            report.add(item, "K203", "`合计封顶` 缺少 `上限`", "例如 `上限: 60万元`")
        members, places = _named(found["members"], header.policy.id, report, "成员")
        received, more = _named(found.get("received"), header.policy.id, report, "已享受")
        note = text_of(found.get("note"), report)
        yield Relation(kind, members, basis, grade, limit, received, note, item.place, (*places, *more))


def _named(node: Node | None, policy: str, report: Report, what: str) -> tuple[tuple[str, ...], tuple[Place, ...]]:
    """The full ids of the benefits a relation names, and where each stands."""
    items = [i for i in items_of(node, report, what) if text_of(i, report, what)]
    return tuple(_full(text_of(i, report), policy) for i in items), tuple(i.place for i in items)


def _full(name: str, policy: str) -> str:
    return name if "/" in name else f"{policy}/{name}"


def _cases(node: Node | None, policy: str, report: Report) -> Iterator[Case]:
    for item in items_of(node, report, "用例"):
        found = entries(item, _CASE, report, what="用例", required=("name", "as_of", "given", "expect"))
        day = read_day(found.get("as_of"), report)
        if day is not None and day.lo != day.hi:
            report.add(found["as_of"], "Q402", "用例的时点要写到日", "例如 `2024-09-01`")
        for key, word, example in _CASE_PARTS:
            if key in found and not isinstance(found[key], Record):
                report.add(found[key], "K202", f"{word}应当是“键: 值”的形式", f"例如 `{example}`")
        given = plain(found["given"]) if "given" in found else {}
        expect = found.get("expect")
        if day is None or day.lo is None or not isinstance(given, dict) or not isinstance(expect, Record):
            continue
        expected = tuple((k.text, plain(v), k.place) for k, v in expect.pairs)
        yield Case(
            text_of(found.get("name"), report),
            policy,
            int(day.lo),
            given,
            expected,
            texts_of(found.get("refs"), report, "编号"),
            item.place,
        )


def _coverage(node: Node | None, report: Report) -> Iterator[tuple[str, str]]:
    if node is None:
        return
    if not isinstance(node, Record):
        report.add(node, "K202", "条文覆盖应当是“键: 值”的形式", "例如 `第二条: 未取得`")
        return
    for key, value in node.pairs:
        if isinstance(value, Record):
            yield key.text, "：".join(text_of(v, report) for _, v in value.pairs)
        else:
            yield key.text, text_of(value, report)


__all__ = ["Basis", "Document", "Place", "read_document", "scope_of"]
