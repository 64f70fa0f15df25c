"""The schema editors use: current, agreeing with the loader on every rule file, and Chinese in the editor."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from talent_rules.compiler.load import read_shared
from talent_rules.schema import rule_file_schema

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "docs" / "schema" / "policy.schema.json"
SERVER = "yaml-language-server@1.25.0"


def test_the_committed_schema_is_current() -> None:
    wanted = rule_file_schema(read_shared(ROOT / "policy_data"))
    text = json.dumps(wanted, ensure_ascii=False, indent=1) + "\n"
    assert SCHEMA.read_text(encoding="utf-8") == text, "运行 talent schema -o docs/schema 再提交"


# ── in the editor ───────────────────────────────────────────────────────────────────────────

BROKEN = """\
# yaml-language-server: $schema=policy.schema.json
政策:
  id: Demo 2026
  名称: 示例办法
  有效期: {自: 2026年1月}
  来源: [{代号: G, 级别: 优}]
  生效日: 2026-01-01
待遇:
  - id: rent
    名称: 租房补贴
    类别: rant
    条件: []
    金额: 1万元
    依据: {来源: G}
"""
GOOD = (ROOT / "tests" / "house" / "town" / "housing.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def command() -> list[str]:
    """The language server from npm, kept in a cache folder; skipped with a reason where there is none."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("没有 npm：编辑器提示的测试没有运行")
    home = Path(os.environ.get("TALENT_NPM", Path(tempfile.gettempdir()) / "talent-npm-1.25.0"))
    script = home / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
    if not script.is_file():
        home.mkdir(parents=True, exist_ok=True)
        install = [npm, "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(home), SERVER]
        try:
            subprocess.run(install, check=True, capture_output=True, timeout=60)
        except (subprocess.SubprocessError, OSError):
            pytest.skip("npm 取不到 yaml-language-server（没有网络？）：编辑器提示的测试没有运行")
    return [node, str(script), "--stdio"]


class Editor:
    """Just enough of an editor: it opens a file, takes diagnostics, asks for completion and hover."""

    def __init__(self, command: list[str], folder: Path) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        self.inbox: queue.Queue[dict[str, Any]] = queue.Queue()
        self.folder, self.number = folder, 0
        threading.Thread(target=self._listen, daemon=True).start()
        root = folder.as_uri()
        capabilities = {
            "workspace": {"configuration": True},
            "textDocument": {"completion": {"completionItem": {"snippetSupport": False}}},
        }
        self.ask("initialize", {"processId": os.getpid(), "rootUri": root, "capabilities": capabilities})
        self.tell("initialized", {})
        settings = {"yaml": {"validate": True, "completion": True, "hover": True, "schemaStore": {"enable": False}}}
        self.tell("workspace/didChangeConfiguration", {"settings": settings})

    def _listen(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while header := stream.readline():
            length = 0
            while header.strip():
                name, _, value = header.decode().partition(":")
                length = int(value) if name.lower() == "content-length" else length
                header = stream.readline()
            self.inbox.put(json.loads(stream.read(length)))

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        self.process.stdin.flush()

    def tell(self, method: str, params: object) -> None:
        self.send({"method": method, "params": params})

    def next(self) -> dict[str, Any]:
        """The next message that is for us; the server's own questions are answered on the way."""
        while True:
            message = self.inbox.get(timeout=20)
            if "method" not in message or "id" not in message:
                return message
            count = len(message["params"]["items"]) if message["method"] == "workspace/configuration" else 0
            settings = {"validate": True, "completion": True, "hover": True, "schemaStore": {"enable": False}}
            self.send({"id": message["id"], "result": [settings, *[{}] * (count - 1)] if count else None})

    def ask(self, method: str, params: object) -> Any:
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        while (message := self.next()).get("id") != self.number:
            pass
        return message.get("result")

    def open(self, name: str, text: str) -> list[str]:
        """The messages shown for a file."""
        uri = (self.folder / name).as_uri()
        (self.folder / name).write_text(text, encoding="utf-8")
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        while (message := self.next()).get("method") != "textDocument/publishDiagnostics" or (
            message["params"]["uri"] != uri
        ):
            pass
        return [f"{d['range']['start']['line'] + 1} {d['message']}" for d in message["params"]["diagnostics"]]

    def complete(self, name: str, line: int, column: int) -> list[str]:
        """What is offered at a place, both counted from 0."""
        position = {"line": line, "character": column}
        uri = (self.folder / name).as_uri()
        found = self.ask("textDocument/completion", {"textDocument": {"uri": uri}, "position": position})
        return [item["label"] for item in (found["items"] if isinstance(found, dict) else found or [])]


@pytest.fixture(scope="module")
def editor(command: list[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    folder = tmp_path_factory.mktemp("editor")
    shutil.copy(SCHEMA, folder / "policy.schema.json")
    found = Editor(command, folder)
    yield found
    found.process.kill()
    found.process.wait()


def test_the_editor_says_in_chinese_what_is_wrong(editor: Editor) -> None:
    said = editor.open("broken.yaml", BROKEN)
    shown = "\n".join(said)
    for line, words in (
        (3, "只用小写英文、数字、连字符"),
        (5, "日期写成 2024-07-01"),
        (6, "只能写：A、A-、B、C、D"),
        (7, "政策里没有这个键"),
        (11, "只能写：settlement、rent"),
    ):
        assert any(s.startswith(f"{line} ") and words in s for s in said), shown


def test_the_editor_accepts_a_rule_file_that_loads(editor: Editor) -> None:
    header = "# yaml-language-server: $schema=policy.schema.json\n"
    assert editor.open("good.yaml", header + GOOD) == []


@pytest.mark.parametrize("path", sorted((ROOT / "policy_data" / "ordos").glob("*.yaml")), ids=lambda p: p.stem)
def test_the_editor_underlines_nothing_in_the_rules_of_ordos(editor: Editor, path: Path) -> None:
    header = "# yaml-language-server: $schema=policy.schema.json\n"
    assert editor.open(path.name, header + path.read_text(encoding="utf-8")) == []


def test_the_editor_offers_keys_choices_and_conditions(editor: Editor) -> None:
    head = "# yaml-language-server: $schema=policy.schema.json\n"
    text = head + "政策:\n  id: demo\n  \n待遇:\n  - id: rent\n    类别: \n    条件:\n      - \n"
    editor.open("half.yaml", text)
    assert {"名称", "来源", "有效期"} <= set(editor.complete("half.yaml", 3, 2))
    assert {"settlement", "rent"} <= set(editor.complete("half.yaml", 6, 8))
    offered = editor.complete("half.yaml", 8, 8)
    assert any("学位 至少 硕士" in label for label in offered), offered[:20]
