"""`talent diff`, `table`, `handbook`, `schema`, `watch`: the policy staff's workbench."""

from __future__ import annotations

import json
from contextlib import suppress
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
    folder_of,
    read_day,
    show_problems,
)


@app.command()
def diff(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="旧的：数据文件夹、规则文件，或 修订:路径")],
    new: Annotated[str, typer.Argument(help="新的")],
    people: Annotated[Path | None, typer.Option("--people", help="名单（Excel、CSV、JSONL、Parquet），算总账")] = None,
    synthetic: Annotated[int, typer.Option("--synthetic", help="没有名单时，用多少个虚构的人")] = 0,
    seed: Annotated[int, typer.Option("--seed", help="虚构的种子")] = 1,
    html: Annotated[Path | None, typer.Option("--html", help="写成一页可打印的 HTML")] = None,
    as_of: AsOf = None,
    place: Annotated[str, typer.Option("--place", help="地区（默认有改动的那一个）")] = "",
    as_json: Json = False,
    data: Data = None,
) -> None:
    """两版规则差在哪：谁的结果变了、变多少、一个例子；有名单时还算总账。"""
    from talent_rules.tables.lean import without_pandas

    without_pandas()
    from talent_rules.diff.command import diff as run

    form = "html" if html else "json" if as_json else "text"
    found = run(
        old,
        new,
        data=folder_of(context, data),
        as_of=read_day(as_of),
        place=place,
        people=people,
        synthetic=synthetic,
        seed=seed,
        form=form,
    )
    if html:
        html.write_text(found.output, encoding="utf-8")
        print(f"已写出 {html}")
    else:
        print(found.output, end="")
    show_problems(found.problems)
    if any(problem.severity == "error" for problem in found.problems):
        raise typer.Exit(DATA)


tables = typer.Typer(no_args_is_help=True, help="决定表和 Excel 互换：导出、看差别、导入。")
app.add_typer(tables, name="table")


@tables.command("export")
def export_table(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(help="规则文件")],
    output: Annotated[Path, typer.Option("-o", "--output", help="工作簿（xlsx）或 csv")],
    benefit: Annotated[str | None, typer.Option("--benefit", help="只导出这一项待遇的表")] = None,
    data: Data = None,
) -> None:
    """把规则文件里的表导出成 Excel。"""
    from talent_rules.decision_tables.command import export_tables

    found = export_tables(folder_of(context, data), source, output, benefit=benefit)
    print(f"已写出 {found.path}：{len(found.sheets)} 张表")


@tables.command("diff")
def diff_table(
    context: typer.Context,
    workbook: Annotated[Path, typer.Argument(help="改过的工作簿")],
    data: Data = None,
) -> None:
    """改过的 Excel 和规则文件差在哪。"""
    from talent_rules.decision_tables.command import diff_tables

    print(diff_tables(folder_of(context, data), workbook) or "没有改动")


@tables.command("import")
def import_table(
    context: typer.Context,
    workbook: Annotated[Path, typer.Argument(help="改过的工作簿")],
    apply: Annotated[bool, typer.Option("--apply", help="写进规则文件（不加只看差别）")] = False,
    data: Data = None,
) -> None:
    """把改过的 Excel 导回规则文件；注释不动，只改动过的行。"""
    from talent_rules.decision_tables.command import import_tables

    found = import_tables(folder_of(context, data), workbook, apply_changes=apply)
    print(found.diff or "没有改动")
    if found.applied:
        print(f"已写进 {found.path}")
    elif found.changed:
        print("以上还没有写进文件；加 --apply 写入")


@app.command()
def handbook(
    context: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--output", help="写到哪个文件夹")],
    as_of: AsOf = None,
    place: Where = "ordos",
    data: Data = None,
) -> None:
    """写出政策手册：每份文件、每项待遇一页，可搜索、可打印，不用联网。"""
    from talent_rules.handbook.command import handbook as write

    found = write(folder_of(context, data), place, output, as_of=read_day(as_of))
    pages = found.pages if isinstance(found.pages, int) else len(found.pages)
    print(f"已写出 {found.folder}：{pages} 页，打开 index.html")


@app.command()
def watch(
    context: typer.Context,
    as_of: AsOf = None,
    place: Where = "ordos",
    data: Data = None,
) -> None:
    """边改边查：存盘就重新检查、重跑用例，Ctrl+C 停止。"""
    from talent_rules.watch import watch as run

    with suppress(KeyboardInterrupt):
        run(folder_of(context, data), place, as_of=read_day(as_of))


@app.command()
def schema(
    context: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--output", help="写到哪个文件夹")],
    place: Annotated[str, typer.Option("--place", help="地区：连同它自己的词汇表")] = "",
    data: Data = None,
) -> None:
    """写出编辑器用的 JSON Schema（补全、提示、中文报错）。"""
    from talent_rules.compiler.load import read_shared
    from talent_rules.schema import rule_file_schema

    output.mkdir(parents=True, exist_ok=True)
    path = output / "policy.schema.json"
    found = rule_file_schema(read_shared(folder_of(context, data), place))
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"已写出 {path}")
