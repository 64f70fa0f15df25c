"""`talent publish`, `version` and `replay`: what answers, who approved it, and the same answer later."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from talent_rules.cli.base import DATA, RULES, Data, Where, app, fail, folder_of, load_base, read_day, show_problems
from talent_rules.library import load
from talent_rules.model import Place, Problem


@app.command()
def publish(
    context: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--output", help="发布包，如 发布.zip")],
    effective: Annotated[str, typer.Option("--effective", help="生效日期")],
    approved_by: Annotated[str, typer.Option("--approved-by", help="谁批准的（文字）")],
    key: Annotated[Path | None, typer.Option("--key", help="Ed25519 私钥（PEM），签名用")] = None,
    place: Where = "ordos",
    data: Data = None,
) -> None:
    """写出发布包：内容的散列、生效日期、批准人，可签名。检查有错误、用例没有全部通过的不发布。"""
    from talent_rules.publish import publish as write
    from talent_rules.publish import unready

    try:
        secret = key.read_bytes() if key else None
    except OSError as error:
        fail(f"读不了私钥 {key}：{error.strerror}")
    if output.suffix != ".zip" or not output.parent.is_dir():
        fail(f"发布包写成已有文件夹里的 .zip，例如 -o 发布.zip，不能是 {output}")
    folder, day = folder_of(context, data), read_day(effective)
    found = tuple(unready(folder, load(place, folder), day))
    if found:
        show_problems(found)
        raise typer.Exit(RULES)
    version = write(folder, place, output, effective=day, approved_by=approved_by, key=secret)
    print(f"已写出 {output}：地区 {place}，规则版本 {version[7:15]}，{day.isoformat()} 起")


@app.command()
def version(context: typer.Context, place: Where = "ordos", data: Data = None) -> None:
    """现在是哪一版规则在回答：散列、生效日期、批准人。"""
    base = load_base(context, place, data)
    print(f"规则版本 {base.version[7:15]}（{base.version}）")
    print(f"{len(base.policies)} 份文件，{len(base.benefits)} 项待遇，地区 {base.place}")
    found = base.release
    if found is None:
        print("没有发布包：直接读的数据文件夹")
    else:
        mark = "，带签名" if found.signed else ""
        print(f"发布包：{found.effective.isoformat()} 起生效，批准：{found.approved_by}{mark}")


@app.command()
def replay(
    context: typer.Context,
    kept: Annotated[Path, typer.Argument(help="凭据文件")],
    data: Data = None,
) -> None:
    """按凭据重算一遍：与当时逐字相同，或说明哪里不同。--data 可以是放发布包的文件夹。"""
    from talent_rules.receipts import read_receipts, rules_of
    from talent_rules.receipts import replay as again

    try:
        found = read_receipts(kept)
    except (OSError, ValueError, KeyError, TypeError):
        fail(f"{kept} 不是凭据", DATA)
    published = data or context.obj
    problems: list[Problem] = []
    for number, one in enumerate(found, 1):
        base = load(str(one["place"]), published and rules_of(one, published))
        problems += [replace(p, place=Place(kept.name, number)) for p in again(base, one)]
    show_problems(problems)
    if problems:
        raise typer.Exit(DATA)
    print("与当时的结果逐字相同" if len(found) == 1 else f"{len(found)} 份凭据都与当时的结果逐字相同")
