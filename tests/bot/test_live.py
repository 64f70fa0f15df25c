"""Rules published while people talk: a good bundle is taken, a bad one is not, and `/version` says which."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from talent_bot.dialogue import Dialogue, Event
from talent_bot.live import Live
from talent_bot.turn import turn
from talent_rules import Rejected, load
from talent_rules.publish import publish

ROOT = Path(__file__).parents[2]
LONG_AGO, YESTERDAY, TOMORROW = date(2020, 1, 1), date.today() - timedelta(1), date.today() + timedelta(1)
BOUND = ("劳动合同年限 至少 3年", "劳动合同年限 至少 4年")


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The rules as they are, signed off by 甲; and with another bound, signed off by 乙."""
    folder = tmp_path_factory.mktemp("rules")
    draft = folder / "草稿"
    shutil.copytree(ROOT / "policy_data", draft)
    found = {}
    for who in ("甲", "乙"):
        publish(draft, "ordos", folder / "a.zip", effective=YESTERDAY, approved_by=who)
        found[who] = (folder / "a.zip").read_bytes()
        rules = draft / "ordos" / "housing-2024.yaml"
        rules.write_text(rules.read_text(encoding="utf-8").replace(*BOUND), encoding="utf-8")
    return found


def said(live: Live, text: str) -> str:
    _, replies = turn(Dialogue(greeted=True), Event(text), live.now(), date.today())
    return "\n".join(getattr(b, "text", "") for r in replies for b in r.blocks)


def test_a_good_bundle_replaces_the_one_before_and_version_says_so(tmp_path: Path, bundles: dict[str, bytes]) -> None:
    (tmp_path / "1.zip").write_bytes(bundles["甲"])
    live = Live("ordos", tmp_path)
    assert f"{YESTERDAY} 起生效，批准：甲" in said(live, "/version")
    assert not live.look()
    (tmp_path / "2.zip").write_bytes(bundles["乙"])
    assert live.look()
    assert "批准：乙" in said(live, "/version")
    assert live.now().base.version != load("ordos", ROOT / "policy_data").version


@pytest.mark.parametrize(
    "damage",
    [
        lambda good: good[: len(good) // 2],
        lambda good: good.replace(b"housing-2024", b"housing-2025"),
        lambda good: b"",
        lambda good: b"not a bundle",
    ],
    ids=["half copied", "a file renamed", "empty", "no zip"],
)
def test_a_bad_bundle_is_logged_and_the_last_good_one_goes_on_answering(
    tmp_path: Path, bundles: dict[str, bytes], damage: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    bundle = tmp_path / "a.zip"
    bundle.write_bytes(bundles["甲"])
    live = Live("ordos", bundle)
    before = live.now()
    bundle.write_bytes(damage(bundles["乙"]))
    assert not live.look()
    assert live.now() is before
    assert "新的发布包没有用" in caplog.text and before.base.version[7:15] in caplog.text
    bundle.write_bytes(bundles["乙"])  # the copying went on and is done
    assert live.look()


def test_a_bundle_that_is_taken_away_goes_on_answering(tmp_path: Path, bundles: dict[str, bytes]) -> None:
    bundle = tmp_path / "a.zip"
    bundle.write_bytes(bundles["甲"])
    live = Live("ordos", bundle)
    bundle.unlink()
    assert not live.look()
    assert "批准：甲" in said(live, "/version")


def test_without_any_good_bundle_nothing_starts(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"not a bundle")
    with pytest.raises(Rejected):
        Live("ordos", tmp_path)


def test_a_data_folder_is_read_once(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "policy_data", tmp_path / "草稿")
    live = Live("ordos", tmp_path / "草稿")
    (tmp_path / "草稿" / "ordos" / "startup.yaml").write_text("half a sentence", encoding="utf-8")
    assert not live.look()


# ── the services, as processes ──────────────────────────────────────────────────────────────


def environment(folder: Path) -> dict[str, str]:
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}
    return {
        **measured,
        "PATH": "/usr/bin:/bin",
        "HOME": os.environ.get("HOME", str(folder)),
        "PYTHONPATH": f"{ROOT / 'bot'}:{ROOT / 'rules'}",
        "TALENT_STORE": f"sqlite:///{folder / 'chat.db'}",
    }


@contextmanager
def serving(folder: Path, data: Path) -> Iterator[tuple[str, Path]]:
    """The page over a folder of bundles; its address and its log."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "log"
    command = [sys.executable, "-m", "talent_bot", "serve", "--port", str(port), "--data", str(data)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment(folder), cwd=folder, stderr=out)
    try:
        url = f"http://127.0.0.1:{port}"
        until(lambda: answers(url), lambda: log.read_text(encoding="utf-8"))
        yield url, log
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) in (0, -signal.SIGTERM)


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", trust_env=False).text == "ok"
    except httpx.TransportError:
        return False


def until(holds: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    for _ in range(300):
        if holds():
            return
        time.sleep(0.1)
    pytest.fail(otherwise())


def test_the_page_takes_new_rules_while_it_runs(tmp_path: Path, bundles: dict[str, bytes]) -> None:
    shelf = tmp_path / "发布"
    shelf.mkdir()
    (shelf / "1.zip").write_bytes(bundles["甲"])

    def page(path: str) -> str:
        return httpx.get(url + path, trust_env=False).text

    def three_years_do() -> bool:
        told = {"学位": "博士", "劳动合同年限": "3年", "自主创业": "否"}
        answer = httpx.post(f"{url}/api/decide?as_of=2024-09-01", json=told, trust_env=False).json()
        (found,) = (b for b in answer["benefits"] if b["id"] == "ordos-housing-2024/settling_in")
        return bool(found["outcome"] != "ineligible")

    with serving(tmp_path, shelf) as (url, log):
        assert "批准：甲" in page("/version") and three_years_do()
        (shelf / "2.zip").write_bytes(bundles["乙"][:-100])
        until(lambda: "F701" in log.read_text(encoding="utf-8"), lambda: page("/version"))
        assert "批准：甲" in page("/version") and three_years_do()
        (shelf / "2.zip").write_bytes(bundles["乙"])
        until(lambda: "批准：乙" in page("/version"), lambda: log.read_text(encoding="utf-8"))
        assert not three_years_do()
        assert "换成" in log.read_text(encoding="utf-8")


def test_the_terminal_says_which_bundle_answers(tmp_path: Path, bundles: dict[str, bytes]) -> None:
    bundle = tmp_path / "a.zip"
    bundle.write_bytes(bundles["甲"])
    command = [sys.executable, "-m", "talent_bot", "chat", "--data", str(bundle)]
    done = subprocess.run(
        command, input="/version\n", env=environment(tmp_path), capture_output=True, text=True, timeout=60, check=False
    )
    assert "批准：甲" in done.stdout, done.stderr
