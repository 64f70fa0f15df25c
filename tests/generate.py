"""Random vocabularies and rule files, as the files a person would write, compiled by the compiler."""

from __future__ import annotations

import itertools
import json
import random
import tempfile
from datetime import date, timedelta
from pathlib import Path

from talent_rules import compiler
from talent_rules.compiler import load_folder
from talent_rules.library import RuleBase, with_verbs

_LETTERS = "甲乙丙丁戊己庚辛壬癸"
_SCHOOLS = ("东大", "西大", "南大", "北大学", "中学院", "新大", "后大", "外院", "私院")
_LISTED = {"东大": "2017-09", "西大": "2017-09", "南大": "2017-09", "新大": "2022-02-14", "后大": "2022-02-14"}

assert compiler


def generate_rule_base(seed: int, policies: int, *, flags: int = 6, benefits: int = 4) -> RuleBase:
    """A rule base of so many policy files; the same for the same seed."""
    with tempfile.TemporaryDirectory() as folder:
        write_rule_base(Path(folder), seed, policies, flags=flags, benefits=benefits)
        files = sorted((Path(folder) / "town").glob("*.yaml"))
        base, problems = load_folder(Path(folder), files, "town")
        errors = [str(p) for p in problems if p.severity == "error"]
        assert base is not None and not errors, "\n".join(errors[:5])
        return with_verbs(base)


def write_rule_base(folder: Path, seed: int, policies: int, *, flags: int = 6, benefits: int = 4) -> None:
    """The files of a rule base: the vocabulary, the lists, and one file a policy under `town`."""
    rng = random.Random(seed)
    words = _Words(rng, flags)
    (folder / "reference").mkdir(parents=True)
    (folder / "town").mkdir()
    _lists(folder / "reference")
    _write(folder / "vocabulary.yaml", {"字段": words.fields, "蕴含": words.implications()})
    known: list[str] = []
    for number in range(policies):
        maker = _Maker(rng, words, number, known)
        _write(folder / "town" / f"p{number:03}.yaml", maker.document(benefits))
    _write(folder / "town" / "points.yaml", _Maker(random.Random(f"points {seed}"), words, policies, []).scoring())


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def _lists(folder: Path) -> None:
    rows = ["学校,首轮,次轮"]
    for school in _SCHOOLS:
        since = _LISTED.get(school, "")
        rows.append(f"{school},{'是' if since == '2017-09' else '否'},{'是' if since > '2018' else '否'}")
    (folder / "schools.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    entries = [
        {"id": "schools", "名称": "学校", "文件": "schools.csv", "名称列": "学校"},
        {"id": "listed", "名称": "名单校", "文件": "schools.csv", "名称列": "学校",
         "成员列": {"首轮": "2017-09", "次轮": "2022-02-14"}},
        {"id": "first", "名称": "首轮校", "文件": "schools.csv", "名称列": "学校", "成员列": {"首轮": "2017-09"}},
    ]  # fmt: skip
    _write(folder / "lists.yaml", {"名单": entries})


