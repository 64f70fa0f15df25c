"""Schools: exact names longest first, abbreviations with care, near misses only as a question."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import ahocorasick
from pypinyin import lazy_pinyin
from rapidfuzz import fuzz, process

from talent_bot.understanding.mentions import Mention
from talent_bot.understanding.vocabulary import folded

_NAME_LIKE = re.compile(r"[\u4e00-\u9fff]{2,14}?(?:大[学雪血]|学[院园员]|师[范大])")
_LONGER = re.compile(r"^[^\W\d_是不和与跟在的到读还或]{0,6}?(?:学院|分校|大学|研究院|职业|技术学)")
_READS = re.compile(r"毕业|读(?!研究院)|学历|学位|念|上的|考上|本科|硕士|博士|专业|母校|学校")
_HERE = re.compile("鄂尔多斯")
_TEACHES = re.compile(r"教授|讲师|教师|老师|任教|教书|引进|入职|单位|调[来到]|辅导员")
_WANTED = re.compile(r"(?:想|准备|打算|计划|要|备)(?:报)?考(?:取)?$")
_GOES = re.compile(r"[去来到进](?:了)?$")
_TYPO_START = 25


class Schools:
    """The reference list of schools, as a reader of messages uses it."""

    def __init__(self, folder: Path, words: Mapping[str, Any]) -> None:
        self._names = _names(folder / "universities.csv")
        self._aliases = _aliases(folder / "university-aliases.csv")
        self._right = re.compile(words["school_right"])
        self._job_right = re.compile(words["school_job_right"])
        self._job_left = re.compile(words["school_job_left"])
        self._other_left = re.compile(words["school_other_left"])
        # 湘雅医学院, 光华管理学院: the last word before 学院 is a discipline.
        self._department = re.compile(f"[\u4e00-\u9fff]{{0,4}}?(?:{words['school_departments']})")
        self._sound: dict[str, list[str]] = {}
        for name in self._names.values():
            self._sound.setdefault(_sound(name), []).append(name)
        self._abroad = frozenset(folded(w) for w in words["overseas_schools"])
        self._automaton = ahocorasick.Automaton()
        for word in {*self._names, *self._aliases, *self._abroad}:
            self._automaton.add_word(word, word)
        self._automaton.make_automaton()

    def find(self, text: str) -> list[Mention]:
        """Schools read at, with typos and ambiguous abbreviations marked for confirmation."""
        hits = [(end - len(w) + 1, end + 1, w) for end, w in self._automaton.iter_long(text)]
        found = [m for start, end, word in hits if (m := self._hit(text, start, end, word))]
        taken = [(s, e) for s, e, _ in hits]
        return found + list(self._typos(text, taken))

    def answer(self, text: str) -> tuple[str, ...]:
        """What a whole answer can mean: one name, several candidates, or nothing."""
        body = re.sub(
            r"^(?:我)?(?:是|在|毕业于|毕业院校是|学校是|读的?是?|就是)?|(?:毕业)?(?:的|吧|啊|呀|呢|毕业|。|！)*$",
            "",
            text,
        )
        if body in self._names:
            return (self._names[body],)
        short = [body + kind for kind in ("大学", "学院") if len(body) >= 3 and body + kind in self._names]  # 北京理工
        return self._aliases.get(body) or tuple(self._names[name] for name in short) or self._near(body)

    def foreign(self, text: str) -> Iterator[tuple[int, int]]:
        """Where well-known schools abroad are named."""
        for end, word in self._automaton.iter_long(text):
            if word in self._abroad:
                yield end - len(word) + 1, end + 1

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where any school is named, so that a city inside the name is no city."""
        return [(end - len(w) + 1, end + 1) for end, w in self._automaton.iter_long(text)]

    def _hit(self, text: str, start: int, end: int, word: str) -> Mention | None:
        left, right = text[max(0, start - 8) : start], text[end : end + 14]
        if word in self._abroad and word not in self._names:
            return None
        if (
            _WANTED.search(left)
            or self._job_left.search(left)
            or self._job_right.match(right)
            or self._other_left.search(left)
        ):
            return None
        if _employed(text, start, end):
            return None
        if _HERE.match(word) and _GOES.search(left):
            return None  # where one goes to work: 去鄂尔多斯职业学院
        if word in self._names:
            found = self._full(start, end, self._names[word], right)
            # Of a college here, and someone who teaches, it may be either.
            either = _HERE.match(word) and _TEACHES.search(text) and not _READS.search(right)
            return replace(found, doubt=True) if either else found
        if not self._right.match(right):
            return None
        names = self._aliases[word]
        doubt = len(names) > 1 or self._longer(right)
        return Mention(start, end, "school", names[0], doubt=doubt, others=names[1:])

    def _full(self, start: int, end: int, name: str, right: str) -> Mention:
        return Mention(start, end, "school", name, doubt=self._longer(right))

    def _longer(self, right: str) -> bool:
        """Whether the name may go on to that of another school: 浙江大学某某学院, 吉大珠海学院."""
        if not _LONGER.match(right) or self._department.match(right):
            return False
        return not right.startswith(("的", "本科", "硕", "博", "研究生"))

    def _typos(self, text: str, taken: list[tuple[int, int]]) -> Iterator[Mention]:
        for count, spot in enumerate(_NAME_LIKE.finditer(text)):
            if count >= 3:
                return
            start, end = spot.span()
            inside = any(s < end and start < e for s, e in taken)
            if inside or self._job_right.match(text[end : end + 8]) or _employed(text, start, end):
                continue
            for at in range(start, end - 3):
                names = self._near(text[at:end])
                if names:
                    yield Mention(at, end, "school", names[0], doubt=True, others=names[1:])
                    break

    def _near(self, text: str) -> tuple[str, ...]:
        """Names that sound the same, else the clear nearest by letters."""
        if not 3 <= len(text) <= _TYPO_START:
            return ()
        same = self._sound.get(_sound(text))
        if same:
            return tuple(same)
        best = process.extract(text, list(self._names), scorer=fuzz.ratio, limit=2, score_cutoff=82)
        if best and (len(best) < 2 or best[0][1] - best[1][1] >= 3):
            return (self._names[best[0][0]],)
        return tuple(self._names[name] for name, _, _ in best)


