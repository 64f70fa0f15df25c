"""The command `talent-bot`: chat in the terminal, serve the page, run Telegram, or read messages."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from talent_rules import Problem, Rejected

if TYPE_CHECKING:
    from talent_bot.live import Live
    from talent_bot.settings import Settings

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="鄂尔多斯人才待遇聊天：终端、网页、Telegram。",
    context_settings={"help_option_names": ["-h", "--help"]},
)
Data = Annotated[Path | None, typer.Option("--data", help="规则数据文件夹")]
Place = Annotated[str, typer.Option("--place", help="地区")]
Today = Annotated[str | None, typer.Option("--today", help="把今天当作这一天（试用、测试）")]


@app.callback()
def _shared(context: typer.Context, data: Data = None) -> None:
    context.obj = data


@app.command()
def chat(context: typer.Context, place: Place = "ordos", today: Today = None, data: Data = None) -> None:
    """在终端里聊；也可以从管道读，每行一句话。"""
    from talent_bot.channels import terminal

    day = _day(today)
    with suppress(KeyboardInterrupt):  # Ctrl+C is a way to leave
        terminal.chat(_live(place, data or context.obj), day)


@app.command()
def understand(context: typer.Context, today: Today = None, data: Data = None) -> None:
    """从标准输入逐行读消息（JSON），写出每句话的意思，不作回答。"""
    from talent_bot.understanding.command import main as read_messages
    from talent_rules import data_folder

    folder = data_folder(data or context.obj, os.environ)
    sys.exit(read_messages(sys.stdin, sys.stdout, _day(today) or date.today(), folder))


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option("--host", help="监听地址（默认只在本机）")] = None,
    port: Annotated[int | None, typer.Option("--port", help="端口")] = None,
    place: Annotated[str | None, typer.Option("--place", help="地区")] = None,
    data: Data = None,
) -> None:
    """开网页和接口；设了公众号的令牌，也接微信。"""
    from talent_bot.channels.web import serve as run_web

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    settings = _settings({"host": host, "port": port, "place": place})
    advisor = _live(settings.place, data or context.obj or settings.policy_data)
    print(f"网页：http://{settings.host}:{settings.port}/ （Ctrl+C 停止）", file=sys.stderr)
    run_web(settings, advisor)


@app.command()
def telegram(
    context: typer.Context,
    place: Annotated[str | None, typer.Option("--place", help="地区")] = None,
    data: Data = None,
) -> None:
    """接 Telegram；先设 TALENT_TELEGRAM_TOKEN。"""
    from talent_bot.channels.telegram import run as run_telegram

    settings = _settings({"place": place})
    settings.need_telegram_token()  # before the rules are read: that takes a while
    run_telegram(settings, _live(settings.place, data or context.obj or settings.policy_data))


def _settings(given: dict[str, Any]) -> Settings:
    from talent_bot.settings import load_settings

    return load_settings(**{name: value for name, value in given.items() if value is not None})


def _live(place: str, data: Path | None) -> Live:
    """The rules, looked after while the command runs."""
    from talent_bot.live import Live

    live = Live(place, data)
    live.watch()
    return live


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        print(f"--today：`{text}` 不是日期，写成 2024-09-01", file=sys.stderr)
        raise typer.Exit(1) from None


def main() -> None:
    """Run the command; no traceback ever reaches a user."""
    try:
        code = app(standalone_mode=False)
    except Rejected as error:
        _show(error.problems)
        code = 3
    except (typer.Exit, SystemExit) as error:
        code = getattr(error, "exit_code", getattr(error, "code", 0))
    except (KeyboardInterrupt, typer.Abort):
        code = 0
    except ModuleNotFoundError as error:
        print(f"缺少组件 {error.name}：请用 make chat 安装，或装上相应的扩展。", file=sys.stderr)
        code = 1
    except Exception as error:
        code = _failed(error)
    sys.exit(code if isinstance(code, int) else 0)


def _show(problems: tuple[Problem, ...]) -> None:
    for problem in problems[:20]:
        print(f"{problem}\n      {problem.hint}", file=sys.stderr)


def _failed(error: Exception) -> int:
    if type(error).__name__ in ("SettingsError", "StoreError"):  # imported only where they are used
        print(error, file=sys.stderr)
        return 1
    formatted = getattr(error, "format_message", None)
    if formatted is None and os.environ.get("TALENT_DEBUG"):
        raise error
    if formatted is None:
        print("程序出错了。设 TALENT_DEBUG=1 再运行一次，可以看到细节。", file=sys.stderr)
    elif formatted():  # without a command, the usage has been shown
        print(f"命令写得不对（{formatted()}）。运行 talent-bot --help 看用法。", file=sys.stderr)
    return 1
