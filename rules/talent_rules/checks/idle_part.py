"""L203: pieces that can be struck without changing who meets the condition."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.checks.pieces import Piece, inside, pieces
from talent_rules.model import Problem

CODE = "L203"


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
