"""Sums of money become facts by the nearest word for what they are: pay, rent, price, incentive, or something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from talent_bot.understanding.bounds import LEAST, LESS, MOST, OVER, VAGUE_AFTER, VAGUE_BEFORE, between, bounded
from talent_bot.understanding.mentions import Mention
from talent_bot.understanding.numbers import AMOUNT, NUMBER, TO, plain, read_amounts, read_number
from talent_bot.understanding.result import Value

_SUM = re.compile(
    rf"(?<![a-z\d.第])(?!一[共直般些起样下定])(?P<sign>[¥￥$]|rmb)?(?P<n>{AMOUNT})(?:(?P<odd>多|来|几)(?P<late>万|千|w))?(?:{TO}(?P<m>{AMOUNT}))?"
    rf"(?P<yuan>(?:元|块钱?|rmb|人民币)?整?)"
)
_COUNTED = re.compile(
    r"年(?!薪)|个|岁|周|天|日|号|届|级|平|㎡|m2|m²|方|名|位|人|类|层|室|厅|期|套|%|后|点|:|/(?=\d)|薪|分|月|次|趟|份|口|房|栋|楼|版|条|倍"
)
_REACH = 8  # the farthest a sum stands behind its word


@dataclass(frozen=True, slots=True)
class _Topic:
    """A word for a sort of money; `field` is empty where the sum is nobody's fact here."""

    field: str
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None = None


_TOPICS = (
    _Topic(
        "annual_salary",
        re.compile(
            r"(?:税前)?(?:年薪|年收入|年工资|年度?薪酬|年包)|上年度?(?:税前)?薪酬|税前(?:年|总|全部)*(?:收入|薪酬|工资|总额|所得)?"
            r"|(?:全年|一年|每年)(?:的)?(?:税前)?(?:总)?(?:工资|薪酬|收入)|(?:全年|一年|每年|去年)(?:能|可以|也)?(?:挣|拿|赚)?(?=[^，。]{0,12}税前)"
            r"|(?:基本(?:工资|年薪|薪酬)?|底薪)(?:加|\+|和|与)(?:上)?绩效(?:工资|年薪|薪酬)?(?:一共|总共|合计|共)?|薪酬(?:总额|合计|一共|共)"
        ),
        re.compile(r"(?:的)?(?:税前)?年薪|(?:的)?税前(?:年薪)?|/年税前|一年税前"),
    ),
    _Topic(
        "monthly_rent",
        re.compile(
            r"(?:每月|每个月|月)?(?:租金|房租|租费)|月租|租房|租的(?:房子?|公寓)?|租(?:了|着)?[^，。\d]{0,4}(?:房子?|公寓|屋)|合租[^。，]{0,6}，?(?:我|每人|人均|自己)(?:这边|出|付|交|摊|承担|每个?月|一个月)+|租着(?:呢|的)?"
        ),
        re.compile(r"(?:一个月|每个?月|/月|的)?(?:的)?(?:房租|租金|月租)"),
    ),
    _Topic(
        "home_price_per_m2",
        re.compile(r"单价|均价|(?:一|每)(?:个)?平(?:方?米|方)?|一方|房价"),
        re.compile(r"(?:一|每|/)(?:个)?(?:平|㎡|m2|m²|方)"),
    ),
    _Topic("tenure_incentive", re.compile(r"任期激励"), re.compile(r"(?:的)?(?:是|算|属于)?(?:我的)?任期激励")),
    _Topic(
        "",
        re.compile(
            r"(?:基本|绩效)(?:年薪|工资|薪酬|奖金)|月薪|月工资|(?<![年全])工资|月收入|到手|税后|底薪|日薪|时薪|年终奖|奖金|股票|期权|公积金|注册资本|投资|融资|营收|产值|利润|"
            r"纳税|交税|缴税|税款|总价|全款|房款|首付|贷款|房贷|月供|物业费|补贴|补助|补|奖励|奖|津贴|经费|安家费|彩礼|存款|押金|"
            r"违约金|罚款|学费|项目|成本|价值|花了|花费|借|欠|装修|绩效(?!是|有)"
        ),
        re.compile(
            r"(?:的)?(?:补贴|补助|奖|津贴|经费|安家费|首付|贷款|押金|月薪|一个月|每月|/月|总价|股|注册资本|项目)"
        ),
    ),
)
_RISEN = re.compile(r"(?:涨|升|降|调|提|加)(?:到|至)")  # from 48万 to 62万: only the second is so now
_NO_INCENTIVE = re.compile(r"(?:没有?|无|不含|没拿)(?:任何)?任期激励|任期激励(?:是|为|：)?(?:没有?|无|0|零)(?![.\d])")
_PARTS = tuple(
    re.compile(rf"{word}(?:年薪|薪酬)(?:是|有|为)?(?P<n>{AMOUNT})(?!左右|多|来|出头|以上|以下|几)")
    for word in ("基本", "绩效")
)
# 税前48万，其中炒股赚了5万: not all of it is pay, so it is asked back.
_BESIDES_PAY = re.compile(
    r"(?:其中|里面|里头|包括|含)(?:有|着|了)*[^，。]{0,4}(?:炒股|股票|理财|基金(?!会)|投资|房租|租金|兼职|稿费|分红|利息|外快|副业)[^，。]{0,4}(?:\d|[一二两三四五六七八九十])"
)
# 房租2600我跟室友一人一半: what one pays oneself
_SHARED_RENT = re.compile(
    r"(?:元|块)?(?:一个?月|每月|/月)?，?(?:我)?[^，。我]{0,8}?(?:(?P<half>一人(?:出|付)?一半|各(?:出|付|交)?一半|对半)|平摊|平分|均摊|分摊|aa)"
)
_FILLER = re.compile(
    r"(?:每个?月|一个?月|大概|大约|是|有|能有|一共|总共|差不多|也就|得有|方面|的话|呢|嘛|大致|基本|我|能|拿|到){0,4}$"
)


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    field: str


