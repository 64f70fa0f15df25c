"""L602 规则用到的信息项没法知道

为什么：它写着不直接问，又没有推导办法（或推导所需的也问不到），于是永远是未知，结论永远是待补充。
错：

    - {id: rank, 名称: 名次, 类型: 整数, 可问: 否}      # 规则里写着 名次 不超过 3

对：

    - {id: rank, 名称: 名次, 类型: 整数, 问法: 您的名次是多少？}
"""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.checks.reading import read_fields
from talent_rules.model import Problem

CODE = "L602"
TITLE = "规则用到的信息项没法知道"


def check(book: Book) -> Iterator[Problem]:
    """Fields a rule reads that are neither asked nor derivable from what is asked."""
    fields = book.base.vocabulary.fields
    book.file("vocabulary.yaml")
    for name, benefit in read_fields(book).items():
        entry = fields[name]
        how = entry.derivation
        if name == "application_date" or (entry.askable and (entry.question or how)):
            continue
        if how is not None and how.of in fields and fields[how.of].askable:
            continue
        message = f"{book.name(benefit)} 用到“{entry.name}”，它没有问法，也推导不出来"
        yield book.problem(entry.place, CODE, message, "补上 问法，或写 推导")
