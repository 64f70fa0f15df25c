"""The terminal: the default channel, nothing to set up; reads lines from a person or from a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from io import TextIOWrapper

from rich.console import Console
from rich.markup import escape

from talent_bot.advisor import Advising
from talent_bot.dialogue import Dialogue, Event, begin
from talent_bot.reply import Block, Button, Buttons, Card, Citations, Reply, Row, Table, Text, Understood
from talent_bot.turn import turn
from talent_bot.words import Words, own_words
from talent_rules import CHINESE

_TONES = {"plain": "", "strong": "bold", "quiet": "dim", "warning": "yellow"}
MOST_ADVISED, MOST_CLOSED = 3, 6
SHORT_MENU = 6  # buttons: so few are printed again
LEAVING = ("退出", "再见", "拜拜", "exit", "quit", "bye")
RULE = "─" * 56
Labels = tuple[str, ...]
_COLOURS = {
    "eligible": "green",
    "needs_review": "cyan",
    "needs_info": "yellow",
    "ineligible": "dim",
    "out_of_scope": "dim",
}


def chat(advisor: Advising, on: date | None = None) -> None:
    """Talk until the person leaves. Without a terminal, every line of standard input is a message."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a line nobody can read is answered like any other
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    state, replies = turn(begin(), Event(), advisor.now(), on or date.today())
    shown = _print(console, replies, (), own_words(state.lang))
    while (line := _read_line()) is not None:
        if not sys.stdin.isatty() and line.strip():
            console.print(f"\n[bold]> {escape(line.strip())}[/bold]")
        if line.strip().lower() in LEAVING:
            console.print(own_words(state.lang)("再见，祝您一切顺利。终端里说的不保存，下次从头来。"))
            return
        state, replies = turn(state, _event(line, state), advisor.now(), on or date.today())
        shown = _print(console, replies, shown, own_words(state.lang))


def _read_line() -> str | None:
    try:
        return input("\n> " if sys.stdin.isatty() else "")
    except EOFError:
        return None


def _event(line: str, state: Dialogue) -> Event:
    why = line.strip() in ("?", "？") and state.pending is not None
    return Event(payload="x:why") if why else Event(line)


# ── blocks as text ──────────────────────────────────────────────────────────────────────────


def _print(console: Console, replies: tuple[Reply, ...], shown: Labels, say: Words) -> Labels:
    """Print the replies; a menu that stands right above is not printed again. The labels of the last menu."""
    menu: Labels = ()
    for block in (block for reply in replies for block in reply.blocks):
        printed = lines(block, say)
        if isinstance(block, Buttons):
            menu = _labels(block)
            if menu == shown and len(menu) > SHORT_MENU:
                printed = _same(len(block.options), say)
        for line in printed:
            console.print(line)
    return menu


def _labels(block: Buttons) -> Labels:
    return tuple(button.label for button in (*block.options, *block.extra))


def _same(options: int, say: Words) -> Iterator[str]:
    """A menu that was printed for the message before: its numbers still count."""
    yield "  " + _dim(say("（选项同上，写序号 1–{n}；也可以说“不清楚”“看结果”）", n=options))


def lines(block: Block, say: Words = CHINESE) -> Iterator[str]:
    """A block as lines of Rich markup."""
    if isinstance(block, Text):
        tone = _TONES[block.tone]
        yield f"[{tone}]{escape(block.text)}[/{tone}]" if tone else escape(block.text)
    elif isinstance(block, Understood):
        facts = (f"{n} {v}".strip() + (say("（{note}）", note=note) if note else "") for n, v, note in block.facts)
        noted = say("记下了（{who}）：", who=block.person) if block.person else say("记下了：")
        yield f"[green]{escape(noted)}[/green]" + escape(" · ".join(facts))
    elif isinstance(block, Table):
        if block.title:
            yield f"[bold]{escape(block.title)}[/bold]"
        for row in block.rows:
            yield from _row(row, say)
    elif isinstance(block, Citations):
        if block.lines:
            yield _dim(say("依据：{what}", what=say("；").join(block.lines)))
    elif isinstance(block, Buttons):
        yield from _buttons(block)
    else:
        yield from _card(block, say)


