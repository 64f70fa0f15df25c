"""L202: pieces that are false whenever the rest leaves it to them."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.checks.pieces import inside, pieces
from talent_rules.model import Problem

CODE = "L202"


def check(book: Book) -> Iterator[Problem]:
    """Pieces that are false whenever the rest leaves it to them."""
    reported: dict[str, list[tuple[int, ...]]] = {}
    for piece in pieces(book):
        known = reported.setdefault(piece.benefit.id, [])
        if inside(piece.part.path, known):
            continue
        if not piece.space.possible(piece.alone):
            known.append(piece.part.path)  # contradicts itself: L204 says so
        elif not piece.can_help and not piece.space.possible(piece.alone, piece.whole):
            known.append(piece.part.path)
            message = f"{book.name(piece.benefit)}：其他条件成立时，“{piece.part.text}”永远不会成立"
            person = piece.space.witness(piece.whole)
            hint = f"符合的人例如 {piece.space.person(person)}" if person else ""
            yield book.problem(piece.part.place, CODE, message, hint)
