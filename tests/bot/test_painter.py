"""Pictures drawn in a process beside the bot: it outlives a bad picture, is replaced when it dies, and ends with the bot."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from talent_bot.pictures import Unavailable, painter, raster
from talent_bot.pictures.painter import MOST_WAITING, Painter
from talent_bot.pictures.svg import box, picture, text

SVG = picture(box(0, 0, 60, 40, "#0a3a38") + text("鄂尔多斯", 5, 25, 12, "#ffffff"), 60, 40, "图")


@pytest.fixture(autouse=True, scope="module")
def _can_draw() -> None:
    try:
        raster.chinese_font()
    except Unavailable as error:
        pytest.skip(str(error))


@pytest.fixture
async def artist() -> AsyncIterator[Painter]:
    async with Painter() as artist:
        yield artist


def _process(artist: Painter) -> asyncio.subprocess.Process:
    assert artist._process is not None
    return artist._process


async def test_it_draws_what_is_drawn_here(artist: Painter) -> None:
    assert await artist.draw(SVG) == raster.png(SVG)


async def test_a_picture_that_is_none_does_not_stop_the_next(artist: Painter) -> None:
    with pytest.raises(Unavailable, match="ParseError"):
        await artist.draw("<svg")
    before = _process(artist).pid
    assert (await artist.draw(SVG)).startswith(b"\x89PNG")
    assert _process(artist).pid == before


async def test_when_the_process_is_killed_the_next_picture_starts_another(artist: Painter) -> None:
    await artist.draw(SVG)
    os.kill(_process(artist).pid, signal.SIGSTOP)
    lost = asyncio.create_task(artist.draw(SVG))
    await asyncio.sleep(0.05)
    os.kill(_process(artist).pid, signal.SIGKILL)
    with pytest.raises(Unavailable, match="could not be drawn"):
        await lost
    assert (await artist.draw(SVG)).startswith(b"\x89PNG")


async def test_a_process_that_hangs_is_given_up(artist: Painter, monkeypatch: pytest.MonkeyPatch) -> None:
    await artist.draw(SVG)
    hanging = _process(artist)
    os.kill(hanging.pid, signal.SIGSTOP)
    monkeypatch.setattr(painter, "PATIENCE", 0.1)
    with pytest.raises(Unavailable, match="TimeoutError"):
        await artist.draw(SVG)
    assert await hanging.wait() == -signal.SIGKILL


async def test_many_pictures_wait_for_one_another_and_too_many_are_left_out(artist: Painter) -> None:
    found = await asyncio.gather(*(artist.draw(SVG) for _ in range(MOST_WAITING + 3)), return_exceptions=True)
    assert [type(f) for f in found] == [bytes] * MOST_WAITING + [Unavailable] * 3
    assert len(set(found[:MOST_WAITING])) == 1


async def test_the_process_ends_when_the_bot_is_gone() -> None:
    process = await painter._start()
    assert process.stdin is not None
    process.stdin.close()  # as the kernel does for a bot that was killed
    assert await asyncio.wait_for(process.wait(), 20) == 0


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc here")
async def test_the_process_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALENT_TELEGRAM_TOKEN", "7:SECRET")
    process = await painter._start()
    try:
        assert b"SECRET" not in Path(f"/proc/{process.pid}/environ").read_bytes()
    finally:
        process.kill()
        await process.wait()


def test_what_it_reads_and_writes_is_framed_by_lengths() -> None:
    source = io.BytesIO(b"".join(struct.pack("!I", len(s)) + s for s in (b"<svg", SVG.encode())) + b"\0\0")
    target = io.BytesIO()
    painter.paint(source, target)
    reasons = struct.pack("!?I", False, 10) + b"ParseError"
    assert target.getvalue() == reasons + struct.pack("!?I", True, len(raster.png(SVG))) + raster.png(SVG)
