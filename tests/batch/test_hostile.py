"""Files meant to do harm, or broken: one clear Chinese sentence, soon, within the memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from batch.books import book
from talent_rules.tables.reader import Reading
from talent_rules.tables.refusal import Refused
from talent_rules.tables.rows import Rows

SECONDS, MEGABYTES = 10, 1024

_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
_RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
_BOOK = '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
_BOOK_RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
_SHEET = '<?xml version="1.0"?>{dtd}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'


def _workbook(path: Path, rows: str = "", dtd: str = "", extra: dict[str, str] | None = None, **parts: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", parts.get("types", _TYPES))
        archive.writestr("_rels/.rels", _RELS)
        archive.writestr("xl/workbook.xml", parts.get("book", _BOOK))
        archive.writestr("xl/_rels/workbook.xml.rels", _BOOK_RELS)
        archive.writestr("xl/worksheets/sheet1.xml", _SHEET.format(rows=rows, dtd=dtd))
        for name, text in (extra or {}).items():
            archive.writestr(name, text)
    return path


def _cell(ref: str) -> str:
    return f'<c r="{ref}"><v>1</v></c>'


def corners(path: Path) -> None:
    _workbook(path, f'<row r="1">{_cell("A1")}</row><row r="1048576">{_cell("XFD1048576")}</row>')


def wide(path: Path) -> None:
    _workbook(path, f'<row r="1">{_cell("A1")}</row><row r="20000">{_cell("XFD20000")}</row>')


def wide_3000(path: Path) -> None:
    _workbook(path, f'<row r="1">{_cell("A1")}</row><row r="3000">{_cell("XFD3000")}</row>')


def outside(path: Path) -> None:
    _workbook(path, f'<row r="1">{_cell("ZZZ9999999")}</row>')


def dense_bomb(path: Path) -> None:
    _streamed(path, "{rows}", ("<row>" + "<c><v>1</v></c>" * 100 + "</row>").encode() * 100, 2000)


def long_string(path: Path) -> None:
    _streamed(path, '<row r="1"><c r="A1" t="inlineStr"><is><t>{rows}</t></is></c></row>', b"A" * (1 << 20), 300)


def _streamed(path: Path, around: str, piece: bytes, times: int) -> None:
    """A workbook whose sheet is too large to be made in memory."""
    start, end = _SHEET.format(dtd="", rows=around).split("{rows}")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("[Content_Types].xml", _TYPES), ("_rels/.rels", _RELS), ("xl/workbook.xml", _BOOK)):
            archive.writestr(name, text)
        archive.writestr("xl/_rels/workbook.xml.rels", _BOOK_RELS)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(start.encode())
            for _ in range(times):
                part.write(piece)
            part.write(end.encode())


def billion_laughs(path: Path) -> None:
    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
    )
    _workbook(path, '<row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row>', f"<!DOCTYPE x [{entities}]>")


def external_entity(path: Path) -> None:
    _workbook(path, _cell("A1"), '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')


def entity_in_the_book(path: Path) -> None:
    _workbook(path, _cell("A1"), book=_BOOK.replace("<workbook", '<!DOCTYPE x [<!ENTITY e "x">]><workbook'))


def many_entries(path: Path) -> None:
    _workbook(path, extra={f"x/{i}": "" for i in range(6000)})


def ole2(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000)


def encrypted(path: Path) -> None:
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 999
    )


def html(path: Path) -> None:
    path.write_text("<html><table><tr><td>姓名</td></tr></table></html>", encoding="utf-8")


def pdf(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    book(path, [["姓名", "学历"]] + [["甲", "硕士"]] * 500)
    body = path.read_bytes()
    path.write_bytes(body[: len(body) // 2])


def plain_text_named_xlsx(path: Path) -> None:
    path.write_text("姓名,学历\n", encoding="utf-8")


def zip_of_something(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")


def word(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")


def broken_xml(path: Path) -> None:
    _workbook(path, book="<workbook><sheets>")


def binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 100)


HOSTILE: list[tuple[Callable[[Path], None], str]] = [
    (corners, "范围"),
    (wide, "范围"),
    (wide_3000, "范围"),
    (outside, "范围"),
    (dense_bomb, ""),
    (long_string, "不相称"),
    (billion_laughs, "DTD"),
    (external_entity, "DTD"),
    (entity_in_the_book, "DTD"),
    (many_entries, "条目"),
    (ole2, "旧版"),
    (encrypted, "密码"),
    (html, "网页"),
    (pdf, "PDF"),
    (empty, "空的"),
    (cut, "损坏"),
    (plain_text_named_xlsx, "普通文字"),
    (zip_of_something, "压缩包"),
    (word, "Word"),
    (broken_xml, "结构"),
    (binary, "不是表格"),
]


MEASURE = """
import json, resource, sys
from pathlib import Path
from talent_rules.tables.reader import Reading
from talent_rules.tables.refusal import Refused
text = ""
try:
    with Reading(Path(sys.argv[1])) as reading:
        for first in reading.first()[:1]:
            list(reading.rows({first.sheet: None}))
