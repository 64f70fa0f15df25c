"""How long the checks take on many policies: `python benchmarks/lint.py [--policies 600]`."""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
from datetime import date
from pathlib import Path

from talent_rules.checks import CHECKS
from talent_rules.checks.book import Book
from talent_rules.compiler.load import data_folder, read_folder

CONDITIONS = (
    "学位 至少 {degree}",
    "年龄 不超过 {age}周岁",
    "劳动合同年限 至少 {years}年",
    "引进方式 是 全职",
    "市外引进 是 是",
    "首次引进 是 是",
    "单位性质 属于 {employers}",
    "职称 至少 {title}",
    "双一流 是 是",
    "在职在岗 是 是",
    "市内租房 是 是",
    "人才类别 属于 {categories}",
    "市级英才称号 是 {honour}",
    "引进日期 不早于 20{yy}-0{m}-01",
    "重点企业目录内 是 是",
)


def words(rng: random.Random) -> dict[str, object]:
    return {
        "degree": rng.choice(["本科", "硕士", "博士"]),
        "age": rng.choice([30, 35, 40, 45, 50, 55]),
        "years": rng.choice([1, 2, 3, 5]),
        "employers": "、".join(rng.sample(["机关", "事业单位", "高校科研院所", "民营及其他企业", "社会组织"], 2)),
        "title": rng.choice(["中级", "副高", "正高"]),
        "categories": "、".join(sorted(rng.sample(["A类", "B类", "C类", "D类", "E类", "F类"], 2))),
        "honour": rng.choice(["天骄英才", "草原英才", "鄂尔多斯英才", "青年优秀人才"]),
        "yy": rng.randint(19, 25),
        "m": rng.randint(1, 9),
    }


def policy(number: int, rng: random.Random) -> str:
    fill = words(rng)
    lines = [c.format(**fill) for c in rng.sample(CONDITIONS, rng.randint(3, 6))]
    if number % 3 == 0:
        pair = [c.format(**words(rng)) for c in rng.sample(CONDITIONS, 2)]
        lines.append("任一: [" + ", ".join(pair) + "]")
    when = "\n".join(f"      - {line}" for line in lines)
    amount = f"{rng.randint(1, 60)}万元"
    if number % 4 == 0:
        amount = "{表: {方式: 首行, 列: [学位, 金额], 行: [[博士, 40万元], [硕士, 20万元], [任意, 5万元]]}}"
    return f"""政策:
  id: p{number}
  名称: 第{number}号办法
  有效期: {{自: 20{rng.randint(20, 25)}-01-01}}
  来源: [{{代号: S, 级别: A}}]
待遇:
  - id: b{number}
    名称: 待遇{number}
    条件:
{when}
    金额: {amount}
    依据: {{来源: S, 摘要: 合成的测试政策}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--policies", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = data_folder()
        shutil.copy(source / "vocabulary.yaml", folder)
        shutil.copytree(source / "reference", folder / "reference")
        (folder / "x").mkdir()
        for number in range(options.policies):
            (folder / "x" / f"p{number}.yaml").write_text(policy(number, rng), encoding="utf-8")
        start = time.process_time()
        read = read_folder(folder, sorted((folder / "x").glob("*.yaml")), "x")
        base, problems = read.base, read.problems
        print(f"读入 {options.policies} 份政策：{time.process_time() - start:.2f} 秒，{len(problems)} 个问题")
        assert not problems, problems[:3]
        start = time.process_time()
        assert base.circuits
        print(f"编成电路：{time.process_time() - start:.2f} 秒")
        for title, pages in (("只看规则库", None), ("连同文件定位到行", read.pages)):
            book = Book(base, date(2026, 11, 21), pages and folder, pages or {})
            total, slow = 0.0, []
            found = 0
            for check in CHECKS:
                start = time.process_time()
                found += len(list(check.check(book)))
                spent = time.process_time() - start
                total += spent
                slow.append((spent, check.CODE))
            worst = "，".join(f"{code} {spent:.2f}" for spent, code in sorted(slow, reverse=True)[:4])
            print(f"{title}：{len(CHECKS)} 种检查 {total:.2f} 秒，{found} 条；最慢 {worst}")


if __name__ == "__main__":
    main()
