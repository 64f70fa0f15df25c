"""The vocabulary: what may be known of an applicant, how people say it, and how it is asked.

`Vocabulary` holds the `Field`s of `vocabulary.yaml`; a field reads what people write into internal
units and shows it again in their words.
"""

from talent_rules.vocabulary.fields import Field
from talent_rules.vocabulary.kinds import NOTHING_OF_THE_KIND, Derivation, Kind, Mutability, Option
from talent_rules.vocabulary.places import Places
from talent_rules.vocabulary.reading import FALSE_WORDS, TRUE_WORDS, day_of, is_nothing, narrower
from talent_rules.vocabulary.showing import show_days, show_number, show_range, show_yuan
from talent_rules.vocabulary.whole import Group, Vocabulary

__all__ = [
    "FALSE_WORDS",
    "NOTHING_OF_THE_KIND",
    "TRUE_WORDS",
    "Derivation",
    "Field",
    "Group",
    "Kind",
    "Mutability",
    "Option",
    "Places",
    "Vocabulary",
    "day_of",
    "is_nothing",
    "narrower",
    "show_days",
    "show_number",
    "show_range",
    "show_yuan",
]
