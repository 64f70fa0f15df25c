"""Whether what is said is affirmed, negated, doubted, planned or past, judged by the words around it."""

from __future__ import annotations

import re

_PROTECTED = re.compile(
    "不过|不但|不仅|不光|不错|不好意思|不知道|不清楚|不满|不到|不足|不低于|不少于|不超过|未来|未婚|未满|没到|没满|非常|非得|"
    "没错|没问题|差不多|不论|不管|无论|不限|要不|无锡|无固定|别的|别人|分别|特别|级别|区别|无非|不得不|不想|不愿|不用|不行|"
    "双非|非双一流|非双|非全日制|非全|非985|非211|不能(?!说)|不会|不可|不同|不对|不是的|不用说|没事|没关系"
)
_OPEN = re.compile("有没有|是不是|能不能|会不会|算不算|要不要|是否|有无")
# 在不在, 签没签, 是全职不是全职: both put side by side, neither said
_A_NOT_A = re.compile(r"([^\W\d_我你他她]{1,4})[不没]\1")
# 在目录里没有我不知道: whatever it may be, one does not know it
_UNKNOWN = re.compile(
    r"^(?:没有?|与否|了没有?)?(?:这个)?(?:我|也|还|真|目前|暂时|都|就|自己)*(?:不(?:太|大|是很)?(?:知道|清楚|确定|晓得|了解)"
    r"|[搞弄]不清|没问过?|没打听|说不准|拿不准|[要得]问问|记不清|忘了)[楚了呢啊呀]*$"
)
_NEGATION = (
    "不能说|不认为|不觉得|谁说我?(?:是|有)|哪(?:里|儿)?(?:是|有)|"
    "并不是|并非|不是|不算|不属于|不在|不具备|不具有|不具|没有|没|未|不|无|非|别"
)
_FILLER = (
    "有|算|什么|市里|市级|本市|全市|是|说|我|还|也|都|并|就|又|真|已经|到现在|目前|暂时|从来|从|什么|任何|任意|啥|拿到|拿|取得|获得|读过|读|念|考上|考|"
    "评上|评过|评|认定|入选|签|买|办|做|交|领|的|过|到|了|能|属于|在|被|这个|那个|这种|一个|个|正式|正规|全国|国家|国内|"
    "国外|进入|进|列入|排进|排在|入|那种|真正|纯|硕士|本科|博士|高校|大学|毕业|生|自己|名|上|其|当"
)
_CHAIN = re.compile(rf"(?:{_NEGATION}|{_FILLER}){{0,9}}$")
_NEGATIONS = re.compile(_NEGATION)
_AFTER = re.compile(
    r"^(?:评审|申报|答辩)?(?:去年|今年|前年|上次|这次|两次|\d{4}年?)(?:也|都|还|又|就|申报|评)*没(?:有)?(?:评|考|通)?(?:过|上|成)(?=$|[，。！呢啊呀的了])"
    r"|^(?:的|人才)?(?:都|也|还)(?:不是|不算|算不上|够不上|谈不上)(?=$|[，。！更呢啊呀的])|^(?:学位|学历|职称|证书?|资格|这个|的)?(?:还|都|也|暂时|目前|一直|压根|根本)?(?:没有?|未)"
    r"(?:评|拿|考|读|做|办|买|签|交|通过|下来|批|认定|入选|参加|申请)?(?:上|到|过|下来|完|成)?(?=$|[，。！呢啊呀的了])"
)
_RESET = re.compile(r"而是|就是|但是?|却|可是|只是|反而|其实")
# 不是本科是硕士: the second is affirmed
_BUT_IS = re.compile(r"(?:不是|并非|不算)[^，。说我]{1,8}?(?<![不就还都也才又更要])(?:而)?是(?:个|一个)?$")
_EITHER = re.compile(r"不是[^，。]{1,8}就是(?:个|一个)?$")  # 不是本科就是大专: who knows
_HEDGE = re.compile(
    r"可能|也许|大概|或许|好像|估计|说不定|应该(?!是.{1,12}不是)|似乎|貌似|八成|没准|差不多|记不清|不确定|未必|不一定|难道|谁说(?!我?(?:是|有))|怎么会|莫非|印象"
)
_HEDGE_AFTER = re.compile(
    r"^.{0,3}(?:吧，?(?:记不|不太|好像|可能)|来着|(?:我)?(?:不太|也不|不)?(?:确定|记不清|记不得))"
)
_PLAN = re.compile(
    r"应聘|竞聘|投了?|(?<!不)想(?!问|咨询|了解|知道|请|打听|请教|查|确认|看看|必|帮|替|给我|代)|打算|准备(?!好)|计划|希望|争取|考虑|要去(?!年)|要考|正在评|在评|在考|备考|报考|"
    r"考(?=博|研|公)|将要|将来|以后|日后|等我|目标|梦想|想当|还差|差点|差一点|冲刺|即将|快要|马上要|申请(?=读|博|[^，。补贴费]{0,6}的?$)|保(?=研)|准(?=博士|硕士)|拟|有意|预计|有望|候选(?!人)|破格|最好|先(?=读|考)"
)
_DONE = re.compile(r"已经|现在|目前|我是|本人是|毕业|拿到|取得|获得|考上|考到|录取")
_URGED = re.compile(r"(?:让|叫|要|逼|催|劝|建议|非要|撺掇)(?:我|咱)(?:们)?(?!是|有|能)[^，。]{0,6}$")
_CONSIDERED = re.compile(
    r"(?:考虑|(?<!不)(?<!打算)想|希望|(?:准备|打算|愿意|答应|承诺|要)(?:给(?:我|咱)?|(?:跟|和|与)(?:我|咱))(?:们)?)[^，。]{0,3}$"
)
_WISH = re.compile(r"(?<!不)(?:想|希望|争取|梦想)[^，。]{0,6}?(?:去|进|找|考|到|当)[^，。]{0,4}$|(?<!自)[考报]$")
_ONCE = re.compile(r"(?:干|工作|待|呆|上班|实习|任职)过")
_PAST = re.compile(
    r"以前|之前|原来|本来|原本|起初|一开始|起先|曾经|曾|原先|过去|前几年|早年|当年|那会儿?|上一?(?:家|份|段|个单位|个公司)|前一?(?:家|份|段)|(?<!目)前东家|(?<!目)前公司|离职前|老东家"
)


