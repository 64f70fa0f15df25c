"""`talent batch`, `template` and `sql`: many people at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from talent_rules.cli.base import AsOf, Data, Json, Where, app, fail, folder_of, load_base, read_day


@app.command()
def batch(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(help="名单：xlsx、csv、parquet、jsonl，或它们的文件夹")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="结果文件（原文件不动）")] = None,
    as_of: AsOf = None,
    place: Where = "ordos",
    mapping: Annotated[list[str] | None, typer.Option("--map", help="列=字段，可写多次")] = None,
    sheet: Annotated[list[str] | None, typer.Option("--sheet", help="只读这张工作表，可写多次")] = None,
    limit: Annotated[int | None, typer.Option("--limit", help="只做前几行")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只核对列名和数据，不计算")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="接着上次中断的做")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="可以覆盖已有的结果文件")] = False,
    engine: Annotated[str, typer.Option("--engine", help="columns · exact · sql · spark")] = "columns",
    shard: Annotated[str, typer.Option("--shard", help="文件夹分几个进程做：第几个/共几个，如 1/4")] = "",
    as_json: Json = False,
    data: Data = None,
) -> None:
    """批量核对一张名单，写出一张打开就能用的结果表。"""
    from talent_rules.batch.command import batch as run
    from talent_rules.tables.lean import without_pandas

    if engine != "spark":
        without_pandas()
    code = run(
        source,
        output=output,
        as_of=None if as_of is None else read_day(as_of),
        place=place,
        maps=mapping or (),
        sheets=sheet or (),
        limit=limit,
        dry_run=dry_run,
        resume=resume,
        overwrite=overwrite,
        engine=engine,
        shard=shard,
        as_json=as_json,
        data=folder_of(context, data),
    )
    raise typer.Exit(code)


@app.command()
def template(
    context: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--output", help="模板文件，如 模板.xlsx")],
    place: Where = "ordos",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="可以覆盖已有的文件")] = False,
    data: Data = None,
) -> None:
    """写出填报模板：要用的信息项、下拉选项、说明和一行示例。"""
    from talent_rules.batch.command import template as run

    raise typer.Exit(run(output, place=place, overwrite=overwrite, data=folder_of(context, data)))


@app.command()
def sql(
    context: typer.Context,
    as_of: AsOf = None,
    place: Where = "ordos",
    dialect: Annotated[str, typer.Option("--dialect", help="只有 ansi")] = "ansi",
    key: Annotated[str, typer.Option("--key", help="一并带出的列")] = "",
    columns: Annotated[bool, typer.Option("--columns", help="写出表 people 的列、单位和可写的值")] = False,
    data: Data = None,
) -> None:
    """把整个规则库写成一条 ANSI SQL：对表 people 的一个 SELECT，列名就是字段 id。"""
    from talent_rules.engines.sql import to_sql
    from talent_rules.engines.sql_people import create_people

    if dialect != "ansi":
        fail(f"没有 `{dialect}` 这种方言，可写：ansi")
    base = load_base(context, place, data)
    print(create_people(base) if columns else to_sql(base, read_day(as_of), key=key))
