"""`talent decide` and `talent ask`: one person, or one a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from talent_rules.cli.base import (
    DATA,
    AsOf,
    Data,
    Json,
    Where,
    app,
    fail,
    folder_of,
    load_base,
    read_day,
    show_problems,
)
from talent_rules.cli.profiles import placed, read_profiles
from talent_rules.library import RuleBase
from talent_rules.model import Decision, Facts
from talent_rules.words import LOCALE, Words, languages, read_words


@app.command()
def decide(
    context: typer.Context,
    profile: Annotated[str, typer.Argument(help="JSON 文件，- 表示从标准输入读")] = "-",
    as_of: AsOf = None,
    place: Where = "ordos",
    engine: Annotated[str, typer.Option("--engine", help="exact · columns · sql · durable")] = "exact",
    lang: Annotated[str, typer.Option("--lang", help="给人看时的语言：zh · en")] = "zh",
    receipts: Annotated[Path | None, typer.Option("--receipt", help="留凭据的文件，一行一个人")] = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """判断一个人（或一行一个人）能享受哪些待遇，逐条说明理由。"""
    if lang not in languages(LOCALE):
        fail(f"没有 `{lang}` 这种语言，可写：{'、'.join(languages(LOCALE))}")
    if receipts is not None and engine != "exact":
        fail("凭据只由 exact 这个引擎出，请去掉 --engine")
    day, base = read_day(as_of), load_base(context, place, data)
    with _receipts(base, receipts, day) as keep:
        say = read_words(lang, (LOCALE, folder_of(context, data, place) / "locale"))
        bad = _decide_all(base, profile, day, engine, say, as_json, keep)
    if bad:
        raise typer.Exit(DATA)


@contextmanager
def _receipts(base: RuleBase, path: Path | None, day: date) -> Iterator[Callable[[Facts], None]]:
    """Keeps a receipt of each person decided; the file appears whole or not at all."""
    from talent_rules.receipts import receipt

    if path is None:
        yield lambda facts: None
        return
    partial = path.with_name(path.name + ".part")
    try:
        with partial.open("w", encoding="utf-8") as out:
            yield lambda facts: print(json.dumps(receipt(base, facts, day), ensure_ascii=False), file=out)
        partial.replace(path)
    except OSError as error:
        fail(f"写不了 {path}：{error.strerror}")
    finally:
        partial.unlink(missing_ok=True)


def _decide_all(
    base: RuleBase, profile: str, day: date, engine: str, say: Words, as_json: bool, keep: Callable[[Facts], None]
) -> bool:
    """Decide and show everyone; whether something was wrong with somebody's data."""
    from talent_rules.engines import outcomes_by
    from talent_rules.wire import decision_json, problem_json

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
        keep(facts)
        decision = replace(decision, problems=placed((trouble, *decision.problems), profile, line))
        bad = bad or any(p.severity == "error" for p in decision.problems)
        if as_json or not sys.stdout.isatty():
            question = base.next_question(facts, as_of=day)
            print(json.dumps(decision_json(base, decision, facts, question), ensure_ascii=False), flush=True)
        else:
            _show_decision(base, decision, facts, day, say)
    return bad


def _show_decision(base: RuleBase, decision: Decision, facts: Facts, day: date, say: Words) -> None:
    """A decision for a person to read; citations stay in the policy's own Chinese."""
    from talent_rules.explain import DISCLAIMER, explained, total_words

    show_problems(decision.problems)
    open_ones = [v for v in decision.verdicts if v.outcome.open]
    closed = list(dict.fromkeys(say(v.name) for v in decision.verdicts if not v.outcome.open))
    for verdict in open_ones:
        first, *rest = explained(base, verdict, facts, day, say)
        print(f"\n{first}\n  " + "\n  ".join(rest))
    if closed:
        print("\n" + say("不符合或不适用：{names}", names=say.listed(closed)))
    print("\n" + say("合计：{total}", total=total_words(base.as_told(facts, decision), say)))
    print(say("规则版本 {version} ｜ {disclaimer}", version=base.version[7:15], disclaimer=say(DISCLAIMER)))


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

    day, base = read_day(as_of), load_base(context, place, data)
    bad = False
    for line, raw, trouble in read_profiles(profile):
        facts, unread = base.read(raw) if raw is not None else (Facts(), ())
        problems = placed((trouble, *unread), profile, line)
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
