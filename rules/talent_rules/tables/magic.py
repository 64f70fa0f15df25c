"""What a file really is, by its first bytes and not by its name."""

from __future__ import annotations

from pathlib import Path

from talent_rules.tables.refusal import Refused

XLSX, TEXT, JSONL, PARQUET = "xlsx", "csv", "jsonl", "parquet"

_ZIP = b"PK\x03\x04"
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"MZ", "程序"),
    (b"\x7fELF", "程序"),
    (b"SQLite format 3", "数据库文件"),
)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_AS_XLSX = "在 Excel 或 WPS 里另存为 .xlsx 再试"


def kind_of(path: Path) -> str:
    """`xlsx`, `csv`, `jsonl` or `parquet`. Raises Refused for anything else, saying what it is."""
    with path.open("rb") as handle:
        head = handle.read(65536)
    if not head:
        raise Refused("T702", "文件是空的", "检查是否选错了文件，或还没有保存")
    if head.startswith(_ZIP):
        return XLSX
    if head.startswith(b"PK\x05\x06"):
        raise Refused("T702", "文件是一个空的压缩包", _AS_XLSX)
    if head.startswith(_OLE2):
        raise _old_office(path)
    if head.startswith(b"PAR1"):
        return PARQUET
    for magic, name in _OTHER:
        if head.startswith(magic):
            raise Refused("T703", f"这是{name}，不是人员表", "请给 .xlsx、.csv、.parquet 或 .jsonl 文件")
    return _text_kind(head, path.suffix.lower())


def _old_office(path: Path) -> Refused:
    with path.open("rb") as handle:
        body = handle.read(4 * 1024 * 1024)
    if _ENCRYPTED in body:
        return Refused("T704", "工作簿加了打开密码，读不了", "在 Excel 或 WPS 里取消密码，另存后再试")
    return Refused("T705", "这是旧版 .xls（或 WPS 的 .et）工作簿，不是 .xlsx", _AS_XLSX)


def _text_kind(head: bytes, suffix: str) -> str:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not wide and b"\0" in head:
        raise Refused("T703", "这不是表格，也不是文字文件", "请给 .xlsx、.csv、.parquet 或 .jsonl 文件")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:512].lower()
    if not start and not wide:
        raise Refused("T702", "文件里没有内容", "检查是否选错了文件")
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<body", b"<div")):
        raise Refused("T706", "这是网页（HTML），只是改名成了表格文件", f"用浏览器或 Excel 打开后{_AS_XLSX}")
    if start.startswith((b"<?xml", b"<workbook", b"<?mso")):
        raise Refused("T706", "这是 XML 文件，不是 .xlsx 工作簿", _AS_XLSX)
    if start.startswith((b"{\\rtf", b"id;p")):
        raise Refused("T703", "这不是能读的表格格式", _AS_XLSX)
    if suffix in (".jsonl", ".ndjson", ".json") or (start.startswith(b"{") and suffix not in (".csv", ".tsv", ".txt")):
        return JSONL
    if suffix in (".xlsx", ".xlsm", ".parquet"):
        raise Refused("T707", f"文件名是 {suffix}，内容却是普通文字", "如果是 CSV，把扩展名改成 .csv 再试")
    return TEXT
