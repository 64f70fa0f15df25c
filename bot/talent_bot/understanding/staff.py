"""The one member of staff, or the one applicant, of whom an employer tells: 有个员工，硕士; 候选人是985硕士."""

from __future__ import annotations

from talent_bot.understanding.result import FactsOf

STAFF = frozenset({"employee", "candidate"})
# Whoever asks for 员工 asks for one: 帮员工咨询.
ONE_OF = {
    **dict.fromkeys(("员工", "新员工"), "employee"),
    **dict.fromkeys(("候选人", "求职者", "应聘者"), "candidate"),
}
_OF_THE_FIRM = frozenset(
    {
        "district",
        "employer_local_taxpayer",
        "employer_type",
        "emerging_industry",
        "functional_zone",
        "industry",
        "key_enterprise",
        "listed_company",
        "municipal_direct",
        "qualifications",
    }
)
_EMPLOYED = "(?:新(?:来|招|进|入职)?的?|老|女|男|在职|正式)?(?:员工|职工|雇员|下属|部下)(?!们)"
_CALLED = r"(?:[老小][\u4e00-\u9fff]|[\u4e00-\u9fff]某{1,2}|张三|李四|王五)?"
_APPLIES = "(?:候选人|求职者|应聘者|面试者|意向人选|拟引进的?(?:人选|人才))(?!们)"
_ONE = r"(?<![\d一几两俩三四五六七八九十多这那是当做])(?<!作为)(?:有)?(?:一|这一?|那一?|某|另一)?(?:个|名|位)"
_HERE = r"(?:^|(?<=[，。：；]))"
_SAID_OF_ONE = r"(?=：|是|问我|想问|来?(?:问|咨询|打听)|他|她|[硕博]士|本科|大专|985|211|，(?:[男女硕博本]|大专|\d))"
# 手下一个小伙子, 有个员工, 我司有员工是技师, 帮员工咨询, 员工问我他……; never 员工15人, 8个员工, 我是普通员工.
_ALONE = r"(?![^。！？]*(?:[我俺咱]|[\d一二两三四五六七八九十几](?:个|名|位)))"  # one, and not told beside oneself
_OF_A_RANK = (
    "(?=(?:[\u4e00-\u9fff]{2,4}(?:大学)?的?)?(?:博士|硕士|本科|研究生|985|211|高工|副高|正高|副?教授|高级技师|技师))"
)
EMPLOYEE = (
    rf"(?<=单位|公司|医院|学校|学院|企业)(?:现在?|目前)?(?:有|(?:刚|新|去年|今年|上个?月)?(?:引进|招聘?|录用|聘用?)了?)一?(?:个|名|位){_OF_A_RANK}{_ALONE}"
    r"|(?<=单位的|公司的)(?:一个)?(?:年轻人|小伙子?|姑娘)"
    r"|(?<=[给帮替为])一(?:名|个|位)(?:技术|研发|业务|管理)?(?:骨干|高管|干部)|(?<=有)一员工"
    r"|(?:手底?下|底下)(?:有|的)?(?:一)?(?:个|名|位)(?:小伙子?|小姑娘|姑娘|年轻人|人|兵|员工)?(?!岁)"
    rf"|{_ONE}(?:{_EMPLOYED}{_CALLED}|(?=[^，。的]{{1,10}}的员工))|[这该]{_EMPLOYED}{_CALLED}"
    rf"|(?<=[司位业们边里])有{_EMPLOYED}(?=是)"
    rf"|(?:{_HERE}|(?<=[帮替给为代]))(?:我们?|本)?(?:公司|单位|司|厂)?的?{_EMPLOYED}{_CALLED}{_SAID_OF_ONE}"
)
CANDIDATE = rf"(?:{_ONE}|{_HERE}|(?<=[帮替给为代我这该]))(?:新)?{_APPLIES}{_CALLED}"


def with_the_firm(facts: FactsOf, subject: str) -> FactsOf:
    """What an employer tells of the firm counts for whom he asks: 我们公司在东胜，有个员工，硕士."""
    own = facts.get("self", {})
    if subject not in STAFF or not own or not own.keys() <= _OF_THE_FIRM:
        return facts
    others = {person: told for person, told in facts.items() if person != "self"}
    return {**others, subject: {**own, **facts.get(subject, {})}}
