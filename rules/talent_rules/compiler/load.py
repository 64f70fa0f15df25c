"""Find the data, read every file of a place, and put the rule base together."""

from __future__ import annotations

import atexit
import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from talent_rules.compiler.assemble import assemble
from talent_rules.compiler.cache import cache_folder, keep, recall
from talent_rules.compiler.files import Page, Words, name_in, own_words, read_page, read_words
from talent_rules.model import Place, Problem, Rejected
from talent_rules.release import Bundle, is_ordered, is_published, offered, open_bundle, release_of, unpacked
from talent_rules.rulebase import RuleBase
from talent_rules.source import Report, did_you_mean
from talent_rules.vocabulary import Vocabulary

PUBLIC_KEY = "TALENT_PUBLIC_KEY"
_log = logging.getLogger(__name__)


def data_folder(
    given: Path | None = None,
    environment: Mapping[str, str] | None = None,
    place: str = "",
    today: date | None = None,
) -> Path:
    """Where the data is: what was asked for, else TALENT_POLICY_DATA, else the checkout's own
    folder, else the copy that travels in the wheel. Raises Rejected when there is none.

    A published bundle, or a folder of them, may be asked for as well; see `release`.
    """
    if given is None and environment is not None and environment.get("TALENT_POLICY_DATA"):
        given = Path(environment["TALENT_POLICY_DATA"])
    if given is not None:
        if (given / "vocabulary.yaml").is_file():
            return given
        if is_published(given):
            return _published(given, environment or {}, place, today or date.today())
        problem = Problem(Place(str(given)), "S101", "这里没有 vocabulary.yaml", "用 --data 指到 policy_data 文件夹")
        raise Rejected((problem,))
    here = Path(__file__).resolve()
    checkout = here.parents[3]
    if (checkout / "pyproject.toml").is_file() and (checkout / "policy_data" / "vocabulary.yaml").is_file():
        return checkout / "policy_data"
    return here.parents[1] / "policy_data"


def _published(given: Path, environment: Mapping[str, str], place: str, today: date) -> Path:
    """The best bundle that is whole; those refused before it are logged."""
    key = _public_key(environment)
    candidates, unread = offered(given, today, place)
    for problem in unread:
        _log.warning("发布包没有用：%s", problem)
    for path in candidates:
        try:
            return _whole(open_bundle(path, key), environment)
        except Rejected as error:
            if is_ordered(given):
                raise
            _log.warning("发布包 %s 没有用：%s", path.name, error.problems[0])
    message = f"没有{'地区 ' + place + ' ' if place else ''}可用的、已生效的发布包"
    raise Rejected((Problem(Place(str(given)), "F708", message, "用 talent publish 生成，放进这个文件夹"),))


def _public_key(environment: Mapping[str, str]) -> bytes | None:
    """The key that every bundle must be signed by, where TALENT_PUBLIC_KEY names one."""
    name = environment.get(PUBLIC_KEY, "")
    if not name:
        return None
    try:
        return Path(name).read_bytes()
    except OSError:
        problem = Problem(Place(name), "F705", f"{PUBLIC_KEY} 指的公钥文件读不了", "写公钥文件（PEM）的路径")
        raise Rejected((problem,)) from None


def _whole(bundle: Bundle, environment: Mapping[str, str]) -> Path:
    """The folder of a bundle whose rules can be read, and are those its manifest names."""
    kept_in, release = cache_folder(environment), bundle.release
    into = kept_in / "bundles" if kept_in else Path(tempfile.mkdtemp(prefix="talent-"))
    if kept_in is None:
        atexit.register(shutil.rmtree, into, ignore_errors=True)
    folder = unpacked(bundle, into)
    version = _version(folder, sorted((folder / release.place).rglob("*.yaml")), release.place)
    if version != release.rule_base:
        message = "发布包里的规则不是清单上写的那一版"
        raise Rejected((Problem(Place(bundle.path.name), "F709", message, "请向发布人重取"),))
    if recall(kept_in, version) is None:
        keep(kept_in, _compiled(release.place, folder))
    return folder


