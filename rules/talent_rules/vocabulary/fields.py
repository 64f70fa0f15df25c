"""One field: what may be known of an applicant, what it is called, how it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from talent_rules.model import Number, Place, Span, Value
from talent_rules.quantities import clean
from talent_rules.reference import Reference
from talent_rules.vocabulary import reading
from talent_rules.vocabulary.kinds import NOTHING_OF_THE_KIND, Derivation, Kind, Mutability, Option
from talent_rules.vocabulary.showing import show_value


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be known of an applicant: what it is called, how it is asked, what it can be.

    `unit` is what people count in, `lo` and `hi` the range in internal units (分, months, ordinal days, ㎡).
    """

    id: str
    name: str
    kind: Kind
    synonyms: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    unit: str = ""
    lo: Number | None = None
    hi: Number | None = None
    list_id: str = ""
    people_max: int = 0
    question: str = ""
    why: str = ""
    example: str = ""
    mutability: Mutability = Mutability.MUTABLE
    cost: int = 1
    sensitive: bool = False
    askable: bool = True
    ask_when: tuple[str, ...] = ()  # lines of which one must hold before it is asked; none: always
    usual: Value | None = None  # what most people answer, where that is known
    spoken: tuple[str, ...] = ()  # the fact as people say it: of a flag yes and no, else a line with `{}`
    derivation: Derivation | None = None
    benefits: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict, compare=False
    )  # what each is called → its ids
    called: Mapping[str, str] = field(default_factory=dict, compare=False)  # the id of each → its name
    place: Place = field(default_factory=Place, compare=False)

    @property
    def words(self) -> tuple[str, ...]:
        """Everything the field is called."""
        return (self.name, self.id, *self.synonyms)

    @property
    def absence(self) -> Value | None:
        """The value that says there is nothing of the kind; None for a number, which has none."""
        if self.kind is Kind.FLAG:
            return False
        if self.kind is Kind.SET:
            return frozenset()
        return next((o.id for o in self.options if o.id in NOTHING_OF_THE_KIND), None)

    def option(self, word: str) -> Option | None:
        """The option called so, by id, name or synonym."""
        folded = clean(word).casefold()
        for option in self.options:
            if folded in (option.id.casefold(), clean(option.name).casefold()):
                return option
        for option in self.options:
            if any(folded == clean(s).casefold() for s in option.synonyms):
                return option
        return None

    def quantity(self, text: str) -> Number:
        """One number of this field in internal units (分, months, ordinal days, ㎡).

        Raises Unreadable. A date must be a whole day; use `span` where a month will do.
        """
        return reading.read_quantity(self, text)

    def span(self, text: str) -> Span:
        """A number or a date with its precision kept, as the stretch it may lie in. Raises Unreadable."""
        return reading.read_span(self, text)

    def read(self, raw: object, reference: Reference) -> Value | None:
        """A value as people, tables or JSON give it; None when nothing is given.

        `reference` has the lists a 名单成员 is looked up in. Raises Unreadable with what is accepted.
        """
        return reading.read_value(self, raw, reference)

    def received(self, raw: object) -> Mapping[str, int]:
        """分 received before per benefit id, where a field says how much (`{"租房补贴": 54000}` in 元).

        Raises Unreadable.
        """
        return reading.read_received(self, raw)

    def show(self, value: object) -> str:
        """A value in words people use, with its unit."""
        return show_value(self, value)
