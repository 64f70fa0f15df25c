"""Rows packed beside the workbook come out of it as they went in."""

from __future__ import annotations

import random
import zipfile
import zlib
from pathlib import Path

import pytest

from talent_rules.batch import packing
from talent_rules.batch.packing import Packing

CORE = "docProps/core.xml"


def _book(path: Path, sheet: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", sheet)
        book.writestr(CORE, "<cp:coreProperties></cp:coreProperties>")
    return path


@pytest.mark.parametrize("much", [0, 1, 50_000, 100_000, 1 << 26])
def test_a_sheet_is_whole_wherever_the_fast_packing_of_its_rows_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, much: int
) -> None:
    monkeypatch.setattr(packing, "_MUCH", much)
    chance = random.Random(much)
    texts = ["".join(f"<row>{chance.randrange(10**9)}人才</row>" for _ in range(1000)) for _ in range(6)]
    with Packing(tmp_path) as packed:
        pack = packed.pack()
        for text in texts:
            pack.write(text)
        packed.fill(_book(tmp_path / "book.zip", b"<x>" + pack.place + b"</x>"), tmp_path / "out.xlsx")
    with zipfile.ZipFile(tmp_path / "out.xlsx") as book:
        assert book.testzip() is None
        body = book.read("xl/worksheets/sheet1.xml")
        info = book.getinfo("xl/worksheets/sheet1.xml")
    assert body == f"<x>{''.join(texts)}</x>".encode()
    assert (info.CRC, info.file_size) == (zlib.crc32(body), len(body))
