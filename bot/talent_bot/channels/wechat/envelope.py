"""WeChat's small XML: read with everything but flat elements refused, written with CDATA."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.parsers import expat

MOST_BYTES = 64 * 1024
MOST_FIELDS = 64


class Malformed(ValueError):
    """Not an envelope we take: no XML, a DTD, an entity, too deep or too much."""


def read_envelope(body: bytes) -> dict[str, str]:
    """The fields of `<xml><Name>text</Name>…</xml>`. Raises Malformed."""
    if len(body) > MOST_BYTES:
        raise Malformed("太长")
    reader = _Reader()
    parser = expat.ParserCreate(encoding="utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    for forbidden in ("StartDoctypeDeclHandler", "EntityDeclHandler", "ExternalEntityRefHandler",
                      "ProcessingInstructionHandler"):  # fmt: skip
        setattr(parser, forbidden, _refuse)
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise Malformed(str(error)) from None
    return reader.fields


def _refuse(*_: Any) -> None:
    raise Malformed("有 DTD、实体或处理指令")


class _Reader:
    """Collects the text of the elements one level below the root; deeper ones are skipped."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self._path: list[str] = []
        self._text = ""

    def start(self, name: str, _: Mapping[str, str]) -> None:
        self._path.append(name)
        if len(self._path) > 8 or len(self.fields) > MOST_FIELDS:
            raise Malformed("太深或太多")
        if len(self._path) == 2:
            self._text = ""

    def end(self, name: str) -> None:
        if len(self._path) == 2:
            self.fields[name] = self._text
        self._path.pop()

    def text(self, data: str) -> None:
        if len(self._path) == 2:
            self._text += data


def write_envelope(fields: Mapping[str, str | int]) -> str:
    """Fields as WeChat takes them: texts in CDATA, numbers bare."""
    parts = (
        f"<{name}>{value}</{name}>" if isinstance(value, int) else f"<{name}><![CDATA[{_cdata(value)}]]></{name}>"
        for name, value in fields.items()
    )
    return f"<xml>{''.join(parts)}</xml>"


def _cdata(text: str) -> str:
    sound = "".join(c for c in text if c >= " " or c in "\n\t")
    return sound.replace("]]>", "]]]]><![CDATA[>")
