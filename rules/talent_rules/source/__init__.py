"""YAML that remembers places: text → nodes with file, line and column, or problems.

PyYAML's C parser delivers events; we build the nodes ourselves, without recursion, so that no file
can exhaust the stack, and leave every scalar as text, so that `4:3:3` never becomes 14583.
"""

from talent_rules.source.nodes import (
    MAX_PROBLEMS,
    Node,
    Record,
    Report,
    Scalar,
    Sequence,
    did_you_mean,
    nearest,
    one_line,
    slips_of,
)
from talent_rules.source.read import read_file, read_text
from talent_rules.source.shapes import entries, items_of, text_of, texts_of

__all__ = [
    "MAX_PROBLEMS",
    "Node",
    "Record",
    "Report",
    "Scalar",
    "Sequence",
    "did_you_mean",
    "entries",
    "items_of",
    "nearest",
    "one_line",
    "read_file",
    "read_text",
    "slips_of",
    "text_of",
    "texts_of",
]
