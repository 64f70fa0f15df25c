"""The JSON Schema (draft-07) of rule files, for editors: Chinese descriptions, completion and messages.

The loader stays the judge; the schema helps while typing. It is generated from the same key table and
vocabulary, and the committed copy is checked to be current.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from talent_rules.compiler.amounts import HIT_POLICIES
from talent_rules.compiler.policy import BENEFICIARIES, KINDS, RELATIONS
from talent_rules.lines import OPERATORS
from talent_rules.model import Grade
from talent_rules.vocabulary import Field, Kind, Vocabulary

Schema = dict[str, Any]
_CHINESE = "一-鿿"


def rule_file_schema(vocabulary: Vocabulary) -> Schema:
    """The schema of one rule file, with the fields of this vocabulary."""
    fields = list(vocabulary.fields.values())
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "人才政策规则文件",
        "description": "写法见 docs/rule-language.md",
        **_record(
            {
                "政策": _policy(fields),
                "积分": _list(_scale(), "有名字的总积分；条件里写 `总积分 至少 100分`，金额里写 `积分: 总积分`"),
                "层次": _list(_tier(), "由条件推出的身份，可在条件里用 `符合 名称` 引用"),
                "待遇": _list(_benefit(), "一项项待遇"),
                "关系": _list(_relation(), "几项待遇能不能同享"),
                "用例": _list(_case(fields), "写在规则旁边的例子，`talent test` 运行"),
                "条文覆盖": {"type": "object", "description": "每条原文、每条资料的去处"},
            },
            ["政策"],
            "规则文件",
        ),
        "definitions": {
            "条件": _condition(fields),
            "金额": _amount(),
            "积分项目": _points_item(),
            "依据": _basis(),
        },
    }


def _record(properties: Schema, required: Iterable[str], what: str) -> Schema:
    names = "、".join(properties)
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        "errorMessage": {"additionalProperties": f"{what}里没有这个键。可写：{names}"},
    }


def _text(description: str, **more: Any) -> Schema:
    return {"type": ["string", "number", "boolean"], "description": description, **more}


def _list(items: Schema, description: str) -> Schema:
    return {"type": "array", "items": items, "description": description}


def _choice(values: Iterable[str], description: str) -> Schema:
    options = list(values)
    return {"enum": options, "description": description, "errorMessage": f"只能写：{'、'.join(options)}"}


def _day(description: str) -> Schema:
    pattern = r"^\d{4}(-\d{2}(-\d{2})?)?$"
    message = "日期写成 2024-07-01，只知到月写 2024-07"
    return {
        "type": ["string", "number"],
        "pattern": pattern,
        "description": description,
        "patternErrorMessage": message,
    }


def _grade() -> Schema:
    return _choice([g.value for g in Grade], "可信级别：A 政府文件 · B 官方媒体 · C 转载 · D 第三方整理（未核实）")


def _texts(description: str) -> Schema:
    return {"anyOf": [_text(description), {"type": "array", "items": _text(description)}], "description": description}


def _policy(fields: list[Field]) -> Schema:
    dates = [f.name for f in fields if f.kind is Kind.DATE]
    source = _record(
        {
            "代号": _text("在本文件里引用的代号，如 P7"),
            "名称": _text("来源的名称"),
            "网址": _text("来源的网址"),
            "日期": _text("来源的日期"),
            "取得": _text("取得的日期"),
            "级别": _grade(),
            "说明": _text("说明"),
        },
        ["代号", "级别"],
        "来源",
    )
    window = _record({"自": _day("第一天"), "至": _day("最后一天"), "说明": _text("说明")}, [], "有效期")
    return _record(
        {
            "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$", "description": "全地区唯一",
                   "patternErrorMessage": "只用小写英文、数字、连字符，例如 ordos-housing-2024"},
            "名称": _text("文件全名"),
            "简称": _text("简称"),
            "文号": _text("文号"),
            "机关": _text("发文机关"),
            "说明": _text("说明"),
            "有效期": {**window, "description": "到期即失效，不回退旧版"},
            "适用时点": _choice(dates, "哪个日期决定用不用这份文件"),
            "修订": _text("被修订的政策 id（不改变对方的有效期）"),
            "替代": _texts("被替代的政策 id，只停其中几项的写 政策id/待遇id（自本文件“自”日起对方不再适用）"),
            "现行待核": _record({"自": _day("自这天起申请的人"), "说明": _text("原因"), "依据": {}}, ["自"], "现行待核"),
            "来源": _list(source, "本文件用到的来源"),
        },
        ["id", "名称", "来源"],
        "政策",
    )  # fmt: skip


def _benefit() -> Schema:
    return _record(
        {
            "id": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "description": "文件内唯一",
                   "patternErrorMessage": "只用小写英文、数字、下划线，例如 settling_in"},
            "名称": _text("待遇的名称"),
            "类别": _choice(KINDS, "类别"),
            "编号": _texts("资料行号"),
            "受益人": _choice([k for k in BENEFICIARIES if k in set(BENEFICIARIES.values())], "钱给谁；合计只加个人"),
            "条件": {"$ref": "#/definitions/条件"},
            "金额": {"$ref": "#/definitions/金额"},
            "发放": {"type": "object", "description": "{比例: [4, 3, 3], 间隔: 1年, 首期: 认定通过后}，或 一次性、待定"},
            "材料": _texts("材料"),
            "渠道": _text("办理渠道"),
            "期限": _text("申报时间"),
            "说明": _text("说明"),
            "有效期": {"type": "object", "description": "可省，默认随政策"},
            "适用时点": _text("可省，默认随政策"),
            "依据": {"$ref": "#/definitions/依据"},
        },
        ["id", "名称", "条件", "金额", "依据"],
        "待遇",
    )  # fmt: skip


def _scale() -> Schema:
    return _record(
        {"id": _text("代号"), "名称": _text("条件和金额里引用的名称"),
         "项目": {"type": "array", "items": {"$ref": "#/definitions/积分项目"}, "description": "各项相加"},
         "依据": {"$ref": "#/definitions/依据"}, "说明": _text("说明")},
        ["id", "名称", "项目"],
        "积分",
    )  # fmt: skip


def _points_item() -> Schema:
    inner = {"type": "array", "items": {"$ref": "#/definitions/积分项目"}}
    return _record(
        {"名称": _text("项目的名称"), "条件": {"$ref": "#/definitions/条件"}, "计": _text("分值，如 3分、-30分"),
         "每满": _text("每满多少计一次，如 1年、1条"), "字段": _texts("按哪个字段计；写几个就取小的"),
         "表": _table(), "合计": {**inner, "description": "几项相加"}, "取高": {**inner, "description": "只计最高的一项"},
         "封顶": _text("最多多少分"), "依据": {"$ref": "#/definitions/依据"}, "说明": _text("说明")},
        [],
        "积分项目",
    )  # fmt: skip


def _tier() -> Schema:
    return _record(
        {"id": _text("代号"), "名称": _text("名称"), "条件": {"$ref": "#/definitions/条件"},
         "依据": {"$ref": "#/definitions/依据"}, "说明": _text("说明")},
        ["id", "名称"],
        "层次",
    )  # fmt: skip


def _relation() -> Schema:
    kinds = [k for k in RELATIONS if k in set(RELATIONS.values())]
    return _record(
        {"类型": _choice(kinds, "就高＝发放方按最高的发；择一＝本人挑；待定＝来源没说"),
         "成员": _texts("待遇 id，别的文件写 政策id/待遇id"), "已享受": _texts("已领的待遇"), "上限": _text("如 60万元"),
         "依据": {"$ref": "#/definitions/依据"}, "级别": _grade(), "说明": _text("说明")},
        ["类型", "成员"],
        "关系",
    )  # fmt: skip


def _case(fields: list[Field]) -> Schema:
    given = {f.name: _value(f) for f in fields}
    return _record(
        {"名称": _text("一句话"), "编号": _texts("编号"), "时点": _day("申请日"),
         "给定": {"type": "object", "properties": given, "description": "这个人的情况，没写的就是不知道"},
         "期望": {"type": "object", "description": "待遇: 结论；待遇.金额: [下端, 上端]"}, "说明": _text("说明")},
        ["名称", "时点", "给定", "期望"],
        "用例",
    )  # fmt: skip


def _value(entry: Field) -> Schema:
    text = f"{entry.kind.value}{'，单位 ' + entry.unit if entry.unit else ''}。{entry.question}"
    if entry.options and entry.kind is not Kind.SET:
        return {
            "anyOf": [{"enum": [o.name for o in entry.options]}, {"type": ["object", "string"]}],
            "description": text,
        }
    return {"description": text}


def _condition(fields: list[Field]) -> Schema:
    words = sorted({w for op in OPERATORS for w in (op.word, op.date_word) if w})
    examples = [example for f in fields for example in _examples(f)]
    line = {
        "type": "string",
        "description": "一行：字段 运算 值 [按 日期字段]。运算：" + " ".join(words),
        "examples": examples,
    }
    ref = {"$ref": "#/definitions/条件"}
    group = {"type": "array", "items": ref}
    keyed = _record(
        {"全部": {**group, "description": "都要满足"}, "任一": {**group, "description": "满足一项即可"},
         "都不": {**group, "description": "一项也不能满足"}, "人工核验": _text("评审、核验，程序不下结论"),
         "待定": _text("来源没有载明，永远“来源未定”，直到补上"), "条件": ref, "依据": {"$ref": "#/definitions/依据"},
         "说明": _text("说明")},
        [],
        "条件",
    )  # fmt: skip
    return {"anyOf": [line, group, keyed], "description": "谁能享受"}


def _examples(entry: Field) -> list[str]:
    if entry.kind is Kind.FLAG:
        return [f"{entry.name} 是 是"]
    if entry.kind is Kind.ORDERED:
        return [f"{entry.name} 至少 {o.name}" for o in entry.options]
    if entry.kind is Kind.CHOICE:
        return [f"{entry.name} 是 {o.name}" for o in entry.options]
    if entry.kind is Kind.SET:
        return [f"{entry.name} 包含 {o.name}" for o in entry.options]
    return []


def _table() -> Schema:
    return _record(
        {"方式": _choice([h for h in HIT_POLICIES if h > "z"], "命中方式"), "列": {"type": "array"},
         "行": {"type": "array", "items": {"type": "array"}}, "封顶": _text("上限"), "说明": _text("说明")},
        ["列", "行"],
        "表",
    )  # fmt: skip


def _amount() -> Schema:
    table = _table()
    forms: Schema = {
        name: {}
        for name in ("固定", "至少", "最高", "区间", "每月", "每年", "面积", "比例", "一事一议", "服务", "待定", "积分")
    }
    keyed = _record(
        {**forms, "表": table, "共": _text("期数，如 36个月"), "月数": _text("按这个字段的月数"),
         "人数": _text("按这个字段的人数"), "单价": _text("单价字段"), "实际面积": _text("面积字段"),
         "不足": _choice(["待定"], "面积不足标准时怎么算"), "基数": _text("比例的基数字段"), "封顶": _text("上限"),
         "级别": _grade(), "官方区间": {"description": "较高一级来源给出的界，如 [5万元, 40万元]"},
         "依据": {"$ref": "#/definitions/依据"}, "取整": _choice(["分", "元", "百元", "千元", "万元"], "取整单位"), "说明": _text("说明")},
        [],
        "金额",
    )  # fmt: skip
    line = {
        "type": ["string", "number"],
        "description": "40万元 · 至少 300万元 · 最高 5万元 · 每月 1500元 共 36个月 · 每年 2000元 · 服务",
        "examples": ["40万元", "至少 300万元", "最高 5万元", "每月 1500元 共 36个月", "每年 2000元", "服务", "待定"],
    }
    return {"anyOf": [line, keyed], "description": "给多少"}


def _basis() -> Schema:
    return _record(
        {"来源": _texts("来源代号"), "条款": _text("第几条"), "摘要": _text("用自己的话重述，数字与规则一致"),
         "级别": _grade(), "说明": _text("说明")},
        [],
        "依据",
    )  # fmt: skip
