"""One question with one fact left out, put to five rule engines: what does each say?

Rule: 博士 and 双一流 and 全职 and 年龄 ≤ 40 → 400,000 元. Person: 博士, 双一流, 全职; the age is not given.
Run: `make bench`, or `pip install --require-hashes -r requirements/bench.txt` and
`python benchmarks/missing_input.py`; an engine that is not installed is said to be missing.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

OPENFISCA = """
import logging, warnings; warnings.simplefilter("ignore"); logging.disable(logging.CRITICAL)
from openfisca_core import entities, periods, simulations, taxbenefitsystems, variables
Person = entities.Entity("person", "persons", "", "")
def fact(name, kind):
    return type(name, (variables.Variable,), {"value_type": kind, "entity": Person, "definition_period": periods.YEAR})
facts = [fact("phd", bool), fact("double_first", bool), fact("full_time", bool), fact("age", int)]
class settling_in(variables.Variable):
    value_type = float; entity = Person; definition_period = periods.YEAR
    def formula(person, period, parameters):
        return (person("phd", period) * person("double_first", period) * person("full_time", period)
                * (person("age", period) <= 40) * 400000)
system = taxbenefitsystems.TaxBenefitSystem([Person])
for v in (*facts, settling_in): system.add_variable(v)
simulation = simulations.SimulationBuilder().build_from_entities(
    system, {"persons": {"a": {k: {"2025": True} for k in ("phd", "double_first", "full_time")}}})
print(simulation.calculate("settling_in", "2025")[0])
"""
ZEN = """
import json, zen
table = {"nodes": [
  {"id": "i", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
  {"id": "t", "type": "decisionTableNode", "name": "t", "position": {"x": 0, "y": 0}, "content": {
    "hitPolicy": "first", "inputs": [{"id": k, "name": k, "field": k} for k in ("degree", "first", "job", "age")],
    "outputs": [{"id": "amount", "name": "amount", "field": "amount"}],
    "rules": [{"_id": "r", "degree": '"phd"', "first": "true", "job": '"full"', "age": "<= 40", "amount": "400000"}]}},
  {"id": "o", "type": "outputNode", "name": "out", "position": {"x": 0, "y": 0}}],
  "edges": [{"id": "1", "sourceId": "i", "targetId": "t", "type": "edge"},
            {"id": "2", "sourceId": "t", "targetId": "o", "type": "edge"}]}
person = {"degree": "phd", "first": True, "job": "full"}
try: print("table:", zen.ZenEngine().create_decision(json.dumps(table)).evaluate(person)["result"], end="; ")
except Exception as e: print("table raises", str(e).splitlines()[0][:80], end="; ")
try: print("expression:", zen.evaluate_expression('degree == "phd" and first and age <= 40', person))
except Exception as e: print("expression raises", str(e).splitlines()[0][:80])
"""
RULE_ENGINE = """
import rule_engine
person = {"degree": "phd", "first": True, "job": "full"}
rule = rule_engine.Rule('degree == "phd" and first and job == "full" and age <= 40')
try: print(rule.matches(person))
except Exception as e: print("raises", type(e).__name__)
"""
DURABLE = """
import json, durable_rules_engine as E
rules = {"yes": {"all": [{"m": {"$and": [{"phd": 1}, {"first": 1}, {"full": 1}, {"$lte": {"age": 40}}]}}]},
         "always": {"all": [{"m": {"go": 1}}]}}
h = E.create_ruleset("x", json.dumps(rules))
r = E.assert_fact(h, json.dumps({"sid": "1", "id": "1", "go": 1, "phd": 1, "first": 1, "full": 1}))
fired = set(); s = E.start_action_for_state(h, r[1]); m = s[1] if s else None
while m:
    fired.add(next(iter(json.loads(m)))); E.update_state(h, s[0]); m = E.complete_and_start_action(h, r[1])
print("rule fired" if "yes" in fired else "rule did not fire (the same as for a person of 50)")
"""

VOCABULARY = """
字段:
  - {id: degree, 名称: 学位, 类型: 枚举, 取值: [{id: other, 名称: 其他}, {id: phd, 名称: 博士}]}
  - {id: first, 名称: 双一流, 类型: 是非}
  - {id: job, 名称: 引进方式, 类型: 枚举, 取值: [{id: full, 名称: 全职}, {id: flexible, 名称: 柔性}]}
  - {id: age, 名称: 年龄, 类型: 整数, 单位: 周岁, 范围: [18, 70], 问法: 您今年多少周岁？}
  - {id: application_date, 名称: 申请日期, 类型: 日期}
"""
RULE = """
政策: {id: example, 名称: 示例, 来源: [{代号: S, 名称: 示例, 级别: A}]}
待遇:
  - id: settling_in
    名称: 安家补贴
    条件: [学位 是 博士, 双一流 是 是, 引进方式 是 全职, 年龄 不超过 40周岁]
    金额: 40万元
    依据: {来源: S, 条款: 第一条, 摘要: 示例}
"""


def ours() -> str:
    """The same rule and person through talent_rules."""
    from talent_rules import load, show_range

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "example"
        place.mkdir()
        (Path(folder) / "vocabulary.yaml").write_text(VOCABULARY, encoding="utf-8")
        (place / "rule.yaml").write_text(RULE, encoding="utf-8")
        base = load("example", folder)
        person = {"degree": "phd", "first": True, "job": "full"}
        decision = base.decide(person, as_of=date(2025, 1, 1))
        question = base.next_question(person, as_of=date(2025, 1, 1))
    verdict = decision["settling_in"]
    total = decision.total
    assert verdict.amount is not None and question is not None
    return (
        f"{verdict.outcome.label}；可得 {total.guaranteed // 100:,}–{(total.possible or 0) // 100:,} 元"
        f"（符合时 {show_range(verdict.amount.reported)}）；下一问：{question.text}"
    )


def theirs(program: str) -> str:
    """What an engine prints."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    lines = done.stdout.strip().splitlines()
    return lines[-1] if lines else "没有运行成功：" + (done.stderr.strip().splitlines() or ["?"])[-1][:100]


def main() -> None:
    rows = [
        ("OpenFisca", theirs(OPENFISCA)),
        ("GoRules ZEN", theirs(ZEN)),
        ("rule-engine", theirs(RULE_ENGINE)),
        ("durable-rules", theirs(DURABLE)),
        ("talent-policy", ours()),
    ]
    print("规则：博士、双一流、全职、年龄不超过40周岁 → 40万元。此人：博士、双一流、全职，没说年龄。\n")
    for name, said in rows:
        print(f"{name:<14} {said}")


if __name__ == "__main__":
    main()
