"""Conditions as sentences: the tree a rule file states, in the words of a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from talent_rules.conditions import AllOf, AnyOf, Atom, Condition, NoneOf, Open, Reach, opens
from talent_rules.lines import OPERATORS, Misread, take_apart
from talent_rules.model import Basis
from talent_rules.points import show_points
from talent_rules.vocabulary import Kind, Vocabulary

_WORDS = {op.sign: op for op in OPERATORS}
_HEADS = {AllOf: ("all", "以下都要满足"), AnyOf: ("any", "以下满足一项即可"), NoneOf: ("none", "以下都不能有")}
_OPEN_NOTES = {"review": "人工认定", "undecided": "待定"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One condition. `kind` is atom · tier · all · any · none · review · undecided."""

    text: str
    kind: str
    basis: Basis | None = None
    parts: tuple[Sentence, ...] = ()
    vague: bool = False  # a day or month of which the source does not say on which side it falls

    @property
    def tag(self) -> str:
        """What a person still has to do or find out about it."""
        return "界上待定" if self.vague else _OPEN_NOTES.get(self.kind, "")


def sentences(condition: Condition, vocabulary: Vocabulary) -> tuple[Sentence, ...]:
    """The parts of a benefit's condition, in the order written."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    return tuple(sentence(part, vocabulary) for part in parts)


def sentence(node: Condition, vocabulary: Vocabulary, basis: Basis | None = None) -> Sentence:
    """One condition and what it is made of."""
    if isinstance(node, Open):
        return Sentence(node.text, node.kind, basis)
    if isinstance(node, (AllOf, AnyOf, NoneOf)):
        kind, head = _HEADS[type(node)]
        if len(node.parts) == 1 and kind != "none":
            return sentence(node.parts[0], vocabulary, basis)
        return Sentence(head, kind, basis, tuple(sentence(part, vocabulary) for part in node.parts))
    if isinstance(node, Atom):
        return Sentence(str(node.axis), "atom", basis)
    if isinstance(node, Reach):
        return Sentence(f"积分至少 {show_points(node.least)}", "atom", basis)
    if node.kind == "cited":
        return sentence(node.part, vocabulary, node.basis)
    if node.text.startswith(("符合", "不符合")):
        inner = node.part.parts[0] if isinstance(node.part, NoneOf) else node.part
        return Sentence(node.text.replace("符合 ", "符合"), "tier", basis, sentences(inner, vocabulary))
    leaves = tuple(opens(node))
    first, also, _ = node.text.partition("，或")
    if also and leaves:
        parts = (Sentence(in_words(first, vocabulary), "atom"), *(Sentence(o.text, o.kind) for o in leaves))
        return Sentence(_HEADS[AnyOf][1], "any", node.basis or basis, parts)
    return Sentence(
        in_words(node.text, vocabulary), "atom", node.basis or basis, vague=bool(leaves) and node.kind != "points"
    )


def in_words(text: str, vocabulary: Vocabulary) -> str:
    """A condition line as people would say it: `学位 至少 硕士` → 学位至少硕士."""
    try:
        line = take_apart(text, vocabulary)
    except Misread:
        return text
    name, value = line.field.name, line.value
    tail = f"（按{line.anchor.name}算）" if line.anchor is not None else ""
    operator = _WORDS[line.sign]
    if line.field.kind is Kind.FLAG:
        words = f"{name}：{value if line.sign == '=' else '不是' + value}"
    elif line.sign in ("in", "not in"):
        words = f"{name}{'：' if line.sign == 'in' else '不是：'}{value}" + ("之一" if "、" in value else "")
    elif line.sign == "=":
        words = f"{name}：{value}"
    else:
        word = operator.date_word if line.field.kind is Kind.DATE and operator.date_word else operator.word
        words = f"{name}{word}{' ' if value[:1].isascii() else ''}{value}"
    return words + tail


def open_texts(conditions: Iterable[Condition], kind: str) -> tuple[str, ...]:
    """What these conditions leave open, each text once."""
    return tuple(dict.fromkeys(leaf.text for node in conditions for leaf in opens(node) if leaf.kind == kind))
