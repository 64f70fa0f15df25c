"""The handbook: whole, linked, local, escaped, and saying what the rules say."""

from __future__ import annotations

import html
import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

import snippets
from snippets import document, write
from talent_rules.cases import check_case
from talent_rules.conditions import opens
from talent_rules.handbook import gaps
from talent_rules.handbook.command import benefit_file, handbook, policy_file
from talent_rules.handbook.graph import WIDTH, wrapped
from talent_rules.handbook.wording import in_words
from talent_rules.library import RuleBase, load
from talent_rules.model import Rejected

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "policy_data"
DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def base() -> RuleBase:
    return load("ordos", DATA)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("handbook")
    handbook(DATA, "ordos", out, as_of=DAY)
    return out


@pytest.fixture(scope="module")
def pages(book: Path) -> dict[str, str]:
    return {p.relative_to(book).as_posix(): p.read_text(encoding="utf-8") for p in sorted(book.rglob("*.html"))}


def text_of(page: str) -> str:
    """What a reader reads."""
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


def test_there_is_a_page_for_every_document_and_every_benefit(base: RuleBase, pages: dict[str, str]) -> None:
    wanted = {benefit_file(b.id) for b in base.benefits} | {policy_file(p) for p in base.policies}
    wanted |= {f"{n}.html" for n in ("index", "documents", "who", "open", "coverage", "words", "codes", "search")}
    assert set(pages) == wanted


def test_every_link_leads_somewhere_in_the_folder(book: Path, pages: dict[str, str]) -> None:
    anchors = {name: set(re.findall(r'\bid="([^"]+)"', page)) for name, page in pages.items()}
    for name, page in pages.items():
        for link in re.findall(r'\b(?:href|src|action)="([^"]*)"', page):
            assert not re.match(r"[a-z]+:|//", link), f"{name} 引用了外部地址 {link}"
            path, _, anchor = html.unescape(link).partition("#")
            target = (book / name).parent.joinpath(path).resolve() if path else book / name
            assert target.is_file(), f"{name} 的链接 {link} 不通"
            if anchor and target.suffix == ".html":
                assert anchor in anchors[target.relative_to(book.resolve()).as_posix()], f"{name}: {link}"


def test_ids_are_unique_and_the_pages_are_well_formed(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), name
        for tag in ("ul", "li", "dl", "div", "section", "table", "details", "span", "p"):
            assert len(re.findall(rf"<{tag}\b", page)) == page.count(f"</{tag}>"), f"{name} {tag}"


def test_nothing_foreign_is_loaded(book: Path) -> None:
    for path in book.rglob("*"):
        if path.suffix in (".css", ".js"):
            assert "://" not in path.read_text(encoding="utf-8")


def test_the_same_rules_give_the_same_bytes(book: Path, tmp_path: Path) -> None:
    handbook(DATA, "ordos", tmp_path, as_of=DAY)
    for path in book.rglob("*"):
        if path.is_file():
            assert (tmp_path / path.relative_to(book)).read_bytes() == path.read_bytes(), path.name


def test_a_benefit_page_says_what_the_rule_says(pages: dict[str, str]) -> None:
    page = text_of(pages["benefit/ordos-housing-2024--settling_in.html"])
    flat = re.sub(r"\s+", " ", page)
    for words in (
        "5万元–40万元", "由市外首次引进", "劳动合同年限至少 3年", "学位至少硕士", "首轮名单公布前毕业的怎样认，没有载明（Q05）",
        "分 3 期，依次 40%、30%、30%，每隔 1 年一期", "从上往下，第一行符合的算数", "第三方整理，未核实", "安居办法（2022）",
        "只发最高的一项", "清华博士2022年7月到市属事业单位", "任走一条", "待认定：5万元–40万元",
    ):  # fmt: skip
        assert words in flat, words


def test_a_table_shows_every_row_as_written(pages: dict[str, str]) -> None:
    page = re.sub(r"\s+", " ", text_of(pages["benefit/ordos-talent-2023--category_settling.html"]))
    for row in ("A类 不低于 300万元", "B类 300万元", "F类 80万元"):
        assert row in page


def test_every_example_agrees_with_its_case(base: RuleBase, pages: dict[str, str]) -> None:
    differing = {case.name for case in base.cases if any(check_case(base, case))}
    assert bool(differing) is any("与用例不符" in page for page in pages.values())
    shown = sum(page.count('<dl class="given"><div><dt>申请日') for page in pages.values())
    assert shown >= len(base.cases)


