"""Blocks as plain text for WeChat: numbered options, at most 2,048 bytes, the rest kept for “继续”."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from talent_bot.reply import Block, Buttons, Card, Citations, Reply, Row, Table, Text, Understood
from talent_bot.words import Words, marked
from talent_rules import CHINESE

MOST_BYTES = 2048
MORE = marked("（内容没完，回复“继续”看余下的）")


def lowered(replies: Sequence[Reply], most: int = MOST_BYTES, say: Words = CHINESE) -> tuple[str, str]:
    """What is sent now, and what is left for “继续”. The open question is always in what is sent now."""
    blocks = [b for reply in replies for b in reply.blocks]
    body, ask = _parted(blocks)
    return fitted("\n".join(_lines(body, say)), "\n".join(_lines(ask, say)), most, say)


def fitted(body: str, ask: str, most: int = MOST_BYTES, say: Words = CHINESE) -> tuple[str, str]:
    """Body and question in one message, or the head of the body, a hint, and the question."""
    whole = "\n\n".join(part for part in (body, ask) if part)
    if _size(whole) <= most:
        return whole, ""
    more = say(MORE)
    tail = f"{more}\n\n{ask}" if ask else more
    if _size(tail) > most // 2:
        return _split(whole, most, more)
    return _split(body, most, tail)


def _split(text: str, most: int, tail: str) -> tuple[str, str]:
    """As much as fits before the tail, cut at a line if that keeps at least half, never inside a character."""
    room = most - _size(tail) - 1
    head = text.encode()[:room].decode(errors="ignore")
    at = head.rfind("\n")
    if at > len(head) // 2:
        head = head[:at]
    return f"{head.rstrip()}\n{tail}", text[len(head) :].lstrip("\n")


def _size(text: str) -> int:
    return len(text.encode())


def _parted(blocks: Sequence[Block]) -> tuple[Sequence[Block], Sequence[Block]]:
    """The question with its buttons apart from all that stands before it."""
    at = next((i for i, b in enumerate(blocks) if isinstance(b, Buttons)), len(blocks))
    while at > 0 and isinstance(before := blocks[at - 1], Text) and before.tone == "strong":
        at -= 1
    return blocks[:at], blocks[at:]


def _lines(blocks: Sequence[Block], say: Words) -> Iterator[str]:
    for block in blocks:
        for line in _block(block, say):
            yield line.replace("<", "＜")  # WeChat would show <a> as a link


def _block(block: Block, say: Words) -> Iterator[str]:
    if isinstance(block, Text):
        yield block.text
    elif isinstance(block, Understood):
        facts = (f"{n} {v}".strip() + (say("（{note}）", note=note) if note else "") for n, v, note in block.facts)
        yield (say("记下了（{who}）：", who=block.person) if block.person else say("记下了：")) + say.listed(facts)
    elif isinstance(block, Table):
        if block.title:
            yield f"【{block.title}】"
        for row in block.rows:
            yield from _row(row, say)
    elif isinstance(block, Citations):
        if block.lines:
            yield say("依据：{what}", what=say("；").join(block.lines))
    elif isinstance(block, Buttons):
        yield from _buttons(block, say)
    else:
        yield from _card(block, say)


def _buttons(block: Buttons, say: Words) -> Iterator[str]:
    """Answers by number. Ways around the question by word: a number always means the question that stands."""
    for number, button in enumerate(block.options, 1):
        yield f"{number}. {button.label}"
    others = say.listed(b.label for b in block.extra)
    if block.options:
        yield say("回复序号即可；也可回复：{others}", others=others) if others else say("回复序号即可")
    elif others:
        yield say("可以回复：{others}", others=others)


def _row(row: Row, say: Words) -> Iterator[str]:
    yield _head(row, say)
    for words in (row.schedule, row.note, row.reason):
        if words:
            yield f"　{words}"


def _head(row: Row, say: Words) -> str:
    return "▪ " + say("{name}（{why}）", name=row.name, why=row.outcome) + f" {row.amount}".rstrip()


def _card(card: Card, say: Words) -> Iterator[str]:
    yield f"【{card.title}】"
    yield say("按 {day} 的规则计算 · 规则版本 {version}", day=card.as_of, version=card.version)
    yield card.total
    if card.facts:
        yield say.listed(card.facts)
    for row in card.open_rows:
        yield _head(row, say)
        if row.schedule:
            yield f"　{row.schedule}"
        yield f"　{row.clause}"
    yield from card.given_up
    for year in card.years:
        parts = say.listed(f"{name} {amount}" for name, amount, _ in year.items)
        yield say("{year}共{total}：{parts}", year=year.label, total=year.total, parts=parts)
    if card.pending:
        yield say("补充这些会更准") + say("：") + say.listed(card.pending)
    yield from card.others
    if card.closed_rows:
        yield (
            say("目前不能享受（{n} 项）", n=len(card.closed_rows))
            + say("：")
            + say.listed(r.name for r in card.closed_rows)
        )
    yield card.disclaimer
