"""`talent handbook -o DIR`: write every page; the same rules give the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from talent_rules.checks.book import Book
from talent_rules.codes import explanations
from talent_rules.explain import DISCLAIMER
from talent_rules.handbook import gaps, pages
from talent_rules.handbook.audience import reads, traits
from talent_rules.library import load

_HERE = Path(__file__).parent
TITLE = "人才政策手册"
_PARTS = ("index", "documents", "who", "open", "coverage", "words", "codes", "search")
_MENU = (
    ("index.html", "待遇"),
    ("documents.html", "文件"),
    ("who.html", "我是谁"),
    ("search.html", "查找"),
    ("open.html", "待定"),
    ("coverage.html", "条文覆盖"),
    ("words.html", "词汇表"),
    ("codes.html", "检查代码"),
)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written."""

    folder: Path
    pages: int


def handbook(folder: Path, place: str, out: Path, *, as_of: date) -> Written:
    """Write the handbook of a place into `out`, which is made. Raises Rejected when a rule file is bad.

    `folder` is the data folder; `as_of` is the day the pages are written for.
    """
    base = load(place, folder)
    library = pages.Library(Book(base, as_of, folder))
    files = dict(_files(library, gaps.read_lists(folder, place)))
    for name, text in files.items():
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    for page in _left_over(out, files):
        page.unlink()
    return Written(out, len([n for n in files if n.endswith(".html")]))


def _left_over(out: Path, files: Container[str]) -> Iterator[Path]:
    """Pages of a benefit or a document that an earlier handbook in the same folder had, and this one has not."""
    for name in ("benefit", "document"):
        for page in sorted((out / name).glob("*.html")):
            if f"{name}/{page.name}" not in files and f"· {TITLE}</title>" in page.read_text(encoding="utf-8"):
                yield page


def benefit_file(benefit_id: str) -> str:
    """The page of a benefit."""
    return "benefit/" + benefit_id.replace("/", "--") + ".html"


def policy_file(policy_id: str) -> str:
    """The page of a document."""
    return f"document/{policy_id}.html"


def _files(library: pages.Library, lists: gaps.Lists) -> Iterator[tuple[str, str]]:
    base = library.base
    render = _renderer(library)
    cards = {b.id: library.card(b) for b in base.benefits}
    shared: dict[str, Any] = {"cards": cards, "wanted": gaps.wanted(base, lists)}
    shared["questions"] = gaps.questions(base, lists)
    shared |= {"traits": traits(base, library.as_of), "codes": explanations(), "readers": _readers(library)}
    shared |= {"entries": _entries(library, cards), "coverage": pages.coverage_of}
    shared["index_json"] = _script_json(_index(shared["entries"]))
    for part in _PARTS:
        yield f"{part}.html", render(f"{part}.html", f"{part}.html", **shared)
    for benefit in base.benefits:
        name = benefit_file(benefit.id)
        yield name, render("benefit.html", name, page=library.page(benefit), cards=cards)
    for policy in base.policies.values():
        name = policy_file(policy.id)
        yield name, render("policy.html", name, policy=policy, **shared)
    for name in ("style.css", "search.js"):
        yield name, (_HERE / "templates" / name).read_text(encoding="utf-8")


def _renderer(library: pages.Library) -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    room = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    room.globals |= {
        "menu": _MENU,
        "disclaimer": DISCLAIMER,
        "version": library.base.version[7:15],
        "as_of": library.as_of.isoformat(),
        "grades": {letter: (meaning, verified) for letter, meaning, verified in pages.grades()},
        "policies": library.base.policies,
        "fields": library.base.vocabulary.fields,
        "benefit_file": benefit_file,
        "policy_file": policy_file,
        "drawn": Markup,
        "kinds": pages.KINDS,
    }

    def render(template: str, name: str, **values: Any) -> str:
        root = "../" * name.count("/")
        return room.get_template(template).render(here=name, root=root, **values)

    return render


def _readers(library: pages.Library) -> dict[str, list[str]]:
    """Field id → the benefits that read it."""
    found: dict[str, list[str]] = {}
    for benefit in library.base.benefits:
        for name in reads(benefit):
            found.setdefault(name, []).append(benefit.id)
    return found


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing the search finds."""

    kind: str
    title: str
    link: str
    about: str
    words: str


def _entries(library: pages.Library, cards: dict[str, pages.Card]) -> tuple[Entry, ...]:
    found = []
    for ident, card in cards.items():
        names = [library.base.vocabulary.fields[f].name for f in reads(card.benefit)]
        text = " ".join((*card.benefit.refs, card.kind, card.benefit.basis.summary, *names, card.benefit.local_id))
        found.append(Entry("待遇", card.benefit.name, benefit_file(ident), card.policy.title, text))
    for policy in library.base.policies.values():
        found.append(
            Entry("文件", policy.title, policy_file(policy.id), policy.name, f"{policy.number} {policy.issuer}")
        )
    for name, entry in library.base.vocabulary.fields.items():
        words = " ".join((*entry.synonyms, *(o.name for o in entry.options)))
        found.append(Entry("词汇", entry.name, f"words.html#{name}", entry.question, f"{name} {words}"))
    for code, page in explanations().by_code.items():
        found.append(Entry("检查", f"{code} {page.title}", f"codes.html#{code}", "", code.lower()))
    return tuple(found)


def _index(entries: Any) -> list[list[str]]:
    return [[re.sub(r"\s+", " ", f"{e.title} {e.about} {e.words}").lower(), str(n)] for n, e in enumerate(entries)]


def _script_json(value: object) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c").replace("&", "\\u0026")