def find_money(text: str) -> Iterator[Mention]:
    """Every sum that is the speaker's pay, rent, price of the home, or incentive."""
    for none in _NO_INCENTIVE.finditer(text):
        yield Mention(none.start(), none.end(), "tenure_incentive", 0, "settled")
    sums = [m for m in _SUM.finditer(text) if _is_money(m, text) and not _RISEN.match(text, m.end())]
    if not sums:
        return
    before = [_Hit(m.start(), m.end(), t.field) for t in _TOPICS if t.before for m in t.before.finditer(text)]
    after = [_Hit(m.start(), m.end(), t.field) for t in _TOPICS if t.after for m in t.after.finditer(text)]
    besides = _BESIDES_PAY.search(text)
    yield from _parts_of_pay(text)
    ends = [0]
    for one in sums:
        hit = _topic(one, text, before, after, ends[-1])
        ends.append(one.end())
        if hit is None or not hit.field:
            continue
        value = _own_part(_value(one, text, hit), hit.field, text[one.end() :])
        if value is not None:
            doubt = bool(besides) and hit.field == "annual_salary"
            yield Mention(min(one.start(), hit.start), max(one.end(), hit.end), hit.field, value, "drop", doubt=doubt)


def _own_part(value: Value | None, field: str, tail: str) -> Value | None:
    """Of a rent that is shared, what one pays oneself: half of it, or nobody knows how much."""
    shared = _SHARED_RENT.match(tail) if field == "monthly_rent" else None
    if shared is None or not isinstance(value, int | float):
        return None if shared else value
    return plain(Fraction(value) / 2) if shared.group("half") else None


def _parts_of_pay(text: str) -> Iterator[Mention]:
    """Basic pay and performance pay, told one after the other, are the year's pay together."""
    parts = [list(pattern.finditer(text)) for pattern in _PARTS]
    if any(len(found) != 1 for found in parts):
        return
    (basic,), (bonus,) = parts
    sums = [read_amounts(one.group("n")) for one in (basic, bonus)]
    if all(s is not None and s[0] == s[1] >= 10_000 for s in sums):
        total = sum((s[0] for s in sums if s), Fraction(0))
        yield Mention(basic.start(), bonus.end(), "annual_salary", plain(total), "drop")


def _is_money(found: re.Match[str], text: str) -> bool:
    said = found.group("yuan") or found.group("sign") or found.group("late")
    scaled = re.search("[万wk亿千百]", found.group("n") + (found.group("m") or ""))
    tail = text[found.end() : found.end() + 3]
    return bool(said or scaled) or not _COUNTED.match(tail)


def _topic(found: re.Match[str], text: str, before: list[_Hit], after: list[_Hit], since: int) -> _Hit | None:
    """The word a sum belongs to: close before it, else right after it, else before it in its clause."""
    start, end = found.start(), found.end()
    left = max((h for h in before if h.end <= start), key=lambda h: (h.end, -h.start), default=None)
    if left is not None and not _reaches(left, text, start, since):
        left = None
    if left is not None and start - left.end <= 1:
        return left
    right = next((h for h in after if h.start == end), None)
    if right is None and left is None and text.startswith("，", end):  # 六十万元，年薪
        right = next((h for h in before if h.start == end + 1 and h.end == len(text)), None)
    return right or left