def test_everything_open_is_on_the_open_page_once_a_document(base: RuleBase, pages: dict[str, str]) -> None:
    page = text_of(pages["open.html"])
    for benefit in base.benefits:
        for leaf in opens(benefit.condition):
            if leaf.kind == "undecided":
                assert leaf.text in page
    listed = [gap for want in gaps.wanted(base, gaps.read_lists(DATA, "ordos")) for gap in want.gaps]
    assert sorted(listed, key=str) == sorted(gaps.open_gaps(base), key=str)


def test_who_am_i_names_the_people_and_their_benefits(pages: dict[str, str]) -> None:
    page = pages["who.html"]
    for anchor, benefit, there in (
        ("degree-phd", "doctor_research_funding", True),
        ("degree-master", "doctor_research_funding", False),
        ("job_role-senior_exec", "executive_lump_sum", True),
        ("job_role-community_worker", "community_salary", True),
    ):
        part = page.split(f'id="{anchor}"')[1].split("</dd>")[0]
        assert (benefit in part) is there, anchor


def test_coverage_and_codes_are_there(base: RuleBase, pages: dict[str, str]) -> None:
    coverage = text_of(pages["coverage.html"])
    for policy in base.policies.values():
        assert all(clause in coverage for clause, _ in policy.coverage)
    assert "L507" in pages["codes.html"] and "<pre>" in pages["codes.html"]


def test_search_has_its_index_in_the_page(pages: dict[str, str]) -> None:
    page = pages["search.html"]
    found = re.search(r'<script type="application/json" id="index">(.*?)</script>', page, re.S)
    assert found is not None
    index = json.loads(found.group(1))
    assert len(index) == len(re.findall(r"<li><a ", page))
    assert any("a-07" in text for text, _ in index)


def test_text_of_a_rule_file_cannot_become_markup(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "demo").mkdir(parents=True)
    shutil.copy(DATA / "vocabulary.yaml", folder)
    shutil.copytree(DATA / "reference", folder / "reference")
    bad = "</script><script>alert(1)</script>"
    (folder / "demo" / "demo.yaml").write_text(
        f"""\
政策:
  id: demo
  名称: "{bad}"
  来源: [{{代号: G, 名称: "{bad}", 级别: A, 网址: "javascript:alert(1)"}}]
待遇:
  - id: rent
    名称: "{bad}"
    条件: [{{待定: "{bad}"}}]
    金额: 1万元
    说明: "{bad}"
    依据: {{来源: G, 摘要: "{bad}"}}
""",
        encoding="utf-8",
    )
    handbook(folder, "demo", tmp_path / "out", as_of=DAY)
    for path in (tmp_path / "out").rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert "<script>alert" not in page and 'href="javascript' not in page


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("学位 至少 硕士", "学位至少硕士"),
        ("市外引进 是 是", "市外引进：是"),
        ("单位性质 属于 机关、事业单位", "单位性质：机关、事业单位之一"),
        ("引进日期 晚于 2021-08", "引进日期晚于 2021-08"),
        ("劳动合同年限 至少 3年", "劳动合同年限至少 3年"),
        ("年龄 不超过 35 按 引进日期", "年龄不超过 35（按引进日期算）"),
        ("学位 不属于 博士、硕士", "学位不是：博士、硕士之一"),
    ],
)
def test_conditions_read_as_sentences(base: RuleBase, line: str, words: str) -> None:
    assert in_words(line, base.vocabulary) == words


def test_the_graph_fits_a_phone(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        for box in re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', page):
            assert float(box[0]) + float(box[1]) <= WIDTH and float(box[1]) > 60, name
        assert not re.search(r'="-\d', page.split("<svg")[-1].split("</svg>")[0])


def test_wrapped_lines_never_begin_with_a_closing_mark() -> None:
    rows = wrapped("市籍返乡、在市内高校毕业、离市后再来、先柔性后全职，算不算市外首次引进，没有载明（Q03）", 150)
    assert len(rows) > 2 and not any(row[0] in "，。；、）”" for row in rows)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2023, 12, 31), "尚未生效"),
        (date(2024, 1, 1), ""),
        (date(2026, 12, 31), ""),
        (date(2027, 1, 1), "已过有效期"),
    ],
)
def test_a_document_that_is_still_to_come_is_not_said_to_be_over(day: date, said: str, tmp_path: Path) -> None:
    handbook(ROOT / "tests" / "house", "town", tmp_path, as_of=day)
    benefit = load("town", ROOT / "tests" / "house").benefits[0]
    page = text_of((tmp_path / benefit_file(benefit.id)).read_text(encoding="utf-8"))
    assert [w for w in ("尚未生效", "已过有效期") if w in page] == [w for w in (said,) if w]