def protect(text: str) -> str:
    """The text with words that only look like negations blanked out."""
    return _PROTECTED.sub(lambda m: "■" * len(m.group()), text)


def negated(clause: str, start: int, end: int) -> bool | None:
    """Whether a hit at `start:end` of its clause is negated; None where it is asked (有没有)."""
    near = clause[max(0, start - 16) : start]
    left = protect(near)
    if _EITHER.search(near) or _left_open(clause, start, end):
        return None
    if _BUT_IS.search(near):
        return False
    resets = [m.end() for m in _RESET.finditer(left)]
    left = left[resets[-1] :] if resets else left
    chain = _CHAIN.search(left)
    body = chain.group() if chain else ""
    if _OPEN.search(body):
        return None
    count = len(_NEGATIONS.findall(body))
    if _AFTER.match(protect(clause[end : end + 12])):
        count += 1
    return count % 2 == 1


def _left_open(clause: str, start: int, end: int) -> bool:
    """Whether a hit and its contrary stand side by side, or one says not to know it."""
    first = max(0, start - 9)
    return bool(_UNKNOWN.match(clause[end : end + 14])) or any(
        m.start() <= start - first <= m.end() for m in _A_NOT_A.finditer(clause[first : start + 6])
    )


def hedged(clause: str, start: int, end: int) -> bool:
    """Whether the speaker is unsure of a hit."""
    left, right = clause[:start][-10:], clause[end : end + 12]
    counted = re.search(r"算(?:是|得上)?$", left) or clause[start:end].startswith("算")  # 算自然科学吧
    return bool(_HEDGE.search(left) or _HEDGE_AFTER.match(right) or (counted and right.startswith(("吧", "了吧"))))


def planned(clause: str, start: int) -> bool:
    """Whether a hit is wished for and not yet so."""
    left = clause[max(0, start - 14) : start]
    if re.search(
        r"(?:(?<![获已被])评|(?<!自)考|报|竞聘|申报|申请|冲|升|晋升|转评)(?:个|一个)?$|(?:能|可以|争取)(?:评|考|升)(?:上|到)?$",
        left,
    ):
        return True
    plans = list(_PLAN.finditer(left))
    return bool(plans) and not _DONE.search(left[plans[-1].end() :])


def past(clause: str, start: int) -> bool:
    """Whether a hit is told of a time gone by."""
    return bool(_PAST.search(clause[:start]) or _ONCE.search(clause[start:]))


def urged(clause: str, start: int) -> bool:
    """Whether somebody else wants it: 领导让我签五年."""
    return bool(_URGED.search(clause[max(0, start - 12) : start])) and not _DONE.search(clause[start:])


def considered(clause: str, start: int) -> bool:
    """Whether terms are only thought about: 考虑签五年."""
    return bool(_CONSIDERED.search(clause[max(0, start - 8) : start]))


def wished(clause: str, start: int) -> bool:
    """Whether a hit is only longed for: 想进重点企业."""
    return bool(_WISH.search(clause[max(0, start - 8) : start]))
