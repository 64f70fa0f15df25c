"""What all sub-commands share: the app, its options, exit codes, and how problems are shown."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from talent_rules import quantities
from talent_rules.compiler.load import data_folder
from talent_rules.library import RuleBase, load
from talent_rules.model import Problem

OK, USAGE, DATA, RULES, INTERRUPTED = range(5)
app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help starts in half the time and pipes well
    help="鄂尔多斯人才政策：判断、提问、批量核对、检查规则文件。",
    context_settings={"help_option_names": ["-h", "--help"]},
)

Data = Annotated[
    Path | None, typer.Option("--data", help="规则数据文件夹（默认：TALENT_POLICY_DATA、本仓库、随包数据）")
]
Where = Annotated[str, typer.Option("--place", help="地区", envvar="TALENT_PLACE")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="申请日期，如 2024-09-01（默认今天）")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON，一行一个")]


@app.callback()
def _shared(context: typer.Context, data: Data = None) -> None:
    context.obj = data


def load_base(context: typer.Context, place: str, data: Path | None) -> RuleBase:
    """The rule base of a place, from --data wherever it stood. Raises Rejected."""
    return load(place, folder_of(context, data, place))


def folder_of(context: typer.Context, data: Path | None, place: str = "") -> Path:
    """The data folder asked for before or after the sub-command, unpacked where it is published.

    Raises Rejected when there is none.
    """
    return data_folder(data or context.obj, os.environ, place)


def read_day(text: str | None) -> date:
    """A date argument; today without one. Leaves with exit code 1 when it is no day."""
    if text is None:
        return date.today()
    try:
        span = quantities.day_span(text)
    except quantities.Unreadable as error:
        fail(f"--as-of：{error.message}。{error.hint}")
    if span.lo is None or span.lo != span.hi:
        fail(f"--as-of：`{text}` 没有写到日，例如 2024-09-01")
    return date.fromordinal(int(span.lo))


def fail(message: str, code: int = USAGE) -> NoReturn:
    """Say one sentence and leave."""
    print(message, file=sys.stderr)
    raise typer.Exit(code)


def show_problems(problems: Iterable[Problem], stream: Any = None) -> None:
    """Problems for people: place, code, sentence, the line with a caret, the hint."""
    out = stream or sys.stderr
    for problem in problems:
        where = f"{problem.place}: " if problem.place.file else ""
        word = (
            "" if problem.severity == "error" else {"warning": "（提醒）", "info": "（说明）"}.get(problem.severity, "")
        )
        print(f"{where}{problem.code} {word}{problem.message}", file=out)
        if problem.excerpt:
            number = str(problem.place.line).rjust(5)
            line, carets = underlined(problem)
            print(f"{number} | {line}\n      | {carets}", file=out)
        if problem.hint:
            print(f"      提示：{problem.hint}", file=out)


def underlined(problem: Problem) -> tuple[str, str]:
    """The source line, cut to the part that matters, and carets under the right characters."""
    line, at = problem.excerpt, problem.place.column - 1
    if at > 100:
        line, at = "…" + line[at - 60 :], 61
    wide = [unicodedata.east_asian_width(c) in "WF" for c in line]
    pad = "".join("\t" if c == "\t" else "\u3000" if w else " " for c, w in zip(line[:at], wide, strict=False))
    return line, pad + "^" * max(1, problem.width + sum(wide[at : at + problem.width]))
