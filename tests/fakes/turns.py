"""A small turn for the tests of channels: it counts, repeats and offers buttons, so that order and number show."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

from talent_bot.dialogue import SELF, Dialogue, Event, Note
from talent_bot.reply import Button, Buttons, Card, Reply, Text, Understood


def counting(dialogue: Dialogue, event: Event, on: date) -> tuple[Dialogue, tuple[Reply, ...]]:
    """`第3句：…` to the third thing said; a few words do more."""
    text = event.text
    if text == "/forget":
        return Dialogue(), (Reply((Text("都删除了。"),), erase=True),)
    if text == "坏":
        raise ValueError("这里有一句不该进日志的话CANARYTEXT")
    if text.startswith("慢"):
        time.sleep(0.05)
    said = event.payload or text
    number = dialogue.serial + 1
    after = replace(dialogue.learn(SELF, {"last": Note(said)}), serial=number, last_seen=on.isoformat())
    return after, _replies(number, said)


def _replies(number: int, said: str) -> tuple[Reply, ...]:
    line = Text(f"第{number}句：{said}")
    match said:
        case "按钮":
            options = (Button("三年以上", f"a:{number}:0"), Button("不到三年", f"a:{number}:1"))
            return (Reply((line, Buttons(options, (Button("不清楚", "x:dk"),)))),)
        case "长":
            return (Reply((line, *(Text("条款" * 900 + "。") for _ in range(5)))),)
        case "两条":
            return (Reply((line,)), Reply((Text(f"第{number}句的第二条"),)))
        case "卡片":
            card = Card("结果", ("博士",), (), (), "共 5万–40万元", (), (), (), "v1", "2026-11-21", "仅供参考")
            return (Reply((line, card)),)
        case _:
            return (Reply((Understood((("记下", said, ""),)), line)),)
