"""What stands on a visitor's page: the last messages, kept in the store under a lock only the visitor's browser opens.

The key is made from the visitor's cookie, of which the store holds no more than a hash: every worker can show
the page to who asks for it, and nobody can read it out of the database.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import zlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from talent_bot.channels.web.blocks import block_from_json, block_json
from talent_bot.reply import Block, Buttons

MOST_MESSAGES = 40
_NONCE = 12  # bytes, as AES-GCM wants them


@dataclass(frozen=True, slots=True)
class Message:
    """One message on the page: what the person said, or the blocks of a reply."""

    number: int
    said: str = ""
    blocks: tuple[Block, ...] = ()


def added(before: tuple[Message, ...], said: str, replies: tuple[tuple[Block, ...], ...]) -> tuple[Message, ...]:
    """The page with what was said and answered; the oldest messages go."""
    first = before[-1].number + 1 if before else 1
    new = [Message(first, said)] if said else []
    new += [Message(first + len(new) + n, blocks=blocks) for n, blocks in enumerate(replies)]
    return (*before, *new)[-MOST_MESSAGES:]


def seal(visitor: str, messages: tuple[Message, ...]) -> bytes:
    """The messages for the store."""
    page = [[m.number, m.said, [block_json(b) for b in m.blocks]] for m in messages]
    packed = zlib.compress(json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
    nonce = os.urandom(_NONCE)
    return nonce + _lock(visitor).encrypt(nonce, packed, None)


def unseal(visitor: str, sealed: bytes) -> tuple[Message, ...]:
    """The messages from the store; none for none, and for what another program or another cookie locked."""
    if not sealed:
        return ()
    try:
        page = json.loads(zlib.decompress(_lock(visitor).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)))
        return tuple(Message(n, said, tuple(block_from_json(b) for b in blocks)) for n, said, blocks in page)
    except (InvalidTag, zlib.error, ValueError, KeyError, TypeError):
        return ()


def _lock(visitor: str) -> AESGCM:
    return AESGCM(hmac.new(visitor.encode(), b"page", hashlib.sha256).digest())


def label_of(payload: str, messages: tuple[Message, ...]) -> str:
    """What the pressed button said, for the page."""
    for message in reversed(messages):
        for block in message.blocks:
            if isinstance(block, Buttons):
                for button in (*block.options, *block.extra):
                    if button.payload == payload:
                        return button.label
    return ""
