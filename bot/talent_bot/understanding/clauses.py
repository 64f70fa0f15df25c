"""Where a message breaks into clauses, and what each clause is: supposed, reported, asked, planned."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

_BREAK = re.compile(
    r"[，。！？；：）（…|]|(?<=[\u4e00-\u9fff])\+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?:但是|不过|而且|然后|可是|所以|因为|(?:哦|啊|噢|呃|诶|唉)不(?:对|是)(?=[我是应，]))"
)
_END = "。！？；"
_SUPPOSE = re.compile(
    r"(?<![主需只重必首紧])要是(?!求)|如果|假如|假设|假使|假定|倘若|若是|^若|(?<=，)若|(?<![\d一二三四五六七八九十百千])万一|要不是|就算|即使|哪怕|即便|只要|除非|(?:^|(?<=[，。那]))要(?:我|他|她|咱)(?:是|有|能)|比如|比方|例如|打个比方|举个例|设想|假装|就当|权当|换成(?!英|中|蒙)"
)
_THOUGH = re.compile(r"就算|即使|哪怕|即便")  # supposes its own clause only
# 合同的话是三年 only names what is spoken of
SUPPOSE_TAIL = re.compile(
    r"(?<!学[历校位])(?<!合同)(?<!社保)(?<!房子)(?<!年[龄薪限])(?<!职称)(?<!工资)(?<!单位)(?<!我)(?<!算)的话(?!题|说)"
)
_FACTUAL = re.compile(
    r"(?:可惜|但是?|不过|只是|可是?|然而)?(?:我|本人)?(?:现在|目前|已经|都已|实际|其实|事实|可惜)|可惜|不过我|但我"
)
_OF_MYSELF = re.compile(r"(?:我|本人)(?:是(?!不是)|今年|\d)")  # 假如单位只签一年，我是硕士
_REPORT = re.compile(
    r"(?:听[^，。]{1,6}(?=说|讲|提)|听|据|启事|招聘|岗位|解读|案例|(?<![我们])(?:公司|单位)|人家|网上|群里|别人|他们|抖音|小红书|知乎|微博|公众号|视频号|论坛|贴吧|百度|帖子|视频|朋友圈|□|新闻|报道|文件|政策|通知|公告|官网|规定|条件|办法|细则|你们|有人|中介|(?:朋友|同事|领导|老板|经理|主任|书记|科长|同学|人事|hr|老师|老婆|老公|他|她))(?:第?[一二三四五六七八九十\d]{1,3}条)?(?:上|里|都|那边|曾|也|跟我|给我|和我)?：?(?:说|讲(?!师|课|座|台|学|究|义)|写(?!代码|程序|软件|论文|材料|字|稿|书)|传(?!媒|统|感|热|动)|要求|规定|看到|称|提到|明确|是这么说|举例|举的例)(?!错|服|我(?:是|不))"
    r"|(?:哪|那|有)(?:一)?(?:条|款|项|章|个?文件|份文件)[^，。]{0,4}(?:写|说|规定|要求)(?:的|着|了)?|[^，。我咱是有没不说讲]{1,5}[主员师家人长友哥姐弟妹儿舅姑叔姨爷妈爸戚乡蜜群台站局办部校院厅委司](?:们)?(?:也|都|还|就|讲课)*[说讲](?!师|课|座|台|学|究|义|错|服|清|明|我(?:是|不)|[他她]是|自己)|[^，。我跟和给对]{1,8}(?:(?:跟|和|给|对)(?:我|咱)(?:们)?(?:说|讲|提|透露|回复|答复|保证|承诺)|告诉我)(?:过|了)?"
)
_EXAMPLE = re.compile(
    r"(?<!员工)(?<!职工)[张李王赵刘陈某]某|某某|某(?:人|位|博士|硕士|企业)|举例|例子是|案例|原话|^(?:高薪|公开|社会)?(?:招聘|诚聘|急招|招募)(?!来|进|的|过来|会|我|到)|(?<![跟对和给同])你(?:们)?(?:上面|刚才|刚刚|之前|前面|刚)?(?:说|写|记|填|算)(?:的)?(?=我|是|“)"
)
_HEADED = re.compile(
    r"(?:原文|公告|启事|通知|文件|政策|规定|条文|条款|原话|人发|网上|案例|例如|比如|新闻|简章|海报|广告|群里)[^，。]{0,4}$"
)
_ANNOUNCED = re.compile(r"就问|想问|请问|咨询|问一下|问下")
_DOCUMENT = re.compile(r"给予|予以|可享受|鼓励|大力|推进|深化|累计|先后|全市|我市|依托[^，。是]{2}|纳入")
_ONESELF = re.compile(r"我(?!市|国|区|旗|省)|本人|自己|已|现|岁|咱|今年|去年")
_RULE_SAID = re.compile(r"^(?:这|以上|上面|前面)(?:些)?(?:都)?是[^，。我]{0,6}(?:要求|规定|条件|标准)(?:的)?$")
_BARE_QUESTION = re.compile(r"(?:多少|几|能|怎么|有|是不是|给)")
_QUESTION = re.compile(
    r"(?<!不)((?![不没])[\u4e00-\u9fff]{1,2})[不没]\1|凭(?:啥|什么)|为(?:啥|什么)|吗|(?<![什怎多这那])么(?!多|久)|嘛|^那[^，。]*呢$|^[^，。我没不在着正还]{1,6}呢$|多少|几(?!乎|年前|个月前)|(?<!没)(?<!没有)(?<!不是)(?<!不算)(?:什么|啥)(?![^，。]{0,6}(?:[都也][没不无]|没[领拿享申有]))|怎么|咋|如何|哪|谁(?!知道)|是否|能不能|可不可以|有没有|是不是|行不行|算不算|要不要|需不需要|够不够|符不符合|能否|可否|为何|多久|划算|区别|(?:能|可以|有|够|还|行|给|交|要|算|属于)[^，。]{1,10}(?:没|不)$|(?:一样|相同)(?:多)?[吗不么]|^能|^可以"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause by its place, with the marks that decide what its facts are worth."""

    start: int
    end: int
    text: str
    sentence: int
    asked: bool
    supposed_from: int | None
    reported_from: int | None

    def supposed(self, at: int) -> bool:
        """Whether what stands at `at` is only supposed."""
        return self.supposed_from is not None and at >= self.supposed_from

    def reported(self, at: int) -> bool:
        """Whether what stands at `at` is somebody else's saying."""
        return self.reported_from is not None and at >= self.reported_from