except Refused as error:
    text = str(error)
used = [resource.getrusage(who) for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)]
print(json.dumps([text, sum(u.ru_utime + u.ru_stime for u in used), max(u.ru_maxrss for u in used) / 1024]))
"""


def _measured(path: Path) -> tuple[str, float, float]:
    """The refusal, processor seconds and peak megabytes of reading a file, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
    text, seconds, megabytes = json.loads(done.stdout)
    return text, seconds, megabytes


@pytest.mark.parametrize(("make", "word"), HOSTILE, ids=[m.__name__ for m, _ in HOSTILE])
def test_a_hostile_file_ends_in_one_sentence(tmp_path: Path, make: Callable[[Path], None], word: str) -> None:
    path = tmp_path / "坏文件.xlsx"
    make(path)
    text, seconds, megabytes = _measured(path)
    assert seconds < SECONDS and megabytes < MEGABYTES
    print(text, round(seconds, 1), "s", round(megabytes), "MB")
    assert word in text and "Traceback" not in text and "\n" not in text
    assert any("\u4e00" <= c <= "\u9fff" for c in text)


def _all_of(path: Path) -> list[Rows]:
    with Reading(path) as reading:
        (first,) = reading.first()
        return [rows for _, rows in reading.rows({first.sheet: None})]


@pytest.mark.parametrize("body", ["姓名,学位\n" + "张三,博士\n" * 9, '姓名,学位\n"张三,博士\n'])
def test_no_copy_of_the_people_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    path = tmp_path / "x.csv"
    path.write_text(body, encoding="utf-8")
    with Reading(path) as reading:
        reading.first()  # and no more: it is stopped while the rest is still to be read
        assert list(tmp_path.glob("talent-*/*"))
    assert list(tmp_path.iterdir()) == [path]


def test_macros_and_links_are_noted_and_nothing_runs(tmp_path: Path) -> None:
    path = _workbook(
        tmp_path / "x.xlsx",
        '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>',
        extra={"xl/vbaProject.bin": "x", "xl/externalLinks/externalLink1.xml": "<a/>"},
    )
    with Reading(path) as reading:
        (first,) = reading.first()
    assert len(first.meta["remarks"]) == 2 and first.rows.row(0).cells == ("姓名",)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("x.jsonl", b'{"a": 1}\n{"a": \n'),
        ("x.jsonl", b'{"a":' * 100_000),
        ("x.jsonl", b"[1, 2]"),
        ("x.parquet", b"PAR1" + b"\0" * 100 + b"PAR1"),
        ("x.csv", b"a" * (9 << 20)),
        ("x.csv", b"\xff\xfe" + b"\x00\xd8" * 50),
    ],
)
def test_other_broken_files(tmp_path: Path, name: str, body: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(body)
    with pytest.raises(Refused) as caught:
        _all_of(path)
    assert any("\u4e00" <= c <= "\u9fff" for c in str(caught.value))
