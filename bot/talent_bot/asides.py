"""Which answer a side question gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from talent_bot import amounts, comparing, particulars
from talent_bot.inquiry import Inquiry
from talent_bot.reply import Block

Answer = Callable[[Inquiry], list[Block]]

ANSWERS: Mapping[str, Answer] = {
    "ask_amount": amounts.amount,
    "ask_eligibility": amounts.amount,
    "ask_overview": amounts.overview,
    "ask_compare": comparing.compare,
    "ask_stack": comparing.stack,
    "what_if": comparing.what_if,
    "ask_definition": particulars.definition,
    "ask_materials": particulars.materials,
    "ask_process": particulars.process,
    "ask_deadline": particulars.deadline,
    "ask_schedule": particulars.schedule,
    "ask_progress": particulars.progress,
    "ask_source": particulars.source,
    "ask_why": particulars.why,
    "ask_human": particulars.human,
    "export": particulars.export,
}
_MONEY = (comparing.compare, comparing.stack, amounts.overview, amounts.amount)  # one of them says enough


def chosen(intents: Sequence[str], two: bool = False) -> list[Answer]:
    """The answers to what was asked, money first, each once.

    Who asks when it is paid asks for no list of all, and who asks what if, for nothing as it is; who asks for
    `two` people hears of both.
    """
    found = list(dict.fromkeys(ANSWERS[i] for i in intents))
    if comparing.what_if in found:
        return [comparing.what_if]
    what_is_the_basis = particulars.source in found
    particular = [a for a in found if a not in _MONEY and not (what_is_the_basis and a is particulars.definition)]
    money = [a for a in _MONEY if a in found and not (particular and a is amounts.overview)][:1]
    return [*(comparing.each_of_two if two else a for a in money), *particular]
