"""Drawing in a process of its own, of low priority: a card takes as long as twenty turns, and answers go first.

The process starts with the first picture and ends when its input does: with the bot, however that ends. It
reads pictures as SVG and writes each as PNG, or why it cannot, with the length of what comes in front.
"""

from __future__ import annotations

import asyncio
import os
import struct
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from typing import BinaryIO

from talent_bot.pictures.raster import Unavailable, png

MOST_WAITING = 16  # so many are drawn in about a second
PATIENCE = 20.0
_LENGTH = struct.Struct("!I")
_DRAWN = struct.Struct("!?I")


class Painter:
    """One process that draws for everybody, one picture after another."""

    def __init__(self) -> None:
        self._free = asyncio.Lock()
        self._waiting = 0
        self._process: Process | None = None

    async def draw(self, svg: str) -> bytes:
        """A picture as PNG. Raises Unavailable when it cannot be drawn, or not now: too many are waiting."""
        if self._waiting >= MOST_WAITING:
            raise Unavailable("too many pictures are waiting to be drawn")
        self._waiting += 1
        try:
            async with self._free, asyncio.timeout(PATIENCE):
                return await self._drawn(svg.encode())
        except (OSError, EOFError, TimeoutError) as error:  # the process died, or hangs
            raise Unavailable(f"the picture could not be drawn ({type(error).__name__})") from error
        finally:
            self._waiting -= 1

    async def __aenter__(self) -> Painter:
        return self

    async def __aexit__(self, *_: object) -> None:
        """End the process."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def _drawn(self, svg: bytes) -> bytes:
        if self._process is None or self._process.returncode is not None:
            self._process = await _start()
        try:
            drawn, answer = await _ask(self._process, svg)
        except BaseException:  # half an answer may still come, and the next picture must not get it
            with suppress(ProcessLookupError):
                self._process.kill()
            self._process = None
            raise
        if not drawn:
            raise Unavailable(answer.decode())
        return answer


async def _start() -> Process:
    """The process, out of reach of Ctrl+C, and without what is none of its business."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TALENT_")}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdin=PIPE, stdout=PIPE, env=environment, process_group=0
    )


async def _ask(process: Process, svg: bytes) -> tuple[bool, bytes]:
    """Whether it was drawn, and the PNG or why not."""
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(_LENGTH.pack(len(svg)) + svg)
    await process.stdin.drain()
    drawn, length = _DRAWN.unpack(await process.stdout.readexactly(_DRAWN.size))
    return drawn, await process.stdout.readexactly(length)


def paint(source: BinaryIO, target: BinaryIO) -> None:
    """The work of the process: draw what comes until no more does."""
    while len(head := source.read(_LENGTH.size)) == _LENGTH.size:
        svg = source.read(*_LENGTH.unpack(head)).decode()
        try:
            drawn, answer = True, png(svg)
        except Exception as error:  # whatever is wrong with this picture, the next one may do
            drawn, answer = False, (str(error) if isinstance(error, Unavailable) else type(error).__name__).encode()
        target.write(_DRAWN.pack(drawn, len(answer)) + answer)
        target.flush()


if __name__ == "__main__":
    if hasattr(os, "nice"):  # not on Windows
        os.nice(10)
    with suppress(BrokenPipeError):  # nobody waits for it any more
        paint(sys.stdin.buffer, sys.stdout.buffer)
