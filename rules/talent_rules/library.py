"""The library's face: load a place, decide one person, ask the next question."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from talent_rules import compiler, rulebase
from talent_rules.ask import next_question, question_about
from talent_rules.combine import combine
from talent_rules.decide import decide
from talent_rules.derive import known_state
from talent_rules.model import Decision, Facts, Outcome, Problem, Question
from talent_rules.plausible import as_told, likely, resting_on, supposed, without_made_up_ends

if TYPE_CHECKING:
    import pyarrow as pa


class RuleBase(rulebase.RuleBase):
    """A rule base with its verbs; immutable, safe to share between threads once warm."""

    def read(self, profile: Mapping[str, object], *, planned: bool = False) -> tuple[Facts, tuple[Problem, ...]]:
        """A profile by field ids or 名称 → facts in internal units, and a problem for each thing not understood.

        Values are as docs/rule-language.md §7 has them: ids or words, 元, ISO days, `{"min": 3}`, "不清楚".
        What is not understood, or said twice in two ways, is left unknown. `planned`: a day of coming after the day
        of application is meant, and counts as kept. Raises TypeError for what is no profile.
        """
        if not isinstance(profile, Mapping):
            many = isinstance(profile, (list, tuple)) or hasattr(profile, "columns")
            said = "名单（一组人）用 decide_table" if many else f"不是 {profile!r}"
            said += "（表的一行用 .to_dict()）" if hasattr(profile, "to_dict") and not many else ""
            raise TypeError(f'一个人写成一个字典，例如 {{"学位": "博士"}}；{said}')
        facts, problems = self.vocabulary.read(profile)
        return replace(facts, planned=planned), problems

    def decide(self, profile: Mapping[str, object] | Facts, *, as_of: date) -> Decision:
        """Every benefit for one person: outcome, money in whole 分, reasons, what is missing, and the totals.

        `as_of` is the day of application where the profile has no application date. Fields and values that are not
        understood come back in `Decision.problems` and count as unknown; nothing is raised for them. Raises TypeError
        for what is no profile, or no day.
        """
        as_of = _day(as_of)
        if isinstance(profile, Facts):
            return decide(self, profile, as_of)
        facts, problems = self.read(profile)
        found = decide(self, facts, as_of)
        return Decision(
            found.as_of, found.place, found.rule_base, found.verdicts, found.total, (*problems, *found.problems)
        )

    def decide_table(self, people: Any, *, as_of: date, threads: int = 2) -> pa.Table:
        """Every benefit for a table of people, as `decide` has it for one; rows keep their order.

        `people` is anything with an Arrow stream: a pyarrow Table or RecordBatchReader, a DataFrame of pandas or
        Polars, a DuckDB relation; its columns are named by field id or 名称, others are left alone. `as_of` is the
        day where a row has no application date. The columns of the answer, money in 分, are in docs/library.md.

        Raises Rejected when two columns have one name, or two columns of lists name one field, TypeError for what is
        no table or no day, ValueError where no column is known, ImportError without the extra `batch`.
        """
        try:
            from talent_rules.engines.columns import decide_table
            from talent_rules.engines.given import people_of
        except ImportError as error:
            raise ImportError(f"整张表要用 {error.name}：安装 talent-policy[batch]", name=error.name) from None
        return decide_table(self, people_of(self.vocabulary, people), _day(as_of), threads=threads)

    def decide_parquet(
        self,
        source: Path | str,
        target: Path | str,
        *,
        as_of: date,
        keep: Sequence[str] = (),
        only: Collection[str] = ("outcome", "money", "missing", "totals", "problems"),
        threads: int = 2,
    ) -> int:
        """The same from a Parquet file of any size into another, rows in order; how many people there were.

        `keep` are columns of the source to put in front, such as a number of each person; `only` says what is
        wanted: what is not asked for is not worked out. The target is replaced when everything is written.

        Raises OSError and pyarrow's ArrowException for files, KeyError for a column to keep that is not there,
        ValueError for a word of `only` it does not know and for a target that is the source, Rejected and
        ImportError as `decide_table`.
        """
        try:
            from talent_rules.engines.parquet import decide_parquet
        except ImportError as error:
            raise ImportError(f"Parquet 文件要用 {error.name}：安装 talent-policy[batch]", name=error.name) from None
        return decide_parquet(self, Path(source), Path(target), _day(as_of), keep=keep, only=only, threads=threads)

    def next_question(
        self,
        profile: Mapping[str, object] | Facts,
        *,
        as_of: date,
        wanted: Collection[str] = (),
        put: Collection[str] = (),
    ) -> Question | None:
        """The question whose answer shrinks the money interval most per asking cost.

        `wanted`: ids of the only benefits that count; `put`: groups and fields not to be asked again.
        `Question.minor` marks a question that may as well wait; None when nothing more can change the outcome.
        Raises KeyError for a benefit there is not.
        """
        facts = profile if isinstance(profile, Facts) else self.read(profile)[0]
        if unknown := [name for name in wanted if name not in {b.id for b in self.benefits}]:
            raise KeyError(f"没有 {'、'.join(unknown)} 这项待遇，写全名，例如 {self.benefits[0].id}")
        return next_question(self, facts, _day(as_of), wanted, put)

    def outlook(self, profile: Mapping[str, object] | Facts, *, as_of: date) -> Decision:
        """The decision without what is far-fetched for this person, as far as is known: for showing what matters first.

        Its total is what an ordinary case comes to; nobody is refused anything by it.
        """
        facts = profile if isinstance(profile, Facts) else self.read(profile)[0]
        as_of = _day(as_of)
        decision = decide(self, facts, as_of)
        state = known_state(self, facts, as_of)
        among, sure = likely(self, state), (Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW)
        verdicts = tuple(v for v in decision.verdicts if v.benefit in among or v.outcome in sure)
        summed = (without_made_up_ends(self, state, v) for v in verdicts)
        return replace(decision, verdicts=verdicts, total=combine(self, summed, facts))

    def as_told(self, profile: Mapping[str, object] | Facts, decision: Decision) -> Decision:
        """The decision on this profile as people should read it: no upper end where a price nobody told is all that
        bounds a sum. The ends of the decision itself hold, but may be those of the dearest price there is."""
        facts = profile if isinstance(profile, Facts) else self.read(profile)[0]
        return as_told(self, facts, decision)

    def supposed(self, profile: Mapping[str, object] | Facts, *, as_of: date) -> tuple[str, ...]:
        """The fields nothing was said about of which the outlook takes what is usual."""
        facts = profile if isinstance(profile, Facts) else self.read(profile)[0]
        return tuple(supposed(self, known_state(self, facts, _day(as_of))))

    def resting_on(
        self, profile: Mapping[str, object] | Facts, names: Collection[str], *, as_of: date
    ) -> frozenset[str]:
        """The open benefits this person would not get if these fields were as they usually are."""
        facts = profile if isinstance(profile, Facts) else self.read(profile)[0]
        return resting_on(self, facts, _day(as_of), names)

    def question_about(self, field: str, profile: Mapping[str, object] | Facts, *, as_of: date) -> Question:
        """The question for one field, by id or 名称, to change an answer. Raises KeyError for an unknown field."""
        facts = profile if isinstance(profile, Facts) else self.read(profile)[0]
        if (entry := self.vocabulary.find(field)) is None:
            raise KeyError(f"没有 `{field}` 这个信息项")
        return question_about(self, facts, entry.id, _day(as_of))


def load(place: str = "ordos", data: Path | str | None = None) -> RuleBase:
    """The rule base of a place (`ordos`, `huhehaote`, …), from `data` (a folder or a published zip),
    TALENT_POLICY_DATA, the checkout, or the wheel's copy.

    Raises Rejected with every problem of every file when one of them is bad, or when there is no such place.
    """
    return with_verbs(compiler.load(place, data))


def _day(as_of: date) -> date:
    """The day asked about. Raises TypeError for what is no day, such as a text."""
    if not isinstance(as_of, date) or as_of != as_of:  # the NaT of pandas is a date by type
        raise TypeError(f"as_of 要给日期，例如 date(2024, 9, 1)，不是 {as_of!r}")
    return as_of.date() if isinstance(as_of, datetime) else as_of


def with_verbs(base: rulebase.RuleBase) -> RuleBase:
    """A compiled rule base with the library's verbs."""
    return RuleBase(**{f.name: getattr(base, f.name) for f in fields(base)})
