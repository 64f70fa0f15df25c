"""The command `talent`: parse arguments, call the library, print. Results to stdout, progress to stderr.

Exit codes: 0 ok · 1 usage · 2 the data has errors · 3 a rule file is bad · 4 interrupted, resumable.
"""

from __future__ import annotations

import io
import json
import os
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from talent_rules import compiler, quantities
from talent_rules.compiler.load import data_folder
from talent_rules.library import RuleBase, load, with_verbs
from talent_rules.model import Facts, Place, Problem, Rejected
from talent_rules.source import Report, one_line

OK, USAGE, DATA, RULES, INTERRUPTED = range(5)
app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="鄂尔多斯人才政策：判断、提问、批量核对、检查规则文件。",
    context_settings={"help_option_names": ["-h", "--help"]},
)

Data = Annotated[
    Path | None, typer.Option("--data", help="规则数据文件夹（默认：TALENT_POLICY_DATA、本仓库、随包数据）")
]
Where = Annotated[str, typer.Option("--place", help="地区")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="申请日期，如 2024-09-01（默认今天）")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON，一行一个")]


@app.callback()
def _shared(context: typer.Context, data: Data = None) -> None:
    context.obj = data


def main() -> None:
    """Run the command; no traceback ever reaches a user."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = app(standalone_mode=False)
    except Rejected as error:
        show_problems(error.problems)
        code = RULES
    except (typer.Exit, SystemExit) as error:
        code = getattr(error, "exit_code", getattr(error, "code", OK))
        if isinstance(error.__context__, BrokenPipeError):  # the reader has seen enough
            code = OK
    except typer.Abort:
        code = INTERRUPTED
    except KeyboardInterrupt:
        print("已中断", file=sys.stderr)
        code = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = OK
    except Exception as error:
        code = _usage(error)
    sys.exit(code if isinstance(code, int) else OK)


def _usage(error: Exception) -> int:
    """Typer's own complaints as a sentence; anything else is our mistake and says so."""
    formatted = getattr(error, "format_message", None)
    if formatted is None:
        if os.environ.get("TALENT_DEBUG"):
            raise error
        print(f"程序出错了（{type(error).__name__}），没有改动任何文件。请把用的命令告诉我们。", file=sys.stderr)
        return USAGE
    text = formatted()
    print(f"用法不对：{text}\n运行 talent --help 看用法。" if text else "运行 talent --help 看用法。", file=sys.stderr)
    return USAGE


# ── shared pieces ───────────────────────────────────────────────────────────────────────────


def read_day(text: str | None) -> date:
    """A date argument; today without one. Leaves with exit code 1 when it is no day."""
    if text is None:
        return date.today()
    try:
        span = quantities.day_span(text)
    except quantities.Unreadable as error:
        fail(f"--as-of：{error.message}。{error.hint}")
    if span.lo is None or span.lo != span.hi:
        fail(f"--as-of：`{text}` 没有写到日，例如 2024-09-01")
    return date.fromordinal(int(span.lo))


def fail(message: str, code: int = USAGE) -> NoReturn:
    """Say one sentence and leave."""
    print(message, file=sys.stderr)
    raise typer.Exit(code)


def show_problems(problems: Iterable[Problem], stream: Any = None) -> None:
    """Problems for people: place, code, sentence, the line with a caret, the hint."""
    out = stream or sys.stderr
    for problem in problems:
        where = f"{problem.place}: " if problem.place.file else ""
        word = (
            "" if problem.severity == "error" else {"warning": "（提醒）", "info": "（说明）"}.get(problem.severity, "")
        )
        print(f"{where}{problem.code} {word}{problem.message}", file=out)
        if problem.excerpt:
            number = str(problem.place.line).rjust(5)
            line, carets = underlined(problem)
            print(f"{number} | {line}\n      | {carets}", file=out)
        if problem.hint:
            print(f"      提示：{problem.hint}", file=out)


def underlined(problem: Problem) -> tuple[str, str]:
    """The source line, cut to the part that matters, and carets under the right characters."""
    line, at = problem.excerpt, problem.place.column - 1
    if at > 100:
        line, at = "…" + line[at - 60 :], 61
    wide = [unicodedata.east_asian_width(c) in "WF" for c in line]
    pad = "".join("\t" if c == "\t" else "\u3000" if w else " " for c, w in zip(line[:at], wide, strict=False))
    return line, pad + "^" * max(1, problem.width + sum(wide[at : at + problem.width]))


# ── profiles ────────────────────────────────────────────────────────────────────────────────

_EXAMPLE = '写成 {"degree": "phd"}'
_MOST_KEYS = 300
_JSON_WORDS = (
    ("Expecting value", "这里缺一个值"),
    ("Expecting property name", "键要用双引号括起来"),
    ("Expecting ',' delimiter", "两项之间缺逗号"),
    ("Expecting ':' delimiter", "键后面缺冒号"),
    ("Unterminated string", "引号没有配对"),
    ("Invalid control character", "文字里有换行或控制字符"),
    ("Invalid \\", "反斜杠的写法不对"),
    ("Extra data", "后面有多余的内容"),
    ("Illegal trailing comma", "末尾多了一个逗号"),
)
Profile = tuple[int, dict[str, Any] | None, Problem | None]


