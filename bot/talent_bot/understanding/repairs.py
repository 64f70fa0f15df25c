"""Corrections, edits and withdrawals of what was said before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from talent_bot.understanding.result import Context
from talent_bot.understanding.vocabulary import Vocabulary

_CORRECT = re.compile(
    r"刚(?:才)?(?:那个|的)?选项|(?:打|写|填|说|输|选|点|念|记|听|认|当|搞|弄)成了?(?!绩|功|立|果|本|家|员|人|年)|(?:刚|上面|前面)[^，。]{0,4}说(?:的是)?[^，。我]{0,2}我?[^，。]{1,4}的，?(?:而)?不是我|(?:多|少)(?:打|写|输|填)了|应该(?:是)?(?:填|写|选|改)|准确(?:地|的)?(?:说|讲)|^(?:等等|等下|等一下|慢着)，|^不是[^，。]{1,6}，(?:是|应该|我)?[\d一二三四五六七八九十两百千万]{1,5}[周岁年万个月了]{0,3}$|我(?:啥时候|什么时候|哪有|何时|没|从没|从未|可没|哪)(?:说|讲|填)过|不(?:算|作)数|^[\d一二三四五六七八九十][^，。是]{0,9}，?(?:而)?不是[\d一二三四五六七八九十][^，。]{0,9}$|(?:忽略|别管|作废|不算)[^，。]{0,4}(?:刚才|前面|之前|刚刚)|(?:说|写|打|填|搞|弄|记|看|输|选|点|讲|报|听)(?:错|反|岔|大了|小了|多了|少了)|错了|(?:^|，|。)(?:不对|不是的|错)(?:$|，|。|啊|呀|，?我)|不对(?=，|。|；|、|$|，?应该|是(?!吗|吧|不))|更正|纠正|口误|改口|有误|(?:^|，)(?:[哦啊噢哎诶呃额唉嗯]|等等)?不+，|(?:^|，)[哦啊噢哎诶呃额唉](?:不(?!好|错)|，?(?:应该)?是(?!的|啊|吗|吧))|(?:哦|啊|噢|呃|诶|唉)不对|其实是|(?:刚才|刚刚|前面|之前)[^，。]{0,6}(?:不对|错|有误)|(?<![既也更])不是(?![不没](?!是))(?![^，。]{0,8}[但就还也])[^，。]{1,10}[，、]?(?:而)?(?<!不)是(?!不是)|^是[^，。]{1,10}不是|(?:说|写|填|讲|指)的是[^，。]{1,10}，?(?:而)?不是"
)
_ACTUALLY = re.compile(
    r"其实，?[^，。]{0,3}(?:是|在|有|没)|^[啊哦哎]?不好意思"
)  # against what was said before, if anything was
_MISTAKEN = re.compile(
    r"(?:说|写|填|讲|指)的是[^，。]{1,10}，?(?:而)?不是(?P<name>[\u4e00-\u9fff]{2,6}?)(?:$|，|。|啊|呀)"
)
_TURN = re.compile(
    r"(?<=.)(?:(?:哦|啊|噢|呃|诶|唉)不(?:对|是)|(?<=，)[哦啊噢哎诶呃额唉](?:不，|，?(?:应该)?是(?!的|啊))|(?<=[，。])(?:其实)|(?<=[，。啊哦哎呃])(?:不对(?!吗)是?|[说打记写填搞看]错了?|更正|口误|不，|等等(?!问题)|等一?下，))"
)
_EDIT = re.compile(
    r"(?:把[^，。]{1,6}改(?:了|掉)|修改|更改|改一下|改下|我要改|想改|改改|(?:怎么|咋|如何|哪里|在哪)(?:能|可以)?(?:修)?改|重新选|改选|更新|改成|改为|改到|换成|调整|编辑|改(?=学历|年龄|学校|合同|信息|资料|答案|一?个)|重新填)"
)
_CLEAR = re.compile(
    r"(?:删(?:掉|除|了|去)?|撤回|收回|去掉|抹掉|清(?:除|掉|空)|取消|忘掉|忘了(?!$|，|。|呢|啊)|忘记|(?<!要)不要|(?<!算)不算(?=$|，|。|数|了|吧|啊)|先不算|作废|拿掉|划掉|别(?:算|记|存)|不说)"
)
_WRONG = re.compile(
    r"(?:我的?)?(?P<name>[\u4e00-\u9fff]{2,6}?)(?:我|刚才?|前面)?(?:[说写填输选点报弄搞记打]?(?:错|反))了?[，。]"
)
_NO_VALUE = re.compile(r"(?:说|写|填|报|讲)错了?[，。]?(?:先)?(?:不算|去掉|删|别算|作废)")
# Short names of fields, as people call them.
EXTRA = {
    "年薪": "annual_salary",
    "工资": "annual_salary",
    "薪资": "annual_salary",
    "收入": "annual_salary",
    "学历": "degree",
    "学位": "degree",
    "学校": "school",
    "年龄": "age",
    "岁数": "age",
    "合同": "contract_years",
    "社保": "social_insurance",
    "职称": "title",
    "单位": "employer_type",
    "旗区": "district",
    "生日": "birth_date",
    "出生": "birth_date",
    "孩子": "children",
    "父母": "parents",
    "毕业时间": "graduation_date",
    "房租": "monthly_rent",
}


@dataclass(frozen=True, slots=True)
class Repair:
    """Whether a message corrects or edits, and which fields it withdraws."""

    intents: tuple[str, ...] = ()
    cleared: tuple[str, ...] = ()
    at: int = 0  # where, inside the message, it turns against its own first words
    named: str = ""  # the field said to be wrong: 学校写错了，是北京理工

    @property
    def corrects(self) -> bool:
        """Whether an earlier fact is replaced."""
        return "correct" in self.intents


class Repairs:
    """Finds repairs and the fields they name."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        names = {w: f.id for f in vocabulary.fields.values() for w in f.words if 2 <= len(w) <= 8}
        self._names = names | EXTRA
        self._named = re.compile("|".join(sorted(map(re.escape, self._names), key=len, reverse=True)))

    def read(self, text: str, context: Context, says_something: bool) -> Repair:
        """The repair a message makes."""
        corrects = bool(_CORRECT.search(text) or (context.known and _ACTUALLY.search(text)))
        edits = bool(_EDIT.search(text))
        if re.search(r"吗|为什么|为啥|？", text) and not says_something:
            corrects = False
        clears = bool(_CLEAR.search(text)) and (not says_something or bool(_NO_VALUE.search(text)))
        fields = self._fields(text, context) if clears and len(text) <= 40 else self._mistaken(text, context)
        intents = [
            name
            for name, yes in (
                (
                    "correct",
                    corrects and (says_something or bool(context.known) or len(text) <= (20 if "错" in text else 12)),
                ),
                ("edit", edits or bool(fields)),
            )
            if yes
        ]
        if edits and re.search(r"改成|改为|修改|我要改|换成|怎么改|咋改|如何改", text):
            intents.sort(key=lambda name: name != "edit")
        turn = max(_TURN.finditer(text), key=lambda found: found.end(), default=None)
        wrong = _WRONG.match(text)
        named = self._names.get(wrong.group("name"), "") if wrong and corrects else ""
        return Repair(tuple(intents), fields, turn.end() if turn else 0, named)

    def _mistaken(self, text: str, context: Context) -> tuple[str, ...]:
        """The field a sum was put under by mistake: 我说的是月薪，不是年薪."""
        found = _MISTAKEN.search(text)
        field = self._names.get(found.group("name")) if found else None
        return (field,) if field and field in context.known else ()

    def _fields(self, text: str, context: Context) -> tuple[str, ...]:
        """The fields named near a word of withdrawal; of a family of names the one the profile knows."""
        if re.search(r"所有|全部|一切", text):
            return ()
        found = [self._names[m.group()] for m in self._named.finditer(text)]
        known = [f for f in found if f in context.known]
        return tuple(dict.fromkeys(known or found))
