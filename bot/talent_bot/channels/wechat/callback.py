"""The callback of a 公众号: checked, de-duplicated, answered within five seconds, in the same request."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from time import time
from weakref import WeakValueDictionary

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from talent_bot.advisor import Advising
from talent_bot.channels.thinking import Thinker
from talent_bot.channels.wechat.cipher import Cipher, Forged, signature, signed
from talent_bot.channels.wechat.envelope import MOST_BYTES, Malformed, read_envelope, write_envelope
from talent_bot.channels.wechat.incoming import Incoming, event_of, incoming_of
from talent_bot.channels.wechat.lowering import fitted, lowered
from talent_bot.dialogue import Dialogue, Event, begin
from talent_bot.reply import Reply
from talent_bot.store import Answer, Answered, Changed, Store
from talent_bot.turn import turn
from talent_bot.words import Words, own_words

CHANNEL = "wechat"
ANSWER_WITHIN = 4.5  # WeChat waits five seconds
JUST_IN_TIME = 0.05  # seconds: an answer so close to the limit may not be waited for any more
FRESH_SECONDS = 600  # an older signature is a replay
MOST_KEPT = 2000
ONLY_WORDS = "我只看得懂文字。您可以说说学历、学校和工作打算，例如：985博士，35岁，签三年合同。"
GO_ON = ("继续", "下一页", "continue", "Continue")
STILL_COUNTING = "还在算，请过几秒回复“继续”。"
_log = logging.getLogger(__name__)


@dataclass
class Callback:
    """One 公众号 over one advisor and one store."""

    advising: Advising
    store: Store
    key: Callable[[str], str]
    today: Callable[[], date]
    token: str = field(repr=False)
    cipher: Cipher | None = None
    clock: Callable[[], float] = time
    within: float = ANSWER_WITHIN
    thinker: Thinker = field(default_factory=Thinker)
    _running: OrderedDict[str, asyncio.Task[str]] = field(default_factory=OrderedDict)
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    # the protocol --------------------------------------------------------------------------

    async def verify(self, request: Request) -> Response:
        """The handshake when the address is entered in WeChat's console."""
        if not self._signed(request):
            return PlainTextResponse("签名不对", 403)
        return PlainTextResponse(request.query_params.get("echostr", "")[:1024])

    async def receive(self, request: Request) -> Response:
        """One message or event."""
        if not self._signed(request):
            return PlainTextResponse("签名不对", 403)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                return PlainTextResponse("太长", 413)
        try:
            fields = self._opened(request, body)
        except Forged:
            return PlainTextResponse("签名不对", 403)
        except Malformed:
            return PlainTextResponse("不是微信的消息", 400)
        incoming = incoming_of(fields)
        if not incoming.sender or not incoming.id:
            return PlainTextResponse("不是微信的消息", 400)
        text = await self._in_time(incoming)
        return self._sealed(incoming, text) if text else PlainTextResponse("success")

    def _signed(self, request: Request) -> bool:
        asked = request.query_params
        stamp = asked.get("timestamp", "")
        fresh = stamp.isdigit() and len(stamp) <= 12 and abs(self.clock() - int(stamp)) <= FRESH_SECONDS
        return fresh and signed(asked.get("signature", ""), self.token, stamp, asked.get("nonce", ""))

    def _opened(self, request: Request, body: bytes) -> dict[str, str]:
        """The fields; with a key set, only what was sealed with it. Raises Forged or Malformed."""
        fields = read_envelope(body)
        if self.cipher is None:
            return fields
        asked, sealed = request.query_params, fields.get("Encrypt", "")
        parts = (self.token, asked.get("timestamp", ""), asked.get("nonce", ""), sealed)
        if not sealed or not signed(asked.get("msg_signature", ""), *parts):
            raise Forged("没有加密或签名不对")
        return read_envelope(self.cipher.decrypt(sealed))

    def _sealed(self, incoming: Incoming, text: str) -> Response:
        now = int(self.clock())
        envelope = write_envelope(
            {
                "ToUserName": incoming.sender,
                "FromUserName": incoming.receiver,
                "CreateTime": now,
                "MsgType": "text",
                "Content": text,
            }
        )
        if self.cipher is not None:
            sealed, nonce = self.cipher.encrypt(envelope.encode()), secrets.token_hex(8)
            proof = signature(self.token, str(now), nonce, sealed)
            envelope = write_envelope({"Encrypt": sealed, "MsgSignature": proof, "TimeStamp": now, "Nonce": nonce})
        return Response(envelope, media_type="application/xml")

    # the answer ----------------------------------------------------------------------------

    async def _in_time(self, incoming: Incoming) -> str:
        """The answer, computed once however often the message is sent; "" where there is nothing to say."""
        task = self._running.get(incoming.id)
        if task is None:
            late = asyncio.get_running_loop().time() + self.within - JUST_IN_TIME
            task = asyncio.create_task(self._guarded(incoming, late))
            self._running[incoming.id] = task
            if len(self._running) > MOST_KEPT:
                self._running.popitem(last=False)
        try:
            return await asyncio.wait_for(asyncio.shield(task), self.within)
        except TimeoutError:
            return STILL_COUNTING

    async def _guarded(self, incoming: Incoming, late: float) -> str:
        try:
            return await self._answer(incoming, late)
        except Exception:
            number = secrets.token_hex(4)
            _log.exception("wechat message failed, reference %s", number)
            return f"程序出错了，您说过的内容没有丢，请稍后再试。编号 {number}"

    async def _answer(self, incoming: Incoming, late: float) -> str:
        key = self.key(incoming.sender)
        if incoming.kind == "other":
            return ONLY_WORDS
        if incoming.kind == "ignore":
            return ""
        async with self._locks.setdefault(key, asyncio.Lock()):
            await self.store.remember_update(CHANNEL, incoming.id, key, "")
            if incoming.kind == "leave":
                await self.store.erase(key)
                return ""
            while True:
                try:
                    return await self._answered(key, incoming, late)
                except Changed:
                    continue
                except Answered:
                    return ""

    async def _answered(self, key: str, incoming: Incoming, late: float) -> str:
        """The text to send; what does not fit, or comes too late, is kept beside the dialogue for “继续”."""
        snapshot = await self.store.snapshot(key, CHANNEL, incoming.id)
        if not snapshot.waiting:
            return ""  # answered before this process started
        if snapshot.page and incoming.text.strip() in GO_ON:
            found, erased = snapshot.dialogue, False
            text, rest = fitted(snapshot.page.decode(), "", say=_words(found))
        else:
            dialogue = snapshot.dialogue or begin()
            found, replies = await self._turn(dialogue, event_of(incoming, dialogue))
            erased = any(reply.erase for reply in replies)
            text, rest = lowered(replies, say=_words(found))
        if asyncio.get_running_loop().time() > late:
            rest = "\n".join(part for part in (text, rest) if part)
        answer = Answer(
            CHANNEL,
            key,
            None if erased else found,
            incoming.id,
            expected=snapshot.version,
            erase=erased,
            page=rest.encode(),
        )
        await self.store.answer(answer)
        return text

    async def _turn(self, dialogue: Dialogue, event: Event) -> tuple[Dialogue, tuple[Reply, ...]]:
        return await self.thinker.think(partial(turn, dialogue, event, self.advising.now(), self.today()))


def _words(dialogue: Dialogue | None) -> Words:
    """What this channel says of its own, in the language of a conversation."""
    return own_words(dialogue.lang if dialogue else "zh")