class _Words:
    """The vocabulary of a random town."""

    def __init__(self, rng: random.Random, flags: int) -> None:
        self.rng = rng
        self.flags = [f"标志{_LETTERS[i // 10]}{_LETTERS[i % 10]}" for i in range(flags)]
        self.choices = {
            f"类别{_LETTERS[i]}": [f"{_LETTERS[i]}类{_LETTERS[j]}" for j in range(rng.randint(2, 5))] for i in range(3)
        }
        self.ordered = {"等级甲": [f"等第{c}" for c in _LETTERS[: rng.randint(3, 6)]]}
        self.honours = ["荣誉甲", "荣誉乙", "荣誉丙"]
        self.fields = [*self._plain(), *self._derived()]

    def _plain(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        found += [{"id": f"flag{i}", "名称": n, "类型": "是非"} for i, n in enumerate(self.flags)]
        for kind, group in (("枚举", self.choices), ("有序枚举", self.ordered)):
            for i, (n, values) in enumerate(group.items()):
                options = [{"id": f"v{j}", "名称": v} for j, v in enumerate(values)]
                found.append(
                    {"id": f"{'choice' if kind == '枚举' else 'rank'}{i}", "名称": n, "类型": kind, "取值": options}
                )
        found += [
            {"id": "count0", "名称": "人数甲", "类型": "整数", "单位": "人", "范围": ["0", "100"]},
            {"id": "wage", "名称": "月薪", "类型": "金额"},
            {"id": "price", "名称": "单价", "类型": "金额", "范围": ["0", "10万元"]},
            {"id": "space", "名称": "住房面积", "类型": "面积", "范围": ["0", "1000"]},
            {"id": "stay", "名称": "合同年限", "类型": "月数", "单位": "年", "范围": ["0年", "50年"]},
            {"id": "insured", "名称": "社保月数", "类型": "月数", "单位": "月"},
            {"id": "birth_date", "名称": "出生日期", "类型": "日期"},
            {"id": "application_date", "名称": "申请日期", "类型": "日期"},
            {"id": "arrival_date", "名称": "引进日期", "类型": "日期"},
            {"id": "graduation_date", "名称": "毕业日期", "类型": "日期"},
            {"id": "school", "名称": "毕业院校", "类型": "名单成员", "名单": "schools"},
            {"id": "honours", "名称": "荣誉", "类型": "集合",
             "取值": [{"id": f"h{i}", "名称": n} for i, n in enumerate(self.honours)]},
            {"id": "parents", "名称": "父母", "类型": "多人", "人数上限": "4"},
            {"id": "received", "名称": "已领待遇", "类型": "集合"},
            {"id": "family_received", "名称": "家人已领待遇", "类型": "集合"},
        ]  # fmt: skip
        return found

    def _derived(self) -> list[dict[str, object]]:
        return [
            {"id": "age", "名称": "年龄", "类型": "整数", "单位": "周岁", "范围": ["0", "120"],
             "推导": {"年龄": "birth_date", "按": "application_date"}},
            {"id": "listed", "名称": "名单校毕业", "类型": "是非", "可问": "否",
             "推导": {"名单": "listed", "字段": "school", "时点": "graduation_date"}},
            {"id": "first_round", "名称": "首轮校毕业", "类型": "是非", "可问": "否",
             "推导": {"名单": "first", "字段": "school"}},
            {"id": "elders", "名称": "老人数", "类型": "整数", "单位": "人", "范围": ["0", "4"],
             "推导": {"人数": "parents", "年龄至少": "70", "按": "application_date"}},
        ]  # fmt: skip

    def implications(self) -> list[dict[str, object]]:
        """Which always hold together; never so that nobody is left."""
        rng = self.rng
        found: list[dict[str, object]] = [{"若": "首轮校毕业 是 是", "则": "名单校毕业 是 是"}]
        flags = rng.sample(self.flags, min(4, len(self.flags)))
        for one, two in itertools.pairwise(flags):
            if rng.random() < 0.6:
                found.append({"若": f"{one} 是 是", "则": f"{two} 是 是"})
        name, values = rng.choice(list(self.choices.items()))
        found.append({"若": f"{name} 是 {values[0]}", "则": f"{rng.choice(self.flags)} 是 {rng.choice('是否')}"})
        top = self.ordered["等级甲"][-1]
        found.append({"若": [f"等级甲 是 {top}", f"{flags[0]} 是 是"], "则": "年龄 至少 18周岁"})
        found.append({"若": "合同年限 超过 0年", "则": f"{rng.choice(self.flags)} 是 是"})
        return found

    def line(self, *, numeric: bool = True) -> str:
        """A random condition line."""
        rng = self.rng
        kind = rng.choice(
            ["flag"] * 4 + ["choice"] * 3 + ["rank", "member", "set", *(["number"] * 4 if numeric else [])]
        )
        if kind == "flag":
            return f"{rng.choice([*self.flags, '名单校毕业', '首轮校毕业'])} 是 {rng.choice('是否')}"
        if kind == "choice":
            name, values = rng.choice(list(self.choices.items()))
            some = rng.sample(values, rng.randint(1, len(values) - 1))
            return f"{name} {rng.choice(('属于', '不属于'))} {'、'.join(some)}"
        if kind == "rank":
            return f"等级甲 {rng.choice(('至少', '不超过', '超过', '是', '不是'))} {rng.choice(self.ordered['等级甲'])}"
        if kind == "member":
            return f"毕业院校 {rng.choice(('是', '不是'))} {rng.choice(_SCHOOLS)}"
        if kind == "set":
            return f"荣誉 {rng.choice(('包含', '不包含'))} {rng.choice(self.honours)}"
        return self.number_line()

    def number_line(self) -> str:
        """A random comparison with a number or a date."""
        rng = self.rng
        sign = rng.choice(("至少", "超过", "不超过", "不满"))
        if rng.random() < 0.2:
            return f"引进日期 {rng.choice(('不早于', '早于', '晚于', '不晚于'))} {_day(rng)}"
        return rng.choice(
            (
                f"年龄 {sign} {rng.choice((18, 30, 35, 40, 45))}周岁",
                f"年龄 {sign} {rng.choice((30, 40))}周岁 按 引进日期",
                f"年龄 在 25周岁 至 {rng.choice((35, 40))}周岁 之间",
                f"人数甲 {sign} {rng.choice((1, 5, 50))}人",
                f"月薪 {sign} {rng.choice(('5000元', '1万元', '8888.88元'))}",
                f"住房面积 {sign} {rng.choice(('60', '90.5', '120'))}㎡",
                f"合同年限 {sign} {rng.choice((1, 3, 5))}年",
                f"社保月数 {sign} {rng.choice((6, 12))}个月",
                f"老人数 {sign} {rng.choice((1, 2))}人",
            )
        )


def _day(rng: random.Random) -> str:
    return (date(2020, 1, 1) + timedelta(days=rng.randrange(365 * 5))).isoformat()


class _Maker:
    """One random policy."""

    def __init__(self, rng: random.Random, words: _Words, number: int, known: list[str]) -> None:
        self.rng, self.words, self.id, self.known = rng, words, f"policy-{number}", known

    def document(self, benefits: int) -> dict[str, object]:
        names = [f"b{i}" for i in range(self.rng.randint(max(1, benefits - 2), benefits))]
        made = [self.benefit(n) for n in names]
        self.known += [f"{self.id}/{n}" for n in names]
        source = [{"代号": "S", "名称": "文件", "取得": "2024-01-01", "级别": self.rng.choice("ABCD")}]
        policy: dict[str, object] = {
            "id": self.id, "名称": self.id, "来源": source,
            "适用时点": self.rng.choice(("申请日期", "申请日期", "引进日期")),
        }  # fmt: skip
        policy["有效期"] = self.window()
        if not policy["有效期"]:
            del policy["有效期"]
        found: dict[str, object] = {"政策": policy, "待遇": made}
        relations = self.relations()
        if relations:
            found["关系"] = relations
        return found

    def window(self) -> dict[str, str]:
        roll = self.rng.random()
        if roll < 0.3:
            return {}
        window = {"自": _day(self.rng)[: 7 if roll > 0.9 else 10]}
        if roll < 0.5:
            window["至"] = "2029-12-31"
        return window

    def benefit(self, name: str) -> dict[str, object]:
        return {
            "id": name,
            "名称": f"待遇{name}",
            "受益人": self.rng.choice(("个人", "个人", "个人", "单位")),
            "条件": [self.condition(2) for _ in range(self.rng.randint(1, 4))],
            "金额": self.amount(),
            "依据": {"来源": "S", "条款": "一", "摘要": "略"},
        }

    def condition(self, depth: int) -> object:
        rng, roll = self.rng, self.rng.random()
        if depth and roll < 0.3:
            parts = [self.condition(depth - 1) for _ in range(rng.randint(2, 3))]
            return {rng.choice(("全部", "任一", "任一", "都不")): parts}
        if roll > 0.93:
            return {rng.choice(("人工核验", "待定")): "未载明"}
        return self.words.line()

    def amount(self) -> object:
        rng = self.rng
        form = rng.choice(("fixed", "text", "table", "table", "table", "area", "ratio", "months", "persons"))
        extra: dict[str, object] = {"级别": rng.choice("ABCD")}
        if rng.random() < 0.3:
            extra["官方区间"] = ["1万元", "50万元"]
        if rng.random() < 0.2:
            extra["取整"] = rng.choice(("元", "百元"))
        if form == "fixed":
            return {"固定": f"{rng.randint(1, 40)}万元", **extra}
        if form == "text":
            return rng.choice(
                ("至少 3万元", "最高 5万元", "2万元至5万元", "每月 1500元 共 36个月", "一事一议", "服务", "每年 2万元")
            )
        if form == "area":
            return {"面积": rng.choice(("90㎡", "120.5㎡")), "单价": "单价", **extra, **(
                {"实际面积": "住房面积"} if rng.random() < 0.7 else {})}  # fmt: skip
        if form == "ratio":
            share = {"比例": rng.choice(("30%", "12.5%", "33%")), "基数": "月薪", **extra}
            return share | ({"封顶": "3000元"} if rng.random() < 0.6 else {})
        if form == "months":
            return {"每月": "1000元", "月数": rng.choice(("社保月数", "合同年限")), "共": "36个月", **extra}
        if form == "persons":
            return {"每年": "2000元", "人数": "老人数", **({"共": "3年"} if rng.random() < 0.5 else {}), **extra}
        return {"表": self.table(), **extra}

    def table(self) -> dict[str, object]:
        rng, words = self.rng, self.words
        pools: dict[str, list[str]] = {"等级甲": ["-", *words.ordered["等级甲"]], "名单校毕业": ["-", "是", "否"]}
        pools |= {n: ["-", *v] for n, v in words.choices.items()}
        pools["年龄"] = ["-", "不满 30周岁", "至少 30周岁", "30周岁至39周岁"]
        pools[words.flags[0]] = ["-", "是", "否"]
        columns = rng.sample(list(pools), rng.randint(1, 2))
        rows = []
        for _ in range(rng.randint(2, 5)):
            money = rng.choice((f"{rng.randint(1, 60)}万元", f"{rng.randint(1, 60)}万元", "2万元至5万元", "最高 5万元"))
            rows.append([*(rng.choice(pools[c]) for c in columns), money])
        hit = rng.choice(("首行", "首行", "取高", "合计"))
        return {"方式": hit, "列": [*columns, "金额"], "行": rows}

    def scoring(self) -> dict[str, object]:
        """A policy that counts points: thresholds, and the points themselves."""
        self.words.rng = self.rng
        basis = {"依据": {"来源": "S", "条款": "一", "摘要": "略"}}
        items = [{"名称": f"项{i}", **self.score(2)} for i in range(self.rng.randint(2, 5))]
        line = f"积分甲 {self.rng.choice(('至少', '不满', '超过'))} {self.rng.randint(-5, 20)}分"
        made: list[dict[str, object]] = [
            {"id": "points", "名称": "分数", "条件": self.words.line(), "金额": {"积分": "积分甲"}, **basis},
            {"id": "reached", "名称": "达标", "条件": [line], "金额": "1万元", **basis},
            {"id": "either", "名称": "达标或免", "条件": {"任一": [line, self.words.line()]}, "金额": "服务", **basis},
        ]
        source = [{"代号": "S", "名称": "文件", "取得": "2024-01-01", "级别": self.rng.choice("AD")}]
        policy = {"id": self.id, "名称": self.id, "来源": source, "适用时点": "申请日期"}
        return {"政策": policy, "积分": [{"id": "total", "名称": "积分甲", "项目": items}], "待遇": made}

    def score(self, depth: int) -> dict[str, object]:
        rng = self.rng
        form = rng.choice(("part", "part", "steps", "table", *(("sum", "best") if depth else ())))
        cap = {"封顶": f"{rng.randint(3, 12)}分"} if rng.random() < 0.4 else {}
        if form in ("sum", "best"):
            inner = [self.score(depth - 1) for _ in range(rng.randint(2, 3))]
            return {"合计" if form == "sum" else "取高": inner, **cap}
        if form == "table":
            columns = rng.sample(["等级甲", "名单校毕业", *self.words.choices], 2)
            pools = {**self.words.ordered, **self.words.choices, "名单校毕业": ["是", "否"]}
            rows = [
                [*(rng.choice(["-", *pools[c]]) for c in columns), f"{rng.randint(-3, 15)}分"]
                for _ in range(rng.randint(1, 4))
            ]
            return {"表": {"方式": "首行", "列": [*columns, "积分"], "行": rows}}
        if form == "steps":
            step, name = rng.choice((("1年", "合同年限"), ("20人", "人数甲")))
            return {"每满": step, "字段": name, "计": f"{rng.choice((-2, 1, 1.5))}分", "封顶": f"{rng.randint(4, 9)}分"}
        return {"条件": self.condition(1), "计": f"{rng.choice((-6, -1, 2, 5, 7.5))}分"}

    def relations(self) -> list[dict[str, object]]:
        rng = self.rng
        found: list[dict[str, object]] = []
        for _ in range(rng.randint(0, 2)):
            if len(self.known) < 2:
                break
            members = rng.sample(self.known[-8:], min(len(self.known), rng.randint(2, 4)))
            kind = rng.choice(("就高", "就高", "择一", "待定", "不重复享受", "扣减", "可叠加", "补差"))
            found.append({"类型": kind, "成员": members, "依据": {"来源": "S", "条款": "一", "摘要": "略"}})
        return found