def read_profiles(source: str) -> Iterator[Profile]:
    """Profiles from a file or stdin: one JSON object, a list, or one object a line.

    Each comes with its line (in a list, its number), and with a problem where something is wrong;
    None where nothing can be made of it.
    """
    name = "stdin" if source == "-" else source
    try:
        raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        fail(f"打不开 {source}：{error.strerror}")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Place(name, raw[: error.start].count(b"\n") + 1, 1)
        yield place.line, None, Problem(place, "P600", "不是 UTF-8 编码的文字", "另存为 UTF-8 再试")
        return
    found = _parse(text, name)
    if not isinstance(found, Problem):
        yield from found
        return
    lines = [(i, line) for i, line in enumerate(text.split("\n"), 1) if line.strip()]
    each = [(i, _parse(line, name, i)) for i, line in lines] if not text.lstrip().startswith("[") else []
    if all(isinstance(part, Problem) for _, part in each):
        yield found.place.line, None, found
        return
    for number, part in each:
        if isinstance(part, Problem):
            yield number, None, part
        else:
            yield from part


def _parse(text: str, name: str, line: int | None = None) -> list[Profile] | Problem:
    """The profiles of a JSON text, or what is wrong with it."""
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                twice.append(key)
            found.setdefault(key, value)
        return found

    place = Place(name, line or 1, 1)
    if not text.strip():
        return Problem(place, "P600", "没有内容", _EXAMPLE)
    try:
        whole = json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        words = next((w for start, w in _JSON_WORDS if error.msg.startswith(start)), "这里的写法不对")
        return Problem(Place(name, line or error.lineno, error.colno), "P600", f"不是 JSON，{words}", _EXAMPLE)
    except RecursionError:
        return Problem(place, "P600", "不是一份资料，嵌套太深", _EXAMPLE)
    except ValueError:
        return Problem(place, "P600", "有一个数字长得读不了", "写通常的数字，例如 35")
    items = whole if isinstance(whole, list) and line is None else [whole]
    names = "、".join(f"`{one_line(key)[:40]}`" for key in twice[:5])
    repeated = Problem(place, "P603", f"键 {names} 写了两次", "只留一个")
    return [_profile(item, Place(name, line or i, 1), repeated if twice else None) for i, item in enumerate(items, 1)]


def _profile(item: Any, place: Place, trouble: Problem | None) -> Profile:
    if not isinstance(item, dict):
        return place.line, None, Problem(place, "P600", "应当是一个对象 {…}", _EXAMPLE)
    if len(item) > _MOST_KEYS:
        return place.line, None, Problem(place, "P600", f"有 {len(item)} 个信息项，不像一个人的资料", _EXAMPLE)
    return place.line, item, trouble


def _placed(problems: Iterable[Problem | None], source: str, line: int) -> tuple[Problem, ...]:
    """Problems of one profile, those without a place at its line."""
    place = Place("stdin" if source == "-" else source, line, 1)
    return tuple(p if p.place.file else replace(p, place=place) for p in problems if p is not None)


def _load(context: typer.Context, place: str, data: Path | None) -> RuleBase:
    given = data or context.obj
    return load(place, data_folder(given, os.environ))


# ── decide, ask ─────────────────────────────────────────────────────────────────────────────


@app.command()
def decide(
    context: typer.Context,
    profile: Annotated[str, typer.Argument(help="JSON 文件，- 表示从标准输入读")] = "-",
    as_of: AsOf = None,
    place: Where = "ordos",
    engine: Annotated[str, typer.Option("--engine", help="exact · columns · sql · durable")] = "exact",
    lang: Annotated[str, typer.Option("--lang", help="zh · en")] = "zh",
    as_json: Json = False,
    data: Data = None,
) -> None:
    """判断一个人（或一行一个人）能享受哪些待遇，逐条说明理由。"""
    from talent_rules.engines import outcomes_by
    from talent_rules.wire import decision_json, problem_json

    day, base = read_day(as_of), _load(context, place, data)
    bad = False
    for line, raw, trouble in read_profiles(profile):
        if raw is None:
            assert trouble is not None
            bad = True
            if as_json or not sys.stdout.isatty():
                print(json.dumps({"problems": [problem_json(trouble)]}, ensure_ascii=False), flush=True)
            else:
                show_problems([trouble])
            continue
        facts, problems = base.read(raw)
        try:
            decision = outcomes_by(engine, base, facts, day, problems)
        except LookupError as error:
            fail(str(error.args[0]))
        decision = replace(decision, problems=_placed((trouble, *decision.problems), profile, line))
        bad = bad or any(p.severity == "error" for p in decision.problems)
        if as_json or not sys.stdout.isatty():
            question = base.next_question(facts, as_of=day)
            print(json.dumps(decision_json(base, decision, facts, question), ensure_ascii=False), flush=True)
        else:
            _show_decision(base, decision, facts, day, lang)
    if bad:
        raise typer.Exit(DATA)


