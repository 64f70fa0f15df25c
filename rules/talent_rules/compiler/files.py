"""The files of a data folder, read one by one; what has not changed since need not be read again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from talent_rules.compiler.policy import Document, read_document
from talent_rules.compiler.vocabulary import read_vocabulary
from talent_rules.model import Problem
from talent_rules.reference import load_reference
from talent_rules.rulebase import Implication
from talent_rules.source import Node, Report, read_file
from talent_rules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Page:
    """One file: its lines and nodes, what it says if it is a rule file, and what is wrong with it."""

    digest: bytes
    lines: list[str]
    root: Node | None
    document: Document | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The vocabulary of a place and the lists it names. `own` is the file a place adds to the shared words,
    `pages` has the shared file by its name."""

    digest: bytes
    vocabulary: Vocabulary
    implications: tuple[Implication, ...]
    problems: tuple[Problem, ...]
    own: Path | None = None
    pages: Mapping[str, Page] = field(default_factory=dict, repr=False)


def read_words(folder: Path, place: str, before: Words | None = None) -> Words:
    """The words of a place; those of `before` where no file of them has changed."""
    own = own_words(folder, place)
    shared = _shared_words(folder, _digest([folder / "vocabulary.yaml", *sorted((folder / "reference").glob("*"))]))
    if own is None:
        return shared
    digest = shared.digest + _digest([own])
    if before is not None and before.digest == digest:
        return before
    report = Report()
    known = shared.vocabulary, shared.implications
    root = read_file(own, name_in(own, folder), report)
    found = read_vocabulary(root, shared.vocabulary.reference, report, known)
    return Words(digest, *found, (*shared.problems, *report.problems), own, shared.pages)


@lru_cache(maxsize=4)
def _shared_words(folder: Path, digest: bytes) -> Words:
    """The words all places share, read once for all of them as long as no file of them changes."""
    report = Report()
    path = folder / "vocabulary.yaml"
    reference = load_reference(folder / "reference", report)
    root = read_file(path, path.name, report)
    found = read_vocabulary(root, reference, report)
    page = Page(digest, report.lines.get(path.name, []), root, None, ())
    return Words(digest, *found, tuple(report.problems), None, {path.name: page})


def own_words(folder: Path, place: str) -> Path | None:
    """The vocabulary a place adds to the shared one, if it has one."""
    own = folder / place / "vocabulary.yaml"
    return own if place and own.is_file() and own.resolve() != (folder / "vocabulary.yaml").resolve() else None


def read_page(path: Path, name: str, words: Words, before: Page | None = None) -> Page:
    """A rule file; the page of `before` where it has not changed. The words must be the same."""
    digest = _digest([path])
    if before is not None and before.digest == digest:
        return before
    report = Report()
    root = read_file(path, name, report)
    document = None if root is None else read_document(root, name, words.vocabulary, report)
    return Page(digest, report.lines.get(name, []), root, document, tuple(dict.fromkeys(report.problems)))


def name_in(path: Path, folder: Path) -> str:
    """A file as it is called in problems: by its place in the data folder where it is inside."""
    try:
        if ".." not in path.parts:
            return path.relative_to(folder).as_posix()
    except ValueError:  # another way to the same folder, or a file from elsewhere
        pass
    try:
        return path.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def _digest(paths: Sequence[Path]) -> bytes:
    found = hashlib.sha256()
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError:  # reading it will say so
            content = b""
        found.update(f"{path.name}\0{len(content)}\0".encode())
        found.update(content)
    return found.digest()
