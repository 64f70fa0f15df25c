"""One line of the condition language: every operator, every boundary word, every spelling."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from houses import HOUSE, ROOT, town
from talent_rules.cells import mask_of, split
from talent_rules.compiler.keys import ALIASES
from talent_rules.compiler.load import load_folder
from talent_rules.conditions import AllOf, AnyOf, Atom, Axis, Condition, NoneOf, Open, Stated
from talent_rules.fmt import format_text
from talent_rules.language import canonical, read_line
from talent_rules.lines import Misread
from talent_rules.model import Value
from talent_rules.source import Node, Record, Report, Scalar, Sequence, read_text

WORDS = town().vocabulary


def holds(line: str, field: str, raw: object) -> bool | None:
    """Whether a line holds for somebody of whom one thing is known."""
    condition = read_line(line, WORDS)
    value = WORDS.fields[field].read(raw, WORDS.reference)
    assert value is not None
    return judged(condition, field, value)


def judged(node: Condition, field: str, value: Value) -> bool | None:
    """A plain reading of the tree, beside the one the engines use."""
    if isinstance(node, Stated):
        return judged(node.part, field, value)
    if isinstance(node, Open):
        return None
    if isinstance(node, Atom):
        assert node.axis.field == field
        facet = node.axis.facet
        if facet.startswith("∋"):
            value = isinstance(value, frozenset) and facet[1:] in value
        elif facet.startswith("="):
            value = value == facet[1:]
        cells = split(WORDS.fields, [node])[node.axis]
        mask, now = cells.mask(node.test), mask_of(cells, value)
        return True if not now & ~mask else False if not now & mask else None
    assert isinstance(node, (AllOf, AnyOf, NoneOf))
    found = [judged(p, field, value) for p in node.parts]
    if isinstance(node, AllOf):
        return False if False in found else None if None in found else True
    some = True if True in found else None if None in found else False
    return some if isinstance(node, AnyOf) else None if some is None else not some


# ── boundary words: somebody just below, at and just above ──────────────────────────────────

INCLUDED_BELOW = ["至少 35周岁", "不低于 35周岁", "不少于 35周岁", "已满 35周岁", "年满35周岁", ">= 35", "≥35周岁", "35周岁以上",
                  "35周岁及以上", "是 35周岁以上", "大于等于 35周岁", "不小于35岁", "＞＝ ３５"]  # fmt: skip
INCLUDED_ABOVE = ["不超过 35周岁", "至多 35周岁", "不高于 35周岁", "<= 35", "≤35", "35周岁以下", "35周岁及以下", "35周岁以内",
                  "是 35周岁以下", "小于等于35岁", "最多 35周岁", "不大于35周岁"]  # fmt: skip
ABOVE = ["超过 35周岁", "高于 35周岁", "大于 35周岁", "> 35", "多于35周岁"]
BELOW = ["不满 35周岁", "低于 35周岁", "少于 35周岁", "小于 35周岁", "不到 35周岁", "< 35", "不满三十五周岁"]
CASES = [
    *((w, (False, True, True)) for w in INCLUDED_BELOW),
    *((w, (True, True, False)) for w in INCLUDED_ABOVE),
    *((w, (False, False, True)) for w in ABOVE),
    *((w, (True, False, False)) for w in BELOW),
    ("是 35周岁", (False, True, False)),
    ("= 35", (False, True, False)),
    ("不是 35周岁", (True, False, True)),
    ("!= 35", (True, False, True)),
    ("属于 34、36", (True, False, True)),
    ("不属于 34、36", (False, True, False)),
    ("在 34 至 35周岁 之间", (True, True, False)),
    ("在 35周岁 到 40周岁 之间", (False, True, True)),
]


@pytest.mark.parametrize(("words", "expected"), CASES)
def test_a_person_of_34_of_35_and_of_36(words: str, expected: tuple[bool, bool, bool]) -> None:
    for line in (f"年龄 {words}", f"年龄{words}" if not words[0].isdigit() else f"周岁 {words}"):
        assert tuple(holds(line, "age", years) for years in (34, 35, 36)) == expected, line


@pytest.mark.parametrize(
    ("line", "field", "raws", "expected"),
    [
        ("劳动合同年限 至少 3年", "contract_years", ("2年11个月", "3年", "3年1个月"), (False, True, True)),
        ("劳动合同年限 不满 3年", "contract_years", ("2年11个月", "3年", "3年1个月"), (True, False, False)),
        ("社保月数 超过 12个月", "insured_months", ("12个月", "12.5个月", "13个月"), (False, True, True)),
        ("年薪 不低于 30万元", "annual_salary", (299999.99, 300000, 300000.01), (False, True, True)),
        ("年薪 超过 30万元", "annual_salary", (300000, 300000.01, "40万"), (False, True, True)),
        ("购房面积 90㎡以下", "home_area", ("89.99㎡", "90㎡", "90.01㎡"), (True, True, False)),
        ("学位 至少 硕士", "degree", ("本科", "硕士", "博士"), (False, True, True)),
        ("学位 超过 本科", "degree", ("本科", "硕士", "博士"), (False, True, True)),
        ("学位 硕士以上", "degree", ("本科", "硕士", "博士"), (False, True, True)),
        ("学位 本科以下", "degree", ("专科", "本科", "硕士"), (True, True, False)),
        ("学位 属于 本科、博士", "degree", ("本科", "硕士", "博士"), (True, False, True)),
        ("学位 不是 硕士", "degree", ("本科", "硕士", "博士"), (True, False, True)),
        ("引进日期 不早于 2024-03-22", "arrival_date", ("2024-03-21", "2024-03-22", "2024-03-23"), (False, True, True)),
        ("引进日期 晚于 2024-03-22", "arrival_date", ("2024-03-21", "2024-03-22", "2024-03-23"), (False, False, True)),
        ("引进日期 早于 2024-03-22", "arrival_date", ("2024-03-21", "2024-03-22", "2024-03-23"), (True, False, False)),
        ("引进日期 不晚于 2024-03-22", "arrival_date", ("2024-03-21", "2024-03-22", "2024-03-23"), (True, True, False)),
        ("引进日期 在 2024-03-22 至 2024-03-23 之间", "arrival_date", ("2024-03-21", "2024-03-22", "2024-03-24"),
         (False, True, False)),
        ("引进日期 晚于 2021-08", "arrival_date", ("2021-07-31", "2021-08-15", "2021-09-01"), (False, None, True)),
        ("引进日期 不早于 2021-08", "arrival_date", ("2021-07-31", "2021-08-15", "2021-09-01"), (False, None, True)),
        ("引进日期 早于 2021-08", "arrival_date", ("2021-07-31", "2021-08-15", "2021-09-01"), (True, None, False)),
        ("引进日期 是 2021-08", "arrival_date", ("2021-07-31", "2021-08-15", "2021-09-01"), (False, True, False)),
        ("市外引进 是 是", "from_outside", (True, False, "是"), (True, False, True)),
        ("市外引进 是 否", "from_outside", (True, False, "否"), (False, True, True)),
        ("市外引进 不是 是", "from_outside", (True, False, "否"), (False, True, True)),
        ("荣誉 包含 工匠", "awards", (["工匠"], [], ["未来之星"]), (True, False, False)),
        ("荣誉 包含 工匠、未来之星", "awards", (["工匠"], [], ["未来之星"]), (True, False, True)),
        ("荣誉 不包含 工匠", "awards", (["工匠"], [], ["未来之星"]), (False, True, True)),
        ("毕业院校 属于 清华大学、内蒙古大学", "school", ("清华大学", "内蒙古大学", "内蒙古工业大学"), (True, True, False)),
    ],
)  # fmt: skip
def test_somebody_below_at_and_above_each_kind_of_limit(
    line: str, field: str, raws: tuple[object, ...], expected: tuple[bool | None, ...]
) -> None:
    assert tuple(holds(line, field, raw) for raw in raws) == expected


def test_full_width_signs_and_spaces_are_the_same_line() -> None:
    plain = read_line("年龄 >= 35", WORDS)
    for line in ("年龄　＞＝　３５", "年龄>=35", "  年龄   至少   ３５周岁  ".strip(), "周岁 已满 三十五周岁"):
        assert getattr(read_line(line, WORDS), "part", None) == getattr(plain, "part", None), line


def test_an_age_may_be_asked_for_on_another_day() -> None:
    other = read_line("年龄 不超过 40周岁 按 引进日期", WORDS)
    assert isinstance(other, Stated) and isinstance(other.part, Atom)
    assert other.part.axis == Axis("age", "@arrival_date")
    same = read_line("年龄 不超过 40周岁 按 申请日期", WORDS)
    assert isinstance(same, Stated) and isinstance(same.part, Atom) and same.part.axis == Axis("age")


@pytest.mark.parametrize(
    ("line", "under"),
    [
        ("年龄 不超于 40周岁", "不超于"), ("学位 至少 硕土", "硕土"), ("年纪大小 是 3", "年纪大小"), ("年龄 至少 ４０W", "４０W"),
        ("毕业院校 属于 清华大学、清化大学", "清化大学"), ("年龄 不超过 40周岁 按 生效日", "生效日"),
        ("学位 是 硕士 按 引进日期", "按 引进日期"), ("符合 甲层", "甲层"), ("年龄 属于 20、三十多、40", "三十多"),
        ("引进日期 晚于 2024-02-30", "2024-02-30"), ("学位 属于 硕士；博士", "硕士；博士"),
    ],
)  # fmt: skip
def test_the_caret_stands_under_the_word_that_is_wrong(line: str, under: str) -> None:
    with pytest.raises(Misread) as found:
        read_line(line, WORDS)
    at, width = found.value.offset, found.value.width
    assert line[at : at + width] == under
    assert found.value.hint


def test_a_kind_of_field_refuses_the_operators_that_make_no_sense_for_it() -> None:
    for line in ("市外引进 至少 是", "引进方式 超过 全职", "荣誉 是 工匠", "毕业院校 至少 清华大学", "父母 至少 1"):
        with pytest.raises(Misread) as found:
            read_line(line, WORDS)
        assert found.value.code == "V305" and "例如" in found.value.hint


# ── the canonical form ──────────────────────────────────────────────────────────────────────

YEARS = st.integers(0, 120).map(lambda n: f"{n}周岁")
DAYS = st.dates(date(1950, 1, 1), date(2100, 1, 1)).map(lambda d: d.isoformat())
VALUES: dict[str, st.SearchStrategy[str]] = {
    "年龄": YEARS,
    "周岁": YEARS.map(lambda t: t.replace("周", "")),
    "年薪": st.integers(0, 10**8).map(lambda n: f"{n}元") | st.integers(0, 9999).map(lambda n: f"{n / 100:g}万"),
    "合同年限": st.integers(0, 60).map(lambda n: f"{n}年") | st.integers(0, 700).map(lambda n: f"{n}个月"),
    "社保月数": st.integers(0, 900).map(lambda n: f"{n}个月"),
    "购房面积": st.integers(0, 10**5).map(lambda n: f"{n / 100:g}㎡"),
    "引进日期": DAYS | DAYS.map(lambda t: t[:7]) | DAYS.map(lambda t: t[:4] + "年"),
}
COMPARE = st.sampled_from(
    ["至少", "不低于", ">=", "≥", "不超过", "<=", "超过", ">", "不满", "<", "是", "不是", "低于", "高于"]
)
CHOSEN = st.lists(st.sampled_from(["专科", "大专", "本科", "硕士研究生", "博士", "phd"]), min_size=1, max_size=3)


@st.composite
def lines(draw: st.DrawFn) -> str:
    gap = draw(st.sampled_from([" ", "  ", "　"]))
    kind = draw(st.sampled_from(["number", "choice", "order", "flag", "set", "between", "suffix", "listed"]))
    name = draw(st.sampled_from(sorted(VALUES)))
    if kind == "number":
        anchor = draw(st.sampled_from(["", " 按 引进日期", " 按 申请日期"])) if name in ("年龄", "周岁") else ""
        return f"{name}{gap}{draw(COMPARE)}{gap}{draw(VALUES[name])}{anchor}"
    if kind == "suffix":
        return f"{name}{gap}{draw(VALUES[name])}{draw(st.sampled_from(['以上', '及以上', '以下', '以内']))}"
    if kind == "listed":
        several = draw(st.lists(VALUES[name], min_size=1, max_size=3))
        return f"{name}{gap}{draw(st.sampled_from(['属于', '不属于']))}{gap}{'、'.join(several)}"
    if kind == "between":
        two = [draw(VALUES[name]), draw(VALUES[name])]
        return f"{name} 在 {two[0]} 至 {two[1]} 之间"
    if kind == "choice":
        return f"{draw(st.sampled_from(['学位', '学历']))} {draw(st.sampled_from(['属于', '不属于', '是']))} {'、'.join(draw(CHOSEN))}"
    if kind == "order":
        return f"学历{gap}{draw(st.sampled_from(['至少', '不高于', '超过', '低于']))}{gap}{draw(CHOSEN)[0]}"
    if kind == "flag":
        return f"市外引进 {draw(st.sampled_from(['是', '不是', '=', '为']))} {draw(st.sampled_from(['是', '否', 'yes', 'no']))}"
    return f"荣誉 {draw(st.sampled_from(['包含', '不包含', '不含', '含']))} {draw(st.sampled_from(['工匠', 'craftsman、未来之星']))}"


@settings(max_examples=500, deadline=None)
@given(lines())
def test_the_canonical_line_is_settled_and_means_the_same(line: str) -> None:
    try:
        meant = read_line(line, WORDS)
    except Misread:
        return  # 前大后小 and the like: nothing to rewrite
    once = canonical(line, WORDS)
    assert canonical(once, WORDS) == once
    again = read_line(once, WORDS)
    assert isinstance(meant, Stated) and isinstance(again, Stated)
    assert _unworded(again.part) == _unworded(meant.part), once


def _unworded(node: Condition) -> object:
    """A tree without the words of its open leaves, which quote the line."""
    if isinstance(node, Open):
        return "open"
    if isinstance(node, (AllOf, AnyOf, NoneOf)):
        return type(node).__name__, tuple(_unworded(p) for p in node.parts)
    return node


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("学历 硕士以上", "学位 至少 硕士"), ("周岁<=40", "年龄 不超过 40周岁"), ("引进日期 >= 2024年3月22日", "引进日期 不早于 2024-03-22"),
        ("入职日期 晚于 2021年8月", "引进日期 晚于 2021-08"), ("税前年薪 不低于 300,000", "年薪 至少 30万元"),
        ("社保月数 已满 12个月", "社保月数 至少 12个月"), ("合同年限 36个月以上", "劳动合同年限 至少 3年"),
        ("年龄 在 20 至 35周岁 之间", "年龄 在 20周岁 至 35周岁 之间"), ("年龄 属于 20、35", "年龄 属于 20周岁、35周岁"),
        ("年薪 属于 5,000元、6,000元", "年薪 属于 5,000元、6,000元"), ("不符合  甲层", "不符合 甲层"),
    ],
)  # fmt: skip
def test_the_one_way_to_write_it(line: str, wanted: str) -> None:
    assert canonical(line, WORDS) == wanted


def test_fmt_keeps_comments_and_touches_only_the_lines_it_must() -> None:
    text = (HOUSE / "town" / "housing.yaml").read_text(encoding="utf-8")
    assert format_text(text, "f", WORDS) == text
    loose = text.replace("- 学位 至少 硕士", "- 学历 硕士以上   # 见第三条").replace(
        "[市外引进 是 是, 年龄 不超过 40周岁]", "[市外引进=是, 周岁<=40]"
    )
    once = format_text(loose, "f", WORDS)
    changed = [(a, b) for a, b in zip(loose.split("\n"), once.split("\n"), strict=True) if a != b]
    assert changed == [
        ("      - 学历 硕士以上   # 见第三条", "      - 学位 至少 硕士   # 见第三条"),
        ("    条件: [市外引进=是, 周岁<=40]", "    条件: [市外引进 是 是, 年龄 不超过 40周岁]"),
    ]
    assert format_text(once, "f", WORDS) == once


@pytest.mark.parametrize("path", sorted((ROOT / "policy_data" / "ordos").glob("*.yaml")), ids=lambda p: str(p.stem))
def test_fmt_of_the_real_files_is_settled_and_keeps_every_other_line(path: Path) -> None:
    vocabulary = load_folder(ROOT / "policy_data", [path])[0].vocabulary  # type: ignore[union-attr]
    text = path.read_text(encoding="utf-8")
    once = format_text(text, path.name, vocabulary)
    assert format_text(once, path.name, vocabulary) == once
    before, after = text.split("\n"), once.split("\n")
    assert len(before) == len(after)
    for a, b in zip(before, after, strict=True):
        if a != b:
            assert a.split("#")[1:] == b.split("#")[1:]
    assert [line for line in before if line.lstrip().startswith("#")] == [
        line for line in after if line.lstrip().startswith("#")
    ]


# ── the English spelling of the keys ────────────────────────────────────────────────────────


def in_english(node: Node, keys: bool = True) -> str:
    """A file with every key in its English spelling, as YAML in one line."""
    if isinstance(node, Scalar):
        return "'" + node.text.replace("'", "''") + "'"
    if isinstance(node, Sequence):
        return "[" + ", ".join(in_english(i, keys) for i in node.items) + "]"
    assert isinstance(node, Record)
    pairs = []
    for key, value in node.pairs:
        word = ALIASES.get(key.text, key.text) if keys else key.text
        inner = keys and word not in ("given", "expect", "coverage")
        pairs.append(f"'{word}': {in_english(value, inner)}")
    return "{" + ", ".join(pairs) + "}"


def test_a_file_with_english_keys_loads_to_the_same_rule_base(tmp_path: Path) -> None:
    name = "town/housing.yaml"
    root = read_text((HOUSE / name).read_text(encoding="utf-8"), name, Report())
    assert root is not None
    path = tmp_path / "english.yaml"
    path.write_text(in_english(root), encoding="utf-8")
    english, problems = load_folder(HOUSE, [path])
    assert problems == () and english is not None
    chinese = town()
    assert "待遇" not in path.read_text(encoding="utf-8")
    assert english.benefits == chinese.benefits
    assert english.relations == chinese.relations
    assert [(c.name, c.as_of, c.given) for c in english.cases] == [(c.name, c.as_of, c.given) for c in chinese.cases]


def test_every_key_has_exactly_one_alias() -> None:
    assert len(set(ALIASES.values())) == len(ALIASES)
    written = (ROOT / "docs" / "rule-language.md").read_text(encoding="utf-8").split("## 8.")[1]
    for chinese, english in ALIASES.items():
        assert chinese == "id" or f"| {chinese} | {english} |" in written, chinese
