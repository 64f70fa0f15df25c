"""Words that hold a person's word but name nobody: 当老师, 领导岗, 孩子上学, 服务对象."""

from __future__ import annotations

import re

_POSTS = frozenset(
    (
        "主任",
        "科长",
        "处长",
        "局长",
        "院长",
        "校长",
        "部长",
        "厂长",
        "书记",
        "组长",
        "老板",
        "领导",
        "经理",
        "老师",
        "员工",
        "客户",
    )
)
_CALL = frozenset(
    (
        "哥们",
        "哥们儿",
        "兄弟",
        "朋友",
        "大哥",
        "大姐",
        "老哥",
        "老师",
        "领导",
        "老乡",
        "师傅",
        "姐姐",
        "哥哥",
        "阿姨",
        "叔叔",
    )
)
_LEADERS = frozenset(("带头人", "负责人", "法人", "董事长", "老总"))
_CALLED = frozenset(("辅导员", "班主任", "导师", "员工", "朋友"))
_KIN = frozenset(("孩子", "老人", "子女", "配偶", "父母", "小孩"))
# Words that hold a person's word but name nobody, by what stands before or after: 当老师, 领导岗, 孩子上学.
_LEXICAL: tuple[tuple[frozenset[str] | None, re.Pattern[str] | None, re.Pattern[str] | None], ...] = (
    (_POSTS, None, re.compile(r"医|护师|药师|技师|科员|的(?:厂|矿|店|小公司)")),
    # 研发部经理, 项目经理: a post by itself is one's own.
    (
        _POSTS,
        re.compile(
            r"(?:^|[，。；、])(?:我|本人|是|当|做)*[^，。我们他她的说]{0,4}(?:部|部门|中心|项目|车间|分公司|科|厂|室|区域|客户|产品|销售|大区)$"
        ),
        None,
    ),
    (frozenset({"自己"}), re.compile(r"[我他她]$"), re.compile(r"的?(?:开|创|办|房|住|注册|干|经营|交|申请)")),
    (frozenset({"科长"}), re.compile(r"[本专]$"), None),  # 本科长沙理工
    (_POSTS, re.compile(r"(?:是|当|做|副|总|为|名|团队)$"), re.compile(r"岗|干部|班子")),
    (_LEADERS, re.compile(r"(?:是|当|做|任|为|名|副)[^，。]{0,8}$"), None),
    # 研发负责人, by itself, is one's own post.
    (
        _LEADERS,
        re.compile(r"(?:^|[，。；、])(?:我|本人)?(?:技术|研发|部门|项目|团队|学科|科研|创新|产品|生产){0,4}$"),
        None,
    ),
    (frozenset({"员工", "新员工"}), re.compile(r"(?:是|当|做|作为|属于)[^，。他她]{0,9}$"), None),
    (frozenset({"员工"}), None, re.compile(r"[\d一二两三四五六七八九十]|有|共|总")),
    (frozenset({"娘"}), re.compile(r"[新伴婆]$|老板$"), re.compile(r"家|们|娘")),
    (_CALLED, re.compile(r"[当做任为名生]$|(?<![有一是])个$"), None),
    (_KIN, None, re.compile(r"的?(?:上学|入学|补贴|教育|就业|工作|养|转学|待遇|随迁|户口|读书)")),
    (frozenset("爸妈爹叔舅姨"), None, re.compile(r"[爸妈呀蛋祖]")),
    (frozenset({"大家"}), re.compile(r"的$"), None),
    (frozenset({"家属"}), None, re.compile(r"楼|院|区|安置|就业|工作|随|待遇|补贴|能|可|的")),
    (frozenset({"先生"}), re.compile(r"[^，。；、我]$"), re.compile(r"[，！您你请好们]")),
    (
        frozenset({"对象"}),
        re.compile(
            r"(?:服务|补贴|适用|申报|支持|面向|引进|奖励|培养|培育|资助|扶持|发放|认定|补助|谈|找|处|介绍|有|没)(?:的)?$"
        ),
        re.compile(r"范围|包括|认定|有哪|是谁|是哪|要求|条件|为|名单|限"),
    ),
)


# 快递站点老板，大专: whoever gives a post with its place, and no person, tells his own.
_OWN_POST = re.compile(
    r"(?:^|[，。；、])(?![^，。]*(?:[我咱他她们爸妈哥姐弟妹叔舅公婆跟和找问让给听说]|(?:的|单位|公司|科室?|学校|医院|厂)$))[^，。；、]{2,8}$"
)
OWN = re.compile(r"^[我咱](?:们)?(?:家)?的?")


def names_nobody(spot: re.Match[str], text: str) -> bool:
    """Whether a hit is part of another word or a post held, and names nobody."""
    word = OWN.sub("", spot.group()).removeprefix("那") or spot.group()
    before, after = text[max(0, spot.start() - 10) : spot.start()], text[spot.end() : spot.end() + 4]
    if spot.group("named") and re.search(r"(?:姓名：?|我叫|我是|名叫)$", before):
        return True
    if spot.group() in _CALL and re.search(r"(?:^|[。！？])$", before) and re.match(r"[，！]|我|你|请|在吗|好", after):
        return True  # the one spoken to: 大哥，我是硕士
    if word in _POSTS and after[:1] in ("", "，", "。") and _OWN_POST.search(before):
        return True
    if (
        word in _LEADERS
        and re.search(r"(?:^|[，。；、])(?:公司|企业|单位|集团|厂)(?:的)?$", before)
        and after[:1] in ("", "，", "。")
    ):
        return True
    return any(
        (words is None or word in words) and ((left and left.search(before)) or (right and right.match(after)))
        for words, left, right in _LEXICAL
    )
