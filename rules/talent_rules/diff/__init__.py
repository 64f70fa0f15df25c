"""Two versions side by side: who is treated differently, proved; and what it costs, counted."""

from talent_rules.diff.counting import impact
from talent_rules.diff.model import Change, Difference, Impact
from talent_rules.diff.symbolic import compare

__all__ = ["Change", "Difference", "Impact", "compare", "impact"]
