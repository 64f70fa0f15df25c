"""Blocks as plain text of at most 2,048 bytes."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.talking import Talk, the_advisor
from talent_bot.channels.wechat.lowering import MORE, MOST_BYTES, fitted, lowered
from talent_bot.reply import Button, Buttons, Card, Citations, Reply, Text, Understood
from talent_bot.words import own_words

ANSWERS = Buttons((Button("三年以上", "a:1:0"), Button("不到三年", "a:1:1")), (Button("不清楚", "x:dk"),))
ASK = (Text("要签几年合同？", "strong"), ANSWERS)


def test_options_are_numbered_and_the_ways_around_named() -> None:
    text, rest = lowered((Reply((Text("您好"), *ASK)),))
    assert text == "您好\n\n要签几年合同？\n1. 三年以上\n2. 不到三年\n回复序号即可；也可回复：不清楚" and rest == ""


def test_facts_and_sources_are_lines() -> None:
    blocks = (Understood((("学位", "博士", ""), ("双一流", "是", "推断"))), Citations(("甲", "乙")))
    assert lowered((Reply(blocks),))[0] == "记下了：学位 博士、双一流 是（推断）\n依据：甲；乙"


def test_a_long_answer_keeps_the_question_in_sight() -> None:
    text, rest = lowered((Reply((Text("\n".join(f"第{n}行，写得很长很长" for n in range(200))), *ASK)),))
    assert len(text.encode()) <= MOST_BYTES and MORE in text and text.endswith("也可回复：不清楚")
    assert rest.startswith("第") and rest.endswith("第199行，写得很长很长")


@given(st.text(max_size=2000), st.text(max_size=900), st.integers(300, MOST_BYTES))
def test_pieces_fit_and_nothing_is_lost(body: str, ask: str, most: int) -> None:
    text, rest = fitted(body, ask, most)
    pages = [text]
    for _ in range(200):
        if not rest:
            break
        text, rest = fitted(rest, "", most)
        pages.append(text)
    assert not rest and all(len(p.encode()) <= most for p in pages)
    shown = "".join(pages).replace(MORE, "").split()
    assert sorted("".join(shown)) == sorted("".join((body + ask).split()))


def test_an_english_conversation_has_no_chinese_labels() -> None:
    talk = Talk(the_advisor()).say("hello, I have a PhD").say("show me the result")
    text, _ = lowered(talk.replies, say=own_words("en"))
    assert not re.search("[\u4e00-\u9fff]", re.sub("〔[^〕]*〕", "", text))


def test_the_ways_around_a_question_can_be_typed_as_they_are_named() -> None:
    talk = Talk(the_advisor()).say("hello, I have a PhD")
    assert talk.say("Why this question").text != talk.say("Result so far").text
    assert any(isinstance(b, Card) for b in talk.replies[0].blocks)
