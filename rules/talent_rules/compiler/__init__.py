"""From rule files to a `RuleBase`: one module a section, every problem of every file in one pass."""

from talent_rules.compiler.load import load, load_folder, try_load

__all__ = ["load", "load_folder", "try_load"]