def _employed(text: str, start: int, end: int) -> bool:
    """在清华…工作 with nothing about studying in between."""
    after = re.split(r"[，。！？；]", text[end : end + 14])[0]
    before = re.split(r"[，。！？；]", text[max(0, start - 6) : start])[-1]
    working = re.search(
        r"工作|上班|任教|教书|任职|就职|当老师|做(?:博士后|行政|科研|老师|讲师|教授|助理)|干活|做事|坐诊", after
    )
    joining = re.search(r"(?:去|进|应聘|加入|入职|受聘|调入|引进到?|竞聘)$", before) and re.search(
        r"想|引进|应聘|打算|准备|聘|入职|调", re.split(r"[，。！？；]", text[:start])[-1]
    )
    if joining and not _READS.search(after) and not re.search(r"读|上学|考", before):
        return True
    if working is None or not re.search(r"在|于|到|去|来|进", before):
        return False
    return not _READS.search(after[: working.start()])


def _sound(text: str) -> str:
    return " ".join(lazy_pinyin(text))


def _names(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return {folded(row["学校"]): row["学校"] for row in csv.DictReader(handle) if row["学校"]}


def _aliases(path: Path) -> dict[str, tuple[str, ...]]:
    if not path.exists():
        return {}
    found: dict[str, list[str]] = {}
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle):
            found.setdefault(folded(row["别名"]), []).append(row["学校"])
    return {word: tuple(dict.fromkeys(names)) for word, names in found.items()}
