"""The card and the chart as SVG, and as PNG and PDF where this machine can draw."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talent_bot.pictures import Unavailable, card_pages, card_pdf, card_png, card_svg, chart_svg, raster
from talent_bot.pictures.layout import width, wrap
from talent_bot.reply import Card, Row, Year

ROW = Row("p/b", "高校毕业生安家补贴", "待认定", "needs_review", "40万元", schedule="分3期：16万元、12万元、12万元",
          reason="已知条件都满足", clause="安居办法（2024） · 来源 P7（C级）")  # fmt: skip
CLOSED = replace(ROW, name="购房补贴", outcome="不符合", outcome_id="ineligible", reason="不满足要求：人才类别")
YEARS = (
    Year("第1年", (("安家补贴", "16万元", 16_000_000), ("科研经费", "30万元", 30_000_000)), "46万元", 46_000_000),
    Year("第2年", (("安家补贴", "12万元", 12_000_000),), "12万元", 12_000_000),
)
CARD = Card("人才待遇测算", ("博士", "35周岁"), (ROW,), (CLOSED,), "有把握的 0元，最多 46万元",
            ("租房补贴与安家补贴 就高",), YEARS, ("合同年限",), "3f9a1b2c", "2026-11-21", "仅供参考，以主管部门审核为准")  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"
ANY_TEXT = st.text(max_size=60)


def _texts(svg: str) -> str:
    return "".join(e.text or "" for e in ElementTree.fromstring(svg).iter(f"{SVG}text"))


def test_the_card_shows_everything_it_carries() -> None:
    text = _texts(card_svg(CARD))
    for words in ("人才待遇测算", "博士", "35周岁", "高校毕业生安家补贴", "待认定", "40万元", "第1年", "46万元", "就高",
                  "合同年限", "购房补贴", "3f9a1b2c", "2026-11-21", "仅供参考，以主管部门审核为准"):  # fmt: skip
        assert words in text


def test_a_long_card_says_what_is_left_off_and_the_pages_carry_all() -> None:
    rows = tuple(replace(ROW, name=f"待遇{n:02}号") for n in range(40))
    long = replace(CARD, open_rows=rows)
    assert "另有 32 项没有画出" in _texts(card_svg(long))
    pages = card_pages(long)
    text = "".join(_texts(p) for p in pages)
    assert len(pages) > 1 and all(r.name in text for r in rows) and f"第 1 页，共 {len(pages)} 页" in text


def test_the_chart_is_to_scale_and_never_colour_alone() -> None:
    root = ElementTree.fromstring(chart_svg(YEARS))
    bars = {
        t.text: float(r.get("width", 0)) for r in root.iter(f"{SVG}rect") if (t := r.find(f"{SVG}title")) is not None
    }
    first, other = bars["第1年 安家补贴 16万元"], bars["第2年 安家补贴 12万元"]
    assert (first + 1) / (other + 1) == pytest.approx(16 / 12, rel=0.02)
    assert "①" in _texts(chart_svg(YEARS)) and "② 科研经费" in _texts(chart_svg(YEARS))
    assert "第1年共46万元" in (root.findtext(f"{SVG}desc") or "")


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_any_words_make_a_sound_picture_with_the_words_as_text(name: str, amount: str, fact: str) -> None:
    card = replace(CARD, open_rows=(replace(ROW, name=name, amount=amount),), facts=(fact, name))
    for svg in (card_svg(card), *card_pages(card), chart_svg((replace(YEARS[0], items=((name, amount, 5),)),))):
        tags = {e.tag.removeprefix(SVG) for e in ElementTree.fromstring(svg).iter()}
        assert tags <= {"svg", "g", "text", "rect", "line", "path", "title", "desc"}
        assert " style=" not in svg.replace("&lt;", "")[:200]


@given(st.text("中文，。（）a1 b.万元", max_size=120), st.floats(60, 400))
def test_lines_fit_and_lose_nothing(text: str, limit: float) -> None:
    lines = wrap(text, 20, limit)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line, 20) <= limit + 40.1 for line in lines)


def test_english_lines_break_between_words_and_keep_amounts_whole() -> None:
    words = "Settling-in allowance: CN¥400,000 for R&D leaders, in 3 instalments of CN¥160,000 and CN¥120,000"
    for limit in (150, 220, 300, 480):
        lines = wrap(words, 20, limit)
        assert set(" ".join(lines).split()) == set(words.split()), limit


LONG = "达拉特旗战略性新兴产业企业新招普通本科或同层次技能人才租房补贴（与市级租房补贴能否叠加没有载明）"


def test_a_long_name_a_long_fact_and_a_long_amount_stay_inside_the_picture() -> None:
    facts = (LONG, LONG[:20], "70岁以上父母2人")
    rows = (replace(ROW, name=LONG, amount=LONG * 2, schedule=LONG, reason=LONG * 5, note=LONG, clause=LONG),)
    card = replace(CARD, title=LONG, facts=facts, open_rows=rows, total=LONG, others=(LONG * 4,), given_up=(LONG,))
    for svg in (card_svg(card), *card_pages(card)):
        root = ElementTree.fromstring(svg)
        wide = float(root.get("width", 0))
        for text in root.iter(f"{SVG}text"):
            start = float(text.get("x", 0))
            if text.get("text-anchor") != "middle":
                assert start + width(text.text or "", float(text.get("font-size", 0))) <= wide, text.text


def test_the_card_is_labelled_in_its_own_language() -> None:
    text = _texts(card_svg(replace(CARD, lang="en")))
    assert "Your situation" in text and "Benefits still possible (1)" in text and "您的情况" not in text


def test_no_line_begins_with_a_closing_mark() -> None:
    lines = wrap("已知条件都满足，还要认定：其余条件没有取得原文（修订前共3项，只见第一项）。" * 3, 20, 300)
    assert (
        len(lines) > 3
        and not any(line[0] in "，。：）" for line in lines)
        and not any(line[-1] in "（" for line in lines)
    )


@pytest.mark.parametrize(
    "words", ["本市自己培养的英才算不算“引进”，没有载明；", "最高300万元（含100%），另算。", "甲）））））乙"]
)
@pytest.mark.parametrize("limit", [90, 150, 210, 300])
def test_no_more_than_one_closing_mark_hangs_over_the_edge(words: str, limit: int) -> None:
    lines = wrap(words * 3, 20, limit)
    assert "".join(lines).replace(" ", "") == words * 3
    assert all(width(line, 20) <= limit + 20 for line in lines)


def _can_draw() -> str:
    try:
        return raster.chinese_font()
    except Unavailable as error:
        pytest.skip(str(error))


def test_png_and_pdf_are_drawn_with_a_chinese_font() -> None:
    assert _can_draw()
    found = card_png(CARD)
    assert found.startswith(b"\x89PNG") and int.from_bytes(found[16:20], "big") == 750
    assert card_pdf(CARD).startswith(b"%PDF-")


def test_lines_drawn_at_once_look_as_letters_drawn_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    _can_draw()
    found = card_png(CARD)
    monkeypatch.setattr(raster, "_by_lines", lambda surface: surface)  # as cairosvg does it
    assert card_png(CARD) == found


def test_different_words_look_different() -> None:
    _can_draw()
    assert card_png(CARD) != card_png(replace(CARD, total="有把握的 1元，最多 46万元"))
    assert card_png(CARD) == card_png(CARD)


def test_without_a_font_or_cairo_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> str:
        raise Unavailable(raster.NO_FONT)

    monkeypatch.setattr(raster, "chinese_font", gone)
    with pytest.raises(Unavailable, match="fonts-noto-cjk"):
        card_png(CARD)
