"""`talent watch`: on every save, check and test again, and say only what changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path

from talent_rules.cases import Failure, run_cases
from talent_rules.checks import run_checks
from talent_rules.compiler.load import Folder, read_folder
from talent_rules.library import with_verbs
from talent_rules.model import Problem
from talent_rules.rulebase import Benefit, Case, RuleBase

Stamps = dict[Path, tuple[int, int]]
_ASPECTS = {
    "name": "名称", "condition": "条件", "scope": "有效期", "amount": "金额", "basis": "依据", "grade": "级别",
    "official": "官方区间", "payment": "发放", "documents": "材料", "channel": "渠道",
    "deadline": "期限", "note": "说明", "kind": "类别", "beneficiary": "受益人", "refs": "编号", "rounding": "取整",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found. `base` is None where the files cannot be read; `read` is what the next look builds on."""

    base: RuleBase | None
    read: Folder
    problems: tuple[Problem, ...]
    failures: tuple[Failure, ...]
    passed: int
    seconds: float = 0.0

    @property
    def errors(self) -> int:
        """How many problems are errors."""
        return sum(p.severity == "error" for p in self.problems)


def watch(
    folder: Path,
    place: str,
    *,
    as_of: date,
    say: Callable[[str], None] = lambda line: print(line, flush=True),
    rounds: int | None = None,
    pause: float = 0.25,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Look, wait for a save, look again; until interrupted, or for `rounds` looks at the clock."""
    seen = stamps(folder, place)
    before = known = look(folder, place, as_of=as_of)
    for line in first_words(before, len(seen)):
        say(line)
    while rounds is None or rounds > 0:
        rounds = None if rounds is None else rounds - 1
        sleep(pause)
        now = stamps(folder, place)
        changed = [p for p in {**seen, **now} if seen.get(p) != now.get(p)]
        if not changed:
            continue
        seen = now
        after = look(folder, place, as_of=as_of, changed=changed, before=before)
        say("")
        for line in what_changed(_so_far(known, before), after, [_name(p, folder) for p in changed]):
            say(line)
        before, known = after, known if after.base is None else after


def _so_far(known: Look, before: Look) -> Look:
    """What a look is held against: where the last one could not read the files, what was known before it as well."""
    if before.base is not None:
        return before
    return replace(before, base=known.base, problems=(*known.problems, *before.problems))


def stamps(folder: Path, place: str) -> Stamps:
    """When each file of a place was last saved, and how long it is."""
    files = [folder / "vocabulary.yaml", *(folder / "reference").glob("*"), *(folder / place).rglob("*.yaml")]
    found: Stamps = {}
    for path in sorted(files):
        try:
            state = path.stat()
        except OSError:  # an editor replaces a file by removing it first
            continue
        found[path] = (state.st_mtime_ns, state.st_size)
    return found


def look(folder: Path, place: str, *, as_of: date, changed: Iterable[Path] = (), before: Look | None = None) -> Look:
    """Read what changed since the look before, check everything, and run the cases of the changed files, or all."""
    started = time.perf_counter()
    read = read_folder(folder, sorted((folder / place).rglob("*.yaml")), place, None if before is None else before.read)
    base, problems = read.base, read.problems
    failures: list[Failure] = []
    passed = 0
    sound = not any(p.severity == "error" for p in problems)
    if sound:
        problems = (*problems, *run_checks(base, as_of, folder, {**read.words.pages, **read.pages}))
        names = {_name(p, folder) for p in changed}
        for _, found in run_cases(with_verbs(base), _cases(base, names)):
            failures += found
            passed += not found
    told = tuple(dict.fromkeys(problems))
    return Look(base if sound else None, read, told, tuple(failures), passed, time.perf_counter() - started)


def _cases(base: RuleBase, names: set[str]) -> Iterator[Case]:
    """The cases written in these files, and those elsewhere that expect something of their benefits."""
    own = {p.id for p in base.policies.values() if p.file in names}
    everything = not names or not names <= {p.file for p in base.policies.values()}
    for case in base.cases:
        named = {key.split("/")[0] for key, _, _ in case.expect if "/" in key}
        if everything or case.policy in own or named & own:
            yield case


def first_words(found: Look, files: int) -> Iterator[str]:
    """The state when watching begins."""
    yield f"正在看 {files} 个文件，保存就重新检查；按 Ctrl+C 结束。"
    yield from (_problem(p) for p in found.problems if p.severity == "error")
    yield from (_failure(f) for f in found.failures)
    yield _sum(found)


def what_changed(before: Look, after: Look, names: list[str]) -> Iterator[str]:
    """What a save did: rules that became others, problems that came and went, cases that turned."""
    yield "已保存：" + "、".join(names)
    if before.base is not None and after.base is not None:
        yield from _rules(before.base, after.base)
    had, has = {_key(p) for p in before.problems}, {_key(p) for p in after.problems}
    new = [p for p in after.problems if _key(p) not in had]
    if before.base is None:  # nothing could be checked until now: not all of it is of this save
        new = [p for p in new if p.severity == "error" or p.place.file in names]
    yield from ("  新  " + _problem(p) for p in new)
    if after.base is not None:
        yield from (f"  好了  {p.code} {p.message}" for p in before.problems if _key(p) not in has)
    yield from ("  不符  " + _failure(f) for f in after.failures)
    yield _sum(after)


def _rules(before: RuleBase, after: RuleBase) -> Iterator[str]:
    old, new = ({b.id: b for b in base.benefits} for base in (before, after))
    for ident, benefit in new.items():
        if ident not in old:
            yield f"  加了  {benefit.name}（{ident}）"
        elif words := _differences(old[ident], benefit):
            yield f"  改了  {benefit.name}：{'、'.join(words)}"
    yield from (f"  去掉  {b.name}（{i}）" for i, b in old.items() if i not in new)


def _differences(old: Benefit, new: Benefit) -> list[str]:
    """The parts of a benefit that are not what they were."""
    names = [f.name for f in fields(Benefit) if f.compare and getattr(old, f.name) != getattr(new, f.name)]
    return [_ASPECTS.get(name, name) for name in names]


def _key(problem: Problem) -> tuple[str, str, str]:
    """A problem wherever its line has moved to."""
    return problem.place.file, problem.code, problem.message


def _problem(problem: Problem) -> str:
    hint = f"（{problem.hint}）" if problem.hint else ""
    mark = {"warning": "（提醒）", "info": "（说明）"}.get(problem.severity, "")
    return f"{problem.place}: {problem.code} {mark}{problem.message}{hint}"


def _failure(failure: Failure) -> str:
    return f"{failure.place}: 用例“{failure.case.name}” {failure.text}"


def _sum(found: Look) -> str:
    if found.base is None:
        return f"{found.errors} 个错误，改好之前不运行用例（{found.seconds:.1f} 秒）"
    failed = len({(f.case.policy, f.case.name) for f in found.failures})
    cases = f"{found.passed} 个用例通过" + (f"，{failed} 个不符" if failed else "")
    warnings = sum(p.severity == "warning" for p in found.problems)
    return f"{found.errors} 个错误，{warnings} 个提醒；{cases}（{found.seconds:.1f} 秒）"


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
