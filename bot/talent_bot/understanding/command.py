"""`talent-bot understand`: JSON lines in, what each message means out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from talent_bot.understanding.result import Context
from talent_bot.understanding.understander import Understander


def main(lines: Iterable[str], out: TextIO, today: date, data_dir: Path) -> int:
    """Answer each line `{"id", "text", "context"?}` with one line; a line that cannot be read gets a problem.

    The result is 2 where any line was bad, else 0.
    """
    understander = Understander.from_data(data_dir)
    for stream in (lines, out):
        if isinstance(stream, TextIOWrapper):  # a byte that is no UTF-8 spoils its own line at most
            stream.reconfigure(errors="replace" if stream is lines else "backslashreplace")
    code = 0
    for number, line in enumerate(lines, 1):
        line = line.removeprefix("\ufeff")
        if not line.strip():
            continue
        answer = _answer(understander, line, number, today)
        code = 2 if "problem" in answer else code
        out.write(_printable(json.dumps(answer, ensure_ascii=False)) + "\n")
    return code


def _answer(understander: Understander, line: str, number: int, today: date) -> dict[str, object]:
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError):
        return _problem(None, number, "这一行不是 JSON")
    if not isinstance(raw, dict) or not isinstance(raw.get("text"), str):
        return _problem(raw.get("id") if isinstance(raw, dict) else None, number, "这一行要有文字 `text`")
    context = raw.get("context")
    read = understander.read(
        raw["text"], today=today, context=Context.from_json(context if isinstance(context, dict) else None)
    )
    return {"id": raw.get("id"), **read.to_json()}


def _printable(line: str) -> str:
    """Half a character, as `\\ud83d` in an id, is written back as it was escaped."""
    return line.encode("utf-8", "backslashreplace").decode("utf-8")


def _problem(id_: object, number: int, message: str) -> dict[str, object]:
    return {"id": id_, "line": number, "problem": message}