def load(place: str = "ordos", data: Path | str | None = None) -> RuleBase:
    """The rule base of a place. Raises Rejected with every problem when a file is bad."""
    folder = data_folder(Path(data) if data else None, os.environ, place)
    kept_in = cache_folder(os.environ)
    version = _version(folder, sorted((folder / place).rglob("*.yaml")), place)
    base = recall(kept_in, version)
    if base is None or base.place != place:
        base = _compiled(place, folder)
        keep(kept_in, base)
    return replace(base, release=release_of(folder, version))


def _compiled(place: str, folder: Path) -> RuleBase:
    """The rule base of a place, read now. Raises Rejected with every problem."""
    base, problems = try_load(place, folder)
    errors = tuple(p for p in problems if p.severity == "error")
    if base is None or errors:
        raise Rejected(errors)
    return base


def try_load(place: str, folder: Path) -> tuple[RuleBase | None, tuple[Problem, ...]]:
    """The rule base of a place as far as it can be read, and every problem of every file."""
    return load_folder(folder, sorted((folder / place).rglob("*.yaml")), place)


def load_folder(folder: Path, files: Iterable[Path], place: str = "") -> tuple[RuleBase | None, tuple[Problem, ...]]:
    """Read the words and the lists of a data folder and the rule files given.

    A place may have words of its own, in `<place>/vocabulary.yaml`, beside the shared ones.
    """
    found = read_folder(folder, files, place)
    return found.base, found.problems


@dataclass(frozen=True, slots=True)
class Folder:
    """A rule base as read from a folder, with every problem and the pages it was read from, by name."""

    base: RuleBase
    problems: tuple[Problem, ...]
    words: Words
    pages: Mapping[str, Page]


def read_folder(folder: Path, files: Iterable[Path], place: str = "", before: Folder | None = None) -> Folder:
    """Read what `load_folder` reads, and keep the pages.

    With the folder as it was `before`, only what has changed since is read again.
    """
    words = read_words(folder, place, None if before is None else before.words)
    kept = before.pages if before is not None and before.words is words else {}
    files = [f for f in files if words.own is None or f.resolve() != words.own.resolve()]
    report = Report()
    if not files:
        report.add(Place(place), "S101", f"没有地区 `{place}` 的规则文件", _places(folder, place))
    pages = {name: read_page(p, name, words, kept.get(name)) for p in files for name in [name_in(p, folder)]}
    documents = [page.document for page in pages.values() if page.document is not None]
    version = _version(folder, files, place)
    whole = len(documents) == len(files)
    report.lines |= {name: page.lines for name, page in pages.items()}
    report.told |= {(p.place.file, p.place.line) for page in pages.values() for p in page.problems if p.code[0] == "S"}
    base = assemble(place, version, (words.vocabulary, words.implications), documents, report, whole=whole)
    problems = [*words.problems, *(p for page in pages.values() for p in page.problems), *report.problems]
    return Folder(base, tuple(sorted(problems, key=lambda p: (p.place, p.code))), words, pages)


def read_shared(folder: Path, place: str = "") -> Vocabulary:
    """Only the vocabulary, with the words of a place, and the lists. Raises Rejected when they cannot be read."""
    words = read_words(folder, place)
    if any(p.severity == "error" for p in words.problems):
        raise Rejected(words.problems)
    return words.vocabulary


def _places(folder: Path, place: str) -> str:
    known = sorted(p.name for p in folder.iterdir() if any(p.glob("*.yaml")) and p.name != "reference")
    return did_you_mean(place, known) or "用 --place 选一个地区：" + "、".join(known)


def _version(folder: Path, files: Iterable[Path], place: str = "") -> str:
    digest = hashlib.sha256()
    own = own_words(folder, place)
    shared = [folder / "vocabulary.yaml", *sorted((folder / "reference").glob("*")), *([own] if own else [])]
    for path in sorted({*files, *shared}, key=lambda p: name_in(p, folder)):
        if path.is_file():
            content = path.read_bytes()
            digest.update(f"{name_in(path, folder)}\0{len(content)}\0".encode())
            digest.update(content)
    return "sha256:" + digest.hexdigest()
