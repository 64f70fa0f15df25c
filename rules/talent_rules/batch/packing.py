"""Rows of a sheet packed on the second core while they are still being made.

A result of a hundred thousand people is 300 MB of XML; XlsxWriter copies it twice and begins to pack when it
has all of it. Here a place is left in the sheet, the rows become a piece of a deflate stream meanwhile, and
the finished workbook gets the piece in that place without unpacking it.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from talent_rules.batch.seal import CORE, sealed

_LEVEL = 5  # 4 % larger than the usual 6, in two thirds of the time
#: What comes after so many bytes of a sheet, of some twenty thousand people, is packed fast: a third larger, in less
#: than half the time
_MUCH, _FAST = 1 << 26, 2
_RAW = -15
_ZEROS = bytes(1 << 20)


class Packing:
    """The packed rows of one workbook, in files of a folder; a context that leaves none of them behind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._packs: list[Pack] = []

    def pack(self) -> Pack:
        """A new one, for one sheet."""
        found = Pack(self._folder / f"xlsx-rows-{len(self._packs)}", len(self._packs))
        self._packs.append(found)
        return found

    def __enter__(self) -> Packing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pack in self._packs:
            pack.drop()

    def fill(self, book: Path, target: Path, beside: str = "") -> None:
        """Move the workbook to another name, with all rows in their places, and sealed; `beside` is the digest of
        the table beside it."""
        with zipfile.ZipFile(book) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
            for info in sorted(source.infolist(), key=lambda i: i.filename == CORE):  # last, when the others are known
                body = source.read(info)
                if info.filename == CORE:
                    body = sealed(body, out.infolist(), beside)
                pack = next((p for p in self._packs if p.place in body), None)
                if pack is None:
                    out.writestr(info, body)
                else:
                    _put(out, info, body, pack)
        book.unlink()


class Pack:
    """The rows of one sheet: a piece of a deflate stream that any other may follow."""

    def __init__(self, path: Path, number: int) -> None:
        #: What stands in the sheet where the rows belong; no text of a cell can look so
        self.place = f"<!--rows {number}-->".encode()
        self.crc = self.size = 0
        self._path, self._file = path, path.open("wb")
        self._squeeze = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
        self._thread = ThreadPoolExecutor(1)
        self._last: Future[None] | None = None

    def write(self, text: str) -> None:
        """More rows; the ones before are packed by then. Raises OSError."""
        if self._last is not None:
            self._last.result()
        self._last = self._thread.submit(self._take, text)

    def _take(self, text: str) -> None:
        body = text.encode()
        if self.size < _MUCH <= self.size + len(body):
            self._file.write(self._squeeze.flush(zlib.Z_FULL_FLUSH))
            self._squeeze = zlib.compressobj(_FAST, zlib.DEFLATED, _RAW)
        self.crc, self.size = zlib.crc32(body, self.crc), self.size + len(body)
        self._file.write(self._squeeze.compress(body))

    def pieces(self) -> Iterator[bytes]:
        """All that was packed, once, ending at a whole byte. Raises OSError."""
        if self._last is not None:
            self._last.result()
        self._file.write(self._squeeze.flush(zlib.Z_FULL_FLUSH))
        self._file.close()
        with self._path.open("rb") as handle:
            while piece := handle.read(1 << 20):
                yield piece

    def drop(self) -> None:
        """Nothing more is wanted."""
        self._thread.shutdown()
        self._file.close()
        self._path.unlink()


def _put(out: zipfile.ZipFile, info: zipfile.ZipInfo, body: bytes, pack: Pack) -> None:
    """A sheet made of what stands before the rows, the rows as they are packed, and what stands after them."""
    before, after = body.split(pack.place)
    assert out.fp is not None
    start = info.header_offset = out.fp.tell()
    out.fp.write(info.FileHeader())  # of the right length; its figures come when they are known
    begin = out.fp.tell()
    out.fp.write(_packed(before, zlib.Z_FULL_FLUSH))
    for piece in pack.pieces():
        out.fp.write(piece)
    out.fp.write(_packed(after, zlib.Z_FINISH))
    out.start_dir = out.fp.tell()
    info.CRC = _crc(_crc(zlib.crc32(before), pack.crc, pack.size), zlib.crc32(after), len(after))
    info.file_size, info.compress_size = len(before) + pack.size + len(after), out.start_dir - begin
    out.fp.seek(start)
    out.fp.write(info.FileHeader())
    out.fp.seek(out.start_dir)
    out.filelist.append(info)
    out.NameToInfo[info.filename] = info


def _packed(body: bytes, end: int) -> bytes:
    squeeze = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
    return squeeze.compress(body) + squeeze.flush(end)


def _crc(first: int, second: int, length: int) -> int:
    """The checksum of two texts in one, the second so long: it is linear, so that of zeros stands in for the text."""
    after, zeros = first, 0
    for start in range(0, length, len(_ZEROS)):
        some = _ZEROS[: length - start]
        after, zeros = zlib.crc32(some, after), zlib.crc32(some, zeros)
    return after ^ zeros ^ second
