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

_TONES = {"plain": "", "strong": "bold", "quiet": "dim", "warning": "yellow"}
MOST_ADVISED, MOST_CLOSED = 3, 6
SHORT_MENU = 6  # buttons: so few are printed again
LEAVING = ("退出", "再见", "拜拜", "exit", "quit", "bye")
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
    shown = _print(console, replies, ())
    while (line := _read_line()) is not None:
        if not sys.stdin.isatty() and line.strip():
            console.print(f"\n[bold]> {escape(line.strip())}[/bold]")
        if line.strip().lower() in LEAVING:
            console.print("再见，祝您一切顺利。终端里说的不保存，下次从头来。")
            return
        state, replies = turn(state, _event(line, state), advisor.now(), on or date.today())
        shown = _print(console, replies, shown)


def _read_line() -> str | None:
    try:
        return input("\n> " if sys.stdin.isatty() else "")
    except EOFError:
        return None


def _event(line: str, state: Dialogue) -> Event:
    why = line.strip() in ("?", "？") and state.pending is not None
    return Event(payload="x:why") if why else Event(line)


# ── blocks as text ──────────────────────────────────────────────────────────────────────────


def _print(console: Console, replies: tuple[Reply, ...], shown: Labels) -> Labels:
    """Print the replies; a menu that stands right above is not printed again. The labels of the last menu."""
    menu: Labels = ()
    for block in (block for reply in replies for block in reply.blocks):
        printed = lines(block)
        if isinstance(block, Buttons):
            menu = _labels(block)
            if menu == shown and len(menu) > SHORT_MENU:
                printed = _same(len(block.options))
        for line in printed:
            console.print(line)
    return menu


def _labels(block: Buttons) -> Labels:
    return tuple(button.label for button in (*block.options, *block.extra))


def _same(options: int) -> Iterator[str]:
    """A menu that was printed for the message before: its numbers still count."""
    yield f"  [dim]（选项同上，写序号 1–{options}；也可以说“不清楚”“看结果”）[/dim]"


def lines(block: Block) -> Iterator[str]:
    """A block as lines of Rich markup."""
    if isinstance(block, Text):
        tone = _TONES[block.tone]
        yield f"[{tone}]{escape(block.text)}[/{tone}]" if tone else escape(block.text)
    elif isinstance(block, Understood):
        facts = " · ".join(escape(f"{n} {v}".strip() + (f"（{note}）" if note else "")) for n, v, note in block.facts)
        who = f"（{block.person}）" if block.person else ""
        yield f"[green]记下了{who}：[/green]{facts}"
    elif isinstance(block, Table):
        if block.title:
            yield f"[bold]{escape(block.title)}[/bold]"
        for row in block.rows:
            yield from _row(row)
    elif isinstance(block, Citations):
        if block.lines:
            yield "[dim]依据：" + escape("；".join(block.lines)) + "[/dim]"
    elif isinstance(block, Buttons):
        yield from _buttons(block)
    else:
        yield from _card(block)


def _row(row: Row) -> Iterator[str]:
    colour = _COLOURS[row.outcome_id]
    yield f"  [{colour}]{row.outcome}[/{colour}]  [bold]{escape(row.name)}[/bold]：{escape(row.amount)}"
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


def _card(card: Card) -> Iterator[str]:
    rule = "─" * 56
    yield f"\n[bold]{rule}\n{escape(card.title)}　申请日 {card.as_of}[/bold]"
    if card.facts:
        yield "情况：" + escape(" · ".join(f"{n} {v}" for n, v in card.facts))
    yield rule
    for row in card.open_rows:
        yield from _row(row)
        if row.missing:
            yield f"        补充后金额更准：{escape(row.missing)}"
        yield f"        [dim]依据：{escape(row.clause)}[/dim]"
    yield rule
    yield f"[bold]合计：{escape(card.total)}[/bold]"
    for line in card.given_up:
        yield f"  不能都拿：{escape(line)}"
    if card.years:
        yield "按年发放（数额确定的各项，自认定起）："
        for year in card.years:
            items = "，".join(f"{n} {t}" for n, t, _ in year.items)
            yield f"  {year.label} {escape(year.total)}：{escape(items)}"
    if card.others:
        yield rule
        yield from (f"[dim]{escape(line)}[/dim]" for line in card.others)
    if card.closed_rows:
        yield rule
        yield "不符合或不适用："
        advised = [r for r in card.closed_rows if r.advice][:MOST_ADVISED]
        for row in advised:
            yield f"  [dim]{row.outcome} {escape(row.name)}：{escape(row.reason)}[/dim]"
            yield f"      {escape(row.advice)}"
        rest = [r for r in card.closed_rows if r not in advised]
        for outcome in dict.fromkeys(r.outcome for r in rest):
            named = [f"{r.name}（{_short(r.reason)}）" for r in rest if r.outcome == outcome]
            more = f"等 {len(named)} 项" if len(named) > MOST_CLOSED else ""
            yield f"  [dim]{outcome}：{escape('、'.join(named[:MOST_CLOSED]) + more)}[/dim]"
    if card.pending:
        yield "补充这些会更准：" + escape("、".join(card.pending))
    yield f"[dim]规则版本 {card.version} ｜ {escape(card.disclaimer)}[/dim]\n{rule}"


def _short(reason: str) -> str:
    """A reason cut to fit a list; the whole of it is on the web page and in `talent decide`."""
    plain = reason.removeprefix("不满足要求：")
    return plain if len(plain) <= 24 else plain[:23] + "…"


__all__ = ["Button", "chat", "lines"]
