"""`serve` as a process: it answers, keeps what was told over a restart, mounts WeChat, and stops when told to."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[3]
PROGRAM = """
from talent_bot.channels.web import serve
from talent_bot.settings import load_settings
from talent_bot.turn import Advisor
serve(load_settings(), Advisor.load())
"""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}
    environment = {
        **measured,
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": f"{ROOT / 'bot'}:{ROOT / 'rules'}",
        "TALENT_STORE": f"sqlite:///{folder / 'chat.db'}",
        "TALENT_PORT": str(port),
        "TALENT_WECHAT_TOKEN": "token",
    }
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment, cwd=folder, stderr=subprocess.PIPE)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            assert process.poll() is None, process.stderr and process.stderr.read().decode()
            try:
                if httpx.get(f"{url}/healthz", trust_env=False, timeout=60).text == "ok":
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) in (0, -signal.SIGTERM)


def test_the_conversation_is_there_after_a_restart(tmp_path: Path) -> None:
    with httpx.Client(trust_env=False, timeout=60) as http:
        with serving(tmp_path) as url:
            token = re.search(r'name="token" value="([0-9a-f]+)"', http.get(url).text)
            assert token
            said = http.post(f"{url}/say", data={"token": token.group(1), "text": "我是985博士，35岁"})
            assert said.status_code == 303
            assert http.get(f"{url}/wechat").status_code == 403
        with serving(tmp_path) as url:
            html = http.get(url).text
            assert 'class="me"' in html and "我是985博士，35岁" in html and "35周岁" in html
    assert "985博士".encode() not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
