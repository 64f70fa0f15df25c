"""身份证号 (GB 11643): a birth date out of it and nothing else; the number itself is never kept."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from operator import mul

from talent_rules.quantities import clean

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
#: The last character by the weighted sum of the first seventeen as ASCII
_CHECK = {(n + ord("0") * sum(_WEIGHTS)) % 11: ord(sign) for n, sign in enumerate("10X98765432")}
_EIGHTEEN, _FIFTEEN, _DIGITS = re.compile(r"[0-9]{17}[0-9X]"), re.compile(r"[0-9]{15}"), re.compile(r"[0-9X]+")
_ROUNDED = re.compile(r"[0-9](?:\.[0-9]+)?E\+?1[4-9]")
_IN_TEXT = re.compile(r"(?<![0-9A-Za-z])(?:[1-9]\d{16}[0-9Xx]|[1-9]\d{14})(?![0-9A-Za-z])")
MASKED = "〔证件号已隐去〕"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a number told: an ordinal birth date if any, or what is wrong; `code` as in the handbook."""

    born: int | None = None
    code: str = ""
    message: str = ""
    hint: str = ""
    severity: str = "error"
    key: bytes = b""


class IdentityReader:
    """Reads numbers; its key lives as long as the run, so that duplicates are seen but nothing is kept."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._secret = secrets.token_bytes(32)

    def read(self, text: str, *, as_number: bool) -> Identity:
        """One cell. Passports and other papers come back without a date and without a complaint."""
        body = text if _EIGHTEEN.fullmatch(text) else clean(text).upper().lstrip("'")
        if not body or body in ("/", "-", "无", "—", MASKED) or "*" in body:
            return Identity()
        if (as_number and len(body) >= 16) or _ROUNDED.fullmatch(body):
            return Identity(
                code="B705",
                message="身份证号被当作数字保存，末几位已经丢失",
                hint="把这一列设为文本格式，重新填写 18 位号码",
            )
        if _EIGHTEEN.fullmatch(body):
            return self._eighteen(body)
        if _FIFTEEN.fullmatch(body):
            return self._fifteen(body)
        if _DIGITS.fullmatch(body):
            return Identity(
                code="B708", message=f"身份证号有 {len(body)} 位，应为 18 位", hint="核对后重填；护照号等请连字母一起写"
            )
        return Identity(key=self._hash(body))

    def _eighteen(self, body: str) -> Identity:
        born = self._day(body[6:14])
        signs = body.encode()
        right = _CHECK[sum(map(mul, signs, _WEIGHTS)) % 11] == signs[17]
        if body[0] == "9":  # 外国人永久居留身份证: another issuer, its own way of checking
            return Identity(born if right else None, key=self._hash(body))
        if not right:
            zeros = body.endswith("000")
            hint = "末尾几位可能被 Excel 改成了 0，把这一列设为文本重填" if zeros else "核对后重填"
            return Identity(code="B708", message="身份证号的校验位不对", hint=hint)
        if born is None:
            return Identity(code="B708", message="身份证号里的出生日期不存在", hint="核对后重填")
        return Identity(born, key=self._hash(body))

    def _fifteen(self, body: str) -> Identity:
        born = self._day("19" + body[6:12])
        if born is None:
            return Identity(code="B708", message="15 位号码里的出生日期不存在", hint="请填 18 位身份证号")
        return Identity(
            born, "B753", "是 15 位的旧身份证号，只取了出生日期", "请换成 18 位号码", "warning", self._hash(body)
        )

    def _day(self, digits: str) -> int | None:
        found = _date(digits)
        return found.toordinal() if found and found.year >= 1900 and found <= self._today else None

    def _hash(self, body: str) -> bytes:
        return blake2b(body.encode(), digest_size=16, key=self._secret).digest()


@lru_cache(maxsize=1 << 15)
def _date(digits: str) -> date | None:
    """The day of eight digits, if there is one."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def mask(text: str) -> str:
    """The text without anything that looks like an identity number."""
    return _IN_TEXT.sub(MASKED, text) if len(text) >= 15 else text
