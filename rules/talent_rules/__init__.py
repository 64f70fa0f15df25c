"""鄂尔多斯人才政策规则库：`from talent_rules import load; load("ordos").decide({...}, as_of=...)`."""

from talent_rules.advice import advise
from talent_rules.compiler.load import data_folder
from talent_rules.explain import (
    DISCLAIMER,
    advice_words,
    amount_words,
    explained,
    payments_words,
    reason,
    sources_of,
    total_words,
)
from talent_rules.library import RuleBase, load
from talent_rules.model import (
    Advice,
    Choice,
    Decision,
    Facts,
    Money,
    Outcome,
    Payment,
    Problem,
    Question,
    Range,
    Rejected,
    Verdict,
)
from talent_rules.vocabulary import Field, Kind, Vocabulary, show_range, show_yuan
from talent_rules.wire import decision_json, facts_json, problem_json, question_json, value_json

__all__ = [
    "DISCLAIMER",
    "Advice",
    "Choice",
    "Decision",
    "Facts",
    "Field",
    "Kind",
    "Money",
    "Outcome",
    "Payment",
    "Problem",
    "Question",
    "Range",
    "Rejected",
    "RuleBase",
    "Verdict",
    "Vocabulary",
    "advice_words",
    "advise",
    "amount_words",
    "data_folder",
    "decision_json",
    "explained",
    "facts_json",
    "load",
    "payments_words",
    "problem_json",
    "question_json",
    "reason",
    "show_range",
    "show_yuan",
    "sources_of",
    "total_words",
    "value_json",
]
