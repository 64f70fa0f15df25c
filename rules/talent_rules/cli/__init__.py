"""The command `talent`: parse arguments, call the library, print. Results to stdout, progress to stderr.

Exit codes: 0 ok · 1 usage · 2 the data has errors · 3 a rule file is bad · 4 interrupted, resumable.
"""

from __future__ import annotations

import io
import os
import re
import sys

import typer

from talent_rules.cli import answer, people, publishing, rules, workbench
from talent_rules.cli.base import INTERRUPTED, OK, RULES, USAGE, app, show_problems
from talent_rules.model import Rejected

_CTRL_C = 130  # what Typer answers to Ctrl-C


def main() -> None:
    """Run the command; no traceback ever reaches a user."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = app(standalone_mode=False)
    except Rejected as error:
        show_problems(error.problems)
        code = RULES
    except (typer.Exit, SystemExit) as error:
        code = getattr(error, "exit_code", getattr(error, "code", OK))
        if isinstance(error.__context__, BrokenPipeError):  # the reader has seen enough
            code = OK
    except (typer.Abort, KeyboardInterrupt):
        code = _CTRL_C
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = OK
    except Exception as error:
        code = _usage(error)
    if code == _CTRL_C:
        print("已中断", file=sys.stderr)
        code = INTERRUPTED
    sys.exit(code if isinstance(code, int) else OK)


def _usage(error: Exception) -> int:
    """Typer's own complaints as a sentence; anything else is our mistake and says so."""
    formatted = getattr(error, "format_message", None)
    if formatted is None:
        if os.environ.get("TALENT_DEBUG"):
            raise error
        print(f"程序出错了（{type(error).__name__}），没有改动任何文件。请把用的命令告诉我们。", file=sys.stderr)
        return USAGE
    text = _in_chinese(formatted())
    print(f"用法不对：{text}\n运行 talent --help 看用法。" if text else "运行 talent --help 看用法。", file=sys.stderr)
    return USAGE


_WORDS = (
    (r"No such option: ?(\S+?)\.?( Did you mean .*)?$", r"没有 \1 这个选项"),
    (r"No such command '(.+?)'\.?.*", r"没有 `\1` 这个命令"),
    (r"Missing argument '(.+?)'\.?.*", r"缺少 \1"),
    (r"Missing option '(.+?)'.*", r"缺少 \1"),
    (r"Missing command\.?", "要写一个命令"),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)", r"多写了 \1"),
    (r"Option '(.+?)' requires (an argument|\d+ arguments)\.?", r"\1 后面要写一个值"),
    (r"Invalid value for '(.+?)': ?'(.+?)' is not .*", r"\1 不能是 `\2`"),
    (r"Invalid value for '(.+?)':.*valid (integer|number|float).*", r"\1 要写数字"),
    (r"Invalid value for '(.+?)':.*", r"\1 的值不对"),
)


def _in_chinese(text: str) -> str:
    """The parser's own sentence in Chinese."""
    line = " ".join(text.split())
    for pattern, words in _WORDS:
        if re.match(pattern, line):
            return re.sub(pattern, words, line)
    return line


__all__ = ["answer", "main", "people", "publishing", "rules", "workbench"]
