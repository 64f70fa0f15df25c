"""The OpenAPI 3.1 description of the API, with the profile's fields from the vocabulary."""

from __future__ import annotations

from typing import Any

from talent_rules import Field, Kind, RuleBase

Json = dict[str, Any]
_MONEY: Json = {"type": ["number", "null"], "description": "元；null 是没有上限"}
_TEXT: Json = {"type": "string"}
_TEXTS: Json = {"type": "array", "items": _TEXT}


def describe(base: RuleBase) -> Json:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "talent-policy",
            "version": base.version[7:15],
            "summary": "鄂尔多斯人才待遇：按条件判定，逐条给出依据",
            "description": "仅供参考，以主管部门审核为准。什么都不保存。",
        },
        "paths": {
            "/api/decide": {"post": _decide()},
            "/api/turn": {"post": _turn()},
        },
        "components": {"schemas": _schemas(base)},
    }


def _decide() -> Json:
    either = {"oneOf": [_ref("Profile"), {"type": "array", "items": _ref("Profile"), "maxItems": 100}]}
    answer = {"oneOf": [_ref("Decision"), {"type": "array", "items": _ref("Decision")}]}
    as_of = {
        "name": "as_of",
        "in": "query",
        "description": "按哪一天的规则；不写是今天",
        "schema": {"type": "string", "format": "date"},
    }
    return {
        "operationId": "decide",
        "summary": "一个人或一批人能享受哪些待遇",
        "parameters": [as_of],
        "requestBody": _body(either, {"学位": "博士", "毕业院校": "清华大学", "劳动合同年限": "3年"}),
        "responses": _responses(answer, {}),
    }


def _turn() -> Json:
    asked = {
        "type": "object",
        "properties": {
            "dialogue": {"type": ["object", "null"], "description": "上一次回答里的 dialogue，原样带回"},
            "text": {"type": "string", "maxLength": 1000},
            "payload": {"type": "string", "maxLength": 64, "description": "点的按钮的 payload"},
        },
        "additionalProperties": False,
    }
    answer = {
        "type": "object",
        "required": ["dialogue", "replies"],
        "properties": {"dialogue": {"type": "object"}, "replies": {"type": "array", "items": _ref("Reply")}},
    }
    return {
        "operationId": "turn",
        "summary": "聊一句",
        "requestBody": _body(asked, {"text": "我是985博士，35岁"}),
        "responses": _responses(answer, {"409": "dialogue 不是上一次回答里给的那个，或规则已经换了"}),
    }


def _body(schema: Json, example: Json) -> Json:
    return {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}


_REFUSALS = {
    "400": "不是 JSON",
    "413": "太长",
    "415": "不是 application/json",
    "422": "有看不懂的信息项或取值；line 是第几个人",
    "429": "太快；见 Retry-After",
    "500": "程序出错了；hint 里有编号",
}


def _responses(schema: Json, more: dict[str, str]) -> Json:
    found: Json = {"200": {"description": "结果", "content": {"application/json": {"schema": schema}}}}
    for code, words in sorted((_REFUSALS | more).items()):
        found[code] = {"description": words, "content": {"application/json": {"schema": _ref("Problems")}}}
    found["429"]["headers"] = {"Retry-After": {"description": "几秒以后再试", "schema": {"type": "integer"}}}
    return found


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _record(properties: Json, required: tuple[str, ...] | None = None) -> Json:
    return {"type": "object", "properties": properties, "required": list(required or properties)}


# ── schemas ─────────────────────────────────────────────────────────────────────────────────


def _schemas(base: RuleBase) -> Json:
    amount = _record(
        {
            "lo": _MONEY,
            "hi": _MONEY,
            "verified": _record({"lo": _MONEY, "hi": _MONEY}),
            "grade": {"enum": ["A", "A-", "B", "C", "D"]},
            "unit": {
                "enum": ["CNY", "CNY/year", "points"],
                "description": "CNY 元；CNY/year 元/年；points 积分，lo、hi 是分数",
            },
        }
    )
    benefit = _record(
        {
            "id": _TEXT,
            "name": _TEXT,
            "outcome": {"enum": ["eligible", "ineligible", "needs_info", "needs_review", "out_of_scope"]},
            "amount": {"oneOf": [amount, {"type": "null"}]},
            "schedule": {"type": "array", "items": {"type": "object"}},
            "missing": _TEXTS,
            "review": _TEXTS,
            "because": {"type": "array", "items": {"type": "object"}},
            "dropped_by": {"type": ["string", "null"]},
            "nearest": {"type": "array", "items": {"type": "object"}},
        }
    )
    problem = _record({"file": _TEXT, "line": {"type": "integer"}, "column": {"type": "integer"}, "code": _TEXT,
                       "severity": _TEXT, "message": _TEXT, "hint": _TEXT})  # fmt: skip
    question = _record({"field": _TEXT, "text": _TEXT, "why": _TEXT})
    block = _record({"kind": {"enum": ["text", "understood", "table", "card", "citations", "buttons"]}})
    return {
        "Profile": _profile(base),
        "Decision": _record(
            {
                "as_of": {"type": "string", "format": "date"},
                "place": _TEXT,
                "rule_base": _TEXT,
                "benefits": {"type": "array", "items": benefit},
                "total": _record({"guaranteed": {"type": "number"}, "possible": _MONEY}),
                "next_question": {"oneOf": [question, {"type": "null"}]},
                "problems": {"type": "array", "items": _ref("Problem")},
            }
        ),
        "Reply": _record({"blocks": {"type": "array", "items": block}, "erase": {"type": "boolean"}}),
        "Problem": problem,
        "Problems": _record({"problems": {"type": "array", "items": _ref("Problem"), "minItems": 1}}),
    }


def _profile(base: RuleBase) -> Json:
    properties = {entry.id: _field(entry) for entry in base.vocabulary.fields.values()}
    about = (
        "信息项用 id、名称或同义词，取值也是；没写就是不知道，也可写“不清楚”“不想说”。看不懂的答 422，并说该怎么写。"
    )
    names = sorted({word for entry in base.vocabulary.fields.values() for word in entry.words})
    return {"type": "object", "description": about, "properties": properties, "propertyNames": {"enum": names}}


def _field(entry: Field) -> Json:
    found: Json = {"title": entry.name, "description": entry.why or entry.question or entry.name}
    if entry.options:
        found["examples"] = [o.id for o in entry.options]
    elif entry.example:
        found["examples"] = [entry.example]
    if entry.kind is Kind.FLAG:
        found["type"] = ["boolean", "string", "integer", "null"]  # 是, true, 1; null is not known
    if entry.unit:
        found["description"] += f"（单位：{entry.unit}）"
    return found
