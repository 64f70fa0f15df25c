"""WeChat's signature and its encrypted mode: SHA-1 over sorted parts, AES-256-CBC with the app id inside."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher as Aes
from cryptography.hazmat.primitives.ciphers import algorithms, modes

_BLOCK = 32


class Forged(ValueError):
    """The message was not made with our key and our app id."""


def signature(*parts: str) -> str:
    """SHA-1 over the parts in sorted order, as WeChat computes it."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def signed(given: str, *parts: str) -> bool:
    """Whether a signature is right, in constant time."""
    return hmac.compare_digest(given.encode(), signature(*parts).encode())


@dataclass(frozen=True)
class Cipher:
    """The encrypted mode with the 43 characters of the EncodingAESKey."""

    app_id: str
    key: bytes = field(repr=False)

    @classmethod
    def of(cls, encoded: str, app_id: str) -> Cipher:
        """Raises ValueError when the key is not 43 characters of Base64."""
        try:
            key = base64.b64decode(encoded + "=", validate=True)
        except ValueError:
            key = b""
        if len(key) != 32:
            raise ValueError("TALENT_WECHAT_AES_KEY 应是公众号后台给的 43 个字符")
        return cls(app_id, key)

    def decrypt(self, encrypted: str) -> bytes:
        """The envelope inside. Raises Forged."""
        try:
            sealed = base64.b64decode(encrypted, validate=True)
            opener = self._aes().decryptor()
            padded = opener.update(sealed) + opener.finalize()
        except ValueError:
            raise Forged("不是完整的密文") from None
        pad = padded[-1] if padded else 0
        if not 1 <= pad <= _BLOCK or padded[-pad:] != bytes([pad]) * pad:
            raise Forged("填充不对")
        plain = padded[:-pad]
        length = int.from_bytes(plain[16:20], "big")
        message, app_id = plain[20 : 20 + length], plain[20 + length :]
        if len(plain) < 20 or len(message) != length or not hmac.compare_digest(app_id, self.app_id.encode()):
            raise Forged("不是发给这个公众号的")
        return message

    def encrypt(self, message: bytes, *, noise: bytes = b"") -> str:
        """An envelope sealed for WeChat; `noise` fixes the 16 random bytes in tests."""
        plain = (noise or secrets.token_bytes(16)) + len(message).to_bytes(4, "big") + message + self.app_id.encode()
        pad = _BLOCK - len(plain) % _BLOCK
        sealer = self._aes().encryptor()
        return base64.b64encode(sealer.update(plain + bytes([pad]) * pad) + sealer.finalize()).decode()

    def _aes(self) -> Aes[modes.CBC]:
        return Aes(algorithms.AES(self.key), modes.CBC(self.key[:16]))
