"""Blocks as plain text for WeChat: numbered options, at most 2,048 bytes, the rest kept for “继续”."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from talent_bot.reply import Block, Buttons, Card, Citations, Reply, Row, Table, Text, Understood

MOST_BYTES = 2048
MORE = "（内容没完，回复“继续”看余下的）"


def lowered(replies: Sequence[Reply], most: int = MOST_BYTES) -> tuple[str, str]:
    """What is sent now, and what is left for “继续”. The open question is always in what is sent now."""
    blocks = [b for reply in replies for b in reply.blocks]
    body, ask = _parted(blocks)
    return fitted("\n".join(_lines(body)), "\n".join(_lines(ask)), most)


def fitted(body: str, ask: str, most: int = MOST_BYTES) -> tuple[str, str]:
    """Body and question in one message, or the head of the body, a hint, and the question."""
    whole = "\n\n".join(part for part in (body, ask) if part)
    if _size(whole) <= most:
        return whole, ""
    tail = f"{MORE}\n\n{ask}" if ask else MORE
    if _size(tail) > most // 2:
        return _split(whole, most, MORE)
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


def _lines(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        for line in _block(block):
            yield line.replace("<", "＜")  # WeChat would show <a> as a link


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Text):
        yield block.text
    elif isinstance(block, Understood):
        who = f"（{block.person}）" if block.person else ""
        facts = "、".join(f"{n} {v}".strip() + (f"（{note}）" if note else "") for n, v, note in block.facts)
        yield f"记下了{who}：{facts}"
    elif isinstance(block, Table):
        if block.title:
            yield f"【{block.title}】"
        for row in block.rows:
            yield from _row(row)
    elif isinstance(block, Citations):
        if block.lines:
            yield "依据：" + "；".join(block.lines)
    elif isinstance(block, Buttons):
        yield from _buttons(block)
    else:
        yield from _card(block)


def _buttons(block: Buttons) -> Iterator[str]:
    """Answers by number. Ways around the question by word: a number always means the question that stands."""
    for number, button in enumerate(block.options, 1):
        yield f"{number}. {button.label}"
    others = "、".join(b.label for b in block.extra)
    if block.options:
        yield f"回复序号即可{'；也可回复：' + others if others else ''}"
    elif others:
        yield f"可以回复：{others}"


def _row(row: Row) -> Iterator[str]:
    yield f"▪ {row.name}（{row.outcome}）{row.amount}"
    for words in (row.schedule, row.note, row.reason):
        if words:
            yield f"　{words}"


def _card(card: Card) -> Iterator[str]:
    yield f"【{card.title}】按 {card.as_of} 的规则，版本 {card.version}"
    yield card.total
    if card.facts:
        yield "、".join(card.facts)
    for row in card.open_rows:
        yield f"▪ {row.name}（{row.outcome}）{row.amount}"
        if row.schedule:
            yield f"　{row.schedule}"
        yield f"　{row.clause}"
    yield from card.given_up
    for year in card.years:
        yield f"{year.label} {year.total}：" + "，".join(f"{n} {t}" for n, t, _ in year.items)
    if card.pending:
        yield "补充这些会更准：" + "、".join(card.pending)
    yield from card.others
    if card.closed_rows:
        yield "目前不能享受：" + "、".join(r.name for r in card.closed_rows)
    yield card.disclaimer