def test_a_place_without_a_list_of_wanted_documents_still_says_what_is_open() -> None:
    base = load("huhehaote", DATA)
    found = gaps.wanted(base, gaps.read_lists(DATA, "huhehaote"))
    assert {gap for want in found for gap in want.gaps} == set(gaps.open_gaps(base)) != set()
    assert all(want.document.startswith("《") for want in found)


def test_a_mistake_in_the_list_is_shown_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "reference" / "wanted").mkdir(parents=True)
    listed = tmp_path / "reference" / "wanted" / "ordos.yaml"
    listed.write_text("文件:\n  - {名程: 某办法全文}\n", encoding="utf-8")
    with pytest.raises(Rejected) as caught:
        gaps.read_lists(tmp_path, "ordos")
    (problem,) = caught.value.problems
    assert str(problem.place) == "reference/wanted/ordos.yaml:2:6" and "`名称`" in problem.hint


def test_asking_for_another_document_changes_no_rule(tmp_path: Path) -> None:
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    (data / "reference" / "wanted" / "ordos.yaml").unlink()
    assert load("ordos", data).version == load("ordos", DATA).version


def test_a_page_says_how_points_add_up(tmp_path: Path) -> None:
    handbook(DATA, "beijing-points", tmp_path, as_of=DAY)
    said = " ".join(text_of((tmp_path / benefit_file("beijing-points-2020/points")).read_text("utf-8")).split())
    assert "总积分怎么算" in said
    assert "合法稳定就业：各项相加 在京连续社保年限每满 1年，计 3分" in said
    assert "自有住所居住年限、在京连续社保年限（按少的算）每满 1年，计 1分" in said
    assert "教育背景：从上往下，第一行符合的算数" in said
    assert "积分年龄不超过 45周岁：20分" in said
    assert "学位 硕士，证书情况 学历学位双证：26分" in said
    assert "只取最高的一项" in said and "每满 1年，计 2分，最高 6分" in said
    assert "纳税：近三年连续纳税：是，任一（年均工薪个税至少 10万元；年均出资纳税额至少 20万元），计 6分" in said
    assert "涉税违法：涉税违法记录每满 1条，计 -12分" in said


EXCLUDING = """关系:
  - {类型: 不重复享受, 成员: [a], 已享受: [b], 依据: {来源: S}, 说明: 领过老政策的不再享受}
"""


def test_an_exclusion_names_what_was_received_on_both_pages(tmp_path: Path) -> None:
    rules = document(snippets.benefit("a", "[学位 是 博士]"), snippets.benefit("b", "[学位 是 硕士]"), tail=EXCLUDING)
    write(tmp_path, rules)
    handbook(tmp_path, "x", tmp_path / "out", as_of=DAY)
    first, second = (text_of((tmp_path / "out" / benefit_file(f"p/{n}")).read_text("utf-8")) for n in ("a", "b"))
    assert "领过这些的，不再发这一项： b项" in " ".join(first.split())
    assert "领过这一项以后，不再发： a项" in " ".join(second.split())


def test_a_benefit_that_is_gone_leaves_no_page_behind(tmp_path: Path) -> None:
    write(tmp_path, document(snippets.benefit("a", "[学位 是 博士]"), snippets.benefit("b", "[学位 是 硕士]")))
    handbook(tmp_path, "x", tmp_path / "out", as_of=DAY)
    foreign = tmp_path / "out" / "benefit" / "备注.html"
    foreign.write_text("<title>自己的备注</title>", encoding="utf-8")
    write(tmp_path, document(snippets.benefit("a", "[学位 是 博士]")))
    handbook(tmp_path, "x", tmp_path / "out", as_of=DAY)
    left = {p.name for p in (tmp_path / "out" / "benefit").iterdir()}
    assert left == {"p--a.html", foreign.name}
