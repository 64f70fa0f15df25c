"""Find the data, read every file of a place, and put the rule base together."""

from __future__ import annotations

import atexit
import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from talent_rules.compiler.cache import cache_folder, keep, recall
from talent_rules.compiler.policy import Document, read_document
from talent_rules.compiler.vocabulary import read_vocabulary
from talent_rules.conditions import AllOf, Atom, Axis, Between, Condition, Stated
from talent_rules.model import Place, Problem, Rejected
from talent_rules.reference import Reference, load_reference
from talent_rules.release import Bundle, is_ordered, is_published, offered, open_bundle, release_of, unpacked
from talent_rules.rulebase import Benefit, Implication, Policy, RuleBase
from talent_rules.source import Report, did_you_mean, read_file
from talent_rules.vocabulary import Vocabulary, show_days

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
    raise Rejected((Problem(Place(str(given)), "B708", message, "用 talent publish 生成，放进这个文件夹"),))


def _public_key(environment: Mapping[str, str]) -> bytes | None:
    """The key that every bundle must be signed by, where TALENT_PUBLIC_KEY names one."""
    name = environment.get(PUBLIC_KEY, "")
    if not name:
        return None
    try:
        return Path(name).read_bytes()
    except OSError:
        problem = Problem(Place(name), "B705", f"{PUBLIC_KEY} 指的公钥文件读不了", "写公钥文件（PEM）的路径")
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
        raise Rejected((Problem(Place(bundle.path.name), "B709", message, "请向发布人重取"),))
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
    report = Report()
    own = _own_words(folder, place)
    files = [f for f in files if own is None or f.resolve() != own.resolve()]
    if not files:
        report.add(Place(place), "S101", f"没有地区 `{place}` 的规则文件", _places(folder, place))
    reference = load_reference(folder / "reference", report)
    vocabulary, implications = _read_words(folder, own, reference, report)
    documents = []
    for path in files:
        root = read_file(path, _relative(path, folder), report)
        if root is not None:
            document = read_document(root, _relative(path, folder), vocabulary, report)
            documents += [document] if document else []
    base = _assemble(place, _version(folder, files, place), documents, report, whole=len(documents) == len(files))
    base = replace(base, vocabulary=vocabulary, implications=implications)
    return base, tuple(sorted(report.problems, key=lambda p: (p.place, p.code)))


def read_shared(folder: Path, place: str = "") -> Vocabulary:
    """Only the vocabulary, with the words of a place, and the lists. Raises Rejected when they cannot be read."""
    report = Report()
    reference = load_reference(folder / "reference", report)
    vocabulary, _ = _read_words(folder, _own_words(folder, place), reference, report)
    if report.failed:
        raise Rejected(tuple(report.problems))
    return vocabulary


def _own_words(folder: Path, place: str) -> Path | None:
    """The vocabulary a place adds to the shared one, if it has one."""
    own = folder / place / "vocabulary.yaml"
    return own if place and own.is_file() and own.resolve() != (folder / "vocabulary.yaml").resolve() else None


def _read_words(
    folder: Path, own: Path | None, reference: Reference, report: Report
) -> tuple[Vocabulary, tuple[Implication, ...]]:
    """The shared vocabulary and implications, and after them what a place adds."""
    root = read_file(folder / "vocabulary.yaml", "vocabulary.yaml", report)
    shared = read_vocabulary(root, reference, report)
    if own is None:
        return shared
    return read_vocabulary(read_file(own, _relative(own, folder), report), reference, report, shared)


def _places(folder: Path, place: str) -> str:
    known = sorted(p.name for p in folder.iterdir() if p.is_dir() and p.name != "reference")
    return did_you_mean(place, known) or "现有地区：" + "、".join(known)


def _relative(path: Path, folder: Path) -> str:
    try:
        return path.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def _version(folder: Path, files: Iterable[Path], place: str = "") -> str:
    digest = hashlib.sha256()
    own = _own_words(folder, place)
    shared = [folder / "vocabulary.yaml", *sorted((folder / "reference").glob("*")), *([own] if own else [])]
    for path in sorted({*files, *shared}, key=lambda p: _relative(p, folder)):
        if path.is_file():
            content = path.read_bytes()
            digest.update(f"{_relative(path, folder)}\0{len(content)}\0".encode())
            digest.update(content)
    return "sha256:" + digest.hexdigest()


def _assemble(place: str, version: str, documents: list[Document], report: Report, *, whole: bool) -> RuleBase:
    policies: dict[str, Policy] = {}
    for document in documents:
        policy = document.policy
        if policy.id in policies:
            other = policies[policy.id].file
            report.add(policy.place, "R507", f"政策 `{policy.id}` 在 {other} 里已有", "换一个 id")
        policies[policy.id] = policy
    benefits = [b for d in documents for b in d.benefits]
    _check_references(documents, report, whole)
    benefits = _close_replaced(documents, benefits, report)
    return RuleBase(
        place,
        version,
        Vocabulary({}),
        policies,
        tuple(benefits),
        tuple(r for d in documents for r in d.relations),
        tuple(c for d in documents for c in d.cases),
    )


def _check_references(documents: list[Document], report: Report, whole: bool) -> None:
    """Benefits and policies named elsewhere must exist; those of a file that could not be read may."""
    known = {b.id for d in documents for b in d.benefits}
    policies = {d.policy.id for d in documents}
    for document in documents:
        own = document.policy.id + "/"
        for relation in document.relations:
            for member, place in zip((*relation.members, *relation.received), relation.places, strict=True):
                if member in known or not (whole or member.split("/")[0] in policies):
                    continue
                short = member.removeprefix(own)
                near = did_you_mean(short, [k.removeprefix(own) for k in known])
                hint = near or "写 待遇id，或 政策id/待遇id"
                report.add(place, "R508", f"关系里的待遇 `{short}` 不存在", hint, width=len(short))
        for name in (document.policy.amends, document.policy.replaces):
            if name and name not in policies and whole:
                report.add(
                    document.policy.place,
                    "R509",
                    f"没有政策 `{name}`",
                    did_you_mean(name, policies),
                    severity="warning",
                )


def _close_replaced(documents: list[Document], benefits: list[Benefit], report: Report) -> list[Benefit]:
    """替代: the replaced policy ends the day before its successor begins."""
    from talent_rules import quantities as q

    ends: dict[str, int] = {}
    for document in documents:
        policy = document.policy
        if policy.replaces and policy.since:
            try:
                ends[policy.replaces] = int(q.day_span(policy.since).lo or 0)
            except q.Unreadable:
                continue
    applies = {d.policy.id: d.policy.applies_on for d in documents}
    return [
        replace(b, scope=_ending(b.scope, applies[b.policy], ends[b.policy])) if b.policy in ends else b
        for b in benefits
    ]


def _ending(scope: Condition, date_field: str, day: int) -> Condition:
    from talent_rules.model import Span

    until = Atom(Axis(date_field), Between(None, (day, 0)))
    last = show_days(Span(day - 1, day - 1))
    return Stated(f"{getattr(scope, 'text', '有效期')} 至 {last}（被替代）", AllOf((scope, until)))