@dataclass(frozen=True, slots=True)
class Clauses:
    """All clauses of a message, found by position."""

    all: tuple[Clause, ...]
    starts: tuple[int, ...]

    def at(self, position: int) -> Clause:
        """The clause that holds a position."""
        return self.all[max(0, bisect_right(self.starts, position) - 1)]


def split_clauses(text: str) -> Clauses:
    """Break at punctuation and at strong conjunctions; carry supposition to the sentence's end."""
    found: list[Clause] = []
    sentence, supposed, reported, mine = 0, False, False, False
    for start, end, mark in _pieces(text):
        body = text[start:end]
        supposed = supposed and not (_FACTUAL.match(body) or (_OF_MYSELF.match(body) and not mine))
        reported = reported and not re.search(r"我|本人|自己|为什么|为啥|怎么", body)
        suppose, report, example = _SUPPOSE.search(body), _REPORT.search(body), _EXAMPLE.search(body)
        others = min((m for m in (report and report.end(), example and example.start()) if m is not None), default=None)
        tail = SUPPOSE_TAIL.search(body)
        supposed_from = start + suppose.start() if suppose and not supposed else start if supposed or tail else None
        reported_from = start if reported else start + others if others is not None else None
        asked = bool(_QUESTION.search(body)) or mark == "？"
        found.append(Clause(start, end, body, sentence, asked, supposed_from, reported_from))
        mine = bool(re.search("我", body)) if suppose else mine
        wished = "就好了" in body or "多好" in body
        supposed = (
            (supposed or bool(suppose)) and not tail and not wished and not (suppose and _THOUGH.match(suppose.group()))
        )
        reported = reported or others is not None
        reported = reported or (mark == "：" and bool(_HEADED.search(body)))
        if mark in _END and mark:
            sentence, supposed, reported = sentence + 1, False, False
    found = _official(_told_off(_announced(found)))
    for at in range(len(found) - 1):  # 硕士：多少？
        if (
            text[found[at].end : found[at].end + 1] == "："
            and found[at + 1].asked
            and _BARE_QUESTION.match(found[at + 1].text)
        ):
            found[at] = replace(found[at], asked=True)
    if not found:
        found.append(Clause(0, 0, "", 0, False, None, None))
    return Clauses(tuple(found), tuple(c.start for c in found))


def _announced(clauses: list[Clause]) -> list[Clause]:
    """请问 asks in its own clause only where no later clause does: 请问硕士毕业三年，算首次吗."""
    asking = {c.sentence: c.start for c in clauses if c.asked}
    return [
        replace(c, asked=True) if _ANNOUNCED.search(c.text) and asking.get(c.sentence, -1) <= c.start else c
        for c in clauses
    ]


def _told_off(clauses: list[Clause]) -> list[Clause]:
    """讲师，博士，35岁以下，这是招聘要求: what was said before it, in its sentence, was the rule."""
    rules = {c.sentence: c.start for c in clauses if _RULE_SAID.search(c.text)}
    return [replace(c, reported_from=c.start) if c.start < rules.get(c.sentence, 0) else c for c in clauses]


def _official(clauses: list[Clause]) -> list[Clause]:
    """引进的博士给予10万元科研经费: a sentence of a document, in which nobody speaks of himself, tells of nobody."""
    rules = {c.sentence for c in clauses if _DOCUMENT.search(c.text) and not c.asked}
    rules -= {c.sentence for c in clauses if _ONESELF.search(c.text) or c.asked}
    return [replace(c, reported_from=c.start) if c.sentence in rules else c for c in clauses]


def _pieces(text: str) -> list[tuple[int, int, str]]:
    out, start = [], 0
    for found in _BREAK.finditer(text):
        if found.start() > start:
            out.append((start, found.start(), found.group()))
        elif out and found.group() in _END:
            out[-1] = (out[-1][0], out[-1][1], found.group())
        start = found.end() if len(found.group()) == 1 else found.start()
    if start < len(text):
        out.append((start, len(text), ""))
    return out
