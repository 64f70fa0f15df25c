"""Short answers: what `2`, `第二个`, `有`, `三年`, `清华` mean to the question just asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from talent_bot.understanding.dates import find_dates
from talent_bot.understanding.measures import UNITS, measure
from talent_bot.understanding.numbers import plain, read_number
from talent_bot.understanding.positions import is_number, position
from talent_bot.understanding.refusals import refusal
from talent_bot.understanding.replies import Replies
from talent_bot.understanding.result import Context, Option, Value
from talent_bot.understanding.schools import Schools
from talent_bot.understanding.since import day_span
from talent_bot.understanding.vocabulary import Field, Vocabulary, folded
from talent_bot.understanding.yes_no import never_got, says_no, says_none, yes_or_no

_TAIL = re.compile(r"(?:制?的?那种|的|了|整|吧|啊|呀|呢|哦|哈|噢|嘛|咯|啦|喽|哟|呗|[。！～~，.]|\s)+$")
_HEAD = re.compile(
    r"^(?:嗯+|哦+|额+|呃+|那个|满打满算|一共|总共|合计|正好|刚好|整整|才|刚|只有|也就|不过|但|有(?=[一两三\d])|就|我选|选择|选|我的?|应该说)?[，、]?(?:我)?(?:是|就是|属于|算是|选)?(?:的)?"
)
_PLACE = re.compile(r"[\da-j一二三四五六七八九十]$|第")  # too little to be meant so far from the question
_NOT_BUT = re.compile(r"(?:^|，)(?P<right>[^，。是]{1,12}?)的?，?(?:而)?不是[^，。是]{1,10}$")  # 2024年的，不是2023年
_GOES_BACK = re.compile(r"以前|之前|原来|刚才")
_SAYS = re.compile(
    r"^(?:我)?(?:问了?|听)?(?:一下)?(?:人事|hr|公司|单位|领导|老板|财务|他们|我们单位|我们公司)[^，。]{0,3}(?:说|讲)(?:是|的是)?，?(?=.)"
)
_LEAD = re.compile(
    r"^(?:(?:我|早就?|都|已经?|刚刚?|去年|今年|现在|目前|就|一直|在|是|属于|算是?)+)|(?:那边|这边|上|里|里面|当然)$"
)
_GONE = re.compile(r"去世|过世|不在了|走了|没了")
_AGAINST = re.compile(r"合同|档案|材料|系统|写的|说的|原定|本来|计划|原来")
_CHILD_TAIL = re.compile(r"(?:小孩|孩子|娃)$")
_TO_COME = ("graduation_date", "application_date", "arrival_date")  # what one may be asked to foresee
_PAUSE = re.compile("[，。！？；]")
_SHORT = 24  # characters; what is longer is an answer only word for word
_NUMERIC = ("整数", "金额", "面积", "月数", "日期")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a short answer gives: facts of the speaker, things to confirm, the option chosen, or a refusal."""

    kind: str = ""
    facts: Mapping[str, Value] = field(default_factory=dict)
    confirm: Mapping[str, list[Value]] = field(default_factory=dict)
    choice: str = ""


NOTHING = Answer()


def _alike(new: Value, old: Value) -> bool:
    """Whether one sum may replace another: 65万 is no rent where 1,500 was."""
    if not (isinstance(new, int | float) and isinstance(old, int | float)) or min(new, old) <= 100:
        return True
    return max(new, old) / min(new, old) < 20


