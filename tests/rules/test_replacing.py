"""替代: what a later document ends, whole or in part, and from which day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from snippets import benefit, document, write
from talent_rules import load
from talent_rules.compiler.load import load_folder

NEW = """政策:
  id: newer
  名称: 新办法
  有效期: {自: 2025-01-01}
  替代: %s
  来源: [{代号: S, 名称: 新办法, 级别: A}]
待遇:
  - {id: c, 名称: 新项, 条件: [学位 是 博士], 金额: 1万元, 依据: {来源: S}}
"""
OLD = document(benefit("a", "[学位 是 博士]"), benefit("b", "[学位 是 博士]", "5万元"))


def outcomes(folder: Path, replaced: str, day: date) -> dict[str, str]:
    """What a doctor gets of the older and the newer document."""
    write(folder, OLD)
    write(folder, NEW % replaced, name="newer.yaml")
    decision = load("x", folder).decide({"学位": "博士"}, as_of=day)
    return {v.benefit.split("/")[1]: v.outcome.label for v in decision.verdicts}


@pytest.mark.parametrize(
    ("replaced", "after"),
    [
        ("p", {"a": "不适用", "b": "不适用", "c": "符合"}),
        ("p/a", {"a": "不适用", "b": "符合", "c": "符合"}),
        ("[p/a]", {"a": "不适用", "b": "符合", "c": "符合"}),
        ("[p/a, p/b]", {"a": "不适用", "b": "不适用", "c": "符合"}),
    ],
)
def test_a_later_document_ends_the_whole_of_another_or_single_benefits_of_it(
    replaced: str, after: dict[str, str], tmp_path: Path
) -> None:
    assert outcomes(tmp_path, replaced, date(2024, 12, 31)) == {"a": "符合", "b": "符合", "c": "不适用"}
    assert outcomes(tmp_path, replaced, date(2025, 1, 1)) == after


def test_a_benefit_that_is_not_there_is_told_apart_from_the_policy_it_would_stand_in(tmp_path: Path) -> None:
    """The policy's own id as the hint would end all of it."""
    files = [write(tmp_path, OLD), write(tmp_path, NEW % "p/aa", name="newer.yaml")]
    (problem,) = [p for p in load_folder(tmp_path, files, "x")[1] if p.code == "R509"]
    assert problem.message == "没有政策或待遇 `p/aa`" and "`p/a`" in problem.hint
