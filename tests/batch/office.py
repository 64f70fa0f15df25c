"""Large tables of people, made up: as a personnel office writes them, and as a personnel system exports them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from batch.books import identity
from crowd import typed_people
from talent_rules.rulebase import RuleBase

BLOCK = 250_000

#: What a personnel office keeps: heading → what stands below it
COLUMNS: dict[str, Callable[[random.Random], str]] = {
    "部门": lambda r: r.choice(("综合部", "研发中心", "生产一部", "安全环保部", "财务部")),
    "学历": lambda r: r.choice(("大学本科", "硕士研究生", "博士研究生", "本科", "硕士", "大专", "")),
    "学习形式": lambda r: r.choice(("全日制", "全日制", "非全日制", "")),
    "毕业院校": lambda r: r.choice(
        ("清华大学", "内蒙古大学", "北京大学", "厦门大学", "兰州大学", "内蒙古工业大学", "")
    ),
    "毕业时间": lambda r: r.choice(
        (f"{r.randint(2005, 2024)}-{r.randint(1, 12):02d}", f"{r.randint(2005, 2024)}.7", "")
    ),
    "职称": lambda r: r.choice(("无", "中级", "高级工程师（副高）", "正高", "")),
    "引进时间": lambda r: r.choice(
        (f"{r.randint(2019, 2024)}-{r.randint(1, 8):02d}-{r.randint(1, 28):02d}", "2024年3月", "")
    ),
    "引进方式": lambda r: r.choice(("全职", "全职", "柔性", "")),
    "是否市外引进": lambda r: r.choice(("是", "√", "否", "")),
    "首次引进": lambda r: r.choice(("是", "否", "")),
    "合同年限": lambda r: r.choice(("3年", "5年", "三年", "36个月", "2年", "")),
    "是否在岗": lambda r: r.choice(("是", "是", "否", "")),
    "单位性质": lambda r: r.choice(("事业单位", "民营企业", "国有企业", "央企", "")),
    "旗区": lambda r: r.choice(("东胜区", "康巴什区", "伊旗", "达拉特旗", "")),
    "年薪（万元）": lambda r: r.choice(
        (str(r.randint(8, 90)), f"{r.randint(8, 90)}万", "", "很多" if r.random() < 0.02 else "")
    ),
    "是否购房": lambda r: r.choice(("是", "否", "")),
    "购房面积（㎡）": lambda r: r.choice((str(r.randint(60, 200)), "", "")),
    "人才类别": lambda r: r.choice(("未认定", "F类", "E类", "", "")),
}


def office(rows: int, seed: int = 1) -> Iterator[list[str]]:
    """A header and so many people as a personnel office writes them."""
    rng = random.Random(seed)
    yield ["姓名", "身份证号", "工号", *COLUMNS]
    for number in range(rows):
        born = f"{rng.randint(1965, 2000)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
        row = [f"职工{number}", identity(born, rng.randint(1, 999)), f"{number:06d}"]
        yield row + [make(rng) for make in COLUMNS.values()]


def workbook(path: Path, rows: int) -> None:
    """The office's table as a workbook."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("人员")
        for at, row in enumerate(office(rows)):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(at, column, cell)


def parquet(path: Path, base: RuleBase, rows: int) -> None:
    """People near every threshold, 30 % of their facts unknown, as typed columns."""
    writer = None
    for start in range(0, rows, BLOCK):
        table = typed_people(base, start + 1, min(BLOCK, rows - start), unknown=0.3)
        plain = [(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in table.schema]
        table = table.cast(pa.schema(plain))
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()
