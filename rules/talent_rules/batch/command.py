"""The commands `talent batch` and `talent template` as plain functions that return an exit code."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from talent_rules.compiler.load import data_folder
from talent_rules.library import load
from talent_rules.rulebase import RuleBase

if TYPE_CHECKING:
    from talent_rules.batch.options import Options
    from talent_rules.batch.report import Report

OK, USAGE, DATA, RULES, INTERRUPTED = range(5)
_SHOWN = 20


def batch(
    source: Path,
    *,
    output: Path | None = None,
    as_of: date | None = None,
    place: str = "ordos",
    maps: Sequence[str] = (),
    sheets: Sequence[str] = (),
    limit: int | None = None,
    dry_run: bool = False,
    resume: bool = False,
    overwrite: bool = False,
    engine: str = "columns",
    shard: str = "",
    as_json: bool = False,
    data: Path | None = None,
    base: RuleBase | None = None,
) -> int:
    """Check a table of people. Returns 0 ok · 1 usage · 2 the data has errors · 4 interrupted, resumable.

    Raises Rejected when the rule files are bad (exit code 3 is the caller's).
    """
    from talent_rules.batch.options import Options

    options = Options(source, output, as_of, tuple(maps), tuple(sheets), limit, dry_run, resume, engine)
    if shard or source.is_dir():
        return _folder(options, shard, overwrite, as_json, data, place, base)
    if complaint := _usage(options, overwrite):
        return _fail(complaint, USAGE, as_json, source)
    return _told(options, lambda: _one(options, data, place, base), as_json)


def _one(options: Options, data: Path | None, place: str, base: RuleBase | None) -> tuple[RuleBase, Report]:
    """One table; it is being read while the rules are."""
    from talent_rules.tables.reader import Reading

    with Reading(options.source) as reading:
        if base is None:
            base = load(place, data_folder(data, os.environ))
        from talent_rules.batch.run import run

        return base, run(base, options, date.today(), sys.stderr, reading)


def _folder(
    options: Options,
    shard: str,
    overwrite: bool,
    as_json: bool,
    data: Path | None,
    place: str,
    base: RuleBase | None,
) -> int:
    """The same for a folder of tables."""
    place_of = _shard(shard or "1/1")
    if place_of is None:
        return _fail("--shard 写成 第几个/共几个，例如 1/4", USAGE, as_json, options.source)
    if complaint := _folder_usage(options, overwrite, bool(shard)):
        return _fail(complaint, USAGE, as_json, options.source)
    rules = base or load(place, data_folder(data, os.environ))
    options = replace(options, shard=place_of)
    if options.engine == "spark":
        from talent_rules.batch.spark import run_spark as run
    else:
        from talent_rules.batch.folder import run_folder as run
    return _told(options, lambda: (rules, run(rules, options, date.today(), sys.stderr)), as_json)


def _shard(text: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        return None
    return int(found[1]), int(found[2])


def _folder_usage(options: Options, overwrite: bool, shared: bool) -> str:
    """What is wrong with an order for a folder, or nothing."""
    from talent_rules.batch.folder import TOTALS
    from talent_rules.batch.job import JobFolder
    from talent_rules.batch.output import in_the_way

    source, output = options.source, options.output
    if not source.is_dir():
        return f"{source} 不是文件夹；--shard 是给一个文件夹的人员表用的"
    if options.dry_run or output is None:
        return (
            "没有说写到哪个文件夹，例如 -o 结果" if not options.dry_run else "文件夹不能 --dry-run，请对其中一个文件试"
        )
    if output.suffix:
        return f"文件夹的结果也写成文件夹，例如 -o {output.stem}"
    if not output.parent.is_dir():
        return f"没有这个文件夹：{output.parent}"
    if output.exists() and (not output.is_dir() or output.samefile(source)):
        return "结果要写到另一个文件夹，请换一个名字"
    if not overwrite and (complaint := in_the_way(output)):
        return complaint
    begun = output.with_name(output.name + ".job").exists()
    if begun or not output.exists() or not any(output.iterdir()) or overwrite:
        return ""
    if shared and (output / TOTALS).exists():
        JobFolder(output).sweep()
        return f"{output} 已经做完了；重新做请先移走，或加 --overwrite"
    if (output / TOTALS).exists():
        return ""
    return f"{output} 里已有别的文件，没有覆盖；换个名字，或加 --overwrite"


def _told(options: Options, run: Callable[[], tuple[RuleBase, Report]], as_json: bool) -> int:
    """Run a batch, and say how it went."""
    from talent_rules.batch.engine import EngineTrouble
    from talent_rules.batch.options import Interrupted, Mismatch
    from talent_rules.tables.refusal import Refused

    source, dry_run = options.source, options.dry_run
    try:
        base, report = run()
    except Refused as error:
        code = USAGE if error.code in ("T731", "T732") else DATA
        return _fail(f"{source.name}：{error}", code, as_json, source, error.code)
    except EngineTrouble as error:
        return _fail(str(error), USAGE, as_json, source)
    except Mismatch as error:
        return _fail(f"不能接着做：{error} 与上次不同。去掉 --resume 重新做，或换回原来的", USAGE, as_json, source)
    except Interrupted as error:
        again = "，已做的都留着，加 --resume 接着做" if not dry_run else ""
        return _fail(f"已中断，做完 {error.done:,} 行{again}", INTERRUPTED, as_json, source)
    except FileExistsError as error:
        return _fail(f"{error.args[0]} 不是本程序的任务文件夹，请改名或移走", USAGE, as_json, source)
    except OSError as error:
        return _fail(_os_words(error, source), USAGE, as_json, source)
    summary = summary_json(base, report)
    if as_json:
        print(json.dumps(summary, ensure_ascii=False), flush=True)
    else:
        _show(report, sys.stdout)
    return _code(report)


def _code(report: Report) -> int:
    """Whether something is left to be put right: a cell, or people nothing was said of."""
    return DATA if report.tally.failed or report.left_out else OK


def template(
    output: Path,
    *,
    place: str = "ordos",
    overwrite: bool = False,
    data: Path | None = None,
    base: RuleBase | None = None,
) -> int:
    """Write an empty table to fill in. Returns 0 ok · 1 usage. Raises Rejected when the rule files are bad."""
    from talent_rules.batch.seal import why_keep
    from talent_rules.batch.template import write_template

    if output.suffix.lower() != ".xlsx":
        return _fail("模板只能是 .xlsx，例如 -o 模板.xlsx", USAGE, False, output)
    if output.exists() and not overwrite and (why := why_keep(output)):
        return _fail(f"{output} 已经有了，{why}，没有覆盖；换个名字，或加 --overwrite", USAGE, False, output)
    if base is None:
        base = load(place, data_folder(data, os.environ))
    try:
        count = write_template(base, output)
    except OSError as error:
        return _fail(_os_words(error, output), USAGE, False, output)
    print(f"已写出 {output}：{count} 个信息项，第 2 行是示例，从第 3 行填起")
    return OK


def _usage(options: Any, overwrite: bool) -> str:
    """What is wrong with the order itself, or nothing."""
    from talent_rules.batch.output import SUFFIXES, in_the_way

    source, output = options.source, options.output
    if not source.exists():
        return f"没有这个文件：{source}"
    if not source.is_file():
        return f"{source} 不是文件"
    if options.limit is not None and options.limit < 1:
        return "--limit 要大于 0"
    if output is None:
        return "" if options.dry_run else "没有说写到哪里，例如 -o 结果.xlsx"
    if output.suffix.lower() not in SUFFIXES:
        return f"结果只能写成 {'、'.join(SUFFIXES)}，例如 -o 结果.xlsx"
    if output.exists() and output.samefile(source):
        return "结果不能写回原来的文件，请换一个名字"
    if not output.parent.is_dir():
        return f"没有这个文件夹：{output.parent}"
    return "" if overwrite or options.dry_run else in_the_way(output)


def _os_words(error: OSError, path: Path) -> str:
    if isinstance(error, PermissionError):
        return f"没有权限，或文件正被别的程序打开：{error.filename or path}"
    if error.errno == 28:
        return "磁盘满了，没有写完；已做的都留着，腾出空间后加 --resume 接着做"
    return f"读写不了 {error.filename or path}：{error.strerror or error}"


def _fail(message: str, code: int, as_json: bool, source: Path, problem: str = "") -> int:
    print(message, file=sys.stderr)
    if as_json:
        found = {
            "file": source.name,
            "line": 0,
            "column": 0,
            "code": problem,
            "severity": "error",
            "message": message,
            "hint": "",
        }
        print(json.dumps({"exit": code, "rows": 0, "problems": [found]}, ensure_ascii=False), flush=True)
    return code


def summary_json(base: RuleBase, report: Any) -> dict[str, Any]:
    """The summary for machines: money in 元, ids in English."""
    from talent_rules.batch.cells import yuan
    from talent_rules.batch.sheet_missing import by_use
    from talent_rules.batch.source import mapping_json
    from talent_rules.batch.summary import OUTCOMES

    tally = report.tally

    def money(found: Any) -> dict[str, Any]:
        return {"lo": yuan(found.lo), "hi": yuan(found.hi), "unbounded": found.unbounded}

    return {
        "exit": _code(report),
        "file": report.source.path.name,
        "sheet": report.source.sheet,
        "sheets": [{"sheet": name, "rows": rows} for name, rows in report.sheets.items()],
        "as_of": report.as_of.isoformat(),
        "place": base.place,
        "rule_base": base.version,
        "engine": report.options.engine,
        "dry_run": report.options.dry_run,
        "rows": tally.people,
        "rows_ok": tally.fine,
        "rows_with_warnings": tally.warned,
        "rows_with_errors": tally.failed,
        "rows_that_may_get_more": tally.hopeful,
        "skipped": report.skipped,
        "resumed_chunks": report.resumed,
        "total": {
            "guaranteed": yuan(tally.guaranteed),
            "likely": money(tally.likely),
            "possible": money(tally.possible),
            "per_year": money(tally.yearly),
        },
        "benefits": [
            {
                "id": b.id,
                "name": b.name,
                "outcomes": {o.value: n for o, n in zip(OUTCOMES, tally.benefits[b.id].counts, strict=True)},
                "eligible_amount": money(tally.benefits[b.id].granted),
                "review_amount": money(tally.benefits[b.id].likely),
            }
            for b in base.benefits
            if b.id in tally.benefits
        ],
        "missing": [
            {
                "field": name,
                "people": lack.people,
                "answers": sum(lack.benefits.values()),
                "alone": lack.alone,
                "paid_people": lack.paid,
                "at_least": yuan(lack.least),
                "untold_people": lack.untold,
            }
            for name, lack in by_use(base, report)
        ],
        "mapping": mapping_json(report.source, base.vocabulary),
        "remarks": report.remarks,
        "left_out": report.left_out,
        "outputs": [str(p) for p in report.outputs],
        "problem_counts": dict(sorted(tally.problems.items())),
        "problems": [p.to_json(report.source.path.name) for p in report.problems],
    }


def _show(report: Any, stream: TextIO) -> None:
    from talent_rules.batch.cells import sheets_told
    from talent_rules.vocabulary import show_yuan

    tally = report.tally
    for problem in report.problems[:_SHOWN]:
        word = "" if problem.severity == "error" else "（提醒）"
        where = f"工作表“{problem.sheet}”" if report.several else ""
        print(f"{word}{where}{problem}", file=stream)
    told = {*report.source.remarks, *report.notices}
    for remark in (r for r in report.remarks if r not in told):
        print(remark, file=stream)
    count = sum(tally.problems.values())
    if count > _SHOWN:
        print(f"……共 {count:,} 处，全部写在结果里" if report.outputs else f"……共 {count:,} 处", file=stream)
    print(
        f"{tally.people:,} 人：{tally.fine:,} 人没有问题，{tally.warned:,} 人有提醒，{tally.failed:,} 人有错误",
        file=stream,
    )
    if report.several:
        print(f"工作表：{sheets_told(report.sheets)}", file=stream)
    for said in report.notices:
        print(f"注意：{said}", file=stream)
    if report.options.dry_run or not report.outputs:
        return
    open_ended, likely = tally.likely.unbounded, show_yuan(tally.likely.hi)
    if open_ended:
        likely = f"至少 {likely}（{open_ended:,} 人的金额不封顶或要补填才能算，只计下限）"
    more = f"；另有 {tally.hopeful:,} 人补齐信息后还可能有" if tally.hopeful else ""
    print(f"有把握合计 {show_yuan(tally.guaranteed)}，认定后最多 {likely}{more}", file=stream)
    print("结果：" + "、".join(str(p) for p in report.outputs), file=stream)
