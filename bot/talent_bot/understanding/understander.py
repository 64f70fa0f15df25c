"""The reader of messages: text in, typed meaning out; no model, no network, no clock of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from talent_bot.understanding.answers import Answer, Answers
from talent_bot.understanding.assemble import Gathered, gather
from talent_bot.understanding.claims import Claim, Judge, Stance
from talent_bot.understanding.clauses import Clauses, split_clauses
from talent_bot.understanding.events import find_events
from talent_bot.understanding.figures import find_figures
from talent_bot.understanding.folding import Folding
from talent_bot.understanding.forms import find_forms
from talent_bot.understanding.intents import Benefits, Intents, Places
from talent_bot.understanding.lexicon import Lexicon
from talent_bot.understanding.mentions import Mention, longest
from talent_bot.understanding.normalise import LIMIT, hide_quotes, normalise, simplifier
from talent_bot.understanding.papers import find_papers
from talent_bot.understanding.people import SELF, People, PeopleReader
from talent_bot.understanding.phrases import Phrases, macros
from talent_bot.understanding.purpose import rank_intents, subject_of
from talent_bot.understanding.refusals import refusal
from talent_bot.understanding.repairs import Repairs
from talent_bot.understanding.replies import Replies
from talent_bot.understanding.result import Context, Understood
from talent_bot.understanding.schools import Schools
from talent_bot.understanding.since import find_since
from talent_bot.understanding.staff import with_the_firm
from talent_bot.understanding.studies import settle_studies
from talent_bot.understanding.typos import Typos
from talent_bot.understanding.vague import find_vague
from talent_bot.understanding.vocabulary import Vocabulary, load_vocabulary, read_yaml

_WORDS = Path(__file__).parent / "words"
_OR = re.compile(r"[^，。]{0,2}，?(?:还是|或者?是?)(?:说|是|算|读)?")
# Said to the question when one came: not before today.
_AHEAD = re.compile(
    r"还?没(?:有)?(?:定|想好|来|去|过去|到|动身|走|确定|谈)|等[^，。]{1,8}就?(?:去|来|过去|走)|就(?:走|去|来)$|马上(?:就)?(?:来|去|走)|(?:快|准备|打算|想)(?:要)?(?:来|去|过去|走)"
)
# Whom a question is about where it is not the speaker.
_ASKED_OF = {
    "parents": ("parent",),
    "parents_70": ("parent",),
    "children": ("child",),
    "children_under_3": ("child",),
}
_COUNT_OF = {"parent": "parents_70", "child": "children_under_3"}  # what ages told one by one settle better
_WHAT_IF = re.compile(
    r"(?:那|那?(?:要是|如果是?|假如是?|换成|改成|万一是?))(?P<what>[^，。]{2,10}?)(?:的话)?(?:呢|怎么样)？?$"
)
_LIST_MARKS = ("", "、", "/", "和", "跟", "与")
_LIST_JOIN = re.compile(r"^(?:或者?|和|、|及|/|以及|跟|，?也不是|，?更不是)$")


class Understander:
    """Built once from the policy data; reading a message changes nothing."""

    def __init__(self, vocabulary: Vocabulary, schools: Schools, words: Mapping[str, Any]) -> None:
        known = macros(words, vocabulary)
        self._vocabulary, self._schools = vocabulary, schools
        self._lexicon = Lexicon(vocabulary, words)
        self._typos = Typos(vocabulary)
        self._phrases = Phrases(read_yaml(_WORDS / "phrases.yaml"), known)
        self._intents = Intents(read_yaml(_WORDS / "intents.yaml"), known)
        self._people = PeopleReader(words["people"])
        self._places = Places(known)
        self._benefits = Benefits(words["benefits"])
        self._answers = Answers(vocabulary, schools, Replies(read_yaml(_WORDS / "replies.yaml"), known, vocabulary))
        self._repairs = Repairs(vocabulary)
        self._folding = Folding(read_yaml(_WORDS / "folding.yaml"))
        self._simplify = simplifier()

    @classmethod
    def from_data(cls, data_dir: Path) -> Understander:
        """Build the lexicons from `vocabulary.yaml` and `reference/` of a policy data folder."""
        words = read_yaml(_WORDS / "words.yaml")
        vocabulary = load_vocabulary(data_dir / "vocabulary.yaml")
        return cls(vocabulary, Schools(data_dir / "reference", words), words)

    def read(self, text: str, *, today: date, context: Context = Context()) -> Understood:  # noqa: B008  (frozen)
        """What a message means, in the light of what was asked before it."""
        whole = self._folding.fold(normalise(text, self._simplify))[:LIMIT]
        body = hide_quotes(whole)
        said = self._intents.find(body)
        if "injection" in said:
            return Understood(intents=("injection",))
        answer = self._answers.read(body, context, today)
        refused = "" if answer.choice else refusal(body, asked=bool(context.pending))
        answer = Answer(refused) if refused else answer
        people, claims, heard = self._claims(body, today, _ASKED_OF.get(context.pending, SELF), context.somebody)
        foreign = self._places.other(body, self._schools.spans(body))
        if foreign:
            away = self._places.abroad(body, self._schools.spans(body))
            claims = [c for c in claims if not any(s <= c.start < e for s, e in away)]
        repair = self._repairs.read(body, context, bool(claims))
        if context.pending == "arrival_date" and _AHEAD.search(body):
            claims.append(Claim("self", "arrival_ahead", True, Stance.FACT, 0, 0))
        if not answer.kind and not repair.corrects:
            told = any(c.field != "arrival_ahead" for c in claims)
            answer = self._answers.part(body, context, today, alone=not told)
            later = {c.field for c in claims if c.stance is Stance.FACT and c.start > body.find("，") > 0}
            aged = [c.person for c in claims if c.field == "age"]
            later |= {name for who, name in _COUNT_OF.items() if aged.count(who) > 1}
            answer = replace(answer, facts={k: v for k, v in answer.facts.items() if k not in later})
        if repair.corrects and context.options:
            answer = self._answers.read(body.rpartition("，")[2], context, today)
        supposed = _WHAT_IF.match(body)
        if repair.named and not (answer.kind or refused or any(c.stance is Stance.FACT for c in claims)):
            answer = self._answers.read(_last(body), Context(repair.named), today)
        told = any(c.stance is Stance.FACT for c in claims)
        if repair.intents and not (answer.facts or answer.confirm or refused or told or supposed):
            answer = self._answers.corrected(body, context, today)
        if repair.at and not answer.kind and not any(c.start >= repair.at for c in claims):
            before = {c.field: c.value for c in claims if c.person == "self" and c.stance is Stance.FACT}
            answer = self._answers.corrected(body[repair.at :], replace(context, profile=before), today)
        if supposed and not claims and not answer.kind:
            other = self._answers.corrected(supposed.group("what"), context, today)
            claims += [Claim("self", name, value, Stance.SUPPOSED, 0, 0) for name, value in other.facts.items()]
        found = gather(body, claims, answer, repair, today)
        if foreign and not repair.corrects:
            found = found.without_facts_of_places()
        return self._result(whole, body, said, found, answer, repair.intents, people, foreign, context, heard)

    def _result(
        self,
        whole: str,
        body: str,
        said: list[str],
        found: Gathered,
        answer: Answer,
        repairs: tuple[str, ...],
        people: People,
        foreign: bool,
        context: Context,
        heard: bool,
    ) -> Understood:
        intents = rank_intents(
            body, said, found, answer, repairs, foreign, self._vocabulary.asked(context.pending), heard
        )
        subject = subject_of(body, intents, people)
        return Understood(
            intents,
            self._benefits.named(whole),
            subject,
            with_the_firm(found.facts, subject),
            found.deny,
            found.clear,
            found.hypothetical,
            found.derive,
            found.confirm,
            answer.choice,
            found.ambiguous,
        )

    def _claims(
        self, body: str, today: date, asked: tuple[str, ...], somebody: bool
    ) -> tuple[People, list[Claim], bool]:
        clauses = split_clauses(body)
        people = replace(self._people.read(body, clauses, asked), before=somebody)
        mentions = longest(
            [
                *self._lexicon.find(body),
                *self._schools.find(body),
                *self._phrases.find(body),
                *self._typos.find(body),
                *find_figures(body, asked[0]),
                *find_events(body, clauses, today, self._places.reached),
                *find_since(body, today),
                *find_papers(body),
                *find_forms(body, self._vocabulary, self._answers, today),
                *find_vague(body),
            ]
        )
        mentions = _without_lists(_either_or(_at_home(mentions), body), body, clauses)
        judge = Judge(body, clauses, people, mentions)
        claims: list[Claim] = []
        last: tuple[Mention, bool | None] | None = None
        for one in mentions:
            joined = (
                last is not None
                and last[0].field == one.field
                and bool(_LIST_JOIN.match(body[last[0].end : one.start]))
            )
            made, negative = judge.claims(
                one, last[1] if joined and last and "不是" not in body[last[0].end : one.start] else None
            )
            claims += made
            last = (one, negative)
        return people, settle_studies(claims, clauses, self._vocabulary), bool(mentions)


def _last(text: str) -> str:
    """The last words of a correction, without what leads to them: 学校写错了，应该是北京理工."""
    words = re.split("[，。]", text.rstrip("。！"))[-1]
    return re.sub("^(?:而|其实|实际上?|应该|我|才|正确的)*(?:是|叫|填|写|选)?", "", words)


def _either_or(mentions: list[Mention], text: str) -> list[Mention]:
    """Two values with 还是 between them are a choice put to us, not a fact."""
    alternatives = {
        id(one)
        for before, after in pairwise(mentions)
        if before.field == after.field and _OR.fullmatch(text[before.end : after.start])
        for one in (before, after)
    }
    return [replace(m, doubt=True) if id(m) in alternatives else m for m in mentions]


def _without_lists(mentions: list[Mention], text: str, clauses: Clauses) -> list[Mention]:
    """博士硕士本科分别给多少 asks about all of them, and says nothing of the one who asks."""
    listed = {
        id(one)
        for before, after in pairwise(mentions)
        if before.field == after.field
        and before.value != after.value
        and clauses.at(before.start).asked
        and text[before.end : after.start] in _LIST_MARKS
        for one in (before, after)
    }
    return [m for m in mentions if id(m) not in listed]


def _at_home(mentions: list[Mention]) -> list[Mention]:
    """Without the foreign name in a domestic school's (宁波诺丁汉大学), or a near miss in a foreign one (釜山大学)."""
    inside = {"overseas": "school", "school": "overseas"}

    def astray(one: Mention) -> bool:
        other = inside.get(one.field) if one.field == "overseas" or one.doubt else None
        return any(m.field == other and m.start <= one.start and one.end <= m.end for m in mentions)

    return [m for m in mentions if not astray(m)]
