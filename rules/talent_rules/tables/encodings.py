"""The encoding of a text file without a guess library: BOM, then UTF-8, then Big5 or GB18030 by their byte pairs."""

from __future__ import annotations

import codecs
from pathlib import Path

from talent_rules.tables.refusal import Refused

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 4 << 20


def encoding_of(path: Path) -> str:
    """The codec name of a text file. Raises Refused when none fits the whole file."""
    with path.open("rb") as handle:
        sample = handle.read(_SAMPLE)
    for bom, marked in _BOMS:
        if sample.startswith(bom):
            return marked
    candidates: list[str] = ["utf-8", *(("cp950", "big5hkscs", "gb18030") if _looks_big5(sample) else ("gb18030",))]
    for name in candidates:
        if _decodes(path, name):
            return name
    raise Refused("T711", "看不出文件的文字编码", "用 Excel 打开，另存为“CSV UTF-8”再试")


def _decodes(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    with path.open("rb") as handle:
        try:
            while piece := handle.read(_SAMPLE):
                decoder.decode(piece)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return False
    return True


def _looks_big5(sample: bytes) -> bool:
    """Two-byte characters in GB2312 end above 0xA0; two in five of Big5's end below 0x7F."""
    pairs = low = index = 0
    while index < len(sample) - 1 and pairs < 20_000:
        if sample[index] < 0x80:
            index += 1
            continue
        pairs += 1
        low += 0x40 <= sample[index + 1] <= 0x7E
        index += 2
    return pairs > 0 and low / pairs > 0.2
