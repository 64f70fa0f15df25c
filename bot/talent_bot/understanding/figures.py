"""Ages, money, years of contract and other numbers that are said with what they count."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction

from talent_bot.understanding.mentions import Mention
from talent_bot.understanding.numbers import AMOUNT, NUMBER, plain, read_amount, read_number
from talent_bot.understanding.result import Value

GAP = "[^，。！？；：□]"
_LESS = r"(?:不到|不满|没到|未满|低于|小于|少于|不足|还没满|没满|没过|快|将近|接近|差不多快|即将|马上|奔|快到|还不到)"
_MOST = r"(?:不超过|最多|至多|顶多)"
_LEAST = r"(?:至少|起码|不低于|不少于|最少|最低)"
_OVER = r"(?:超过|大于|高于|过了|多于)"
_VAGUE_BEFORE = re.compile(r"(?:大概|大约|约|差不多|近|估计|估摸着?|可能|左右|平均|好像|几乎|也就|应该)(?:是|在|有)?$")
_VAGUE_AFTER = re.compile(
    r"^(?:元|块|万|周?岁|年|平米?|平方)?(?:左右|上下|来|出头|多|好几|几(?!个|年)|的样子|\+|以上|以下|以内|不等|起|～|-|到|至)"
)
_DIGIT = r"[一二三四五六七八九]"

_YEARS = rf"(?P<n>{NUMBER})(?P<half1>个?半)?(?P<unit>年|个?月|周年)(?P<half>半)?(?:(?:零|又)?(?P<more>{NUMBER})个月)?"
_AGE = re.compile(
    rf"(?P<pre>{_LESS}|{_MOST}|{_LEAST}|{_OVER}|刚满|刚过|刚|满|虚|虚岁|毛岁)?(?P<n>{NUMBER})(?P<vague>多|来|几|出头|好几)?"
    rf"(?:个)?(?P<unit>周岁|岁)(?P<half>半)?(?P<post>以上|以下|以内|及以上|及以下|左右|上下|多|出头|之前|以前|前|时|那年|的时候|之后|以后|才|退休)?"
)
_AGE_BARE = re.compile(
    rf"(?:(?P<lead>实际(?:上)?|年龄[^，。]{{0,4}}(?:改成|改为|写成)|我|俺|本人|今年|年龄|年纪|岁数|刚满|正好|刚好|(?<![不没未])满|周岁|已经|都|本科|硕士|博士|大专|爸爸?|妈妈?|父亲|母亲|老婆|老公|媳妇|孩子|[，。]他|[，。]她|^他|^她|弟|妹|哥|姐)(?:是|都|也|已经?|今年|才|：|刚|刚满|满|现在){{0,3}}"
    rf"(?P<pre>{_LESS}|{_OVER})?)(?P<n>{NUMBER})(?P<post>了|(?=，|。|$|！|？|多|出头|的|吧|啦|呢|啊|呀|哦|我|老|都|虚|她|他|和|、|能|可以|行|还))(?P<vague>多|出头)?"
)
_AGE_LIST = re.compile(r"(?:^|，)(?P<n>\d{2})(?=，|。|$)")
_DECADE_AGE = re.compile(
    r"(?P<n>[二三四五六七八九]十|\d0)(?P<vague>多|来|好几|几)岁?(?:了|$|，|。)|(?P<m>[二三四五六七八九]十|\d0)(?P<out>出头)"
)
_TWO_AGES = re.compile(rf"(?P<ten>[二三四五六七]十)(?P<a>{_DIGIT})(?P<b>{_DIGIT})岁?")
_COHORT = re.compile(r"(?<![\d年月日天岁第以])(?P<n>[6-9]\d|0[05]|[六七八九零〇][零〇五])后(?!来|面|天|期|续|缀|勤|边)")
_MONEY = rf"(?P<n>{AMOUNT})(?P<yuan>元|块钱?|rmb|人民币)?"
_MONEY_2 = rf"(?P<n2>{AMOUNT})(?:元|块钱?)?"
_SALARY = re.compile(
    rf"(?:(?:税前)?年薪|年收入|年工资|税前(?:年)?(?:总)?收入|年度?薪酬|上年(?:税前)?薪酬|(?:全年|一年)(?:税前)?(?:工资|薪酬|收入)|(?:一年|每年|全年)(?:的)?(?:能|可以)?(?:挣|拿|赚)?税前(?:能|有|是)?|一年(?:能|可以)?(?:挣|拿|赚)(?!到手)(?=[^，。]{{0,6}}税前))(?P<gap>{GAP}{{0,6}}?){_MONEY}"
)
_SALARY_AFTER = re.compile(rf"(?:{_MONEY}(?:的)?(?:税前)?年薪|(?:一年|全年|每年){_MONEY_2}(?:的)?税前)")
_RENT = re.compile(
    rf"(?:月租金?|房租|租金|租房|租的房子?)(?P<gap>{GAP}{{0,8}}?){_MONEY}(?!年|个?月(?:前|了)|间|室|平|套|号|期)"
)
_PRICE = re.compile(
    rf"(?:单价|一平米?|每平米?|每平方米?|一个平方|均价|一平方|房价)(?P<gap>{GAP}{{0,4}}?){_MONEY}|(?P<n2>{AMOUNT})(?:元|块)?(?:一平米?|每平|/平|/m2|/㎡|一个平方)"
)
_AREA = re.compile(rf"(?P<n>{NUMBER})(?P<unit>个?平方米|平米|平方|个平方|平(?![均台常安])|㎡|m2|m²)")
_INCENTIVE = re.compile(rf"任期激励(?P<gap>{GAP}{{0,4}}?){_MONEY}")
_CONTRACT = (
    re.compile(
        rf"(?P<gap>(?P<pre0>{_LEAST}|{_LESS}|{_MOST})?(?:得|要|能)?签(?:订|署)?(?:了|的是?|个|上|满|约|的)?(?:劳动|聘用|正式)?(?:合同)?(?:是|为|了)?(?P<pre>{_LEAST}|{_LESS}|{_MOST})?){_YEARS}(?P<post>以上|及以上|以下|以内|左右)?"
    ),
    re.compile(
        rf"(?P<gap>(?:劳动|聘用|工作)?合同(?:期限|年限|期|时长)?(?P<mid>{GAP}{{0,6}}?)(?P<pre>{_LEAST}|{_LESS}|{_MOST})?){_YEARS}(?P<post>以上|及以上|以下|以内|左右|期|的)?"
    ),
    re.compile(
        rf"(?P<gap>(?P<pre>{_LEAST}|{_LESS}|{_MOST})?(?:签(?:了|的)?)?){_YEARS}(?P<post>以上|及以上)?(?:期)?(?:的)?(?:固定期限)?(?:全职)?(?:劳动|聘用|正式)?合同"
    ),
    re.compile(
        rf"(?P<gap>(?:签|合同)[^。！？]{{0,14}}?(?:改成|改为|变成|换成|改签)(?:了)?(?P<pre>{_LEAST}|{_LESS})?){_YEARS}(?P<post>以上)?"
    ),
    re.compile(rf"(?P<gap>合同{GAP}{{0,4}}?不是{GAP}{{1,6}}?，?(?:而)?是){_YEARS}(?P<post>以上)?"),
    re.compile(rf"(?P<gap>(?:聘期|签约)(?:是|为|了)?(?P<pre>{_LEAST}|{_LESS})?){_YEARS}(?P<post>以上)?"),
)
_NOT_CONTRACT = re.compile(
    r"三方|意向|服务期|服务协议|租房|租|购房|买房|房|保密|竞业|还剩|剩下|到期|还有|必须|要求|规定|才能|得签|需要签|要签|至少要|之前|以前|原来|续|派遣|培养协议|定向"
)
_DURATIONS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("internship_months", "月", re.compile(rf"实习(?P<gap>(?:了|满|过|期|时间|已经|快)*){_YEARS}")),
    ("internship_months", "月", re.compile(rf"(?P<gap>){_YEARS}(?:的)?实习")),
    (
        "startup_months",
        "月",
        re.compile(
            rf"(?:注册|成立|经营|开业|运营|(?:公司|店|厂)开|正常经营|创业)(?P<gap>(?:了|满|已经|有|都|快|也)*){_YEARS}(?!前)"
        ),
    ),
    (
        "social_insurance_months",
        "月",
        re.compile(
            rf"(?:社保(?P<gap>{GAP}{{0,8}}?)(?:交|缴)(?:了|满|够|过)*|(?:交|缴)了?){_YEARS}(?=(?:的)?(?:社保|了|，|。|$))"
        ),
    ),
)
_WEEKS = re.compile(
    rf"实习(?:了|满|过|已经)*(?P<n>{NUMBER})(?:周(?!岁)|个?星期|个?礼拜)|(?P<n2>{NUMBER})(?:周|个?星期)(?:的)?实习"
)
_JOBS = re.compile(
    rf"(?:招|雇|聘|带动|吸纳|安排|有)(?:了|佣了|用了|聘了|就业)?(?P<n>{NUMBER})(?:个|名|位)?(?:人(?!民)|员工|工人|就业)"
)
_TODDLERS = re.compile(
    rf"(?P<n>{NUMBER}|俩)(?:个|名|位)?(?:都)?(?:还)?(?:不满|不到|未满|没满|小于)?(?:三|3)(?:周)?岁(?:以下|以内|之内|不到)?的?(?:孩子|娃|小孩|宝宝|子女)"
)
_TODDLERS_AFTER = re.compile(
    rf"(?P<n>{NUMBER}|俩)(?:个|名)?(?:孩子|娃|小孩|宝宝)(?:们)?(?:都|还|全)*(?:不满|不到|未满|没满|没到)(?:三|3)(?:周)?岁|双胞胎{GAP}{{0,4}}(?:一|1|两|2|不到三|不满3|半)岁"
)
_OLD_BOTH = re.compile(
    r"(?:爸妈|父母|爹妈|双亲|两个?老人|老两口|爸爸妈妈|我爸我妈)(?:亲)?(?:今年|现在|岁数)?(?:都|均|全|也|已经?)+(?:过|满|超过|上|够|是|到)?(?:了)?(?:70|七十)(?!后)"
)
_OLD_NONE = re.compile(
    r"(?:爸妈|父母|爹妈|双亲|两个?老人|老两口)(?:健在|身体好|还年轻)?，?(?:今年|现在)?(?:都|均|全|也|还)*(?:不到|没到|不满|没满|未满|没有)(?:70|七十)"
)
_NO_TODDLER = re.compile(
    rf"(?:没有?|无){GAP}{{0,4}}(?:三|3)(?:周)?岁(?:以下|以内)的?(?:孩子|娃|小孩|宝宝)?|(?:三|3)岁以下(?:的)?(?:孩子|娃|小孩)?(?:一个)?(?:都|也)?没有?"
)
_CHILDLESS = re.compile(
    r"(?:我|俺|们|还|目前|暂时|，|。|^)(?:没有?|无|没生|没要)(?:要|生)?(?:孩子|小孩|娃|子女)(?=，|。|$|的|呢|也)|未婚未育|已婚未育|丁克"
)
_RECEIVED_NONE = re.compile(
    rf"(?:补贴|补助|待遇|钱|政策)(?:都|也|一分|一个|从来|还)*没(?:有)?(?:领|拿|享受|申请)(?:到)?过|(?:没有?|未|从没|从来没有?)(?:领|拿|享受|申请|申领)(?:取|到|受)?过{GAP}{{0,6}}?(?:补贴|补助|待遇|钱|政策|$|，|。)"
)
_RECEIVED = re.compile(
    rf"(?<![没未])(?<!没有)(?:(?:已经|已)(?:领|拿|享受)(?:取|到)?(?:了|过)?|(?:领|拿|享受)(?:取|到)?(?:过|了))(?:一笔|一次)?(?:{AMOUNT}(?:元|块)?(?:的)?)?(?:市里的?|鄂尔多斯的?)?(?P<b>安家|租房|购房|生活)(?:补贴|费|补助)"
)
_RANKING = re.compile(
    r"(?:世界|全球|qs|the|泰晤士|软科|usnews|us\snews)(?:大学)?(?:世界)?(?:综合)?(?:排名|排行榜?|排)?(?:大概|在|是)?(?P<top>前|第|top|进前|排)?(?P<n>\d{1,4}|[一二两三四五六七八九十百]{1,4})(?P<post>多|左右|以外|名?开外)?"
)
_CATEGORY = re.compile(
    r"(?<![a-z\d])(?P<n>[a-f])类(?:的)?(?:高层次|领军|杰出|拔尖|顶尖|高级|优秀)?(?:人才)?(?!本|证|照|考|股|院|学|别|地|驾|客|房|和|、|或|与|跟|能|可|给|有|多|拿|补|安|的补|到)"
)
_CATEGORY_SAID = re.compile(
    r"(?:是|认定(?:为|成|了|的是)?|认定(?:了|成)?个|评(?:为|上|了|定为|成|了个)|拿到|入选|属于|定(?:为|成)|获评|成(?:为)?了|被.{0,4}为|批了)(?:了)?(?:个|一个|一名)?(?:鄂尔多斯|市里|市级|本市)?(?:的)?$"
)
_REGIONAL = re.compile(
    r"英才兴蒙(?:工程)?(?:人才)?(?:第)?(?P<n>[一二三四五六1-6])类|自治区(?:级)?(?:英才|人才)?(?:第)?(?P<n2>[一二三四五六1-6])类"
)

Finder = Callable[[str], Iterator[Mention]]


def find_figures(text: str) -> Iterator[Mention]:
    """Every number with its meaning."""
    for finder in (_ages, _cohorts, _money, _areas, _contracts, _durations, _counts, _families, _rankings, _categories):
        yield from finder(text)


def bounded(value: Fraction, before: str, after: str, *, integral: bool, step: str = "") -> Value | None:
    """A value with the bound said around it; None where the words leave it vague."""
    low, high = plain(value), plain(value - (1 if integral else Fraction(1, 100)))
    if re.fullmatch(_LESS, before):
        return {"max": high}
    if re.fullmatch(_MOST, before) or after in ("以下", "以内", "及以下"):
        return {"max": low}
    if re.fullmatch(_LEAST, before) or after in ("以上", "及以上", "起", "+"):
        return {"min": low}
    if re.fullmatch(_OVER, before):
        return {"min": low}
    return None if after in ("左右", "上下", "多", "来", "出头", "几") else low


def _ages(text: str) -> Iterator[Mention]:
    for found in _TWO_AGES.finditer(text):
        ten = read_number(found.group("ten"))
        if ten is not None:
            pair = sorted(int(ten) + "一二三四五六七八九".index(found.group(k)) + 1 for k in ("a", "b"))
            if pair[1] - pair[0] == 1:
                yield Mention(found.start(), found.end(), "age", {"min": pair[0], "max": pair[1]}, "drop")
    for found in _AGE.finditer(text):
        value = _age(found, text)
        if value is not None:
            yield Mention(found.start("n"), found.end(), "age", value, "drop")
    for found in _AGE_BARE.finditer(text):
        number = read_number(found.group("n"))
        if (
            number is not None
            and 14 <= number <= 99
            and number.denominator == 1
            and not _VAGUE_BEFORE.search(text[: found.start("n")][-4:])
        ):
            value = (
                _decade(int(number), found.group("vague"))
                if found.group("vague")
                else bounded(number, found.group("pre") or "", "", integral=True)
            )
            yield Mention(found.start("n"), found.end("n"), "age", value if value is not None else int(number), "drop")
    for found in _AGE_LIST.finditer(text):
        if 18 <= int(found.group("n")) <= 65 and len(text) > 4:
            yield Mention(found.start("n"), found.end("n"), "age", int(found.group("n")), "drop")
    for found in _DECADE_AGE.finditer(text):
        number = read_number(found.group("n") or found.group("m"))
        if (
            number is not None
            and 20 <= number <= 90
            and re.search(r"(?:^|[，。我年经都是了俺他她爸妈婆公快])$", text[: found.start()][-1:])
        ):
            yield Mention(found.start(), found.end(), "age", _decade(int(number), "多"), "drop")


def _age(found: re.Match[str], text: str) -> Value | None:
    number, before, after = read_number(found.group("n")), found.group("pre") or "", found.group("post") or ""
    lead = text[max(0, found.start() - 6) : found.start()]
    if (
        number is None
        or number > 110
        or before.startswith(("虚", "毛"))
        or re.search(r"虚岁?$|差.{0,4}$|周$|内$|-$|(?<!老)[大小长]了?$", lead)
    ):
        return None
    if after in ("之前", "以前", "前", "时", "那年", "的时候", "之后", "以后", "退休", "才") or _VAGUE_BEFORE.search(
        lead
    ):
        return None
    tail = text[found.end() : found.end() + 4]
    if re.match(r"(?:那年|时|的时候|就|开始)", tail) or (
        after and re.match(r"的?(?:孩子|娃|小孩|宝宝|人|博士|硕士|青年|员工|都)", tail)
    ):
        return None
    if after in ("以上", "以下", "以内", "及以上", "及以下") and not re.search(
        r"我|俺|本人", re.split(r"[，。！？；]", text[: found.start()])[-1]
    ):
        return None  # a class of people, not a person
    if found.group("vague") or after in ("多", "出头"):
        return _decade(int(number), "多") if number % 10 == 0 else None
    return bounded(Fraction(int(number)), before, after, integral=True)


def _decade(number: int, vague: str | None) -> Value:
    return {"min": number, "max": number + 9} if number % 10 == 0 else number


def _cohorts(text: str) -> Iterator[Mention]:
    for found in _COHORT.finditer(text):
        digits = found.group("n").translate(str.maketrans("零〇一二三四五六七八九", "00123456789"))
        year = int(digits) + (1900 if int(digits) >= 50 else 2000)
        last = year + (9 if year % 10 == 0 else 4)
        yield Mention(found.start(), found.end(), "birth_date", {"min": str(year), "max": str(last)}, "drop")


def _money(text: str) -> Iterator[Mention]:
    for field, pattern in (
        ("annual_salary", _SALARY),
        ("annual_salary", _SALARY_AFTER),
        ("monthly_rent", _RENT),
        ("home_price_per_m2", _PRICE),
        ("tenure_incentive", _INCENTIVE),
    ):
        for found in pattern.finditer(text):
            part = found.groupdict()
            said, name = part["n"] or part.get("n2") or "", "n" if part["n"] else "n2"
            amount = read_amount(said)
            if amount is None or not _plausible(field, amount, part, text, found.start(name), found.end()):
                continue
            value = _bounded_money(text, amount, found.start(name), found.end(name))
            if value is not None:
                yield Mention(found.start(), found.end(), field, value, "drop")


def _bounded_money(text: str, amount: Fraction, start: int, end: int) -> Value | None:
    left, right = text[max(0, start - 5) : start], re.sub(r"^(?:元|块钱?)", "", text[end : end + 6])
    before = re.search(rf"(?:{_LESS}|{_MOST}|{_LEAST}|{_OVER})$", left)
    after = re.match(r"以上|及以上|\+|起|以下|以内|左右|上下|多|来|出头|几", right)
    if before or (after and after.group() not in ("起",)):
        return bounded(amount, before.group() if before else "", after.group() if after else "", integral=True)
    return None if _VAGUE_BEFORE.search(left) or _VAGUE_AFTER.match(right) else plain(amount)


def _plausible(field: str, amount: Fraction, part: dict[str, str | None], text: str, start: int, end: int) -> bool:
    lead = (part.get("gap") or "") + text[max(0, start - 8) : start]
    if field == "annual_salary":
        after = re.search(
            r"到手|税后|想|要求|期望|希望|目标|以前|之前|每月|月薪|个月|月工资|去年.{0,4}税后|给我?开|开出", lead
        )
        return amount >= 20_000 and not after and not re.match(r"的?(?:门槛|标准|要求|补贴|才)", text[end : end + 4])
    if field == "monthly_rent":
        return (
            100 <= amount <= 50_000
            and not re.search(r"补贴|补|一年|每年|年租|年|平|押金|涨", lead)
            and not re.match(r"的?补", text[end : end + 3])
        )
    if field == "home_price_per_m2":
        return 500 <= amount <= 200_000
    return amount >= 1000


def _areas(text: str) -> Iterator[Mention]:
    for found in _AREA.finditer(text):
        value = read_number(found.group("n"))
        left, right = text[max(0, found.start() - 8) : found.start()], text[found.end() : found.end() + 8]
        home = re.search(r"房|买|购|面积|套|住宅|平层", left + right) and not re.search(
            r"租|想|打算|准备|最多|补贴|封顶|按", left
        )
        bought = re.search(r"(?:买|购|入手|首付)了?的?[^。！？；]{0,14}(?:房|套)|购房|新房|买了", text)
        if value is None or not 15 <= value <= 2000 or not (home or bought):
            continue
        if (
            not _VAGUE_BEFORE.search(left)
            and not _VAGUE_AFTER.match(right)
            and not re.search(r"租|最多|补贴|封顶", left)
        ):
            yield Mention(found.start(), found.end(), "home_area", plain(value), "drop")


def years_of(found: re.Match[str]) -> Fraction | None:
    """The months in `三年` `两年半` `18个月` as years."""
    number = read_number(found.group("n"))
    if number is None:
        return None
    years = number if "年" in found.group("unit") else number / 12
    half = Fraction(1, 2) if found.group("half") or found.groupdict().get("half1") else Fraction(0)
    more = read_number(found.groupdict().get("more") or "")
    half += more / 12 if more is not None else 0
    return years + (half if "年" in found.group("unit") else half / 12)


def _contracts(text: str) -> Iterator[Mention]:
    for pattern in _CONTRACT:
        for found in pattern.finditer(text):
            years = years_of(found)
            if text[: found.start("n")].endswith(("不是", "没有", "不到三")):
                continue
            clause = re.split(r"[，。！？；]", text[max(0, found.start() - 10) : found.start()])[-1] + found.group(
                "gap"
            )
            if (
                years is None
                or years > 60
                or _NOT_CONTRACT.search(clause)
                or re.match(r"前|内|后|之|来|多|左右|的?租|制|级", text[found.end() : found.end() + 2])
            ):
                continue
            part = found.groupdict()
            value = bounded(years, part.get("pre") or part.get("pre0") or "", part.get("post") or "", integral=False)
            if value is not None:
                asked = re.match(r"[^，。]{0,4}(?:吗|行不|可以不|合适|好)", text[found.end() : found.end() + 8])
                yield Mention(
                    found.start("n"), found.end(), "contract_years", value, "drop", ripe=True, doubt=bool(asked)
                )


def _durations(text: str) -> Iterator[Mention]:
    for field, _, pattern in _DURATIONS:
        for found in pattern.finditer(text):
            years = years_of(found)
            if (
                years is None
                or re.search(r"快|将近|差", found.group("gap") or "")
                or re.match(r"多|左右|以上", text[found.end() : found.end() + 2])
            ):
                continue
            yield Mention(found.start(), found.end(), field, plain(years * 12), "drop")


def _counts(text: str) -> Iterator[Mention]:
    for pattern, field in ((_WEEKS, "internship_weeks"), (_JOBS, "jobs_created")):
        for found in pattern.finditer(text):
            value = read_number(found.group("n") or found.groupdict().get("n2") or "")
            if value is not None and value.denominator == 1:
                if field == "jobs_created" and not re.search(r"公司|创业|招|雇|带动|厂|店|吸纳", text[: found.end()]):
                    continue
                yield Mention(found.start(), found.end(), field, int(value), "drop")


def _families(text: str) -> Iterator[Mention]:
    for found in _TODDLERS.finditer(text):
        value = read_number(found.group("n")) or Fraction(2)
        yield Mention(found.start(), found.end(), "children_under_3", int(value), "drop", person="self")
    for found in _TODDLERS_AFTER.finditer(text):
        said = read_number(found.group("n") or "") or Fraction(2)
        yield Mention(found.start(), found.end(), "children_under_3", int(said), "drop", person="self")
    for found in _NO_TODDLER.finditer(text):
        yield Mention(found.start(), found.end(), "children_under_3", 0, "drop", person="self")
    for found in _CHILDLESS.finditer(text):
        yield Mention(found.start(), found.end(), "children", [], "drop", person="self")
    for found in _RECEIVED_NONE.finditer(text):
        yield Mention(found.start(), found.end(), "received", [], "drop")
    for found in _RECEIVED.finditer(text):
        yield Mention(found.start(), found.end(), "received", [found.group("b") + "补贴"], "drop")
    for found in _OLD_BOTH.finditer(text):
        yield Mention(found.start(), found.end(), "parents_70", 2, "drop", person="self")
    for found in _OLD_NONE.finditer(text):
        yield Mention(found.start(), found.end(), "parents_70", 0, "drop", person="self")


def _rankings(text: str) -> Iterator[Mention]:
    for found in _RANKING.finditer(text):
        number = read_number(found.group("n"))
        if number is None or number < 1 or (found.group("post") and 280 <= number <= 320):
            continue
        inside = number <= 300 and not (found.group("post") or "").startswith(("以外", "名开外", "开外"))
        if inside or found.group("top") in ("第", None, "排") or found.group("post"):
            yield Mention(found.start(), found.end(), "world_top300", inside, "flip")


def _categories(text: str) -> Iterator[Mention]:
    for found in _CATEGORY.finditer(text):
        left = re.split(r"[，。！？；：]", text[max(0, found.start() - 14) : found.start()])[-1]
        foreign = re.search(r"高校|学校|孔雀|外地|[\u4e00-\u9fff]{2}(?:市|的)$|2017|首轮", left) and not re.search(
            r"鄂尔多斯|市里|市级|本市", left
        )
        alone = not left or re.fullmatch(r"(?:我|本人)?(?:现在|目前|已经)?(?:就)?(?:是)?", left)
        if not foreign and (alone or _CATEGORY_SAID.search(left)):
            yield Mention(found.start(), found.end(), "talent_category", found.group("n").upper())
    for found in _REGIONAL.finditer(text):
        number = read_number(found.group("n") or found.group("n2") or "")
        if number is not None:
            yield Mention(found.start(), found.end(), "regional_title", f"class{int(number)}")
