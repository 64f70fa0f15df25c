"""Replies as Telegram HTML: whatever people and rules contain, each message is taken and says it all."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from telegram import Update

from fakes.markup import visible
from talent_bot.channels.telegram.incoming import Incoming, incoming, parse
from talent_bot.channels.telegram.lowering import Message, escape, lower
from talent_bot.channels.telegram.lowering import parse as parse_message
from talent_bot.channels.telegram.split import cut, split, units
from talent_bot.reply import Block, Button, Buttons, Card, Citations, Reply, Row, Table, Text, Understood, Year

nasty = st.text(
    st.sampled_from("<>&\"'/bi博士，。；\n 　😀👨‍👩‍👧\u200b\u202e\x00\x07éa1;#") | st.characters(), max_size=60
)
tones = st.sampled_from(["plain", "strong", "quiet", "warning"])
rows = st.builds(Row, nasty, nasty, nasty, nasty, nasty, nasty, nasty, nasty, nasty, nasty, nasty, nasty)
few = st.lists(nasty, max_size=3).map(tuple)
cards = st.builds(
    Card,
    nasty,
    few,
    st.lists(rows, max_size=3).map(tuple),
    st.lists(rows, max_size=3).map(tuple),
    nasty,
    few,
    st.lists(st.builds(Year, nasty, st.just((("安家", "1万", 1),)), nasty, st.just(1)), max_size=2).map(tuple),
    few,
    nasty,
    nasty,
    nasty,
)
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Text, nasty, tones),
    st.builds(Understood, st.lists(st.tuples(nasty, nasty, nasty), max_size=3).map(tuple), nasty),
    st.builds(Table, nasty, st.lists(rows, max_size=3).map(tuple)),
    cards,
    st.builds(Citations, few),
)


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(st.lists(blocks, max_size=4))
@settings(max_examples=150, deadline=None)
def test_any_reply_is_taken_by_the_server(content: list[Block]) -> None:
    for message in lower((Reply(tuple(content)),), 1):
        shown = visible(message.html)
        assert shown.strip()
        assert units(message.html) <= 4096
        assert parse_message(message.dump()) == message


@given(nasty)
@example("<b>&lt;</b>")
def test_people_read_what_was_written(text: str) -> None:
    for tone in ("plain", "strong", "quiet"):
        shown = "".join(visible(m.html) for m in lower((Reply((Text(text, tone),)),), 1))
        assert _squeezed(shown) == _squeezed("".join(c for c in text if c == "\n" or escape(c)))


pieces = st.recursive(
    nasty.map(escape),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag.split()[0]}>",
        st.sampled_from(["b", "i", "code", "blockquote expandable"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=8,
)


TAG = len("<blockquote expandable></blockquote>") + 4


def _nested(html: str) -> int:
    """How deep tags stand within tags."""
    depth = deepest = 0
    for closes in re.findall(r"<(/?)[a-z]", html):
        depth += -1 if closes else 1
        deepest = max(deepest, depth)
    return deepest


@given(st.lists(pieces, max_size=6), st.integers(120, 300))
@settings(max_examples=300, deadline=None)
def test_splitting_keeps_tags_balanced_and_words_in_order(content: list[str], limit: int) -> None:
    assume(all(TAG * _nested(piece) <= limit for piece in content))  # tags within tags leave room for a word
    parts = split(content, limit)
    assert all(units(part) <= limit for part in parts)
    assert all(visible(part).strip() for part in parts)
    assert _squeezed("".join(map(visible, parts))) == _squeezed("".join(map(visible, content)))


def test_a_cut_falls_after_a_sentence() -> None:
    text = "一二三四五六七八九。" * 30
    assert all(part.endswith("。") for part in cut(text, 128))


def test_emoji_count_double_and_are_not_torn() -> None:
    parts = cut("😀" * 3000)
    assert [units(p) for p in parts] == [4096, 1904]
    assert "".join(parts) == "😀" * 3000


def test_an_entity_is_not_torn() -> None:
    assert all(visible(p) == "&" * (len(p) // 5) for p in cut("&amp;" * 2000))


def test_whole_blocks_go_together() -> None:
    replies = (Reply((Text("甲" * 3000), Text("乙" * 3000), Text("丙" * 500))),)
    assert [m.html[0] + str(units(m.html)) for m in lower(replies, 1)] == ["甲3000", "乙3502"]


def test_buttons_fit_a_small_phone_and_extras_stand_apart() -> None:
    options = tuple(Button(label, f"a:1:{n}") for n, label in enumerate(["博士", "硕士", "本科", "大专及以下", "其他"]))
    (message,) = lower((Reply((Text("学历？"), Buttons(options, (Button("不清楚", "x:dk"),)))),), 1)
    assert [[label for label, _ in row] for row in message.buttons] == [
        ["博士", "硕士", "本科"],
        ["大专及以下", "其他"],
        ["不清楚"],
    ]


def test_buttons_alone_get_a_line_to_stand_under() -> None:
    (message,) = lower((Reply((Buttons((Button("是", "x:yes"),)),)),), 1)
    assert message == Message(1, "请选择：", ((("是", "x:yes"),),))


@pytest.mark.parametrize("payload", ["", "学历", "a" * 65])
def test_a_payload_telegram_would_refuse_is_our_mistake(payload: str) -> None:
    with pytest.raises(ValueError, match="64"):
        lower((Reply((Buttons((Button("是", payload),)),)),), 1)


def test_an_empty_reply_sends_nothing() -> None:
    assert lower((Reply(), Reply((Text("  "),))), 1) == ()


@given(nasty)
def test_an_incoming_text_survives_the_inbox(text: str) -> None:
    item = Incoming(1, 2, "text", text)
    assert parse(item.dump()) == item


def test_half_a_character_does_not_break_anything() -> None:
    data = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "博士\ud83d\x00"}
    item = incoming(Update.de_json({"update_id": 1, "message": data}, None))
    assert item is not None
    assert item.text == "博士\ufffd"
    item.text.encode()