def _row(row: Row, say: Words) -> Iterator[str]:
    colour = _COLOURS[row.outcome_id]
    what = say("{name}：{value}", name=f"[bold]{escape(row.name)}[/bold]", value=escape(row.amount))
    yield f"  [{colour}]{row.outcome}[/{colour}]  {what}"
    if row.schedule:
        yield f"        {escape(row.schedule)}"
    if row.note:
        yield f"        [yellow]{escape(row.note)}[/yellow]"
    yield f"        [dim]{escape(row.reason)}[/dim]"
    if row.advice:  # of what is open: the day from which it pays more
        yield f"        {escape(row.advice)}"


def _buttons(block: Buttons) -> Iterator[str]:
    for number, button in enumerate(block.options, 1):
        yield f"  {number}. {escape(button.label)}"
    if block.extra:
        yield "  [dim]" + "  ".join(f"［{escape(b.label)}］" for b in block.extra) + "[/dim]"


def _card(card: Card, say: Words) -> Iterator[str]:
    """The result in parts with a rule between them; a part with nothing in it is left out."""
    parts = (_head(card, say), _open(card, say), _sum(card, say), map(_dim, card.others), _closed(card, say))
    yield ""
    for part in parts:
        for number, line in enumerate(part):
            yield from (*((f"[bold]{RULE}[/bold]",) if number == 0 else ()), line)
    if card.pending:
        yield escape(say("补充这些会更准") + say("：") + say.listed(card.pending))
    yield _dim(say("规则版本") + f" {card.version}" + say(" ｜ ") + card.disclaimer)
    yield RULE


def _dim(words: str) -> str:
    return f"[dim]{escape(words)}[/dim]"


def _head(card: Card, say: Words) -> Iterator[str]:
    yield "[bold]" + escape(card.title + "　" + say("申请日 {day}", day=card.as_of)) + "[/bold]"
    if card.facts:
        yield escape(" · ".join(card.facts))


def _open(card: Card, say: Words) -> Iterator[str]:
    for row in card.open_rows:
        yield from _row(row, say)
        if row.missing:
            yield "        " + escape(say("补充这些会更准") + say("：") + row.missing)
        yield "        " + _dim(say("依据：{what}", what=row.clause))


def _sum(card: Card, say: Words) -> Iterator[str]:
    yield "[bold]" + escape(say("合计：{total}", total=card.total)) + "[/bold]"
    yield from (f"  {escape(line)}" for line in card.given_up)
    if card.years:
        yield escape(say("逐年发放（数额已能确定的）") + say("："))
        for year in card.years:
            parts = say.listed(f"{name} {amount}" for name, amount, _ in year.items)
            yield "  " + escape(say("{year}共{total}：{parts}", year=year.label, total=year.total, parts=parts))


def _closed(card: Card, say: Words) -> Iterator[str]:
    """What cannot be had: first what a change would bring, the others in a line an outcome."""
    if not card.closed_rows:
        return
    yield escape(say("目前不能享受（{n} 项）", n=len(card.closed_rows)) + say("："))
    advised = [r for r in card.closed_rows if r.advice][:MOST_ADVISED]
    for row in advised:
        yield "  " + _dim(say("{name}：{value}", name=row.name, value=row.reason))
        yield f"      {escape(row.advice)}"
    rest = [r for r in card.closed_rows if r not in advised]
    named = [say("{name}（{why}）", name=r.name, why=_short(r.reason, say)) for r in rest[:MOST_CLOSED]]
    if len(rest) > MOST_CLOSED:
        named[-1] = say("{name} 等 {n} 项", name=named[-1], n=len(rest))
    if named:
        yield "  " + _dim(say.listed(named))


def _short(reason: str, say: Words) -> str:
    """A reason cut to fit a list; the whole of it is on the web page and in `talent decide`."""
    plain = reason.removeprefix(say("不满足要求：{what}", what=""))
    return plain if len(plain) <= 24 else plain[:23] + "…"


__all__ = ["Button", "chat", "lines"]
