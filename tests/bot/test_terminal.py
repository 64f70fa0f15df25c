"""The commands as people run them: a pipe, a terminal with somebody at the keys, and what is typed wrong."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from talent_bot import app
from talent_bot.channels import terminal
from talent_bot.words import own_words

from .talking import Talk, the_advisor

COMMAND = [sys.executable, "-m", "talent_bot"]
_TECHNICAL = re.compile(r"Traceback|Error\b|Exception|File \"|\bNone\b|[{}]")


def piped(lines: bytes, *arguments: str) -> str:
    done = subprocess.run([*COMMAND, *arguments], input=lines, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr.decode()
    return done.stdout.decode()


@pytest.fixture(scope="module")
def talk() -> str:
    said = "我是985博士，34岁\n能拿多少\n要什么材料\n\n？\n\ufffd乱码\n我是F类人才\n看结果\nBYE\n这句不会读到\n"
    return piped(said.replace("\ufffd", "\udcff").encode(errors="surrogateescape"), "chat", "--today", "2024-09-01")


def test_a_pipe_is_a_conversation_and_each_line_stands_before_its_answer(talk: str) -> None:
    assert talk.index("> 我是985博士，34岁") < talk.index("记下了：985高校 · 博士 · 34周岁") < talk.index("> 能拿多少")
    assert "5万元–40万元" in talk and "人才待遇测算" in talk and "申请日 2024-09-01" in talk


def test_a_menu_that_stands_above_is_not_printed_again(talk: str) -> None:
    answer = talk.partition("> 要什么材料")[2].partition("> ？")[0]
    assert "选项同上" in answer and "1. " not in answer


def test_a_question_mark_asks_why(talk: str) -> None:
    assert "影响：" in talk.partition("> ？")[2].partition("> ")[0]


def test_nothing_technical_is_shown_and_the_end_is_friendly(talk: str) -> None:
    assert not _TECHNICAL.search(talk)
    assert "再见" in talk and "这句不会读到" not in talk


def test_who_writes_english_reads_no_chinese_but_quoted_names() -> None:
    talk = Talk(the_advisor()).say("hello, I have a PhD").say("show me the result")
    shown = [line for reply in talk.replies for b in reply.blocks for line in terminal.lines(b, own_words("en"))]
    assert any("Total: " in line for line in shown)
    assert not [line for line in shown if re.search("[\u4e00-\u9fff，：]", re.sub("〔[^〕]*〕", "", line))]


def test_a_card_without_benefits_has_no_empty_part() -> None:
    talk = Talk(the_advisor()).say("我是大专，2020年来的").say("看结果")
    shown = [line for reply in talk.replies for b in reply.blocks for line in terminal.lines(b)]
    assert not any(terminal.RULE in a and terminal.RULE in b for a, b in pairwise(shown))


def test_somebody_at_the_keys_may_leave_at_any_moment() -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen([*COMMAND, "chat"], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    try:
        screen = shown(ours, "学位是什么")
        os.write(ours, "我是硕士\n".encode())
        screen += shown(ours, "记下了")
        process.send_signal(2)  # Ctrl+C
        assert process.wait(30) == 0
        assert not _TECHNICAL.search(screen + shown(ours, ""))
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def shown(terminal: int, words: str) -> str:
    """What the terminal shows until these words come, or all that is left."""
    text, end = b"", time.monotonic() + 60
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.5)[0]:
            if not words:
                break
            continue
        try:
            text += os.read(terminal, 65536)
        except OSError:  # closed at the other end
            break
        if words and words in text.decode(errors="ignore"):
            break
    assert words in text.decode(errors="ignore")
    return text.decode(errors="ignore")


def test_messages_are_read_from_a_pipe_without_being_answered() -> None:
    message = json.dumps({"id": "1", "text": "我是985博士"})
    (line,) = piped(f"{message}\n".encode(), "understand", "--today", "2024-09-01").splitlines()
    assert json.loads(line)["facts"]["self"]["degree"] == "phd"


# ── what is typed wrong ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (["chat", "--today", "2024-13-01"], 1, "2024-13-01"),
        (["chta"], 1, "命令写得不对"),
        (["chat", "--tody", "2024-09-01"], 1, "命令写得不对"),
        (["serve", "--port", "many"], 1, "命令写得不对"),
        (["chat", "--data", "/nonexistent"], 3, "vocabulary.yaml"),
        (["chat", "--place", "nowhere"], 3, "没有地区"),
        (["telegram"], 1, "BotFather"),
        ([], 1, ""),
        (["--help"], 0, ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_typed_wrong_is_said_in_words(
    typed: list[str],
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    ran = run(typed, monkeypatch, tmp_path)
    shown_there = capsys.readouterr()
    assert ran == code
    assert said in shown_there.err and "Traceback" not in shown_there.err


def test_a_wrong_setting_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TALENT_PORT", "many")
    assert run(["serve"], monkeypatch, tmp_path) == 1
    assert "TALENT_PORT：应是整数" in capsys.readouterr().err


def test_what_nobody_foresaw_is_confessed_without_its_name(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = tmp_path / "not a database"
    store.write_bytes(b"PK\x03\x04" * 1000)
    monkeypatch.setenv("TALENT_STORE", f"sqlite:///{store}")
    assert run(["serve"], monkeypatch, tmp_path) == 1
    assert not _TECHNICAL.search(capsys.readouterr().err)


def run(typed: list[str], monkeypatch: pytest.MonkeyPatch, folder: Path) -> object:
    """The exit code of the command, run in this process."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    monkeypatch.delenv("TALENT_TELEGRAM_TOKEN", raising=False)
    monkeypatch.setattr(sys, "argv", ["talent-bot", *typed])
    with pytest.raises(SystemExit) as left:
        app.main()
    return left.value.code
