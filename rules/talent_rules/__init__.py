"""鄂尔多斯人才政策规则库：`from talent_rules import load; load("ordos").decide({...}, as_of=...)`."""

from talent_rules.library import RuleBase, load
from talent_rules.model import Decision, Facts, Money, Outcome, Problem, Rejected, Verdict

__all__ = ["Decision", "Facts", "Money", "Outcome", "Problem", "Rejected", "RuleBase", "Verdict", "load"]
