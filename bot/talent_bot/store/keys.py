"""The keys dialogues are kept under: nobody can tell from them who it was."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from talent_bot.store.records import StoreError

MIN_SECRET = 16


class Keys:
    """Keys by HMAC-SHA256 of channel and chat id, with a secret that stays out of the database."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < MIN_SECRET:
            raise StoreError(f"存储密钥太短：至少 {MIN_SECRET} 个字节")
        self._secret = secret

    def of(self, channel: str, chat: int | str) -> str:
        """The key of one chat of one channel."""
        return hmac.new(self._secret, f"{channel}\0{chat}".encode(), hashlib.sha256).hexdigest()

    def __repr__(self) -> str:
        return "Keys(…)"


def secret_from_file(path: Path) -> bytes:
    """The secret in a file that only its owner reads; made on first use, whole or not at all."""
    if not path.exists():
        _create(path, secrets.token_bytes(32).hex().encode())
    if path.stat().st_mode & 0o077:
        raise StoreError(f"密钥文件 {path} 别人也能读：请运行 chmod 600 {path}")
    return path.read_bytes().strip()


def _create(path: Path, secret: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secret + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first: its secret counts
            os.link(draft, path)
    finally:
        draft.unlink()
