"""鄂尔多斯人才政策规则库：`from talent_rules import load; load("ordos").decide({...}, as_of=...)`."""

from talent_rules.advice import advise
from talent_rules.compiler.load import data_folder
from talent_rules.explain import (
    DISCLAIMER,
    GRADE_WORDS,
    RELATION_WORDS,
    advice_words,
    amount_words,
    cited_words,
    explained,
    payments_words,
    reason,
    show_advice,
    sources_of,
    total_words,
)
from talent_rules.figures import Amounts, amounts_of
from talent_rules.library import RuleBase, load
from talent_rules.model import (
    Advice,
    Choice,
    Decision,
    Facts,
    Finding,
    Money,
    Outcome,
    Payment,
    Problem,
    Question,
    Range,
    Rejected,
    Span,
    Verdict,
)
from talent_rules.release import Release
from talent_rules.release import stamp as published_stamp
from talent_rules.saying import show_condition, show_fact, show_finding, show_range, show_value, show_yuan
from talent_rules.vocabulary import Field, Kind, Vocabulary
from talent_rules.wire import decision_json, facts_json, problem_json, question_json, value_json
from talent_rules.words import CHINESE, LOCALE, Words, languages, marked, read_words

__all__ = [
    "CHINESE",
    "DISCLAIMER",
    "GRADE_WORDS",
    "LOCALE",
    "RELATION_WORDS",
    "Advice",
    "Amounts",
    "Choice",
    "Decision",
    "Facts",
    "Field",
    "Finding",
    "Kind",
    "Money",
    "Outcome",
    "Payment",
    "Problem",
    "Question",
    "Range",
    "Rejected",
    "Release",
    "RuleBase",
    "Span",
    "Verdict",
    "Vocabulary",
    "Words",
    "advice_words",
    "advise",
    "amount_words",
    "amounts_of",
    "cited_words",
    "data_folder",
    "decision_json",
    "explained",
    "facts_json",
    "languages",
    "load",
    "marked",
    "payments_words",
    "problem_json",
    "published_stamp",
    "question_json",
    "read_words",
    "reason",
    "show_advice",
    "show_condition",
    "show_fact",
    "show_finding",
    "show_range",
    "show_value",
    "show_yuan",
    "sources_of",
    "total_words",
    "value_json",
]
