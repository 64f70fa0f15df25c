"""L404: members listed twice in one relation, and relations stated twice."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book, items, texts, value_of
from talent_rules.model import Place, Problem
from talent_rules.rulebase import Relation

CODE = "L404"


def check(book: Book) -> Iterator[Problem]:
    """Members listed twice in one relation, and relations stated twice."""
    seen: dict[tuple[str, frozenset[str]], Place] = {}
    for relation in book.base.relations:
        for member in dict.fromkeys(m for m in relation.members if relation.members.count(m) > 1):
            name = member.rsplit("/", 1)[-1]
            place = _second(book, relation, member)
            yield book.problem(place, CODE, f"`{name}` 在同一个关系里列了两次", "删去一个，或改成想写的那一项")
        key = (relation.kind, frozenset(relation.members))
        if not relation.received and seen.setdefault(key, relation.place) != relation.place:
            first = seen[key]
            message = f"这个关系与 {first.file} 第 {first.line} 行的完全一样"
            yield book.problem(relation.place, CODE, message, "删去一个", "info")


def _second(book: Book, relation: Relation, member: str) -> Place:
    members = value_of(book.relation_node(relation.place), "members")
    same = [s for item in items(members) for s in texts(item) if member.endswith("/" + s.text) or member == s.text]
    return same[1].place if len(same) > 1 else relation.place
