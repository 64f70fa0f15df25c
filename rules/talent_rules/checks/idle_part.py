"""L203 条件里有一项是多余的

为什么：去掉它，符合的人一个不多、一个不少。多半是别的条件已经包含了它，也可能是数字写错了。
错：

    条件: [学位 至少 硕士, 学位 至少 本科]

对：

    条件: [学位 至少 硕士]
"""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.checks.pieces import Piece, inside, pieces
from talent_rules.model import Problem

CODE = "L203"
TITLE = "条件里有一项是多余的"


def check(book: Book) -> Iterator[Problem]:
    """Pieces that can be struck without changing who meets the condition."""
    reported: dict[str, list[tuple[int, ...]]] = {}
    for piece in pieces(book):
        known = reported.setdefault(piece.benefit.id, [])
        if inside(piece.part.path, known):
            continue
        why = _idle(piece)
        if why:
            known.append(piece.part.path)
            message = f"{book.name(piece.benefit)}：“{piece.part.text}”可以去掉，{why}"
            yield book.problem(
                piece.part.place, CODE, message, "核对是不是写错了数字或取值；有意重申的可以留着", "info"
            )


def _idle(piece: Piece) -> str:
    if not piece.can_fail:
        return "其他条件成立时它总是成立"
    if not piece.can_help:
        return "别的分支已经包含了它" if piece.space.possible(piece.alone, piece.whole) else ""
    return ""
