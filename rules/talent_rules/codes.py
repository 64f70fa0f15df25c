"""What each code of a problem means: why it is reported, written wrong, written right; one table for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class Explanation:
    """One code. `right` is a piece of an example file, `wrong` the same piece spoilt; `where` names the file.

    Without them, `remedy` says what to do. `also` are codes that come with it when it is spoilt so.
    """

    code: str
    title: str
    why: str
    wrong: str = ""
    right: str = ""
    where: str = "规则"
    also: tuple[str, ...] = ()
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Explanations:
    """Every code by itself, and the example files its pieces are taken from, by name."""

    by_code: Mapping[str, Explanation]
    examples: Mapping[str, str]


@cache
def explanations() -> Explanations:
    """The table that travels with the package."""
    read = yaml.safe_load((files("talent_rules") / "codes.yaml").read_text(encoding="utf-8"))
    found = {
        code: Explanation(
            code,
            entry["标题"],
            entry["为什么"],
            entry.get("错", ""),
            entry.get("对", ""),
            entry.get("在", "规则"),
            tuple(entry.get("连带", ())),
            entry.get("怎么办", ""),
        )
        for code, entry in read["代码"].items()
    }
    return Explanations(found, read["例子"])
