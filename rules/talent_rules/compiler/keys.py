"""The keys of rule files: each Chinese key and its one English alias."""

from __future__ import annotations

from collections.abc import Mapping

from talent_rules.source import Node, Record, Report, Scalar, Sequence

#: Chinese key → English alias, which is also the name used in code.
ALIASES: Mapping[str, str] = {
    "政策": "policy",
    "id": "id",
    "名称": "name",
    "简称": "short_name",
    "文号": "number",
    "机关": "issuer",
    "说明": "note",
    "有效期": "in_force",
    "自": "from",
    "至": "to",
    "适用时点": "applies_on",
    "修订": "amends",
    "替代": "replaces",
    "现行待核": "unconfirmed",
    "来源": "source",
    "代号": "code",
    "网址": "url",
    "日期": "date",
    "取得": "retrieved",
    "级别": "grade",
    "层次": "tiers",
    "待遇": "benefits",
    "类别": "kind",
    "编号": "refs",
    "受益人": "beneficiary",
    "条件": "when",
    "金额": "amount",
    "发放": "payment",
    "材料": "documents",
    "渠道": "channel",
    "期限": "deadline",
    "依据": "basis",
    "条款": "clause",
    "摘要": "summary",
    "全部": "all",
    "任一": "any",
    "都不": "none",
    "人工核验": "review",
    "待定": "undecided",
    "关系": "relations",
    "类型": "type",
    "成员": "members",
    "已享受": "received",
    "上限": "limit",
    "用例": "cases",
    "时点": "as_of",
    "给定": "given",
    "期望": "expect",
    "条文覆盖": "coverage",
    "状态": "status",
    "固定": "fixed",
    "至少": "at_least",
    "最高": "at_most",
    "区间": "range",
    "每月": "per_month",
    "每年": "per_year",
    "共": "for",
    "月数": "months",
    "人数": "persons",
    "面积": "area",
    "单价": "unit_price",
    "实际面积": "actual_area",
    "不足": "shortfall",
    "比例": "ratio",
    "基数": "base",
    "封顶": "cap",
    "一事一议": "by_case",
    "服务": "service",
    "表": "table",
    "方式": "hit_policy",
    "列": "columns",
    "行": "rows",
    "官方区间": "official_range",
    "取整": "rounding",
    "间隔": "interval",
    "首期": "first",
    "一次性": "once",
    "积分": "points",
    "项目": "items",
    "计": "gives",
    "每满": "per_full",
    "字段": "field",
    "合计": "sum",
    "取高": "best_of",
}
CHINESE: Mapping[str, str] = {english: chinese for chinese, english in ALIASES.items()}


def accepting(*names: str) -> Mapping[str, str]:
    """The spellings of these keys → their English names, Chinese first."""
    return {CHINESE[n]: n for n in names} | {n: n for n in names}


def check_one_language(root: Node, report: Report) -> None:
    """Report English keys in a Chinese file and the other way round: one file, one language."""
    seen: dict[bool, Scalar] = {}
    stack: list[tuple[Node, bool]] = [(root, True)]
    while stack:
        node, structural = stack.pop()
        if isinstance(node, Sequence):
            stack += [(item, structural) for item in reversed(node.items)]
        elif isinstance(node, Record):
            for key, value in reversed(node.pairs):
                free = key.text in ("给定", "given", "期望", "expect", "条文覆盖", "coverage")
                stack.append((value, structural and not free))
            if structural:
                for key, _ in node.pairs:
                    _note_language(key, seen, report)


def _note_language(key: Scalar, seen: dict[bool, Scalar], report: Report) -> None:
    chinese, english = key.text in ALIASES, key.text in CHINESE
    if chinese == english:  # unknown, or the same in both (`id`)
        return
    first = seen.setdefault(chinese, key)
    if first is key and (not chinese) in seen:
        wanted = CHINESE[key.text] if english else ALIASES[key.text]
        report.add(key, "K206", f"同一份文件里中文键和英文键混用：`{key.text}`", f"写成 `{wanted}`")