class Answers:
    """Reads answers against the pending question."""

    def __init__(self, vocabulary: Vocabulary, schools: Schools, replies: Replies) -> None:
        self._vocabulary, self._schools, self._replies = vocabulary, schools, replies

    def read(self, text: str, context: Context, today: date) -> Answer:
        """The answer a whole short message gives, or nothing."""
        if not (context.pending or context.options):
            return NOTHING
        if len(text) > _SHORT:
            return self._word_for_word(text, context, today)
        text = _SAYS.sub("", re.sub(r"^（(.{1,6})）", r"\1", text))
        text = re.sub(r"^(.{1,3})\1{1,3}$", r"\1", text) if not re.search(r"\d", text) else text
        body = _TAIL.sub("", text)
        pending = self._vocabulary.fields.get(context.pending)
        picked = self._pick(body, context, pending)
        if isinstance(picked, Answer):
            return picked
        if picked:
            return self._chosen(picked, context, today)
        if context.pending in self._vocabulary.groups:
            exact = self._word_for_word(text, context, today)  # some labels end in 了
            return exact if exact.kind else self._group(body, context.pending, today)
        if pending is None:
            return NOTHING
        spoken = re.sub(r"(?:吧|啊|呀|呢|哦|哈|嘛|呗|[。！])+$", "", text)
        read = self._value(body, pending, today)
        return read if read.kind or spoken == body else self._value(spoken, pending, today)

    def _word_for_word(self, text: str, context: Context, today: date) -> Answer:
        """An option typed as it stands, however long."""
        body = text.rstrip("。！")
        for option in context.options:
            if folded(option.name) == body:
                return self._chosen(option, context, today)
        groups = self._vocabulary.groups.get(context.pending, ())
        found = next((one for one in groups if body in one.words), None)
        return Answer("answer", found.sets, choice=found.name) if found else NOTHING

    def part(self, text: str, context: Context, today: date, *, alone: bool) -> Answer:
        """The answer in the first words of a longer message (对，去年买的), or in its last (问了人事，不在)."""
        head, *rest = _PAUSE.split(text.rstrip("。！？"), maxsplit=1)
        first = self.read(head, context, today) if rest and len(head) <= 12 else NOTHING
        last = _PAUSE.split(text.rstrip("。！？"))[-1]
        pending = self._vocabulary.fields.get(context.pending)
        dated = pending is not None and pending.kind == "日期"
        near = rest and len(last) <= (12 if dated else 6) and not _PLACE.match(last)
        final = self.read(last, context, today) if near else NOTHING
        if not first.kind:
            return final if alone or dated else NOTHING
        if context.pending == "parents_70" and _GONE.search(rest[0]):
            return NOTHING  # 两个都过七十，一个去世了
        if dated and final.facts and final.facts != first.facts and _AGAINST.search(head):
            return final  # 合同上是七月，人八月到的
        bounds_only = any(isinstance(v, dict) for v in first.facts.values())  # 没到五年，四年
        return final if bounds_only and final.facts else first

    def corrected(self, text: str, context: Context, today: date) -> Answer:
        """The value of a correction that names no field (改成三年): that of the field told last it can be of."""
        said = _NOT_BUT.search(text)
        tail = said.group("right") if said else ""
        tail = tail or _TAIL.sub("", re.split(r"，|是|改成|改为|改到|换成|写成|调成", text)[-1])
        if not tail or (not said and text.endswith("不是" + tail)) or _GOES_BACK.search(tail):
            return NOTHING
        for name in reversed(tuple(context.known)):
            known = self._vocabulary.fields.get(name)
            read = self._replacing(tail, known, today) if known else NOTHING
            if read.facts and _alike(read.facts[name], context.known[name]):
                return Answer("", read.facts)
        return NOTHING

    def _replacing(self, tail: str, known: Field, today: date) -> Answer:
        if known.kind == "日期":
            return self._date(tail, known, today) if re.search(r"年|月|\d{4}|[-/.]\d", tail) else NOTHING
        bare = known.kind == "整数" and re.fullmatch(r"\d{1,3}|[一二三四五六七八九十]{1,4}", tail)
        if not (bare or (known.kind in UNITS and re.search(UNITS[known.kind], tail))):
            return NOTHING
        return NOTHING if known.id == "age" and bare and len(tail) < 2 else self._number(tail, known)

    def _pick(self, body: str, context: Context, pending: Field | None) -> Option | Answer | None:
        options = context.options
        word = folded(_HEAD.sub("", body)) or body
        for option in options:
            if folded(option.name) in (body, word) or option.id == body:
                return option
        # The label of a group says several things at once: part of it is not the answer (博士 is neither
        # “博士，两证齐全” nor “在站博士后”), only the words before a bracket are.
        part = _before_bracket if context.pending in self._vocabulary.groups else folded
        whole = part is _before_bracket
        inside = [o for o in options if len(word) >= 2 and (word == part(o.name) if whole else word in part(o.name))]
        if len(inside) == 1 and not re.search(r"[\d一二两三四五六七八九十]", word):
            return inside[0]
        at = position(body, len(options))
        if not options or at is None:
            return None
        if pending and pending.kind in _NUMERIC and is_number(body) and not body.startswith(("第", "选")):
            return self._number_or_place(body, options[at] if at < len(options) else None, pending)
        return options[at] if at < len(options) else None

    def _number_or_place(self, body: str, option: Option | None, pending: Field) -> Option | Answer | None:
        """A bare number may be the value itself: within the list it could be either, so ask."""
        number = read_number(re.sub(r"[^\d一二两三四五六七八九十]", "", body))
        if option is None or number is None or pending.kind not in ("整数", "月数"):
            return option if option and pending.kind != "整数" else None
        if not pending.unit or pending.id == "age":
            return None if number >= 14 else option
        return Answer("answer", {}, {pending.id: [plain(number)]})

    def _chosen(self, option: Option, context: Context, today: date) -> Answer:
        groups = self._vocabulary.groups.get(context.pending, ())
        for one in groups:
            if folded(option.name) in one.words or option.id == one.name:
                return Answer("answer", one.sets, choice=option.id)
        name = _TAIL.sub("", folded(option.name))
        refused = refusal(name, asked=bool(context.pending))
        if refused:
            return Answer(refused, choice=option.id)
        pending = self._vocabulary.fields.get(context.pending)
        if pending is None:
            return Answer("answer", choice=option.id)
        if any(option.id == c.id for c in pending.choices):
            return Answer("answer", {pending.id: option.id}, choice=option.id)
        read = self._value(name, pending, today)
        return Answer("answer", read.facts, read.confirm, option.id)

    def _group(self, body: str, group: str, today: date) -> Answer:
        options, word = self._vocabulary.groups[group], folded(_HEAD.sub("", body))
        for option in options:
            if body in option.words or word in option.words:
                return Answer("answer", option.sets, choice=option.name)
        if says_none(body):
            for option in options:
                if {"都没有", "没有", "都不是"} & set(option.words):
                    return Answer("answer", option.sets, choice=option.name)
        for name in dict.fromkeys(n for option in options for n in option.sets):
            field, reply = self._vocabulary.fields[name], self._replied(body, name)
            if reply.kind:  # 证都拿到了, asked for the papers
                return reply
            if field.kind in UNITS and re.search(UNITS[field.kind], body):  # 三年, asked how one works here
                return self._number(body, field)
        return NOTHING

    def _replied(self, body: str, name: str) -> Answer:
        reply = self._replies.read(body, name)
        if reply is None:
            return NOTHING
        if reply.sure:
            return Answer("answer", {name: reply.values[0]})
        return Answer("answer", confirm={name: list(reply.values)})

    def value(self, text: str, field: Field, today: date) -> Mapping[str, Value]:
        """What a text says when it stands as the value of a field."""
        return self._value(_TAIL.sub("", text), field, today).facts

    def _value(self, body: str, pending: Field, today: date) -> Answer:
        reply = self._replied(body, pending.id)
        if reply.kind:
            return reply
        readers = {
            "是非": self._flag,
            "枚举": self._choice,
            "有序枚举": self._choice,
            "名单成员": self._school,
            "集合": self._set,
            "多人": self._set,
        }
        if pending.kind in readers:
            return readers[pending.kind](body, pending)
        if pending.id == "age" and (born := self._born(body, today)):
            return Answer("answer", {"birth_date": born})
        return self._date(body, pending, today) if pending.kind == "日期" else self._number(body, pending)

    def _born(self, body: str, today: date) -> str:
        """A year, or more of a date, told to the question about age."""
        said = list(find_dates(re.sub("生(?:人)?$|出生$", "", body), today))
        whole = len(said) == 1 and said[0].start == 0 and said[0].end >= len(body) - 2
        return said[0].text if whole and 1930 <= int(said[0].text[:4]) <= today.year - 14 else ""

    def _flag(self, body: str, pending: Field) -> Answer:
        said, sure = yes_or_no(body, pending.words)
        if said is None:
            return NOTHING
        return Answer("answer", {pending.id: said}) if sure else Answer("answer", {}, {pending.id: [said]})

    def _choice(self, body: str, pending: Field) -> Answer:
        for word in (body, folded(_HEAD.sub("", body)), _LEAD.sub("", body)):
            found = pending.choice(word)
            if found:
                return Answer("answer", {pending.id: found})
            ending = pending.choice(word.rpartition("的")[2])
            if ending and "的" in word and not re.search("不|没|非", word):
                return Answer("answer", {pending.id: ending})  # 学校下面的研究院
            if pending.id == "talent_category" and re.fullmatch(r"[a-f]", word):
                return Answer("answer", {pending.id: word.upper()})
        begun = {c.id for c in pending.choices for w in c.words if len(body) >= 2 and w.startswith(body)}
        if len(begun) == 1:
            return Answer("answer", {pending.id: begun.pop()})
        if (says_none(body) or says_no(body) or never_got(body)) and any(c.id == "none" for c in pending.choices):
            return Answer("answer", {pending.id: "none"})
        if pending.id == "degree" and re.fullmatch(r"(?:我是)?研究生(?:学历|毕业)?", body):
            return Answer("answer", {}, {"degree": ["master"]})
        return NOTHING

    def _school(self, body: str, pending: Field) -> Answer:
        names = self._schools.answer(body)
        if (
            len(names) == 1
            and (body in folded(names[0]) or len(body) <= 4 or body == folded(names[0]))
            and self._sure(body)
        ):
            return Answer("answer", {pending.id: names[0]})
        return Answer("answer", {}, {pending.id: list(names)}) if names else NOTHING

    def _sure(self, body: str) -> bool:
        return any(not m.doubt for m in self._schools.find(body))

    def _set(self, body: str, pending: Field) -> Answer:
        found = pending.choice(body)
        if found:
            return Answer("answer", {pending.id: [found]})
        none = says_none(body) or re.fullmatch(
            r"(?:从来?|还|都)*没(?:有)?(?:领|拿|享受|申请|得|评|入选|获)(?:取|到)?过?(?:任何)?", body
        )
        return Answer("answer", {pending.id: []}) if none or says_no(body) else NOTHING

    def _date(self, body: str, pending: Field, today: date) -> Answer:
        lasted = day_span(body, today) if pending.id in ("arrival_date", "graduation_date") else None
        if lasted is not None:
            return Answer("answer", {pending.id: lasted})
        found = list(find_dates(body, today))
        said = [max(found, key=lambda one: len(one.text))] if found else []
        told = sum(one.end - one.start for one in found)
        if not said or len(body) > told + 8 or not all(said[0].text.startswith(one.text) for one in found):
            return NOTHING
        if pending.id not in _TO_COME and said[0].later_than(today):
            return NOTHING
        if re.search(r"以前|之前|没", body):
            return NOTHING
        if re.search(r"左右|大概|大约|前后", body):
            return Answer("answer", {}, {pending.id: [said[0].text]})
        return Answer("answer", {pending.id: said[0].text})

    def _number(self, body: str, pending: Field) -> Answer:
        body = _HEAD.sub("", body)
        if pending.kind == "整数" and pending.unit == "人" and says_no(_CHILD_TAIL.sub("", body)):
            return Answer("answer", {pending.id: 0})
        read = measure(body, pending)
        if read is None:
            return NOTHING
        return (
            Answer("answer", {}, {pending.id: [read.value]})
            if read.doubt
            else Answer("answer", {pending.id: read.value})
        )


def _before_bracket(name: str) -> str:
    return folded(re.split(r"[（(]", name)[0])