def _show_decision(base: RuleBase, decision: Any, facts: Facts, day: date, lang: str) -> None:
    from talent_rules.explain import DISCLAIMER, explain, total_words

    del lang
    show_problems(decision.problems)
    for verdict in decision.verdicts:
        if verdict.outcome.open:
            first, *rest = explain(base, verdict, facts, day)
            print(f"\n{first}\n  " + "\n  ".join(rest))
    closed = [v for v in decision.verdicts if not v.outcome.open]
    if closed:
        print("\n不符合或不适用：" + "、".join(dict.fromkeys(v.name for v in closed)))
    print(f"\n合计：{total_words(decision)}")
    print(f"规则版本 {base.version[7:15]} ｜ {DISCLAIMER}")


@app.command()
def ask(
    context: typer.Context,
    profile: Annotated[str, typer.Argument(help="JSON 文件，- 表示从标准输入读")] = "-",
    as_of: AsOf = None,
    place: Where = "ordos",
    as_json: Json = False,
    data: Data = None,
) -> None:
    """下一个最值得问的问题：问什么、为什么、值多少钱。"""
    from talent_rules.vocabulary import show_yuan
    from talent_rules.wire import problem_json, question_json

    day, base = read_day(as_of), _load(context, place, data)
    bad = False
    for line, raw, trouble in read_profiles(profile):
        facts, unread = base.read(raw) if raw is not None else (Facts(), ())
        problems = _placed((trouble, *unread), profile, line)
        bad = bad or bool(problems)
        question = base.next_question(facts, as_of=day) if raw is not None else None
        if as_json or not sys.stdout.isatty():
            found = {
                "next_question": None if question is None else question_json(base.vocabulary, question),
                "problems": [problem_json(p) for p in problems],
            }
            print(json.dumps(found, ensure_ascii=False), flush=True)
            continue
        show_problems(problems)
        if question is None and raw is not None:
            print("没有还能改变结果的问题了。")
        elif question is not None:
            print(question.text)
            for number, choice in enumerate(question.choices, 1):
                print(f"  {number}. {choice.label}")
            print(f"为什么问：{question.why}\n影响 {len(question.affects)} 项，约值 {show_yuan(question.worth)}")
    if bad:
        raise typer.Exit(DATA)


# ── lint, test, fmt ─────────────────────────────────────────────────────────────────────────


def _rule_files(paths: list[Path] | None, folder: Path) -> list[Path]:
    chosen = paths or sorted(p for p in folder.iterdir() if p.is_dir() and p.name != "reference")
    files: list[Path] = []
    for path in chosen:
        if path.is_dir():
            files += [
                p for p in sorted(path.rglob("*.yaml")) if p.name != "vocabulary.yaml" and p.parent.name != "reference"
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
    as_json: Json = False,
    data: Data = None,
) -> None:
    """检查规则文件：每个文件的每个问题，一次说完。"""
    from talent_rules.wire import problem_json

    folder = data_folder(data or context.obj, os.environ)
    problems: list[Problem] = []
    for _, files in _by_place(_rule_files(paths, folder), folder):
        problems += compiler.load_folder(folder, files)[1]
    problems = list(dict.fromkeys(problems))
    if as_json:
        for problem in problems:
            print(json.dumps(problem_json(problem), ensure_ascii=False))
    else:
        show_problems(problems, sys.stdout)
        errors = sum(p.severity == "error" for p in problems)
        print(f"{errors} 个错误，{len(problems) - errors} 个提醒" if problems else "没有发现问题")
    if any(p.severity == "error" for p in problems):
        raise typer.Exit(RULES)


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
    as_json: Json = False,
    data: Data = None,
) -> None:
    """运行写在规则旁边的用例，不符的说明期望、得到和起决定作用的条款。"""
    from talent_rules.cases import run_cases

    folder = data_folder(data or context.obj, os.environ)
    passed = failed = 0
    for place, files in _by_place(_rule_files(paths, folder), folder):
        whole = sorted((folder / place).rglob("*.yaml")) if (folder / place).is_dir() else files
        base, problems = compiler.load_folder(folder, sorted({p.resolve() for p in (*whole, *files)}), place)
        errors = tuple(p for p in problems if p.severity == "error")
        if base is None or errors:
            raise Rejected(errors)
        wanted = {p.resolve() for p in files}
        shown = {pid for pid, p in base.policies.items() if _file_of(p.file, folder).resolve() in wanted}
        for case, failures in run_cases(with_verbs(base), [c for c in base.cases if c.policy in shown]):
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

    folder = data_folder(data or context.obj, os.environ)
    vocabulary = read_shared(folder)
    changed, report = 0, Report()
    for path in _rule_files(paths, folder):
        before = path.read_bytes()
        try:
            after = format_text(before.decode(), path.as_posix(), vocabulary, report).encode()
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


Command = Callable[..., None]
