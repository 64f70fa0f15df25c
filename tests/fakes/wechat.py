"""WeChat's side of a 公众号 callback on the loopback: it signs, seals, waits five seconds and sends again.

Written from the protocol and not from our channel, so that a mistake in one does not hide in the other.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import os
import struct
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from typing import Any

import httpx
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PATIENCE = 5.0
TRIES = 3


def sha1(*parts: str) -> str:
    """The signature of the protocol."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


@dataclass
class FakeWeChat:
    """One 公众号 with its console set to our callback; `aes_key` set means 安全模式."""

    http: httpx.AsyncClient
    token: str
    path: str = "/wechat"
    aes_key: str = ""
    app_id: str = "wx0000000000000001"
    account: str = "gh_0123456789ab"
    patience: float = PATIENCE
    now: float = field(default_factory=time.time)
    tries: int = 0
    answers: list[str] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: itertools.count(23_000_000_000_000_001))

    # what people do ------------------------------------------------------------------------

    async def says(self, who: str, text: str, number: str = "") -> str:
        """Somebody types; returns what they see ("" for nothing)."""
        fields = {"MsgType": "text", "Content": text, "MsgId": number or str(next(self._numbers))}
        return await self.deliver(who, fields)

    async def speaks(self, who: str, heard: str) -> str:
        """A voice message with what WeChat understood of it."""
        number = str(next(self._numbers))
        return await self.deliver(who, {"MsgType": "voice", "Recognition": heard, "MsgId": number, "Format": "amr"})

    async def sends_picture(self, who: str) -> str:
        number = str(next(self._numbers))
        return await self.deliver(who, {"MsgType": "image", "PicUrl": "http://mmbiz.test/0", "MsgId": number})

    async def does(self, who: str, event: str, key: str = "", at: int = 0) -> str:
        """subscribe, unsubscribe, CLICK …"""
        fields = {"MsgType": "event", "Event": event, "EventKey": key}
        return await self.deliver(who, fields, at or int(self.now))

    # the protocol --------------------------------------------------------------------------

    async def handshake(self, token: str = "") -> httpx.Response:
        """What the console does when the address is saved."""
        asked = self._query(token=token) | {"echostr": "7190432650"}
        return await self.http.get(self.path, params=asked)

    async def deliver(self, who: str, fields: dict[str, str], at: int = 0) -> str:
        """Post a message, up to three times when no answer comes in time; the text of the answer."""
        envelope = {"ToUserName": self.account, "FromUserName": who, "CreateTime": str(at or int(self.now)), **fields}
        self.tries = 0
        for _ in range(TRIES):
            self.tries += 1
            try:
                answer = await asyncio.wait_for(self.post(self.xml(envelope)), self.patience)
            except TimeoutError:
                continue
            assert answer.status_code == 200, (answer.status_code, answer.text)
            text = self.read(answer)
            self.answers.append(text)
            return text
        return "该公众号提供的服务出现故障，请稍后再试"

    async def post(self, body: bytes, **changes: str) -> httpx.Response:
        """One request with a right signature, unless something is changed."""
        query = self._query()
        if self.aes_key:
            sealed = self.seal(body)
            query |= {
                "encrypt_type": "aes",
                "msg_signature": sha1(self.token, query["timestamp"], query["nonce"], sealed),
            }
            body = self.xml({"ToUserName": self.account, "Encrypt": sealed})
        headers = {"content-type": "text/xml"}
        return await self.http.post(self.path, params=query | changes, content=body, headers=headers)

    def _query(self, token: str = "") -> dict[str, str]:
        stamp, nonce = str(int(self.now)), str(int.from_bytes(os.urandom(4), "big"))
        return {"signature": sha1(token or self.token, stamp, nonce), "timestamp": stamp, "nonce": nonce}

    def xml(self, fields: dict[str, str]) -> bytes:
        parts = "".join(f"<{n}><![CDATA[{v.replace(']]>', ']]]]><![CDATA[>')}]]></{n}>" for n, v in fields.items())
        return f"<xml>{parts}</xml>".encode()

    def read(self, answer: httpx.Response) -> str:
        """The text people see; checks everything WeChat checks."""
        if answer.text in ("", "success"):
            return ""
        fields = {e.tag: e.text or "" for e in ElementTree.fromstring(answer.content)}
        if self.aes_key:
            proof = sha1(self.token, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
            assert fields["MsgSignature"] == proof
            fields = {e.tag: e.text or "" for e in ElementTree.fromstring(self.open(fields["Encrypt"]))}
        assert fields["FromUserName"] == self.account and fields["MsgType"] == "text" and int(fields["CreateTime"])
        assert len(fields["Content"].encode()) <= 2048, "WeChat cuts or refuses longer texts"
        assert fields["Content"].strip()
        return fields["Content"]

    # 安全模式 ------------------------------------------------------------------------------

    def seal(self, message: bytes) -> str:
        body = os.urandom(16) + struct.pack(">I", len(message)) + message + self.app_id.encode()
        padder = padding.PKCS7(256).padder()
        sealer = self._cipher().encryptor()
        return base64.b64encode(sealer.update(padder.update(body) + padder.finalize()) + sealer.finalize()).decode()

    def open(self, sealed: str) -> bytes:
        opener, unpadder = self._cipher().decryptor(), padding.PKCS7(256).unpadder()
        body = unpadder.update(opener.update(base64.b64decode(sealed)) + opener.finalize()) + unpadder.finalize()
        (length,) = struct.unpack(">I", body[16:20])
        assert body[20 + length :].decode() == self.app_id
        return body[20 : 20 + length]

    def _cipher(self) -> Cipher[modes.CBC]:
        key = base64.b64decode(self.aes_key + "=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
