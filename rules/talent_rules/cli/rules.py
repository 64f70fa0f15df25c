"""`talent lint`, `test` and `fmt`: what policy staff run on their files."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from talent_rules import compiler
from talent_rules.cli.base import (
    DATA,
    RULES,
    AsOf,
    Data,
    Json,
    app,
    fail,
    folder_of,
    read_day,
    show_problems,
)
from talent_rules.library import RuleBase, with_verbs
from talent_rules.model import Problem, Rejected
from talent_rules.source import Report


def _rule_files(paths: list[Path] | None, folder: Path) -> list[Path]:
    chosen = paths or sorted(p for p in folder.iterdir() if p.is_dir() and p.name != "reference")
    files: list[Path] = []
    for path in chosen:
        if path.is_dir():
            files += [
                p
                for p in sorted(path.rglob("*.yaml"))
                if p.name != "vocabulary.yaml" and "reference" not in p.relative_to(path).parts
            ]
        elif path.is_file():
            files.append(path)
        else:
            fail(f"没有这个文件或文件夹：{path}")
    return files


@app.command()
def lint(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(help="规则文件或文件夹（默认全部地区）")] = None,
    everything: Annotated[bool, typer.Option("--all", help="也列出“说明”一级的发现")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="改掉有把握的错误")] = False,
    as_sarif: Annotated[bool, typer.Option("--sarif", help="输出 SARIF 2.1.0")] = False,
    as_of: AsOf = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """检查规则文件：写错的、自相矛盾的、重叠的、漏掉的，每处给位置、原因和一个具体的人。"""
    from talent_rules.checks.command import Linted
    from talent_rules.checks.command import as_sarif as sarif
    from talent_rules.checks.command import lint as run
    from talent_rules.checks.fixes import Fix
    from talent_rules.wire import problem_json

    folder, day = folder_of(context, data), read_day(as_of)
    problems: list[Problem] = []
    fixes: list[Fix] = []
    fixed = 0
    for place, files in _by_place(_rule_files(paths, folder), folder):
        whole = _neighbours(folder, place, files)
        rules = [p for p in sorted({p.resolve() for p in (*whole, *files)}) if p.name != "vocabulary.yaml"]
        found = run(folder, rules, as_of=day, place=place, fix=fix, shown=files)
        problems += found.problems
        fixes += found.fixes
        fixed += found.fixed
    problems = list(dict.fromkeys(problems))
    shown = [p for p in problems if everything or p.severity != "info"]
    if as_sarif:
        print(json.dumps(sarif(Linted(tuple(shown), tuple(fixes), fixed)), ensure_ascii=False))
    elif as_json:
        for problem in shown:
            print(json.dumps(problem_json(problem), ensure_ascii=False))
    else:
        show_problems(shown, sys.stdout)
        print(_tally(problems, shown, fixed))
    if any(p.severity == "error" for p in problems):
        raise typer.Exit(RULES)


@app.command()
def why(code: Annotated[str, typer.Argument(help="检查代码，如 S105")]) -> None:
    """一个检查代码是什么意思：为什么报，错的写法，对的写法。"""
    from talent_rules.codes import explanations

    found = explanations().by_code.get(code.upper())
    if found is None:
        fail(f"没有 `{code}` 这个代码；代码是一个字母加三位数字，如 S105")
    print(f"{found.code} {found.title}\n{found.why}")
    if found.right:
        print(f"\n错：\n{_indented(found.wrong)}\n对：\n{_indented(found.right)}")
    else:
        print(found.remedy)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.rstrip().split("\n"))


def _tally(problems: list[Problem], shown: list[Problem], fixed: int) -> str:
    counts = [sum(p.severity == s for p in problems) for s in ("error", "warning", "info")]
    words = f"{counts[0]} 个错误，{counts[1]} 个提醒" if counts[0] or counts[1] else "没有发现问题"
    if len(shown) < len(problems):
        words += f"，另有 {counts[2]} 条说明（--all 列出）"
    return words + (f"；改了 {fixed} 处" if fixed else "")


def _neighbours(folder: Path, place: str, files: list[Path]) -> list[Path]:
    """The files a rule base is made of: all of its place, or just those named from elsewhere."""
    inside = not Path(place).is_absolute() and (folder / place).is_dir()
    return sorted((folder / place).rglob("*.yaml")) if inside else files


def _by_place(files: list[Path], folder: Path) -> Iterator[tuple[str, list[Path]]]:
    """Files grouped into rule bases: by place inside the data folder, else by their own folder."""
    groups: dict[str, list[Path]] = {}
    for path in files:
        try:
            key = path.resolve().relative_to(folder.resolve()).parts[0]
        except ValueError:
            key = str(path.resolve().parent)
        groups.setdefault(key, []).append(path)
    yield from groups.items()


@app.command("test")
def run_tests(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(help="规则文件或文件夹（默认全部地区）")] = None,
    covered: Annotated[bool, typer.Option("--coverage", help="每个条件有没有用例证明它两边都起作用")] = False,
    suggest: Annotated[bool, typer.Option("--suggest", help="写出缺的用例，结论留给人确认")] = False,
    place: Annotated[str | None, typer.Option("--place", help="只看一个地区（默认全部）")] = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """运行写在规则旁边的用例，不符的说明期望、得到和起决定作用的条款。"""
    from talent_rules.cases import run_cases

    folder = folder_of(context, data)
    chosen = _chosen(paths or ([folder / place] if place else None), folder)
    if covered or suggest:
        _show_coverage(chosen, folder, suggest, as_json)
        return
    passed = failed = 0
    for base, shown in chosen:
        for case, failures in run_cases(base, [c for c in base.cases if c.policy in shown]):
            passed, failed = passed + (not failures), failed + bool(failures)
            for failure in failures:
                if as_json:
                    found = {
                        "file": failure.place.file,
                        "line": failure.place.line,
                        "case": case.name,
                        "message": failure.text,
                    }
                    print(json.dumps(found, ensure_ascii=False))
                else:
                    print(f"{failure.place}: 用例“{case.name}”\n      {failure.text}")
    summary = {"passed": passed, "failed": failed}
    print(json.dumps(summary) if as_json else f"{passed} 个用例通过，{failed} 个不符")
    if failed:
        raise typer.Exit(RULES)


def _chosen(paths: list[Path] | None, folder: Path) -> Iterator[tuple[RuleBase, set[str]]]:
    """The rule bases of the files named, and the policies that stand in them. Raises Rejected."""
    for area, files in _by_place(_rule_files(paths, folder), folder):
        whole = _neighbours(folder, area, files)
        base, problems = compiler.load_folder(folder, sorted({p.resolve() for p in (*whole, *files)}), area)
        errors = tuple(p for p in problems if p.severity == "error")
        if base is None or errors:
            raise Rejected(errors)
        wanted = {p.resolve() for p in files}
        yield (
            with_verbs(base),
            {pid for pid, p in base.policies.items() if _file_of(p.file, folder).resolve() in wanted},
        )


def _show_coverage(chosen: Iterable[tuple[RuleBase, set[str]]], folder: Path, suggest: bool, as_json: bool) -> None:
    from talent_rules import coverage

    goals: list[coverage.Goal] = []
    for base, policies in chosen:
        own = [b.id for b in base.benefits if b.policy in policies]
        if suggest:
            print(coverage.suggest(base, folder, own), end="")
        else:
            goals += [g for g in coverage.coverage(base, folder) if g.benefit in own]
    if suggest:
        return
    missing = [g for g in goals if not g.shown_by]
    for goal in missing:
        found = {"file": goal.place.file, "line": goal.place.line, "benefit": goal.benefit, "goal": goal.words,
                 "why": goal.why}  # fmt: skip
        if as_json:
            print(json.dumps(found, ensure_ascii=False))
        elif not goal.why:
            print(f"{goal.place}: 没有用例证明 {goal.words}")
    idle = Counter(g.why for g in missing if g.why)
    wanted = len(goals) - idle.total()
    shown = wanted - len(missing) + idle.total()
    if as_json:
        print(json.dumps({"wanted": wanted, "shown": shown, "impossible": idle.total()}))
        return
    rest = "" if shown == wanted else "；--suggest 写出缺的用例"
    print(f"条件和边界 {wanted} 处，有用例证明的 {shown} 处（{100 * shown // max(1, wanted)}%）{rest}")
    for why, number in idle.most_common():
        print(f"另有 {number} 处谁也证明不了：{why}（--json 逐条列出）")


def _file_of(name: str, folder: Path) -> Path:
    return folder / name if (folder / name).is_file() else Path(name)


@app.command()
def fmt(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(help="规则文件或文件夹（默认全部地区）")] = None,
    check: Annotated[bool, typer.Option("--check", help="只检查，不改文件")] = False,
    data: Data = None,
) -> None:
    """把条件改成统一写法，注释和其余各行不动。"""
    from talent_rules.compiler.load import read_shared
    from talent_rules.fmt import format_text
    from talent_rules.source import read_file

    folder = folder_of(context, data)
    changed, report = 0, Report()
    chosen = [(area, p) for area, files in _by_place(_rule_files(paths, folder), folder) for p in files]
    vocabularies = {area: read_shared(folder, area) for area, _ in chosen}
    for area, path in chosen:
        before = path.read_bytes()
        try:
            after = format_text(before.decode(), path.as_posix(), vocabularies[area], report).encode()
        except UnicodeDecodeError:
            read_file(path, path.as_posix(), report)
            continue
        if after != before:
            changed += 1
            print(f"{'要改' if check else '已改'}：{path}")
            if not check:
                path.write_bytes(after)
    if report.failed:
        show_problems(report.problems)
        raise typer.Exit(RULES)
    print(f"{changed} 个文件{'要改' if check else '已改'}" if changed else "写法都已统一")
    if check and changed:
        raise typer.Exit(DATA)