def _reaches(hit: _Hit, text: str, start: int, since: int) -> bool:
    gap = text[hit.end : start]
    if re.search("[。！？；：□]", gap) or hit.end < since:
        return False
    clauses = gap.split("，")
    if len(clauses) == 1:
        return len(gap) <= _REACH
    # 年薪方面，大概58万
    return len(clauses) == 2 and len(clauses[0]) <= 2 and bool(_FILLER.fullmatch(clauses[1]))


def _value(found: re.Match[str], text: str, hit: _Hit) -> Value | None:
    span = read_amounts(found.group("n") + (found.group("late") or ""), found.group("m") or "")
    if span is None or not all(_plausible(hit, s, found, text) for s in span):
        return None
    left = text[max(0, found.start() - 6) : found.start()]
    right = text[found.end() : found.end() + 6]
    if found.group("odd"):
        return {"min": plain(span[0])} if found.group("odd") == "多" else None
    if span[0] != span[1]:
        return None if VAGUE_BEFORE.search(left) else between(*span)
    before = re.search(rf"(?:{LESS}|{MOST}|{LEAST}|{OVER})$", left)
    after = re.match(
        r"以上|及以上|打底|起步|\+(?![^，。]{0,4}(?:激励|绩效|奖金|股))|起(?!薪)|以下|以内|左右|上下|多|来|出头|几",
        right,
    )
    if before or (after and after.group() not in ("起",)):
        return bounded(span[0], before.group() if before else "", after.group() if after else "", integral=True)
    return None if VAGUE_BEFORE.search(left) or VAGUE_AFTER.match(right.replace("+", "", 1)) else plain(span[0])


def _plausible(hit: _Hit, amount: Fraction, found: re.Match[str], text: str) -> bool:
    first = min(hit.start, found.start())
    lead = re.split("[，。！？；]", text[max(0, first - 8) : first])[-1] + text[first : found.start()]
    tail = text[found.end() : found.end() + 4]
    if hit.field == "annual_salary":
        bare = re.fullmatch("税前", text[hit.start : hit.end]) and not re.search(r"年", text)
        unlike = re.search(
            r"到手|税后|想要?|要求|期望|希望|目标|答应|承诺|许诺|以前|之前|每月|月薪|个月|月工资|去年.{0,4}税后|给我?开|开出|从$",
            lead,
        )
        return (
            amount >= (100_000 if bare else 20_000)
            and not unlike
            and not re.match(r"的?(?:门槛|标准|要求|补贴|才)", tail)
        )
    if hit.field == "monthly_rent":
        unlike = re.search(
            r"补|年|平|押金|涨(?!到|成)|店|办公|仓库|厂房|门面|员工|(?:公司|单位)租|给(?:我|我们)?租|商铺", lead
        ) or re.match(r"的?补|(?:一|/|每)年", tail)
        return 100 <= amount <= 50_000 and not unlike
    if hit.field == "home_price_per_m2":
        return 500 <= amount <= 200_000
    return amount >= 1000


_AREA = re.compile(rf"(?P<n>{NUMBER})(?P<unit>个?平方米|平米|平方|个平方|平(?![均台常安])|㎡|m2|m²)")
_BOUGHT = re.compile(r"(?:买|购|入手|首付)了?的?[^。！？；]{0,14}(?:房|套)|购房|新房|买了|买的|网签|总价|首套")


def find_areas(text: str) -> Iterator[Mention]:
    """The area of a home that was bought; never of one that is wanted or rented."""
    bought = _BOUGHT.search(text)
    for found in _AREA.finditer(text):
        value = read_number(found.group("n"))
        left, right = text[max(0, found.start() - 8) : found.start()], text[found.end() : found.end() + 8]
        home = re.search(r"房|买|购|面积|套|住宅|平层", left + right) and not re.search(
            r"租|想|打算|准备|最多|补贴|封顶|按", left
        )
        if value is None or not 15 <= value <= 2000 or not (home or bought):
            continue
        if not VAGUE_BEFORE.search(left) and not VAGUE_AFTER.match(right) and not re.search(r"租|最多|补贴|封顶", left):
            yield Mention(found.start(), found.end(), "home_area", plain(value), "drop")
